#include "event_hub.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <ev.h>
#include <libwebsockets.h>

#include "hash_table.h"
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
/* Close codes of our own begin at 4000. */
#define CLOSE_SIGN_IN_AGAIN 4001
/* As RFC 6455's registry has it; libwebsockets has no name for it. */
#define CLOSE_TRY_LATER 1013

typedef struct connection connection;

/* The connections of one organization. */
typedef struct audience {
    char *organization;
    connection *first;
    unsigned n_connections;
    UT_hash_handle hh;
} audience;

/* Made by libwebsockets for each connection, all bytes 0. */
struct connection {
    struct lws *socket;
    audience *audience; /* NULL: it was never established */
    connection *next;
    connection *previous;
    uint64_t after;   /* the event that was sent last */
    int64_t since_ms; /* when it was established */
    int64_t heard_ms; /* when the client last showed that it lives */
    int64_t asked_ms; /* when it was asked to; 0: it answered */
    bool is_greeted;
    bool has_missed;
    bool wants_ping;
    uint16_t close_code; /* 0: it stays open */
    char id[SRV_LISTENER_ID_MAX];
    char session[SRV_LISTENER_ID_MAX];
};

/* Between the handshake's two callbacks. */
typedef struct newcomer {
    srv_hub_listener listener;
    uint64_t after;
    bool resumes;
} newcomer;

typedef struct dropped {
    char id[SRV_LISTENER_ID_MAX];
    struct dropped *next;
} dropped;

struct srv_hub {
    srv_hub_options options;
    srv_event_log *log;
    struct ev_loop *loop;
    void *loops[1]; /* as libwebsockets asks for it */
    struct lws_context *context;
    struct lws_protocols protocols[2];
    lws_retry_bo_t no_heartbeat; /* zeros: ours is sweep() */
    int port;
    pthread_t thread;
    atomic_bool stops;
    /* Only the hub's thread: */
    audience *audiences;
    unsigned n_connections;
    unsigned n_sockets;
    bool says_goodbye;
    int64_t swept_ms;
    unsigned char buffer[LWS_PRE + SRV_EVENT_BYTES_MAX];
    /* Any thread: */
    pthread_mutex_t lock;
    dropped *to_drop;
    atomic_uint_fast64_t connections;
    atomic_uint_fast64_t accepted;
    atomic_uint_fast64_t refused;
    atomic_uint_fast64_t sent;
    atomic_uint_fast64_t closed_slow;
    atomic_uint_fast64_t closed_old;
    atomic_uint_fast64_t closed_silent;
};

static int64_t now_ms(void)
{
    return srv_ticks_us() / 1000;
}

static srv_hub *hub_of(struct lws *socket)
{
    return lws_context_user(lws_get_context(socket));
}

/* ---- audiences ---- */

static audience *find_audience(srv_hub *hub, const char *organization)
{
    audience *found;

    HASH_FIND_STR(hub->audiences, organization, found);
    return found;
}

static audience *find_or_make_audience(srv_hub *hub, const char *organization)
{
    audience *found = find_audience(hub, organization);

    if (found == NULL) {
        found = srv_need(calloc(1, sizeof *found));
        found->organization = srv_need(strdup(organization));
        HASH_ADD_KEYPTR(hh, hub->audiences, found->organization, strlen(found->organization),
                        found);
    }
    return found;
}

static void join(srv_hub *hub, connection *who, const char *organization)
{
    audience *found = find_or_make_audience(hub, organization);

    who->audience = found;
    who->next = found->first;
    if (found->first != NULL) {
        found->first->previous = who;
    }
    found->first = who;
    found->n_connections++;
    hub->n_connections++;
    atomic_store(&hub->connections, hub->n_connections);
}

static void leave(srv_hub *hub, connection *who)
{
    audience *left = who->audience;

    if (who->next != NULL) {
        who->next->previous = who->previous;
    }
    if (who->previous != NULL) {
        who->previous->next = who->next;
    } else {
        left->first = who->next;
    }
    who->audience = NULL;
    hub->n_connections--;
    atomic_store(&hub->connections, hub->n_connections);
    if (--left->n_connections == 0) {
        HASH_DEL(hub->audiences, left);
        free(left->organization);
        free(left);
    }
}

/* ---- the handshake ---- */

/* Answer with a problem document, and end the connection: what the callback returns. */
static int refuse(struct lws *socket, unsigned status, const char *title)
{
    unsigned char head[LWS_PRE + 512];
    unsigned char body[LWS_PRE + 256];
    unsigned char *at = head + LWS_PRE;
    unsigned char *end = head + sizeof head;
    int n = snprintf((char *)body + LWS_PRE, sizeof body - LWS_PRE,
                     "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u}", title, status);

    atomic_fetch_add(&hub_of(socket)->refused, 1);
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

static int refuse_as(struct lws *socket, unsigned status)
{
    switch (status) {
    case 401:
        return refuse(socket, status, "The credentials are missing, wrong or no longer good");
    case 403:
        return refuse(socket, status, "These credentials may not read events");
    default:
        return refuse(socket, status, "Not now");
    }
}

/* Before the upgrade: 0 lets it go on. */
static int confirm(srv_hub *hub, struct lws *socket)
{
    newcomer made = {0};
    newcomer *kept;
    audience *found;
    unsigned status;

    if (!is_at_path(socket)) {
        return refuse(socket, 404, "There is nothing here");
    }
    if (!origin_may(hub, socket)) {
        return refuse(socket, 403, "Pages of this origin may not connect");
    }
    if (!read_after(socket, &made)) {
        return refuse(socket, 400, "after is not the id of an event");
    }
    if (hub->says_goodbye || hub->n_connections >= hub->options.max_connections) {
        return refuse(socket, 503, "There are too many connections");
    }
    status = authenticate(hub, socket, &made.listener);
    if (status != 0) {
        return refuse_as(socket, status);
    }
    found = find_audience(hub, made.listener.organization);
    if (found != NULL && found->n_connections >= hub->options.max_per_organization) {
        return refuse(socket, 429, "The organization has too many connections");
    }
    kept = srv_need(malloc(sizeof *kept));
    *kept = made;
    lws_set_opaque_user_data(socket, kept);
    return 0;
}

static int establish(srv_hub *hub, struct lws *socket, connection *who)
{
    newcomer *made = lws_get_opaque_user_data(socket);

    if (made == NULL) {
        return -1;
    }
    who->socket = socket;
    memcpy(who->id, made->listener.id, sizeof who->id);
    memcpy(who->session, made->listener.session, sizeof who->session);
    join(hub, who, made->listener.organization);
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
    who->since_ms = now_ms();
    who->heard_ms = who->since_ms;
    lws_callback_on_writable(socket);
    return 0;
}

/* ---- a connection that is open ---- */

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

/* What the callback returns to close it. */
static int close_now(connection *who, uint16_t code)
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

static int greet(srv_hub *hub, connection *who)
{
    int n =
        snprintf((char *)hub->buffer + LWS_PRE, SRV_EVENT_BYTES_MAX,
                 "{\"type\":\"stream_opened\",\"id\":%" PRIu64 ",\"missed\":%s,\"heartbeat_s\":%u}",
                 who->after, who->has_missed ? "true" : "false", hub->options.heartbeat_s);

    who->is_greeted = true;
    lws_callback_on_writable(who->socket);
    return send_text(hub, who->socket, (size_t)n);
}

static int ping(srv_hub *hub, connection *who)
{
    who->wants_ping = false;
    lws_callback_on_writable(who->socket);
    /* libwebsockets does not tell of pongs that are empty. */
    hub->buffer[LWS_PRE] = '?';
    return lws_write(who->socket, hub->buffer + LWS_PRE, 1, LWS_WRITE_PING) < 0 ? -1 : 0;
}

static int send_next(srv_hub *hub, connection *who)
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
        return close_now(who, CLOSE_TRY_LATER);
    default:
        return 0;
    }
}

static int writable(srv_hub *hub, connection *who)
{
    if (who->close_code != 0) {
        return close_now(who, who->close_code);
    }
    if (who->wants_ping) {
        return ping(hub, who);
    }
    return who->is_greeted ? send_next(hub, who) : greet(hub, who);
}

/* ---- what other threads ask for ---- */

static void close_later(connection *who, uint16_t code)
{
    who->close_code = code;
    lws_callback_on_writable(who->socket);
}

/* Whether it is of this listener or session. */
static bool is_of(const connection *who, const char *id)
{
    return strcmp(who->id, id) == 0 || (who->session[0] != '\0' && strcmp(who->session, id) == 0);
}

static void close_all(srv_hub *hub, const char *id, uint16_t code)
{
    audience *each;
    audience *after;

    HASH_ITER(hh, hub->audiences, each, after)
    {
        for (connection *who = each->first; who != NULL; who = who->next) {
            if (id == NULL || is_of(who, id)) {
                close_later(who, code);
            }
        }
    }
}

/* What its age and its silence ask for. */
static void look_after(srv_hub *hub, connection *who, int64_t now)
{
    int64_t heartbeat_ms = (int64_t)hub->options.heartbeat_s * 1000;

    if (who->asked_ms != 0 && now - who->asked_ms >= heartbeat_ms) {
        atomic_fetch_add(&hub->closed_silent, 1);
        lws_set_timeout(who->socket, PENDING_TIMEOUT_WS_PONG_CHECK_GET_PONG, LWS_TO_KILL_ASYNC);
    } else if (who->close_code == 0 &&
               now - who->since_ms >= (int64_t)hub->options.lifetime_s * 1000) {
        atomic_fetch_add(&hub->closed_old, 1);
        close_later(who, CLOSE_SIGN_IN_AGAIN);
    } else if (who->asked_ms == 0 && now - who->heard_ms >= heartbeat_ms) {
        who->asked_ms = now;
        who->wants_ping = true;
        lws_callback_on_writable(who->socket);
    }
}

/*
 * Once a second. libwebsockets would do it by two timers a connection, which it keeps in a sorted list: of
 * thousands each takes longer to put there than this takes for all.
 */
static void sweep(srv_hub *hub)
{
    int64_t now = now_ms();
    audience *each;
    audience *after;

    if (now - hub->swept_ms < 1000) {
        return;
    }
    hub->swept_ms = now;
    HASH_ITER(hh, hub->audiences, each, after)
    {
        for (connection *who = each->first; who != NULL; who = who->next) {
            look_after(hub, who, now);
        }
    }
}

static void spread_news(srv_hub *hub)
{
    char organization[SRV_EVENT_ORGANIZATION_MAX];

    while (srv_event_log_fresh(hub->log, organization)) {
        audience *found = find_audience(hub, organization);

        for (connection *who = found == NULL ? NULL : found->first; who != NULL; who = who->next) {
            lws_callback_on_writable(who->socket);
        }
    }
}

static void drop_listeners(srv_hub *hub)
{
    dropped *list;

    pthread_mutex_lock(&hub->lock);
    list = hub->to_drop;
    hub->to_drop = NULL;
    pthread_mutex_unlock(&hub->lock);
    while (list != NULL) {
        dropped *first = list;

        close_all(hub, first->id, CLOSE_SIGN_IN_AGAIN);
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
    srv_hub *hub = hub_of(socket);
    connection *who = user;

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
        return refuse(socket, 426, "This is a WebSocket");
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return confirm(hub, socket);
    case LWS_CALLBACK_ESTABLISHED:
        return establish(hub, socket, who);
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return writable(hub, who);
    case LWS_CALLBACK_RECEIVE:
        return close_now(who, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE);
    case LWS_CALLBACK_RECEIVE_PONG:
        who->heard_ms = now_ms();
        who->asked_ms = 0;
        return 0;
    case LWS_CALLBACK_CLOSED:
        if (who->audience != NULL) {
            leave(hub, who);
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
        (struct lws_protocols){"events", on_socket, sizeof(connection), 0, 0, NULL, 0};
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
    dropped *made = srv_need(calloc(1, sizeof *made));

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
