/**
 * @file sessions.h
 * A session is a log-in and the refresh tokens that follow from it. Each of them is good once; where one comes
 * a second time somebody has a copy, nobody knows who, and the session ends.
 */
#ifndef SRV_SESSIONS_H
#define SRV_SESSIONS_H

#include <jansson.h>
#include <stdint.h>

#include "auth/credentials.h"

/** A session ends after this, however often it is refreshed. */
#define SRV_SESSION_MS (30 * INT64_C(86400000))
/** A refresh token that is not used for so long is worth nothing. */
#define SRV_REFRESH_MS (7 * INT64_C(86400000))

/** Whose a session is. */
typedef struct srv_session {
    char id[SRV_ID_TEXT];
    char uuid[SRV_UUID_TEXT];
    char organization[SRV_MAX_ORGANIZATION];
    char email[SRV_EMAIL_TEXT];
} srv_session;

/**
 * Begin a session of a user.
 * @param id       filled
 * @param refresh  filled: its first refresh token
 * @return SRV_YES; SRV_NO for a user without credentials; SRV_FAULT
 */
srv_verdict srv_session_begin(srv_auth_db *db, const char *uuid, int64_t now_ms,
                              char id[SRV_ID_TEXT], char refresh[SRV_TOKEN_TEXT]);

/**
 * Whose session a refresh token would go on with, which stays as it is.
 * @return SRV_YES; SRV_NO for one that srv_session_refresh() would refuse; SRV_FAULT
 */
srv_verdict srv_session_look(srv_auth_db *db, const char *refresh, int64_t now_ms,
                             srv_session *session);

/**
 * Take a refresh token and give the next one.
 * @param session  filled on SRV_YES. On SRV_NO its id is that of the session that was ended; "": none was
 * @return SRV_YES; SRV_NO for one that is unknown, expired or of an ended session, and for one that was
 *         taken before, whose session it ends; SRV_FAULT
 */
srv_verdict srv_session_refresh(srv_auth_db *db, const char *refresh, int64_t now_ms,
                                srv_session *session, char next[SRV_TOKEN_TEXT]);

/** Whether a session has not ended, and whose it is. */
srv_verdict srv_session_lives(srv_auth_db *db, const char *id, int64_t now_ms,
                              srv_session *session);

/** End a session. SRV_YES also where it has ended before. */
srv_verdict srv_session_end(srv_auth_db *db, const char *id, int64_t now_ms);

/**
 * End all sessions of a user: what he may do has changed.
 * @param ended  an array, which their ids are appended to
 */
srv_verdict srv_session_end_all(srv_auth_db *db, const char *uuid, int64_t now_ms, json_t *ended);

#endif
