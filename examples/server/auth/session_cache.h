/**
 * @file session_cache.h
 * Whose a session is, kept for a short while under `session:ID`, so that auth.db is not asked at each request.
 *
 * A session that ends is forgotten after auth.db says so, and a thread that read it before does not put it back
 * (cache.h). So it is worth nothing at once in this process, and in all that share the cache by Redis; another one
 * with a memory of its own believes it for up to SRV_SESSION_KEPT_MS.
 */
#ifndef SRV_SESSION_CACHE_H
#define SRV_SESSION_CACHE_H

#include "app.h"
#include "auth/sessions.h"

/** How long auth.db is not asked again. */
#define SRV_SESSION_KEPT_MS 3000

/** As srv_session_lives(). Any thread. */
srv_verdict srv_session_known(srv_app *app, const char *id, int64_t now_ms, srv_session *session);

/** Ask auth.db the next time: the session has ended there. Any thread. */
void srv_session_forget(srv_app *app, const char *id);

#endif
