/**
 * @file span_queue.h
 * Spans that wait to be sent: as many as it has room for, and no more. Any number of threads may use it.
 */
#ifndef SRV_SPAN_QUEUE_H
#define SRV_SPAN_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/span.h"

typedef struct srv_span_queue srv_span_queue;

/** NULL: no memory. */
srv_span_queue *srv_span_queue_new(size_t room);
void srv_span_queue_free(srv_span_queue *queue);

/** Append a span. Where there is no room it is dropped, and counted. */
void srv_span_queue_add(srv_span_queue *queue, const srv_span *span);

/**
 * Wait until `most` spans are there, `wait_ms` are over or the queue is closed; then take what is there.
 *
 * @param spans  [most], filled
 * @return how many were taken, `most` or fewer
 */
size_t srv_span_queue_take(srv_span_queue *queue, srv_span *spans, size_t most, int64_t wait_ms);

/** Nobody waits any more, now or later. */
void srv_span_queue_close(srv_span_queue *queue);

/** Wait, unless the queue is closed meanwhile. @return whether it is open still. */
bool srv_span_queue_pause(srv_span_queue *queue, int64_t wait_ms);

/** Spans in it, and those that were dropped. */
size_t srv_span_queue_length(srv_span_queue *queue);
uint64_t srv_span_queue_dropped(srv_span_queue *queue);

#endif
