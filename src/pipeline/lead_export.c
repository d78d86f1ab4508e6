#include <math.h>

#include "explain/result_json.h"
#include "pipeline/lead_state.h"
#include "pipeline/properties_json.h"
#include "store/audit.h"
#include "store/consent_rows.h"
#include "store/earlier_rows.h"
#include "store/lead_rows.h"
#include "store/person_rows.h"
#include "store/score_rows.h"

/** Bytes that are gathered before they are given away. */
#define CHUNK 65536

/** An export under way. */
typedef struct exporting {
    lsc_store *store;
    lsc_companion *companion;
    lsc_arena page;       /* the store's for so long */
    lsc_json_writer json; /* onto the text of the store */
    bool (*take)(void *ctx, const char *bytes, size_t length);
    void *ctx;
    int64_t organization_key;
    int64_t lead_key;
    const char *lead_id;
} exporting;

/* Give away what is written, where it is much or the last of it. */
static lsc_status flush(exporting *at, size_t least, lsc_error *error)
{
    lsc_buffer *text = &at->store->text;
    lsc_status status = lsc_buffer_status(text, error);
    if (status != LSC_OK || text->length < least) {
        return status;
    }
    if (!at->take(at->ctx, text->data, text->length)) {
        return lsc_fail(error, LSC_CANCELLED, "the export was stopped by its caller");
    }
    lsc_buffer_clear(text);
    return LSC_OK;
}

static void put_text(lsc_json_writer *json, const char *key, const char *text)
{
    lsc_json_put_key(json, key);
    if (text == NULL) {
        lsc_json_put_null(json);
    } else {
        lsc_json_put_string(json, text);
    }
}

static void begin_list(exporting *at, const char *key)
{
    lsc_json_put_key(&at->json, key);
    lsc_json_begin_array(&at->json);
}

/* The lead. */

static lsc_status put_held(void *ctx, const lsc_held_lead *held, lsc_error *error)
{
    exporting *at = ctx;
    lsc_json_put_key(&at->json, "properties");
    return lsc_properties_put(at->companion, held->properties, held->length, &at->json, error);
}

static lsc_status put_earlier(void *ctx, const lsc_earlier_row *row, lsc_error *error)
{
    exporting *at = ctx;
    lsc_json_begin_object(&at->json);
    lsc_json_member_int(&at->json, "revision", row->revision);
    lsc_json_put_key(&at->json, "properties");
    lsc_status status =
        lsc_properties_put(at->companion, row->properties, row->length, &at->json, error);
    lsc_json_end_object(&at->json);
    return status == LSC_OK ? flush(at, CHUNK, error) : status;
}

static lsc_status put_lead(exporting *at, lsc_error *error)
{
    int64_t last_seen_ms = LSC_TIME_NONE;
    lsc_status status = lsc_last_seen_read(at->store, at->lead_key, &last_seen_ms, error);
    lsc_json_member_time(&at->json, "last_seen", last_seen_ms);
    if (status == LSC_OK) {
        status = lsc_lead_row_read(at->store, at->lead_key, put_held, at, error);
    }
    begin_list(at, "earlier_properties");
    if (status == LSC_OK) {
        status = lsc_earlier_rows_read(at->store, at->lead_key, put_earlier, at, error);
    }
    lsc_json_end_array(&at->json);
    return status;
}

/* What it did, and what became of it. */

static lsc_status put_activity(void *ctx, const lsc_activity_row *row, lsc_error *error)
{
    exporting *at = ctx;
    lsc_json_begin_object(&at->json);
    lsc_json_member_string(&at->json, "source", row->source);
    lsc_json_member_string(&at->json, "id", row->id);
    lsc_json_member_string(&at->json, "type", row->type);
    lsc_json_member_time(&at->json, "time", row->time_ms);
    lsc_json_member_time(&at->json, "recorded_time", row->recorded_time_ms);
    lsc_json_member_bool(&at->json, "bot", row->bot);
    lsc_json_put_key(&at->json, "data");
    lsc_status status =
        lsc_properties_put(at->companion, row->data, row->data_length, &at->json, error);
    lsc_json_end_object(&at->json);
    return status == LSC_OK ? flush(at, CHUNK, error) : status;
}

static lsc_status put_activities(exporting *at, lsc_error *error)
{
    begin_list(at, "activities");
    lsc_status status = lsc_activity_rows_read(at->store, at->lead_key, put_activity, at, error);
    lsc_json_end_array(&at->json);
    return status;
}

static lsc_status put_outcome(void *ctx, const lsc_outcome *outcome, lsc_error *error)
{
    exporting *at = ctx;
    lsc_json_begin_object(&at->json);
    lsc_json_member_time(&at->json, "time", outcome->time_ms);
    lsc_json_member_bool(&at->json, "converted", outcome->converted);
    lsc_json_end_object(&at->json);
    return flush(at, CHUNK, error);
}

static lsc_status put_outcomes(exporting *at, lsc_error *error)
{
    begin_list(at, "outcomes");
    lsc_status status = lsc_outcome_rows_read(at->store, at->lead_key, put_outcome, at, error);
    lsc_json_end_array(&at->json);
    return status;
}

static lsc_status put_consents(exporting *at, lsc_error *error)
{
    const lsc_consent *consents = NULL;
    size_t n = 0;
    lsc_arena_clear(&at->page);
    lsc_status status = lsc_consent_rows_read(at->store, at->lead_key, &consents, &n, error);
    begin_list(at, "consents");
    for (size_t i = 0; i < n && status == LSC_OK; i++) {
        lsc_json_begin_object(&at->json);
        lsc_json_member_string(&at->json, "purpose", consents[i].purpose);
        lsc_json_member_time(&at->json, "time", consents[i].time_ms);
        lsc_json_member_bool(&at->json, "given", consents[i].given);
        put_text(&at->json, "source", consents[i].source);
        lsc_json_end_object(&at->json);
    }
    lsc_json_end_array(&at->json);
    return status;
}

/* Its scores. */

static lsc_status put_score(exporting *at, const lsc_stored_score *score, lsc_error *error)
{
    lsc_json_begin_object(&at->json);
    lsc_json_member_time(&at->json, "as_of", score->receipt.as_of_ms);
    lsc_result_put(&at->json, &score->result, !isnan(score->result.points));
    lsc_breakdown_put(&at->json, score->result.status, score->baseline, score->breakdown,
                      score->n_breakdown);
    lsc_json_put_key(&at->json, "model");
    lsc_json_begin_object(&at->json);
    lsc_json_member_string(&at->json, "name", score->model_name);
    lsc_json_member_string(&at->json, "version", score->model_version);
    lsc_json_end_object(&at->json);
    lsc_receipt_put(&at->json, &score->receipt);
    lsc_json_end_object(&at->json);
    return flush(at, CHUNK, error);
}

/* A page at a time, so that memory does not grow with their number. */
static lsc_status put_scores(exporting *at, lsc_error *error)
{
    const lsc_stored_score *scores;
    size_t n;
    int64_t before_ms = LSC_TIME_NONE;
    lsc_status status;
    begin_list(at, "scores");
    do {
        n = 0;
        lsc_arena_clear(&at->page);
        status = lsc_score_rows_read(at->store, at->lead_key, at->lead_id, before_ms, LSC_PAGE,
                                     &scores, &n, error);
        for (size_t i = 0; i < n && status == LSC_OK; i++) {
            before_ms = scores[i].receipt.as_of_ms;
            status = put_score(at, &scores[i], error);
        }
    } while (status == LSC_OK && n >= LSC_PAGE);
    lsc_json_end_array(&at->json);
    return status;
}

static lsc_status put_latest(exporting *at, lsc_error *error)
{
    lsc_latest_row latest;
    lsc_status status = lsc_latest_row_read(at->store, at->lead_key, &latest, error);
    lsc_json_put_key(&at->json, "latest_score");
    if (status != LSC_OK || !latest.found) {
        lsc_json_put_null(&at->json);
        return status;
    }
    lsc_json_begin_object(&at->json);
    lsc_json_member_time(&at->json, "as_of", latest.as_of_ms);
    lsc_json_member_string(&at->json, "model_sha256", latest.model_sha256);
    lsc_json_end_object(&at->json);
    return status;
}

static lsc_status put_queue(exporting *at, lsc_error *error)
{
    lsc_queue_row queue;
    lsc_status status = lsc_queue_row_read(at->store, at->lead_key, &queue, error);
    lsc_json_put_key(&at->json, "rescoring");
    lsc_json_begin_object(&at->json);
    lsc_json_member_bool(&at->json, "changed", queue.changed);
    lsc_json_member_time(&at->json, "due", queue.due_ms);
    lsc_json_end_object(&at->json);
    return status;
}

static lsc_status put_trainings(exporting *at, lsc_error *error)
{
    const char *const *models = NULL;
    size_t n = 0;
    lsc_arena_clear(&at->page);
    lsc_status status = lsc_training_rows_read(at->store, at->lead_key, &models, &n, error);
    begin_list(at, "trained_models");
    for (size_t i = 0; i < n && status == LSC_OK; i++) {
        lsc_json_put_string(&at->json, models[i]);
    }
    lsc_json_end_array(&at->json);
    return status;
}

/* What was done with it. */

static void put_audit_row(lsc_json_writer *json, const lsc_audit_row *row)
{
    lsc_json_begin_object(json);
    lsc_json_member_int(json, "number", row->number);
    lsc_json_member_time(json, "time", row->time_ms);
    put_text(json, "actor", row->actor);
    lsc_json_member_string(json, "action", row->action);
    lsc_json_member_int(json, "amount", row->amount);
    lsc_json_end_object(json);
}

static lsc_status put_audit(exporting *at, lsc_error *error)
{
    const lsc_audit_row *rows;
    size_t n;
    lsc_status status;
    lsc_audit_query query = LSC_AUDIT_QUERY_INIT;
    query.subject = at->store->subject.uuid;
    query.limit = LSC_PAGE;
    begin_list(at, "audit");
    do {
        lsc_arena_clear(&at->page);
        status = lsc_audit_rows_list(at->store, &at->organization_key, &query, &rows, &n, error);
        for (size_t i = 0; i < n && status == LSC_OK; i++) {
            put_audit_row(&at->json, &rows[i]);
            query.after = rows[i].number;
            status = flush(at, CHUNK, error);
        }
    } while (status == LSC_OK && n == query.limit);
    lsc_json_end_array(&at->json);
    return status;
}

/* The whole. */

static lsc_status put_all(exporting *at, const char *organization, lsc_error *error)
{
    static lsc_status (*const parts[])(exporting * at, lsc_error * error) = {
        put_lead,   put_consents, put_activities, put_outcomes, put_scores,
        put_latest, put_queue,    put_trainings,  put_audit};
    lsc_status status = LSC_OK;
    lsc_buffer_clear(&at->store->text);
    lsc_json_writer_init(&at->json, &at->store->text, 0);
    lsc_json_begin_object(&at->json);
    lsc_json_member_string(&at->json, "organization_id", organization);
    lsc_json_member_string(&at->json, "id", at->lead_id);
    lsc_json_member_string(&at->json, "uuid", at->store->subject.uuid);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && status == LSC_OK; i++) {
        status = parts[i](at, error);
    }
    lsc_json_end_object(&at->json);
    return status == LSC_OK ? flush(at, 0, error) : status;
}

/* With a page of its own: what a list gave stays, and the id of the lead may be of it. */
static lsc_status put_all_aside(exporting *at, const char *organization, lsc_error *error)
{
    lsc_store *store = at->store;
    lsc_arena *held = store->page;
    lsc_arena_init(&at->page, &store->allocator);
    store->page = &at->page;
    lsc_status status = put_all(at, organization, error);
    store->page = held;
    lsc_arena_free(&at->page);
    return status;
}

static lsc_status find(exporting *at, const char *organization, lsc_error *error)
{
    lsc_status status =
        lsc_organization_find(at->store, organization, &at->organization_key, error);
    return status == LSC_OK ? lsc_lead_row_find(at->store, at->organization_key, at->lead_id,
                                                &at->lead_key, error)
                            : status;
}

/* A change of its own, so that nobody waits for who takes the bytes; noted before the first is given. */
static lsc_status note(exporting *at, const char *organization, lsc_error *error)
{
    bool noting;
    lsc_status status = lsc_audit_read_begin(at->store, &noting, error);
    if (status != LSC_OK) {
        return status;
    }
    status = find(at, organization, error);
    return lsc_audit_read_end(at->store, noting ? "export lead" : NULL, 1, status, error);
}

lsc_status lsc_store_export_lead(lsc_store *store, const char *organization, const char *id,
                                 bool (*take)(void *ctx, const char *bytes, size_t length),
                                 void *ctx, lsc_error *error)
{
    if (store == NULL || take == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "take");
    }
    exporting at = {.store = store, .take = take, .ctx = ctx, .lead_id = id};
    lsc_status status = lsc_companion_of(store, &at.companion, error);
    if (status == LSC_OK) {
        status = note(&at, organization, error);
    }
    if (status == LSC_OK) {
        status = lsc_look_begin(store->database, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = find(&at, organization, error);
    if (status == LSC_OK) {
        status = put_all_aside(&at, organization, error);
    }
    return lsc_look_end(store->database, status);
}
