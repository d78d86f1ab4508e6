#include <leadscore/explain.h>

#include <stdbool.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"
#include "explanation.h"
#include "result_json.h"
#include "score/scorer.h"

/** Most spaces a level. */
#define MAX_INDENT 16

static void put_contributions(lsc_json_writer *writer, const lsc_explanation *explanation)
{
    lsc_json_put_key(writer, "contributions");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < explanation->n_contributions; i++) {
        const lsc_contribution *contribution = &explanation->contributions[i];
        lsc_json_begin_object(writer);
        lsc_json_member_string(writer, "feature", contribution->feature);
        lsc_json_member_string(writer, "group", contribution->group);
        lsc_json_member_number(writer, "value", contribution->value);
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
        lsc_json_member_string(writer, "code", reason->code);
        lsc_json_member_string(writer, "feature", reason->feature);
        lsc_json_member_string(writer, "direction", reason->contribution > 0 ? "up" : "down");
        lsc_json_member_string(writer, "text", reason->text);
        lsc_json_member_number(writer, "contribution", reason->contribution);
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
    lsc_json_member_string(writer, "name", model->name);
    lsc_json_member_string(writer, "version", model->version);
    lsc_json_end_object(writer);
}

static void put_explanation(lsc_json_writer *writer, const lsc_model *model,
                            const lsc_explanation *explanation, const char *lead_id)
{
    lsc_json_begin_object(writer);
    if (lead_id != NULL) {
        lsc_json_member_string(writer, "lead_id", lead_id);
    }
    lsc_json_member_time(writer, "as_of", explanation->receipt.as_of_ms);
    lsc_result_put(writer, &explanation->result, model->engine == LSC_ENGINE_SCORECARD);
    lsc_breakdown_put(writer, explanation->result.status, explanation->baseline,
                      explanation->breakdown, explanation->n_breakdown);
    lsc_json_member_number(writer, "base_value", explanation->base_value);
    put_contributions(writer, explanation);
    put_reasons(writer, explanation);
    put_model(writer, model);
    lsc_receipt_put(writer, &explanation->receipt);
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
