/**
 * @file event_log.h
 * The last events of each organization, in memory, for those who listen now and for those who come back.
 *
 * Ids rise within an organization. Who makes a log lets them begin at the time, in microseconds, so that they go
 * on rising when the process is started again; as JSON numbers they stay exact until the year 2255.
 */
#ifndef SRV_EVENT_LOG_H
#define SRV_EVENT_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes of the JSON of one event. */
#define SRV_EVENT_BYTES_MAX (64 * 1024)
/** Bytes of an organization's id, its NUL included. */
#define SRV_EVENT_ORGANIZATION_MAX 256

typedef struct srv_event_log srv_event_log;

/**
 * @param ring_events  events kept of each organization, 1 or more
 * @param ring_bytes   and their bytes; the newest is kept whatever its size
 * @param first_id     above the ids of all events before; 1 or more
 */
srv_event_log *srv_event_log_new(size_t ring_events, size_t ring_bytes, uint64_t first_id);

/** No call may be under way. NULL is taken. */
void srv_event_log_free(srv_event_log *log);

/* Any number of threads may call what follows. */

/**
 * Append an event.
 *
 * @param id    0: the next one. Otherwise it must be above the last event's; one that is not is passed over. The
 *              first ones may be from before the log was made, of another process.
 * @param body  the event's JSON object without its id: `"type":"...",...}`
 * @return the id, or 0: the event is too large, or was passed over
 */
uint64_t srv_event_log_append(srv_event_log *log, const char *organization, uint64_t id,
                              const char *body, size_t length);

/** The id of the organization's last event, or one below `first_id`, whichever is more: where a listener begins. */
uint64_t srv_event_log_last(srv_event_log *log, const char *organization);

/** True where every event after `after` is still there to be read, so that who saw that one has missed none. */
bool srv_event_log_reaches(srv_event_log *log, const char *organization, uint64_t after);

/** What srv_event_log_read() found. */
typedef enum srv_event_read {
    SRV_EVENT_NONE,  /* nothing newer */
    SRV_EVENT_FOUND, /* the first event after `after` */
    SRV_EVENT_LOST,  /* it is no longer kept: the reader is too slow */
} srv_event_read;

/** Copy the first event after `*after`, and set `*after` to its id. `text` has room for SRV_EVENT_BYTES_MAX. */
srv_event_read srv_event_log_read(srv_event_log *log, const char *organization, uint64_t *after,
                                  char *text, size_t *length);

/**
 * The name of an organization that had events appended since it was last named here.
 *
 * @return false: there is none
 */
bool srv_event_log_fresh(srv_event_log *log, char organization[SRV_EVENT_ORGANIZATION_MAX]);

#endif
