#include "train/venn_abers.h"

#include <stdbool.h>

/**
 * The cumulative sum diagram: point j + 1 is (weight, positive weight) of the first j ties, and
 * point 0 lies (1, 1) before the origin, for the added lead that converted. Isotonic regression is
 * the slope of its greatest convex minorant, whose corners stand on a stack.
 */
typedef struct diagram {
    double *x;       /**< [n + 2] */
    double *y;       /**< [n + 2] */
    size_t *corners; /**< [n + 2] */
    size_t n_corners;
} diagram;

/** Twice the area of a triangle; > 0 when c lies to the left of the way from a to b. */
static double turn(const diagram *sums, size_t a, size_t b, size_t c)
{
    return (sums->x[b] - sums->x[a]) * (sums->y[c] - sums->y[a]) -
           (sums->y[b] - sums->y[a]) * (sums->x[c] - sums->x[a]);
}

/** @param flipped  ties from the last to the first, and what converted did not */
static void fill(diagram *sums, const lsc_margin_tie *ties, size_t n, bool flipped)
{
    sums->x[0] = sums->y[0] = -1;
    sums->x[1] = sums->y[1] = 0;
    for (size_t i = 0; i < n; i++) {
        const lsc_margin_tie *tie = &ties[flipped ? n - 1 - i : i];
        sums->x[i + 2] = sums->x[i + 1] + tie->weight;
        sums->y[i + 2] = sums->y[i + 1] + (flipped ? tie->weight - tie->positive : tie->positive);
    }
}

/** The corners of the whole minorant, the leftmost on top of the stack. */
static void find_corners(diagram *sums, size_t n_points)
{
    size_t n = 0;
    for (size_t point = n_points; point-- > 0;) {
        while (n > 1 && turn(sums, point, sums->corners[n - 1], sums->corners[n - 2]) <= 0) {
            n--;
        }
        sums->corners[n++] = point;
    }
    sums->n_corners = n;
}

/**
 * Move the added lead past the tie that it stood before: tie and lead change places, so that only
 * one point of the diagram moves, point `at`, and with it at most the left end of the minorant.
 */
static void move_on(diagram *sums, size_t at)
{
    size_t left = sums->corners[sums->n_corners - 1];
    size_t right = sums->corners[sums->n_corners - 2];
    sums->x[at] = sums->x[at - 1] + sums->x[at + 1] - sums->x[at];
    sums->y[at] = sums->y[at - 1] + sums->y[at + 1] - sums->y[at];
    if (turn(sums, left, right, at) >= 0) {
        return;
    }
    sums->n_corners--;
    while (sums->n_corners > 1 && turn(sums, at, sums->corners[sums->n_corners - 1],
                                       sums->corners[sums->n_corners - 2]) <= 0) {
        sums->n_corners--;
    }
    sums->corners[sums->n_corners++] = at;
}

/** The slope at the added lead, for each tie that it may share the margin of. */
static void add_each(diagram *sums, size_t n, double *slopes)
{
    find_corners(sums, n + 2);
    for (size_t i = 0; i < n; i++) {
        size_t left = sums->corners[sums->n_corners - 1];
        size_t right = sums->corners[sums->n_corners - 2];
        slopes[i] = (sums->y[right] - sums->y[left]) / (sums->x[right] - sums->x[left]);
        move_on(sums, i + 1);
    }
}

/** p0 by the same way: its complement, with the labels exchanged and the margins mirrored. */
static void mirror(double *slopes, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        double slope = slopes[i];
        slopes[i] = slopes[n - 1 - i];
        slopes[n - 1 - i] = slope;
    }
    for (size_t i = 0; i < n; i++) {
        slopes[i] = 1 - slopes[i];
    }
}

lsc_status lsc_venn_abers_pairs(const lsc_margin_tie *ties, size_t n_ties,
                                const lsc_allocator *allocator, double *p0, double *p1,
                                lsc_error *error)
{
    lsc_status status = LSC_OK;
    diagram sums = {.x = lsc_alloc_array(allocator, n_ties + 2, sizeof *sums.x),
                    .y = lsc_alloc_array(allocator, n_ties + 2, sizeof *sums.y),
                    .corners = lsc_alloc_array(allocator, n_ties + 2, sizeof *sums.corners)};
    if (sums.x == NULL || sums.y == NULL || sums.corners == NULL) {
        status = lsc_fail_memory(error);
        goto out;
    }
    fill(&sums, ties, n_ties, false);
    add_each(&sums, n_ties, p1);
    fill(&sums, ties, n_ties, true);
    add_each(&sums, n_ties, p0);
    mirror(p0, n_ties);
out:
    lsc_release(allocator, sums.x);
    lsc_release(allocator, sums.y);
    lsc_release(allocator, sums.corners);
    return status;
}
