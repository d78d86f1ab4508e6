#include "lead_handlers.h"

#include "answers.h"
#include "counters.h"

/* The latest score that is kept: what a new one is compared with. */
static int latest_score(lsc_store *store, const char *organization, const char *id, bool *is_there)
{
    const lsc_stored_score *scores;
    size_t n = 0;
    *is_there = lsc_store_list_history(store, organization, id, LSC_TIME_NONE, 1, &scores, &n,
                                       NULL) == LSC_OK &&
                n > 0;
    return *is_there ? scores[0].result.score : -1;
}

static void tell(srv_call *call, const char *id, const lsc_result *result, bool had_score,
                 int before)
{
    char grade[2] = {result->grade, '\0'};
    srv_publish(srv_app_of(call), srv_organization(call), "lead_score_updated",
                json_pack("{s:s, s:o, s:o, s:o}", "lead_id", id, "score",
                          result->score >= 0 ? json_integer(result->score) : json_null(), "grade",
                          srv_json_text(result->grade != 0 ? grade : NULL), "previous_score",
                          had_score && before >= 0 ? json_integer(before) : json_null()));
}

void srv_get_lead_score(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    const char *id = srv_path(call, "lead_id");
    const char *organization = srv_organization(call);
    int64_t as_of_ms = srv_query_time(call, "as_of", srv_now_ms(call));
    lsc_scorer *scorer = srv_scorer(call);
    lsc_store *store = scorer != NULL ? srv_store(call) : NULL;
    const char *json;
    size_t length;
    bool had_score;
    if (store == NULL) {
        return;
    }
    int before = latest_score(store, organization, id, &had_score);
    if (!srv_went_well(
            call,
            lsc_store_score_lead(store, organization, id, scorer, as_of_ms, &explanation, &error),
            &error) ||
        !srv_went_well(call,
                       lsc_explanation_json(scorer, &explanation, id, 0, &json, &length, &error),
                       &error)) {
        return;
    }
    srv_counters_add(srv_app_of(call)->counters, SRV_COUNT_SCORES, 1);
    if (srv_query(call, "as_of") == NULL && (!had_score || before != explanation.result.score)) {
        tell(call, id, &explanation.result, had_score, before);
    }
    srv_reply_text(call, 200, json, length);
}
