#include "trace/otlp_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "trace/pairs.h"

#define PROGRAM "leadscore-server"
#define STATUS_ERROR 2
/* Of a span's flags: the first byte is that of traceparent. */
#define FLAG_KNOWS_WHETHER_REMOTE 0x100
#define FLAG_IS_REMOTE 0x200

static void add_text(json_t *attributes, const char *key, const char *text)
{
    if (text != NULL) {
        json_array_append_new(
            attributes, json_pack("{s:s, s:{s:s}}", "key", key, "value", "stringValue", text));
    }
}

/* 64 bits are texts in JSON. */
static json_t *json_of_int64(int64_t number)
{
    char text[32];
    snprintf(text, sizeof(text), "%" PRId64, number);
    return json_string(text);
}

static void add_number(json_t *attributes, const char *key, int64_t number)
{
    json_array_append_new(attributes, json_pack("{s:s, s:{s:o}}", "key", key, "value", "intValue",
                                                json_of_int64(number)));
}

/* ---- the resource ---- */

json_t *srv_otlp_resource(const char *service, const char *attributes, const char *version)
{
    json_t *all = json_pack("{s:s, s:s}", "service.name", PROGRAM, "service.version", version);
    json_t *given = srv_pairs_read(attributes);
    json_t *list = json_array();
    const char *key;
    json_t *value;
    json_object_update(all, given);
    if (service != NULL) {
        json_object_set_new(all, "service.name", json_string(service));
    }
    json_object_foreach(all, key, value)
    {
        add_text(list, key, json_string_value(value));
    }
    json_decref(all);
    json_decref(given);
    return json_pack("{s:o}", "attributes", list);
}

/* ---- spans ---- */

static void set_id(json_t *span, const char *name, const uint8_t *id, size_t n_bytes)
{
    char text[2 * SRV_TRACE_ID_BYTES + 1];
    if (!sodium_is_zero(id, n_bytes)) {
        json_object_set_new(span, name,
                            json_string(sodium_bin2hex(text, sizeof(text), id, n_bytes)));
    }
}

/* "GET /api/v1/leads/{lead_id}"; without a route the method alone, as the conventions want it. */
static json_t *name_of(const srv_span *span)
{
    if (span->kind != SRV_SPAN_SERVER) {
        return json_string(span->name);
    }
    const char *method = strcmp(span->http.method, "_OTHER") != 0 ? span->http.method : "HTTP";
    return span->http.route != NULL ? json_sprintf("%s %s", method, span->http.route)
                                    : json_string(method);
}

/* The stable conventions for HTTP servers. A path has ids, so the route stands in its place. */
static void add_http(json_t *attributes, const srv_otlp_source *source, const srv_span_http *http)
{
    add_text(attributes, "http.request.method", http->method);
    add_text(attributes, "http.route", http->route);
    add_number(attributes, "http.response.status_code", http->status);
    add_text(attributes, "url.scheme", http->scheme);
    add_text(attributes, "url.path", http->route != NULL ? http->route : "REDACTED");
    add_text(attributes, "server.address", source->server_address);
    if (source->server_port > 0) {
        add_number(attributes, "server.port", source->server_port);
    }
    add_text(attributes, "network.protocol.version", http->version);
    add_text(attributes, "leadscore.operation", http->operation);
}

/* What went wrong; "": nothing did. Of a request that is the server's fault alone. */
static void name_error(const srv_span *span, char error[32])
{
    error[0] = '\0';
    if (span->error_type != NULL) {
        snprintf(error, 32, "%s", span->error_type);
    } else if (span->kind == SRV_SPAN_SERVER && span->http.status >= 500) {
        snprintf(error, 32, "%u", span->http.status);
    }
}

static json_t *attributes_of(const srv_otlp_source *source, const srv_span *span, const char *error)
{
    json_t *attributes = json_array();
    if (span->kind == SRV_SPAN_SERVER) {
        add_http(attributes, source, &span->http);
    }
    if (error[0] != '\0') {
        add_text(attributes, "error.type", error);
    }
    return attributes;
}

static json_t *json_of_span(const srv_otlp_source *source, const srv_span *span)
{
    char error[32];
    name_error(span, error);
    json_t *json = json_pack("{s:o, s:i, s:o, s:o, s:o, s:o}", "name", name_of(span), "kind",
                             (int)span->kind, "startTimeUnixNano", json_of_int64(span->started_ns),
                             "endTimeUnixNano", json_of_int64(span->ended_ns), "attributes",
                             attributes_of(source, span, error), "status", json_object());
    int flags = (span->context.is_sampled ? 1 : 0) | FLAG_KNOWS_WHETHER_REMOTE |
                (span->is_parent_remote ? FLAG_IS_REMOTE : 0);
    set_id(json, "traceId", span->context.trace_id, sizeof(span->context.trace_id));
    set_id(json, "spanId", span->context.span_id, sizeof(span->context.span_id));
    set_id(json, "parentSpanId", span->parent_id, sizeof(span->parent_id));
    json_object_set_new(json, "flags", json_integer(flags));
    if (error[0] != '\0') {
        json_object_set_new(json_object_get(json, "status"), "code", json_integer(STATUS_ERROR));
    }
    return json;
}

char *srv_otlp_request(const srv_otlp_source *source, const srv_span *spans, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(list, json_of_span(source, &spans[i]));
    }
    json_t *request = json_pack("{s:[{s:O, s:[{s:{s:s, s:s}, s:o}]}]}", "resourceSpans", "resource",
                                source->resource, "scopeSpans", "scope", "name", PROGRAM, "version",
                                source->version, "spans", list);
    char *text = request != NULL ? json_dumps(request, JSON_COMPACT) : NULL;
    json_decref(request);
    return text;
}
