/**
 * @file trace_context.h
 * Which trace a piece of work belongs to, as W3C Trace Context has it in the header traceparent.
 */
#ifndef SRV_TRACE_CONTEXT_H
#define SRV_TRACE_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#define SRV_TRACE_ID_BYTES 16
#define SRV_SPAN_ID_BYTES 8

/** A span, as others name it. All bytes 0: none. */
typedef struct srv_trace_context {
    uint8_t trace_id[SRV_TRACE_ID_BYTES];
    uint8_t span_id[SRV_SPAN_ID_BYTES];
    bool is_sampled; /**< spans of the trace are kept */
} srv_trace_context;

/**
 * Read a header traceparent. A version that is not known is read as the first one, as the standard asks.
 *
 * @param header  NULL is taken
 * @return false: there is none, or it is malformed, and `context` is as before.
 */
bool srv_traceparent_read(const char *header, srv_trace_context *context);

/** Bytes of a header traceparent, with the final NUL. */
#define SRV_TRACEPARENT_SIZE 56
/** Write the header traceparent of a span; "" of none. */
void srv_traceparent_write(const srv_trace_context *context, char text[SRV_TRACEPARENT_SIZE]);

/** Whether it names a span. */
bool srv_trace_context_is_one(const srv_trace_context *context);

/** A trace id and a span id that nobody else has: random. Whether it is sampled stays. */
void srv_trace_context_begin(srv_trace_context *context);

/** Another span id of the same trace. */
void srv_trace_context_next(srv_trace_context *context);

#endif
