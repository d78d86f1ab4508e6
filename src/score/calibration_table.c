#include "calibration_table.h"

double lsc_calibration_log_odds(const lsc_calibration *calibration, double margin)
{
    double line = calibration->slope * margin + calibration->intercept;
    if (calibration->n_points == 0) {
        return line;
    }
    lsc_curve_place place = lsc_find_place(calibration->points, calibration->n_points, margin);
    return line + lsc_curve_at(calibration->heights, &place);
}

void lsc_calibration_step(const lsc_calibration *calibration, double margin, double *low,
                          double *high)
{
    size_t count = lsc_count_up_to(calibration->knots, calibration->n_knots, margin);
    size_t step = count - (count > 0);
    *low = calibration->low[step];
    *high = calibration->high[step];
}
