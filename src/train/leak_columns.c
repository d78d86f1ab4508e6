#include "train/leak_columns.h"

#include <math.h>

#include "core/fixed_math.h"
#include "train/bootstrap.h"

/** Share of the filled leads that must be of one class. */
#define ONE_CLASS_SHARE 0.99
/** By Chernoff's bound, chance fills so one-sidedly less often than once in a million times. */
#define ONE_CLASS_NATS 13.8
/** A running number: so many leads at least, so large a share of the values different from each
    other, and their range at most so many times the number of leads. */
#define NUMBERED_LEADS 50
#define NUMBERED_SHARE 0.9
#define NUMBERED_RANGE 10.0

/** The end of the rows of the lead that row i of the sample is of: they stand together. */
static size_t lead_end(const lsc_leak_sample *sample, size_t i)
{
    const uint32_t *groups = sample->rows->groups;
    uint32_t group = groups[sample->picked[i]];
    while (i < sample->n && groups[sample->picked[i]] == group) {
        i++;
    }
    return i;
}

void lsc_leak_count_filled(const lsc_leak_sample *sample, lsc_column_range columns,
                           lsc_filled *filled)
{
    const lsc_rows *rows = sample->rows;
    *filled = (lsc_filled){0, 0, 0, 0};
    for (size_t from = 0, to; from < sample->n; from = to) {
        bool has_value = false;
        bool converted = rows->group_labels[rows->groups[sample->picked[from]]] != 0;
        to = lead_end(sample, from);
        for (size_t i = from; i < to; i++) {
            has_value = has_value || lsc_leak_has_value(sample, columns, i);
        }
        filled->n_leads++;
        filled->n_converted += converted;
        filled->n_filled += has_value;
        filled->n_filled_converted += has_value && converted;
    }
}

/** Kullback and Leibler's divergence of two coins, in nats. */
static double divergence(double share, double expected)
{
    double sum = 0;
    sum += share > 0 ? share * lsc_log(share / expected) : 0;
    sum += share < 1 ? (1 - share) * lsc_log((1 - share) / (1 - expected)) : 0;
    return sum;
}

bool lsc_leak_one_class(const lsc_filled *filled)
{
    if (filled->n_filled == 0 || filled->n_filled == filled->n_leads || filled->n_converted == 0 ||
        filled->n_converted == filled->n_leads) {
        return false;
    }
    double share = (double)filled->n_filled_converted / (double)filled->n_filled;
    double expected = (double)filled->n_converted / (double)filled->n_leads;
    return (share >= ONE_CLASS_SHARE || share <= 1 - ONE_CLASS_SHARE) &&
           (double)filled->n_filled * divergence(share, expected) > ONE_CLASS_NATS;
}

/** The value of the first row of each lead. False where one is missing, or no whole number. */
static bool gather_whole(const lsc_leak_sample *sample, lsc_column_range columns, double *values,
                         size_t *n_values)
{
    const lsc_rows *rows = sample->rows;
    *n_values = 0;
    for (size_t i = 0; i < sample->n; i = lead_end(sample, i)) {
        float value = rows->columns[sample->picked[i] * rows->n_columns + columns.first];
        if (isnan(value) || value < truncf(value) || value > truncf(value)) {
            return false;
        }
        values[(*n_values)++] = (double)value;
    }
    return *n_values >= NUMBERED_LEADS;
}

lsc_status lsc_leak_is_identifier(const lsc_leak_sample *sample, lsc_column_range columns,
                                  bool *is_identifier, lsc_error *error)
{
    size_t n = 0;
    *is_identifier = false;
    if (columns.count != 1) {
        return LSC_OK;
    }
    double *values = lsc_alloc_array(sample->rows->allocator, sample->n, sizeof *values);
    if (values == NULL) {
        return lsc_fail_memory(error);
    }
    if (gather_whole(sample, columns, values, &n)) {
        size_t n_distinct = 1;
        lsc_sort_doubles(values, n);
        for (size_t i = 1; i < n; i++) {
            n_distinct += values[i] > values[i - 1];
        }
        *is_identifier =
            (double)n_distinct >= NUMBERED_SHARE * (double)n &&
            values[n - 1] - values[0] <= NUMBERED_RANGE * (double)sample->rows->n_groups;
    }
    lsc_release(sample->rows->allocator, values);
    return LSC_OK;
}
