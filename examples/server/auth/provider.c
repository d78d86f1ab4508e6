#include "auth/provider.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/fetch_json.h"
#include "auth/id_token.h"

struct srv_provider {
    srv_auth_db *db;
    srv_provider_options options;
};

srv_provider *srv_provider_new(srv_auth_db *db, const srv_provider_options *options)
{
    srv_provider *provider = srv_fetch_allowed(options->issuer) ? malloc(sizeof *provider) : NULL;
    if (provider != NULL) {
        *provider = (srv_provider){db, *options};
    }
    return provider;
}

void srv_provider_free(srv_provider *provider)
{
    free(provider);
}

/* What the provider publishes of itself; NULL where it does not, or says it is another. */
static json_t *discover(const srv_provider *provider)
{
    char url[SRV_PROVIDER_URL];
    const char *issuer = provider->options.issuer;
    size_t n = strlen(issuer);
    long status = 0;
    if (n > 0 && issuer[n - 1] == '/') {
        n--;
    }
    snprintf(url, sizeof url, "%.*s/.well-known/openid-configuration", (int)n, issuer);
    json_t *about = srv_fetch_json(url, NULL, &status);
    const char *says = json_string_value(json_object_get(about, "issuer"));
    if (status != 200 || says == NULL || strcmp(says, issuer) != 0) {
        json_decref(about);
        return NULL;
    }
    return about;
}

static const char *address_of(const json_t *about, const char *what)
{
    return json_string_value(json_object_get(about, what));
}

/* Put name=value pairs, NULL at the end, together; to be free()d. NULL: no memory. */
static char *form_of(const char *const *pairs)
{
    char *form = calloc(1, 1);
    for (size_t i = 0; pairs[i] != NULL && form != NULL; i += 2) {
        char *value = srv_form_text(pairs[i + 1]);
        size_t n = value != NULL ? strlen(form) + strlen(pairs[i]) + strlen(value) + 3 : 0;
        char *longer = value != NULL ? malloc(n) : NULL;
        if (longer != NULL) {
            snprintf(longer, n, "%s%s%s=%s", form, i > 0 ? "&" : "", pairs[i], value);
        }
        free(value);
        free(form);
        form = longer;
    }
    return form;
}

/* Beginning. */

static srv_verdict keep_state(srv_auth_db *db, const srv_provider_login *login, const char *nonce,
                              int64_t now_ms)
{
    uint8_t digest[SRV_DIGEST_BYTES];
    char challenge[SRV_TOKEN_TEXT];
    srv_digest(login->state, digest);
    srv_digest_text(login->verifier, challenge);
    srv_db_lock(db);
    int n = srv_db_run(db,
                       "INSERT INTO provider_states SELECT ?, ?, ?, ?"
                       " WHERE (SELECT count(*) FROM provider_states WHERE expires_ms > ?) < ?",
                       "bttiii", digest, challenge, nonce, now_ms + SRV_PROVIDER_LOGIN_MS, now_ms,
                       (int64_t)SRV_MAX_PROVIDER_LOGINS);
    srv_db_unlock(db);
    return n == 1 ? SRV_YES : n == 0 ? SRV_NO : SRV_FAULT;
}

static bool make_url(const srv_provider *provider, const char *endpoint, srv_provider_login *login,
                     const char *nonce)
{
    char challenge[SRV_TOKEN_TEXT];
    srv_digest_text(login->verifier, challenge);
    const char *const pairs[] = {"response_type",
                                 "code",
                                 "client_id",
                                 provider->options.client_id,
                                 "redirect_uri",
                                 provider->options.redirect_uri,
                                 "scope",
                                 "openid email",
                                 "state",
                                 login->state,
                                 "nonce",
                                 nonce,
                                 "code_challenge",
                                 challenge,
                                 "code_challenge_method",
                                 "S256",
                                 NULL};
    char *query = form_of(pairs);
    int n = query != NULL ? snprintf(login->url, sizeof login->url, "%s%c%s", endpoint,
                                     strchr(endpoint, '?') != NULL ? '&' : '?', query)
                          : -1;
    free(query);
    return n > 0 && (size_t)n < sizeof login->url;
}

srv_verdict srv_provider_begin(srv_provider *provider, int64_t now_ms, srv_provider_login *login)
{
    char nonce[SRV_TOKEN_TEXT];
    json_t *about = discover(provider);
    const char *endpoint = address_of(about, "authorization_endpoint");
    srv_verdict verdict = SRV_FAULT;
    srv_token_make(login->state);
    srv_token_make(login->verifier);
    srv_token_make(nonce);
    if (endpoint != NULL && srv_fetch_allowed(endpoint) &&
        make_url(provider, endpoint, login, nonce)) {
        verdict = keep_state(provider->db, login, nonce, now_ms);
    }
    json_decref(about);
    return verdict;
}

/* Finishing. */

/* Use a state up, and give the nonce of its log-in. */
static srv_verdict take_state(srv_auth_db *db, const char *state, const char *verifier,
                              int64_t now_ms, char nonce[SRV_TOKEN_TEXT])
{
    uint8_t digest[SRV_DIGEST_BYTES];
    char challenge[SRV_TOKEN_TEXT];
    srv_digest(state, digest);
    srv_digest_text(verifier, challenge);
    srv_db_lock(db);
    int found = srv_db_row(db,
                           "DELETE FROM provider_states WHERE digest = ?"
                           " RETURNING nonce, challenge = ? AND expires_ms > ?",
                           "bti", digest, challenge, now_ms);
    bool right = found == 1 && srv_db_copy(db, 0, nonce, SRV_TOKEN_TEXT) && srv_db_int(db, 1) != 0;
    /* The row is gone once the statement has come to its end. */
    bool ended = found != 1 || srv_db_next(db) == 0;
    srv_db_unlock(db);
    return found < 0 || !ended ? SRV_FAULT : right ? SRV_YES : SRV_NO;
}

/* Change the code for an id token; SRV_NO where the provider refuses it. */
static srv_verdict redeem(const srv_provider *provider, const json_t *about, const char *code,
                          const char *verifier, json_t **answer)
{
    const char *endpoint = address_of(about, "token_endpoint");
    const char *secret = provider->options.client_secret;
    const char *const pairs[] = {"grant_type",
                                 "authorization_code",
                                 "code",
                                 code,
                                 "redirect_uri",
                                 provider->options.redirect_uri,
                                 "client_id",
                                 provider->options.client_id,
                                 "code_verifier",
                                 verifier,
                                 secret != NULL ? "client_secret" : NULL,
                                 secret,
                                 NULL};
    long status = 0;
    char *form = endpoint != NULL ? form_of(pairs) : NULL;
    if (form == NULL) {
        return SRV_FAULT;
    }
    *answer = srv_fetch_json(endpoint, form, &status);
    srv_forget(form, strlen(form));
    free(form);
    if (status == 200 && *answer != NULL) {
        return SRV_YES;
    }
    return status >= 400 && status < 500 ? SRV_NO : SRV_FAULT;
}

/* A user whom the provider has named before. */
static int user_of_subject(srv_auth_db *db, const char *issuer, const char *subject, char uuid[37])
{
    int found = srv_db_row(db, "SELECT uuid FROM provider_users WHERE issuer = ? AND subject = ?",
                           "tt", issuer, subject);
    return found == 1 && !srv_db_copy(db, 0, uuid, 37) ? -1 : found;
}

/* The first time: by an address that the provider has verified. Its name for him counts from then on. */
static int user_of_address(srv_auth_db *db, const char *issuer, const char *subject,
                           const char *email, char uuid[37])
{
    int found = srv_db_row(
        db, "SELECT uuid FROM credentials WHERE email = ? ORDER BY number LIMIT 1", "t", email);
    if (found != 1) {
        return found;
    }
    if (!srv_db_copy(db, 0, uuid, 37)) {
        return -1;
    }
    return srv_db_run(db, "INSERT INTO provider_users VALUES(?, ?, ?)", "ttt", issuer, subject,
                      uuid);
}

static srv_verdict find_user(srv_provider *provider, const json_t *claims, srv_credentials *found)
{
    const char *subject = json_string_value(json_object_get(claims, "sub"));
    const char *email = json_string_value(json_object_get(claims, "email"));
    bool verified = json_is_true(json_object_get(claims, "email_verified"));
    const char *issuer = provider->options.issuer;
    char folded[SRV_EMAIL_TEXT];
    char uuid[37] = "";
    if (!srv_db_begin(provider->db)) {
        return SRV_FAULT;
    }
    int known = user_of_subject(provider->db, issuer, subject, uuid);
    if (known == 0 && email != NULL && verified && srv_email_fold(email, folded)) {
        known = user_of_address(provider->db, issuer, subject, folded, uuid);
    }
    if (known < 0) {
        srv_db_rollback(provider->db);
        return SRV_FAULT;
    }
    if (!srv_db_commit(provider->db)) {
        return SRV_FAULT;
    }
    return known == 1 ? srv_credentials_of(provider->db, uuid, found) : SRV_NO;
}

static srv_verdict believe(srv_provider *provider, const json_t *about, const json_t *answer,
                           const srv_id_token_rules *rules, srv_credentials *found)
{
    const char *token = json_string_value(json_object_get(answer, "id_token"));
    const char *where = address_of(about, "jwks_uri");
    long status = 0;
    json_t *claims = NULL;
    if (token == NULL || where == NULL) {
        return SRV_NO;
    }
    json_t *jwks = srv_fetch_json(where, NULL, &status);
    srv_verdict verdict =
        jwks != NULL && status == 200 ? srv_id_token_check(token, jwks, rules, &claims) : SRV_FAULT;
    if (verdict == SRV_YES) {
        verdict = find_user(provider, claims, found);
    }
    json_decref(claims);
    json_decref(jwks);
    return verdict;
}

srv_verdict srv_provider_finish(srv_provider *provider, const char *code, const char *state,
                                const char *verifier, int64_t now_ms, srv_credentials *found)
{
    char nonce[SRV_TOKEN_TEXT];
    srv_verdict verdict = take_state(provider->db, state, verifier, now_ms, nonce);
    if (verdict != SRV_YES) {
        return verdict;
    }
    json_t *answer = NULL;
    json_t *about = discover(provider);
    verdict = about != NULL ? redeem(provider, about, code, verifier, &answer) : SRV_FAULT;
    if (verdict == SRV_YES) {
        const srv_id_token_rules rules = {provider->options.issuer, provider->options.client_id,
                                          nonce, now_ms};
        verdict = believe(provider, about, answer, &rules, found);
    }
    json_decref(answer);
    json_decref(about);
    return verdict;
}
