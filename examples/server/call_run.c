#include "call_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "authenticate.h"
#include "call_input.h"
#include "counters.h"
#include "idempotency.h"
#include "live.h"
#include "server_log.h"
#include "trace/request_span.h"
#include "trace/trace_start.h"
#include "wall_clock.h"

/* Steps, in their order. Each returns false when it has answered, and the rest is left out. */

/* A list of several has a comma, which none of these may have. */
static bool is_one(const char *header)
{
    return header == NULL || (header[0] != '\0' && strchr(header, ',') == NULL);
}

/* Those of HTTP/1.0 know nothing of chunks. */
static bool is_chunked_alone(const srv_call *call, const char *coding, const char *length)
{
    return length == NULL && strcasecmp(coding, "chunked") == 0 &&
           strcmp(call->request->version, "HTTP/1.0") != 0;
}

/* Where others may see another end of the body, or another host, nothing is done, and nothing behind it is read. */
static bool check_framing(srv_call *call)
{
    const char *length = srv_header(call, "Content-Length");
    const char *coding = srv_header(call, "Transfer-Encoding");
    if (is_one(length) && is_one(srv_header(call, "Host")) &&
        (coding == NULL || is_chunked_alone(call, coding, length))) {
        return true;
    }
    srv_set_header(call, "Connection", "close");
    srv_fail(call, 400, "bad_framing",
             "Host or Content-Length is there twice, or Transfer-Encoding is not chunked alone");
    return false;
}

static bool answer_options(srv_call *call, const char *allowed)
{
    char methods[128];
    snprintf(methods, sizeof(methods), "%s, OPTIONS", allowed);
    srv_set_header(call, "Allow", methods);
    srv_set_header(call, "Access-Control-Allow-Methods", methods);
    srv_set_header(call, "Access-Control-Allow-Headers",
                   "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match");
    srv_set_header(call, "Access-Control-Max-Age", "600");
    srv_reply(call, 204, NULL);
    return false;
}

static bool find_operation(srv_call *call)
{
    char allowed[96] = "";
    const char *method = call->request->method;
    if (srv_segments_read(&call->segments, call->request->path)) {
        call->operation =
            srv_routes_find(call->app->routes, method, &call->segments, allowed, sizeof(allowed));
    }
    if (call->operation != NULL) {
        return true;
    }
    if (allowed[0] == '\0') {
        srv_fail(call, 404, "no_such_path", "there is nothing of this path");
        return false;
    }
    if (strcmp(method, "OPTIONS") == 0) {
        return answer_options(call, allowed);
    }
    srv_set_header(call, "Allow", allowed);
    srv_fail(call, 405, "no_such_method", "the path has the methods %s", allowed);
    return false;
}

static bool may(const srv_operation *operation, const srv_principal *who)
{
    return who->is_key ? operation->scope != 0 && (who->scopes & operation->scope) != 0
                       : who->role >= operation->least_role;
}

static size_t anybodys_bytes(const srv_config *config)
{
    return config->max_body_bytes < SRV_ANYBODYS_BYTES ? (size_t)config->max_body_bytes
                                                       : SRV_ANYBODYS_BYTES;
}

/* The most bytes of a body of an operation. */
static size_t most_bytes_of(const srv_config *config, const srv_operation *operation)
{
    if (operation->is_public) {
        return anybodys_bytes(config);
    }
    return (size_t)(operation->takes_bytes ? config->max_model_bytes : config->max_body_bytes);
}

size_t srv_call_most_bytes(srv_app *app, srv_request *request)
{
    char allowed[96];
    srv_segments segments;
    srv_principal who = {.uuid = ""};
    char *path = strdup(request->path);
    const srv_operation *operation =
        path != NULL && srv_segments_read(&segments, path)
            ? srv_routes_find(app->routes, request->method, &segments, allowed, sizeof(allowed))
            : NULL;
    bool is_known =
        operation != NULL && !operation->is_public &&
        srv_authenticate(app, srv_request_header(request, "Authorization"), &who) == 0 &&
        may(operation, &who);
    free(path);
    return is_known ? most_bytes_of(&app->config, operation) : anybodys_bytes(&app->config);
}

static bool authenticate(srv_call *call)
{
    if (call->operation->is_public) {
        return true;
    }
    srv_step_begin("srv_authenticate");
    int status = srv_authenticate(call->app, srv_header(call, "Authorization"), &call->who);
    srv_step_end(status >= 500 ? "unavailable" : NULL);
    call->has_who = status == 0;
    if (status == 401) {
        srv_counters_add(call->app->counters, SRV_COUNT_AUTH_FAILURES, 1);
        srv_set_header(call, "WWW-Authenticate", "Bearer");
        srv_fail(call, 401, "unauthorized", "no valid credential was given");
    } else if (status >= 500) {
        srv_fail(call, (unsigned)status, "unavailable", "credentials cannot be looked up now");
    } else if (status != 0 || !may(call->operation, &call->who)) {
        srv_fail(call, 403, "forbidden", "this credential may not do this");
    }
    return !srv_is_answered(call);
}

static bool check_size(srv_call *call)
{
    size_t most = most_bytes_of(&call->app->config, call->operation);
    if (call->request->length > most) {
        srv_fail(call, 413, "body_too_large", "the body has more than %zu bytes", most);
    } else if (call->request->is_cut) { /* Who may send it now might not when it came. */
        srv_fail(call, 503, "unavailable", "the body could not be taken");
    }
    return !srv_is_answered(call);
}

static bool limit(srv_call *call)
{
    const srv_operation *operation = call->operation;
    return operation->rate_requests == 0 ||
           srv_live_limit(call, operation->id, operation->rate_requests, operation->rate_seconds);
}

typedef bool step(srv_call *call);

static step *const steps[] = {
    check_framing,   find_operation,       authenticate,   check_size,       limit,
    srv_input_query, srv_input_parameters, srv_input_body, srv_replay_begin,
};

/* After the handler. */

static bool has_text(const srv_answer *answer)
{
    return strncmp(answer->content_type, "application/", 12) == 0 ||
           strncmp(answer->content_type, "text/", 5) == 0;
}

/* Answers that hold secrets of their own are not compressed: their length would tell of them (BREACH). */
static bool may_compress(const srv_call *call)
{
    const char *accepted = srv_header(call, "Accept-Encoding");
    return call->operation != NULL && strcmp(call->operation->service, "auth") != 0 &&
           accepted != NULL && strstr(accepted, "gzip") != NULL &&
           strstr(accepted, "gzip;q=0") == NULL && has_text(&call->answer) &&
           call->answer.length >= (size_t)call->app->config.compress_from_bytes &&
           call->answer.length > 0;
}

static void tag(srv_call *call)
{
    char etag[SRV_ETAG_SIZE];
    if (call->answer.status != 200 || strcmp(call->operation->method, "GET") != 0 ||
        call->answer.length == 0 || strncmp(call->answer.content_type, "text/plain", 10) == 0) {
        return; /* Plain text are the counters, which are others each time. */
    }
    if (srv_answer_get(&call->answer, "ETag") == NULL) {
        srv_etag(call->answer.bytes, call->answer.length, etag);
        srv_set_header(call, "ETag", etag);
        srv_set_header(call, "Cache-Control", "private, no-cache");
    }
    if (srv_etag_is_named(srv_header(call, "If-None-Match"),
                          srv_answer_get(&call->answer, "ETag"))) {
        srv_answer_set(&call->answer, 304, NULL, NULL, 0);
    }
}

static void shrink(srv_call *call)
{
    srv_answer_compress(&call->answer);
    const char *etag = srv_answer_get(&call->answer, "ETag");
    if (etag != NULL && srv_answer_get(&call->answer, "Content-Encoding") != NULL) {
        char other[SRV_ETAG_SIZE + 8];
        snprintf(other, sizeof(other), "%.*s-gzip\"", (int)strlen(etag) - 1, etag);
        srv_set_header(call, "ETag", other);
    }
}

static bool is_allowed_origin(const char *list, const char *origin)
{
    size_t length = strlen(origin);
    for (const char *at = list; *at != '\0';) {
        size_t item = strcspn(at, " ");
        if (item == length && memcmp(at, origin, item) == 0) {
            return true;
        }
        at += item + (at[item] == ' ');
    }
    return false;
}

static void add_headers(srv_call *call)
{
    const char *origin = srv_header(call, "Origin");
    srv_set_header(call, "X-Request-Id", call->request_id);
    srv_set_header(call, "Vary", "Accept-Encoding, Origin");
    if (origin != NULL && is_allowed_origin(call->app->config.cors_origins, origin)) {
        srv_set_header(call, "Access-Control-Allow-Origin", origin);
        srv_set_header(call, "Access-Control-Expose-Headers",
                       "ETag, Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id");
    }
    if (srv_answer_get(&call->answer, "Cache-Control") == NULL) {
        srv_set_header(call, "Cache-Control", "no-store");
    }
    if (call->app->draining) {
        srv_set_header(call, "Connection", "close");
    }
}

/* The path that was asked for is not in it: ids may be personal. */
static void note(const srv_call *call, int64_t took_us)
{
    srv_level level = call->answer.status >= 500 ? SRV_ERROR : SRV_INFO;
    if (!srv_log_has(level)) {
        return;
    }
    json_t *line = json_pack("{s:s, s:s, s:s, s:i, s:I, s:I, s:s}", "request_id", call->request_id,
                             "method", srv_known_method(call->request->method), "operation",
                             call->operation != NULL ? call->operation->id : "none", "status",
                             (int)call->answer.status, "us", (json_int_t)took_us, "bytes",
                             (json_int_t)call->answer.length, "client", call->client);
    if (call->has_who) {
        json_object_set_new(line, "organization", json_string(call->who.organization));
        json_object_set_new(line, "actor", json_string(call->who.uuid));
    }
    srv_log(level, "request", line);
}

/* Where nothing is traced no header is looked for. */
static void begin_span(srv_call *call)
{
    const srv_tracer *tracer = srv_tracer_of(call->app);
    if (tracer != NULL) {
        srv_trace_begin_request(tracer, srv_header(call, "traceparent"));
    }
}

/* What is done with every answer. */
static void end(srv_call *call)
{
    srv_replay_end(call);
    if (call->operation != NULL) {
        tag(call);
    }
    if (may_compress(call)) {
        shrink(call);
    }
    add_headers(call);
    int64_t took_us = srv_ticks_us() - call->began_us;
    srv_counters_end(call->app->counters, call->operation, call->answer.status, took_us);
    note(call, took_us);
    srv_request_span_end(call);
}

bool srv_call_run(srv_call *call)
{
    begin_span(call);
    bool goes_on = true;
    for (size_t i = 0; goes_on && i < sizeof(steps) / sizeof(steps[0]); i++) {
        goes_on = steps[i](call);
    }
    if (goes_on) {
        call->operation->handler(call);
        if (!srv_is_answered(call) && call->aside == NULL) {
            srv_fail(call, 500, "internal", "the request was not answered");
        }
    }
    if (call->has_note) {
        srv_step_begin("lsc_store_note_access");
    }
    if (call->has_note || (call->aside != NULL && !srv_is_answered(call))) {
        call->trace = srv_trace_set_aside();
        return false;
    }
    end(call);
    return true;
}

void srv_call_do_aside(srv_call *call)
{
    srv_trace_take_up(call->trace);
    call->aside(call);
    call->trace = srv_trace_set_aside();
}

void srv_call_end(srv_call *call)
{
    srv_trace_take_up(call->trace);
    if (call->has_note && srv_step_status(call->note.error.status) != LSC_OK) {
        srv_fail_library(call, &call->note.error);
    }
    if (!srv_is_answered(call)) {
        srv_set_header(call, "Retry-After", "1");
        srv_fail(call, 503, "busy", "too many such requests are under way: try again later");
    }
    end(call);
}
