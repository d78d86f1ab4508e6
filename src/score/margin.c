#include "scorer.h"

#include <math.h>

/** The leaf that a vector comes to. */
static float leaf_value(const lsc_forest *forest, uint32_t root, const float *columns)
{
    const lsc_node *node = &forest->nodes[root];
    while (node->left != 0) {
        bool left = lsc_forest_goes_left(forest, node, columns[node->column]);
        node = &forest->nodes[node->left + (left ? 0 : 1)];
    }
    return node->value;
}

float lsc_forest_margin(const lsc_forest *forest, const float *columns)
{
    float margin = forest->base_margin;
    for (size_t i = 0; i < forest->n_trees; i++) {
        margin += leaf_value(forest, forest->roots[i], columns);
    }
    return margin;
}

float lsc_raw_sigmoid(float margin)
{
    /* The libm's own expf, for it is what XGBoost calls. The cap keeps it finite. */
    float power = expf(fminf(-margin, 88.7f));
    return 1.0f / (power + 1.0f + 1e-16f);
}
