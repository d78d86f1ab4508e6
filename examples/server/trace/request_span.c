#include "trace/request_span.h"

#include <string.h>

#include "trace/tracing.h"

static const char *version_of(const srv_request *request)
{
    return strcmp(request->version, "HTTP/1.0") == 0 ? "1.0" : "1.1";
}

/* As the client has it: before a proxy that is trusted, as that says. */
static const char *scheme_of(const srv_call *call)
{
    const srv_config *config = &call->app->config;
    const char *before = config->trust_proxy ? srv_header(call, "X-Forwarded-Proto") : NULL;
    bool is_https = before != NULL ? strcmp(before, "https") == 0 : config->tls_key != NULL;
    return is_https ? "https" : "http";
}

void srv_request_span_end(const srv_call *call)
{
    if (call->app->tracing == NULL) {
        return;
    }
    srv_span_http http = {
        .method = srv_known_method(call->request->method),
        .route = call->operation != NULL ? call->operation->path : NULL,
        .operation = call->operation != NULL ? call->operation->id : NULL,
        .version = version_of(call->request),
        .scheme = scheme_of(call),
        .status = call->answer.status,
    };
    srv_trace_end_request(&http);
}
