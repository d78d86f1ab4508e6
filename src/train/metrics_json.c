#include "train/metrics_json.h"

#include <math.h>

#include <leadscore/train.h>

#include "core/number.h"
#include "train/curves_json.h"

void lsc_estimate_put(lsc_json_writer *writer, lsc_estimate estimate)
{
    lsc_json_begin_object(writer);
    lsc_json_member_number(writer, "value", estimate.value);
    lsc_json_member_number(writer, "low", estimate.low);
    lsc_json_member_number(writer, "high", estimate.high);
    lsc_json_end_object(writer);
}

void lsc_metrics_put(lsc_json_writer *writer, const lsc_predictions *predictions,
                     const lsc_estimate estimates[LSC_N_MEASURES])
{
    int64_t n_positive = 0;
    for (size_t row = 0; row < predictions->n_rows; row++) {
        n_positive += predictions->labels[row];
    }
    lsc_json_member_int(writer, "n_rows", predictions->n_rows);
    lsc_json_member_int(writer, "n_positive", n_positive);
    for (size_t metric = 0; metric < LSC_N_METRICS; metric++) {
        lsc_json_put_key(writer, lsc_metric_name((lsc_metric)metric));
        lsc_estimate_put(writer, estimates[metric]);
    }
}

void lsc_grades_put(lsc_json_writer *writer, const lsc_grade_row grades[LSC_N_GRADES])
{
    lsc_json_put_key(writer, "grades");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < LSC_N_GRADES; i++) {
        const lsc_grade_row *row = &grades[i];
        lsc_json_begin_object(writer);
        lsc_json_put_key(writer, "grade");
        lsc_json_put_text(writer, &row->grade, 1);
        lsc_json_member_number(writer, "least_probability", row->least);
        lsc_json_member_int(writer, "n_rows", row->n_rows);
        lsc_json_member_int(writer, "n_positive", row->n_positive);
        lsc_json_member_number(writer, "share", row->share);
        lsc_json_member_number(writer, "rate", row->rate);
        lsc_json_member_number(writer, "low", row->low);
        lsc_json_member_number(writer, "high", row->high);
        lsc_json_end_object(writer);
    }
    lsc_json_end_array(writer);
}

static lsc_status check_rows(const unsigned char *labels, const double *probabilities,
                             size_t n_rows, lsc_error *error)
{
    if (n_rows > UINT32_MAX) {
        return lsc_fail(error, LSC_LIMIT, "%zu rows, at most %u can be measured", n_rows,
                        UINT32_MAX);
    }
    if (n_rows > 0 && (labels == NULL || probabilities == NULL)) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL while there are %zu rows",
                        labels == NULL ? "labels" : "probabilities", n_rows);
    }
    for (size_t row = 0; row < n_rows; row++) {
        if (labels[row] > 1) {
            return lsc_fail(error, LSC_INVALID_ARG, "labels[%zu] is %d, must be 0 or 1", row,
                            labels[row]);
        }
        if (!(probabilities[row] >= 0 && probabilities[row] <= 1)) {
            char text[LSC_NUMBER_TEXT_SIZE] = "not finite";
            if (isfinite(probabilities[row])) {
                lsc_number_format(probabilities[row], text);
            }
            return lsc_fail(error, LSC_INVALID_ARG, "probabilities[%zu] is %s, must be 0 to 1", row,
                            text);
        }
    }
    return LSC_OK;
}

/** What was measured of predictions, as it stands in JSON. */
typedef struct measured {
    lsc_estimate estimates[LSC_N_MEASURES];
    lsc_curves curves;
    lsc_grade_row grades[LSC_N_GRADES];
} measured;

static lsc_status measure(const lsc_predictions *predictions, const lsc_grades *grades,
                          uint64_t seed, const lsc_allocator *allocator, measured *found,
                          lsc_error *error)
{
    lsc_status status = lsc_metrics_estimate(predictions, LSC_BOOTSTRAP_DRAWS, seed, allocator,
                                             found->estimates, error);
    if (status == LSC_OK) {
        status = lsc_curves_draw(predictions, allocator, &found->curves, error);
    }
    if (status == LSC_OK && grades != NULL) {
        status = lsc_grade_tabulate(predictions, grades, allocator, found->grades, error);
    }
    return status;
}

lsc_status lsc_predictions_json(const lsc_predictions *predictions, const lsc_grades *grades,
                                uint64_t seed, const lsc_allocator *allocator, char **json,
                                lsc_error *error)
{
    measured found;
    lsc_buffer out;
    lsc_json_writer writer;
    lsc_status status = measure(predictions, grades, seed, allocator, &found, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_buffer_init(&out, allocator);
    lsc_json_writer_init(&writer, &out, 0);
    lsc_json_begin_object(&writer);
    lsc_metrics_put(&writer, predictions, found.estimates);
    lsc_curves_put(&writer, &found.curves, found.estimates);
    if (grades != NULL) {
        lsc_grades_put(&writer, found.grades);
    }
    lsc_json_end_object(&writer);
    status = lsc_buffer_status(&out, error);
    if (status == LSC_OK) {
        *json = lsc_buffer_take(&out, NULL);
    }
    lsc_buffer_free(&out);
    return status;
}

lsc_status lsc_metrics_json(const unsigned char *labels, const double *probabilities, size_t n_rows,
                            uint64_t seed, char **json, lsc_error *error)
{
    if (json == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "json is NULL");
    }
    *json = NULL;
    lsc_status status = check_rows(labels, probabilities, n_rows, error);
    if (status != LSC_OK) {
        return status;
    }
    const lsc_predictions predictions = {
        .labels = labels, .probabilities = probabilities, .n_rows = n_rows};
    return lsc_predictions_json(&predictions, NULL, seed, lsc_default_allocator(), json, error);
}
