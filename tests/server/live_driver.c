/*
 * Drives limits, cache, tickets and events of the server as its tests ask: a JSON array a line on standard
 * input, the call and its arguments; a JSON value a line in answer.
 *
 *     live_driver [--redis URL] [--hub OPTIONS]
 *
 * The hub takes `Authorization: Bearer ORGANIZATION/ID`, and tickets issued here.
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <sodium.h>

#include "cache.h"
#include "events.h"
#include "rate_limit.h"
#include "ticket.h"

static srv_redis *redis;
static srv_rate_limiter *limiter;
static srv_cache *cache;
static srv_events *events;
static atomic_llong clock_ms; /* what the cache in memory goes by */

static int64_t test_clock(void)
{
    return atomic_load(&clock_ms);
}

static const char *text_at(const json_t *call, size_t index)
{
    return json_string_value(json_array_get(call, index));
}

static long long number_at(const json_t *call, size_t index)
{
    return json_integer_value(json_array_get(call, index));
}

/* ---- who may connect ---- */

/* "ORGANIZATION/ID", or "status/418". */
static unsigned read_holder(const char *holder, srv_hub_listener *listener)
{
    const char *slash = strchr(holder, '/');

    if (slash == NULL || (size_t)(slash - holder) >= sizeof listener->organization) {
        return 401;
    }
    if (strncmp(holder, "status/", 7) == 0) {
        return (unsigned)strtoul(slash + 1, NULL, 10);
    }
    memcpy(listener->organization, holder, (size_t)(slash - holder));
    listener->organization[slash - holder] = '\0';
    snprintf(listener->id, sizeof listener->id, "%s", slash + 1);
    return 0;
}

static unsigned authenticate(void *context, const char *authorization, const char *ticket,
                             srv_hub_listener *listener)
{
    unsigned status = 401;

    (void)context;
    if (authorization != NULL && strncmp(authorization, "Bearer ", 7) == 0) {
        status = read_holder(authorization + 7, listener);
    } else if (ticket != NULL) {
        char *holder = srv_ticket_redeem(cache, ticket);

        status = holder == NULL ? 401 : read_holder(holder, listener);
        free(holder);
    }
    return status;
}

static long long option(const json_t *options, const char *name, long long otherwise)
{
    const json_t *given = json_object_get(options, name);

    return given == NULL ? otherwise : json_integer_value(given);
}

static srv_events *open_events(const char *text)
{
    static const char *const origins[] = {"https://app.example.com"};
    json_t *options = json_loads(text, 0, NULL);
    srv_hub_options hub = {
        .host = "127.0.0.1",
        .port = (int)option(options, "port", 0),
        .certificate = json_string_value(json_object_get(options, "certificate")),
        .private_key = json_string_value(json_object_get(options, "private_key")),
        .origins = origins,
        .n_origins = 1,
        .heartbeat_s = (unsigned)option(options, "heartbeat_s", 30),
        .lifetime_s = (unsigned)option(options, "lifetime_s", 3600),
        .max_connections = (unsigned)option(options, "max_connections", 12000),
        .max_per_organization = (unsigned)option(options, "max_per_organization", 12000),
        .authenticate = authenticate,
    };
    srv_events_options all = {&hub, redis, (size_t)option(options, "ring_events", 100),
                              (size_t)option(options, "ring_bytes", 1 << 20)};
    char message[256];
    srv_events *opened;

    if (json_is_false(json_object_get(options, "listens"))) {
        all.hub = NULL;
    }
    opened = srv_events_open(&all, message, sizeof message);
    if (opened == NULL) {
        fprintf(stderr, "%s\n", message);
        exit(1);
    }
    json_decref(options);
    return opened;
}

/* ---- the calls ---- */

static json_t *do_rate(const json_t *call)
{
    srv_rate_policy policy = {(unsigned)number_at(call, 3), (unsigned)number_at(call, 4)};
    srv_rate_verdict verdict =
        srv_rate_take(limiter, text_at(call, 1), text_at(call, 2), policy, number_at(call, 5));
    char policy_header[SRV_RATE_HEADER_MAX];
    char header[SRV_RATE_HEADER_MAX];

    srv_rate_policy_header(policy_header, policy);
    srv_rate_header(header, &verdict);
    return json_pack("{s:b, s:i, s:i, s:i, s:s, s:s}", "allowed", verdict.allowed, "remaining",
                     (int)verdict.remaining, "reset_s", (int)verdict.reset_s, "retry_after_s",
                     (int)verdict.retry_after_s, "policy", policy_header, "header", header);
}

static json_t *text_or_null(char *text, size_t length)
{
    json_t *value = text == NULL ? json_null() : json_stringn(text, length);

    free(text);
    return value;
}

static json_t *do_get(const json_t *call)
{
    size_t length;
    char *value = srv_cache_get(cache, text_at(call, 1), text_at(call, 2), &length);

    return text_or_null(value, length);
}

static json_t *do_take(const json_t *call)
{
    size_t length;
    char *value = srv_cache_take(cache, text_at(call, 1), text_at(call, 2), &length);

    return text_or_null(value, length);
}

static json_t *do_put(const json_t *call)
{
    const json_t *value = json_array_get(call, 3);

    return json_boolean(srv_cache_put(cache, text_at(call, 1), text_at(call, 2),
                                      json_string_value(value), json_string_length(value),
                                      number_at(call, 4)));
}

static json_t *do_remove(const json_t *call)
{
    return json_boolean(srv_cache_remove(cache, text_at(call, 1)));
}

static json_t *do_cache_counts(const json_t *call)
{
    srv_cache_counts counts = srv_cache_count(cache);

    (void)call;
    return json_pack("{s:I, s:I, s:I, s:I}", "hits", (json_int_t)counts.hits, "misses",
                     (json_int_t)counts.misses, "entries", (json_int_t)counts.entries, "bytes",
                     (json_int_t)counts.bytes);
}

static json_t *do_score_key(const json_t *call)
{
    char key[SRV_CACHE_KEY_MAX];

    return srv_cache_score_key(key, text_at(call, 1), text_at(call, 2)) ? json_string(key)
                                                                        : json_null();
}

static json_t *do_clock(const json_t *call)
{
    atomic_store(&clock_ms, number_at(call, 1));
    return json_true();
}

static json_t *do_ticket(const json_t *call)
{
    char ticket[SRV_TICKET_MAX];

    return srv_ticket_issue(cache, text_at(call, 1), ticket) ? json_string(ticket) : json_null();
}

static json_t *do_port(const json_t *call)
{
    (void)call;
    return json_integer(srv_events_port(events));
}

/* ORGANIZATION, TYPE, DATA, how often. */
static json_t *do_publish(const json_t *call)
{
    bool told = true;

    for (long long i = 0; i < number_at(call, 4); i++) {
        told = srv_events_publish(events, text_at(call, 1), text_at(call, 2),
                                  json_incref(json_array_get(call, 3))) &&
               told;
    }
    return json_boolean(told);
}

static json_t *do_drop(const json_t *call)
{
    srv_events_drop(events, text_at(call, 1));
    return json_true();
}

static json_t *do_counts(const json_t *call)
{
    srv_events_counts counts = srv_events_count(events);

    (void)call;
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "published", (json_int_t)counts.published,
        "lost", (json_int_t)counts.lost, "connections", (json_int_t)counts.hub.connections,
        "accepted", (json_int_t)counts.hub.accepted, "refused", (json_int_t)counts.hub.refused,
        "sent", (json_int_t)counts.hub.sent, "closed_slow", (json_int_t)counts.hub.closed_slow,
        "closed_old", (json_int_t)counts.hub.closed_old, "closed_silent",
        (json_int_t)counts.hub.closed_silent);
}

static json_t *answer(const json_t *call)
{
    static const struct {
        const char *name;
        json_t *(*run)(const json_t *call);
    } calls[] = {
        {"rate", do_rate},     {"get", do_get},
        {"take", do_take},     {"put", do_put},
        {"remove", do_remove}, {"cache_counts", do_cache_counts},
        {"clock", do_clock},   {"score_key", do_score_key},
        {"ticket", do_ticket}, {"port", do_port},
        {"drop", do_drop},     {"publish", do_publish},
        {"counts", do_counts},
    };

    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (strcmp(text_at(call, 0), calls[i].name) == 0) {
            return calls[i].run(call);
        }
    }
    return json_string("no such call");
}

static const char *flag(int argc, char **argv, const char *name)
{
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], name) == 0) {
            return argv[i + 1];
        }
    }
    return NULL;
}

static void open_all(int argc, char **argv)
{
    const char *url = flag(argc, argv, "--redis");
    const char *cache_bytes = flag(argc, argv, "--cache-bytes");
    const char *hub = flag(argc, argv, "--hub");
    char message[256];

    if (sodium_init() < 0) {
        exit(1);
    }
    if (url != NULL && (redis = srv_redis_open(url, message, sizeof message)) == NULL) {
        fprintf(stderr, "%s\n", message);
        exit(1);
    }
    limiter = srv_rate_limiter_new(redis);
    cache = redis != NULL
                ? srv_cache_in_redis(redis)
                : srv_cache_in_memory(
                      cache_bytes == NULL ? 1 << 20 : strtoul(cache_bytes, NULL, 10), test_clock);
    if (hub != NULL) {
        events = open_events(hub);
    }
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t size = 0;

    open_all(argc, argv);
    puts("ready");
    fflush(stdout);
    while (getline(&line, &size, stdin) > 0) {
        json_t *call = json_loads(line, JSON_ALLOW_NUL, NULL);
        json_t *value = answer(call);

        json_dumpf(value, stdout, JSON_ENCODE_ANY);
        putchar('\n');
        fflush(stdout);
        json_decref(value);
        json_decref(call);
    }
    free(line);
    srv_events_close(events);
    srv_cache_close(cache);
    srv_rate_limiter_free(limiter);
    srv_redis_close(redis);
    return 0;
}
