#include "train/curves_json.h"

#include <math.h>

#include "train/metrics_json.h"

/** Curves are drawn, not reckoned with: this many parts of one are enough. */
#define PARTS 1e5

static void put_rounded(lsc_json_writer *writer, const char *key, const double *shares, size_t n)
{
    lsc_json_put_key(writer, key);
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < n; i++) {
        lsc_json_put_number(writer, floor(shares[i] * PARTS + 0.5) / PARTS);
    }
    lsc_json_end_array(writer);
}

static void put_bin(lsc_json_writer *writer, const lsc_calibration_bin *bin)
{
    lsc_json_begin_object(writer);
    lsc_json_member_number(writer, "from", bin->from);
    lsc_json_member_number(writer, "to", bin->to);
    lsc_json_member_number(writer, "mean_predicted", bin->predicted);
    lsc_json_member_number(writer, "observed", bin->observed);
    lsc_json_member_number(writer, "low", bin->low);
    lsc_json_member_number(writer, "high", bin->high);
    lsc_json_member_number(writer, "mean_low", bin->mean_low);
    lsc_json_member_number(writer, "mean_high", bin->mean_high);
    lsc_json_member_int(writer, "n_rows", bin->n_rows);
    lsc_json_member_int(writer, "n_positive", bin->n_positive);
    lsc_json_member_number(writer, "share", bin->share);
    lsc_json_end_object(writer);
}

static void put_bins(lsc_json_writer *writer, const lsc_curves *curves)
{
    lsc_json_put_key(writer, "calibration_bins");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < curves->n_bins; i++) {
        put_bin(writer, &curves->bins[i]);
    }
    lsc_json_end_array(writer);
    lsc_json_put_key(writer, "interval_met");
    if (curves->n_bins == 0 || isnan(curves->bins[0].mean_low)) {
        lsc_json_put_null(writer);
        return;
    }
    lsc_json_begin_object(writer);
    lsc_json_member_int(writer, "n_bins", curves->n_bins);
    lsc_json_member_int(writer, "n_met", lsc_curves_count_met(curves));
    lsc_json_end_object(writer);
}

static void put_curve(lsc_json_writer *writer, const char *key, const char *x_key,
                      const char *y_key, const lsc_curve *curve)
{
    lsc_json_put_key(writer, key);
    lsc_json_begin_object(writer);
    put_rounded(writer, x_key, curve->x, curve->n_points);
    put_rounded(writer, y_key, curve->y, curve->n_points);
    lsc_json_end_object(writer);
}

static void put_tenths(lsc_json_writer *writer, const lsc_curves *curves,
                       const lsc_estimate *estimates)
{
    lsc_json_put_key(writer, "deciles");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < LSC_N_TENTHS; i++) {
        lsc_json_begin_object(writer);
        lsc_json_member_number(writer, "share", (double)(i + 1) / LSC_N_TENTHS);
        lsc_json_member_number(writer, "least", curves->least[i]);
        lsc_json_put_key(writer, "rate");
        lsc_estimate_put(writer, estimates[LSC_MEASURE_RATE + i]);
        lsc_json_put_key(writer, "lift");
        lsc_estimate_put(writer, estimates[LSC_MEASURE_LIFT + i]);
        lsc_json_put_key(writer, "gain");
        lsc_estimate_put(writer, estimates[LSC_MEASURE_GAIN + i]);
        lsc_json_end_object(writer);
    }
    lsc_json_end_array(writer);
}

static void put_histogram(lsc_json_writer *writer, const lsc_curves *curves)
{
    double edges[LSC_HISTOGRAM_STEPS + 1];
    for (size_t i = 0; i <= LSC_HISTOGRAM_STEPS; i++) {
        edges[i] = (double)i / LSC_HISTOGRAM_STEPS;
    }
    lsc_json_put_key(writer, "histogram");
    lsc_json_begin_object(writer);
    put_rounded(writer, "edges", edges, LSC_HISTOGRAM_STEPS + 1);
    put_rounded(writer, "converted", curves->converted, LSC_HISTOGRAM_STEPS);
    put_rounded(writer, "others", curves->others, LSC_HISTOGRAM_STEPS);
    lsc_json_end_object(writer);
}

void lsc_curves_put(lsc_json_writer *writer, const lsc_curves *curves,
                    const lsc_estimate estimates[LSC_N_MEASURES])
{
    lsc_json_member_number(writer, "base_rate", curves->base_rate);
    put_bins(writer, curves);
    put_curve(writer, "roc", "false_positive_rate", "true_positive_rate", &curves->roc);
    put_curve(writer, "pr", "recall", "precision", &curves->precision);
    put_tenths(writer, curves, estimates);
    put_histogram(writer, curves);
}
