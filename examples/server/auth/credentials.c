#include "auth/credentials.h"

#include <string.h>

#define COLUMNS "uuid, organization, email, password, totp_on"

bool srv_email_fold(const char *email, char folded[SRV_EMAIL_TEXT])
{
    size_t length = strlen(email);
    const char *at = strchr(email, '@');
    if (length >= SRV_EMAIL_TEXT || at == NULL || at == email || at[1] == '\0' ||
        strchr(at + 1, '@') != NULL) {
        return false;
    }
    for (size_t i = 0; i <= length; i++) {
        unsigned char c = (unsigned char)email[i];
        if ((c <= ' ' && i < length) || c == 0x7f) {
            return false;
        }
        folded[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : (char)c;
    }
    return true;
}

/* One change of one row. */
static srv_verdict changed(int n)
{
    return n == 1 ? SRV_YES : n == 0 ? SRV_NO : SRV_FAULT;
}

static int add(srv_auth_db *db, const char *uuid, const char *organization, const char *email)
{
    return srv_db_run(db,
                      "INSERT INTO credentials(uuid, organization, email) VALUES(?, ?, ?)"
                      " ON CONFLICT DO NOTHING",
                      "ttt", uuid, organization, email);
}

srv_verdict srv_credentials_add(srv_auth_db *db, const char *uuid, const char *organization,
                                const char *email)
{
    srv_db_lock(db);
    int n = add(db, uuid, organization, email);
    srv_db_unlock(db);
    return changed(n);
}

srv_verdict srv_credentials_replace(srv_auth_db *db, const char *uuid, const char *organization,
                                    const char *email)
{
    if (!srv_db_begin(db)) {
        return SRV_FAULT;
    }
    int n = srv_db_run(db, "DELETE FROM credentials WHERE email = ? AND organization = ?", "tt",
                       email, organization);
    n = n >= 0 ? add(db, uuid, organization, email) : n;
    if (n != 1) {
        srv_db_rollback(db);
        return changed(n);
    }
    return srv_db_commit(db) ? SRV_YES : SRV_FAULT;
}

/* Take the row at hand. */
static srv_verdict read_row(srv_auth_db *db, int state, srv_credentials *found)
{
    if (state != 1) {
        return state == 0 ? SRV_NO : SRV_FAULT;
    }
    bool fits = srv_db_copy(db, 0, found->uuid, sizeof found->uuid) &&
                srv_db_copy(db, 1, found->organization, sizeof found->organization) &&
                srv_db_copy(db, 2, found->email, sizeof found->email) &&
                srv_db_copy(db, 3, found->password, sizeof found->password);
    found->second_factor = srv_db_int(db, 4) != 0;
    return fits ? SRV_YES : SRV_FAULT;
}

srv_verdict srv_credentials_by_email(srv_auth_db *db, const char *organization, const char *email,
                                     srv_credentials *found)
{
    srv_db_lock(db);
    int state = srv_db_row(db,
                           "SELECT " COLUMNS " FROM credentials"
                           " WHERE email = ?1 AND (organization = ?2 OR ?2 IS NULL)"
                           " ORDER BY password IS NULL, number LIMIT 1",
                           "tt", email, organization);
    srv_verdict verdict = read_row(db, state, found);
    srv_db_unlock(db);
    return verdict;
}

srv_verdict srv_credentials_several(srv_auth_db *db, const char *email)
{
    srv_db_lock(db);
    int state = srv_db_row(
        db, "SELECT count(*) > 1 FROM credentials WHERE email = ? AND password IS NOT NULL", "t",
        email);
    srv_verdict verdict = state != 1 ? SRV_FAULT : srv_db_int(db, 0) != 0 ? SRV_YES : SRV_NO;
    srv_db_unlock(db);
    return verdict;
}

srv_verdict srv_credentials_of(srv_auth_db *db, const char *uuid, srv_credentials *found)
{
    srv_db_lock(db);
    int state = srv_db_row(db, "SELECT " COLUMNS " FROM credentials WHERE uuid = ?", "t", uuid);
    srv_verdict verdict = read_row(db, state, found);
    srv_db_unlock(db);
    return verdict;
}

srv_verdict srv_credentials_by_uuid(srv_auth_db *db, const char *organization, const char *uuid,
                                    srv_credentials *found)
{
    srv_db_lock(db);
    int state = srv_db_row(db,
                           "SELECT " COLUMNS " FROM credentials INDEXED BY credentials_within"
                           " WHERE uuid = ? AND organization = ?",
                           "tt", uuid, organization);
    srv_verdict verdict = read_row(db, state, found);
    srv_db_unlock(db);
    return verdict;
}

static int set_password(srv_auth_db *db, const char *uuid, const char *digest)
{
    return srv_db_run(db, "UPDATE credentials SET password = ? WHERE uuid = ?", "tt", digest, uuid);
}

srv_verdict srv_credentials_set_password(srv_auth_db *db, const char *uuid, const char *digest)
{
    srv_db_lock(db);
    int n = set_password(db, uuid, digest);
    srv_db_unlock(db);
    return changed(n);
}

srv_verdict srv_credentials_delete(srv_auth_db *db, const char *uuid)
{
    srv_db_lock(db);
    int n = srv_db_run(db, "DELETE FROM credentials WHERE uuid = ?", "t", uuid);
    srv_db_unlock(db);
    return changed(n);
}

srv_verdict srv_invite(srv_auth_db *db, const char *uuid, int64_t now_ms,
                       char token[SRV_TOKEN_TEXT])
{
    uint8_t digest[SRV_DIGEST_BYTES];
    srv_token_make(token);
    srv_digest(token, digest);
    if (!srv_db_begin(db)) {
        return SRV_FAULT;
    }
    if (srv_db_run(db, "DELETE FROM invitations WHERE uuid = ?", "t", uuid) < 0 ||
        srv_db_run(db, "INSERT INTO invitations VALUES(?, ?, ?)", "bti", digest, uuid,
                   now_ms + SRV_INVITATION_MS) != 1) {
        srv_db_rollback(db);
        return SRV_FAULT;
    }
    return srv_db_commit(db) ? SRV_YES : SRV_FAULT;
}

/* Within a lock. */
static srv_verdict look(srv_auth_db *db, const uint8_t digest[SRV_DIGEST_BYTES], int64_t now_ms,
                        srv_credentials *found)
{
    int state = srv_db_row(db,
                           "SELECT " COLUMNS " FROM credentials JOIN invitations USING(uuid)"
                           " WHERE digest = ? AND expires_ms > ?",
                           "bi", digest, now_ms);
    return read_row(db, state, found);
}

srv_verdict srv_invitation_look(srv_auth_db *db, const char *token, int64_t now_ms,
                                srv_credentials *found)
{
    uint8_t digest[SRV_DIGEST_BYTES];
    srv_digest(token, digest);
    srv_db_lock(db);
    srv_verdict verdict = look(db, digest, now_ms, found);
    srv_db_unlock(db);
    return verdict;
}

srv_verdict srv_invitation_take(srv_auth_db *db, const char *token, const char *digest,
                                int64_t now_ms, srv_credentials *found)
{
    uint8_t token_digest[SRV_DIGEST_BYTES];
    srv_digest(token, token_digest);
    if (!srv_db_begin(db)) {
        return SRV_FAULT;
    }
    srv_verdict verdict = look(db, token_digest, now_ms, found);
    if (verdict == SRV_YES &&
        (set_password(db, found->uuid, digest) != 1 ||
         srv_db_run(db, "DELETE FROM invitations WHERE uuid = ?", "t", found->uuid) < 1)) {
        verdict = SRV_FAULT;
    }
    if (verdict != SRV_YES) {
        srv_db_rollback(db);
        return verdict;
    }
    return srv_db_commit(db) ? SRV_YES : SRV_FAULT;
}
