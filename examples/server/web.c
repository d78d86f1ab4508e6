#define _GNU_SOURCE
#include "web.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "call_data.h"
#include "deadlines.h"
#include "wall_clock.h"

/** Bytes of the start line and headers of a request. One past is 414 or 431. */
#define MAX_HEAD_BYTES 32768
#define MAX_OPTIONS 24
/** Connections that wait to be taken. */
#define BACKLOG 1024

struct srv_web {
    srv_app *app;
    struct _u_instance instance;
    srv_deadlines *deadlines;
    bool is_made; /**< the instance is */
    char *key;
    char *certificate;
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

/* Of IPv6 the network: who has one address has all of it, and could be another client each time. */
static void name_network(const struct in6_addr *address, char client[SRV_CLIENT_SIZE])
{
    struct in6_addr network = {0};
    memcpy(&network, address, 8);
    inet_ntop(AF_INET6, &network, client, SRV_CLIENT_SIZE);
    strncat(client, "/64", SRV_CLIENT_SIZE - strlen(client) - 1);
}

/* libulfius keeps the first 16 bytes of the address: of IPv6 the network, 64 bits of it. */
static void name_socket(const struct sockaddr *address, char client[SRV_CLIENT_SIZE])
{
    struct in6_addr network = {0};
    client[0] = '\0';
    if (address != NULL && address->sa_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, address, sizeof(four));
        inet_ntop(AF_INET, &four.sin_addr, client, SRV_CLIENT_SIZE);
    } else if (address != NULL && address->sa_family == AF_INET6) {
        memcpy(&network, (const char *)address + offsetof(struct sockaddr_in6, sin6_addr), 8);
        name_network(&network, client);
    }
}

/* Behind a proxy the last address of X-Forwarded-For is the one that the proxy itself saw. */
static void name_client(srv_web *web, srv_call *call)
{
    const char *header = srv_header(call, "X-Forwarded-For");
    if (!web->app->config.trust_proxy || header == NULL) {
        name_socket(call->request->client_address, call->client);
        return;
    }
    const char *last = strrchr(header, ',');
    last = last != NULL ? last + 1 : header;
    last += strspn(last, " ");
    snprintf(call->client, sizeof(call->client), "%.*s",
             (int)strspn(last, "0123456789abcdefABCDEF.:"), last);
    struct in6_addr six;
    if (inet_pton(AF_INET6, call->client, &six) == 1 && !IN6_IS_ADDR_V4MAPPED(&six)) {
        name_network(&six, call->client);
    }
}

/* Gives the answer to libulfius, which frees it. */
static void hand_over(srv_call *call, struct _u_response *response)
{
    srv_answer *answer = &call->answer;
    response->status = answer->status;
    for (size_t i = 0; i < answer->n_headers; i++) {
        u_map_put(response->map_header, answer->headers[i].name, answer->headers[i].value);
    }
    if (answer->content_type[0] != '\0') {
        u_map_put(response->map_header, "Content-Type", answer->content_type);
    }
    response->binary_body = answer->bytes;
    response->binary_body_length = answer->length;
    answer->bytes = NULL;
}

static int answer(const struct _u_request *request, struct _u_response *response, void *ctx)
{
    srv_web *web = ctx;
    srv_call call = {0};
    call.app = web->app;
    call.request = request;
    call.now_ms = srv_wall_ms();
    call.began_us = srv_ticks_us();
    name_request(web, &call);
    name_client(web, &call);
    srv_call_run(&call);
    hand_over(&call, response);
    srv_call_free(&call);
    return U_CALLBACK_COMPLETE;
}

/* Headers of every answer. A page of the server's own sets another policy. */
static void add_default_headers(srv_web *web)
{
    struct _u_map *headers = web->instance.default_headers;
    u_map_put(headers, "X-Content-Type-Options", "nosniff");
    u_map_put(headers, "X-Frame-Options", "DENY");
    u_map_put(headers, "Referrer-Policy", "no-referrer");
    u_map_put(headers, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    if (web->key != NULL) {
        u_map_put(headers, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    }
}

/* The address of the settings. Its length; 0 for what is none. */
static socklen_t read_address(const srv_config *config, struct sockaddr_storage *address)
{
    struct sockaddr_in *four = (struct sockaddr_in *)address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;
    memset(address, 0, sizeof(*address));
    if (inet_pton(AF_INET, config->address, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)config->port);
        return sizeof(*four);
    }
    if (inet_pton(AF_INET6, config->address, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((uint16_t)config->port);
        return sizeof(*six);
    }
    return 0;
}

/* A socket that listens; -1: there is none. Port 0 is any that is free, and is then known. */
static int listen_at(srv_web *web, const struct sockaddr_storage *address, socklen_t length)
{
    struct sockaddr_storage bound = {0};
    socklen_t bound_length = sizeof(bound);
    int on = 1;
    int listener = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* Addresses of IPv4 within IPv6 would all be of one network, and so one client. */
    if (listener >= 0 && address->ss_family == AF_INET6 &&
        setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) != 0) {
        close(listener);
        return -1;
    }
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(listener, (const struct sockaddr *)address, length) != 0 ||
        listen(listener, BACKLOG) != 0 ||
        getsockname(listener, (struct sockaddr *)&bound, &bound_length) != 0) {
        if (listener >= 0) {
            close(listener);
        }
        return -1;
    }
    web->port = ntohs(bound.ss_family == AF_INET ? ((struct sockaddr_in *)&bound)->sin_port
                                                 : ((struct sockaddr_in6 *)&bound)->sin6_port);
    return listener;
}

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, SRV_MAX_CONFIG_FILE + 1);
    size_t length = 0;
    if (file != NULL && text != NULL) {
        length = fread(text, 1, SRV_MAX_CONFIG_FILE, file);
    }
    if (file != NULL) {
        fclose(file);
    }
    if (length == 0) {
        free(text);
        return NULL;
    }
    return text;
}

typedef struct option_list {
    struct MHD_OptionItem list[MAX_OPTIONS];
    size_t n;
} option_list;

static void add_option(option_list *options, enum MHD_OPTION option, intptr_t value, void *pointer)
{
    options->list[options->n++] = (struct MHD_OptionItem){option, value, pointer};
}

static void complete(void *ctx, struct MHD_Connection *connection, void **request,
                     enum MHD_RequestTerminationCode code)
{
    mhd_request_completed(ctx, connection, request, code);
    srv_deadlines_renew(connection);
}

static unsigned n_threads(const srv_config *config)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t wanted = config->threads > 0 ? config->threads : processors;
    return wanted > 1 ? (unsigned)wanted : 1;
}

static void fill_options(const srv_web *web, option_list *options, int listener)
{
    const srv_config *config = &web->app->config;
    unsigned threads = n_threads(config);
    add_option(options, MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)complete, NULL);
    add_option(options, MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)srv_deadlines_notify,
               web->deadlines);
    add_option(options, MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)ulfius_uri_logger, NULL);
    add_option(options, MHD_OPTION_LISTEN_SOCKET, listener, NULL);
    add_option(options, MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)config->idle_seconds, NULL);
    add_option(options, MHD_OPTION_CONNECTION_LIMIT, (intptr_t)config->max_connections, NULL);
    add_option(options, MHD_OPTION_CONNECTION_MEMORY_LIMIT, MAX_HEAD_BYTES, NULL);
    add_option(options, MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL);
    if (threads > 1) {
        add_option(options, MHD_OPTION_THREAD_POOL_SIZE, threads, NULL);
    }
    if (web->key != NULL) {
        add_option(options, MHD_OPTION_HTTPS_MEM_KEY, 0, web->key);
        add_option(options, MHD_OPTION_HTTPS_MEM_CERT, 0, web->certificate);
        add_option(options, MHD_OPTION_HTTPS_PRIORITIES, 0,
                   (void *)(uintptr_t) "SECURE256:+SECURE128:-VERS-ALL:+VERS-TLS1.3");
    }
    add_option(options, MHD_OPTION_END, 0, NULL);
}

static bool make_instance(srv_web *web)
{
    const srv_config *config = &web->app->config;
    if (ulfius_init_instance(&web->instance, 1, NULL, NULL) != U_OK) {
        return false;
    }
    web->is_made = true;
    int64_t most = config->max_body_bytes > config->max_model_bytes ? config->max_body_bytes
                                                                    : config->max_model_bytes;
    /* One more than the most, so that a longer body is seen to be longer. */
    web->instance.max_post_body_size = (size_t)most + 1;
    web->instance.allowed_post_processor = U_POST_PROCESS_NONE;
    web->instance.check_utf8 = 0;
    add_default_headers(web);
    return ulfius_set_default_endpoint(&web->instance, answer, web) == U_OK;
}

static bool read_certificate(srv_web *web)
{
    const srv_config *config = &web->app->config;
    if (config->tls_key == NULL) {
        return true;
    }
    web->key = read_text(config->tls_key);
    web->certificate = read_text(config->tls_certificate);
    return web->key != NULL && web->certificate != NULL;
}

static bool start(srv_web *web, char error[SRV_WEB_ERROR])
{
    const srv_config *config = &web->app->config;
    struct sockaddr_storage address;
    socklen_t length = read_address(config, &address);
    option_list options = {0};
    if (length == 0) {
        snprintf(error, SRV_WEB_ERROR, "address is \"%s\", must be an IPv4 or IPv6 address",
                 config->address);
        return false;
    }
    web->deadlines = srv_deadlines_new(config->idle_seconds + config->request_seconds);
    if (web->deadlines == NULL) {
        snprintf(error, SRV_WEB_ERROR, "no memory");
        return false;
    }
    if (!read_certificate(web)) {
        snprintf(error, SRV_WEB_ERROR, "tls_key or tls_certificate cannot be read");
        return false;
    }
    web->listener = listen_at(web, &address, length);
    fill_options(web, &options, web->listener);
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC |
                     (address.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0) |
                     (web->key != NULL ? MHD_USE_TLS : 0);
    if (web->listener < 0 || !make_instance(web) ||
        ulfius_start_framework_with_mhd_options(&web->instance, flags, options.list) != U_OK) {
        snprintf(error, SRV_WEB_ERROR, "cannot listen on %s, port %lld", config->address,
                 (long long)config->port);
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

void srv_web_quiesce(srv_web *web)
{
    web->listener = MHD_quiesce_daemon(web->instance.mhd_daemon);
}

void srv_web_stop(srv_web *web)
{
    if (web == NULL) {
        return;
    }
    if (web->instance.mhd_daemon != NULL) {
        ulfius_stop_framework(&web->instance);
    }
    srv_deadlines_free(web->deadlines);
    if (web->is_made) {
        ulfius_clean_instance(&web->instance);
    }
    if (web->listener >= 0) {
        close(web->listener);
    }
    free(web->key);
    free(web->certificate);
    free(web);
}
