#include "auth/api_keys.h"

#include <stdio.h>
#include <string.h>

/* How far behind the last use may be. */
#define USED_STEP_MS 60000

#define PREFIX_LENGTH (sizeof SRV_API_KEY_PREFIX - 1)
#define ID_LENGTH (SRV_ID_TEXT - 1)
#define SECRET_LENGTH (SRV_TOKEN_TEXT - 1)

_Static_assert(SRV_API_KEY_TEXT >= PREFIX_LENGTH + ID_LENGTH + 1 + SECRET_LENGTH + 1,
               "room for a key");

static srv_verdict add_within(srv_auth_db *db, const char *organization, const srv_api_key *key,
                              const char *secret)
{
    uint8_t digest[SRV_DIGEST_BYTES];
    srv_digest(secret, digest);
    int counted = srv_db_row(
        db, "SELECT count(*) FROM api_keys WHERE organization = ? AND revoked_ms IS NULL", "t",
        organization);
    if (counted != 1) {
        return SRV_FAULT;
    }
    if (srv_db_int(db, 0) >= SRV_MAX_API_KEYS) {
        return SRV_NO;
    }
    int n = srv_db_run(db, "INSERT INTO api_keys VALUES(?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
                       "ttttbiii", key->id, organization, key->uuid, key->name, digest,
                       (int64_t)key->scopes, key->created_ms, key->expires_ms);
    return n == 1 ? SRV_YES : SRV_FAULT;
}

srv_verdict srv_api_key_add(srv_auth_db *db, const char *organization, const srv_api_key *key,
                            char text[SRV_API_KEY_TEXT])
{
    char secret[SRV_TOKEN_TEXT];
    srv_token_make(secret);
    if (!srv_db_begin(db)) {
        return SRV_FAULT;
    }
    srv_verdict verdict = add_within(db, organization, key, secret);
    if (verdict != SRV_YES) {
        srv_db_rollback(db);
        return verdict;
    }
    snprintf(text, SRV_API_KEY_TEXT, SRV_API_KEY_PREFIX "%s_%s", key->id, secret);
    srv_forget(secret, sizeof secret);
    return srv_db_commit(db) ? SRV_YES : SRV_FAULT;
}

/* Take a key apart. False: it is none. */
static bool split(const char *text, char id[SRV_ID_TEXT], uint8_t digest[SRV_DIGEST_BYTES])
{
    const char *separator = text + PREFIX_LENGTH + ID_LENGTH;
    if (strlen(text) != PREFIX_LENGTH + ID_LENGTH + 1 + SECRET_LENGTH ||
        strncmp(text, SRV_API_KEY_PREFIX, PREFIX_LENGTH) != 0 || *separator != '_') {
        return false;
    }
    memcpy(id, text + PREFIX_LENGTH, ID_LENGTH);
    id[ID_LENGTH] = '\0';
    srv_digest(separator + 1, digest);
    return true;
}

/* The key whose row is at hand. */
static srv_verdict check_row(srv_auth_db *db, const uint8_t digest[SRV_DIGEST_BYTES],
                             int64_t now_ms, srv_principal *principal, int64_t *used_ms)
{
    bool same = srv_db_is_digest(db, 0, digest);
    bool revoked = srv_db_int(db, 5) != 0;
    if (!same || revoked || srv_db_int(db, 3) <= now_ms) {
        return SRV_NO;
    }
    *principal = (srv_principal){.is_key = true, .scopes = (uint64_t)srv_db_int(db, 4)};
    *used_ms = srv_db_int(db, 6);
    return srv_db_copy(db, 1, principal->organization, sizeof principal->organization) &&
                   srv_db_copy(db, 2, principal->uuid, sizeof principal->uuid)
               ? SRV_YES
               : SRV_FAULT;
}

static srv_verdict check_within(srv_auth_db *db, const char *id,
                                const uint8_t digest[SRV_DIGEST_BYTES], int64_t now_ms,
                                srv_principal *principal)
{
    int64_t used_ms = 0;
    int found = srv_db_row(db,
                           "SELECT digest, organization, uuid, expires_ms, scopes,"
                           " revoked_ms IS NOT NULL, used_ms FROM api_keys WHERE id = ?",
                           "t", id);
    if (found != 1) {
        return found == 0 ? SRV_NO : SRV_FAULT;
    }
    srv_verdict verdict = check_row(db, digest, now_ms, principal, &used_ms);
    if (verdict != SRV_YES || now_ms - used_ms < USED_STEP_MS) {
        return verdict;
    }
    /* That it was used is worth knowing, and not worth refusing a request for. */
    srv_db_run(db, "UPDATE api_keys SET used_ms = ? WHERE id = ?", "it", now_ms, id);
    return SRV_YES;
}

srv_verdict srv_api_key_check(srv_auth_db *db, const char *text, int64_t now_ms,
                              srv_principal *principal)
{
    char id[SRV_ID_TEXT];
    uint8_t digest[SRV_DIGEST_BYTES];
    if (!split(text, id, digest)) {
        return SRV_NO;
    }
    srv_db_lock(db);
    srv_verdict verdict = check_within(db, id, digest, now_ms, principal);
    srv_db_unlock(db);
    if (verdict == SRV_YES) {
        memcpy(principal->id, id, sizeof id);
    }
    return verdict;
}

static bool read_key(srv_auth_db *db, srv_api_key *key)
{
    key->scopes = (uint64_t)srv_db_int(db, 3);
    key->created_ms = srv_db_int(db, 4);
    key->expires_ms = srv_db_int(db, 5);
    key->used_ms = srv_db_int(db, 6);
    return srv_db_copy(db, 0, key->id, sizeof key->id) &&
           srv_db_copy(db, 1, key->uuid, sizeof key->uuid) &&
           srv_db_copy(db, 2, key->name, sizeof key->name);
}

srv_verdict srv_api_key_list(srv_auth_db *db, const char *organization, srv_api_key *keys,
                             size_t *n)
{
    srv_db_lock(db);
    int state = srv_db_row(db,
                           "SELECT id, uuid, name, scopes, created_ms, expires_ms, used_ms"
                           " FROM api_keys WHERE organization = ? AND revoked_ms IS NULL"
                           " ORDER BY id LIMIT ?",
                           "ti", organization, (int64_t)SRV_MAX_API_KEYS);
    for (*n = 0; state == 1; state = srv_db_next(db)) {
        if (!read_key(db, &keys[(*n)++])) {
            state = -1;
            break;
        }
    }
    srv_db_unlock(db);
    return state == 0 ? SRV_YES : SRV_FAULT;
}

srv_verdict srv_api_key_lives(srv_auth_db *db, const char *uuid, int64_t now_ms)
{
    srv_db_lock(db);
    int state = srv_db_row(
        db, "SELECT 1 FROM api_keys WHERE uuid = ? AND revoked_ms IS NULL AND expires_ms > ?", "ti",
        uuid, now_ms);
    srv_db_unlock(db);
    return state == 1 ? SRV_YES : state == 0 ? SRV_NO : SRV_FAULT;
}

srv_verdict srv_api_key_revoke(srv_auth_db *db, const char *organization, const char *id,
                               int64_t now_ms)
{
    srv_db_lock(db);
    int n = srv_db_run(db,
                       "UPDATE api_keys INDEXED BY api_keys_of SET revoked_ms = ?"
                       " WHERE id = ? AND organization = ? AND revoked_ms IS NULL",
                       "itt", now_ms, id, organization);
    srv_db_unlock(db);
    return n == 1 ? SRV_YES : n == 0 ? SRV_NO : SRV_FAULT;
}
