#include <assert.h>
#include <string.h>

#include "features/spec_data.h"
#include "train/leak_twins.h"
#include "train/leaks.h"

/** Mark the features that stay. */
static size_t keep_features(const lsc_leaks *leaks, bool *keep, size_t n_features)
{
    size_t n_kept = n_features;
    for (size_t feature = 0; feature < n_features; feature++) {
        keep[feature] = true;
    }
    for (size_t i = 0; i < leaks->n; i++) {
        if (leaks->items[i].feature < n_features) {
            keep[leaks->items[i].feature] = false;
            n_kept--;
        }
    }
    return n_kept;
}

/** Close up the columns of each row. */
static void close_columns(lsc_rows *rows, const lsc_spec *spec, const bool *keep)
{
    const uint32_t *features = lsc_spec_column_features(spec);
    float *to = rows->columns;
    for (size_t row = 0; row < rows->n_rows; row++) {
        const float *from = rows->columns + row * rows->n_columns;
        for (size_t column = 0; column < rows->n_columns; column++) {
            if (keep[features[column]]) {
                *to++ = from[column];
            }
        }
    }
    assert(rows->n_rows > 0);
    rows->n_columns = (size_t)(to - rows->columns) / rows->n_rows;
}

static lsc_status drop_features(const lsc_leaks *leaks, lsc_rows *rows, lsc_spec **spec,
                                lsc_error *error)
{
    size_t n_features = lsc_spec_n_features(*spec);
    bool *keep = lsc_alloc_array(leaks->allocator, n_features, sizeof *keep);
    lsc_spec *left = NULL;
    if (keep == NULL) {
        return lsc_fail_memory(error);
    }
    size_t n_kept = keep_features(leaks, keep, n_features);
    lsc_status status = LSC_OK;
    if (n_kept == 0) {
        status = lsc_fail(error, LSC_BAD_DATA,
                          "nothing is left to learn from: all %zu features "
                          "are suspected to leak",
                          n_features);
    } else if (n_kept < n_features) {
        status = lsc_spec_keep(*spec, keep, &left, error);
    }
    if (left != NULL) {
        close_columns(rows, *spec, keep);
        lsc_spec_unref(*spec);
        *spec = left;
    }
    lsc_release(leaks->allocator, keep);
    return status;
}

/** Close up what belongs to each row. */
static void close_rows(lsc_rows *rows, const bool *gone)
{
    size_t to = 0;
    for (size_t row = 0; row < rows->n_rows; row++) {
        if (gone[row]) {
            continue;
        }
        memmove(rows->columns + to * rows->n_columns, rows->columns + row * rows->n_columns,
                rows->n_columns * sizeof *rows->columns);
        rows->labels[to] = rows->labels[row];
        rows->weights[to] = rows->weights[row];
        rows->as_of_ms[to] = rows->as_of_ms[row];
        rows->groups[to] = rows->groups[row];
        if (rows->incumbent != NULL) {
            rows->incumbent[to] = rows->incumbent[row];
        }
        to++;
    }
    rows->n_rows = to;
}

static lsc_status drop_twins(lsc_rows *rows, lsc_error *error)
{
    bool *gone = lsc_alloc_array(rows->allocator, rows->n_rows, sizeof *gone);
    if (gone == NULL) {
        return lsc_fail_memory(error);
    }
    lsc_status status = lsc_twins_mark(rows, gone, error);
    if (status == LSC_OK) {
        close_rows(rows, gone);
        status = lsc_rows_renumber(rows, error);
    }
    lsc_release(rows->allocator, gone);
    return status;
}

lsc_status lsc_leaks_drop(lsc_leaks *leaks, lsc_rows *rows, lsc_spec **spec, lsc_error *error)
{
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < leaks->n && status == LSC_OK; i++) {
        if (leaks->items[i].rule == LSC_LEAK_TWINS) {
            status = drop_twins(rows, error);
        }
    }
    if (status == LSC_OK) {
        status = drop_features(leaks, rows, spec, error);
    }
    leaks->dropped = status == LSC_OK;
    return status;
}
