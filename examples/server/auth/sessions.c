#include "auth/sessions.h"

static bool add_refresh_token(srv_auth_db *db, const char *session, int64_t now_ms,
                              char refresh[SRV_TOKEN_TEXT])
{
    uint8_t digest[SRV_DIGEST_BYTES];
    srv_token_make(refresh);
    srv_digest(refresh, digest);
    return srv_db_run(db, "INSERT INTO refresh_tokens VALUES(?, ?, ?, NULL)", "bti", digest,
                      session, now_ms + SRV_REFRESH_MS) == 1;
}

srv_verdict srv_session_begin(srv_auth_db *db, const char *uuid, int64_t now_ms,
                              char id[SRV_ID_TEXT], char refresh[SRV_TOKEN_TEXT])
{
    if (!srv_db_begin(db)) {
        return SRV_FAULT;
    }
    int known = srv_db_row(db, "SELECT 1 FROM credentials WHERE uuid = ?", "t", uuid);
    if (known != 1) {
        srv_db_rollback(db);
        return known == 0 ? SRV_NO : SRV_FAULT;
    }
    srv_id_make(id);
    if (srv_db_run(db, "INSERT INTO sessions VALUES(?, ?, ?, ?, NULL)", "ttii", id, uuid, now_ms,
                   now_ms + SRV_SESSION_MS) != 1 ||
        !add_refresh_token(db, id, now_ms, refresh)) {
        srv_db_rollback(db);
        return SRV_FAULT;
    }
    return srv_db_commit(db) ? SRV_YES : SRV_FAULT;
}

/* Within a lock. */
static srv_verdict find(srv_auth_db *db, const char *id, int64_t now_ms, srv_session *session)
{
    int found = srv_db_row(db,
                           "SELECT s.id, c.uuid, c.organization, c.email FROM sessions s"
                           " JOIN credentials c USING(uuid)"
                           " WHERE s.id = ? AND s.revoked_ms IS NULL AND s.ends_ms > ?",
                           "ti", id, now_ms);
    if (found != 1) {
        return found == 0 ? SRV_NO : SRV_FAULT;
    }
    bool fits = srv_db_copy(db, 0, session->id, sizeof session->id) &&
                srv_db_copy(db, 1, session->uuid, sizeof session->uuid) &&
                srv_db_copy(db, 2, session->organization, sizeof session->organization) &&
                srv_db_copy(db, 3, session->email, sizeof session->email);
    return fits ? SRV_YES : SRV_FAULT;
}

srv_verdict srv_session_lives(srv_auth_db *db, const char *id, int64_t now_ms, srv_session *session)
{
    srv_db_lock(db);
    srv_verdict lives = find(db, id, now_ms, session);
    srv_db_unlock(db);
    return lives;
}

static bool end(srv_auth_db *db, const char *id, int64_t now_ms)
{
    return srv_db_run(db, "UPDATE sessions SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL",
                      "it", now_ms, id) >= 0;
}

/* Use up a token that is held, and give its session the next. */
static srv_verdict rotate(srv_auth_db *db, const uint8_t digest[SRV_DIGEST_BYTES], int64_t now_ms,
                          srv_session *session, char next[SRV_TOKEN_TEXT])
{
    srv_verdict lives = find(db, session->id, now_ms, session);
    if (lives != SRV_YES) {
        return lives;
    }
    return srv_db_run(db, "UPDATE refresh_tokens SET used_ms = ? WHERE digest = ?", "ib", now_ms,
                      digest) == 1 &&
                   add_refresh_token(db, session->id, now_ms, next)
               ? SRV_YES
               : SRV_FAULT;
}

/* Within a transaction, which is kept unless it is SRV_FAULT. */
static srv_verdict refresh_within(srv_auth_db *db, const uint8_t digest[SRV_DIGEST_BYTES],
                                  int64_t now_ms, srv_session *session, char next[SRV_TOKEN_TEXT])
{
    int found = srv_db_row(
        db, "SELECT session, expires_ms, used_ms IS NOT NULL FROM refresh_tokens WHERE digest = ?",
        "b", digest);
    if (found != 1) {
        return found == 0 ? SRV_NO : SRV_FAULT;
    }
    bool expired = srv_db_int(db, 1) <= now_ms;
    bool used = srv_db_int(db, 2) != 0;
    if (!srv_db_copy(db, 0, session->id, sizeof session->id)) {
        return SRV_FAULT;
    }
    if (used) {
        return end(db, session->id, now_ms) ? SRV_NO : SRV_FAULT;
    }
    srv_verdict verdict = expired ? SRV_NO : rotate(db, digest, now_ms, session, next);
    if (verdict == SRV_NO) {
        session->id[0] = '\0';
    }
    return verdict;
}

srv_verdict srv_session_look(srv_auth_db *db, const char *refresh, int64_t now_ms,
                             srv_session *session)
{
    uint8_t digest[SRV_DIGEST_BYTES];
    srv_digest(refresh, digest);
    srv_db_lock(db);
    int found = srv_db_row(db,
                           "SELECT session FROM refresh_tokens"
                           " WHERE digest = ? AND expires_ms > ? AND used_ms IS NULL",
                           "bi", digest, now_ms);
    srv_verdict verdict = found == 1 ? SRV_YES : found == 0 ? SRV_NO : SRV_FAULT;
    if (verdict == SRV_YES) {
        verdict = srv_db_copy(db, 0, session->id, sizeof session->id)
                      ? find(db, session->id, now_ms, session)
                      : SRV_FAULT;
    }
    srv_db_unlock(db);
    return verdict;
}

srv_verdict srv_session_refresh(srv_auth_db *db, const char *refresh, int64_t now_ms,
                                srv_session *session, char next[SRV_TOKEN_TEXT])
{
    uint8_t digest[SRV_DIGEST_BYTES];
    srv_digest(refresh, digest);
    session->id[0] = '\0';
    if (!srv_db_begin(db)) {
        return SRV_FAULT;
    }
    srv_verdict verdict = refresh_within(db, digest, now_ms, session, next);
    if (verdict == SRV_FAULT) {
        srv_db_rollback(db);
        return SRV_FAULT;
    }
    return srv_db_commit(db) ? verdict : SRV_FAULT;
}

srv_verdict srv_session_end(srv_auth_db *db, const char *id, int64_t now_ms)
{
    srv_db_lock(db);
    bool done = end(db, id, now_ms);
    srv_db_unlock(db);
    return done ? SRV_YES : SRV_FAULT;
}

/* Within a lock. */
static bool list_open(srv_auth_db *db, const char *uuid, json_t *ids)
{
    int state =
        srv_db_row(db, "SELECT id FROM sessions WHERE uuid = ? AND revoked_ms IS NULL", "t", uuid);
    for (; state == 1; state = srv_db_next(db)) {
        if (json_array_append_new(ids, json_string(srv_db_text(db, 0))) != 0) {
            return false;
        }
    }
    return state == 0;
}

srv_verdict srv_session_end_all(srv_auth_db *db, const char *uuid, int64_t now_ms, json_t *ended)
{
    if (!srv_db_begin(db)) {
        return SRV_FAULT;
    }
    if (!list_open(db, uuid, ended) ||
        srv_db_run(db, "UPDATE sessions SET revoked_ms = ? WHERE uuid = ? AND revoked_ms IS NULL",
                   "it", now_ms, uuid) < 0) {
        srv_db_rollback(db);
        return SRV_FAULT;
    }
    return srv_db_commit(db) ? SRV_YES : SRV_FAULT;
}
