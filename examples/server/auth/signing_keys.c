#include "auth/signing_keys.h"

#include <rhonabwy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLACE_TEXT 64

static void place_of(const char *kid, char place[PLACE_TEXT])
{
    snprintf(place, PLACE_TEXT, "signing:%s", kid);
}

static srv_verdict insert(srv_auth_db *db, const char *kid, int64_t now_ms, const char *private,
                          const char *public)
{
    uint8_t sealed[SRV_MAX_JWK + SRV_SEAL_BYTES];
    char place[PLACE_TEXT];
    size_t n = strlen(private);
    if (n > SRV_MAX_JWK) {
        return SRV_FAULT;
    }
    place_of(kid, place);
    srv_seal(srv_db_key(db), place, (const uint8_t *)private, n, sealed);
    srv_db_lock(db);
    int added = srv_db_run(db, "INSERT INTO signing_keys VALUES(?, ?, ?, ?)", "tist", kid, now_ms,
                           sealed, n + SRV_SEAL_BYTES, public);
    srv_db_unlock(db);
    return added == 1 ? SRV_YES : SRV_FAULT;
}

/* Text that is forgotten. */
static void free_text(char *text)
{
    if (text != NULL) {
        srv_forget(text, strlen(text));
        free(text);
    }
}

srv_verdict srv_signing_key_make(srv_auth_db *db, int64_t now_ms)
{
    jwk_t *private = NULL;
    jwk_t *public = NULL;
    srv_verdict verdict = SRV_FAULT;
    char kid[SRV_ID_TEXT];
    srv_id_make(kid);
    if (r_jwk_init(&private) == RHN_OK && r_jwk_init(&public) == RHN_OK &&
        r_jwk_generate_key_pair(private, public, R_KEY_TYPE_EDDSA, 256, kid) == RHN_OK &&
        r_jwk_set_property_str(public, "alg", "EdDSA") == RHN_OK &&
        r_jwk_set_property_str(public, "use", "sig") == RHN_OK) {
        char *private_text = r_jwk_export_to_json_str(private, 0);
        char *public_text = r_jwk_export_to_json_str(public, 0);
        if (private_text != NULL && public_text != NULL) {
            verdict = insert(db, kid, now_ms, private_text, public_text);
        }
        free_text(private_text);
        free(public_text);
    }
    r_jwk_free(private);
    r_jwk_free(public);
    return verdict;
}

/* The key of the row at hand. */
static bool read_key(srv_auth_db *db, srv_signing_key *key)
{
    uint8_t text[SRV_MAX_JWK];
    char place[PLACE_TEXT];
    size_t n = 0;
    *key = (srv_signing_key){.made_ms = srv_db_int(db, 1)};
    const uint8_t *sealed = srv_db_bytes(db, 2, &n);
    if (!srv_db_copy(db, 0, key->kid, sizeof key->kid) || n > SRV_MAX_JWK + SRV_SEAL_BYTES) {
        return false;
    }
    place_of(key->kid, place);
    if (srv_unseal(srv_db_key(db), place, sealed, n, text)) {
        key->private_jwk = json_loadb((const char *)text, n - SRV_SEAL_BYTES, 0, NULL);
        srv_forget(text, sizeof text);
    }
    key->public_jwk = json_loads(srv_db_text(db, 3), 0, NULL);
    if (key->private_jwk == NULL || key->public_jwk == NULL) {
        srv_signing_key_clear(key);
        return false;
    }
    return true;
}

srv_verdict srv_signing_keys_read(srv_auth_db *db, int64_t from_ms, srv_signing_key *keys,
                                  size_t max, size_t *n)
{
    srv_db_lock(db);
    int state = srv_db_row(db,
                           "SELECT kid, made_ms, private, public FROM signing_keys"
                           " WHERE made_ms > ? ORDER BY made_ms DESC, kid LIMIT ?",
                           "ii", from_ms, (int64_t)max);
    for (*n = 0; state == 1; state = srv_db_next(db)) {
        if (!read_key(db, &keys[*n])) {
            state = -1;
            break;
        }
        (*n)++;
    }
    srv_db_unlock(db);
    if (state == 0) {
        return SRV_YES;
    }
    for (; *n > 0; (*n)--) {
        srv_signing_key_clear(&keys[*n - 1]);
    }
    return SRV_FAULT;
}

void srv_signing_key_clear(srv_signing_key *key)
{
    json_decref(key->private_jwk);
    json_decref(key->public_jwk);
    *key = (srv_signing_key){.made_ms = 0};
}
