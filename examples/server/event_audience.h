/**
 * @file event_audience.h
 * The open connections of the hub, by organization. One thread's.
 */
#ifndef SRV_EVENT_AUDIENCE_H
#define SRV_EVENT_AUDIENCE_H

#include <stdbool.h>
#include <stdint.h>

#include <libwebsockets.h>

#include "event_hub.h"
#include "hash_table.h"

typedef struct srv_audience srv_audience;

/** A connection. Made by libwebsockets, all bytes 0. */
typedef struct srv_connection {
    struct lws *socket;
    srv_audience *audience; /* NULL: it was never established */
    struct srv_connection *next;
    struct srv_connection *previous;
    uint64_t after;   /* the event that was sent last */
    int64_t since_ms; /* when it was established */
    int64_t heard_ms; /* when the client last showed that it lives */
    int64_t asked_ms; /* when it was asked to; 0: it answered */
    bool is_greeted;
    bool has_missed;
    bool wants_ping;
    uint16_t close_code; /* 0: it stays open */
    char id[SRV_LISTENER_ID_MAX];
    char session[SRV_LISTENER_ID_MAX];
} srv_connection;

/** The connections of one organization; it has one at least. */
struct srv_audience {
    char *organization;
    srv_connection *first;
    unsigned n_connections;
    UT_hash_handle hh;
};

/** All of them. Empty when its bytes are 0. */
typedef struct srv_audiences {
    srv_audience *table;
    unsigned n_connections;
} srv_audiences;

/** NULL: nobody of this organization listens. */
srv_audience *srv_audience_find(const srv_audiences *all, const char *organization);

/** Take a connection in. It stays where it is until it leaves. */
void srv_audience_join(srv_audiences *all, srv_connection *who, const char *organization);

/** Let go of a connection that joined. An audience without any is gone, too. */
void srv_audience_leave(srv_audiences *all, srv_connection *who);

/**
 * The first of all connections, and the one after; NULL: there is none. Those of one audience are its `first` and
 * the `next` of each. None may join or leave meanwhile.
 */
srv_connection *srv_audiences_first(const srv_audiences *all);
srv_connection *srv_audiences_next(const srv_connection *who);

#endif
