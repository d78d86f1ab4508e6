#include "auth/id_token.h"

#include <rhonabwy.h>
#include <stdbool.h>
#include <string.h>

#define SKEW_SECONDS 60

/* Whether an algorithm is one for a key. Else a public RSA key could pass for the secret of a MAC. */
static bool suits(jwa_alg alg, json_t *key)
{
    unsigned bits = 0;
    int type = r_jwk_key_type(key, &bits, R_FLAG_IGNORE_REMOTE);
    if ((type & R_KEY_TYPE_PUBLIC) == 0) {
        return false;
    }
    switch (alg) {
    case R_JWA_ALG_RS256:
    case R_JWA_ALG_PS256:
        return (type & R_KEY_TYPE_RSA) != 0 && bits >= 2048;
    case R_JWA_ALG_ES256:
        return (type & R_KEY_TYPE_EC) != 0 && bits == 256;
    case R_JWA_ALG_EDDSA:
        return (type & R_KEY_TYPE_EDDSA) != 0;
    default:
        return false;
    }
}

static bool is_text(const json_t *value, const char *expected)
{
    return json_is_string(value) && strcmp(json_string_value(value), expected) == 0;
}

/* The key that a token names. Where it names none, and there is one alone, that one. */
static json_t *key_named(const json_t *jwks, const char *kid)
{
    const json_t *keys = json_object_get(jwks, "keys");
    size_t n = json_array_size(keys);
    if (kid == NULL) {
        return n == 1 ? json_array_get(keys, 0) : NULL;
    }
    for (size_t i = 0; i < n; i++) {
        json_t *key = json_array_get(keys, i);
        if (is_text(json_object_get(key, "kid"), kid)) {
            return key;
        }
    }
    return NULL;
}

static bool is_for(const json_t *claims, const char *client)
{
    const json_t *audience = json_object_get(claims, "aud");
    const json_t *party = json_object_get(claims, "azp");
    if (party != NULL && !is_text(party, client)) {
        return false;
    }
    if (json_is_string(audience)) {
        return is_text(audience, client);
    }
    for (size_t i = 0; i < json_array_size(audience); i++) {
        if (is_text(json_array_get(audience, i), client)) {
            /* Of several, the one it was made for is told by azp. */
            return json_array_size(audience) == 1 || party != NULL;
        }
    }
    return false;
}

static bool holds(const json_t *claims, const srv_id_token_rules *rules)
{
    int64_t now = rules->now_ms / 1000;
    const json_t *expires = json_object_get(claims, "exp");
    const json_t *issued = json_object_get(claims, "iat");
    const char *subject = json_string_value(json_object_get(claims, "sub"));
    return is_text(json_object_get(claims, "iss"), rules->issuer) &&
           is_for(claims, rules->audience) &&
           is_text(json_object_get(claims, "nonce"), rules->nonce) && json_is_integer(expires) &&
           json_integer_value(expires) > now - SKEW_SECONDS && json_is_integer(issued) &&
           json_integer_value(issued) <= now + SKEW_SECONDS && subject != NULL &&
           subject[0] != '\0' && strlen(subject) <= 255;
}

static json_t *signed_claims(jwt_t *jwt, const char *token, const json_t *jwks)
{
    if (r_jwt_advanced_parse(jwt, token, R_PARSE_NONE, R_FLAG_IGNORE_REMOTE) != RHN_OK ||
        r_jwt_get_type(jwt) != R_JWT_TYPE_SIGN) {
        return NULL;
    }
    json_t *key = key_named(jwks, r_jwt_get_header_str_value(jwt, "kid"));
    if (key == NULL || !suits(r_jwt_get_sign_alg(jwt), key) ||
        r_jwt_verify_signature(jwt, key, R_FLAG_IGNORE_REMOTE) != RHN_OK) {
        return NULL;
    }
    return r_jwt_get_full_claims_json_t(jwt);
}

srv_verdict srv_id_token_check(const char *token, json_t *jwks, const srv_id_token_rules *rules,
                               json_t **claims)
{
    jwt_t *jwt = NULL;
    *claims = NULL;
    if (strlen(token) > SRV_MAX_ID_TOKEN) {
        return SRV_NO;
    }
    if (r_jwt_init(&jwt) != RHN_OK) {
        return SRV_FAULT;
    }
    json_t *said = signed_claims(jwt, token, jwks);
    r_jwt_free(jwt);
    if (said == NULL || !holds(said, rules)) {
        json_decref(said);
        return SRV_NO;
    }
    *claims = said;
    return SRV_YES;
}
