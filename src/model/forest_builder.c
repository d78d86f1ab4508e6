#include "forest_builder.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <leadscore/model.h>

#include "core/number.h"

/** Nodes that room is made for at first: 256 KiB. */
#define FIRST_NODES 16384

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

/**
 * Nodes to have room for. What is expected is believed once so many nodes are there that it would not
 * be much too much; a model's size alone costs nothing.
 */
static size_t nodes_wanted(const lsc_forest_builder *builder, size_t needed)
{
    size_t expected = builder->expected_nodes;
    if (needed <= FIRST_NODES && expected > FIRST_NODES) {
        expected = FIRST_NODES;
    }
    return needed > expected ? needed : expected;
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
    size_t needed = forest->n_nodes + tree->n_nodes;
    bool room = needed <= builder->node_capacity ||
                lsc_grow_by(allocator, &nodes, &builder->node_capacity,
                            nodes_wanted(builder, needed), 0, sizeof *forest->nodes);
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

/** Give the child the next free place. Each raw node can be a child but once. */
static lsc_status adopt(lsc_forest_builder *builder, const lsc_raw_tree *tree, size_t parent,
                        int32_t child, size_t *n_adopted, lsc_error *error)
{
    if (child < 0 || (size_t)child >= tree->n_nodes) {
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

/** The place of a node in the list of those that have categories; the list's length where it is not. */
static size_t find_categories(const lsc_raw_tree *tree, size_t source)
{
    size_t low = 0;
    size_t high = tree->n_category_nodes;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((size_t)tree->category_nodes[middle] < source) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < tree->n_category_nodes && (size_t)tree->category_nodes[low] == source;
    return found ? low : tree->n_category_nodes;
}

/** Room for a set up to a category, its words zero. */
static lsc_status add_set(lsc_forest_builder *builder, int32_t largest, lsc_error *error)
{
    lsc_forest *forest = &builder->forest;
    size_t n_words = (size_t)largest / 32 + 1;
    if (n_words > LSC_MAX_CATEGORY_WORDS - forest->n_set_words) {
        return lsc_fail(error, LSC_LIMIT, "the sets of categories take more than %u words",
                        LSC_MAX_CATEGORY_WORDS);
    }
    void *sets = forest->sets;
    void *words = forest->set_words;
    bool room = lsc_grow_by(&forest->allocator, &sets, &builder->set_capacity, forest->n_sets + 1,
                            0, sizeof *forest->sets);
    forest->sets = sets;
    room = room && lsc_grow_by(&forest->allocator, &words, &builder->word_capacity,
                               forest->n_set_words + n_words, 0, sizeof *forest->set_words);
    forest->set_words = words;
    if (!room) {
        return lsc_fail_memory(error);
    }
    memset(forest->set_words + forest->n_set_words, 0, n_words * sizeof *forest->set_words);
    forest->sets[forest->n_sets++] =
        (lsc_category_set){(uint32_t)forest->n_set_words, (uint32_t)n_words};
    forest->n_set_words += n_words;
    return LSC_OK;
}

/** The categories of a split, which go right. */
static lsc_status add_categories(lsc_forest_builder *builder, const lsc_raw_tree *tree,
                                 size_t source, lsc_node *node, lsc_error *error)
{
    size_t place = find_categories(tree, source);
    if (place == tree->n_category_nodes || tree->category_counts[place] == 0) {
        return fail_node(builder, source, "it splits by category, and has no categories; column",
                         tree->column[source], error);
    }
    const int32_t *categories = tree->categories + tree->category_starts[place];
    size_t n = (size_t)tree->category_counts[place];
    int32_t largest = 0;
    for (size_t i = 0; i < n; i++) {
        if (categories[i] < 0 || categories[i] >= (int32_t)LSC_MAX_CATEGORY) {
            return fail_node(builder, source, "its category does not exist:", categories[i], error);
        }
        largest = categories[i] > largest ? categories[i] : largest;
    }
    lsc_status status = add_set(builder, largest, error);
    if (status != LSC_OK) {
        return status;
    }
    const lsc_forest *forest = &builder->forest;
    uint32_t *words = forest->set_words + forest->sets[forest->n_sets - 1].first_word;
    for (size_t i = 0; i < n; i++) {
        words[categories[i] / 32] |= UINT32_C(1) << categories[i] % 32;
    }
    node->categorical = true;
    node->set = (uint32_t)(forest->n_sets - 1);
    return LSC_OK;
}

static bool is_categorical(const lsc_raw_tree *tree, size_t source)
{
    return tree->categorical != NULL && tree->categorical[source] != 0;
}

static lsc_status add_split(lsc_forest_builder *builder, const lsc_raw_tree *tree, size_t source,
                            size_t *n_adopted, lsc_node *node, lsc_error *error)
{
    int32_t column = tree->column[source];
    if (column < 0 || (size_t)column >= builder->forest.n_columns) {
        return fail_node(builder, source, "its column does not exist:", column, error);
    }
    if (tree->default_left[source] > 1) {
        return fail_node(builder, source, "its default direction is", tree->default_left[source],
                         error);
    }
    if (tree->categorical != NULL && tree->categorical[source] > 1) {
        return fail_node(builder, source, "its type of split is", tree->categorical[source], error);
    }
    node->column = (uint16_t)column;
    node->default_left = tree->default_left[source] == 1;
    node->left = (uint32_t)(builder->forest.n_nodes + *n_adopted);
    lsc_status status = adopt(builder, tree, source, tree->left[source], n_adopted, error);
    if (status == LSC_OK) {
        status = adopt(builder, tree, source, tree->right[source], n_adopted, error);
    }
    if (status == LSC_OK && is_categorical(tree, source)) {
        status = add_categories(builder, tree, source, node, error);
    }
    return status;
}

static lsc_status add_node(lsc_forest_builder *builder, const lsc_raw_tree *tree, size_t source,
                           size_t *n_adopted, lsc_node *node, lsc_error *error)
{
    float value = tree->value[source];
    float cover = tree->cover[source];
    bool leaf = tree->left[source] == -1;
    /* Of a split by category XGBoost writes NaN or a tiny number here: it means nothing. */
    bool counts = leaf || !is_categorical(tree, source);
    if (counts && !isfinite(value)) {
        return fail_node(builder, source, leaf ? "its value is" : "its threshold is", (double)value,
                         error);
    }
    if (!(cover >= 0 && isfinite(cover))) {
        return fail_node(builder, source, "its cover is", (double)cover, error);
    }
    *node = (lsc_node){.value = value, .cover = cover};
    if (!leaf) {
        return add_split(builder, tree, source, n_adopted, node, error);
    }
    if (tree->right[source] != -1) {
        return fail_node(builder, source, "a leaf has a right child:", tree->right[source], error);
    }
    return LSC_OK;
}

/** That the lists of categories fit together: nodes that rise, and ranges that follow each other. */
static lsc_status check_categories(const lsc_forest_builder *builder, const lsc_raw_tree *tree,
                                   lsc_error *error)
{
    size_t tree_number = builder->forest.n_trees;
    size_t end = 0;
    for (size_t i = 0; i < tree->n_category_nodes; i++) {
        int32_t node = tree->category_nodes[i];
        if (node < 0 || (size_t)node >= tree->n_nodes ||
            (i > 0 && node <= tree->category_nodes[i - 1])) {
            return lsc_fail(error, LSC_BAD_MODEL,
                            "trees[%zu].categories_nodes[%zu] is %ld, must be a node, and rise",
                            tree_number, i, (long)node);
        }
        int32_t start = tree->category_starts[i];
        int32_t count = tree->category_counts[i];
        if (start < 0 || (size_t)start != end || count < 0 ||
            (size_t)count > tree->n_categories - end) {
            return lsc_fail(error, LSC_BAD_MODEL,
                            "trees[%zu].categories_segments[%zu] is %ld with %ld categories, but "
                            "%zu of %zu are given before it",
                            tree_number, i, (long)start, (long)count, end, tree->n_categories);
        }
        end += (size_t)count;
    }
    if (end != tree->n_categories) {
        return lsc_fail(error, LSC_BAD_MODEL,
                        "trees[%zu].categories has %zu values, but its nodes have %zu", tree_number,
                        tree->n_categories, end);
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
    lsc_status status = check_categories(builder, tree, error);
    if (status == LSC_OK) {
        status = make_room(builder, tree, error);
    }
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

static size_t tree_end(const lsc_forest *forest, size_t tree)
{
    return tree + 1 < forest->n_trees ? forest->roots[tree + 1] : forest->n_nodes;
}

lsc_status lsc_forest_builder_set_columns(lsc_forest_builder *builder, size_t n_columns,
                                          lsc_error *error)
{
    lsc_forest *forest = &builder->forest;
    for (size_t t = 0; n_columns < forest->n_columns && t < forest->n_trees; t++) {
        for (size_t i = forest->roots[t]; i < tree_end(forest, t); i++) {
            if (forest->nodes[i].left != 0 && forest->nodes[i].column >= n_columns) {
                return lsc_fail(error, LSC_BAD_MODEL,
                                "trees[%zu] splits by column %d, the model has %zu columns", t,
                                forest->nodes[i].column, n_columns);
            }
        }
    }
    forest->n_columns = n_columns;
    return LSC_OK;
}

static lsc_status weigh_tree(lsc_forest *forest, size_t tree, float weight, lsc_error *error)
{
    for (size_t i = forest->roots[tree]; i < tree_end(forest, tree); i++) {
        lsc_node *node = &forest->nodes[i];
        if (node->left == 0) {
            node->value *= weight;
            if (!isfinite(node->value)) {
                return lsc_fail(error, LSC_BAD_MODEL,
                                "trees[%zu]: its weight %s makes a leaf that is no number", tree,
                                lsc_number_show((double)weight, 9).text);
            }
        }
    }
    return LSC_OK;
}

lsc_status lsc_forest_builder_weigh(lsc_forest_builder *builder, const float *weights,
                                    lsc_error *error)
{
    lsc_forest *forest = &builder->forest;
    for (size_t t = 0; t < forest->n_trees; t++) {
        lsc_status status = weigh_tree(forest, t, weights[t], error);
        if (status != LSC_OK) {
            return status;
        }
    }
    return LSC_OK;
}

/**
 * The cover-weighted mean of a tree's leaves, in double. `means` has room for its nodes; it is
 * filled from the last to the first, for children stand after their parents.
 */
static double tree_mean(const lsc_forest *forest, size_t tree, double *means)
{
    size_t root = forest->roots[tree];
    for (size_t i = tree_end(forest, tree); i-- > root;) {
        const lsc_node *node = &forest->nodes[i];
        if (node->left == 0) {
            means[i - root] = (double)node->value;
            continue;
        }
        double share = lsc_forest_left_share(forest, node);
        size_t left = node->left - root;
        means[i - root] = share * means[left] + (1 - share) * means[left + 1];
    }
    return means[0];
}

/** The sum of the trees' means. */
static lsc_status set_trees_mean(lsc_forest *forest, lsc_error *error)
{
    size_t most = 0;
    for (size_t t = 0; t < forest->n_trees; t++) {
        size_t n_nodes = tree_end(forest, t) - forest->roots[t];
        most = n_nodes > most ? n_nodes : most;
    }
    double *means = lsc_alloc_array(&forest->allocator, most, sizeof *means);
    if (means == NULL) {
        return lsc_fail_memory(error);
    }
    forest->trees_mean = 0;
    for (size_t t = 0; t < forest->n_trees; t++) {
        forest->trees_mean += tree_mean(forest, t, means);
    }
    lsc_release(&forest->allocator, means);
    return LSC_OK;
}

/** Give back what the growth of the arrays left unused, and what only building needs. */
static void trim(lsc_forest_builder *builder)
{
    lsc_forest *forest = &builder->forest;
    const lsc_allocator *allocator = &forest->allocator;
    lsc_release(allocator, builder->sources);
    lsc_release(allocator, builder->reached);
    builder->sources = NULL;
    builder->reached = NULL;
    void *nodes = forest->nodes;
    void *roots = forest->roots;
    void *sets = forest->sets;
    void *words = forest->set_words;
    /* A little unused room is better than a moment with two copies. */
    if (builder->node_capacity - forest->n_nodes > forest->n_nodes / 16) {
        lsc_shrink(allocator, &nodes, forest->n_nodes, sizeof *forest->nodes);
    }
    lsc_shrink(allocator, &roots, forest->n_trees, sizeof *forest->roots);
    lsc_shrink(allocator, &sets, forest->n_sets, sizeof *forest->sets);
    lsc_shrink(allocator, &words, forest->n_set_words, sizeof *forest->set_words);
    forest->nodes = nodes;
    forest->roots = roots;
    forest->sets = sets;
    forest->set_words = words;
}

/** The largest |leaf| of each tree, summed in double. */
static double leaf_reach(const lsc_forest *forest)
{
    double reach = 0;
    for (size_t t = 0; t < forest->n_trees; t++) {
        double largest = 0;
        for (size_t i = forest->roots[t]; i < tree_end(forest, t); i++) {
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
    trim(builder);
    lsc_status status = set_trees_mean(built, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_forest_set_base_margin(built, base_margin);
    *forest = *built;
    built->nodes = NULL;
    built->roots = NULL;
    built->sets = NULL;
    built->set_words = NULL;
    return LSC_OK;
}
