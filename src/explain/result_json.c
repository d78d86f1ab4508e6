#include "result_json.h"

void lsc_result_put(lsc_json_writer *writer, const lsc_result *result, bool has_points)
{
    lsc_json_member_string(writer, "status", lsc_outcome_status_name(result->status));
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
    lsc_json_member_number(writer, "probability", result->probability);
    lsc_json_member_number(writer, "probability_low", result->probability_low);
    lsc_json_member_number(writer, "probability_high", result->probability_high);
    lsc_json_member_number(writer, "confidence", result->confidence);

    lsc_json_put_key(writer, "raw");
    lsc_json_begin_object(writer);
    lsc_json_put_key(writer, "margin");
    lsc_json_put_float(writer, result->margin);
    lsc_json_put_key(writer, "probability");
    lsc_json_put_float(writer, result->raw_probability);
    lsc_json_end_object(writer);
    if (has_points) {
        lsc_json_member_number(writer, "points", result->points);
    }
}

void lsc_breakdown_put(lsc_json_writer *writer, lsc_outcome_status status, int baseline,
                       const lsc_breakdown_part *parts, size_t n)
{
    lsc_json_put_key(writer, "breakdown");
    if (status != LSC_SCORED) {
        lsc_json_put_null(writer);
        return;
    }
    lsc_json_begin_object(writer);
    lsc_json_member_int(writer, "baseline", baseline);
    for (size_t i = 0; i < n; i++) {
        lsc_json_member_int(writer, parts[i].group, parts[i].points);
    }
    lsc_json_end_object(writer);
}

void lsc_receipt_put(lsc_json_writer *writer, const lsc_receipt *receipt)
{
    lsc_json_put_key(writer, "receipt");
    if (receipt->input_sha256[0] == '\0') { /* as lsc_scorer_set_receipts() asked for */
        lsc_json_put_null(writer);
        return;
    }
    lsc_json_begin_object(writer);
    lsc_json_member_string(writer, "model_sha256", receipt->model_sha256);
    lsc_json_member_string(writer, "spec_sha256", receipt->spec_sha256);
    lsc_json_member_string(writer, "input_sha256", receipt->input_sha256);
    lsc_json_member_string(writer, "result_sha256", receipt->result_sha256);
    lsc_json_member_time(writer, "as_of", receipt->as_of_ms);
    lsc_json_member_string(writer, "library_version", receipt->library_version);
    lsc_json_end_object(writer);
}
