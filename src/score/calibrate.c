#include "scorer.h"

#include <math.h>

#include "core/fixed_math.h"

double lsc_calibrate(const lsc_calibration *calibration, double margin)
{
    if (calibration->kind == LSC_CALIBRATION_NONE) {
        return (double)NAN;
    }
    return lsc_logistic(calibration->slope * margin + calibration->intercept);
}

/** The last knot at or below a margin that lies between the first and the last. */
static size_t knot_below(const lsc_calibration *calibration, double margin)
{
    size_t low = 0;
    size_t high = calibration->n_knots - 1;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (calibration->knots[middle] <= margin) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/** A curve's value at a margin: linear between the knots, constant outside them. */
static double curve_at(const lsc_calibration *calibration, const double *curve, double margin)
{
    const double *knots = calibration->knots;
    size_t last = calibration->n_knots - 1;
    if (margin <= knots[0]) {
        return curve[0];
    }
    if (margin >= knots[last]) {
        return curve[last];
    }
    size_t i = knot_below(calibration, margin);
    double share = (margin - knots[i]) / (knots[i + 1] - knots[i]);
    return curve[i] + share * (curve[i + 1] - curve[i]);
}

void lsc_calibrate_each(const lsc_calibration *calibration, double *margins, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        margins[i] = calibration->kind == LSC_CALIBRATION_NONE
                         ? (double)NAN
                         : calibration->slope * margins[i] + calibration->intercept;
    }
    lsc_logistic_each(margins, n);
}

void lsc_calibrate_with_interval(const lsc_calibration *calibration, double margin,
                                 double *probability, double *low, double *high)
{
    if (calibration->kind == LSC_CALIBRATION_NONE || isnan(margin)) {
        *probability = *low = *high = (double)NAN;
        return;
    }
    if (calibration->n_knots == 0) {
        *probability = lsc_calibrate(calibration, margin);
        *low = *high = (double)NAN;
        return;
    }
    double log_odds[] = {calibration->slope * margin + calibration->intercept,
                         curve_at(calibration, calibration->low, margin),
                         curve_at(calibration, calibration->high, margin)};
    lsc_logistic_each(log_odds, 3);
    *probability = log_odds[0];
    *low = fmin(log_odds[0], log_odds[1]);
    *high = fmax(log_odds[0], log_odds[2]);
}

void lsc_calibrate_interval(const lsc_calibration *calibration, double margin, double *low,
                            double *high)
{
    double probability;
    lsc_calibrate_with_interval(calibration, margin, &probability, low, high);
}
