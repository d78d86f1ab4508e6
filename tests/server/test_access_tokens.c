#include "auth_tools.h"

#include <rhonabwy.h>

#include "auth/token_cache.h"
#include "auth/tokens.h"

#define ROTATE (30 * DAY)

static const srv_tokens_options options = {
    .issuer = "https://api.acme.example", .audience = "leadscore", .rotate_ms = ROTATE};

typedef struct signer {
    srv_auth_db *db;
    srv_tokens *tokens;
} signer;

static signer open_signer(const char *name)
{
    signer it = {.db = open_auth(name)};
    it.tokens = srv_tokens_new(it.db, &options);
    ck_assert_ptr_nonnull(it.tokens);
    return it;
}

static void close_signer(signer it)
{
    srv_tokens_free(it.tokens);
    srv_auth_db_close(it.db);
}

static const srv_principal anna = {.organization = "acme",
                                   .uuid = ANNA,
                                   .session = "0123456789abcdef0123456789abcdef",
                                   .role = SRV_ROLE_MANAGER};

static char *sign_at(signer it, int64_t now_ms)
{
    char *token = NULL;
    ck_yes(srv_token_sign(it.tokens, &anna, now_ms, &token));
    return token;
}

static srv_verdict check_at(signer it, const char *token, int64_t now_ms)
{
    srv_principal who;
    return srv_token_check(it.tokens, token, now_ms, &who);
}

START_TEST(a_token_says_who_it_is_of)
{
    signer it = open_signer("says");
    char *token = sign_at(it, NOW);
    srv_principal who;
    ck_yes(srv_token_check(it.tokens, token, NOW, &who));
    ck_assert_str_eq(who.uuid, ANNA);
    ck_assert_str_eq(who.organization, "acme");
    ck_assert_str_eq(who.session, anna.session);
    ck_assert_int_eq(who.role, SRV_ROLE_MANAGER);
    ck_assert(!who.is_key);
    ck_assert_ptr_null(strstr(token, "anna"));
    free(token);
    close_signer(it);
}
END_TEST

START_TEST(a_token_expires)
{
    signer it = open_signer("expires");
    char *token = sign_at(it, NOW);
    ck_yes(check_at(it, token, NOW + SRV_ACCESS_MS - 1));
    ck_no(check_at(it, token, NOW + SRV_ACCESS_MS));
    ck_no(check_at(it, token, NOW - MINUTE)); /* of a clock that is ahead by more than it may be */
    free(token);
    close_signer(it);
}
END_TEST

START_TEST(keys_take_turns_and_old_ones_are_believed_until_their_tokens_expire)
{
    signer it = open_signer("turns");
    free(sign_at(it, NOW));
    char *last = sign_at(it, NOW + ROTATE - 1);
    char *first = sign_at(it, NOW + ROTATE);
    ck_yes(check_at(it, last, NOW + ROTATE + SRV_ACCESS_MS - 2000));
    ck_yes(check_at(it, first, NOW + ROTATE));
    json_t *jwks = srv_tokens_jwks(it.tokens, NOW + ROTATE + MINUTE);
    ck_assert_uint_eq(json_array_size(json_object_get(jwks, "keys")), 2);
    json_decref(jwks);
    free(last);
    free(first);
    close_signer(it);
}
END_TEST

START_TEST(another_process_finds_the_keys)
{
    signer it = open_signer("process");
    srv_tokens *other = srv_tokens_new(it.db, &options);
    srv_principal who;
    char *token = sign_at(it, NOW);
    ck_yes(srv_token_check(other, token, NOW, &who));
    free(token);
    token = sign_at(it, NOW + ROTATE);
    ck_yes(srv_token_check(other, token, NOW + ROTATE, &who));
    free(token);
    srv_tokens_free(other);
    close_signer(it);
}
END_TEST

START_TEST(what_is_published_is_public)
{
    signer it = open_signer("public");
    json_t *jwks = srv_tokens_jwks(it.tokens, NOW);
    json_t *key = json_array_get(json_object_get(jwks, "keys"), 0);
    ck_assert_str_eq(json_string_value(json_object_get(key, "crv")), "Ed25519");
    ck_assert_str_eq(json_string_value(json_object_get(key, "alg")), "EdDSA");
    ck_assert_str_eq(json_string_value(json_object_get(key, "use")), "sig");
    ck_assert_ptr_null(json_object_get(key, "d"));
    json_decref(jwks);
    close_signer(it);
}
END_TEST

START_TEST(what_is_kept_of_one_token_is_not_given_for_another)
{
    srv_token_cache *cache = srv_token_cache_new();
    srv_principal who = {.is_key = true};
    uint8_t one[SRV_DIGEST_BYTES] = {1};
    uint8_t other[SRV_DIGEST_BYTES] = {1}; /* of the same place */
    other[31] = 1;
    srv_token_cache_put(cache, one, NOW, NOW + MINUTE, &anna);
    ck_assert(!srv_token_cache_get(cache, other, NOW, &who));
    ck_assert(who.is_key);
    ck_assert(srv_token_cache_get(cache, one, NOW, &who));
    ck_assert_str_eq(who.uuid, ANNA);
    srv_token_cache_put(cache, other, NOW, NOW + MINUTE, &anna);
    ck_assert(!srv_token_cache_get(cache, one, NOW, &who));
    ck_assert(srv_token_cache_get(cache, other, NOW, &who));
    srv_token_cache_free(cache);
}
END_TEST

/* Attacks. A forger knows the public key and what a token looks like. */

static json_t *public_key(signer it)
{
    json_t *jwks = srv_tokens_jwks(it.tokens, NOW);
    json_t *key = json_incref(json_array_get(json_object_get(jwks, "keys"), 0));
    json_decref(jwks);
    return key;
}

/* A token with all claims right but what `claims` says else, before it is signed. */
static jwt_t *forge(json_t *key, const char *claims)
{
    jwt_t *jwt = NULL;
    ck_assert_int_eq(r_jwt_init(&jwt), RHN_OK);
    r_jwt_set_header_str_value(jwt, "kid", json_string_value(json_object_get(key, "kid")));
    json_t *all = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "iss", options.issuer,
                            "aud", options.audience, "sub", ANNA, "org", "acme", "role", "owner",
                            "sid", anna.session, "iat", (json_int_t)(NOW / 1000), "exp",
                            (json_int_t)(NOW / 1000 + 60));
    json_t *other = json_loads(claims, 0, NULL);
    ck_assert_ptr_nonnull(other);
    json_object_update(all, other);
    ck_assert_int_eq(r_jwt_set_full_claims_json_t(jwt, all), RHN_OK);
    json_decref(other);
    json_decref(all);
    return jwt;
}

static void ck_forgery_refused(signer it, char *token)
{
    ck_assert_ptr_nonnull(token);
    ck_no(check_at(it, token, NOW));
    free(token);
}

START_TEST(alg_none_is_refused)
{
    signer it = open_signer("none");
    json_t *key = public_key(it);
    jwt_t *jwt = forge(key, "{}");
    r_jwt_set_sign_alg(jwt, R_JWA_ALG_NONE);
    char *token = r_jwt_serialize_signed_unsecure(jwt, NULL, 0);
    ck_assert_ptr_nonnull(token);
    char *padded = malloc(strlen(token) + 2);
    sprintf(padded, "%sA", token);
    ck_no(check_at(it, padded, NOW));
    free(padded);
    ck_forgery_refused(it, token);
    r_jwt_free(jwt);
    json_decref(key);
    close_signer(it);
}
END_TEST

START_TEST(a_mac_with_the_public_key_is_refused)
{
    signer it = open_signer("mac");
    json_t *key = public_key(it);
    const char *x = json_string_value(json_object_get(key, "x"));
    char *text = json_dumps(key, JSON_COMPACT);
    const char *const secrets[] = {x, text};
    for (size_t i = 0; i < 2; i++) {
        jwk_t *secret = NULL;
        jwt_t *jwt = forge(key, "{}");
        ck_assert_int_eq(r_jwk_init(&secret), RHN_OK);
        r_jwk_import_from_symmetric_key(secret, (const unsigned char *)secrets[i],
                                        strlen(secrets[i]));
        r_jwt_set_sign_alg(jwt, R_JWA_ALG_HS256);
        ck_forgery_refused(it, r_jwt_serialize_signed(jwt, secret, 0));
        r_jwk_free(secret);
        r_jwt_free(jwt);
    }
    free(text);
    json_decref(key);
    close_signer(it);
}
END_TEST

/* Sign with a key of the forger's own, whose kid is that of ours. */
static char *sign_with_own(json_t *key, const char *claims, int type, unsigned bits, jwa_alg alg,
                           bool in_header)
{
    jwk_t *private = NULL;
    jwk_t *public = NULL;
    jwt_t *jwt = forge(key, claims);
    r_jwk_init(&private);
    r_jwk_init(&public);
    ck_assert_int_eq(r_jwk_generate_key_pair(private, public, type, bits,
                                             json_string_value(json_object_get(key, "kid"))),
                     RHN_OK);
    if (in_header) {
        r_jwt_set_header_json_t_value(jwt, "jwk", public);
    }
    r_jwt_set_sign_alg(jwt, alg);
    char *token = r_jwt_serialize_signed(jwt, private, 0);
    r_jwk_free(private);
    r_jwk_free(public);
    r_jwt_free(jwt);
    return token;
}

START_TEST(a_key_of_the_forgers_own_is_refused)
{
    signer it = open_signer("own");
    json_t *key = public_key(it);
    ck_forgery_refused(it, sign_with_own(key, "{}", R_KEY_TYPE_EDDSA, 256, R_JWA_ALG_EDDSA, false));
    ck_forgery_refused(it, sign_with_own(key, "{}", R_KEY_TYPE_EDDSA, 256, R_JWA_ALG_EDDSA, true));
    ck_forgery_refused(it, sign_with_own(key, "{}", R_KEY_TYPE_RSA, 2048, R_JWA_ALG_RS256, true));
    ck_forgery_refused(it, sign_with_own(key, "{}", R_KEY_TYPE_EC, 256, R_JWA_ALG_ES256, true));
    json_decref(key);
    close_signer(it);
}
END_TEST

/* Claims that are wrong in what our own key signed: another service of ours may have done so. */
static char *sign_with_ours(signer it, const char *claims)
{
    json_t *public = public_key(it);
    jwt_t *jwt = forge(public, claims);
    char kid[SRV_ID_TEXT];
    snprintf(kid, sizeof kid, "%s", json_string_value(json_object_get(public, "kid")));
    uint8_t text[1024];
    char place[64];
    snprintf(place, sizeof place, "signing:%s", kid);
    srv_db_lock(it.db);
    ck_assert_int_eq(srv_db_row(it.db, "SELECT private FROM signing_keys WHERE kid = ?", "t", kid),
                     1);
    size_t n = 0;
    const uint8_t *sealed = srv_db_bytes(it.db, 0, &n);
    ck_assert(srv_unseal(srv_db_key(it.db), place, sealed, n, text));
    srv_db_unlock(it.db);
    json_t *private = json_loadb((const char *)text, n - SRV_SEAL_BYTES, 0, NULL);
    r_jwt_set_sign_alg(jwt, R_JWA_ALG_EDDSA);
    char *token = r_jwt_serialize_signed(jwt, private, 0);
    ck_assert_ptr_nonnull(token);
    json_decref(private);
    json_decref(public);
    r_jwt_free(jwt);
    return token;
}

START_TEST(wrong_claims_are_refused_though_the_signature_is_right)
{
    signer it = open_signer("claims");
    const char *const wrong[] = {
        "{\"iss\": \"https://other.example\"}",
        "{\"iss\": null}",
        "{\"aud\": \"another\"}",
        "{\"aud\": [\"leadscore\", \"another\"]}",
        "{\"aud\": null}",
        "{\"exp\": null}",
        "{\"exp\": \"9999999999\"}",
        "{\"exp\": 1795766399}",
        "{\"exp\": 9999999999}",
        "{\"iat\": null}",
        "{\"iat\": 1795766500}",
        "{\"sub\": null}",
        "{\"sub\": \"\"}",
        "{\"org\": \"\"}",
        "{\"org\": 7}",
        "{\"role\": \"root\"}",
        "{\"role\": null}",
        "{\"sid\": \"\"}",
    };
    char *right = sign_with_ours(it, "{}");
    ck_yes(check_at(it, right, NOW));
    free(right);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char *token = sign_with_ours(it, wrong[i]);
        ck_assert_msg(check_at(it, token, NOW) == SRV_NO, "%s", wrong[i]);
        free(token);
    }
    close_signer(it);
}
END_TEST

START_TEST(each_changed_letter_is_refused)
{
    signer it = open_signer("letters");
    char *token = sign_at(it, NOW);
    size_t length = strlen(token);
    for (size_t i = 0; i < length; i++) {
        char right = token[i];
        /* The last letter of a part has bits that say nothing. */
        bool last = token[i + 1] == '.' || token[i + 1] == '\0';
        token[i] = right == 'A' ? 'w' : 'A';
        ck_assert_msg(last || check_at(it, token, NOW) == SRV_NO, "letter %zu", i);
        token[i] = right;
    }
    ck_yes(check_at(it, token, NOW));
    free(token);
    close_signer(it);
}
END_TEST

START_TEST(what_is_no_token_is_refused)
{
    signer it = open_signer("no_token");
    char *token = sign_at(it, NOW);
    char longest[SRV_MAX_ACCESS + 100];
    memset(longest, 'A', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    longest[10] = longest[20] = '.';
    ck_no(check_at(it, longest, NOW));
    const char *const wrong[] = {"",          ".",   "..",          "...",
                                 "a.b.c",     "a.b", "e30.e30.e30", "e30.e30.",
                                 "a.b.c.d.e", "{}",  " a.b.c",      "%s.%s.%s"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ck_no(check_at(it, wrong[i], NOW));
    }
    char *cut = strrchr(token, '.');
    cut[1] = '\0';
    ck_no(check_at(it, token, NOW));
    *cut = '\0';
    ck_no(check_at(it, token, NOW));
    free(token);
    close_signer(it);
}
END_TEST

START_TEST(another_servers_token_is_refused)
{
    signer it = open_signer("ours");
    signer other = open_signer("theirs");
    char *token = sign_at(other, NOW);
    ck_no(check_at(it, token, NOW));
    ck_no(check_at(it, token, NOW + MINUTE));
    free(token);
    close_signer(other);
    close_signer(it);
}
END_TEST

LSC_SUITE("server/access_tokens", TEST(a_token_says_who_it_is_of), TEST(a_token_expires),
          TEST(keys_take_turns_and_old_ones_are_believed_until_their_tokens_expire),
          TEST(another_process_finds_the_keys), TEST(what_is_published_is_public),
          TEST(what_is_kept_of_one_token_is_not_given_for_another), TEST(alg_none_is_refused),
          TEST(a_mac_with_the_public_key_is_refused), TEST(a_key_of_the_forgers_own_is_refused),
          TEST(wrong_claims_are_refused_though_the_signature_is_right),
          TEST(each_changed_letter_is_refused), TEST(what_is_no_token_is_refused),
          TEST(another_servers_token_is_refused))
