/**
 * @file live.h
 * What the server has beside the store: rate limits, cached scores, sessions, and events. In this process, or in
 * Redis where several share them.
 */
#ifndef SRV_LIVE_H
#define SRV_LIVE_H

#include <stdbool.h>
#include <stdio.h>

#include "app.h"
#include "cache.h"
#include "call.h"
#include "principal.h"

#define SRV_LIVE_ERROR 512

typedef struct srv_live srv_live;

/**
 * Make all of it as the settings say, and have srv_publish() tell the events.
 *
 * @param error  filled with one line
 * @return false: Redis does not answer, or the WebSockets' port is taken
 */
bool srv_live_open(srv_app *app, char error[SRV_LIVE_ERROR]);

/** Nothing may use it any more. */
void srv_live_close(srv_app *app);

/** The port of the WebSockets; 0: this process has none. */
int srv_live_events_port(const srv_app *app);

/** Where scores are cached, by srv_cache_score_key(). Remove a lead's when anything of it has changed. */
srv_cache *srv_live_scores(srv_app *app);

/** Where sessions are kept for a short while, by `session:ID`, and tickets. */
srv_cache *srv_live_sessions(srv_app *app);

/**
 * Take a token for this call's operation, of `requests` times rate_limit_scale in `seconds`, and say so in the
 * headers RateLimit and RateLimit-Policy. The bucket is that of the organization; where the operation is public,
 * that of the client's address.
 *
 * @return false: there is none left, and the call has been answered 429 with Retry-After
 */
bool srv_live_limit(srv_call *call, const char *operation, int64_t requests, int64_t seconds);

/**
 * Close the WebSockets of an account that may no longer listen, or of a session that has ended, whichever process
 * has them. After it is in auth.db: who comes later is refused.
 *
 * @param id  the account's UUID, or the session's id
 */
void srv_live_drop(srv_app *app, const char *id);

/** Issue a ticket for the WebSocket. False: it could not be kept. */
bool srv_live_ticket(srv_app *app, const srv_principal *who, char *ticket, size_t size);

/** Append what /metrics says of it. */
void srv_live_write_metrics(srv_app *app, FILE *out);

#endif
