/**
 * @file id_token.h
 * What a provider says of who logged in: a JSON Web Token that it signed (OpenID Connect Core 1.0, 3.1.3.7).
 */
#ifndef SRV_ID_TOKEN_H
#define SRV_ID_TOKEN_H

#include <jansson.h>
#include <stdint.h>

#include "auth/verdict.h"

/** Bytes of an id token. */
#define SRV_MAX_ID_TOKEN 16384

typedef struct srv_id_token_rules {
    const char *issuer;
    const char *audience; /**< our client id */
    const char *nonce;
    int64_t now_ms;
} srv_id_token_rules;

/**
 * Believe an id token, or not.
 * @param jwks    the provider's keys: a token is checked with the one that it names, and only where the
 *                signature is of the kind of that key. RS256, PS256, ES256 and EdDSA are known
 * @param claims  set to what it says, to be json_decref()ed
 */
srv_verdict srv_id_token_check(const char *token, json_t *jwks, const srv_id_token_rules *rules,
                               json_t **claims);

#endif
