/**
 * @file calibration_table.h
 * What a calibration looks up by a margin: between which knots it lies; of Venn-Abers' what the curve
 * adds to the log-odds, and the step of the interval.
 */
#ifndef LSC_SCORE_CALIBRATION_TABLE_H
#define LSC_SCORE_CALIBRATION_TABLE_H

#include <math.h>

#include "core/visibility.h"
#include "model/model_data.h"

/** Numbers that are compared one by one, so that none waits for another. */
#define LSC_FEW_KNOTS 8

/**
 * How many of the rising numbers are at or below x; none, where x is NaN. No branch depends on x:
 * which way is not foreseeable.
 */
static inline size_t lsc_count_up_to(const double *rising, size_t n, double x)
{
    const double *from = rising;
    for (; n > LSC_FEW_KNOTS; n /= 2) {
        size_t half = (n + 1) / 2;
        from += half & -(size_t)(from[half - 1] <= x);
    }
    size_t count = (size_t)(from - rising);
    for (size_t i = 0; i < n; i++) {
        count += from[i] <= x;
    }
    return count;
}

/** Where x lies between two knots; outside of all, both are the nearest one. */
typedef struct lsc_curve_place {
    size_t from;
    size_t to;
    double share; /**< of the way; of no way where both are one */
} lsc_curve_place;

/** @param knots  [n], rising; n is not 0 */
static inline lsc_curve_place lsc_find_place(const double *knots, size_t n, double x)
{
    size_t count = lsc_count_up_to(knots, n, x);
    size_t from = count - (count > 0);
    size_t to = count - (count == n);
    double length = knots[to] - knots[from] + (double)(int)(to == from); /* not 0 */
    return (lsc_curve_place){from, to, isinf(x) ? 0 : (x - knots[from]) / length};
}

/** The curve there: linear between its knots, constant beyond. */
static inline double lsc_curve_at(const double *curve, const lsc_curve_place *place)
{
    return curve[place->from] + place->share * (curve[place->to] - curve[place->from]);
}

/** slope·margin + intercept + what the curve has there: linear between its points, constant beyond. */
LSC_SHARED double lsc_calibration_log_odds(const lsc_calibration *calibration, double margin);

/**
 * The step that a margin lies on: the last that begins at or below it, or the first of all.
 * @param low, high  set to its probabilities
 */
LSC_SHARED void lsc_calibration_step(const lsc_calibration *calibration, double margin, double *low,
                                     double *high);

#endif
