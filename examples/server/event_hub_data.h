/**
 * @file event_hub_data.h
 * What the hub is made of, for the files that it consists of; others see event_hub.h alone.
 */
#ifndef SRV_EVENT_HUB_DATA_H
#define SRV_EVENT_HUB_DATA_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <libwebsockets.h>

#include "event_audience.h"
#include "event_hub.h"

/** The id of a user, a key or a session whose connections are to be closed. */
typedef struct srv_dropped {
    char id[SRV_LISTENER_ID_MAX];
    struct srv_dropped *next;
} srv_dropped;

struct srv_hub {
    srv_hub_options options;
    srv_event_log *log;
    struct ev_loop *loop;
    void *loops[1]; /* as libwebsockets asks for it */
    struct lws_context *context;
    struct lws_protocols protocols[2];
    lws_retry_bo_t no_heartbeat; /* zeros: ours is srv_connection_look_after() */
    int port;
    pthread_t thread;
    atomic_bool stops;
    /* Only the hub's thread: */
    srv_audiences audiences;
    unsigned n_sockets;
    bool says_goodbye;
    unsigned refused_with; /* the status of the handshake under way; 0: none yet */
    int64_t swept_ms;
    unsigned char buffer[LWS_PRE + SRV_EVENT_BYTES_MAX];
    /* Any thread: */
    pthread_mutex_t lock;
    srv_dropped *to_drop;
    atomic_uint_fast64_t connections;
    atomic_uint_fast64_t accepted;
    atomic_uint_fast64_t refused;
    atomic_uint_fast64_t sent;
    atomic_uint_fast64_t closed_slow;
    atomic_uint_fast64_t closed_old;
    atomic_uint_fast64_t closed_silent;
};

#endif
