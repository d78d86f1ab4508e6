#include "xgboost_tree.h"

#include <leadscore/model.h>

#define MEMBER(key, read, field) LSC_PULL_MEMBER(lsc_tree_reader, key, read, field)

static lsc_status read_tree_param(void *self, const lsc_pull_event *event, void *out,
                                  lsc_error *error)
{
    static const lsc_pull_member members[] = {
        MEMBER("num_nodes", lsc_pull_read_int, num_nodes),
        MEMBER("num_deleted", lsc_pull_read_int, num_deleted),
        MEMBER("size_leaf_vector", lsc_pull_read_int, leaf_vector),
    };
    (void)out;
    return LSC_PULL_OBJECT_OF(self, event, members, error);
}

static lsc_status read_members(lsc_tree_reader *reader, const lsc_pull_event *event,
                               lsc_error *error)
{
    static const lsc_pull_member members[] = {
        MEMBER("left_children", lsc_pull_read_ints, left),
        MEMBER("right_children", lsc_pull_read_ints, right),
        MEMBER("split_indices", lsc_pull_read_ints, column),
        MEMBER("split_conditions", lsc_pull_read_floats, value),
        MEMBER("sum_hessian", lsc_pull_read_floats, cover),
        MEMBER("default_left", lsc_pull_read_bytes, default_left),
        MEMBER("split_type", lsc_pull_read_bytes, split_type),
        MEMBER("categories", lsc_pull_read_ints, categories),
        MEMBER("categories_nodes", lsc_pull_read_ints, category_nodes),
        MEMBER("categories_segments", lsc_pull_read_ints, category_starts),
        MEMBER("categories_sizes", lsc_pull_read_ints, category_counts),
        MEMBER("id", lsc_pull_read_int, id),
        LSC_PULL_PART("tree_param", read_tree_param),
    };
    return LSC_PULL_OBJECT_OF(reader, event, members, error);
}

static void forget_tree(lsc_tree_reader *reader)
{
    reader->id = -1;
    reader->num_nodes = -1;
    reader->num_deleted = -1;
    reader->leaf_vector = 0;
    reader->left.count = 0;
    reader->right.count = 0;
    reader->column.count = 0;
    reader->value.count = 0;
    reader->cover.count = 0;
    reader->default_left.count = 0;
    reader->split_type.count = 0;
    reader->categories.count = 0;
    reader->category_nodes.count = 0;
    reader->category_starts.count = 0;
    reader->category_counts.count = 0;
}

static lsc_status check_count(const lsc_tree_reader *reader, const char *key, size_t count,
                              size_t wanted, lsc_error *error)
{
    return count == wanted
               ? LSC_OK
               : lsc_fail(error, LSC_BAD_MODEL, "trees[%zu].%s has %zu values, must have %zu",
                          reader->builder->forest.n_trees, key, count, wanted);
}

/** Of the arrays of nodes: one length. A model older than categories has no types of splits. */
static lsc_status check_arrays(const lsc_tree_reader *reader, lsc_error *error)
{
    size_t n = reader->left.count;
    size_t n_sets = reader->category_nodes.count;
    const struct {
        const char *key;
        size_t count;
        size_t wanted;
    } arrays[] = {
        {"right_children", reader->right.count, n},
        {"split_indices", reader->column.count, n},
        {"split_conditions", reader->value.count, n},
        {"sum_hessian", reader->cover.count, n},
        {"default_left", reader->default_left.count, n},
        {"split_type", reader->split_type.count, reader->split_type.count > 0 ? n : 0},
        {"categories_segments", reader->category_starts.count, n_sets},
        {"categories_sizes", reader->category_counts.count, n_sets},
    };
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        lsc_status status =
            check_count(reader, arrays[i].key, arrays[i].count, arrays[i].wanted, error);
        if (status != LSC_OK) {
            return status;
        }
    }
    return LSC_OK;
}

static lsc_status check_tree(const lsc_tree_reader *reader, lsc_error *error)
{
    size_t tree = reader->builder->forest.n_trees;
    size_t n_nodes = reader->left.count;
    if (reader->leaf_vector > 1) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        "trees[%zu] has leaves of %lld values, only single values are read", tree,
                        (long long)reader->leaf_vector);
    }
    if (reader->id != (int64_t)tree) {
        return lsc_fail(error, LSC_BAD_MODEL, "trees[%zu].id is %lld", tree, (long long)reader->id);
    }
    if (reader->num_nodes != (int64_t)n_nodes) {
        return lsc_fail(error, LSC_BAD_MODEL,
                        "trees[%zu].tree_param.num_nodes is %lld, but left_children has %zu", tree,
                        (long long)reader->num_nodes, n_nodes);
    }
    if (reader->num_deleted < 0 || reader->num_deleted > (int64_t)n_nodes) {
        return lsc_fail(error, LSC_BAD_MODEL, "trees[%zu].tree_param.num_deleted is %lld", tree,
                        (long long)reader->num_deleted);
    }
    return check_arrays(reader, error);
}

static lsc_status add_tree(const lsc_tree_reader *reader, lsc_error *error)
{
    lsc_raw_tree tree = {
        .n_nodes = reader->left.count,
        .n_deleted = (size_t)reader->num_deleted,
        .left = reader->left.items,
        .right = reader->right.items,
        .column = reader->column.items,
        .value = reader->value.items,
        .cover = reader->cover.items,
        .default_left = reader->default_left.items,
        .categorical = reader->split_type.count > 0 ? reader->split_type.items : NULL,
        .category_nodes = reader->category_nodes.items,
        .category_starts = reader->category_starts.items,
        .category_counts = reader->category_counts.items,
        .n_category_nodes = reader->category_nodes.count,
        .categories = reader->categories.items,
        .n_categories = reader->categories.count,
    };
    return lsc_forest_builder_add(reader->builder, &tree, error);
}

lsc_status lsc_tree_read(lsc_tree_reader *reader, const lsc_pull_event *event, lsc_error *error)
{
    forget_tree(reader);
    lsc_status status = read_members(reader, event, error);
    if (status == LSC_OK) {
        status = check_tree(reader, error);
    }
    return status == LSC_OK ? add_tree(reader, error) : status;
}

void lsc_tree_reader_free(lsc_tree_reader *reader)
{
    void *blocks[] = {reader->left.items,           reader->right.items,
                      reader->column.items,         reader->value.items,
                      reader->cover.items,          reader->default_left.items,
                      reader->split_type.items,     reader->categories.items,
                      reader->category_nodes.items, reader->category_starts.items,
                      reader->category_counts.items};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        lsc_release(reader->task.allocator, blocks[i]);
    }
}
