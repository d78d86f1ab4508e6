/**
 * @file trace_start.h
 * The traces of a server: off, unless the setting otlp_endpoint says where they go.
 */
#ifndef SRV_TRACE_START_H
#define SRV_TRACE_START_H

#include <stdbool.h>
#include <stdio.h>

#include "app.h"
#include "trace/tracing.h"

typedef struct srv_tracing srv_tracing;

/** Begin, where the settings ask for it; then app->tracing is set. False: no memory, or no thread. */
bool srv_tracing_open(srv_app *app);

/** Send what is left, within SRV_EXPORT_FLUSH_MS, and end. When nothing is traced any more. */
void srv_tracing_close(srv_app *app);

/** What spans are begun with; NULL: traces are off. */
const srv_tracer *srv_tracer_of(const srv_app *app);

/** Append what /metrics says of it. */
void srv_tracing_write_metrics(const srv_app *app, FILE *out);

#endif
