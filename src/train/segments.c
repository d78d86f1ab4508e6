#include "train/segments.h"

#include <math.h>

/** A segment is large with this share of the measured rows that the incumbent scores, and so many of
    each class. So many are compared, in the order of the columns. */
#define LARGE_SHARE 0.1
#define LARGE_CLASS 40
#define MOST_SEGMENTS 20

/** The measured rows, and those of one segment. */
typedef struct segment_search {
    const lsc_rows *rows;
    const lsc_evaluation *evaluation;
    unsigned char *labels; /**< [n_picked], these four */
    double *probabilities;
    double *weights;
    uint32_t *groups;
    double *incumbent;
    size_t n_picked;
    size_t n_positive;
} segment_search;

static void search_free(segment_search *search)
{
    const lsc_allocator *allocator = search->rows->allocator;
    lsc_release(allocator, search->labels);
    lsc_release(allocator, search->probabilities);
    lsc_release(allocator, search->weights);
    lsc_release(allocator, search->groups);
    lsc_release(allocator, search->incumbent);
}

static lsc_status make_room(segment_search *search, lsc_error *error)
{
    const lsc_allocator *allocator = search->rows->allocator;
    size_t n = search->evaluation->n_rows;
    search->labels = lsc_alloc_array(allocator, n, sizeof *search->labels);
    search->probabilities = lsc_alloc_array(allocator, n, sizeof *search->probabilities);
    search->weights = lsc_alloc_array(allocator, n, sizeof *search->weights);
    search->groups = lsc_alloc_array(allocator, n, sizeof *search->groups);
    search->incumbent = lsc_alloc_array(allocator, n, sizeof *search->incumbent);
    if (search->labels == NULL || search->probabilities == NULL || search->weights == NULL ||
        search->groups == NULL || search->incumbent == NULL) {
        return lsc_fail_memory(error);
    }
    return LSC_OK;
}

static float value_of(const segment_search *search, size_t i, size_t column)
{
    return search->rows->columns[search->evaluation->rows[i] * search->rows->n_columns + column];
}

/** Whether a column says yes or no: a level of a category, or a flag. */
static bool is_flag(const segment_search *search, size_t column)
{
    for (size_t i = 0; i < search->evaluation->n_rows; i++) {
        float value = value_of(search, i, column);
        if (!isnan(value) && (value < 0 || value > 1 || (value > 0 && value < 1))) {
            return false;
        }
    }
    return true;
}

/** Gather the rows where the column is 1, or all of them (SIZE_MAX). */
static void pick(segment_search *search, size_t column)
{
    const lsc_evaluation *from = search->evaluation;
    search->n_picked = 0;
    search->n_positive = 0;
    for (size_t i = 0; i < search->evaluation->n_rows; i++) {
        if (isnan(from->incumbent[i]) ||
            (column != SIZE_MAX && !(value_of(search, i, column) > 0))) {
            continue;
        }
        size_t at = search->n_picked++;
        search->labels[at] = from->labels[i];
        search->probabilities[at] = from->probabilities[i];
        search->weights[at] = from->weights[i];
        search->groups[at] = from->groups[i];
        search->incumbent[at] = from->incumbent[i];
        search->n_positive += from->labels[i];
    }
}

static bool is_large(const segment_search *search, size_t n_scored)
{
    return (double)search->n_picked >= LARGE_SHARE * (double)n_scored &&
           search->n_positive >= LARGE_CLASS &&
           search->n_picked - search->n_positive >= LARGE_CLASS && search->n_picked < n_scored;
}

static lsc_status compare(const segment_search *search, uint64_t seed, const char *name,
                          lsc_gate_segments *segments, lsc_error *error)
{
    lsc_comparison comparison;
    const lsc_predictions picked = {.labels = search->labels,
                                    .probabilities = search->probabilities,
                                    .weights = search->weights,
                                    .groups = search->groups,
                                    .n_groups = search->rows->n_groups,
                                    .n_rows = search->n_picked};
    lsc_status status = lsc_metrics_compare(&picked, search->incumbent, seed,
                                            search->rows->allocator, &comparison, error);
    if (status == LSC_OK) {
        segments->n_compared++;
        if (segments->worst_name == NULL || comparison.won < segments->worst.won) {
            segments->worst_name = name;
            segments->worst = comparison;
        }
    }
    return status;
}

lsc_status lsc_segments_compare(const lsc_rows *rows, const lsc_spec *spec,
                                const lsc_evaluation *evaluation, uint64_t seed,
                                lsc_gate_segments *segments, lsc_error *error)
{
    segment_search search = {.rows = rows, .evaluation = evaluation};
    *segments = (lsc_gate_segments){.n_compared = 0};
    lsc_status status = make_room(&search, error);
    if (status == LSC_OK) {
        pick(&search, SIZE_MAX);
    }
    size_t n_scored = search.n_picked;
    for (size_t column = 0;
         status == LSC_OK && column < rows->n_columns && segments->n_compared < MOST_SEGMENTS;
         column++) {
        if (!is_flag(&search, column)) {
            continue;
        }
        pick(&search, column);
        if (is_large(&search, n_scored)) {
            status = compare(&search, seed, lsc_spec_column_name(spec, column), segments, error);
        }
    }
    search_free(&search);
    return status;
}
