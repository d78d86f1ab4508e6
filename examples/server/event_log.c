#include "event_log.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash_table.h"
#include "need.h"

typedef struct event {
    uint64_t id;
    char *text;
    size_t length;
} event;

typedef struct topic {
    char *organization;
    event *ring;   /* of ring_events; made at the first event */
    size_t oldest; /* its place in the ring */
    size_t n_events;
    size_t n_bytes;
    uint64_t lost_id; /* the last that is no longer kept, or was never seen */
    uint64_t last_id; /* 0: it had none */
    bool is_fresh;
    struct topic *next_fresh;
    UT_hash_handle hh;
} topic;

struct srv_event_log {
    size_t ring_events;
    size_t ring_bytes;
    uint64_t first_id;
    pthread_mutex_t lock; /* guards what follows */
    topic *topics;
    topic *fresh;
};

srv_event_log *srv_event_log_new(size_t ring_events, size_t ring_bytes, uint64_t first_id)
{
    srv_event_log *log = srv_need(calloc(1, sizeof *log));

    srv_table_begin();
    log->ring_events = ring_events;
    log->ring_bytes = ring_bytes;
    log->first_id = first_id;
    pthread_mutex_init(&log->lock, NULL);
    return log;
}

static event *event_at(const srv_event_log *log, const topic *found, size_t index)
{
    return &found->ring[(found->oldest + index) % log->ring_events];
}

static void drop_oldest(srv_event_log *log, topic *found)
{
    event *oldest = event_at(log, found, 0);

    found->lost_id = oldest->id;
    found->n_bytes -= oldest->length;
    free(oldest->text);
    found->oldest = (found->oldest + 1) % log->ring_events;
    found->n_events--;
}

void srv_event_log_free(srv_event_log *log)
{
    if (log == NULL) {
        return;
    }
    while (log->topics != NULL) {
        topic *first = log->topics;

        while (first->n_events > 0) {
            drop_oldest(log, first);
        }
        HASH_DEL(log->topics, first);
        free(first->ring);
        free(first->organization);
        free(first);
    }
    pthread_mutex_destroy(&log->lock);
    free(log);
}

static topic *find(srv_event_log *log, const char *organization)
{
    topic *found;

    HASH_FIND_STR(log->topics, organization, found);
    return found;
}

static topic *find_or_make(srv_event_log *log, const char *organization)
{
    topic *found = find(log, organization);

    if (found == NULL) {
        found = srv_need(calloc(1, sizeof *found));
        found->organization = srv_need(strdup(organization));
        found->ring = srv_need(calloc(log->ring_events, sizeof *found->ring));
        found->lost_id = log->first_id - 1;
        HASH_ADD_KEYPTR(hh, log->topics, found->organization, strlen(found->organization), found);
    }
    return found;
}

/* `{"id":ID,` and the body; NULL: it is too large. */
static char *whole_text(uint64_t id, const char *body, size_t length, size_t *whole)
{
    char start[40];
    size_t n = (size_t)snprintf(start, sizeof start, "{\"id\":%" PRIu64 ",", id);
    char *text;

    if (length > SRV_EVENT_BYTES_MAX - n) {
        return NULL;
    }
    text = srv_need(malloc(n + length));
    memcpy(text, start, n);
    memcpy(text + n, body, length);
    *whole = n + length;
    return text;
}

/* The last event, or the time before the first. */
static uint64_t last_of(const srv_event_log *log, const topic *found)
{
    uint64_t before = log->first_id - 1;

    return found != NULL && found->last_id > before ? found->last_id : before;
}

static void mark_fresh(srv_event_log *log, topic *found)
{
    if (!found->is_fresh) {
        found->is_fresh = true;
        found->next_fresh = log->fresh;
        log->fresh = found;
    }
}

/* False: it is too large. */
static bool add(srv_event_log *log, topic *found, uint64_t id, const char *body, size_t length)
{
    size_t whole;
    char *text = whole_text(id, body, length, &whole);

    if (text == NULL) {
        return false;
    }
    while (found->n_events == log->ring_events ||
           (found->n_events > 0 && found->n_bytes + whole > log->ring_bytes)) {
        drop_oldest(log, found);
    }
    if (found->last_id == 0 && id < log->first_id) {
        found->lost_id = id - 1;
    }
    *event_at(log, found, found->n_events) = (event){id, text, whole};
    found->n_events++;
    found->n_bytes += whole;
    found->last_id = id;
    mark_fresh(log, found);
    return true;
}

uint64_t srv_event_log_append(srv_event_log *log, const char *organization, uint64_t id,
                              const char *body, size_t length)
{
    uint64_t given = 0;
    topic *found;

    if (strlen(organization) >= SRV_EVENT_ORGANIZATION_MAX) {
        return 0;
    }
    pthread_mutex_lock(&log->lock);
    found = find_or_make(log, organization);
    if (id == 0 || id > found->last_id) {
        uint64_t next = id == 0 ? last_of(log, found) + 1 : id;

        given = add(log, found, next, body, length) ? next : 0;
    }
    pthread_mutex_unlock(&log->lock);
    return given;
}

uint64_t srv_event_log_last(srv_event_log *log, const char *organization)
{
    uint64_t last;

    pthread_mutex_lock(&log->lock);
    last = last_of(log, find(log, organization));
    pthread_mutex_unlock(&log->lock);
    return last;
}

bool srv_event_log_reaches(srv_event_log *log, const char *organization, uint64_t after)
{
    bool reaches;
    topic *found;

    pthread_mutex_lock(&log->lock);
    found = find(log, organization);
    reaches = after >= (found == NULL ? log->first_id - 1 : found->lost_id) &&
              after <= last_of(log, found);
    pthread_mutex_unlock(&log->lock);
    return reaches;
}

/* The place of the first event after `after`. Ids rise through the ring, but may have gaps. */
static size_t place_after(const srv_event_log *log, const topic *found, uint64_t after)
{
    size_t low = 0;
    size_t high = found->n_events;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (event_at(log, found, middle)->id > after) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static srv_event_read read_topic(const srv_event_log *log, const topic *found, uint64_t *after,
                                 char *text, size_t *length)
{
    const event *next;

    if (found == NULL || *after >= found->last_id) {
        return SRV_EVENT_NONE;
    }
    if (*after < found->lost_id) {
        return SRV_EVENT_LOST;
    }
    next = event_at(log, found, place_after(log, found, *after));
    memcpy(text, next->text, next->length);
    *length = next->length;
    *after = next->id;
    return SRV_EVENT_FOUND;
}

srv_event_read srv_event_log_read(srv_event_log *log, const char *organization, uint64_t *after,
                                  char *text, size_t *length)
{
    srv_event_read found;

    pthread_mutex_lock(&log->lock);
    found = read_topic(log, find(log, organization), after, text, length);
    pthread_mutex_unlock(&log->lock);
    return found;
}

bool srv_event_log_fresh(srv_event_log *log, char organization[SRV_EVENT_ORGANIZATION_MAX])
{
    topic *first;

    pthread_mutex_lock(&log->lock);
    first = log->fresh;
    if (first != NULL) {
        strcpy(organization, first->organization);
        log->fresh = first->next_fresh;
        first->is_fresh = false;
    }
    pthread_mutex_unlock(&log->lock);
    return first != NULL;
}
