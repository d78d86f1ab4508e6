#include "train/leak_twins.h"

#include <string.h>

#include "core/sort.h"
#include "core/text.h"

/** A row by its content. */
typedef struct twin_row {
    uint64_t hash;
    uint32_t row;
    uint32_t group;
} twin_row;

static uint64_t hash_row(const lsc_rows *rows, size_t row)
{
    const float *columns = rows->columns + row * rows->n_columns;
    uint64_t hash = 0;
    for (size_t column = 0; column < rows->n_columns; column++) {
        uint32_t bits;
        memcpy(&bits, &columns[column], sizeof bits);
        hash = (hash ^ bits) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 29;
    }
    return hash;
}

static int compare_twins(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const twin_row *left = a;
    const twin_row *right = b;
    if (left->hash != right->hash) {
        return left->hash < right->hash ? -1 : 1;
    }
    if (left->group != right->group) {
        return left->group < right->group ? -1 : 1;
    }
    return left->row < right->row ? -1 : left->row > right->row;
}

static lsc_status sort_rows(const lsc_rows *rows, twin_row **sorted, lsc_error *error)
{
    *sorted = lsc_alloc_array(rows->allocator, rows->n_rows, sizeof **sorted);
    if (*sorted == NULL) {
        return lsc_fail_memory(error);
    }
    for (size_t row = 0; row < rows->n_rows; row++) {
        (*sorted)[row] = (twin_row){hash_row(rows, row), (uint32_t)row, rows->groups[row]};
    }
    lsc_sort(*sorted, rows->n_rows, sizeof **sorted, compare_twins, NULL);
    return LSC_OK;
}

/** The rows from `from` on whose content is the same. */
static size_t run_end(const twin_row *sorted, size_t n, size_t from)
{
    size_t to = from + 1;
    while (to < n && sorted[to].hash == sorted[from].hash) {
        to++;
    }
    return to;
}

/** Leads of a run; those of which an equal row converts are counted as converted. */
static void count_run(const lsc_rows *rows, const twin_row *run, size_t n, lsc_twins *twins)
{
    double n_leads = 0;
    double n_converted = 0;
    for (size_t from = 0, to; from < n; from = to) {
        bool converts = false;
        for (to = from; to < n && run[to].group == run[from].group; to++) {
            converts = converts || rows->labels[run[to].row] != 0;
        }
        n_leads++;
        n_converted += converts;
    }
    twins->n_both += n_converted * (n_converted - 1) / 2;
    twins->n_one += n_converted * (n_leads - n_converted);
    twins->n_copies += n_converted > 1 ? (size_t)n_converted - 1 : 0;
}

lsc_status lsc_twins_count(const lsc_rows *rows, lsc_twins *twins, lsc_error *error)
{
    twin_row *sorted;
    *twins = (lsc_twins){0, 0, 0, 0};
    lsc_status status = sort_rows(rows, &sorted, error);
    for (size_t from = 0, to; status == LSC_OK && from < rows->n_rows; from = to) {
        to = run_end(sorted, rows->n_rows, from);
        count_run(rows, sorted + from, to - from, twins);
    }
    for (size_t row = 0; row < rows->n_rows; row++) {
        twins->n_positive += rows->labels[row];
    }
    lsc_release(rows->allocator, sorted);
    return status;
}

lsc_status lsc_twins_mark(const lsc_rows *rows, bool *copies, lsc_error *error)
{
    twin_row *sorted;
    lsc_status status = sort_rows(rows, &sorted, error);
    for (size_t from = 0, to; status == LSC_OK && from < rows->n_rows; from = to) {
        uint32_t keeper[2] = {UINT32_MAX, UINT32_MAX};
        to = run_end(sorted, rows->n_rows, from);
        for (size_t i = from; i < to; i++) {
            uint32_t *kept = &keeper[rows->labels[sorted[i].row]];
            *kept = *kept == UINT32_MAX ? sorted[i].group : *kept;
            copies[sorted[i].row] = *kept != sorted[i].group;
        }
    }
    lsc_release(rows->allocator, sorted);
    return status;
}
