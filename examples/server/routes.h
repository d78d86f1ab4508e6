/**
 * @file routes.h
 * The operations of the OpenAPI document: found by method and path, with what each asks for. The document
 * is the only place that says so; an operation without a handler, or the reverse, stops the start.
 */
#ifndef SRV_ROUTES_H
#define SRV_ROUTES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call.h"
#include "json_schema.h"
#include "server_config.h"

#define SRV_MAX_SEGMENTS 12   /**< of a path. One past is 404 */
#define SRV_MAX_PARAMETERS 16 /**< of an operation, in path, query and headers together */
#define SRV_ROUTE_ERROR 512

/** What an operation asks for in path, query or headers. */
typedef struct srv_parameter {
    const char *name;
    const srv_schema *schema;
    const json_t *fallback; /**< NULL: none */
    bool is_required;
} srv_parameter;

typedef struct srv_parameters {
    srv_parameter list[SRV_MAX_PARAMETERS];
    size_t n;
} srv_parameters;

/** An operation of the document. */
typedef struct srv_operation {
    const char *id;
    const char *method;
    const char *path;    /**< as in the document: "/api/v1/leads/{lead_id}" */
    const char *service; /**< its first tag */
    srv_handler *handler;
    size_t number; /**< from 0 on; its counters are found by it */
    srv_parameters path_parameters;
    srv_parameters query_parameters;
    srv_parameters header_parameters;
    const srv_schema *body; /**< NULL: none in JSON */
    bool needs_body;
    bool takes_bytes; /**< application/octet-stream too; the handler looks at them */
    bool is_public;
    bool may_replay; /**< takes an Idempotency-Key */
    srv_role least_role;
    uint64_t scope;        /**< that an API key must have; 0: none may */
    int64_t rate_requests; /**< so many ... 0: as many as they like */
    int64_t rate_seconds;  /**< ... in so many seconds, an organization */
} srv_operation;

/** A path taken apart, in place. */
typedef struct srv_segments {
    const char *part[SRV_MAX_SEGMENTS];
    size_t n;
} srv_segments;

typedef struct srv_routes srv_routes;

/**
 * Read the document.
 *
 * @param error  filled where something is wrong with it
 * @return the operations of the services that the settings ask for; NULL on error.
 */
srv_routes *srv_routes_new(const char *document, size_t length, const srv_config *config,
                           char error[SRV_ROUTE_ERROR]);
void srv_routes_free(srv_routes *routes);

/** The document as it is served. */
const char *srv_routes_document(const srv_routes *routes, size_t *length);

/** How many operations there are. */
size_t srv_routes_count(const srv_routes *routes);
const srv_operation *srv_routes_at(const srv_routes *routes, size_t number);

/**
 * Find an operation.
 *
 * @param method    HEAD finds that of GET
 * @param segments  of the path, decoded
 * @param allowed   filled with the methods that the path has, "GET, PUT"; "" where there is no such path
 * @return NULL: there is none.
 */
const srv_operation *srv_routes_find(const srv_routes *routes, const char *method,
                                     const srv_segments *segments, char *allowed,
                                     size_t allowed_size);

/** The value of a parameter of the operation's path; NULL: it has none of that name. */
const char *srv_routes_path_value(const srv_operation *operation, const srv_segments *segments,
                                  const char *name);

/** Take a path apart in place, decoding each part. False: it is none, or has too many parts. */
bool srv_segments_read(srv_segments *segments, char *path);

#endif
