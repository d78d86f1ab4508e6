#include "events.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "event_bus.h"
#include "need.h"

struct srv_events {
    srv_redis *redis;
    srv_event_log *log; /* NULL where this process has no hub */
    srv_hub *hub;
    srv_bus *bus;
    atomic_uint_fast64_t published;
    atomic_uint_fast64_t lost;
};

static void wake_hub(void *context)
{
    srv_events *events = context;

    srv_hub_wake(events->hub);
}

static void drop_here(void *context, const char *id)
{
    srv_events *events = context;

    srv_hub_drop(events->hub, id);
}

static uint64_t microseconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

srv_events *srv_events_open(const srv_events_options *options, char *message, size_t size)
{
    srv_events *events = srv_need(calloc(1, sizeof *events));

    events->redis = options->redis;
    if (options->hub == NULL) {
        return events;
    }
    events->log = srv_event_log_new(options->ring_events, options->ring_bytes, microseconds_now());
    events->hub = srv_hub_open(options->hub, events->log, message, size);
    if (events->hub == NULL) {
        srv_events_close(events);
        return NULL;
    }
    if (options->redis != NULL) {
        events->bus = srv_bus_open(options->redis, events->log,
                                   (srv_bus_listener){wake_hub, drop_here, events});
    }
    return events;
}

void srv_events_close(srv_events *events)
{
    if (events != NULL) {
        srv_bus_close(events->bus);
        srv_hub_close(events->hub);
        srv_event_log_free(events->log);
        free(events);
    }
}

int srv_events_port(const srv_events *events)
{
    return events->hub == NULL ? 0 : srv_hub_port(events->hub);
}

/* RFC 3339 in UTC, with milliseconds. */
static void write_now(char *text, size_t size)
{
    struct timespec now;
    struct tm parts;
    size_t n;

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    n = strftime(text, size, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text + n, size - n, ".%03ldZ", now.tv_nsec / 1000000);
}

/* The event without its id: `"type":...}`; to be freed. */
static char *body_of(const char *organization, const char *type, json_t *data)
{
    char time[48];
    json_t *event;
    char *text;

    write_now(time, sizeof time);
    event = json_pack("{s:s, s:s, s:s, s:o}", "type", type, "time", time, "organization_id",
                      organization, "data", data);
    text = event == NULL ? NULL : json_dumps(event, JSON_COMPACT);
    json_decref(event);
    if (text != NULL) {
        memmove(text, text + 1, strlen(text));
    }
    return text;
}

static bool spread(srv_events *events, const char *organization, const char *body)
{
    if (events->redis != NULL) {
        return strlen(body) < SRV_EVENT_BYTES_MAX &&
               srv_bus_publish(events->redis, organization, body, strlen(body));
    }
    if (events->log == NULL ||
        srv_event_log_append(events->log, organization, 0, body, strlen(body)) == 0) {
        return false;
    }
    srv_hub_wake(events->hub);
    return true;
}

bool srv_events_publish(srv_events *events, const char *organization, const char *type,
                        json_t *data)
{
    char *body = body_of(organization, type, data);
    bool told = body != NULL && spread(events, organization, body);

    free(body);
    atomic_fetch_add(told ? &events->published : &events->lost, 1);
    return told;
}

void srv_events_drop(srv_events *events, const char *id)
{
    bool is_told = events->redis != NULL && srv_bus_drop(events->redis, id);

    if (!is_told && events->hub != NULL) { /* at least here, where Redis does not answer */
        srv_hub_drop(events->hub, id);
    }
}

srv_events_counts srv_events_count(srv_events *events)
{
    srv_events_counts counts = {.published = atomic_load(&events->published),
                                .lost = atomic_load(&events->lost)};

    if (events->hub != NULL) {
        counts.hub = srv_hub_count(events->hub);
    }
    return counts;
}
