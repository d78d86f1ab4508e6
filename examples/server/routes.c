#include "routes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handlers.h"
#include "percent.h"
#include "rate_limit.h"

/** An operation beside its path, taken apart. */
typedef struct kept_route {
    srv_operation operation;
    char *path; /**< what the segments point into */
    srv_segments segments;
} kept_route;

struct srv_routes {
    json_t *document;
    char *text;
    size_t length;
    srv_schemas *schemas;
    kept_route *list;
    size_t n;
};

typedef struct reading {
    srv_routes *routes;
    const srv_config *config;
    char *error;
} reading;

static bool wrong(const reading *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool wrong(const reading *reader, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reader->error, SRV_ROUTE_ERROR, format, arguments);
    va_end(arguments);
    return false;
}

bool srv_segments_read(srv_segments *segments, char *path)
{
    segments->n = 0;
    if (*path != '/') {
        return false;
    }
    char *next = path + 1;
    while (next != NULL) {
        char *part = next;
        next = strchr(part, '/');
        if (next != NULL) {
            *next++ = '\0';
        }
        if (segments->n == SRV_MAX_SEGMENTS || *part == '\0' || !srv_percent_decode(part, false)) {
            return false;
        }
        segments->part[segments->n++] = part;
    }
    return true;
}

static bool is_variable(const char *segment)
{
    return segment[0] == '{';
}

/* Parameters. */

static const json_t *resolve(const reading *reader, const json_t *parameter)
{
    static const char prefix[] = "#/components/parameters/";
    const char *reference = json_string_value(json_object_get(parameter, "$ref"));
    if (reference == NULL) {
        return parameter;
    }
    const json_t *all =
        json_object_get(json_object_get(reader->routes->document, "components"), "parameters");
    return strncmp(reference, prefix, sizeof(prefix) - 1) == 0
               ? json_object_get(all, reference + sizeof(prefix) - 1)
               : NULL;
}

static srv_parameters *parameters_in(srv_operation *operation, const char *place)
{
    if (place != NULL && strcmp(place, "path") == 0) {
        return &operation->path_parameters;
    }
    if (place != NULL && strcmp(place, "query") == 0) {
        return &operation->query_parameters;
    }
    return place != NULL && strcmp(place, "header") == 0 ? &operation->header_parameters : NULL;
}

static bool add_parameter(const reading *reader, srv_operation *operation, const json_t *from)
{
    const json_t *parameter = resolve(reader, from);
    const char *name = json_string_value(json_object_get(parameter, "name"));
    const json_t *schema = json_object_get(parameter, "schema");
    srv_parameters *list =
        parameters_in(operation, json_string_value(json_object_get(parameter, "in")));
    if (name == NULL || list == NULL || list->n == SRV_MAX_PARAMETERS) {
        return wrong(reader, "%s: a parameter has no name or no place, or there are too many",
                     operation->id);
    }
    srv_parameter *added = &list->list[list->n++];
    added->name = name;
    added->is_required = json_is_true(json_object_get(parameter, "required"));
    added->fallback = json_object_get(schema, "default");
    added->schema =
        srv_schema_compile(reader->routes->schemas, schema, operation->id, reader->error);
    operation->may_replay |= strcmp(name, "Idempotency-Key") == 0;
    return added->schema != NULL;
}

static bool add_parameters(const reading *reader, srv_operation *operation, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!add_parameter(reader, operation, json_array_get(list, i))) {
            return false;
        }
    }
    return true;
}

/* The rest of an operation. */

static bool read_body(const reading *reader, srv_operation *operation, const json_t *from)
{
    const json_t *body = json_object_get(from, "requestBody");
    const json_t *content = json_object_get(body, "content");
    const json_t *schema = json_object_get(json_object_get(content, "application/json"), "schema");
    operation->needs_body = json_is_true(json_object_get(body, "required"));
    operation->takes_bytes = json_object_get(content, "application/octet-stream") != NULL;
    if (schema == NULL) {
        return true;
    }
    operation->body =
        srv_schema_compile(reader->routes->schemas, schema, operation->id, reader->error);
    return operation->body != NULL;
}

static bool read_rights(const reading *reader, srv_operation *operation, const json_t *from)
{
    const json_t *security = json_object_get(from, "security");
    operation->is_public = json_is_array(security) && json_array_size(security) == 0;
    const char *role = json_string_value(json_object_get(from, "x-role"));
    const char *scope = json_string_value(json_object_get(from, "x-scope"));
    operation->least_role = srv_role_of(role != NULL ? role : "");
    operation->scope = scope != NULL ? srv_scope_of(scope) : 0;
    if (operation->is_public) {
        return true;
    }
    if (operation->least_role == SRV_ROLE_NONE) {
        return wrong(reader, "%s: x-role names no role", operation->id);
    }
    return scope == NULL || operation->scope != 0 ||
           wrong(reader, "%s: x-scope names no scope", operation->id);
}

static bool read_rate(const reading *reader, srv_operation *operation, const json_t *from)
{
    const json_t *rate = json_object_get(from, "x-rate-limit");
    operation->rate_requests = json_integer_value(json_object_get(rate, "requests"));
    operation->rate_seconds = json_integer_value(json_object_get(rate, "seconds"));
    return rate == NULL ||
           (operation->rate_seconds >= 1 && operation->rate_seconds <= SRV_RATE_WINDOW_S_MAX &&
            operation->rate_requests >= 1 &&
            operation->rate_requests <= srv_rate_quota_max((unsigned)operation->rate_seconds)) ||
           wrong(reader, "%s: x-rate-limit is no limit", operation->id);
}

static bool read_operation(const reading *reader, srv_operation *operation, const json_t *from)
{
    operation->handler = srv_handler_of(operation->id);
    if (operation->handler == NULL) {
        return wrong(reader, "operation \"%s\" has no handler", operation->id);
    }
    return read_rate(reader, operation, from) &&
           add_parameters(reader, operation, json_object_get(from, "parameters")) &&
           read_body(reader, operation, from) && read_rights(reader, operation, from);
}

/* Every variable of the path has its parameter, and none has another. */
static bool check_variables(const reading *reader, const kept_route *route)
{
    size_t n = 0;
    for (size_t i = 0; i < route->segments.n; i++) {
        n += is_variable(route->segments.part[i]);
    }
    return n == route->operation.path_parameters.n ||
           wrong(reader, "%s: its path has %zu variables and %zu parameters", route->operation.id,
                 n, route->operation.path_parameters.n);
}

/* The text of a method in upper case, static. NULL: none that an operation has. */
static const char *method_of(const char *key)
{
    static const char *const lower[] = {"get", "put", "post", "delete", "patch"};
    static const char *const upper[] = {"GET", "PUT", "POST", "DELETE", "PATCH"};
    for (size_t i = 0; i < sizeof(lower) / sizeof(lower[0]); i++) {
        if (strcmp(key, lower[i]) == 0) {
            return upper[i];
        }
    }
    return NULL;
}

static bool is_asked_for(const reading *reader, const char *service)
{
    return strcmp(service, "server") == 0 || srv_config_has_service(reader->config, service);
}

static bool add_route(const reading *reader, const char *path, const char *method,
                      const json_t *shared, const json_t *from)
{
    srv_routes *routes = reader->routes;
    const char *id = json_string_value(json_object_get(from, "operationId"));
    const char *service = json_string_value(json_array_get(json_object_get(from, "tags"), 0));
    if (id == NULL || service == NULL) {
        return wrong(reader, "%s %s has no operationId or no tag", method, path);
    }
    if (!is_asked_for(reader, service)) {
        return true;
    }
    kept_route *grown = realloc(routes->list, (routes->n + 1) * sizeof(*grown));
    if (grown == NULL) {
        return wrong(reader, "no memory");
    }
    routes->list = grown;
    kept_route *added = &grown[routes->n];
    memset(added, 0, sizeof(*added));
    added->operation.id = id;
    added->operation.method = method;
    added->operation.path = path;
    added->operation.service = service;
    added->operation.number = routes->n++;
    added->path = strdup(path);
    return added->path != NULL && srv_segments_read(&added->segments, added->path) &&
           add_parameters(reader, &added->operation, shared) &&
           read_operation(reader, &added->operation, from) && check_variables(reader, added);
}

static bool read_path(const reading *reader, const char *path, json_t *item)
{
    const json_t *shared = json_object_get(item, "parameters");
    const char *key;
    json_t *operation;
    json_object_foreach(item, key, operation)
    {
        const char *method = method_of(key);
        if (method == NULL && strcmp(key, "parameters") != 0) {
            return wrong(reader, "%s: \"%s\" is no method that this server has", path, key);
        }
        if (method != NULL && !add_route(reader, path, method, shared, operation)) {
            return false;
        }
    }
    return true;
}

/* A handler that no operation has is an operation that was forgotten. */
static bool check_handlers(const reading *reader)
{
    const char *id;
    for (size_t i = 0; (id = srv_handler_id(i)) != NULL; i++) {
        bool is_there = false;
        const char *path;
        json_t *item;
        json_object_foreach(json_object_get(reader->routes->document, "paths"), path, item)
        {
            const char *key;
            json_t *operation;
            json_object_foreach(item, key, operation)
            {
                const char *other = json_string_value(json_object_get(operation, "operationId"));
                is_there = is_there || (other != NULL && strcmp(other, id) == 0);
            }
        }
        if (!is_there) {
            return wrong(reader, "handler \"%s\" is no operation of the document", id);
        }
    }
    return true;
}

static bool read_document(const reading *reader, const char *text, size_t length)
{
    srv_routes *routes = reader->routes;
    json_error_t fault;
    routes->document = json_loadb(text, length, JSON_REJECT_DUPLICATES, &fault);
    if (routes->document == NULL) {
        return wrong(reader, "openapi.json:%d: %s", fault.line, fault.text);
    }
    routes->schemas = srv_schemas_new(routes->document);
    routes->text = json_dumps(routes->document, JSON_COMPACT);
    if (routes->schemas == NULL || routes->text == NULL) {
        return wrong(reader, "no memory");
    }
    routes->length = strlen(routes->text);
    const char *path;
    json_t *item;
    json_object_foreach(json_object_get(routes->document, "paths"), path, item)
    {
        if (!read_path(reader, path, item)) {
            return false;
        }
    }
    return check_handlers(reader);
}

srv_routes *srv_routes_new(const char *document, size_t length, const srv_config *config,
                           char error[SRV_ROUTE_ERROR])
{
    srv_routes *routes = calloc(1, sizeof(*routes));
    reading reader = {routes, config, error};
    error[0] = '\0';
    if (routes == NULL) {
        wrong(&reader, "no memory");
        return NULL;
    }
    if (!read_document(&reader, document, length)) {
        srv_routes_free(routes);
        return NULL;
    }
    return routes;
}

void srv_routes_free(srv_routes *routes)
{
    if (routes == NULL) {
        return;
    }
    for (size_t i = 0; i < routes->n; i++) {
        free(routes->list[i].path);
    }
    free(routes->list);
    srv_schemas_free(routes->schemas);
    free(routes->text);
    json_decref(routes->document);
    free(routes);
}

const char *srv_routes_document(const srv_routes *routes, size_t *length)
{
    *length = routes->length;
    return routes->text;
}

size_t srv_routes_count(const srv_routes *routes)
{
    return routes->n;
}

const srv_operation *srv_routes_at(const srv_routes *routes, size_t number)
{
    return &routes->list[number].operation;
}

static bool fits(const srv_segments *wanted, const srv_segments *segments)
{
    if (wanted->n != segments->n) {
        return false;
    }
    for (size_t i = 0; i < wanted->n; i++) {
        if (!is_variable(wanted->part[i]) && strcmp(wanted->part[i], segments->part[i]) != 0) {
            return false;
        }
    }
    return true;
}

const srv_operation *srv_routes_find(const srv_routes *routes, const char *method,
                                     const srv_segments *segments, char *allowed,
                                     size_t allowed_size)
{
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    allowed[0] = '\0';
    for (size_t i = 0; i < routes->n; i++) {
        const srv_operation *operation = &routes->list[i].operation;
        if (!fits(&routes->list[i].segments, segments)) {
            continue;
        }
        if (strcmp(operation->method, wanted) == 0) {
            return operation;
        }
        size_t length = strlen(allowed);
        snprintf(allowed + length, allowed_size - length, "%s%s", length > 0 ? ", " : "",
                 operation->method);
    }
    return NULL;
}

const char *srv_routes_path_value(const srv_operation *operation, const srv_segments *segments,
                                  const char *name)
{
    const kept_route *found = (const kept_route *)(const void *)operation;
    size_t length = strlen(name);
    for (size_t i = 0; i < segments->n; i++) {
        const char *part = found->segments.part[i];
        if (is_variable(part) && strncmp(part + 1, name, length) == 0 &&
            strcmp(part + 1 + length, "}") == 0) {
            return segments->part[i];
        }
    }
    return NULL;
}
