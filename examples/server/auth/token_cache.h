/**
 * @file token_cache.h
 * Access tokens whose signature was found right, so that a client's next request does not check it again: that
 * takes a hundred times as long as looking here. Whether their session lives is another question: session_cache.h.
 */
#ifndef SRV_TOKEN_CACHE_H
#define SRV_TOKEN_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/secrets.h"
#include "principal.h"

/** Tokens that are kept. A place is chosen by the digest, and the later one takes it. */
#define SRV_CACHED_TOKENS 4096

typedef struct srv_token_cache srv_token_cache;

/** NULL: no memory. */
srv_token_cache *srv_token_cache_new(void);
void srv_token_cache_free(srv_token_cache *cache);

/** The name that a token has here: a keyed digest, of which nobody outside can choose the place. Any thread. */
void srv_token_cache_name(const srv_token_cache *cache, const char *token,
                          uint8_t digest[SRV_DIGEST_BYTES]);

/** Keep whose a token is, from when on and until when it is good. Any thread. */
void srv_token_cache_put(srv_token_cache *cache, const uint8_t digest[SRV_DIGEST_BYTES],
                         int64_t from_ms, int64_t until_ms, const srv_principal *who);

/** Whose a token is. False: it is not kept, or not good at this time. Any thread. */
bool srv_token_cache_get(srv_token_cache *cache, const uint8_t digest[SRV_DIGEST_BYTES],
                         int64_t now_ms, srv_principal *who);

#endif
