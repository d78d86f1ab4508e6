#include "auth/auth.h"

#include <stdio.h>
#include <stdlib.h>

#include "auth/seal_key.h"
#include "auth/totp.h"

#define TIDY_MS 60000

static bool open_parts(srv_auth *auth, const srv_auth_options *options, char why[SRV_AUTH_WHY])
{
    uint8_t key[SRV_KEY_BYTES];
    if (!srv_secrets_start() || !srv_totp_start()) {
        snprintf(why, SRV_AUTH_WHY, "no random numbers are to be had");
        return false;
    }
    if (!srv_seal_key_read(options->key_file, key, why, SRV_AUTH_WHY)) {
        return false;
    }
    auth->db = srv_auth_db_open(options->path, key, why);
    srv_forget(key, sizeof key);
    if (auth->db == NULL) {
        return false;
    }
    auth->tokens = srv_tokens_new(auth->db, &options->tokens);
    if (auth->tokens == NULL) {
        snprintf(why, SRV_AUTH_WHY, "no memory");
        return false;
    }
    if (options->provider.issuer == NULL) {
        return true;
    }
    auth->provider = srv_provider_new(auth->db, &options->provider);
    if (auth->provider == NULL) {
        snprintf(why, SRV_AUTH_WHY, "the issuer %.200s is not an https address",
                 options->provider.issuer);
    }
    return auth->provider != NULL;
}

srv_auth *srv_auth_open(const srv_auth_options *options, char why[SRV_AUTH_WHY])
{
    srv_auth *auth = calloc(1, sizeof *auth);
    if (auth == NULL) {
        snprintf(why, SRV_AUTH_WHY, "no memory");
        return NULL;
    }
    if (!open_parts(auth, options, why)) {
        srv_auth_close(auth);
        return NULL;
    }
    return auth;
}

void srv_auth_close(srv_auth *auth)
{
    if (auth == NULL) {
        return;
    }
    srv_provider_free(auth->provider);
    srv_tokens_free(auth->tokens);
    srv_auth_db_close(auth->db);
    free(auth);
}

void srv_auth_tidy(srv_auth *auth, int64_t now_ms)
{
    int_least64_t last = atomic_load(&auth->swept_ms);
    /* One thread does it. Where it cannot be done now it is done the next time. */
    if (now_ms - last >= TIDY_MS &&
        atomic_compare_exchange_strong(&auth->swept_ms, &last, now_ms)) {
        srv_db_sweep(auth->db, now_ms);
    }
}
