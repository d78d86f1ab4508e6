#include "train/rows.h"

#include <math.h>
#include <string.h>

#include <leadscore/score.h>

#include "core/sort.h"
#include "features/spec_data.h"

static lsc_status learn_row(void *ctx, lsc_lead *lead, const lsc_row *row, lsc_error *error)
{
    return lsc_spec_learner_add(ctx, lead, row->lead, row->as_of_ms, error);
}

lsc_status lsc_rows_learn(const lsc_plan *plan, lsc_source *source, lsc_spec *spec,
                          const lsc_stage *stage, lsc_spec **learned, lsc_error *error)
{
    lsc_spec_learner *learner;
    lsc_status status = lsc_spec_learner_new(spec, &learner, error);
    if (status != LSC_OK) {
        return status;
    }
    if (lsc_spec_learner_learns(learner)) {
        status = lsc_plan_walk(plan, source, spec, stage, learn_row, learner, error);
    }
    if (status == LSC_OK) {
        status = lsc_spec_learner_finish(learner, learned, error);
    }
    lsc_spec_learner_free(learner);
    return status;
}

/** Rows being filled in. The plan may hold more than come out: they have room for all of it. */
typedef struct extraction {
    const lsc_plan *plan;
    const lsc_spec *spec;
    lsc_scorer *incumbent;
    lsc_rows *rows;
    uint64_t *keys; /**< [n_rows] of the rows' leads */
} extraction;

static lsc_status score_incumbent(extraction *into, lsc_lead *lead, const lsc_row *row,
                                  lsc_error *error)
{
    lsc_result result = LSC_RESULT_INIT;
    lsc_status status = lsc_score_lead(into->incumbent, lead, row->as_of_ms, &result, error);
    if (status == LSC_OK) {
        into->rows->incumbent[into->rows->n_rows] =
            isnan(result.probability) ? result.points : result.probability;
    }
    return status;
}

static lsc_status extract_row(void *ctx, lsc_lead *lead, const lsc_row *row, lsc_error *error)
{
    extraction *into = ctx;
    lsc_rows *rows = into->rows;
    size_t at = rows->n_rows;
    lsc_status status =
        lsc_spec_extract(into->spec, lead, row->as_of_ms, rows->columns + at * rows->n_columns,
                         rows->n_columns, error);
    if (status == LSC_OK && into->incumbent != NULL) {
        status = score_incumbent(into, lead, row, error);
    }
    if (status == LSC_OK) {
        rows->labels[at] = row->label;
        rows->weights[at] = row->weight;
        rows->as_of_ms[at] = row->as_of_ms;
        into->keys[at] = into->plan->leads[row->lead].key;
        rows->n_rows++;
    }
    return status;
}

static lsc_status make_room(const lsc_plan *plan, const lsc_spec *spec, bool incumbent,
                            extraction *into, lsc_error *error)
{
    const lsc_allocator *allocator = plan->allocator;
    lsc_rows *rows = into->rows;
    size_t n = plan->n_rows;
    rows->n_columns = lsc_spec_n_columns(spec);
    rows->columns = lsc_alloc_array(allocator, n, rows->n_columns * sizeof *rows->columns);
    rows->labels = lsc_alloc_array(allocator, n, sizeof *rows->labels);
    rows->weights = lsc_alloc_array(allocator, n, sizeof *rows->weights);
    rows->as_of_ms = lsc_alloc_array(allocator, n, sizeof *rows->as_of_ms);
    rows->groups = lsc_alloc_array(allocator, n, sizeof *rows->groups);
    rows->group_keys = lsc_alloc_array(allocator, n, sizeof *rows->group_keys);
    rows->group_labels = lsc_alloc_array(allocator, n, sizeof *rows->group_labels);
    into->keys = lsc_alloc_array(allocator, n, sizeof *into->keys);
    if (incumbent) {
        rows->incumbent = lsc_alloc_array(allocator, n, sizeof *rows->incumbent);
    }
    if (rows->columns == NULL || rows->labels == NULL || rows->weights == NULL ||
        rows->as_of_ms == NULL || rows->groups == NULL || rows->group_keys == NULL ||
        rows->group_labels == NULL || into->keys == NULL ||
        (incumbent && rows->incumbent == NULL)) {
        return lsc_fail_memory(error);
    }
    return LSC_OK;
}

static int compare_keys(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

/** Number the leads by their keys, so that no number depends on the order of the data. */
static void number_groups(lsc_rows *rows, const uint64_t *keys)
{
    memcpy(rows->group_keys, keys, rows->n_rows * sizeof *keys);
    lsc_sort(rows->group_keys, rows->n_rows, sizeof *rows->group_keys, compare_keys, NULL);
    for (size_t row = 0; row < rows->n_rows; row++) {
        if (row == 0 || rows->group_keys[row] != rows->group_keys[rows->n_groups - 1]) {
            rows->group_keys[rows->n_groups++] = rows->group_keys[row];
        }
    }
    for (size_t row = 0; row < rows->n_rows; row++) {
        size_t low = 0;
        size_t high = rows->n_groups;
        while (high - low > 1) {
            size_t middle = low + (high - low) / 2;
            *(rows->group_keys[middle] <= keys[row] ? &low : &high) = middle;
        }
        rows->groups[row] = (uint32_t)low;
        rows->group_labels[low] |= rows->labels[row];
    }
}

static void scale_weights(lsc_rows *rows)
{
    double sum = 0;
    for (size_t row = 0; row < rows->n_rows; row++) {
        sum += (double)rows->weights[row];
    }
    double scale = (double)rows->n_rows / sum;
    for (size_t row = 0; row < rows->n_rows; row++) {
        rows->weights[row] = (float)((double)rows->weights[row] * scale);
    }
}

static lsc_status check_labels(const lsc_rows *rows, lsc_error *error)
{
    size_t n_positive = 0;
    for (size_t row = 0; row < rows->n_rows; row++) {
        n_positive += rows->labels[row];
    }
    if (rows->n_rows == 0) {
        return lsc_fail(error, LSC_BAD_DATA,
                        "too little is known of every lead, or it does not consent to profiling");
    }
    if (n_positive == 0 || n_positive == rows->n_rows) {
        return lsc_fail(error, LSC_BAD_DATA,
                        "%s of the %zu rows converted: training needs both classes",
                        n_positive == 0 ? "none" : "each", rows->n_rows);
    }
    return LSC_OK;
}

lsc_status lsc_rows_extract(const lsc_plan *plan, lsc_source *source, const lsc_spec *spec,
                            lsc_model *incumbent, const lsc_stage *stage, lsc_rows *rows,
                            lsc_error *error)
{
    extraction into = {.plan = plan, .spec = spec, .rows = rows};
    *rows = (lsc_rows){.allocator = plan->allocator};
    lsc_status status = make_room(plan, spec, incumbent != NULL, &into, error);
    if (status == LSC_OK && incumbent != NULL) {
        status = lsc_scorer_new(incumbent, plan->allocator, &into.incumbent, error);
    }
    if (status == LSC_OK) {
        status = lsc_plan_walk(plan, source, spec, stage, extract_row, &into, error);
    }
    if (status == LSC_OK) {
        status = check_labels(rows, error);
    }
    if (status == LSC_OK) {
        number_groups(rows, into.keys);
        scale_weights(rows);
    } else {
        lsc_rows_free(rows);
    }
    lsc_release(plan->allocator, into.keys);
    lsc_scorer_free(into.incumbent);
    return status;
}

lsc_status lsc_rows_renumber(lsc_rows *rows, lsc_error *error)
{
    uint64_t *keys = lsc_alloc_array(rows->allocator, rows->n_rows, sizeof *keys);
    if (keys == NULL) {
        return lsc_fail_memory(error);
    }
    for (size_t row = 0; row < rows->n_rows; row++) {
        keys[row] = rows->group_keys[rows->groups[row]];
    }
    memset(rows->group_labels, 0, rows->n_groups);
    rows->n_groups = 0;
    number_groups(rows, keys);
    scale_weights(rows);
    lsc_release(rows->allocator, keys);
    return LSC_OK;
}

void lsc_rows_free(lsc_rows *rows)
{
    const lsc_allocator *allocator = rows->allocator;
    lsc_release(allocator, rows->columns);
    lsc_release(allocator, rows->labels);
    lsc_release(allocator, rows->weights);
    lsc_release(allocator, rows->as_of_ms);
    lsc_release(allocator, rows->groups);
    lsc_release(allocator, rows->group_keys);
    lsc_release(allocator, rows->group_labels);
    lsc_release(allocator, rows->incumbent);
    *rows = (lsc_rows){.allocator = allocator};
}

size_t lsc_rows_count_converted(const lsc_rows *rows)
{
    size_t count = 0;
    for (size_t group = 0; group < rows->n_groups; group++) {
        count += rows->group_labels[group];
    }
    return count;
}
