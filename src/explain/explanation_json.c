#include <leadscore/explain.h>

#include <stdbool.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"
#include "explanation.h"
#include "score/scorer.h"

/** Most spaces a level. */
#define MAX_INDENT 16

static void put_time(lsc_json_writer *writer, int64_t time_ms)
{
    if (time_ms == LSC_TIME_NONE) {
        lsc_json_put_null(writer);
        return;
    }
    char text[LSC_TIME_TEXT_SIZE];
    lsc_time_format(time_ms, text);
    lsc_json_put_string(writer, text);
}

static void put_member_string(lsc_json_writer *writer, const char *key, const char *text)
{
    lsc_json_member_string(writer, key, text);
}

static void put_member_number(lsc_json_writer *writer, const char *key, double number)
{
    lsc_json_member_number(writer, key, number);
}

static void put_result(lsc_json_writer *writer, const lsc_result *result, bool has_points)
{
    put_member_string(writer, "status", lsc_outcome_status_name(result->status));
    lsc_json_put_key(writer, "score");
    if (result->score >= 0) {
        lsc_json_put_int(writer, result->score);
    } else {
        lsc_json_put_null(writer);
    }
    lsc_json_put_key(writer, "grade");
    if (result->grade != 0) {
        lsc_json_put_text(writer, &result->grade, 1);
    } else {
        lsc_json_put_null(writer);
    }
    put_member_number(writer, "probability", result->probability);
    put_member_number(writer, "probability_low", result->probability_low);
    put_member_number(writer, "probability_high", result->probability_high);
    put_member_number(writer, "confidence", result->confidence);

    lsc_json_put_key(writer, "raw");
    lsc_json_begin_object(writer);
    lsc_json_put_key(writer, "margin");
    lsc_json_put_float(writer, result->margin);
    lsc_json_put_key(writer, "probability");
    lsc_json_put_float(writer, result->raw_probability);
    lsc_json_end_object(writer);
    if (has_points) {
        put_member_number(writer, "points", result->points);
    }
}

static void put_breakdown(lsc_json_writer *writer, const lsc_explanation *explanation)
{
    lsc_json_put_key(writer, "breakdown");
    if (explanation->result.status != LSC_SCORED) {
        lsc_json_put_null(writer);
        return;
    }
    lsc_json_begin_object(writer);
    lsc_json_member_int(writer, "baseline", explanation->baseline);
    for (size_t i = 0; i < explanation->n_breakdown; i++) {
        lsc_json_member_int(writer, explanation->breakdown[i].group,
                            explanation->breakdown[i].points);
    }
    lsc_json_end_object(writer);
}

static void put_contributions(lsc_json_writer *writer, const lsc_explanation *explanation)
{
    lsc_json_put_key(writer, "contributions");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < explanation->n_contributions; i++) {
        const lsc_contribution *contribution = &explanation->contributions[i];
        lsc_json_begin_object(writer);
        put_member_string(writer, "feature", contribution->feature);
        put_member_string(writer, "group", contribution->group);
        put_member_number(writer, "value", contribution->value);
        lsc_json_end_object(writer);
    }
    lsc_json_end_array(writer);
}

static void put_reasons(lsc_json_writer *writer, const lsc_explanation *explanation)
{
    lsc_json_put_key(writer, "reasons");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < explanation->n_reasons; i++) {
        const lsc_reason *reason = &explanation->reasons[i];
        lsc_json_begin_object(writer);
        put_member_string(writer, "code", reason->code);
        put_member_string(writer, "feature", reason->feature);
        put_member_string(writer, "direction", reason->contribution > 0 ? "up" : "down");
        put_member_string(writer, "text", reason->text);
        put_member_number(writer, "contribution", reason->contribution);
        lsc_json_put_key(writer, "activities");
        lsc_json_begin_array(writer);
        for (size_t k = 0; k < reason->n_activity_ids; k++) {
            lsc_json_put_string(writer, reason->activity_ids[k]);
        }
        lsc_json_end_array(writer);
        lsc_json_end_object(writer);
    }
    lsc_json_end_array(writer);
}

static void put_model(lsc_json_writer *writer, const lsc_model *model)
{
    lsc_json_put_key(writer, "model");
    lsc_json_begin_object(writer);
    put_member_string(writer, "name", model->name);
    put_member_string(writer, "version", model->version);
    lsc_json_end_object(writer);
}

static void put_receipt(lsc_json_writer *writer, const lsc_receipt *receipt)
{
    lsc_json_put_key(writer, "receipt");
    if (receipt->input_sha256[0] == '\0') { /* as lsc_scorer_set_receipts() asked for */
        lsc_json_put_null(writer);
        return;
    }
    lsc_json_begin_object(writer);
    put_member_string(writer, "model_sha256", receipt->model_sha256);
    put_member_string(writer, "spec_sha256", receipt->spec_sha256);
    put_member_string(writer, "input_sha256", receipt->input_sha256);
    put_member_string(writer, "result_sha256", receipt->result_sha256);
    lsc_json_put_key(writer, "as_of");
    put_time(writer, receipt->as_of_ms);
    put_member_string(writer, "library_version", receipt->library_version);
    lsc_json_end_object(writer);
}

static void put_explanation(lsc_json_writer *writer, const lsc_model *model,
                            const lsc_explanation *explanation, const char *lead_id)
{
    lsc_json_begin_object(writer);
    if (lead_id != NULL) {
        put_member_string(writer, "lead_id", lead_id);
    }
    lsc_json_put_key(writer, "as_of");
    put_time(writer, explanation->receipt.as_of_ms);
    put_result(writer, &explanation->result, model->engine == LSC_ENGINE_SCORECARD);
    put_breakdown(writer, explanation);
    put_member_number(writer, "base_value", explanation->base_value);
    put_contributions(writer, explanation);
    put_reasons(writer, explanation);
    put_model(writer, model);
    put_receipt(writer, &explanation->receipt);
    lsc_json_end_object(writer);
}

static lsc_status check_arguments(const lsc_scorer *scorer, const char *lead_id, int indent,
                                  const char **json, size_t *length, lsc_error *error)
{
    if (scorer == NULL || json == NULL || length == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "scorer, json or length is NULL");
    }
    if (indent < 0 || indent > MAX_INDENT) {
        return lsc_fail(error, LSC_INVALID_ARG, "indent is %d, must be 0 to %d", indent,
                        MAX_INDENT);
    }
    if (lead_id != NULL) {
        size_t size = strlen(lead_id);
        size_t fault = lsc_utf8_check(lead_id, size);
        if (fault < size) {
            return lsc_fail(error, LSC_INVALID_ARG, "lead_id is not UTF-8 at byte %zu", fault);
        }
    }
    return LSC_OK;
}

lsc_status lsc_explanation_json(lsc_scorer *scorer, const lsc_explanation *explanation,
                                const char *lead_id, int indent, const char **json, size_t *length,
                                lsc_error *error)
{
    lsc_status status = check_arguments(scorer, lead_id, indent, json, length, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_explanation known;
    status = lsc_explanation_read(explanation, &known, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_json_writer writer;
    lsc_buffer_clear(&scorer->json);
    lsc_json_writer_init(&writer, &scorer->json, indent);
    put_explanation(&writer, scorer->model, &known, lead_id);
    status = lsc_buffer_status(&scorer->json, error);
    if (status != LSC_OK) {
        return status;
    }
    *json = scorer->json.data;
    *length = scorer->json.length;
    return LSC_OK;
}
