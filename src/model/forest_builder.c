#include "forest_builder.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <leadscore/model.h>

#include "core/number.h"

void lsc_forest_builder_init(lsc_forest_builder *builder, size_t n_columns,
                             const lsc_allocator *allocator)
{
    memset(builder, 0, sizeof *builder);
    builder->forest.allocator = *allocator;
    builder->forest.n_columns = n_columns;
}

void lsc_forest_builder_free(lsc_forest_builder *builder)
{
    lsc_release(&builder->forest.allocator, builder->sources);
    lsc_release(&builder->forest.allocator, builder->reached);
    lsc_forest_free(&builder->forest);
}

/** Room for all nodes of a tree, and marks that nothing is reached yet. */
static lsc_status make_room(lsc_forest_builder *builder, const lsc_raw_tree *tree, lsc_error *error)
{
    lsc_forest *forest = &builder->forest;
    if (forest->n_trees == LSC_MAX_TREES) {
        return lsc_fail(error, LSC_LIMIT, "the model has more than %d trees", LSC_MAX_TREES);
    }
    if (tree->n_nodes > LSC_MAX_NODES - forest->n_nodes) {
        return lsc_fail(error, LSC_LIMIT, "the model has more than %u nodes", LSC_MAX_NODES);
    }
    void *nodes = forest->nodes;
    void *roots = forest->roots;
    void *sources = builder->sources;
    void *reached = builder->reached;
    const lsc_allocator *allocator = &forest->allocator;
    bool room = lsc_grow(allocator, &nodes, &builder->node_capacity,
                         forest->n_nodes + tree->n_nodes, sizeof *forest->nodes);
    forest->nodes = nodes;
    room = room && lsc_grow(allocator, &roots, &builder->tree_capacity, forest->n_trees + 1,
                            sizeof *forest->roots);
    forest->roots = roots;
    room = room && lsc_grow(allocator, &sources, &builder->source_capacity, tree->n_nodes,
                            sizeof *builder->sources);
    builder->sources = sources;
    room = room && lsc_grow(allocator, &reached, &builder->reached_capacity, tree->n_nodes, 1);
    builder->reached = reached;
    if (!room) {
        return lsc_fail_memory(error);
    }
    memset(builder->reached, 0, tree->n_nodes);
    return LSC_OK;
}

static lsc_status fail_node(const lsc_forest_builder *builder, size_t source, const char *what,
                            double value, lsc_error *error)
{
    return lsc_fail(error, LSC_BAD_MODEL, "trees[%zu].nodes[%zu]: %s %s", builder->forest.n_trees,
                    source, what, lsc_number_show(value, 9).text);
}

static bool is_index(double value, size_t count)
{
    return value >= 0 && value < (double)count && value == floor(value);
}

/** Give the child the next free place. Each raw node can be a child but once. */
static lsc_status adopt(lsc_forest_builder *builder, const lsc_raw_tree *tree, size_t parent,
                        double child, size_t *n_adopted, lsc_error *error)
{
    if (!is_index(child, tree->n_nodes)) {
        return fail_node(builder, parent, "its child does not exist:", child, error);
    }
    size_t source = (size_t)child;
    if (source == 0 || builder->reached[source]) {
        return fail_node(builder, parent, "its child has another parent:", child, error);
    }
    builder->reached[source] = 1;
    builder->sources[(*n_adopted)++] = (uint32_t)source;
    return LSC_OK;
}

static lsc_status add_split(lsc_forest_builder *builder, const lsc_raw_tree *tree, size_t source,
                            size_t *n_adopted, lsc_node *node, lsc_error *error)
{
    if (!is_index(tree->column[source], builder->forest.n_columns)) {
        return fail_node(builder, source, "its column does not exist:", tree->column[source],
                         error);
    }
    if (tree->default_left[source] != 0 && tree->default_left[source] != 1) {
        return fail_node(builder, source, "its default direction is", tree->default_left[source],
                         error);
    }
    node->column = (uint16_t)tree->column[source];
    node->default_left = tree->default_left[source] == 1;
    node->left = (uint32_t)(builder->forest.n_nodes + *n_adopted);
    lsc_status status = adopt(builder, tree, source, tree->left[source], n_adopted, error);
    if (status == LSC_OK) {
        status = adopt(builder, tree, source, tree->right[source], n_adopted, error);
    }
    return status;
}

static lsc_status add_node(lsc_forest_builder *builder, const lsc_raw_tree *tree, size_t source,
                           size_t *n_adopted, lsc_node *node, lsc_error *error)
{
    double value = tree->value[source];
    double cover = tree->cover[source];
    bool leaf = tree->left[source] == -1;
    if (!(fabs(value) <= (double)FLT_MAX)) {
        return fail_node(builder, source, leaf ? "its value is" : "its threshold is", value, error);
    }
    if (!(cover >= 0 && cover <= (double)FLT_MAX)) {
        return fail_node(builder, source, "its cover is", cover, error);
    }
    *node = (lsc_node){.value = (float)value, .cover = (float)cover};
    if (!leaf) {
        return add_split(builder, tree, source, n_adopted, node, error);
    }
    if (tree->right[source] != -1) {
        return fail_node(builder, source, "a leaf has a right child:", tree->right[source], error);
    }
    return LSC_OK;
}

/**
 * Breadth first: nodes are numbered as they are adopted, so that the queue is the list of sources
 * and children stand after their parents.
 */
static lsc_status add_nodes(lsc_forest_builder *builder, const lsc_raw_tree *tree,
                            size_t *n_adopted, lsc_error *error)
{
    lsc_node *nodes = builder->forest.nodes + builder->forest.n_nodes;
    size_t depth = 0;
    size_t level_end = 1;
    builder->sources[0] = 0;
    *n_adopted = 1;
    for (size_t i = 0; i < *n_adopted; i++) {
        if (i == level_end) {
            level_end = *n_adopted;
            depth++;
        }
        lsc_status status =
            add_node(builder, tree, builder->sources[i], n_adopted, &nodes[i], error);
        if (status != LSC_OK) {
            return status;
        }
    }
    if (depth > LSC_MAX_DEPTH) {
        return lsc_fail(error, LSC_LIMIT, "trees[%zu] is %zu splits deep, at most %d are read",
                        builder->forest.n_trees, depth, LSC_MAX_DEPTH);
    }
    if (depth > builder->forest.max_depth) {
        builder->forest.max_depth = depth;
    }
    return LSC_OK;
}

lsc_status lsc_forest_builder_add(lsc_forest_builder *builder, const lsc_raw_tree *tree,
                                  lsc_error *error)
{
    lsc_forest *forest = &builder->forest;
    if (tree->n_nodes == 0) {
        return lsc_fail(error, LSC_BAD_MODEL, "trees[%zu] has no node", forest->n_trees);
    }
    size_t n_adopted = 0;
    lsc_status status = make_room(builder, tree, error);
    if (status == LSC_OK) {
        status = add_nodes(builder, tree, &n_adopted, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    if (tree->n_nodes - n_adopted != tree->n_deleted) {
        return lsc_fail(error, LSC_BAD_MODEL,
                        "trees[%zu] has %zu nodes that nothing leads to, but %zu deleted ones",
                        forest->n_trees, tree->n_nodes - n_adopted, tree->n_deleted);
    }
    forest->roots[forest->n_trees++] = (uint32_t)forest->n_nodes;
    forest->n_nodes += n_adopted;
    return LSC_OK;
}

/**
 * The cover-weighted means of all subtrees, in double, into means [n_nodes]: from the last node to
 * the first, for children stand after their parents.
 */
static void subtree_means(const lsc_forest *forest, double *means)
{
    for (size_t i = forest->n_nodes; i-- > 0;) {
        const lsc_node *node = &forest->nodes[i];
        if (node->left == 0) {
            means[i] = (double)node->value;
            continue;
        }
        double share = lsc_forest_left_share(forest, node);
        means[i] = share * means[node->left] + (1 - share) * means[node->left + 1];
    }
}

/** The largest |leaf| of each tree, summed in double. */
static double leaf_reach(const lsc_forest *forest)
{
    double reach = 0;
    for (size_t t = 0; t < forest->n_trees; t++) {
        size_t end = t + 1 < forest->n_trees ? forest->roots[t + 1] : forest->n_nodes;
        double largest = 0;
        for (size_t i = forest->roots[t]; i < end; i++) {
            const lsc_node *node = &forest->nodes[i];
            if (node->left == 0) {
                largest = fmax(largest, fabs((double)node->value));
            }
        }
        reach += largest;
    }
    return reach;
}

lsc_status lsc_forest_builder_finish(lsc_forest_builder *builder, float base_margin,
                                     lsc_forest *forest, lsc_error *error)
{
    lsc_forest *built = &builder->forest;
    double reach = fabs((double)base_margin) + leaf_reach(built);
    /* Half of the range leaves room for what rounding adds. */
    if (!(reach < (double)FLT_MAX / 2)) {
        return lsc_fail(error, LSC_BAD_MODEL, "the leaves add up to %s, beyond a float32",
                        lsc_number_show(reach, 9).text);
    }
    double *means = lsc_alloc_array(&built->allocator, built->n_nodes, sizeof *means);
    if (means == NULL) {
        return lsc_fail_memory(error);
    }
    subtree_means(built, means);
    built->trees_mean = 0;
    for (size_t t = 0; t < built->n_trees; t++) {
        built->trees_mean += means[built->roots[t]];
    }
    lsc_release(&built->allocator, means);
    lsc_forest_set_base_margin(built, base_margin);
    *forest = *built;
    built->nodes = NULL;
    built->roots = NULL;
    return LSC_OK;
}
