/**
 * @file session_ends.h
 * A session ends in auth.db, is forgotten where it was kept, and what it has open ends with it: its WebSockets.
 */
#ifndef SRV_SESSION_ENDS_H
#define SRV_SESSION_ENDS_H

#include "app.h"
#include "auth/sessions.h"

/** End a session, as srv_session_end(), and what it has open. */
srv_verdict srv_end_session(srv_app *app, const char *id, int64_t now_ms);

/** End all sessions of a user, as srv_session_end_all(), and what he has open. */
srv_verdict srv_end_sessions_of(srv_app *app, const char *uuid, int64_t now_ms);

/** Take a refresh token, as srv_session_refresh(). Where it ends the session, end what that has open. */
srv_verdict srv_refresh(srv_app *app, const char *refresh, int64_t now_ms, srv_session *session,
                        char next[SRV_TOKEN_TEXT]);

#endif
