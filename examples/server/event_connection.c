#include "event_connection.h"

#include <inttypes.h>
#include <stdio.h>

/* As RFC 6455's registry has it; libwebsockets has no name for it. */
#define CLOSE_TRY_LATER 1013

static const char *reason_of(uint16_t code)
{
    switch (code) {
    case LWS_CLOSE_STATUS_GOINGAWAY:
        return "the server stops";
    case LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE:
        return "this stream takes no messages";
    case CLOSE_TRY_LATER:
        return "reads too slowly";
    default:
        return "sign in again";
    }
}

int srv_connection_close(srv_connection *who, uint16_t code)
{
    char reason[64];
    int n = snprintf(reason, sizeof reason, "%s", reason_of(code));

    who->close_code = code;
    lws_close_reason(who->socket, (enum lws_close_status)code, (unsigned char *)reason, (size_t)n);
    return -1;
}

static int send_text(srv_hub *hub, struct lws *socket, size_t length)
{
    return lws_write(socket, hub->buffer + LWS_PRE, length, LWS_WRITE_TEXT) < 0 ? -1 : 0;
}

static int greet(srv_hub *hub, srv_connection *who)
{
    int n =
        snprintf((char *)hub->buffer + LWS_PRE, SRV_EVENT_BYTES_MAX,
                 "{\"type\":\"stream_opened\",\"id\":%" PRIu64 ",\"missed\":%s,\"heartbeat_s\":%u}",
                 who->after, who->has_missed ? "true" : "false", hub->options.heartbeat_s);

    who->is_greeted = true;
    lws_callback_on_writable(who->socket);
    return send_text(hub, who->socket, (size_t)n);
}

static int ping(srv_hub *hub, srv_connection *who)
{
    who->wants_ping = false;
    lws_callback_on_writable(who->socket);
    /* libwebsockets does not tell of pongs that are empty. */
    hub->buffer[LWS_PRE] = '?';
    return lws_write(who->socket, hub->buffer + LWS_PRE, 1, LWS_WRITE_PING) < 0 ? -1 : 0;
}

static int send_next(srv_hub *hub, srv_connection *who)
{
    size_t length;

    switch (srv_event_log_read(hub->log, who->audience->organization, &who->after,
                               (char *)hub->buffer + LWS_PRE, &length)) {
    case SRV_EVENT_FOUND:
        atomic_fetch_add(&hub->sent, 1);
        lws_callback_on_writable(who->socket);
        return send_text(hub, who->socket, length);
    case SRV_EVENT_LOST:
        atomic_fetch_add(&hub->closed_slow, 1);
        return srv_connection_close(who, CLOSE_TRY_LATER);
    default:
        return 0;
    }
}

int srv_connection_writable(srv_hub *hub, srv_connection *who)
{
    if (who->close_code != 0) {
        return srv_connection_close(who, who->close_code);
    }
    if (who->wants_ping) {
        return ping(hub, who);
    }
    return who->is_greeted ? send_next(hub, who) : greet(hub, who);
}

void srv_connection_close_later(srv_connection *who, uint16_t code)
{
    who->close_code = code;
    lws_callback_on_writable(who->socket);
}

void srv_connection_heard(srv_connection *who, int64_t now_ms)
{
    who->heard_ms = now_ms;
    who->asked_ms = 0;
}

void srv_connection_look_after(srv_hub *hub, srv_connection *who, int64_t now_ms)
{
    int64_t heartbeat_ms = (int64_t)hub->options.heartbeat_s * 1000;

    if (who->asked_ms != 0 && now_ms - who->asked_ms >= heartbeat_ms) {
        atomic_fetch_add(&hub->closed_silent, 1);
        lws_set_timeout(who->socket, PENDING_TIMEOUT_WS_PONG_CHECK_GET_PONG, LWS_TO_KILL_ASYNC);
    } else if (who->close_code == 0 &&
               now_ms - who->since_ms >= (int64_t)hub->options.lifetime_s * 1000) {
        atomic_fetch_add(&hub->closed_old, 1);
        srv_connection_close_later(who, SRV_CLOSE_SIGN_IN_AGAIN);
    } else if (who->asked_ms == 0 && now_ms - who->heard_ms >= heartbeat_ms) {
        who->asked_ms = now_ms;
        who->wants_ping = true;
        lws_callback_on_writable(who->socket);
    }
}
