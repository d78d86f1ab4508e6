/**
 * @file event_hub.h
 * The WebSocket end of the events: one thread, by libwebsockets on libev, for all connections of this process.
 *
 * A connection is authenticated before it is upgraded. It is told `{"type":"stream_opened",...}` first, and then
 * each event of its organization, from `?after=ID` on where it asks for that. It holds no queue of its own but
 * the id of the event it was sent last: who reads so slowly that the next one is no longer kept is closed with
 * 1013 (try again later). What a client sends closes it with 1003 (cannot accept data).
 */
#ifndef SRV_EVENT_HUB_H
#define SRV_EVENT_HUB_H

#include <stddef.h>
#include <stdint.h>

#include "event_log.h"
#include "trace/tracing.h"

/** Where the WebSocket is. */
#define SRV_HUB_PATH "/api/v1/events"
/** Bytes of the id of a listener or a session, its NUL included: a UUID. */
#define SRV_LISTENER_ID_MAX 64
/** Bytes of the header Authorization, or of a ticket, that are looked at. */
#define SRV_HUB_CREDENTIAL_MAX 4096
/** How long srv_hub_close() waits for the goodbyes of the clients. */
#define SRV_HUB_DRAIN_MS 2000

typedef struct srv_hub srv_hub;

/** Who is at the other end of a connection. */
typedef struct srv_hub_listener {
    char organization[SRV_EVENT_ORGANIZATION_MAX];
    char id[SRV_LISTENER_ID_MAX];      /* of the user or the key: see srv_hub_drop() */
    char session[SRV_LISTENER_ID_MAX]; /* likewise; "": there is none, as of a key */
} srv_hub_listener;

/**
 * Who asks for a connection; called by the hub's thread, which does nothing else meanwhile.
 *
 * @param authorization  the header, or NULL
 * @param ticket         the query parameter, or NULL
 * @return 0, or the HTTP status to refuse with
 */
typedef unsigned srv_hub_authenticate(void *context, const char *authorization, const char *ticket,
                                      srv_hub_listener *listener);

typedef struct srv_hub_options {
    const char *host;        /* address to listen on; NULL: all */
    int port;                /* 0: any that is free */
    const char *certificate; /* PEM files, for TLS; NULL: plain */
    const char *private_key;
    const char *const
        *origins; /* pages of which origins may connect; a client without an Origin may always */
    size_t n_origins;
    unsigned
        heartbeat_s; /* a ping goes out after so long; without an answer for as long again it ends */
    unsigned lifetime_s; /* then a connection is closed with 4001: sign in again */
    unsigned max_connections;
    unsigned max_per_organization;
    srv_hub_authenticate *authenticate;
    void *context;
    const srv_tracer *tracer; /* of handshakes; NULL: nothing is traced. It outlives the hub */
} srv_hub_options;

typedef struct srv_hub_counts {
    uint64_t connections; /* now */
    uint64_t accepted;
    uint64_t refused;
    uint64_t sent; /* events */
    uint64_t closed_slow;
    uint64_t closed_old;    /* their lifetime was over */
    uint64_t closed_silent; /* no answer to a ping */
} srv_hub_counts;

/** Listen. `log` must outlive the hub. NULL, and what is wrong in `message`, where that cannot be. */
srv_hub *srv_hub_open(const srv_hub_options *options, srv_event_log *log, char *message,
                      size_t size);

/** Close every connection with 1001 (going away), wait for that a little, and end. NULL is taken. */
void srv_hub_close(srv_hub *hub);

/** The port it listens on. */
int srv_hub_port(const srv_hub *hub);

/* Any number of threads may call what follows. */

/** Say that the log has something new. */
void srv_hub_wake(srv_hub *hub);

/** Close with 4001 every connection of a listener, or of a session, with this id: it has ended. */
void srv_hub_drop(srv_hub *hub, const char *id);

srv_hub_counts srv_hub_count(srv_hub *hub);

#endif
