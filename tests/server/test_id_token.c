#include "auth_tools.h"

#include <rhonabwy.h>

#include "auth/id_token.h"

/* A provider: a key of a kind, and the JWKS that it publishes. */
typedef struct signer {
    jwk_t *private;
    json_t *jwks;
    jwa_alg alg;
} signer;

static const srv_id_token_rules rules = {
    .issuer = "https://id.example", .audience = "leadscore", .nonce = "n-1", .now_ms = NOW};

static signer make_signer(int type, unsigned bits, jwa_alg alg)
{
    signer it = {.alg = alg};
    jwk_t *public = NULL;
    ck_assert_int_eq(r_jwk_init(&it.private), RHN_OK);
    ck_assert_int_eq(r_jwk_init(&public), RHN_OK);
    ck_assert_int_eq(r_jwk_generate_key_pair(it.private, public, type, bits, "k-1"), RHN_OK);
    it.jwks = json_pack("{s:[o]}", "keys", public);
    return it;
}

static void free_signer(signer it)
{
    r_jwk_free(it.private);
    json_decref(it.jwks);
}

/* An id token of anna's, in which `claims` says what is else. */
static char *sign_with(json_t *key, jwa_alg alg, const char *kid, const char *claims)
{
    jwt_t *jwt = NULL;
    json_t *other = json_loads(claims, 0, NULL);
    json_t *all = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "iss", rules.issuer, "aud",
                            rules.audience, "nonce", rules.nonce, "sub", "anna", "iat",
                            (json_int_t)(NOW / 1000), "exp", (json_int_t)(NOW / 1000 + 300));
    ck_assert_ptr_nonnull(other);
    json_object_update(all, other);
    ck_assert_int_eq(r_jwt_init(&jwt), RHN_OK);
    if (kid != NULL) {
        r_jwt_set_header_str_value(jwt, "kid", kid);
    }
    r_jwt_set_full_claims_json_t(jwt, all);
    r_jwt_set_sign_alg(jwt, alg);
    char *token = alg == R_JWA_ALG_NONE ? r_jwt_serialize_signed_unsecure(jwt, NULL, 0)
                                        : r_jwt_serialize_signed(jwt, key, 0);
    ck_assert_ptr_nonnull(token);
    r_jwt_free(jwt);
    json_decref(other);
    json_decref(all);
    return token;
}

static srv_verdict check(signer it, char *token)
{
    json_t *claims = NULL;
    srv_verdict verdict = srv_id_token_check(token, it.jwks, &rules, &claims);
    ck_assert((verdict == SRV_YES) == (claims != NULL));
    json_decref(claims);
    free(token);
    return verdict;
}

START_TEST(the_four_kinds_of_signature_are_believed)
{
    const struct {
        int type;
        unsigned bits;
        jwa_alg alg;
    } kinds[] = {{R_KEY_TYPE_RSA, 2048, R_JWA_ALG_RS256},
                 {R_KEY_TYPE_RSA, 2048, R_JWA_ALG_PS256},
                 {R_KEY_TYPE_EC, 256, R_JWA_ALG_ES256},
                 {R_KEY_TYPE_EDDSA, 256, R_JWA_ALG_EDDSA}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        signer it = make_signer(kinds[i].type, kinds[i].bits, kinds[i].alg);
        ck_yes(check(it, sign_with(it.private, it.alg, "k-1", "{}")));
        ck_no(check(it, sign_with(it.private, it.alg, "k-2", "{}")));
        /* With one key alone a token need not name it. */
        ck_yes(check(it, sign_with(it.private, it.alg, NULL, "{}")));
        free_signer(it);
    }
}
END_TEST

START_TEST(what_is_unsigned_is_refused)
{
    signer it = make_signer(R_KEY_TYPE_RSA, 2048, R_JWA_ALG_RS256);
    ck_no(check(it, sign_with(NULL, R_JWA_ALG_NONE, "k-1", "{}")));
    free_signer(it);
}
END_TEST

START_TEST(a_mac_with_the_public_key_is_refused)
{
    signer it = make_signer(R_KEY_TYPE_RSA, 2048, R_JWA_ALG_RS256);
    json_t *public = json_array_get(json_object_get(it.jwks, "keys"), 0);
    unsigned char pem[2048];
    size_t n = sizeof pem;
    jwk_t *secret = NULL;
    ck_assert_int_eq(r_jwk_export_to_pem_der(public, R_FORMAT_PEM, pem, &n, 0), RHN_OK);
    ck_assert_int_eq(r_jwk_init(&secret), RHN_OK);
    ck_assert_int_eq(r_jwk_import_from_symmetric_key(secret, pem, n), RHN_OK);
    ck_no(check(it, sign_with(secret, R_JWA_ALG_HS256, "k-1", "{}")));
    r_jwk_free(secret);
    free_signer(it);
}
END_TEST

/* A provider that publishes a secret by mistake does not make it a key of ours. */
START_TEST(a_published_secret_is_no_key)
{
    jwk_t *secret = NULL;
    ck_assert_int_eq(r_jwk_init(&secret), RHN_OK);
    r_jwk_import_from_symmetric_key(secret,
                                    (const unsigned char *)"0123456789abcdef0123456789abcdef", 32);
    r_jwk_set_property_str(secret, "kid", "k-1");
    signer it = {secret, json_pack("{s:[O]}", "keys", secret), R_JWA_ALG_HS256};
    ck_no(check(it, sign_with(secret, R_JWA_ALG_HS256, "k-1", "{}")));
    free_signer(it);
}
END_TEST

START_TEST(another_key_of_the_name_is_refused)
{
    signer it = make_signer(R_KEY_TYPE_EDDSA, 256, R_JWA_ALG_EDDSA);
    signer other = make_signer(R_KEY_TYPE_EDDSA, 256, R_JWA_ALG_EDDSA);
    ck_no(check(it, sign_with(other.private, other.alg, "k-1", "{}")));
    free_signer(other);
    free_signer(it);
}
END_TEST

START_TEST(weak_keys_are_refused)
{
    signer it = make_signer(R_KEY_TYPE_RSA, 1024, R_JWA_ALG_RS256);
    ck_no(check(it, sign_with(it.private, it.alg, "k-1", "{}")));
    free_signer(it);
}
END_TEST

START_TEST(wrong_claims_are_refused_though_the_signature_is_right)
{
    const char *const wrong[] = {
        "{\"iss\": \"https://other.example\"}",
        "{\"iss\": \"https://id.example/\"}",
        "{\"aud\": \"another\"}",
        "{\"aud\": [\"leadscore\", \"another\"]}",
        "{\"aud\": []}",
        "{\"aud\": null}",
        "{\"azp\": \"another\"}",
        "{\"nonce\": \"n-2\"}",
        "{\"nonce\": null}",
        "{\"sub\": null}",
        "{\"sub\": \"\"}",
        "{\"sub\": 7}",
        "{\"exp\": 1795766340}",
        "{\"exp\": null}",
        "{\"exp\": \"9999999999\"}",
        "{\"iat\": 1795766461}",
        "{\"iat\": null}",
    };
    const char *const right[] = {
        "{\"aud\": [\"leadscore\"]}",
        "{\"aud\": [\"another\", \"leadscore\"], \"azp\": \"leadscore\"}",
        "{\"exp\": 1795766341}",
        "{\"iat\": 1795766460}",
    };
    signer it = make_signer(R_KEY_TYPE_EDDSA, 256, R_JWA_ALG_EDDSA);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ck_assert_msg(check(it, sign_with(it.private, it.alg, "k-1", wrong[i])) == SRV_NO, "%s",
                      wrong[i]);
    }
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        ck_assert_msg(check(it, sign_with(it.private, it.alg, "k-1", right[i])) == SRV_YES, "%s",
                      right[i]);
    }
    free_signer(it);
}
END_TEST

START_TEST(what_is_no_token_is_refused)
{
    signer it = make_signer(R_KEY_TYPE_EDDSA, 256, R_JWA_ALG_EDDSA);
    char *longest = malloc(SRV_MAX_ID_TOKEN + 2);
    memset(longest, 'A', SRV_MAX_ID_TOKEN + 1);
    longest[SRV_MAX_ID_TOKEN + 1] = '\0';
    longest[8] = longest[16] = '.';
    ck_no(check(it, longest));
    const char *const wrong[] = {"", "..", "e30.e30.e30", "a.b.c.d.e", "{}"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ck_no(check(it, strdup(wrong[i])));
    }
    json_decref(it.jwks);
    it.jwks = json_object();
    ck_no(check(it, sign_with(it.private, it.alg, "k-1", "{}")));
    free_signer(it);
}
END_TEST

LSC_SUITE("server/id_token", TEST(the_four_kinds_of_signature_are_believed),
          TEST(what_is_unsigned_is_refused), TEST(a_mac_with_the_public_key_is_refused),
          TEST(a_published_secret_is_no_key), TEST(another_key_of_the_name_is_refused),
          TEST(weak_keys_are_refused), TEST(wrong_claims_are_refused_though_the_signature_is_right),
          TEST(what_is_no_token_is_refused))
