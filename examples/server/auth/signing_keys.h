/**
 * @file signing_keys.h
 * The keys that sign access tokens: made, kept sealed in auth.db, and taken turns.
 */
#ifndef SRV_SIGNING_KEYS_H
#define SRV_SIGNING_KEYS_H

#include <jansson.h>
#include <stdint.h>

#include "auth/auth_db.h"
#include "auth/verdict.h"

/** Bytes of a private key as a JWK. */
#define SRV_MAX_JWK 1024

typedef struct srv_signing_key {
    char kid[SRV_ID_TEXT];
    int64_t made_ms;
    json_t *private_jwk;
    json_t *public_jwk;
} srv_signing_key;

/** Make a key and add it. */
srv_verdict srv_signing_key_make(srv_auth_db *db, int64_t now_ms);

/**
 * Read the keys made after `from_ms`, newest first.
 * @param keys  [max], filled; each is given to srv_signing_key_clear()
 */
srv_verdict srv_signing_keys_read(srv_auth_db *db, int64_t from_ms, srv_signing_key *keys,
                                  size_t max, size_t *n);

void srv_signing_key_clear(srv_signing_key *key);

#endif
