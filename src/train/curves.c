#include "train/curves.h"

#include <math.h>

#include "train/proportion.h"

/** Points between the ends of a curve: it is not in steps this fine that one is seen. */
#define CURVE_STEPS (LSC_MAX_CURVE_POINTS - 2)
/** Sums of shares that should be a whole step may fall short by this. */
#define ROUNDING 1e-9

/** A walk down the ranking. */
typedef struct drawing {
    const lsc_ranking *ranking;
    const double *weights;
    double *sums; /**< [n_groups], all 0, or NULL */
    lsc_tie total;
    lsc_tie above;
    double weight; /**< of all */
    double next_roc;
    double next_recall;
    lsc_curves *curves;
} drawing;

static void add_point(lsc_curve *curve, double x, double y)
{
    curve->x[curve->n_points] = x;
    curve->y[curve->n_points++] = y;
}

/** Whether a share that grows from 0 to 1 has reached the next step; then the one after is next. */
static bool takes_step(double share, double *next)
{
    if (share < *next - ROUNDING) {
        return false;
    }
    *next = (floor(share * CURVE_STEPS + ROUNDING) + 1) / CURVE_STEPS;
    return true;
}

/** Points of the curves where they have gone on by a step since the last one. */
static void add_points(drawing *work, lsc_tie tie)
{
    double hits = fmin(work->above.positive / work->total.positive, 1);
    double misses = fmin(work->above.negative / work->total.negative, 1);
    if (takes_step((hits + misses) / 2, &work->next_roc)) {
        add_point(&work->curves->roc, misses, hits);
    }
    bool first = work->curves->precision.n_points == 0;
    if (tie.positive > 0 && (takes_step(hits, &work->next_recall) || first)) {
        add_point(&work->curves->precision, hits,
                  work->above.positive / (work->above.positive + work->above.negative));
    }
}

/** Sum up rows `from` to `to` of the order, weighted; close_bin() makes means of the sums. */
static void add_rows(drawing *work, size_t from, size_t to, lsc_calibration_bin *bin)
{
    const lsc_predictions *predictions = work->ranking->predictions;
    for (size_t i = from; i < to; i++) {
        uint32_t row = work->ranking->order[i];
        double weight = work->weights[row];
        double probability = predictions->probabilities[row];
        bin->to = bin->n_rows == 0 ? probability : bin->to;
        bin->from = probability;
        bin->predicted += weight * probability;
        bin->observed += predictions->labels[row] ? weight : 0;
        bin->mean_low += predictions->lows != NULL ? weight * predictions->lows[row] : 0;
        bin->mean_high += predictions->highs != NULL ? weight * predictions->highs[row] : 0;
        bin->share += weight;
        bin->n_rows++;
        bin->n_positive += predictions->labels[row];
    }
}

/** @param from  where the bin's rows begin in the order */
static void close_bin(drawing *work, size_t from, lsc_calibration_bin *bin)
{
    const lsc_predictions *predictions = work->ranking->predictions;
    double weight = bin->share;
    double count = lsc_effective_count(work->ranking->order + from, bin->n_rows, work->weights,
                                       predictions->groups, work->sums);
    bool known = predictions->lows != NULL;
    bin->predicted /= weight;
    bin->observed = fmin(bin->observed / weight, 1);
    bin->mean_low = known ? bin->mean_low / weight : (double)NAN;
    bin->mean_high = known ? bin->mean_high / weight : (double)NAN;
    bin->share = weight / work->weight;
    lsc_wilson_interval(bin->observed, count, &bin->low, &bin->high);
}

/** Keep a bin that has some weight, before those of higher probabilities. */
static void keep_bin(drawing *work, size_t from, const lsc_calibration_bin *bin)
{
    if (bin->share > 0) {
        lsc_curves *curves = work->curves;
        curves->bins[curves->n_bins] = *bin;
        close_bin(work, from, &curves->bins[curves->n_bins++]);
    }
}

static void reverse_bins(lsc_curves *curves)
{
    for (size_t i = 0; i < curves->n_bins / 2; i++) {
        lsc_calibration_bin bin = curves->bins[i];
        curves->bins[i] = curves->bins[curves->n_bins - 1 - i];
        curves->bins[curves->n_bins - 1 - i] = bin;
    }
}

static void fill_histogram(drawing *work)
{
    const lsc_predictions *predictions = work->ranking->predictions;
    for (size_t row = 0; row < predictions->n_rows; row++) {
        size_t step = (size_t)fmin(predictions->probabilities[row] * LSC_HISTOGRAM_STEPS,
                                   LSC_HISTOGRAM_STEPS - 1);
        if (predictions->labels[row]) {
            work->curves->converted[step] += work->weights[row] / work->total.positive;
        } else {
            work->curves->others[step] += work->weights[row] / work->total.negative;
        }
    }
}

static void draw(drawing *work)
{
    size_t n_rows = work->ranking->predictions->n_rows;
    size_t bin_from = 0;
    size_t tenth = 0;
    size_t bin = 0;
    lsc_calibration_bin sums = {.n_rows = 0};
    add_point(&work->curves->roc, 0, 0);
    for (size_t at = 0; at < n_rows;) {
        size_t from = at;
        lsc_tie tie = lsc_ranking_tie(work->ranking, work->weights, &at);
        double own = tie.positive + tie.negative;
        double above = work->above.positive + work->above.negative;
        size_t into = lsc_equal_mass_bin(above, own, work->weight);
        if (into != bin) {
            keep_bin(work, bin_from, &sums);
            sums = (lsc_calibration_bin){.n_rows = 0};
            bin = into;
            bin_from = from;
        }
        add_rows(work, from, at, &sums);
        work->above.positive += tie.positive;
        work->above.negative += tie.negative;
        while (tenth < LSC_N_TENTHS &&
               (above + own >= work->weight * ((double)(tenth + 1) / LSC_N_TENTHS - ROUNDING) ||
                at == n_rows)) {
            work->curves->least[tenth++] = tie.probability;
        }
        add_points(work, tie);
    }
    keep_bin(work, bin_from, &sums);
    reverse_bins(work->curves);
    fill_histogram(work);
}

lsc_status lsc_curves_draw(const lsc_predictions *predictions, const lsc_allocator *allocator,
                           lsc_curves *curves, lsc_error *error)
{
    lsc_ranking ranking;
    lsc_status status = lsc_ranking_init(&ranking, predictions, allocator, error);
    if (status != LSC_OK) {
        return status;
    }
    double *weights = lsc_alloc_array(allocator, predictions->n_rows, sizeof *weights);
    double *sums = NULL;
    if (predictions->groups != NULL) {
        sums = lsc_alloc_array(allocator, predictions->n_groups, sizeof *sums);
    }
    if (weights == NULL || (predictions->groups != NULL && sums == NULL)) {
        status = lsc_fail_memory(error);
        goto out;
    }
    for (size_t row = 0; row < predictions->n_rows; row++) {
        weights[row] = predictions->weights != NULL ? predictions->weights[row] : 1;
    }
    *curves = (lsc_curves){.base_rate = 0};
    drawing work = {.ranking = &ranking,
                    .weights = weights,
                    .sums = sums,
                    .total = lsc_ranking_total(&ranking, weights),
                    .next_roc = 1.0 / CURVE_STEPS,
                    .next_recall = 1.0 / CURVE_STEPS,
                    .curves = curves};
    work.weight = work.total.positive + work.total.negative;
    curves->base_rate = work.total.positive / work.weight;
    draw(&work);
out:
    lsc_release(allocator, weights);
    lsc_release(allocator, sums);
    lsc_ranking_free(&ranking);
    return status;
}

size_t lsc_curves_count_met(const lsc_curves *curves)
{
    size_t n_met = 0;
    for (size_t i = 0; i < curves->n_bins; i++) {
        const lsc_calibration_bin *bin = &curves->bins[i];
        n_met += bin->mean_low <= bin->high && bin->mean_high >= bin->low;
    }
    return n_met;
}
