#include "event_handshake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "need.h"
#include "wall_clock.h"

/* Between the handshake's two callbacks. */
typedef struct newcomer {
    srv_hub_listener listener;
    uint64_t after;
    bool resumes;
} newcomer;

int srv_handshake_refuse(srv_hub *hub, struct lws *socket, unsigned status, const char *title)
{
    unsigned char head[LWS_PRE + 512];
    unsigned char body[LWS_PRE + 256];
    unsigned char *at = head + LWS_PRE;
    unsigned char *end = head + sizeof head;
    int n = snprintf((char *)body + LWS_PRE, sizeof body - LWS_PRE,
                     "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u}", title, status);

    atomic_fetch_add(&hub->refused, 1);
    hub->refused_with = status;
    if (lws_add_http_common_headers(socket, status, "application/problem+json", (lws_filepos_t)n,
                                    &at, end) == 0 &&
        (status != 401 ||
         lws_add_http_header_by_token(socket, WSI_TOKEN_HTTP_WWW_AUTHENTICATE,
                                      (const unsigned char *)"Bearer", 6, &at, end) == 0) &&
        lws_finalize_write_http_header(socket, head + LWS_PRE, &at, end) == 0) {
        lws_write(socket, body + LWS_PRE, (size_t)n, LWS_WRITE_HTTP_FINAL);
    }
    return -1;
}

static bool origin_may(const srv_hub *hub, struct lws *socket)
{
    char origin[256];
    int n = lws_hdr_copy(socket, origin, sizeof origin, WSI_TOKEN_ORIGIN);

    if (n == 0 || lws_hdr_total_length(socket, WSI_TOKEN_ORIGIN) == 0) {
        return true;
    }
    for (size_t i = 0; n > 0 && i < hub->options.n_origins; i++) {
        if (strcmp(origin, hub->options.origins[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_at_path(struct lws *socket)
{
    char path[sizeof SRV_HUB_PATH + 1];
    int n = lws_hdr_copy(socket, path, sizeof path, WSI_TOKEN_GET_URI);

    return n > 0 && strcmp(path, SRV_HUB_PATH) == 0;
}

/* The header Authorization in `text`, or NULL where there is none; one that is too long is empty. */
static const char *authorization_of(struct lws *socket, char *text)
{
    if (lws_hdr_total_length(socket, WSI_TOKEN_HTTP_AUTHORIZATION) == 0) {
        return NULL;
    }
    if (lws_hdr_copy(socket, text, SRV_HUB_CREDENTIAL_MAX, WSI_TOKEN_HTTP_AUTHORIZATION) <= 0) {
        text[0] = '\0';
    }
    return text;
}

/* False: `after` is there, and no id. */
static bool read_after(struct lws *socket, newcomer *made)
{
    char text[SRV_HUB_CREDENTIAL_MAX]; /* room for each of the parameters: it looks at all */
    const char *after = lws_get_urlarg_by_name(socket, "after=", text, sizeof text);
    char *end;

    if (after == NULL) {
        return true;
    }
    if (after[0] < '0' || after[0] > '9') {
        return false;
    }
    made->resumes = true;
    made->after = strtoull(after, &end, 10);
    return *end == '\0' && end - after < 20;
}

/* 0, or the status to refuse with. */
static unsigned authenticate(srv_hub *hub, struct lws *socket, srv_hub_listener *listener)
{
    char header[SRV_HUB_CREDENTIAL_MAX];
    char query[SRV_HUB_CREDENTIAL_MAX];

    return hub->options.authenticate(hub->options.context, authorization_of(socket, header),
                                     lws_get_urlarg_by_name(socket, "ticket=", query, sizeof query),
                                     listener);
}

static int refuse_as(srv_hub *hub, struct lws *socket, unsigned status)
{
    switch (status) {
    case 401:
        return srv_handshake_refuse(hub, socket, status,
                                    "The credentials are missing, wrong or no longer good");
    case 403:
        return srv_handshake_refuse(hub, socket, status, "These credentials may not read events");
    default:
        return srv_handshake_refuse(hub, socket, status, "Not now");
    }
}

static int confirm(srv_hub *hub, struct lws *socket)
{
    newcomer made = {0};
    newcomer *kept;
    srv_audience *found;
    unsigned status;

    if (!is_at_path(socket)) {
        return srv_handshake_refuse(hub, socket, 404, "There is nothing here");
    }
    if (!origin_may(hub, socket)) {
        return srv_handshake_refuse(hub, socket, 403, "Pages of this origin may not connect");
    }
    if (!read_after(socket, &made)) {
        return srv_handshake_refuse(hub, socket, 400, "after is not the id of an event");
    }
    if (hub->says_goodbye || hub->audiences.n_connections >= hub->options.max_connections) {
        return srv_handshake_refuse(hub, socket, 503, "There are too many connections");
    }
    srv_step_begin("srv_authenticate");
    status = authenticate(hub, socket, &made.listener);
    srv_step_end(status >= 500 ? "unavailable" : NULL);
    if (status != 0) {
        return refuse_as(hub, socket, status);
    }
    found = srv_audience_find(&hub->audiences, made.listener.organization);
    if (found != NULL && found->n_connections >= hub->options.max_per_organization) {
        return srv_handshake_refuse(hub, socket, 429, "The organization has too many connections");
    }
    kept = srv_need(malloc(sizeof *kept));
    *kept = made;
    lws_set_opaque_user_data(socket, kept);
    return 0;
}

/* As a request has it that libmicrohttpd brings; the path alone, as the query has tickets. */
static void end_span(const srv_hub *hub, bool has_path)
{
    const srv_span_http http = {
        .method = "GET",
        .route = has_path ? SRV_HUB_PATH : NULL,
        .version = "1.1",
        .scheme = hub->options.certificate != NULL ? "https" : "http",
        .status = hub->refused_with != 0 ? hub->refused_with : 101,
    };

    srv_trace_end_request(&http);
}

int srv_handshake_confirm(srv_hub *hub, struct lws *socket)
{
    static const char name[] = "traceparent:";
    char traceparent[SRV_TRACEPARENT_SIZE + 1]; /* one that is longer is none */
    int n;
    int result;

    if (hub->options.tracer == NULL) {
        return confirm(hub, socket);
    }
    n = lws_hdr_custom_copy(socket, traceparent, sizeof traceparent, name, sizeof name - 1);
    hub->refused_with = 0;
    srv_trace_begin_request(hub->options.tracer, n > 0 ? traceparent : NULL);
    result = confirm(hub, socket);
    end_span(hub, is_at_path(socket));
    return result;
}

int srv_handshake_end(srv_hub *hub, struct lws *socket, srv_connection *who)
{
    newcomer *made = lws_get_opaque_user_data(socket);

    if (made == NULL) {
        return -1;
    }
    who->socket = socket;
    memcpy(who->id, made->listener.id, sizeof who->id);
    memcpy(who->session, made->listener.session, sizeof who->session);
    srv_audience_join(&hub->audiences, who, made->listener.organization);
    atomic_store(&hub->connections, hub->audiences.n_connections);
    if (made->resumes &&
        srv_event_log_reaches(hub->log, who->audience->organization, made->after)) {
        who->after = made->after;
    } else {
        who->after = srv_event_log_last(hub->log, who->audience->organization);
        who->has_missed = made->resumes;
    }
    lws_set_opaque_user_data(socket, NULL);
    free(made);
    atomic_fetch_add(&hub->accepted, 1);
    who->since_ms = srv_ticks_us() / 1000;
    who->heard_ms = who->since_ms;
    lws_callback_on_writable(socket);
    return 0;
}
