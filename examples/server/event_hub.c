#include "event_hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <ev.h>

#include "event_connection.h"
#include "event_handshake.h"
#include "event_hub_data.h"
#include "need.h"
#include "wall_clock.h"

/* What the kernel may hold of a connection that reads slowly. */
#define SEND_BUFFER_BYTES (128 * 1024)
/* How often the thread wakes where nothing happens. */
#define TICK_S 0.25
/* Seconds for a handshake. */
#define HANDSHAKE_S 10
/* Sockets beyond max_connections: those whose handshake is under way. */
#define HANDSHAKES_MAX 512

static int64_t now_ms(void)
{
    return srv_ticks_us() / 1000;
}

/* ---- what other threads ask for, and what time does ---- */

/* Whether it is of this listener or session. */
static bool is_of(const srv_connection *who, const char *id)
{
    return strcmp(who->id, id) == 0 || (who->session[0] != '\0' && strcmp(who->session, id) == 0);
}

static void close_all(srv_hub *hub, const char *id, uint16_t code)
{
    for (srv_connection *who = srv_audiences_first(&hub->audiences); who != NULL;
         who = srv_audiences_next(who)) {
        if (id == NULL || is_of(who, id)) {
            srv_connection_close_later(who, code);
        }
    }
}

/*
 * Once a second. libwebsockets would do it by two timers a connection, which it keeps in a sorted list: of
 * thousands each takes longer to put there than this takes for all.
 */
static void sweep(srv_hub *hub)
{
    int64_t now = now_ms();

    if (now - hub->swept_ms < 1000) {
        return;
    }
    hub->swept_ms = now;
    for (srv_connection *who = srv_audiences_first(&hub->audiences); who != NULL;
         who = srv_audiences_next(who)) {
        srv_connection_look_after(hub, who, now);
    }
}

static void spread_news(srv_hub *hub)
{
    char organization[SRV_EVENT_ORGANIZATION_MAX];

    while (srv_event_log_fresh(hub->log, organization)) {
        const srv_audience *found = srv_audience_find(&hub->audiences, organization);

        for (srv_connection *who = found == NULL ? NULL : found->first; who != NULL;
             who = who->next) {
            lws_callback_on_writable(who->socket);
        }
    }
}

static void drop_listeners(srv_hub *hub)
{
    srv_dropped *list;

    pthread_mutex_lock(&hub->lock);
    list = hub->to_drop;
    hub->to_drop = NULL;
    pthread_mutex_unlock(&hub->lock);
    while (list != NULL) {
        srv_dropped *first = list;

        close_all(hub, first->id, SRV_CLOSE_SIGN_IN_AGAIN);
        list = first->next;
        free(first);
    }
}

static void woken(srv_hub *hub)
{
    drop_listeners(hub);
    spread_news(hub);
    sweep(hub);
    if (atomic_load(&hub->stops) && !hub->says_goodbye) {
        hub->says_goodbye = true;
        close_all(hub, NULL, LWS_CLOSE_STATUS_GOINGAWAY);
    }
}

/* ---- libwebsockets' callback ---- */

static int accept_socket(srv_hub *hub, int descriptor)
{
    int bytes = SEND_BUFFER_BYTES;

    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    return hub->n_sockets >= hub->options.max_connections + HANDSHAKES_MAX ? -1 : 0;
}

static void destroy_socket(srv_hub *hub, struct lws *socket)
{
    free(lws_get_opaque_user_data(socket));
    lws_set_opaque_user_data(socket, NULL);
    hub->n_sockets--;
}

static int on_socket(struct lws *socket, enum lws_callback_reasons reason, void *user, void *in,
                     size_t length)
{
    srv_hub *hub = lws_context_user(lws_get_context(socket));
    srv_connection *who = user;

    (void)length;
    switch (reason) {
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
        woken(hub);
        return 0;
    case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
        return accept_socket(hub, (int)(intptr_t)in);
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
        hub->n_sockets++;
        return 0;
    case LWS_CALLBACK_HTTP:
        return srv_handshake_refuse(hub, socket, 426, "This is a WebSocket");
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return srv_handshake_confirm(hub, socket);
    case LWS_CALLBACK_ESTABLISHED:
        return srv_handshake_end(hub, socket, who);
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return srv_connection_writable(hub, who);
    case LWS_CALLBACK_RECEIVE:
        return srv_connection_close(who, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE);
    case LWS_CALLBACK_RECEIVE_PONG:
        srv_connection_heard(who, now_ms());
        return 0;
    case LWS_CALLBACK_CLOSED:
        if (who->audience != NULL) {
            srv_audience_leave(&hub->audiences, who);
            atomic_store(&hub->connections, hub->audiences.n_connections);
        }
        return 0;
    case LWS_CALLBACK_WSI_DESTROY:
        destroy_socket(hub, socket);
        return 0;
    default:
        return 0;
    }
}

/* ---- open and close ---- */

/*
 * For sweep(), and for libwebsockets 4.1, which looks at its own timers after it has served a socket, but asks libev
 * only at times to wake it for the first of them. So it is given something to serve.
 */
static void tick(struct ev_loop *loop, ev_timer *timer, int events)
{
    srv_hub *hub = timer->data;

    (void)loop;
    (void)events;
    lws_cancel_service(hub->context);
}

static void *serve(void *state)
{
    srv_hub *hub = state;
    int64_t end_ms;
    ev_timer timer;

    ev_timer_init(&timer, tick, TICK_S, TICK_S);
    timer.data = hub;
    ev_timer_start(hub->loop, &timer);
    while (!hub->says_goodbye) {
        ev_run(hub->loop, EVRUN_ONCE);
    }
    end_ms = now_ms() + SRV_HUB_DRAIN_MS;
    while (hub->n_sockets > 0 && now_ms() < end_ms) {
        ev_run(hub->loop, EVRUN_ONCE);
    }
    ev_timer_stop(hub->loop, &timer);
    return NULL;
}

static struct lws_context_creation_info describe(srv_hub *hub)
{
    struct lws_context_creation_info info;
    const srv_hub_options *options = &hub->options;

    memset(&info, 0, sizeof info);
    info.port = options->port;
    info.iface = options->host;
    info.protocols = hub->protocols;
    info.user = hub;
    info.foreign_loops = hub->loops;
    info.gid = (gid_t)-1;
    info.uid = (uid_t)-1;
    info.options = LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND | LWS_SERVER_OPTION_LIBEV;
    info.timeout_secs = HANDSHAKE_S;
    info.timeout_secs_ah_idle = HANDSHAKE_S;
    info.fd_limit_per_thread = options->max_connections + HANDSHAKES_MAX + 64;
    info.retry_and_idle_policy = &hub->no_heartbeat;
    if (options->certificate != NULL) {
        info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.ssl_options_set = SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_TLSv1_2;
        info.alpn = "http/1.1"; /* a handshake by HTTP/2 is another one */
        info.ssl_cert_filepath = options->certificate;
        info.ssl_private_key_filepath = options->private_key;
    }
    return info;
}

srv_hub *srv_hub_open(const srv_hub_options *options, srv_event_log *log, char *message,
                      size_t size)
{
    srv_hub *hub = srv_need(calloc(1, sizeof *hub));
    struct lws_context_creation_info info;

    srv_table_begin();
    hub->options = *options;
    hub->log = log;
    hub->protocols[0] =
        (struct lws_protocols){"events", on_socket, sizeof(srv_connection), 0, 0, NULL, 0};
    pthread_mutex_init(&hub->lock, NULL);
    lws_set_log_level(0, NULL);
    hub->loop = srv_need(ev_loop_new(EVBACKEND_EPOLL));
    hub->loops[0] = hub->loop;
    info = describe(hub);
    hub->context = lws_create_context(&info);
    if (hub->context == NULL) {
        snprintf(message, size, "events cannot be served at %s, port %d",
                 options->host == NULL ? "all addresses" : options->host, options->port);
        pthread_mutex_destroy(&hub->lock);
        free(hub);
        return NULL;
    }
    hub->port = lws_get_vhost_listen_port(lws_get_vhost_by_name(hub->context, "default"));
    if (pthread_create(&hub->thread, NULL, serve, hub) != 0) {
        abort();
    }
    return hub;
}

void srv_hub_close(srv_hub *hub)
{
    if (hub == NULL) {
        return;
    }
    atomic_store(&hub->stops, true);
    lws_cancel_service(hub->context);
    pthread_join(hub->thread, NULL);
    lws_context_destroy(hub->context);
    ev_loop_destroy(hub->loop);
    drop_listeners(hub);
    pthread_mutex_destroy(&hub->lock);
    free(hub);
}

int srv_hub_port(const srv_hub *hub)
{
    return hub->port;
}

void srv_hub_wake(srv_hub *hub)
{
    lws_cancel_service(hub->context);
}

void srv_hub_drop(srv_hub *hub, const char *id)
{
    srv_dropped *made = srv_need(calloc(1, sizeof *made));

    snprintf(made->id, sizeof made->id, "%s", id);
    pthread_mutex_lock(&hub->lock);
    made->next = hub->to_drop;
    hub->to_drop = made;
    pthread_mutex_unlock(&hub->lock);
    srv_hub_wake(hub);
}

srv_hub_counts srv_hub_count(srv_hub *hub)
{
    return (srv_hub_counts){
        .connections = atomic_load(&hub->connections),
        .accepted = atomic_load(&hub->accepted),
        .refused = atomic_load(&hub->refused),
        .sent = atomic_load(&hub->sent),
        .closed_slow = atomic_load(&hub->closed_slow),
        .closed_old = atomic_load(&hub->closed_old),
        .closed_silent = atomic_load(&hub->closed_silent),
    };
}
