/**
 * @file events.h
 * What happens, told to those who listen: published from any thread of any process, and sent over WebSockets by
 * the process that has them (event_hub.h). Events are told, not kept: the store says what is so.
 *
 * An event is a JSON object `{id, type, time, organization_id, data}`.
 */
#ifndef SRV_EVENTS_H
#define SRV_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "event_hub.h"
#include "redis_pool.h"

typedef struct srv_events srv_events;

typedef struct srv_events_options {
    const srv_hub_options *hub; /* NULL: another process has the WebSockets */
    srv_redis *redis;           /* NULL: this process is alone */
    size_t ring_events;         /* kept of each organization for those who come back */
    size_t ring_bytes;
} srv_events_options;

typedef struct srv_events_counts {
    uint64_t published;
    uint64_t lost; /* too large, or Redis did not answer */
    srv_hub_counts hub;
} srv_events_counts;

/** NULL, and what is wrong in `message`, where the hub cannot listen. Redis must outlive it. */
srv_events *srv_events_open(const srv_events_options *options, char *message, size_t size);

/** End the WebSockets with 1001, and free all. NULL is taken. */
void srv_events_close(srv_events *events);

/** The port of the WebSockets; 0: another process has them. */
int srv_events_port(const srv_events *events);

/* Any number of threads may call what follows. */

/**
 * Tell an organization's listeners.
 *
 * @param type  `lead_score_updated`, `new_lead_activity`, `model_training_complete`, `integration_sync_status`,
 *              `alert_triggered`
 * @param data  any JSON value; the call takes it, whatever it gives back
 * @return false: the event is lost, because it is larger than SRV_EVENT_BYTES_MAX or Redis did not answer
 */
bool srv_events_publish(srv_events *events, const char *organization, const char *type,
                        json_t *data);

/** Close the connections of a user, a key or a session that may listen no more, whichever process has them. */
void srv_events_drop(srv_events *events, const char *id);

srv_events_counts srv_events_count(srv_events *events);

#endif
