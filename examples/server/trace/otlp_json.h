/**
 * @file otlp_json.h
 * Spans as OTLP has them in JSON: an ExportTraceServiceRequest.
 */
#ifndef SRV_OTLP_JSON_H
#define SRV_OTLP_JSON_H

#include <jansson.h>
#include <stddef.h>

#include "trace/span.h"

/** What all spans of a process have in common. */
typedef struct srv_otlp_source {
    json_t *resource;           /**< {"attributes": [...]}, of srv_otlp_resource() */
    const char *version;        /**< of this program */
    const char *server_address; /**< where clients find it */
    int server_port;            /**< 0: it is not known */
} srv_otlp_source;

/**
 * What sends the spans.
 *
 * @param service     its name; NULL: that of `attributes`, or "leadscore-server"
 * @param attributes  more to say of it, by srv_pairs_read(); what is none is left out; NULL: none
 * @param version     of the service
 * @return the caller's; NULL: no memory
 */
json_t *srv_otlp_resource(const char *service, const char *attributes, const char *version);

/** The request as text, freed by free(). NULL: no memory. */
char *srv_otlp_request(const srv_otlp_source *source, const srv_span *spans, size_t n);

#endif
