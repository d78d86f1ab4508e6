/**
 * @file tracing.h
 * Spans of what a thread does: of a request or a training, and of the steps that it takes, which nest.
 *
 * A thread has one such piece of work at a time, and what it calls need not be handed it. Where nothing is
 * traced, or this piece of work is not sampled, a step costs a look at a variable of the thread.
 */
#ifndef SRV_TRACING_H
#define SRV_TRACING_H

#include <jansson.h>
#include <stdbool.h>

#include <leadscore/leadscore.h>

#include "trace/span.h"
#include "trace/span_queue.h"

/** Open spans of a thread. Steps within more than that are left out. */
#define SRV_MAX_OPEN_SPANS 8

/** Where spans go when they have ended, and which do. */
typedef struct srv_tracer {
    srv_span_queue *queue;
    double ratio; /**< of the traces that begin here: 0 none, 1 all */
} srv_tracer;

/**
 * A request begins. It belongs to the trace that the header names, and is sampled where that is; else it begins
 * a trace of its own.
 *
 * @param traceparent  the header; NULL: none
 */
void srv_trace_begin_request(const srv_tracer *tracer, const char *traceparent);

/** It has been answered. */
void srv_trace_end_request(const srv_span_http *http);

/**
 * Work that a request asked for begins in another thread.
 *
 * @param tracer    NULL: nothing is traced
 * @param name      a text of the program
 * @param asked_by  what srv_trace_here() said then: its parent. None: it begins a trace
 */
void srv_trace_begin_work(const srv_tracer *tracer, const char *name,
                          const srv_trace_context *asked_by);

/** It has ended. */
void srv_trace_end_work(lsc_status status);

/** Spans that are open, taken out of a thread. */
typedef struct srv_trace_aside srv_trace_aside;

/**
 * What this thread does is gone on with later, and maybe by another: it can begin something else meanwhile.
 * @return for srv_trace_take_up(). NULL: nothing is traced; for want of memory neither is the rest
 */
srv_trace_aside *srv_trace_set_aside(void);

/** Go on with what was set aside. */
void srv_trace_take_up(srv_trace_aside *aside);

/** The innermost span that is open in this thread; none, all bytes 0, where nothing is traced. */
srv_trace_context srv_trace_here(void);

/** Add trace_id, span_id and trace_flags of srv_trace_here() to a line of the log. */
void srv_trace_add_ids(json_t *line);

/** A step begins. `name` is a text of the program. Outside of a request or a training it is none. */
void srv_step_begin(const char *name);

/** The step that began last has ended. `fault` is a text of the program; NULL: it went well. */
void srv_step_end(const char *fault);

/** Likewise by a status. @return `status` */
lsc_status srv_step_status(lsc_status status);

/** Call a function that returns a status, as a step of its name: SRV_STEP(lsc_store_commit, store, &error). */
#define SRV_STEP(function, ...) (srv_step_begin(#function), srv_step_status(function(__VA_ARGS__)))

#endif
