#include "scoring_handlers.h"

#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "counters.h"
#include "trace/tracing.h"

/* A member of the body as the text that the library reads. NULL where it is not there. */
static char *text_of(const json_t *body, const char *name)
{
    const json_t *value = json_object_get(body, name);
    return value != NULL ? json_dumps(value, JSON_COMPACT) : NULL;
}

/* A lead that the request brings: nothing of it is kept. */
static lsc_status explain_given(lsc_scorer *scorer, const json_t *body, int64_t as_of_ms,
                                lsc_explanation *explanation, lsc_error *error)
{
    char *lead = text_of(body, "lead");
    char *activities = text_of(body, "activities");
    lsc_status status = LSC_NO_MEMORY;
    lsc_scorer_set_receipts(scorer, json_is_true(json_object_get(body, "receipt")));
    if (lead != NULL) {
        status =
            SRV_STEP(lsc_explain_json, scorer, lead, strlen(lead), activities,
                     activities != NULL ? strlen(activities) : 0, as_of_ms, explanation, error);
    }
    free(lead);
    free(activities);
    return status;
}

void srv_score_lead(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    const json_t *body = srv_body(call);
    const json_t *lead = json_object_get(body, "lead");
    const char *id = json_string_value(json_object_get(lead, "id"));
    int64_t as_of_ms = srv_member_time(body, "as_of", srv_now_ms(call));
    lsc_scorer *scorer = srv_scorer(call);
    const char *json;
    size_t length;
    if (scorer == NULL) {
        return;
    }
    lsc_status status = explain_given(scorer, body, as_of_ms, &explanation, &error);
    if (srv_went_well(call, status, &error) &&
        srv_went_well(call,
                      lsc_explanation_json(scorer, &explanation, id, 0, &json, &length, &error),
                      &error)) {
        srv_counters_add(srv_app_of(call)->counters, SRV_COUNT_SCORES, 1);
        srv_reply_text(call, 200, json, length);
    }
}
