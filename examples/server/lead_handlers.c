#include "lead_handlers.h"

#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "percent.h"
#include "reply.h"
#include "trace/tracing.h"

/* Listing. */

static json_t *json_of_lead(const lsc_stored_lead *lead)
{
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "id", lead->id, "uuid", lead->uuid, "email",
                     srv_json_text(lead->email), "status", srv_json_text(lead->status), "source",
                     srv_json_text(lead->source), "created_at", srv_json_time(lead->created_at_ms));
}

void srv_list_leads(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    const lsc_stored_lead *leads;
    size_t n;
    char *after;
    lsc_store *store = srv_store(call);
    if (store == NULL || !srv_read_cursor(call, &after)) {
        return;
    }
    query.after = after;
    query.limit = (size_t)srv_query_integer(call, "limit", LSC_PAGE);
    query.email = srv_query(call, "email");
    query.status = srv_query(call, "status");
    query.source = srv_query(call, "source");
    lsc_status status =
        SRV_STEP(lsc_store_list_leads, store, srv_organization(call), &query, &leads, &n, &error);
    free(after);
    if (!srv_went_well(call, status, &error)) {
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(items, json_of_lead(&leads[i]));
    }
    srv_reply(call, 200, srv_json_page(items, n == query.limit ? leads[n - 1].id : NULL));
}

/* One lead. */

/* False: it is not there, or cannot be read, as is answered. */
static bool reply_lead(srv_call *call, lsc_store *store, const char *id, unsigned status)
{
    lsc_error error = LSC_ERROR_INIT;
    const char *json;
    size_t length;
    if (!srv_went_well(call,
                       SRV_STEP(lsc_store_lead_json, store, srv_organization(call), id, &json,
                                &length, &error),
                       &error)) {
        return false;
    }
    char etag[SRV_ETAG_SIZE];
    srv_etag(json, length, etag);
    srv_set_header(call, "ETag", etag);
    srv_reply_text(call, status, json, length);
    return true;
}

void srv_get_lead(srv_call *call)
{
    lsc_store *store = srv_store(call);
    if (store != NULL) {
        reply_lead(call, store, srv_path(call, "lead_id"), 200);
    }
}

/* Whether the lead is as If-Match and If-None-Match want it; else the call has been answered. */
static bool meets_conditions(srv_call *call, lsc_store *store, const char *id, bool *is_there)
{
    const char *match = srv_header(call, "If-Match");
    const char *none = srv_header(call, "If-None-Match");
    lsc_error error = LSC_ERROR_INIT;
    char etag[SRV_ETAG_SIZE] = "";
    const char *json;
    size_t length;
    lsc_status status =
        SRV_STEP(lsc_store_lead_json, store, srv_organization(call), id, &json, &length, &error);
    *is_there = status == LSC_OK;
    if (status != LSC_OK && status != LSC_NOT_FOUND) {
        return srv_went_well(call, status, &error);
    }
    if (*is_there) {
        srv_etag(json, length, etag);
    }
    if ((match != NULL && (!*is_there || !srv_etag_is_named(match, etag))) ||
        (none != NULL && *is_there && srv_etag_is_named(none, etag))) {
        srv_fail(call, 412, "precondition_failed",
                 "the lead is not as If-Match or If-None-Match says");
        return false;
    }
    return true;
}

/* Put it, within a transaction that the caller has begun. */
static bool put_body(srv_call *call, lsc_store *store, const json_t *body)
{
    lsc_error error = LSC_ERROR_INIT;
    char *text = json_dumps(body, JSON_COMPACT);
    if (text == NULL) {
        srv_fail(call, 503, "no_memory", "no memory");
        return false;
    }
    lsc_status status = SRV_STEP(lsc_store_put_lead_json, store, srv_organization(call), text,
                                 strlen(text), &error);
    free(text);
    return srv_went_well(call, status, &error);
}

static bool begin(srv_call *call, lsc_store *store)
{
    lsc_error error = LSC_ERROR_INIT;
    return store != NULL && srv_went_well(call, lsc_store_begin(store, &error), &error);
}

static bool commit(srv_call *call, lsc_store *store)
{
    lsc_error error = LSC_ERROR_INIT;
    return srv_went_well(call, SRV_STEP(lsc_store_commit, store, &error), &error);
}

/* The body with the id that it has, or a new one. NULL: no memory. */
static json_t *with_id(const json_t *body, const char *id)
{
    json_t *lead = json_copy((json_t *)(uintptr_t)body);
    if (lead != NULL && json_object_set_new(lead, "id", json_string(id)) != 0) {
        json_decref(lead);
        return NULL;
    }
    return lead;
}

static void set_location(srv_call *call, const char *id)
{
    char *encoded = srv_percent_encode(id);
    if (encoded != NULL) {
        char location[64 + 3 * LSC_MAX_STORE_ID];
        snprintf(location, sizeof(location), "/api/v1/leads/%s", encoded);
        srv_set_header(call, "Location", location);
        free(encoded);
    }
}

/* Put the lead and answer with it. Its transaction has begun, and is over afterwards: what is read within it is what
   this call wrote, and what the entity tag is of. */
static void put_and_reply(srv_call *call, lsc_store *store, const char *id, unsigned status)
{
    json_t *lead = with_id(srv_body(call), id);
    bool is_put =
        lead != NULL && put_body(call, store, lead) && reply_lead(call, store, id, status);
    json_decref(lead);
    if (!is_put) {
        lsc_store_rollback(store);
    } else if (commit(call, store)) {
        srv_lead_changed(srv_app_of(call), srv_organization(call), id);
        if (status == 201) {
            set_location(call, id);
        }
    }
}

void srv_create_lead(srv_call *call)
{
    char made[37];
    char uuid[37];
    const char *id = json_string_value(json_object_get(srv_body(call), "id"));
    lsc_store *store = srv_store(call);
    if (!begin(call, store)) {
        return;
    }
    if (id == NULL) {
        srv_make_uuid(made);
        id = made;
    } else if (lsc_store_lead_uuid(store, srv_organization(call), id, uuid, NULL) == LSC_OK) {
        lsc_store_rollback(store);
        srv_fail(call, 409, "lead_exists", "there is a lead of this id: PUT changes it");
        return;
    }
    put_and_reply(call, store, id, 201);
}

void srv_put_lead(srv_call *call)
{
    const char *id = srv_path(call, "lead_id");
    const char *given = json_string_value(json_object_get(srv_body(call), "id"));
    lsc_store *store = srv_store(call);
    bool is_there = false;
    if (store != NULL && given != NULL && strcmp(given, id) != 0) {
        srv_fail(call, 409, "other_id", "the id of the body is not that of the path");
        return;
    }
    if (!begin(call, store)) {
        return;
    }
    if (!meets_conditions(call, store, id, &is_there)) {
        lsc_store_rollback(store);
        return;
    }
    put_and_reply(call, store, id, is_there ? 200 : 201);
}

void srv_delete_lead(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    const char *id = srv_path(call, "lead_id");
    lsc_store *store = srv_store(call);
    bool is_there = false;
    if (!begin(call, store)) {
        return;
    }
    if (!meets_conditions(call, store, id, &is_there) ||
        !srv_went_well(call,
                       SRV_STEP(lsc_store_delete_lead, store, srv_organization(call), id, &error),
                       &error)) {
        lsc_store_rollback(store);
        return;
    }
    if (commit(call, store)) {
        srv_lead_changed(srv_app_of(call), srv_organization(call), id);
        srv_reply(call, 204, NULL);
    }
}
