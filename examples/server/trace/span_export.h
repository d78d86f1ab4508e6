/**
 * @file span_export.h
 * A thread that sends spans to a collector: many at once, again later where the collector asks for that, and
 * never so that a request waits for it. What it cannot get rid of is dropped, and counted.
 */
#ifndef SRV_SPAN_EXPORT_H
#define SRV_SPAN_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "trace/otlp_json.h"
#include "trace/otlp_post.h"
#include "trace/span_queue.h"

/** Spans of a request to the collector. */
#define SRV_EXPORT_BATCH 512
/** The first wait before another try, in milliseconds. Each is twice the one before, up to the last ... */
#define SRV_EXPORT_FIRST_WAIT_MS 1000
#define SRV_EXPORT_LAST_WAIT_MS 30000
/** ... and after so long the batch is dropped. */
#define SRV_EXPORT_PATIENCE_MS 60000
/** For all that is left when the server ends. */
#define SRV_EXPORT_FLUSH_MS 5000

typedef struct srv_span_export srv_span_export;

typedef struct srv_export_counts {
    uint64_t sent;
    uint64_t dropped; /**< the collector did not take them; those of the queue apart */
} srv_export_counts;

/**
 * Begin to send.
 *
 * @param queue       outlives it
 * @param post        taken
 * @param source      taken: its resource
 * @param delay_ms    spans wait so long for others
 * @param timeout_ms  of a request to the collector
 * @return NULL: no memory, or no thread; what is taken is gone
 */
srv_span_export *srv_span_export_start(srv_span_queue *queue, srv_otlp_post *post,
                                       const srv_otlp_source *source, int64_t delay_ms,
                                       int64_t timeout_ms);

/** Send what is in the queue, for SRV_EXPORT_FLUSH_MS at most, and end. Closes the queue. */
void srv_span_export_stop(srv_span_export *export);

srv_export_counts srv_span_export_count(srv_span_export *export);

#endif
