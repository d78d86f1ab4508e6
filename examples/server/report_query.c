#include "report_query.h"

#include <stdio.h>
#include <string.h>

#include "answers.h"

/* Whether a text is among those of a filter, which leaves all where it is not there. */
static bool is_among(const json_t *filters, const char *name, const char *text)
{
    const json_t *list = json_object_get(filters, name);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *each = json_string_value(json_array_get(list, i));
        if (text != NULL && each != NULL && strcmp(each, text) == 0) {
            return true;
        }
    }
    return list == NULL;
}

static bool is_in_time(const json_t *filters, int64_t created_ms)
{
    int64_t from_ms = srv_member_time(filters, "created_from", LSC_TIME_NONE);
    int64_t until_ms = srv_member_time(filters, "created_until", LSC_TIME_NONE);
    if (created_ms == LSC_TIME_NONE) {
        return from_ms == LSC_TIME_NONE && until_ms == LSC_TIME_NONE;
    }
    return created_ms >= from_ms && (until_ms == LSC_TIME_NONE || created_ms < until_ms);
}

bool srv_report_takes(const json_t *filters, const srv_report_lead *lead)
{
    char grade[2] = {lead->grade, '\0'};
    return is_among(filters, "status", lead->lead->status) &&
           is_among(filters, "source", lead->lead->source) &&
           is_among(filters, "grade", lead->grade != 0 ? grade : NULL) &&
           lead->score >= srv_member_integer(filters, "min_score", -1) &&
           lead->score <= srv_member_integer(filters, "max_score", 100) &&
           is_in_time(filters, lead->lead->created_at_ms);
}

static json_t *month_of(int64_t created_ms)
{
    char text[LSC_TIME_TEXT_SIZE];
    if (created_ms == LSC_TIME_NONE) {
        return json_null();
    }
    lsc_time_format(created_ms, text);
    return json_stringn(text, strlen("2026-03"));
}

static json_t *band_of(int score)
{
    char text[24];
    if (score < 0) {
        return json_null();
    }
    int low = score == 100 ? 90 : score / 10 * 10;
    snprintf(text, sizeof(text), "%02d-%d", low, low == 90 ? 100 : low + 9);
    return json_string(text);
}

json_t *srv_report_value(const char *dimension, const srv_report_lead *lead)
{
    char grade[2] = {lead->grade, '\0'};
    if (strcmp(dimension, "status") == 0) {
        return srv_json_text(lead->lead->status);
    }
    if (strcmp(dimension, "source") == 0) {
        return srv_json_text(lead->lead->source);
    }
    if (strcmp(dimension, "grade") == 0) {
        return srv_json_text(lead->grade != 0 ? grade : NULL);
    }
    return strcmp(dimension, "score_band") == 0 ? band_of(lead->score)
                                                : month_of(lead->lead->created_at_ms);
}
