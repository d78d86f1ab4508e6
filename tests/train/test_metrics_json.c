/* Metrics of predictions, as a caller asks for them. */
#include "suite.h"

#include <math.h>

#include "trained.h"

START_TEST(metrics_of_predictions_come_as_json)
{
    const unsigned char labels[] = {1, 0, 1, 0};
    const double probabilities[] = {0.9, 0.6, 0.4, 0.1};
    char *json;
    ck_ok(lsc_metrics_json(labels, probabilities, 4, 1, &json, error));
    lsc_json *metrics = parse_metrics(json);
    ck_assert_double_eq(number_at(metrics, "n_rows"), 4);
    ck_assert_double_eq(number_at(metrics, "n_positive"), 2);
    ck_assert_double_eq(number_at(lsc_json_member(metrics, "roc_auc"), "value"), 0.75);
    ck_assert_double_eq(number_at(lsc_json_member(metrics, "lift_10"), "value"), 2);
    ck_assert_double_eq(number_at(metrics, "base_rate"), 0.5);
    ck_assert_uint_eq(lsc_json_count(lsc_json_member(metrics, "deciles")), 10);
    ck_assert_uint_eq(lsc_json_count(lsc_json_member(metrics, "calibration_bins")), 4);
    const lsc_json *roc = lsc_json_member(metrics, "roc");
    ck_assert_uint_eq(lsc_json_count(lsc_json_member(roc, "true_positive_rate")), 5);
    ck_assert_int_eq(lsc_json_kind(lsc_json_member(metrics, "interval_met")), LSC_JSON_NULL);
    ck_assert_uint_eq(lsc_json_count(metrics), 19);
    lsc_json_free(metrics);
    lsc_text_free(json);
}
END_TEST

START_TEST(predictions_that_are_none_are_refused_by_row)
{
    const unsigned char labels[] = {1, 0, 2};
    const double high[] = {0.5, 1.25, 0.5};
    const double nan[] = {(double)NAN, 0.5, 0.5};
    char *json = (char *)1;
    ck_fails(lsc_metrics_json(labels, high, 2, 1, &json, error), LSC_INVALID_ARG,
             "probabilities[1] is 1.25, must be 0 to 1");
    ck_assert_ptr_null(json);
    ck_fails(lsc_metrics_json(labels, nan, 2, 1, &json, error), LSC_INVALID_ARG,
             "probabilities[0] is not finite");
    ck_fails(lsc_metrics_json(labels, high, 3, 1, &json, error), LSC_INVALID_ARG,
             "probabilities[1]");
    ck_fails(lsc_metrics_json(labels + 2, high, 1, 1, &json, error), LSC_INVALID_ARG,
             "labels[0] is 2, must be 0 or 1");
    ck_fails(lsc_metrics_json(NULL, high, 1, 1, &json, error), LSC_INVALID_ARG, "labels is NULL");
    ck_fails(lsc_metrics_json(labels, NULL, 1, 1, &json, error), LSC_INVALID_ARG,
             "probabilities is NULL");
    ck_fails(lsc_metrics_json(labels, high, 1, 1, NULL, error), LSC_INVALID_ARG, "json is NULL");
    ck_fails(lsc_metrics_json(labels, high, 1, 1, &json, error), LSC_BAD_DATA, "label 1");
    ck_fails(lsc_metrics_json(NULL, NULL, 0, 1, &json, error), LSC_BAD_DATA, "no rows");
}
END_TEST

LSC_SUITE("train/metrics_json", TEST(metrics_of_predictions_come_as_json),
          TEST(predictions_that_are_none_are_refused_by_row))
