#include "trace/tracing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "wall_clock.h"

/* What this thread does. The first span is that of the request or the training. */
typedef struct open_work {
    const srv_tracer *tracer; /* NULL: nothing is traced */
    int64_t wall_ns;          /* what time it was when it began, by both clocks: */
    int64_t ticks_us;         /* times within are told by the one that never goes back */
    size_t depth;             /* spans that are open, those that are left out too */
    srv_span spans[SRV_MAX_OPEN_SPANS];
} open_work;

struct srv_trace_aside {
    open_work work;
};

static _Thread_local open_work work;

static int64_t now_ns(void)
{
    return work.wall_ns + (srv_ticks_us() - work.ticks_us) * 1000;
}

/* Part of all that begin here: by bits of the id, so that other processes would choose the same ones. */
static bool is_chosen(const srv_tracer *tracer, const srv_trace_context *context)
{
    uint64_t bits = 0;
    for (size_t i = SRV_TRACE_ID_BYTES - 7; i < SRV_TRACE_ID_BYTES; i++) {
        bits = bits << 8 | context->trace_id[i];
    }
    return (double)bits < tracer->ratio * (double)(UINT64_C(1) << 56);
}

static void begin(const srv_tracer *tracer, const char *name, srv_span_kind kind,
                  const srv_trace_context *parent)
{
    srv_span *span = &work.spans[0];
    memset(span, 0, sizeof(*span));
    if (parent != NULL) {
        span->context = *parent;
        memcpy(span->parent_id, parent->span_id, sizeof(span->parent_id));
        srv_trace_context_next(&span->context);
    } else {
        srv_trace_context_begin(&span->context);
        span->context.is_sampled = is_chosen(tracer, &span->context);
    }
    work.tracer = tracer;
    work.wall_ns = srv_wall_us() * 1000;
    work.ticks_us = srv_ticks_us();
    work.depth = 1;
    span->started_ns = work.wall_ns;
    span->kind = kind;
    span->name = name;
}

/* The innermost span; NULL where none is kept. */
static srv_span *innermost(void)
{
    bool is_kept = work.depth > 0 && work.depth <= SRV_MAX_OPEN_SPANS;
    return is_kept ? &work.spans[work.depth - 1] : NULL;
}

/* The innermost span has ended. */
static void end(void)
{
    srv_span *span = innermost();
    if (span != NULL && span->context.is_sampled) {
        span->ended_ns = now_ns();
        srv_span_queue_add(work.tracer->queue, span);
    }
    work.depth--;
}

void srv_trace_begin_request(const srv_tracer *tracer, const char *traceparent)
{
    srv_trace_context parent;
    bool has_parent = srv_traceparent_read(traceparent, &parent);
    begin(tracer, NULL, SRV_SPAN_SERVER, has_parent ? &parent : NULL);
    work.spans[0].is_parent_remote = has_parent;
}

void srv_trace_end_request(const srv_span_http *http)
{
    if (work.tracer == NULL) {
        return;
    }
    work.depth = 1;
    work.spans[0].http = *http;
    end();
    work.tracer = NULL;
}

void srv_trace_begin_work(const srv_tracer *tracer, const char *name,
                          const srv_trace_context *asked_by)
{
    if (tracer != NULL) {
        begin(tracer, name, SRV_SPAN_INTERNAL,
              srv_trace_context_is_one(asked_by) ? asked_by : NULL);
    }
}

void srv_trace_end_work(lsc_status status)
{
    if (work.tracer != NULL) {
        work.depth = 1;
        srv_step_status(status);
        work.tracer = NULL;
    }
}

srv_trace_aside *srv_trace_set_aside(void)
{
    srv_trace_aside *aside = work.tracer != NULL ? malloc(sizeof(*aside)) : NULL;
    if (aside != NULL) {
        aside->work = work;
    }
    work.tracer = NULL;
    return aside;
}

void srv_trace_take_up(srv_trace_aside *aside)
{
    if (aside != NULL) {
        work = aside->work;
        free(aside);
    }
}

srv_trace_context srv_trace_here(void)
{
    srv_trace_context none = {{0}, {0}, false};
    if (work.tracer == NULL) {
        return none;
    }
    return work.spans[(work.depth < SRV_MAX_OPEN_SPANS ? work.depth : SRV_MAX_OPEN_SPANS) - 1]
        .context;
}

void srv_trace_add_ids(json_t *line)
{
    char trace_id[2 * SRV_TRACE_ID_BYTES + 1];
    char span_id[2 * SRV_SPAN_ID_BYTES + 1];
    srv_trace_context here = srv_trace_here();
    if (!srv_trace_context_is_one(&here)) {
        return;
    }
    sodium_bin2hex(trace_id, sizeof(trace_id), here.trace_id, sizeof(here.trace_id));
    sodium_bin2hex(span_id, sizeof(span_id), here.span_id, sizeof(here.span_id));
    json_object_set_new(line, "trace_id", json_string(trace_id));
    json_object_set_new(line, "span_id", json_string(span_id));
    json_object_set_new(line, "trace_flags", json_string(here.is_sampled ? "01" : "00"));
}

void srv_step_begin(const char *name)
{
    if (work.tracer == NULL || !work.spans[0].context.is_sampled) {
        return;
    }
    const srv_span *parent = innermost();
    work.depth++;
    srv_span *span = innermost();
    if (span == NULL || parent == NULL) {
        return;
    }
    memset(span, 0, sizeof(*span));
    span->context = parent->context;
    memcpy(span->parent_id, parent->context.span_id, sizeof(span->parent_id));
    srv_trace_context_next(&span->context);
    span->kind = SRV_SPAN_INTERNAL;
    span->name = name;
    span->started_ns = now_ns();
}

void srv_step_end(const char *fault)
{
    if (work.tracer == NULL || !work.spans[0].context.is_sampled) {
        return;
    }
    srv_span *span = innermost();
    if (span != NULL) {
        span->error_type = fault;
    }
    end();
}

lsc_status srv_step_status(lsc_status status)
{
    srv_step_end(status != LSC_OK ? lsc_status_name(status) : NULL);
    return status;
}
