/* A model as XGBoost writes it, UBJSON, of four columns. What is accepted is walked. */
#include "fuzz.h"

#include <float.h>
#include <math.h>

#include "core/memory.h"
#include "explain/tree_shap.h"
#include "model/forest.h"
#include "score/scorer.h"

#define N_COLUMNS 4

/** The blocks that walking a forest needs, of the greatest depth there is. */
static lsc_scratch *scratch_of(void)
{
    static lsc_path_step path[LSC_MAX_DEPTH * (LSC_MAX_DEPTH + 1) / 2];
    static lsc_path_branch branches[LSC_MAX_DEPTH + 1];
    static double points[LSC_MAX_DEPTH / 2 + 1];
    static double weights[LSC_MAX_DEPTH / 2 + 1];
    static double products[LSC_MAX_DEPTH / 2 + 1];
    static lsc_scratch scratch;
    scratch = (lsc_scratch){.path = path,
                            .branches = branches,
                            .points = points,
                            .point_weights = weights,
                            .products = products};
    return &scratch;
}

/** The most that margins can be: the largest leaf of each tree, summed. */
static double reach_of(const lsc_forest *forest)
{
    double reach = fabs((double)forest->base_margin);
    for (size_t t = 0; t < forest->n_trees; t++) {
        size_t end = t + 1 < forest->n_trees ? forest->roots[t + 1] : forest->n_nodes;
        double largest = 0;
        for (size_t i = forest->roots[t]; i < end; i++) {
            if (forest->nodes[i].left == 0) {
                largest = fmax(largest, fabs((double)forest->nodes[i].value));
            }
        }
        reach += largest;
    }
    return reach;
}

static void check_row(const lsc_forest *forest, const float *columns, double reach)
{
    double contributions[N_COLUMNS];
    float margin = lsc_forest_margin(forest, columns);
    lsc_tree_shap(forest, columns, scratch_of(), contributions);
    double sum = forest->base_value;
    for (size_t i = 0; i < N_COLUMNS; i++) {
        fuzz_check(isfinite(contributions[i]));
        sum += contributions[i];
    }
    fuzz_check(isfinite(margin));
    /* The margin is a sum of floats: half a unit in the last place of the reach for each tree. */
    fuzz_check(fabs(sum - (double)margin) <=
               1e-9 * fmax(1, reach) + (double)(forest->n_trees + 1) * 6e-8 * reach);
}

static void use_forest(const lsc_forest *forest, const uint8_t *bytes, size_t length)
{
    static const float values[] = {NAN, 0, 0.5f, -1, 1, 3, FLT_MAX, -FLT_MAX};
    double reach = reach_of(forest);
    fuzz_check(isfinite(forest->base_value));
    for (size_t row = 0; row < 6; row++) {
        float columns[N_COLUMNS];
        for (size_t i = 0; i < N_COLUMNS; i++) {
            size_t choice = length == 0 ? 0 : bytes[(row * N_COLUMNS + i) * 31 % length] + row;
            columns[i] = values[row < 2 ? row : choice % (sizeof values / sizeof values[0])];
        }
        check_row(forest, columns, reach);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_forest forest = {.allocator = *lsc_default_allocator()};
    lsc_status status = lsc_forest_read_ubjson(bytes, length, N_COLUMNS, lsc_default_allocator(),
                                               &forest, &refusal);
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
        return 0;
    }
    use_forest(&forest, bytes, length);
    lsc_forest_free(&forest);
    return 0;
}
