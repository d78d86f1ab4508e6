#include "train/calibration_check.h"

#include "train/proportion.h"
#include "train/stability.h"

/** The rows of the ranking from `first` to before `end`. */
static lsc_observed observe(const lsc_ranking *ranking, size_t first, size_t end, double *variance)
{
    const lsc_predictions *rows = ranking->predictions;
    lsc_observed seen = {.n_rows = end - first};
    double sum = 0;
    *variance = 0;
    for (size_t i = first; i < end; i++) {
        double p = rows->probabilities[ranking->order[i]];
        sum += p;
        *variance += p * (1 - p);
        seen.n_positive += rows->labels[ranking->order[i]];
    }
    double n = (double)seen.n_rows;
    double share = (double)seen.n_positive / n;
    seen.predicted = sum / n;
    seen.observed = share;
    lsc_wilson_interval(share, n, &seen.low, &seen.high);
    return seen;
}

/** The end of a bin: where its share of the rows ends, or after what is tied there. */
static size_t end_of_bin(const lsc_ranking *ranking, size_t bin)
{
    const lsc_predictions *rows = ranking->predictions;
    size_t end = rows->n_rows * (bin + 1) / LSC_CALIBRATION_BINS;
    while (end > 0 && end < rows->n_rows &&
           !(rows->probabilities[ranking->order[end]] <
             rows->probabilities[ranking->order[end - 1]])) {
        end++;
    }
    return end;
}

static void fill_bins(const lsc_ranking *ranking, lsc_calibration_check *check)
{
    lsc_observed falling[LSC_CALIBRATION_BINS];
    double statistic = 0;
    size_t first = 0;
    size_t n = 0;
    for (size_t bin = 0; bin < LSC_CALIBRATION_BINS; bin++) {
        size_t end = end_of_bin(ranking, bin);
        if (end > first) {
            double variance;
            lsc_observed *seen = &falling[n++];
            *seen = observe(ranking, first, end, &variance);
            double excess = (double)seen->n_positive - seen->predicted * (double)seen->n_rows;
            statistic += variance > 0 ? excess * excess / variance : 0;
            first = end;
        }
    }
    for (size_t bin = 0; bin < n; bin++) {
        check->bins[bin] = falling[n - 1 - bin];
    }
    check->n_bins = n;
    check->p_value = lsc_chi_square_tail(statistic, n);
}

lsc_status lsc_calibration_check_make(const lsc_predictions *predictions,
                                      const lsc_allocator *allocator, lsc_calibration_check *check,
                                      lsc_error *error)
{
    lsc_ranking ranking;
    double variance;
    lsc_status status = lsc_ranking_init(&ranking, predictions, allocator, error);
    if (status == LSC_OK) {
        *check = (lsc_calibration_check){.n_bins = 0};
        check->all = observe(&ranking, 0, predictions->n_rows, &variance);
        fill_bins(&ranking, check);
        lsc_ranking_free(&ranking);
    }
    return status;
}
