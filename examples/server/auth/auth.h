/**
 * @file auth.h
 * All that proves who somebody is: opened once by a process, shared by its threads.
 */
#ifndef SRV_AUTH_H
#define SRV_AUTH_H

#include <stdatomic.h>
#include <stdint.h>

#include "auth/auth_db.h"
#include "auth/provider.h"
#include "auth/tokens.h"

/** Room for what is wrong. */
#define SRV_AUTH_WHY 400

/** Where auth.db is, and what it takes. Texts outlive the srv_auth. */
typedef struct srv_auth_options {
    const char *path; /**< of auth.db */
    /** Holds the key of auth.db as 64 hex digits; made where there is none. */
    const char *key_file;
    srv_tokens_options tokens;
    srv_provider_options provider; /**< issuer NULL: none */
} srv_auth_options;

typedef struct srv_auth {
    srv_auth_db *db;
    srv_tokens *tokens;
    srv_provider *provider; /**< NULL: none */
    atomic_int_least64_t swept_ms;
} srv_auth;

/** @param why  filled on error @return NULL on error */
srv_auth *srv_auth_open(const srv_auth_options *options, char why[SRV_AUTH_WHY]);
void srv_auth_close(srv_auth *auth);

/** Now and then delete what has expired. */
void srv_auth_tidy(srv_auth *auth, int64_t now_ms);

#endif
