#include "lead_handlers.h"

#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "counters.h"
#include "live.h"
#include "reply.h"
#include "trace/tracing.h"

/* The latest score that is kept: what a new one is compared with. */
static int latest_score(lsc_store *store, const char *organization, const char *id, bool *is_there)
{
    const lsc_stored_score *scores;
    size_t n = 0;
    *is_there = SRV_STEP(lsc_store_list_history, store, organization, id, LSC_TIME_NONE, 1, &scores,
                         &n, NULL) == LSC_OK &&
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

/* What a cached score was made by. */
static const char *model_of(const lsc_scorer *scorer)
{
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    lsc_model_get_info(lsc_scorer_model(scorer), &info, NULL);
    return info.sha256;
}

/* Of a score as of now alone. */
static bool may_cache(const srv_call *call, const char *id, char key[SRV_CACHE_KEY_MAX])
{
    return srv_query(call, "as_of") == NULL && srv_cache_score_key(key, srv_organization(call), id);
}

/* With the entity tag that the score was cached with: to make it takes longer than all else of such an answer. */
static void tag(srv_call *call, const char *etag)
{
    srv_set_header(call, "ETag", etag);
    srv_set_header(call, "Cache-Control", "private, no-cache");
}

/* What is cached is the JSON, and its entity tag with the final NUL. Where accesses are noted, this one is before it is
   answered: the store does not see it. */
static bool answer_from_cache(srv_call *call, const char *key, const lsc_scorer *scorer)
{
    size_t length;
    const char *json;
    srv_shared *shared =
        srv_cache_share(srv_live_scores(srv_app_of(call)), key, model_of(scorer), &json, &length);
    if (shared == NULL || length < SRV_ETAG_BYTES || json[length - 1] != '\0') {
        srv_shared_let_go(shared);
        return false;
    }
    length -= SRV_ETAG_BYTES;
    tag(call, json + length);
    srv_reply_shared(call, 200, "application/json", json, length, shared);
    if (srv_app_of(call)->config.audited) {
        srv_note_access(call, srv_path(call, "lead_id"));
    }
    return true;
}

static void put_into_cache(srv_call *call, const char *key, const lsc_scorer *scorer,
                           const char *json, size_t length)
{
    srv_app *app = srv_app_of(call);
    char *text = malloc(length + SRV_ETAG_BYTES);
    if (text == NULL) {
        return;
    }
    memcpy(text, json, length);
    srv_etag(json, length, text + length);
    tag(call, text + length);
    srv_cache_put(srv_live_scores(app), key, model_of(scorer), text, length + SRV_ETAG_BYTES,
                  app->config.score_cache_seconds * 1000);
    free(text);
}

/** A lead that was scored, and what it was before. */
typedef struct scored {
    lsc_explanation explanation;
    const char *json; /**< of the explanation; the scorer's */
    size_t length;
    bool had_score;
    int before;
} scored;

/* Read what was kept, score, and keep that. */
static lsc_status keep_score(srv_call *call, lsc_store *store, lsc_scorer *scorer, scored *done,
                             lsc_error *error)
{
    const char *organization = srv_organization(call);
    const char *id = srv_path(call, "lead_id");
    int64_t as_of_ms = srv_query_time(call, "as_of", srv_now_ms(call));
    lsc_scorer_set_receipts(scorer, false); /* the request before may have asked for one */
    done->before = latest_score(store, organization, id, &done->had_score);
    lsc_status status = SRV_STEP(lsc_store_score_lead, store, organization, id, scorer, as_of_ms,
                                 &done->explanation, error);
    return status == LSC_OK ? lsc_explanation_json(scorer, &done->explanation, id, 0, &done->json,
                                                   &done->length, error)
                            : status;
}

/* In one transaction, so that the disk is waited for once. */
static bool score_once(srv_call *call, lsc_store *store, lsc_scorer *scorer, scored *done)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_status status = lsc_store_begin(store, &error);
    if (status == LSC_OK) {
        status = keep_score(call, store, scorer, done, &error);
    }
    if (status == LSC_OK) {
        status = SRV_STEP(lsc_store_commit, store, &error);
    } else {
        lsc_store_rollback(store);
    }
    return srv_went_well(call, status, &error);
}

/* Score it, keep the score, and tell of it where it is another than before. */
static void score(srv_call *call, lsc_store *store, lsc_scorer *scorer, const char *key)
{
    srv_app *app = srv_app_of(call);
    scored done = {.explanation = LSC_EXPLANATION_INIT};
    if (!score_once(call, store, scorer, &done)) {
        return;
    }
    const lsc_result *result = &done.explanation.result;
    srv_counters_add(app->counters, SRV_COUNT_SCORES, 1);
    if (srv_query(call, "as_of") == NULL && (!done.had_score || done.before != result->score)) {
        tell(call, srv_path(call, "lead_id"), result, done.had_score, done.before);
    }
    if (key != NULL) {
        put_into_cache(call, key, scorer, done.json, done.length);
    }
    srv_reply_text(call, 200, done.json, done.length);
}

/* A lead that is not there is not there whether or not a model is. */
static bool is_there(srv_call *call, lsc_store *store)
{
    char uuid[37];
    lsc_error error = LSC_ERROR_INIT;
    return srv_went_well(
        call,
        lsc_store_lead_uuid(store, srv_organization(call), srv_path(call, "lead_id"), uuid, &error),
        &error);
}

void srv_get_lead_score(srv_call *call)
{
    char key[SRV_CACHE_KEY_MAX];
    lsc_store *store = srv_store(call);
    if (store == NULL) {
        return;
    }
    bool is_cached = may_cache(call, srv_path(call, "lead_id"), key);
    lsc_scorer *scorer = srv_scorer(call);
    if (scorer != NULL && is_cached && answer_from_cache(call, key, scorer)) {
        return;
    }
    if (is_there(call, store) && scorer != NULL) {
        score(call, store, scorer, is_cached ? key : NULL);
    }
}
