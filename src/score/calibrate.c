#include "scorer.h"

#include <math.h>

#include "calibration_table.h"
#include "core/fixed_math.h"

double lsc_calibrate(const lsc_calibration *calibration, double margin)
{
    if (calibration->kind == LSC_CALIBRATION_NONE) {
        return (double)NAN;
    }
    if (calibration->kind == LSC_CALIBRATION_VENN_ABERS) {
        return lsc_logistic(lsc_calibration_log_odds(calibration, margin));
    }
    return lsc_logistic(calibration->slope * margin + calibration->intercept);
}

void lsc_calibrate_each(const lsc_calibration *calibration, double *margins, size_t n)
{
    if (calibration->kind == LSC_CALIBRATION_VENN_ABERS) {
        for (size_t i = 0; i < n; i++) {
            margins[i] = lsc_calibration_log_odds(calibration, margins[i]);
        }
        lsc_logistic_each(margins, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        margins[i] = calibration->kind == LSC_CALIBRATION_NONE
                         ? (double)NAN
                         : calibration->slope * margins[i] + calibration->intercept;
    }
    lsc_logistic_each(margins, n);
}

void lsc_calibrate_with_interval(const lsc_calibration *calibration, lsc_cpu cpu, double margin,
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
    if (calibration->kind == LSC_CALIBRATION_VENN_ABERS) {
        *probability = lsc_calibrate(calibration, margin);
        lsc_calibration_step(calibration, margin, low, high);
        *low = *low < *probability ? *low : *probability;
        *high = *high > *probability ? *high : *probability;
        return;
    }
    lsc_curve_place place = lsc_find_place(calibration->knots, calibration->n_knots, margin);
    const lsc_score_kernels *kernels = lsc_score_kernels_of(cpu);
    double of[3];
    (kernels != NULL ? kernels->logistic_three : lsc_logistic_three)(
        calibration->slope * margin + calibration->intercept,
        lsc_curve_at(calibration->low, &place), lsc_curve_at(calibration->high, &place), of);
    *probability = of[0];
    *low = of[1] < of[0] ? of[1] : of[0];
    *high = of[2] > of[0] ? of[2] : of[0];
}

void lsc_calibrate_interval(const lsc_calibration *calibration, double margin, double *low,
                            double *high)
{
    double probability;
    lsc_calibrate_with_interval(calibration, LSC_CPU_GENERAL, margin, &probability, low, high);
}
