/**
 * @file tokens.h
 * Access tokens: JSON Web Tokens (RFC 7519) signed with Ed25519 ("EdDSA"), and with nothing else. The only
 * user of librhonabwy beside provider.c.
 *
 * The keys are in auth.db, where all processes of the server find them; each process keeps those it has
 * seen. Any thread may call.
 */
#ifndef SRV_TOKENS_H
#define SRV_TOKENS_H

#include <jansson.h>
#include <stdint.h>

#include "auth/auth_db.h"
#include "auth/verdict.h"
#include "principal.h"

/** How long an access token is good: what a stolen one is worth. */
#define SRV_ACCESS_MS 900000
/** Bytes of an access token. A longer one is refused unread. */
#define SRV_MAX_ACCESS 2048
/** Most keys that are held: the newest ones. */
#define SRV_MAX_SIGNING_KEYS 32

typedef struct srv_tokens srv_tokens;

typedef struct srv_tokens_options {
    const char *issuer;   /**< "iss" of what is signed, and the only one that is believed */
    const char *audience; /**< "aud", likewise */
    int64_t rotate_ms;    /**< a key signs so long; what it signed is believed until it expires */
} srv_tokens_options;

/** @param db  outlives the tokens; so do the options' texts. @return NULL on error */
srv_tokens *srv_tokens_new(srv_auth_db *db, const srv_tokens_options *options);
void srv_tokens_free(srv_tokens *tokens);

/**
 * Sign a token.
 * @param who    organization, uuid, role and session of it are what the token says
 * @param token  set to text, to be freed
 */
srv_verdict srv_token_sign(srv_tokens *tokens, const srv_principal *who, int64_t now_ms,
                           char **token);

/**
 * Believe a token, or not. "alg" is the key's own, never the token's; a key comes from auth.db, never from the
 * token.
 * @param who  organization, uuid, role and session are filled; whether the session lives is not asked here
 * @return SRV_YES; SRV_NO for all else; SRV_FAULT
 */
srv_verdict srv_token_check(srv_tokens *tokens, const char *token, int64_t now_ms,
                            srv_principal *who);

/** The public keys as a JWKS (RFC 7517), for whoever else believes our tokens; NULL on error. */
json_t *srv_tokens_jwks(srv_tokens *tokens, int64_t now_ms);

#endif
