#include "handlers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "embedded.h"
#include "live.h"
#include "routes.h"
#include "trace/trace_start.h"

void srv_get_health(srv_call *call)
{
    srv_reply(call, 200, json_pack("{s:s}", "status", "ok"));
}

void srv_get_ready(srv_call *call)
{
    if (srv_app_of(call)->draining) {
        srv_fail(call, 503, "draining", "the server is to end");
    } else if (srv_store(call) != NULL) {
        srv_reply(call, 200, json_pack("{s:s}", "status", "ready"));
    }
}

/* NULL: no memory. */
static char *metrics_text(srv_app *app, size_t *length)
{
    size_t counted = 0;
    char *text = NULL;
    char *counters = srv_counters_text(app->counters, app->routes, &counted);
    FILE *out = counters == NULL ? NULL : open_memstream(&text, length);
    if (out != NULL) {
        fwrite(counters, 1, counted, out);
        srv_live_write_metrics(app, out);
        srv_tracing_write_metrics(app, out);
    }
    free(counters);
    if (out == NULL || fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

void srv_get_metrics(srv_call *call)
{
    size_t length = 0;
    char *text = metrics_text(srv_app_of(call), &length);
    if (text == NULL) {
        srv_fail(call, 503, "no_memory", "no memory");
        return;
    }
    srv_reply_bytes(call, 200, "text/plain; version=0.0.4; charset=utf-8", text, length);
    free(text);
}

void srv_get_document(srv_call *call)
{
    size_t length;
    const char *text = srv_routes_document(srv_app_of(call)->routes, &length);
    srv_reply_bytes(call, 200, "application/json", text, length);
}

static void reply_page(srv_call *call, const char *content_type, const unsigned char *bytes,
                       size_t length)
{
    srv_set_header(call, "Content-Security-Policy",
                   "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                   "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    srv_reply_bytes(call, 200, content_type, bytes, length);
}

void srv_get_docs(srv_call *call)
{
    reply_page(call, "text/html; charset=utf-8", srv_docs_html, srv_docs_html_length);
}

void srv_get_docs_script(srv_call *call)
{
    reply_page(call, "text/javascript; charset=utf-8", srv_docs_js, srv_docs_js_length);
}

void srv_get_docs_style(srv_call *call)
{
    reply_page(call, "text/css; charset=utf-8", srv_docs_css, srv_docs_css_length);
}
