/**
 * @file span.h
 * A piece of work that has ended: what it was, where it belongs, how long it took.
 *
 * Its texts are never copied: they are the program's own or of the API document, and outlive all spans. So
 * nothing that a request brings - a path, an id, an address - can get into one.
 */
#ifndef SRV_SPAN_H
#define SRV_SPAN_H

#include <stdbool.h>
#include <stdint.h>

#include "trace/trace_context.h"

/** As OpenTelemetry numbers them. */
typedef enum srv_span_kind {
    SRV_SPAN_INTERNAL = 1,
    SRV_SPAN_SERVER = 2
} srv_span_kind;

/** What there is to say of a request. */
typedef struct srv_span_http {
    const char *method;    /**< "_OTHER": none that is known */
    const char *route;     /**< "/api/v1/leads/{lead_id}"; NULL: it is no path of the document */
    const char *operation; /**< of the document; NULL likewise */
    const char *version;   /**< "1.1" */
    const char *scheme;    /**< "http" or "https", as the client has it */
    unsigned status;
} srv_span_http;

typedef struct srv_span {
    srv_trace_context context;
    uint8_t parent_id[SRV_SPAN_ID_BYTES]; /**< all bytes 0: none */
    bool is_parent_remote;                /**< the parent is another process's */
    srv_span_kind kind;
    const char *name;   /**< of a step: the function that was called */
    int64_t started_ns; /**< since 1970 */
    int64_t ended_ns;
    const char *error_type; /**< what went wrong: "LSC_BUSY", "503"; NULL: nothing */
    srv_span_http http;     /**< of a server's span alone */
} srv_span;

#endif
