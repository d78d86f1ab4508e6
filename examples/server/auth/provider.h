/**
 * @file provider.h
 * Log-ins by way of an outside OpenID provider: the authorization code flow of OAuth 2.0 with PKCE.
 *
 * 1. srv_provider_begin() gives the address to send the user's browser to, and a code verifier that the
 *    client keeps to itself.
 * 2. The provider sends the browser back to the client with a code and the state.
 * 3. srv_provider_finish() takes code, state and verifier: whoever slips another's code and state to a
 *    client has no verifier with it.
 *
 * Who comes back must be a user already: by the provider's name for him, or the first time by an e-mail address
 * that the provider says is his. Who is a user of several organizations says which one he means: the provider
 * knows of none of them.
 */
#ifndef SRV_PROVIDER_H
#define SRV_PROVIDER_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/login.h"

/** A log-in at a provider takes no longer than this. */
#define SRV_PROVIDER_LOGIN_MS 600000
/** Bytes of an answer of the provider. A longer one is refused. */
#define SRV_MAX_PROVIDER_ANSWER 262144
/** All that the provider is asked at one call is answered within this, or does not count. */
#define SRV_PROVIDER_TIMEOUT_MS 10000
/** Most log-ins that may be under way. */
#define SRV_MAX_PROVIDER_LOGINS 10000
/** Room for the address to send a browser to. */
#define SRV_PROVIDER_URL 4096

typedef struct srv_provider srv_provider;

/** Texts outlive the provider. */
typedef struct srv_provider_options {
    const char *issuer; /**< its address, as in "iss"; https, or http on this host for tests */
    const char *client_id;
    const char *client_secret; /**< NULL: a public client */
    const char *redirect_uri;  /**< of the client's page that takes code and state */
} srv_provider_options;

/** @return NULL where there is no memory, or the issuer is neither https nor on this host */
srv_provider *srv_provider_new(srv_auth_db *db, const srv_provider_options *options);
void srv_provider_free(srv_provider *provider);

typedef struct srv_provider_login {
    char url[SRV_PROVIDER_URL];    /**< to send the browser to */
    char state[SRV_TOKEN_TEXT];    /**< comes back with the code */
    char verifier[SRV_TOKEN_TEXT]; /**< the client's secret until then */
} srv_provider_login;

/**
 * Waits for the provider.
 * @return SRV_YES; SRV_NO: too many are under way; SRV_FAULT, also where the provider does not answer
 */
srv_verdict srv_provider_begin(srv_provider *provider, int64_t now_ms, srv_provider_login *login);

/** What comes back from a provider, by way of the client. */
typedef struct srv_provider_answer {
    const char *code;
    const char *state;
    const char *verifier;     /**< the client's own */
    const char *organization; /**< which he means; NULL: the only one that has him */
} srv_provider_answer;

/**
 * Waits for the provider.
 * @param found  filled on SRV_LOGIN_DONE: which user it is
 * @return SRV_LOGIN_DONE; SRV_LOGIN_WRONG for a state or verifier that is wrong or used, for a code that the provider
 *         refuses, for an answer that is not signed by it, and for somebody who is no user;
 *         SRV_LOGIN_NEEDS_ORGANIZATION: the state is used up, and he begins anew; SRV_LOGIN_FAULT
 */
srv_login_result srv_provider_finish(srv_provider *provider, const srv_provider_answer *answer,
                                     int64_t now_ms, srv_credentials *found);

#endif
