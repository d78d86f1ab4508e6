#include "call_data.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "problem.h"
#include "server_log.h"
#include "wall_clock.h"
#include "worker.h"

/* What was asked. */

const char *srv_path(const srv_call *call, const char *name)
{
    return srv_routes_path_value(call->operation, &call->segments, name);
}

static const json_t *fallback_of(const srv_call *call, const char *name)
{
    const srv_parameters *parameters = &call->operation->query_parameters;
    for (size_t i = 0; i < parameters->n; i++) {
        if (strcmp(parameters->list[i].name, name) == 0) {
            return parameters->list[i].fallback;
        }
    }
    return NULL;
}

static const char *given(const srv_call *call, const char *name)
{
    for (size_t i = 0; i < call->n_query; i++) {
        if (strcmp(call->query[i].name, name) == 0) {
            return call->query[i].value;
        }
    }
    return NULL;
}

const char *srv_query(const srv_call *call, const char *name)
{
    const char *value = given(call, name);
    return value != NULL ? value : json_string_value(fallback_of(call, name));
}

int64_t srv_query_integer(const srv_call *call, const char *name, int64_t absent)
{
    const char *value = given(call, name);
    const json_t *fallback = fallback_of(call, name);
    if (value != NULL) {
        return (int64_t)strtod(value, NULL); /* checked: an integer, which may be written 1e2 */
    }
    return fallback != NULL ? json_integer_value(fallback) : absent;
}

int64_t srv_query_time(const srv_call *call, const char *name, int64_t absent)
{
    const char *value = given(call, name);
    int64_t time_ms = absent;
    if (value != NULL) {
        lsc_time_parse(value, strlen(value), &time_ms, NULL);
    }
    return time_ms;
}

const char *srv_header(const srv_call *call, const char *name)
{
    return srv_request_header(call->request, name);
}

const json_t *srv_body(const srv_call *call)
{
    return call->body;
}

const void *srv_raw_body(const srv_call *call, size_t *length)
{
    *length = call->request->length;
    return call->request->body;
}

const srv_principal *srv_who(const srv_call *call)
{
    return call->has_who ? &call->who : NULL;
}

const char *srv_organization(const srv_call *call)
{
    return call->has_who ? call->who.organization : NULL;
}

int64_t srv_now_ms(const srv_call *call)
{
    return call->now_ms;
}

const char *srv_client(const srv_call *call)
{
    return call->client;
}

/* What it takes to answer. */

srv_app *srv_app_of(srv_call *call)
{
    return call->app;
}

lsc_store *srv_store(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_store *store = srv_worker_store(call->app, &error);
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    actor.uuid = call->has_who ? call->who.uuid : NULL;
    actor.now_ms = srv_tell_time;
    if (store == NULL || lsc_store_set_actor(store, &actor, &error) != LSC_OK) {
        srv_fail_library(call, &error);
        return NULL;
    }
    return store;
}

lsc_scorer *srv_scorer(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    if (srv_store(call) == NULL) {
        return NULL;
    }
    lsc_scorer *scorer = srv_worker_scorer(call->app, call->who.organization, &error);
    if (scorer == NULL && error.status == LSC_NOT_FOUND) {
        srv_fail(call, 409, "no_active_model",
                 "no model is active: upload or train one, then activate it");
    } else if (scorer == NULL) {
        srv_fail_library(call, &error);
    }
    return scorer;
}

/* The answer. */

void srv_set_header(srv_call *call, const char *name, const char *value)
{
    srv_answer_header(&call->answer, name, value);
}

static void reply_json(srv_call *call, unsigned status, const char *content_type, json_t *body)
{
    char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
    srv_answer_set(&call->answer, status, body != NULL ? content_type : NULL, text,
                   text != NULL ? strlen(text) : 0);
    if (body != NULL && text == NULL) {
        srv_answer_set(&call->answer, 503, NULL, NULL, 0);
    }
    json_decref(body);
}

void srv_reply(srv_call *call, unsigned status, json_t *body)
{
    reply_json(call, status, "application/json", body);
}

void srv_reply_bytes(srv_call *call, unsigned status, const char *content_type, const void *bytes,
                     size_t length)
{
    char *copy = malloc(length + 1);
    if (copy == NULL) {
        srv_answer_set(&call->answer, 503, NULL, NULL, 0);
        return;
    }
    memcpy(copy, bytes, length);
    srv_answer_set(&call->answer, status, content_type, copy, length);
}

void srv_reply_shared(srv_call *call, unsigned status, const char *content_type, const char *bytes,
                      size_t length, srv_shared *shared)
{
    srv_answer_share(&call->answer, status, content_type, bytes, length, shared);
}

void srv_fail(srv_call *call, unsigned status, const char *code, const char *format, ...)
{
    char detail[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof(detail), format, arguments);
    va_end(arguments);
    srv_answer_drop(&call->answer, "ETag"); /* of what was to be answered */
    srv_answer_drop(&call->answer, "Cache-Control");
    reply_json(call, status, SRV_PROBLEM_TYPE, srv_problem(status, code, detail, call->request_id));
}

void srv_fail_library(srv_call *call, const lsc_error *error)
{
    const char *code;
    unsigned status = srv_problem_of_library(error->status, &code);
    if (status == 500) {
        /* It may name files; that is for the log. */
        srv_fail(call, 500, code, "the server met a fault of its own; its log has it");
        srv_log(SRV_ERROR, "fault",
                json_pack("{s:s, s:s, s:s}", "request_id", call->request_id, "status",
                          lsc_status_name(error->status), "message", error->message));
        return;
    }
    if (status == 503) {
        srv_set_header(call, "Retry-After", "1");
    }
    srv_fail(call, status, code, "%s", error->message);
}

void srv_note_access(srv_call *call, const char *lead_id)
{
    call->note.organization = call->who.organization;
    call->note.lead_id = lead_id;
    call->note.actor = call->who.uuid;
    call->has_note = true;
}

void srv_answer_aside(srv_call *call, srv_handler *work)
{
    call->aside = work;
}

void srv_answer_in_line(srv_call *call, srv_handler *work)
{
    call->aside = work;
    call->is_in_line = true;
}

bool srv_is_answered(const srv_call *call)
{
    return call->answer.status != 0;
}

void srv_call_free(srv_call *call)
{
    srv_answer_free(&call->answer);
    json_decref(call->body);
}
