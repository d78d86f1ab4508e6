#include "trace/trace_start.h"

#include <stdlib.h>

#include <curl/curl.h>

#include "metric_text.h"
#include "trace/span_export.h"
#include "trace/trace_settings.h"

struct srv_tracing {
    srv_tracer tracer;
    srv_span_export *export;
    char *public_host; /**< by curl_free() */
};

/* Where clients find the server: the public URL, or else where it listens. */
static void name_server(const srv_config *config, srv_tracing *tracing, srv_otlp_source *source)
{
    CURLU *url = config->public_url != NULL ? curl_url() : NULL;
    char *port = NULL;
    source->server_address = config->address;
    source->server_port = (int)config->port;
    if (url != NULL && curl_url_set(url, CURLUPART_URL, config->public_url, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &tracing->public_host, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK) {
        source->server_address = tracing->public_host;
        source->server_port = atoi(port);
    }
    curl_free(port);
    curl_url_cleanup(url);
}

static bool start_export(const srv_config *config, srv_tracing *tracing)
{
    srv_otlp_source source = {.version = lsc_version()};
    srv_otlp_post *post = srv_otlp_post_new(config->otlp_endpoint, config->otlp_headers);
    name_server(config, tracing, &source);
    source.resource =
        srv_otlp_resource(config->trace_service, config->trace_resource, source.version);
    if (post == NULL || source.resource == NULL) {
        srv_otlp_post_free(post);
        json_decref(source.resource);
        return false;
    }
    tracing->export = srv_span_export_start(tracing->tracer.queue, post, &source,
                                            config->trace_delay_ms, config->otlp_timeout_ms);
    return tracing->export != NULL;
}

bool srv_tracing_open(srv_app *app)
{
    const srv_config *config = &app->config;
    if (config->otlp_endpoint == NULL) {
        return true;
    }
    srv_tracing *tracing = calloc(1, sizeof(*tracing));
    app->tracing = tracing;
    if (tracing == NULL) {
        return false;
    }
    tracing->tracer.ratio = srv_trace_ratio(config);
    tracing->tracer.queue = srv_span_queue_new((size_t)config->trace_queue);
    if (tracing->tracer.queue == NULL || !start_export(config, tracing)) {
        srv_tracing_close(app);
        return false;
    }
    return true;
}

void srv_tracing_close(srv_app *app)
{
    srv_tracing *tracing = app->tracing;
    app->tracing = NULL;
    if (tracing != NULL) {
        srv_span_export_stop(tracing->export);
        srv_span_queue_free(tracing->tracer.queue);
        curl_free(tracing->public_host);
        free(tracing);
    }
}

const srv_tracer *srv_tracer_of(const srv_app *app)
{
    return app->tracing != NULL ? &app->tracing->tracer : NULL;
}

void srv_tracing_write_metrics(const srv_app *app, FILE *out)
{
    if (app->tracing == NULL) {
        return;
    }
    srv_export_counts counts = srv_span_export_count(app->tracing->export);
    srv_span_queue *queue = app->tracing->tracer.queue;
    srv_metric_write(out, "leadscore_spans_sent_total", "counter", "Spans that the collector took.",
                     counts.sent);
    srv_metric_write(out, "leadscore_spans_dropped_total", "counter",
                     "Spans for which the queue had no room, or the collector.",
                     counts.dropped + srv_span_queue_dropped(queue));
    srv_metric_write(out, "leadscore_spans_waiting", "gauge", "Spans that wait to be sent.",
                     srv_span_queue_length(queue));
}
