#include "call_input.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "answers.h"
#include "percent.h"
#include "problem.h"

static bool refuse_query(srv_call *call, const char *why)
{
    srv_fail(call, 400, "bad_query", "%s", why);
    return false;
}

bool srv_input_query(srv_call *call)
{
    char *query = call->request->query;
    if (query == NULL || *query == '\0') {
        return true;
    }
    for (char *at = query; at != NULL;) {
        char *name = at;
        at = strchr(at, '&');
        if (at != NULL) {
            *at++ = '\0';
        }
        char *value = strchr(name, '=');
        if (value != NULL) {
            *value++ = '\0';
        }
        if (call->n_query == SRV_MAX_QUERY) {
            return refuse_query(call, "the query has too many parameters");
        }
        if (!srv_percent_decode(name, true) ||
            (value != NULL && !srv_percent_decode(value, true))) {
            return refuse_query(call, "the query is not percent-encoded UTF-8 without control "
                                      "characters");
        }
        call->query[call->n_query++] = (srv_pair){name, value != NULL ? value : ""};
    }
    return true;
}

/* What no id can be names nothing that there is. */
static bool refuse_value(srv_call *call, const char *place, const char *name, const char *why)
{
    bool is_path = strcmp(place, "path") == 0;
    srv_fail(call, is_path ? 404 : 400, is_path ? "not_found" : "bad_parameter",
             "%s parameter \"%s\" %s", place, name, why);
    return false;
}

static bool check_value(srv_call *call, const char *place, const srv_parameter *parameter,
                        const char *text)
{
    if (text == NULL) {
        return !parameter->is_required || refuse_value(call, place, parameter->name, "is missing");
    }
    srv_fault fault;
    json_t *value = srv_schema_read_text(parameter->schema, text);
    bool is_right = value != NULL && srv_schema_check(parameter->schema, value, &fault);
    json_decref(value);
    return is_right ||
           refuse_value(call, place, parameter->name, value != NULL ? fault.text : "is no text");
}

static const srv_parameter *find_parameter(const srv_parameters *parameters, const char *name)
{
    for (size_t i = 0; i < parameters->n; i++) {
        if (strcmp(parameters->list[i].name, name) == 0) {
            return &parameters->list[i];
        }
    }
    return NULL;
}

/* A parameter that nobody knows is more likely misspelt than meant for nothing. */
static bool check_query(srv_call *call)
{
    const srv_parameters *parameters = &call->operation->query_parameters;
    for (size_t i = 0; i < call->n_query; i++) {
        const char *name = call->query[i].name;
        if (find_parameter(parameters, name) == NULL) {
            return refuse_value(call, "query", name, "is none of this operation");
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(call->query[j].name, name) == 0) {
                return refuse_value(call, "query", name, "is there twice");
            }
        }
    }
    for (size_t i = 0; i < parameters->n; i++) {
        const char *text = NULL;
        for (size_t j = 0; j < call->n_query; j++) {
            text = strcmp(call->query[j].name, parameters->list[i].name) == 0 ? call->query[j].value
                                                                              : text;
        }
        if (!check_value(call, "query", &parameters->list[i], text)) {
            return false;
        }
    }
    return true;
}

bool srv_input_parameters(srv_call *call)
{
    const srv_operation *operation = call->operation;
    for (size_t i = 0; i < operation->path_parameters.n; i++) {
        const srv_parameter *parameter = &operation->path_parameters.list[i];
        if (!check_value(call, "path", parameter, srv_path(call, parameter->name))) {
            return false;
        }
    }
    for (size_t i = 0; i < operation->header_parameters.n; i++) {
        const srv_parameter *parameter = &operation->header_parameters.list[i];
        if (!check_value(call, "header", parameter, srv_header(call, parameter->name))) {
            return false;
        }
    }
    return check_query(call);
}

static bool is_of_type(const char *header, const char *type)
{
    size_t length = strlen(type);
    return header != NULL && strncasecmp(header, type, length) == 0 &&
           (header[length] == '\0' || header[length] == ';' || header[length] == ' ');
}

static bool refuse_type(srv_call *call)
{
    srv_fail(call, 415, "unsupported_media_type", "the body must be application/json%s",
             call->operation->takes_bytes ? " or application/octet-stream" : "");
    return false;
}

/* The document's fault as a problem, with the place as a JSON pointer. */
static bool refuse_body(srv_call *call, const srv_fault *fault)
{
    const char *place = fault->pointer[0] != '\0' ? fault->pointer : "the body";
    char detail[SRV_SCHEMA_ERROR + SRV_SCHEMA_POINTER + 2];
    snprintf(detail, sizeof(detail), "%s %s", place, fault->text);
    json_t *problem = srv_problem(422, "invalid_body", detail, call->request_id);
    json_object_set_new(problem, "errors",
                        json_pack("[{s:o, s:o}]", "pointer", srv_cut_text(fault->pointer), "detail",
                                  srv_cut_text(fault->text)));
    srv_reply(call, 422, problem);
    snprintf(call->answer.content_type, sizeof(call->answer.content_type), "%s", SRV_PROBLEM_TYPE);
    return false;
}

static bool read_json(srv_call *call, const char *bytes, size_t length)
{
    json_error_t error;
    call->body = srv_json_read(bytes, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (call->body == NULL) {
        srv_fail(call, 400, "bad_json", "the body, byte %d: %s", error.position, error.text);
        return false;
    }
    srv_fault fault;
    return srv_schema_check(call->operation->body, call->body, &fault) || refuse_body(call, &fault);
}

bool srv_input_body(srv_call *call)
{
    const srv_operation *operation = call->operation;
    const char *type = srv_header(call, "Content-Type");
    size_t length;
    const char *bytes = srv_raw_body(call, &length);
    if (length == 0) {
        if (operation->needs_body) {
            srv_fail(call, 400, "no_body", "the request has no body");
        }
        return !operation->needs_body;
    }
    if (operation->body == NULL && !operation->takes_bytes) {
        return true; /* A body that means nothing is passed over, as RFC 9110 lets one do. */
    }
    if (srv_header(call, "Content-Encoding") != NULL) {
        return refuse_type(call);
    }
    if (operation->takes_bytes && is_of_type(type, "application/octet-stream")) {
        return true;
    }
    if (operation->body == NULL || !is_of_type(type, "application/json")) {
        return refuse_type(call);
    }
    return read_json(call, bytes, length);
}
