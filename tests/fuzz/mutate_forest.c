/* Changes to the arrays of XGBoost's trees. */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "mutators.h"

/** The arrays of a node each. */
static const char *const node_arrays[] = {
    "left_children", "right_children", "split_indices", "split_conditions", "sum_hessian",
    "default_left",  "split_type",     "base_weights",  "loss_changes",     "parents"};

#define N_ARRAYS (sizeof node_arrays / sizeof node_arrays[0])

static void set_text(value *object, const char *key, size_t number)
{
    char text[24];
    value *member = value_member(object, key);
    snprintf(text, sizeof text, "%zu", number);
    value *made = value_new_text(text);
    if (member != NULL && made != NULL) {
        member->kind = VALUE_TEXT;
        member->text = made->text;
        member->length = made->length;
    }
}

static value *item_of(const value *tree, const char *array, size_t node)
{
    value *found = value_member(tree, array);
    return found != NULL && node < found->n_items ? found->items[node] : NULL;
}

static void set_item(const value *tree, const char *array, size_t node, double number)
{
    value *item = item_of(tree, array, node);
    if (item != NULL) {
        item->number = number;
    }
}

static size_t count_nodes(const value *tree)
{
    const value *left = value_member(tree, "left_children");
    return left == NULL ? 0 : left->n_items;
}

/** A leaf at the end of all arrays; its place. */
static size_t add_leaf(value *tree)
{
    size_t n_nodes = count_nodes(tree);
    for (size_t i = 0; i < N_ARRAYS; i++) {
        value *array = value_member(tree, node_arrays[i]);
        value_insert(array, n_nodes, value_new_number(i < 2 ? -1 : i == 4 ? 1 : 0));
    }
    set_text(value_member(tree, "tree_param"), "num_nodes", count_nodes(tree));
    return n_nodes;
}

/** Make a node a split, of two new leaves. */
static void grow(value *tree, size_t node)
{
    size_t left = add_leaf(tree);
    size_t right = add_leaf(tree);
    set_item(tree, "left_children", node, (double)left);
    set_item(tree, "right_children", node, (double)right);
    set_item(tree, "split_conditions", node, (double)value_roll(7) / 2 - 1);
    set_item(tree, "sum_hessian", node, 2);
    set_item(tree, "parents", left, (double)node);
    set_item(tree, "parents", right, (double)node);
}

/** Make a node a split by category, of one segment of the tree's categories. */
static void categorise(value *tree, size_t node)
{
    value *categories = value_member(tree, "categories");
    value *nodes = value_member(tree, "categories_nodes");
    value *segments = value_member(tree, "categories_segments");
    value *sizes = value_member(tree, "categories_sizes");
    if (categories == NULL || nodes == NULL || segments == NULL || sizes == NULL) {
        return;
    }
    size_t count = 1 + value_roll(4);
    value_insert(nodes, nodes->n_items, value_new_number((double)node));
    value_insert(segments, segments->n_items, value_new_number((double)categories->n_items));
    value_insert(sizes, sizes->n_items, value_new_number((double)count));
    for (size_t i = 0; i < count; i++) {
        value_insert(categories, categories->n_items,
                     value_new_number((double)(i * 2 + value_roll(3))));
    }
    set_item(tree, "split_type", node, 1);
}

static void change_node(value *tree, size_t node)
{
    static const char *const children[] = {"left_children", "right_children"};
    size_t n_nodes = count_nodes(tree);
    switch (value_roll(7)) {
    case 0:
    case 1:
        set_item(tree, children[value_roll(2)], node, (double)value_roll(n_nodes + 2) - 1);
        break;
    case 2:
        set_item(tree, "split_indices", node, (double)value_roll(6));
        break;
    case 3:
        set_item(tree, "default_left", node, (double)value_roll(3));
        break;
    case 4:
        categorise(tree, node);
        break;
    case 5:
        set_item(tree, "sum_hessian", node, value_roll(4) == 0 ? 0 : 1e30);
        break;
    default:
        grow(tree, node);
        break;
    }
}

/** Number the trees, and say how many there are. */
static void renumber(value *model, value *trees)
{
    value *info = value_member(model, "tree_info");
    for (size_t i = 0; i < trees->n_items; i++) {
        value *id = value_member(trees->items[i], "id");
        if (id != NULL) {
            id->number = (double)i;
        }
    }
    while (info != NULL && info->n_items < trees->n_items) {
        size_t before = info->n_items;
        value_insert(info, before, value_new_number(0));
        if (info->n_items == before) {
            break;
        }
    }
    if (info != NULL && info->n_items > trees->n_items) {
        info->n_items = trees->n_items;
    }
    set_text(value_member(model, "gbtree_model_param"), "num_trees", trees->n_items);
}

static void change_trees(value *model, value *trees, size_t tree)
{
    if (value_roll(2) == 0) {
        value_insert(trees, tree, value_copy(trees->items[tree]));
    } else {
        value_remove(trees, tree);
    }
    renumber(model, trees);
}

void mutate_forest(value *root)
{
    value *booster = value_member(value_member(root, "learner"), "gradient_booster");
    if (value_member(booster, "gbtree") != NULL) {
        booster = value_member(booster, "gbtree"); /* dart holds one */
    }
    value *model = value_member(booster, "model");
    value *trees = value_member(model, "trees");
    if (trees == NULL || trees->kind != VALUE_ARRAY || trees->n_items == 0) {
        return;
    }
    size_t tree = value_roll(trees->n_items);
    size_t n_nodes = count_nodes(trees->items[tree]);
    if (n_nodes == 0 || value_roll(6) == 0) {
        change_trees(model, trees, tree);
    } else {
        change_node(trees->items[tree], value_roll(n_nodes));
    }
}

static void change_model(value *root)
{
    for (size_t changes = 1 + value_roll(4); changes > 0; changes--) {
        if (value_roll(3) == 0) {
            value_mutate(root);
        } else {
            mutate_forest(root);
        }
    }
}

size_t mutate_ubjson(uint8_t *bytes, size_t length, size_t room)
{
    value *root = value_roll(8) == 0 ? NULL : value_read_ubjson((const char *)bytes, length);
    static char written[1u << 20];
    if (root == NULL) {
        return LLVMFuzzerMutate(bytes, length, room);
    }
    change_model(root);
    size_t size = value_write_ubjson(root, written, room < sizeof written ? room : sizeof written);
    if (size == 0) {
        return LLVMFuzzerMutate(bytes, length, room);
    }
    memcpy(bytes, written, size);
    return size;
}

size_t mutate_json(uint8_t *bytes, size_t length, size_t room)
{
    value *root = value_roll(2) == 0 ? NULL : value_read_json((const char *)bytes, length);
    static char written[1u << 20];
    if (root == NULL) {
        return LLVMFuzzerMutate(bytes, length, room);
    }
    change_model(root);
    size_t size = value_write_json(root, written, room < sizeof written ? room : sizeof written);
    if (size == 0) {
        return LLVMFuzzerMutate(bytes, length, room);
    }
    memcpy(bytes, written, size);
    return size;
}
