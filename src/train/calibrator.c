#include "train/calibrator.h"

#include <math.h>
#include <string.h>

#include "train/blended.h"
#include "train/proportion.h"
#include "train/venn_abers.h"

/** Most steps of the interval; where there are more they are joined. */
#define MOST_STEPS 256
/** Parts of a probability that the interval is rounded to, outwards. */
#define PARTS 1e5

/** One block for the numbers of a calibration. */
static lsc_status make_room(size_t n_knots, size_t n_points, const lsc_allocator *allocator,
                            lsc_calibration *calibration, lsc_error *error)
{
    double *block = lsc_alloc_array(allocator, 3 * n_knots + 2 * n_points, sizeof *block);
    if (block == NULL) {
        return lsc_fail_memory(error);
    }
    calibration->block = block;
    calibration->n_knots = n_knots;
    calibration->knots = block;
    calibration->low = block + n_knots;
    calibration->high = block + 2 * n_knots;
    calibration->n_points = n_points;
    calibration->points = block + 3 * n_knots;
    calibration->heights = block + 3 * n_knots + n_points;
    return LSC_OK;
}

static lsc_status fit_platt(const lsc_calibrated *rows, uint64_t seed,
                            const lsc_allocator *allocator, lsc_calibrator *made, lsc_error *error)
{
    lsc_interval_curve curve;
    lsc_platt platt = lsc_platt_fit(rows->margins, rows->labels, rows->weights, rows->n_rows, NULL);
    lsc_calibration calibration = {
        .kind = LSC_CALIBRATION_PLATT, .slope = platt.slope, .intercept = platt.intercept};
    lsc_status status = lsc_interval_draw(platt, rows, seed, allocator, &curve, error);
    if (status == LSC_OK) {
        status = make_room(LSC_INTERVAL_KNOTS, 0, allocator, &calibration, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    memcpy(calibration.block, curve.knots, sizeof curve.knots);
    memcpy(calibration.block + LSC_INTERVAL_KNOTS, curve.low, sizeof curve.low);
    memcpy(calibration.block + 2 * (size_t)LSC_INTERVAL_KNOTS, curve.high, sizeof curve.high);
    *made = (lsc_calibrator){.calibration = calibration};
    return LSC_OK;
}

/** The Jeffreys interval of each block, by its effective number of rows. */
static lsc_status find_intervals(const lsc_sorted *sorted, size_t n_blocks, double *low,
                                 double *high, lsc_error *error)
{
    const lsc_calibrated *rows = sorted->rows;
    size_t from = 0;
    double *sums = NULL;
    if (rows->groups != NULL) {
        sums = lsc_alloc_array(sorted->allocator, rows->n_groups, sizeof *sums);
        if (sums == NULL) {
            return lsc_fail_memory(error);
        }
    }
    for (size_t i = 0; i < n_blocks; i++) {
        const lsc_block *block = &sorted->blocks[i];
        double share = fmin(block->positive / block->weight, 1);
        double count = lsc_effective_count(sorted->order + from, block->n_rows, rows->weights,
                                           rows->groups, sums);
        lsc_jeffreys_interval(share, count, &low[i], &high[i]);
        from += block->n_rows;
    }
    lsc_release(sorted->allocator, sums);
    return LSC_OK;
}

/**
 * The probability never falls with the margin: what bounds it from below in a block does so in all
 * blocks above, and from above in all below.
 */
static void share_bounds(size_t n_blocks, double *low, double *high)
{
    for (size_t i = 1; i < n_blocks; i++) {
        low[i] = fmax(low[i], low[i - 1]);
        high[n_blocks - 1 - i] = fmin(high[n_blocks - 1 - i], high[n_blocks - i]);
    }
}

/** The bounds of each tie's block, widened to hold p0 and p1 of the tie: they take their places. */
static void widen(lsc_sorted *sorted, size_t n_blocks, const double *low, const double *high)
{
    for (size_t i = 0; i < n_blocks; i++) {
        const lsc_block *block = &sorted->blocks[i];
        for (size_t tie = block->first; tie < block->first + block->n_ties; tie++) {
            double bottom = fmin(low[i], sorted->p0[tie]);
            double top = fmax(high[i], sorted->p1[tie]);
            sorted->p0[tie] = fmax(floor(bottom * PARTS) / PARTS, 0);
            sorted->p1[tie] = fmin(ceil(top * PARTS) / PARTS, 1);
        }
    }
}

/**
 * Ties of the same bounds make a step, in place of the blocks. Of steps that have to weigh something
 * the bounds are the outer ones of their ties.
 * @return how many there are
 */
static size_t find_steps(lsc_sorted *sorted, size_t n_ties, double least)
{
    size_t n = 0;
    lsc_block *steps = sorted->blocks;
    for (size_t i = 0; i < n_ties; i++) {
        bool differs =
            n == 0 || sorted->p0[i] > sorted->p0[i - 1] || sorted->p1[i] > sorted->p1[i - 1];
        if (differs && (n == 0 || steps[n - 1].weight >= least)) {
            steps[n++] = (lsc_block){.first = i};
        }
        steps[n - 1].n_ties++;
        steps[n - 1].weight += sorted->ties[i].weight;
    }
    return n;
}

/** Platt's line and the curve, each with its share in it. */
static void put_curve(const lsc_blended *blended, lsc_calibration *calibration)
{
    double *points = calibration->block + 3 * calibration->n_knots;
    double *heights = points + calibration->n_points;
    calibration->slope = (1 - blended->share) * blended->platt.slope;
    calibration->intercept = (1 - blended->share) * blended->platt.intercept;
    for (size_t i = 0; i < calibration->n_points; i++) {
        points[i] = blended->points[i];
        heights[i] = blended->share * blended->heights[i];
    }
}

/** The interval of each tie, in the places of p0 and p1. */
static lsc_status bound_ties(lsc_sorted *sorted, size_t n_ties, lsc_error *error)
{
    const lsc_allocator *allocator = sorted->allocator;
    size_t n_blocks = lsc_isotonic_fit(sorted->ties, n_ties, sorted->blocks);
    double *low = lsc_alloc_array(allocator, n_blocks, sizeof *low);
    double *high = lsc_alloc_array(allocator, n_blocks, sizeof *high);
    lsc_status status = low != NULL && high != NULL ? LSC_OK : lsc_fail_memory(error);
    if (status == LSC_OK) {
        status = find_intervals(sorted, n_blocks, low, high, error);
    }
    if (status == LSC_OK) {
        share_bounds(n_blocks, low, high);
        widen(sorted, n_blocks, low, high);
    }
    lsc_release(allocator, low);
    lsc_release(allocator, high);
    return status;
}

static lsc_status tabulate(lsc_sorted *sorted, const lsc_blended *blended, size_t n_ties,
                           lsc_calibrator *made, lsc_error *error)
{
    lsc_calibration calibration = {.kind = LSC_CALIBRATION_VENN_ABERS};
    lsc_status status = bound_ties(sorted, n_ties, error);
    if (status != LSC_OK) {
        return status;
    }
    size_t n = find_steps(sorted, n_ties, 0);
    if (n > MOST_STEPS) {
        n = find_steps(sorted, n_ties, sorted->count / (MOST_STEPS - 1));
    }
    status = make_room(n, blended->share > 0 ? blended->n_points : 0, sorted->allocator,
                       &calibration, error);
    if (status != LSC_OK) {
        return status;
    }
    for (size_t i = 0; i < n; i++) {
        const lsc_block *step = &sorted->blocks[i];
        calibration.block[i] = sorted->ties[step->first].margin;
        calibration.block[n + i] = sorted->p0[step->first];
        calibration.block[2 * n + i] = sorted->p1[step->first + step->n_ties - 1];
    }
    put_curve(blended, &calibration);
    *made = (lsc_calibrator){.calibration = calibration, .blend = blended->share};
    return LSC_OK;
}

lsc_status lsc_calibrator_fit(const lsc_calibrated *rows, lsc_calibration_kind kind, uint64_t seed,
                              const lsc_allocator *allocator, lsc_calibrator *made,
                              lsc_error *error)
{
    lsc_sorted sorted;
    lsc_blended blended;
    size_t n_ties;
    if (kind == LSC_CALIBRATION_PLATT) {
        return fit_platt(rows, seed, allocator, made, error);
    }
    lsc_status status = lsc_sorted_init(&sorted, rows, allocator, error);
    if (status != LSC_OK) {
        return status;
    }
    if (kind == LSC_CALIBRATION_NONE && sorted.count < LSC_LEAST_VENN_ABERS) {
        lsc_sorted_free(&sorted);
        return fit_platt(rows, seed, allocator, made, error);
    }
    status = lsc_blended_fit(&sorted, &blended, &n_ties, error);
    if (status == LSC_OK) {
        status = tabulate(&sorted, &blended, n_ties, made, error);
    }
    lsc_sorted_free(&sorted);
    return status;
}
