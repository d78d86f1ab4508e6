#define _GNU_SOURCE
#include "web.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "call_data.h"
#include "client_name.h"
#include "counters.h"
#include "deadlines.h"
#include "errands.h"
#include "listener.h"
#include "tls_files.h"
#include "wall_clock.h"

/** Bytes of the start line and headers of a request. One past is 414 or 431. */
#define MAX_HEAD_BYTES 32768
#define MAX_OPTIONS 24

struct srv_web {
    srv_app *app;
    struct MHD_Daemon *daemon;
    srv_deadlines *deadlines;
    srv_note_writer *notes;
    srv_errands *errands;
    _Atomic(struct MHD_Connection *) last_noted; /**< what it asked for; NULL: it is closed */
    srv_tls_files tls;
    int listener; /**< -1: the daemon has it, and closes it */
    int port;
    uint64_t id_prefix;
    atomic_uint_fast64_t n_requests;
};

/* Letters, digits and a few more: what can stand in a log and a header. */
static bool is_request_id(const char *text)
{
    size_t length = strlen(text);
    return length > 0 && length < SRV_REQUEST_ID_SIZE &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
               length;
}

static void name_request(srv_web *web, srv_call *call)
{
    const char *given = srv_header(call, "X-Request-Id");
    if (web->app->config.trust_proxy && given != NULL && is_request_id(given)) {
        snprintf(call->request_id, sizeof(call->request_id), "%s", given);
        return;
    }
    snprintf(call->request_id, sizeof(call->request_id), "%016llx-%llx",
             (unsigned long long)web->id_prefix,
             (unsigned long long)atomic_fetch_add(&web->n_requests, 1));
}

/* Headers of every answer, unless a handler sets others. */
static const char *const default_headers[][2] = {
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
};

static void add_headers(const srv_web *web, const srv_answer *answer, struct MHD_Response *response)
{
    for (size_t i = 0; i < sizeof(default_headers) / sizeof(default_headers[0]); i++) {
        if (srv_answer_get(answer, default_headers[i][0]) == NULL) {
            MHD_add_response_header(response, default_headers[i][0], default_headers[i][1]);
        }
    }
    if (web->tls.key != NULL) {
        MHD_add_response_header(response, "Strict-Transport-Security",
                                "max-age=31536000; includeSubDomains");
    }
    if (answer->content_type[0] != '\0') {
        MHD_add_response_header(response, "Content-Type", answer->content_type);
    }
    for (size_t i = 0; i < answer->n_headers; i++) {
        MHD_add_response_header(response, answer->headers[i].name, answer->headers[i].value);
    }
}

/* The bytes go along, and are let go when they are sent. */
static struct MHD_Response *response_of(srv_answer *answer)
{
    void *owner;
    void *bytes = (void *)(uintptr_t)answer->bytes;
    if (bytes == NULL) {
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    }
    srv_let_go *let_go = srv_answer_take_bytes(answer, &owner);
    struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls(
        answer->length, bytes, let_go, owner);
    if (response == NULL) {
        let_go(owner);
    }
    return response;
}

static void free_call(srv_call *call)
{
    srv_call_free(call);
    free(call);
}

/* False: the connection ends without an answer. */
static enum MHD_Result queue(const srv_web *web, srv_call *call)
{
    struct MHD_Response *response = response_of(&call->answer);
    if (response == NULL) {
        return MHD_NO;
    }
    add_headers(web, &call->answer, response);
    enum MHD_Result result =
        MHD_queue_response(call->request->connection, call->answer.status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result hand_over(const srv_web *web, srv_call *call)
{
    enum MHD_Result result = queue(web, call);
    free_call(call);
    return result;
}

static srv_call *new_call(srv_web *web, srv_request *request)
{
    srv_call *call = calloc(1, sizeof(*call));
    if (call != NULL) {
        call->app = web->app;
        call->request = request;
        call->now_ms = srv_wall_ms();
        call->began_us = srv_ticks_us();
        name_request(web, call);
        srv_name_client(call);
    }
    return call;
}

static void resume(void *connection)
{
    MHD_resume_connection(connection);
}

static void do_aside(void *ctx, bool goes)
{
    srv_call *call = ctx;
    struct MHD_Connection *connection = call->request->connection;
    if (goes) {
        srv_call_do_aside(call);
    }
    MHD_resume_connection(connection);
}

/* The thread takes other connections meanwhile, and nothing is read of this one. */
static enum MHD_Result wait(srv_web *web, srv_request *request)
{
    srv_call *call = request->call;
    request->waits = true;
    MHD_suspend_connection(request->connection);
    if (call->has_note) {
        call->note.tell = resume;
        call->note.ctx = request->connection;
        srv_note_writer_add(web->notes, &call->note);
    } else if (!srv_errands_run(web->errands, call->is_in_line ? call->who.organization : NULL,
                                do_aside, call)) {
        MHD_resume_connection(request->connection);
    }
    return MHD_YES;
}

/* Where one client asks again and again, and nobody else, its thread writes the note itself: sooner than waking two
   threads. One that is new may be one of many. */
static bool is_alone(srv_web *web, struct MHD_Connection *connection)
{
    return atomic_exchange(&web->last_noted, connection) == connection &&
           srv_counters_in_flight(web->app->counters) == 1;
}

static enum MHD_Result answer(srv_web *web, srv_request *request)
{
    srv_call *call = new_call(web, request);
    if (call == NULL) {
        return MHD_NO;
    }
    if (srv_call_run(call)) {
        return hand_over(web, call);
    }
    if (!call->has_note || !is_alone(web, request->connection)) {
        /* libmicrohttpd calls again. A connection that is suspended before it expects an answer is read from when it
           is resumed, and ended where the client has closed its sending side. */
        request->call = call;
        return MHD_YES;
    }
    srv_note_writer_write(web->notes, &call->note);
    srv_call_end(call);
    return hand_over(web, call);
}

/* The call that waited; or was about to, when its connection ended. */
static srv_call *take_up(srv_request *request)
{
    srv_call *call = request->call;
    if (!request->waits) {
        call->note.error = (lsc_error){LSC_BUSY, -1, "the connection ended"};
    }
    request->call = NULL;
    srv_call_end(call);
    return call;
}

/* Called with the URL, before anything else of a request is known. */
static void *begin(void *ctx, const char *url, struct MHD_Connection *connection)
{
    (void)ctx;
    (void)connection;
    return srv_request_new(url);
}

/*
 * What may be kept of a body: one byte more than it may have, so that a longer one is seen to be longer. Before it is
 * more than anybody may send it is asked who sends it.
 */
static size_t most_of(const srv_web *web, srv_request *request, size_t more)
{
    if (request->most == 0 && request->length + more > SRV_ANYBODYS_BYTES) {
        size_t most = srv_call_most_bytes(web->app, request) + 1;
        request->most = most > request->length ? most : request->length;
    }
    return request->most > 0 ? request->most : SRV_ANYBODYS_BYTES;
}

/* Called when the headers have come, for each part of the body, and at the end; there again when it waited. */
static enum MHD_Result take(void *ctx, struct MHD_Connection *connection, const char *url,
                            const char *method, const char *version, const char *part,
                            size_t *part_length, void **of_request)
{
    srv_web *web = ctx;
    srv_request *request = *of_request;
    (void)url;
    if (request == NULL) {
        return MHD_NO;
    }
    if (request->connection == NULL) {
        request->connection = connection;
        request->method = method;
        request->version = version;
        request->is_begun = true;
        srv_counters_begin(web->app->counters);
        return MHD_YES;
    }
    if (request->call != NULL) {
        return request->waits ? hand_over(web, take_up(request)) : wait(web, request);
    }
    if (*part_length == 0) {
        return answer(web, request);
    }
    size_t most = most_of(web, request, *part_length);
    bool is_taken = srv_request_add(request, part, *part_length, most);
    *part_length = 0;
    return is_taken ? MHD_YES : MHD_NO;
}

static void complete(void *ctx, struct MHD_Connection *connection, void **of_request,
                     enum MHD_RequestTerminationCode code)
{
    srv_web *web = ctx;
    srv_request *request = *of_request;
    (void)code;
    if (request != NULL && request->call != NULL) { /* Its client went, or the server stops. */
        free_call(take_up(request));
    }
    if (request != NULL && request->is_begun) {
        srv_counters_leave(web->app->counters);
    }
    srv_request_free(*of_request);
    *of_request = NULL;
    srv_deadlines_renew(connection);
}

static void begin_or_end(void *ctx, struct MHD_Connection *connection, void **context,
                         enum MHD_ConnectionNotificationCode code)
{
    srv_web *web = ctx;
    struct MHD_Connection *closed = connection;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        atomic_compare_exchange_strong(&web->last_noted, &closed, NULL);
    }
    srv_deadlines_notify(web->deadlines, connection, context, code);
}

typedef struct option_list {
    struct MHD_OptionItem list[MAX_OPTIONS];
    size_t n;
} option_list;

static void add_option(option_list *options, enum MHD_OPTION option, intptr_t value, void *pointer)
{
    options->list[options->n++] = (struct MHD_OptionItem){option, value, pointer};
}

static void fill_options(srv_web *web, option_list *options, int listener)
{
    const srv_config *config = &web->app->config;
    unsigned threads = srv_config_threads(config);
    add_option(options, MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)complete, web);
    add_option(options, MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)begin_or_end, web);
    add_option(options, MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)begin, NULL);
    add_option(options, MHD_OPTION_LISTEN_SOCKET, listener, NULL);
    add_option(options, MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)config->idle_seconds, NULL);
    add_option(options, MHD_OPTION_CONNECTION_LIMIT, (intptr_t)config->max_connections, NULL);
    add_option(options, MHD_OPTION_CONNECTION_MEMORY_LIMIT, MAX_HEAD_BYTES, NULL);
    add_option(options, MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL);
    if (threads > 1) {
        add_option(options, MHD_OPTION_THREAD_POOL_SIZE, threads, NULL);
    }
    if (web->tls.key != NULL) {
        add_option(options, MHD_OPTION_HTTPS_MEM_KEY, 0, web->tls.key);
        add_option(options, MHD_OPTION_HTTPS_MEM_CERT, 0, web->tls.certificate);
        add_option(options, MHD_OPTION_HTTPS_PRIORITIES, 0,
                   (void *)(uintptr_t) "SECURE256:+SECURE128:-VERS-ALL:+VERS-TLS1.3");
    }
    add_option(options, MHD_OPTION_END, 0, NULL);
}

static bool start_daemon(srv_web *web, const srv_listener_socket *at)
{
    option_list options = {0};
    fill_options(web, &options, at->descriptor);
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                     (at->is_six ? MHD_USE_IPv6 : 0) | (web->tls.key != NULL ? MHD_USE_TLS : 0);
    web->daemon = MHD_start_daemon(flags, 0, NULL, NULL, take, web, MHD_OPTION_ARRAY, options.list,
                                   MHD_OPTION_END);
    return web->daemon != NULL;
}

static bool start(srv_web *web, char error[SRV_WEB_ERROR])
{
    const srv_config *config = &web->app->config;
    srv_place place = srv_place_of_web(config);
    unsigned threads = srv_config_threads(config);
    srv_listener_socket at;
    if (!srv_tls_read(config, &web->tls, error, SRV_WEB_ERROR) ||
        !srv_listen(&place, &at, error, SRV_WEB_ERROR, NULL)) {
        return false;
    }
    web->listener = at.descriptor;
    web->port = at.port;
    web->deadlines = srv_deadlines_new(config->idle_seconds + config->request_seconds);
    web->notes = srv_note_writer_new(web->app);
    web->errands = srv_errands_new(threads > 2 ? threads : 2); /* for one, and for the others */
    if (web->deadlines == NULL || web->notes == NULL || web->errands == NULL ||
        !start_daemon(web, &at)) {
        snprintf(error, SRV_WEB_ERROR, "no memory, or no threads");
        return false;
    }
    web->listener = -1;
    return true;
}

srv_web *srv_web_start(srv_app *app, char error[SRV_WEB_ERROR])
{
    srv_web *web = calloc(1, sizeof(*web));
    if (web == NULL) {
        snprintf(error, SRV_WEB_ERROR, "no memory");
        return NULL;
    }
    web->app = app;
    web->listener = -1;
    randombytes_buf(&web->id_prefix, sizeof(web->id_prefix));
    if (!start(web, error)) {
        srv_web_stop(web);
        return NULL;
    }
    return web;
}

int srv_web_port(const srv_web *web)
{
    return web->port;
}

/* Threads of the daemon may be at the socket still, so it is closed later; but who comes is refused at once. */
void srv_web_quiesce(srv_web *web)
{
    web->listener = MHD_quiesce_daemon(web->daemon);
    shutdown(web->listener, SHUT_RDWR);
}

void srv_web_stop(srv_web *web)
{
    if (web == NULL) {
        return;
    }
    srv_note_writer_end(web->notes); /* No connection may be suspended when the daemon stops. */
    srv_errands_end(web->errands);
    if (web->daemon != NULL) {
        MHD_stop_daemon(web->daemon);
    }
    srv_note_writer_free(web->notes);
    srv_errands_free(web->errands);
    srv_deadlines_free(web->deadlines);
    if (web->listener >= 0) {
        close(web->listener);
    }
    srv_tls_free(&web->tls);
    free(web);
}
