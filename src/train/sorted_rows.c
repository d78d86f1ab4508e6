#include "train/sorted_rows.h"

#include "core/sort.h"
#include "train/proportion.h"

static lsc_status make_room(lsc_sorted *sorted, size_t n, lsc_error *error)
{
    const lsc_allocator *allocator = sorted->allocator;
    sorted->order = lsc_alloc_array(allocator, n, sizeof *sorted->order);
    sorted->part = lsc_alloc_array(allocator, n, sizeof *sorted->part);
    sorted->ties = lsc_alloc_array(allocator, n, sizeof *sorted->ties);
    sorted->blocks = lsc_alloc_array(allocator, n, sizeof *sorted->blocks);
    sorted->p0 = lsc_alloc_array(allocator, n, sizeof *sorted->p0);
    sorted->p1 = lsc_alloc_array(allocator, n, sizeof *sorted->p1);
    sorted->margins = lsc_alloc_array(allocator, n, sizeof *sorted->margins);
    sorted->weights = lsc_alloc_array(allocator, n, sizeof *sorted->weights);
    sorted->labels = lsc_alloc_array(allocator, n, sizeof *sorted->labels);
    if (sorted->order == NULL || sorted->part == NULL || sorted->ties == NULL ||
        sorted->blocks == NULL || sorted->p0 == NULL || sorted->p1 == NULL ||
        sorted->margins == NULL || sorted->weights == NULL || sorted->labels == NULL) {
        return lsc_fail_memory(error);
    }
    return LSC_OK;
}

/** The rows that have weight, in order, and how many they come to. */
static lsc_status sort_rows(lsc_sorted *sorted, lsc_error *error)
{
    const lsc_calibrated *rows = sorted->rows;
    const lsc_allocator *allocator = sorted->allocator;
    lsc_sort_place *room = lsc_alloc_array(allocator, rows->n_rows, 2 * sizeof *room);
    double *sums =
        rows->groups != NULL ? lsc_alloc_array(allocator, rows->n_groups, sizeof *sums) : NULL;
    lsc_status status = LSC_OK;
    if (room == NULL || (rows->groups != NULL && sums == NULL)) {
        status = lsc_fail_memory(error);
        goto out;
    }
    for (size_t row = 0; row < rows->n_rows; row++) {
        if (rows->weights[row] > 0) {
            sorted->order[sorted->n_order++] = (uint32_t)row;
            sorted->weight += rows->weights[row];
        }
    }
    sorted->count =
        lsc_effective_count(sorted->order, sorted->n_order, rows->weights, rows->groups, sums);
    lsc_sort_by_values(sorted->order, sorted->n_order, rows->margins, false, room);
out:
    lsc_release(allocator, sums);
    lsc_release(allocator, room);
    return status;
}

lsc_status lsc_sorted_init(lsc_sorted *sorted, const lsc_calibrated *rows,
                           const lsc_allocator *allocator, lsc_error *error)
{
    *sorted = (lsc_sorted){.allocator = allocator, .rows = rows};
    lsc_status status = make_room(sorted, rows->n_rows, error);
    if (status == LSC_OK) {
        status = sort_rows(sorted, error);
    }
    if (status != LSC_OK) {
        lsc_sorted_free(sorted);
    }
    return status;
}

void lsc_sorted_free(lsc_sorted *sorted)
{
    const lsc_allocator *allocator = sorted->allocator;
    lsc_release(allocator, sorted->order);
    lsc_release(allocator, sorted->part);
    lsc_release(allocator, sorted->ties);
    lsc_release(allocator, sorted->blocks);
    lsc_release(allocator, sorted->p0);
    lsc_release(allocator, sorted->p1);
    lsc_release(allocator, sorted->margins);
    lsc_release(allocator, sorted->weights);
    lsc_release(allocator, sorted->labels);
    *sorted = (lsc_sorted){.allocator = allocator};
}

size_t lsc_sorted_ties(lsc_sorted *sorted, const uint32_t *rows, size_t n_rows)
{
    const lsc_calibrated *all = sorted->rows;
    double scale = sorted->count / sorted->weight;
    size_t n = 0;
    for (size_t i = 0; i < n_rows; i++) {
        double margin = all->margins[rows[i]];
        double weight = all->weights[rows[i]] * scale;
        if (n == 0 || sorted->ties[n - 1].margin < margin) {
            sorted->ties[n++] = (lsc_margin_tie){.margin = margin};
        }
        sorted->ties[n - 1].weight += weight;
        sorted->ties[n - 1].positive += all->labels[rows[i]] ? weight : 0;
        sorted->ties[n - 1].n_rows++;
    }
    return n;
}
