#include "event_bus.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "need.h"

/* How long a read of the stream waits for something new; it is also how long srv_bus_close() takes. */
#define WAIT_MS "500"
/* Beyond it the connection is taken for broken. */
#define READ_TIMEOUT_MS 2000
#define RECONNECT_MS 500
/* Events of one read. */
#define BATCH "200"
#define POSITION_MAX 64

struct srv_bus {
    srv_redis *redis;
    srv_event_log *log;
    srv_bus_listener listener;
    char position[POSITION_MAX]; /* the entry of the stream that was read last */
    pthread_t thread;
    atomic_bool stops;
};

/*
 * An id is the time in microseconds, or one above the organization's last: it rises even where Redis
 * has lost what it held.
 */
static const char publish_script[] = "local clock = redis.call('TIME')\n"
                                     "local id = clock[1] * 1000000 + clock[2]\n"
                                     "local last = tonumber(redis.call('GET', KEYS[2]) or 0)\n"
                                     "if id <= last then id = last + 1 end\n"
                                     "id = string.format('%.0f', id)\n"
                                     "redis.call('SET', KEYS[2], id)\n"
                                     "redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', "
                                     "'organization', ARGV[1], 'id', id, 'body', ARGV[2])\n"
                                     "return 1";

bool srv_bus_publish(srv_redis *redis, const char *organization, const char *body, size_t length)
{
    char key[sizeof "events_last:" + SRV_EVENT_ORGANIZATION_MAX];
    char most[16];
    srv_redis_word words[] = {
        SRV_WORD("EVAL"), SRV_WORD(publish_script), SRV_WORD("2"),  SRV_WORD("events"),
        {key, 0},         SRV_WORD(organization),   {body, length}, {most, 0}};
    redisReply *reply;

    if (strlen(organization) >= SRV_EVENT_ORGANIZATION_MAX) {
        return false;
    }
    words[4].length = (size_t)snprintf(key, sizeof key, "events_last:%s", organization);
    words[7].length = (size_t)snprintf(most, sizeof most, "%d", SRV_BUS_EVENTS_MAX);
    reply = srv_redis_call(redis, words, 8);
    if (reply == NULL) {
        return false;
    }
    freeReplyObject(reply);
    return true;
}

bool srv_bus_drop(srv_redis *redis, const char *id)
{
    char most[16];
    srv_redis_word words[] = {SRV_WORD("XADD"), SRV_WORD("events"), SRV_WORD("MAXLEN"),
                              SRV_WORD("~"),    {most, 0},          SRV_WORD("*"),
                              SRV_WORD("drop"), SRV_WORD(id)};
    redisReply *reply;

    words[4].length = (size_t)snprintf(most, sizeof most, "%d", SRV_BUS_EVENTS_MAX);
    reply = srv_redis_call(redis, words, 8);
    if (reply == NULL) {
        return false;
    }
    freeReplyObject(reply);
    return true;
}

static bool is_array_of(const redisReply *reply, size_t n)
{
    return reply->type == REDIS_REPLY_ARRAY && reply->elements == n;
}

static bool are_strings(const redisReply *reply)
{
    for (size_t i = 0; i < reply->elements; i++) {
        if (reply->element[i]->type != REDIS_REPLY_STRING) {
            return false;
        }
    }
    return true;
}

/* One entry: its position, and "organization", O, "id", I, "body", B; or "drop", ID. */
static void take_entry(srv_bus *bus, const redisReply *entry)
{
    const redisReply *fields;

    if (!is_array_of(entry, 2) || entry->element[0]->type != REDIS_REPLY_STRING ||
        entry->element[0]->len >= POSITION_MAX) {
        return;
    }
    strcpy(bus->position, entry->element[0]->str);
    fields = entry->element[1];
    if (is_array_of(fields, 6) && are_strings(fields)) {
        srv_event_log_append(bus->log, fields->element[1]->str,
                             strtoull(fields->element[3]->str, NULL, 10), fields->element[5]->str,
                             fields->element[5]->len);
    } else if (is_array_of(fields, 2) && are_strings(fields)) {
        bus->listener.drop(bus->listener.context, fields->element[1]->str);
    }
}

/* What XREAD of one stream gives: an array of one pair, the stream's name and its entries; or nil. */
static void take_entries(srv_bus *bus, const redisReply *reply)
{
    const redisReply *entries;

    if (!is_array_of(reply, 1) || !is_array_of(reply->element[0], 2)) {
        return;
    }
    entries = reply->element[0]->element[1];
    for (size_t i = 0; entries->type == REDIS_REPLY_ARRAY && i < entries->elements; i++) {
        take_entry(bus, entries->element[i]);
    }
    bus->listener.news(bus->listener.context);
}

/* Until the bus stops, or the connection breaks. */
static void read_stream(srv_bus *bus, redisContext *connection)
{
    while (!atomic_load(&bus->stops)) {
        redisReply *reply = redisCommand(
            connection, "XREAD COUNT " BATCH " BLOCK " WAIT_MS " STREAMS events %s", bus->position);

        if (reply == NULL) {
            return;
        }
        take_entries(bus, reply);
        if (reply->type == REDIS_REPLY_ERROR) {
            freeReplyObject(reply);
            return;
        }
        freeReplyObject(reply);
    }
}

static void *run(void *state)
{
    static const struct timespec pause = {0, RECONNECT_MS * 1000000L};
    srv_bus *bus = state;

    while (!atomic_load(&bus->stops)) {
        redisContext *connection = srv_redis_connect(bus->redis, READ_TIMEOUT_MS);

        if (connection != NULL) {
            read_stream(bus, connection);
            redisFree(connection);
        }
        if (!atomic_load(&bus->stops)) {
            nanosleep(&pause, NULL);
        }
    }
    return NULL;
}

srv_bus *srv_bus_open(srv_redis *redis, srv_event_log *log, srv_bus_listener listener)
{
    srv_bus *bus = srv_need(calloc(1, sizeof *bus));

    bus->redis = redis;
    bus->log = log;
    bus->listener = listener;
    strcpy(bus->position, "0");
    if (pthread_create(&bus->thread, NULL, run, bus) != 0) {
        abort();
    }
    return bus;
}

void srv_bus_close(srv_bus *bus)
{
    if (bus != NULL) {
        atomic_store(&bus->stops, true);
        pthread_join(bus->thread, NULL);
        free(bus);
    }
}
