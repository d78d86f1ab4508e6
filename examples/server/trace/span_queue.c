#include "trace/span_queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "wall_clock.h"

struct srv_span_queue {
    pthread_mutex_t lock;
    pthread_cond_t has_changed;
    bool is_closed;
    size_t wanted; /**< that many wake who takes */
    size_t room;
    size_t first;
    size_t n;
    uint64_t dropped;
    srv_span spans[]; /**< [room], a ring */
};

srv_span_queue *srv_span_queue_new(size_t room)
{
    pthread_condattr_t attributes;
    srv_span_queue *queue = calloc(1, sizeof(*queue) + room * sizeof(queue->spans[0]));
    if (queue == NULL) {
        return NULL;
    }
    queue->room = room;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&queue->has_changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return queue;
}

void srv_span_queue_free(srv_span_queue *queue)
{
    if (queue != NULL) {
        pthread_cond_destroy(&queue->has_changed);
        pthread_mutex_destroy(&queue->lock);
        free(queue);
    }
}

void srv_span_queue_add(srv_span_queue *queue, const srv_span *span)
{
    pthread_mutex_lock(&queue->lock);
    if (queue->n == queue->room) {
        queue->dropped++;
    } else {
        queue->spans[(queue->first + queue->n) % queue->room] = *span;
        queue->n++;
        if (queue->n == queue->wanted) {
            pthread_cond_signal(&queue->has_changed);
        }
    }
    pthread_mutex_unlock(&queue->lock);
}

/* With the lock held: until `wanted` are there, the queue is closed, or the time is over. */
static void wait_for(srv_span_queue *queue, size_t wanted, int64_t wait_ms)
{
    int64_t until_us = srv_ticks_us() + wait_ms * 1000; /* of the condition's own clock */
    struct timespec until = {(time_t)(until_us / 1000000), (long)(until_us % 1000000) * 1000};
    queue->wanted = wanted;
    while (queue->n < wanted && !queue->is_closed && srv_ticks_us() < until_us) {
        pthread_cond_timedwait(&queue->has_changed, &queue->lock, &until);
    }
}

size_t srv_span_queue_take(srv_span_queue *queue, srv_span *spans, size_t most, int64_t wait_ms)
{
    size_t taken = 0;
    pthread_mutex_lock(&queue->lock);
    wait_for(queue, most < queue->room ? most : queue->room, wait_ms);
    for (; taken < most && queue->n > 0; queue->n--) {
        spans[taken++] = queue->spans[queue->first];
        queue->first = (queue->first + 1) % queue->room;
    }
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

void srv_span_queue_close(srv_span_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->is_closed = true;
    pthread_cond_broadcast(&queue->has_changed);
    pthread_mutex_unlock(&queue->lock);
}

bool srv_span_queue_pause(srv_span_queue *queue, int64_t wait_ms)
{
    pthread_mutex_lock(&queue->lock);
    wait_for(queue, queue->room + 1, wait_ms);
    bool is_open = !queue->is_closed;
    pthread_mutex_unlock(&queue->lock);
    return is_open;
}

size_t srv_span_queue_length(srv_span_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    size_t n = queue->n;
    pthread_mutex_unlock(&queue->lock);
    return n;
}

uint64_t srv_span_queue_dropped(srv_span_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    uint64_t dropped = queue->dropped;
    pthread_mutex_unlock(&queue->lock);
    return dropped;
}
