#include "calibration_table.h"

double lsc_calibration_log_odds(const lsc_calibration *calibration, double margin)
{
    double line = calibration->slope * margin + calibration->intercept;
    size_t n = calibration->n_points;
    if (n == 0) {
        return line;
    }
    const double *margins = calibration->points;
    const double *heights = calibration->heights;
    size_t above = lsc_count_up_to(margins, n, margin);
    if (above == 0 || above == n) {
        return line + heights[above == 0 ? 0 : n - 1];
    }
    double share = (margin - margins[above - 1]) / (margins[above] - margins[above - 1]);
    return line + (heights[above - 1] + share * (heights[above] - heights[above - 1]));
}

void lsc_calibration_step(const lsc_calibration *calibration, double margin, double *low,
                          double *high)
{
    size_t count = lsc_count_up_to(calibration->knots, calibration->n_knots, margin);
    size_t step = count - (count > 0);
    *low = calibration->low[step];
    *high = calibration->high[step];
}
