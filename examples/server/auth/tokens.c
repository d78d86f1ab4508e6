#include "auth/tokens.h"

#include <pthread.h>
#include <rhonabwy.h>
#include <stdlib.h>
#include <string.h>

#include "auth/signing_keys.h"
#include "auth/token_cache.h"

/* Tokens of an unknown key make a process look for newer keys, but so often at most. */
#define LOOK_AGAIN_MS 5000
/* Clocks of two hosts of one server may differ by so much. */
#define SKEW_SECONDS 5

struct srv_tokens {
    srv_auth_db *db;
    srv_tokens_options options;
    srv_token_cache *cache;
    pthread_mutex_t mutex; /* of what follows */
    srv_signing_key keys[SRV_MAX_SIGNING_KEYS];
    size_t n_keys;
    int64_t looked_ms;
};

srv_tokens *srv_tokens_new(srv_auth_db *db, const srv_tokens_options *options)
{
    srv_tokens *tokens = calloc(1, sizeof *tokens);
    if (tokens == NULL) {
        return NULL;
    }
    tokens->cache = srv_token_cache_new();
    if (tokens->cache == NULL) {
        free(tokens);
        return NULL;
    }
    tokens->db = db;
    tokens->options = *options;
    tokens->looked_ms = INT64_MIN / 2;
    pthread_mutex_init(&tokens->mutex, NULL);
    return tokens;
}

static void clear_keys(srv_tokens *tokens)
{
    for (size_t i = 0; i < tokens->n_keys; i++) {
        srv_signing_key_clear(&tokens->keys[i]);
    }
    tokens->n_keys = 0;
}

void srv_tokens_free(srv_tokens *tokens)
{
    if (tokens == NULL) {
        return;
    }
    clear_keys(tokens);
    srv_token_cache_free(tokens->cache);
    pthread_mutex_destroy(&tokens->mutex);
    free(tokens);
}

/* Keys. Within the mutex. */

/* Keys older than this have signed nothing that is still good. */
static int64_t oldest_of_use(const srv_tokens *tokens, int64_t now_ms)
{
    return now_ms - tokens->options.rotate_ms - SRV_ACCESS_MS - 1000 * SKEW_SECONDS;
}

static srv_verdict look(srv_tokens *tokens, int64_t now_ms)
{
    srv_signing_key keys[SRV_MAX_SIGNING_KEYS];
    size_t n = 0;
    srv_verdict verdict = srv_signing_keys_read(tokens->db, oldest_of_use(tokens, now_ms), keys,
                                                SRV_MAX_SIGNING_KEYS, &n);
    if (verdict != SRV_YES) {
        return verdict;
    }
    clear_keys(tokens);
    memcpy(tokens->keys, keys, n * sizeof keys[0]);
    tokens->n_keys = n;
    tokens->looked_ms = now_ms;
    return SRV_YES;
}

static bool signs(const srv_tokens *tokens, int64_t now_ms)
{
    return tokens->n_keys > 0 && now_ms - tokens->keys[0].made_ms < tokens->options.rotate_ms;
}

/* The key that signs now, made where none does: a copy, as another thread may clear the list. */
static json_t *signing_key(srv_tokens *tokens, int64_t now_ms, char kid[SRV_ID_TEXT])
{
    if (!signs(tokens, now_ms) && look(tokens, now_ms) != SRV_YES) {
        return NULL;
    }
    if (!signs(tokens, now_ms) &&
        (srv_signing_key_make(tokens->db, now_ms) != SRV_YES || look(tokens, now_ms) != SRV_YES)) {
        return NULL;
    }
    if (tokens->n_keys == 0) {
        return NULL;
    }
    memcpy(kid, tokens->keys[0].kid, SRV_ID_TEXT);
    return json_deep_copy(tokens->keys[0].private_jwk);
}

static json_t *known_key(const srv_tokens *tokens, const char *kid, int64_t now_ms)
{
    for (size_t i = 0; i < tokens->n_keys; i++) {
        if (strcmp(tokens->keys[i].kid, kid) == 0) {
            return tokens->keys[i].made_ms > oldest_of_use(tokens, now_ms)
                       ? json_deep_copy(tokens->keys[i].public_jwk)
                       : NULL;
        }
    }
    return NULL;
}

static json_t *checking_key(srv_tokens *tokens, const char *kid, int64_t now_ms)
{
    json_t *key = known_key(tokens, kid, now_ms);
    if (key == NULL && now_ms - tokens->looked_ms >= LOOK_AGAIN_MS &&
        look(tokens, now_ms) == SRV_YES) {
        key = known_key(tokens, kid, now_ms);
    }
    return key;
}

/* Signing. */

static bool set_claims(srv_tokens *tokens, jwt_t *jwt, const srv_principal *who, int64_t now_ms)
{
    char id[SRV_ID_TEXT];
    srv_id_make(id);
    json_int_t now = now_ms / 1000;
    return r_jwt_set_claims(jwt, R_JWT_CLAIM_ISS, tokens->options.issuer, R_JWT_CLAIM_AUD,
                            tokens->options.audience, R_JWT_CLAIM_SUB, who->uuid, R_JWT_CLAIM_JTI,
                            id, R_JWT_CLAIM_STR, "org", who->organization, R_JWT_CLAIM_STR, "role",
                            srv_role_name(who->role), R_JWT_CLAIM_STR, "sid", who->session,
                            R_JWT_CLAIM_NOP) == RHN_OK &&
           r_jwt_set_claim_int_value(jwt, "iat", now) == RHN_OK &&
           r_jwt_set_claim_int_value(jwt, "exp", now + SRV_ACCESS_MS / 1000) == RHN_OK;
}

srv_verdict srv_token_sign(srv_tokens *tokens, const srv_principal *who, int64_t now_ms,
                           char **token)
{
    char kid[SRV_ID_TEXT];
    jwt_t *jwt = NULL;
    *token = NULL;
    pthread_mutex_lock(&tokens->mutex);
    json_t *key = signing_key(tokens, now_ms, kid);
    pthread_mutex_unlock(&tokens->mutex);
    if (key != NULL && r_jwt_init(&jwt) == RHN_OK &&
        r_jwt_set_sign_alg(jwt, R_JWA_ALG_EDDSA) == RHN_OK &&
        r_jwt_set_header_str_value(jwt, "kid", kid) == RHN_OK &&
        set_claims(tokens, jwt, who, now_ms)) {
        *token = r_jwt_serialize_signed(jwt, key, R_FLAG_IGNORE_REMOTE);
    }
    r_jwt_free(jwt);
    json_decref(key);
    return *token != NULL ? SRV_YES : SRV_FAULT;
}

/* Checking. */

/* Three parts of base64url: what is encrypted, or JSON, is not parsed at all. */
static bool is_compact(const char *token)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t header = strspn(token, letters);
    size_t claims = token[header] == '.' ? strspn(token + header + 1, letters) : 0;
    const char *end = token + header + 1 + claims;
    return header > 0 && claims > 0 && *end == '.' && end[1] != '\0' &&
           end[1 + strspn(end + 1, letters)] == '\0';
}

static bool is_claim(jwt_t *jwt, const char *name, const char *expected)
{
    const char *value = r_jwt_get_claim_str_value(jwt, name);
    return value != NULL && strcmp(value, expected) == 0;
}

static bool copy_claim(jwt_t *jwt, const char *name, char *text, size_t size)
{
    const char *value = r_jwt_get_claim_str_value(jwt, name);
    if (value == NULL || value[0] == '\0' || strlen(value) >= size) {
        return false;
    }
    memcpy(text, value, strlen(value) + 1);
    return true;
}

static bool in_time(jwt_t *jwt, int64_t now_ms)
{
    int64_t now = now_ms / 1000;
    int64_t expires = r_jwt_get_claim_int_value(jwt, "exp"); /* 0 where there is none */
    int64_t issued = r_jwt_get_claim_int_value(jwt, "iat");
    return issued > 0 && issued <= now + SKEW_SECONDS && now < expires &&
           expires - issued <= SRV_ACCESS_MS / 1000;
}

static bool read_claims(srv_tokens *tokens, jwt_t *jwt, int64_t now_ms, srv_principal *who)
{
    const char *role = r_jwt_get_claim_str_value(jwt, "role");
    *who = (srv_principal){.is_key = false};
    return is_claim(jwt, "iss", tokens->options.issuer) &&
           is_claim(jwt, "aud", tokens->options.audience) && in_time(jwt, now_ms) &&
           copy_claim(jwt, "sub", who->uuid, sizeof who->uuid) &&
           copy_claim(jwt, "org", who->organization, sizeof who->organization) &&
           copy_claim(jwt, "sid", who->session, sizeof who->session) && role != NULL &&
           (who->role = srv_role_of(role)) != SRV_ROLE_NONE;
}

static srv_verdict check_signature(srv_tokens *tokens, jwt_t *jwt, int64_t now_ms)
{
    const char *kid = r_jwt_get_header_str_value(jwt, "kid");
    if (kid == NULL || r_jwt_get_type(jwt) != R_JWT_TYPE_SIGN ||
        r_jwt_get_sign_alg(jwt) != R_JWA_ALG_EDDSA) {
        return SRV_NO;
    }
    pthread_mutex_lock(&tokens->mutex);
    json_t *key = checking_key(tokens, kid, now_ms);
    pthread_mutex_unlock(&tokens->mutex);
    if (key == NULL) {
        return SRV_NO;
    }
    int state = r_jwt_verify_signature(jwt, key, R_FLAG_IGNORE_REMOTE);
    json_decref(key);
    return state == RHN_OK ? SRV_YES : state == RHN_ERROR_MEMORY ? SRV_FAULT : SRV_NO;
}

/* Parse and check a token, and keep it where it is right. */
static srv_verdict check_anew(srv_tokens *tokens, const char *token,
                              const uint8_t digest[SRV_DIGEST_BYTES], int64_t now_ms,
                              srv_principal *who)
{
    jwt_t *jwt = NULL;
    if (!is_compact(token)) {
        return SRV_NO;
    }
    if (r_jwt_init(&jwt) != RHN_OK) {
        return SRV_FAULT;
    }
    srv_verdict verdict = SRV_NO;
    if (r_jwt_advanced_parse(jwt, token, R_PARSE_NONE, R_FLAG_IGNORE_REMOTE) == RHN_OK) {
        verdict = check_signature(tokens, jwt, now_ms);
    }
    if (verdict == SRV_YES && !read_claims(tokens, jwt, now_ms, who)) {
        verdict = SRV_NO;
    }
    if (verdict == SRV_YES) {
        int64_t from_ms = 1000 * (r_jwt_get_claim_int_value(jwt, "iat") - SKEW_SECONDS);
        int64_t until_ms = 1000 * r_jwt_get_claim_int_value(jwt, "exp");
        srv_token_cache_put(tokens->cache, digest, from_ms, until_ms, who);
    }
    r_jwt_free(jwt);
    return verdict;
}

srv_verdict srv_token_check(srv_tokens *tokens, const char *token, int64_t now_ms,
                            srv_principal *who)
{
    uint8_t digest[SRV_DIGEST_BYTES];
    if (strlen(token) > SRV_MAX_ACCESS) {
        return SRV_NO;
    }
    srv_token_cache_name(tokens->cache, token, digest);
    return srv_token_cache_get(tokens->cache, digest, now_ms, who)
               ? SRV_YES
               : check_anew(tokens, token, digest, now_ms, who);
}

json_t *srv_tokens_jwks(srv_tokens *tokens, int64_t now_ms)
{
    char kid[SRV_ID_TEXT];
    json_t *keys = json_array();
    pthread_mutex_lock(&tokens->mutex);
    /* Who asks before the first log-in, or after a turn, is given the key that will sign. */
    json_t *signing = signing_key(tokens, now_ms, kid);
    bool done = signing != NULL && keys != NULL;
    for (size_t i = 0; i < tokens->n_keys && done; i++) {
        done = json_array_append_new(keys, json_deep_copy(tokens->keys[i].public_jwk)) == 0;
    }
    pthread_mutex_unlock(&tokens->mutex);
    json_decref(signing);
    json_t *jwks = done ? json_pack("{s:O}", "keys", keys) : NULL;
    json_decref(keys);
    return jwks;
}
