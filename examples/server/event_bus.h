/**
 * @file event_bus.h
 * Events between processes, by a stream in Redis: one process has the WebSocket, others publish. The stream also
 * brings back the last events to a process that was started again.
 */
#ifndef SRV_EVENT_BUS_H
#define SRV_EVENT_BUS_H

#include <stdbool.h>
#include <stddef.h>

#include "event_log.h"
#include "redis_pool.h"

/** Events that the stream keeps, of all organizations. */
#define SRV_BUS_EVENTS_MAX 10000

typedef struct srv_bus srv_bus;

/** What the bus's thread calls. */
typedef struct srv_bus_listener {
    void (*news)(void *context); /**< it has appended events to the log */
    void (*drop)(void *context, const char *id);
    void *context;
} srv_bus_listener;

/** Publish an event: its JSON object without its id. False: Redis did not answer, and the event is lost. */
bool srv_bus_publish(srv_redis *redis, const char *organization, const char *body, size_t length);

/** Have the process with the WebSockets drop those of a listener or session. False: Redis did not answer. */
bool srv_bus_drop(srv_redis *redis, const char *id);

/** Append to `log` what is in the stream and what comes to it, by a thread of its own. */
srv_bus *srv_bus_open(srv_redis *redis, srv_event_log *log, srv_bus_listener listener);

/** End that thread, which takes up to a second. NULL is taken. */
void srv_bus_close(srv_bus *bus);

#endif
