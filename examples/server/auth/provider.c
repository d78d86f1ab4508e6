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
        *provider = (srv_provider){.db = db, .options = *options};
    }
    return provider;
}

void srv_provider_free(srv_provider *provider)
{
    free(provider);
}

/* What the provider publishes of itself; NULL where it does not, or says it is another. */
static json_t *discover(const srv_provider *provider, int64_t until_ms)
{
    char url[SRV_PROVIDER_URL];
    const char *issuer = provider->options.issuer;
    size_t n = strlen(issuer);
    long status = 0;
    if (n > 0 && issuer[n - 1] == '/') {
        n--;
    }
    snprintf(url, sizeof url, "%.*s/.well-known/openid-configuration", (int)n, issuer);
    json_t *about = srv_fetch_json(url, NULL, until_ms, &status);
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
    json_t *about = discover(provider, srv_fetch_until(SRV_PROVIDER_TIMEOUT_MS));
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
                          const char *verifier, int64_t until_ms, json_t **answer)
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
    *answer = srv_fetch_json(endpoint, form, until_ms, &status);
    srv_forget(form, strlen(form));
    free(form);
    if (status == 200 && *answer != NULL) {
        return SRV_YES;
    }
    return status >= 400 && status < 500 ? SRV_NO : SRV_FAULT;
}

/* Somebody whom the provider vouches for, and which organization's user he says he is. */
typedef struct person {
    const char *issuer;
    const char *subject;
    const char *email; /* folded; NULL: the provider has verified none */
    const char *organization;
} person;

/*
 * The user that a person is: the one that the provider has named before, or the first time one of the address that it
 * has verified. Its name for him counts from then on, for this user alone.
 */
static srv_login_result match(srv_auth_db *db, const person *who, char uuid[SRV_UUID_TEXT])
{
    int found = srv_db_row(
        db,
        "WITH known AS (SELECT uuid FROM provider_users WHERE issuer = ?1 AND subject = ?2)"
        " SELECT uuid, uuid IN known AS named,"
        " min(organization) OVER () <> max(organization) OVER () FROM credentials"
        " WHERE (uuid IN known OR email = ?3) AND (organization = ?4 OR ?4 IS NULL)"
        " ORDER BY named DESC, number LIMIT 1",
        "tttt", who->issuer, who->subject, who->email, who->organization);
    if (found != 1) {
        return found == 0 ? SRV_LOGIN_WRONG : SRV_LOGIN_FAULT;
    }
    bool named = srv_db_int(db, 1) != 0;
    if (srv_db_int(db, 2) != 0) {
        return SRV_LOGIN_NEEDS_ORGANIZATION;
    }
    if (!srv_db_copy(db, 0, uuid, SRV_UUID_TEXT)) {
        return SRV_LOGIN_FAULT;
    }
    return named || srv_db_run(db, "INSERT INTO provider_users VALUES(?, ?, ?)", "ttt", who->issuer,
                               who->subject, uuid) == 1
               ? SRV_LOGIN_DONE
               : SRV_LOGIN_FAULT;
}

static srv_login_result find_user(srv_provider *provider, const json_t *claims,
                                  const char *organization, srv_credentials *found)
{
    const char *email = json_string_value(json_object_get(claims, "email"));
    bool verified = json_is_true(json_object_get(claims, "email_verified"));
    char folded[SRV_EMAIL_TEXT];
    char uuid[SRV_UUID_TEXT] = "";
    const person who = {
        .issuer = provider->options.issuer,
        .subject = json_string_value(json_object_get(claims, "sub")),
        .email = email != NULL && verified && srv_email_fold(email, folded) ? folded : NULL,
        .organization = organization,
    };
    if (!srv_db_begin(provider->db)) {
        return SRV_LOGIN_FAULT;
    }
    srv_login_result result = match(provider->db, &who, uuid);
    if (result != SRV_LOGIN_DONE) {
        srv_db_rollback(provider->db);
        return result;
    }
    if (!srv_db_commit(provider->db)) {
        return SRV_LOGIN_FAULT;
    }
    return srv_login_result_of(srv_credentials_of(provider->db, uuid, found));
}

/* What a token says of whom; to be freed. */
static srv_verdict believe(const json_t *about, const json_t *answer,
                           const srv_id_token_rules *rules, int64_t until_ms, json_t **claims)
{
    const char *token = json_string_value(json_object_get(answer, "id_token"));
    const char *where = address_of(about, "jwks_uri");
    long status = 0;
    if (token == NULL || where == NULL) {
        return SRV_NO;
    }
    json_t *jwks = srv_fetch_json(where, NULL, until_ms, &status);
    srv_verdict verdict =
        jwks != NULL && status == 200 ? srv_id_token_check(token, jwks, rules, claims) : SRV_FAULT;
    json_decref(jwks);
    return verdict;
}

/* Ask the provider who it is that comes with a code. */
static srv_verdict ask_who(const srv_provider *provider, const srv_provider_answer *came,
                           const char *nonce, int64_t now_ms, json_t **claims)
{
    const srv_id_token_rules rules = {provider->options.issuer, provider->options.client_id, nonce,
                                      now_ms};
    int64_t until_ms = srv_fetch_until(SRV_PROVIDER_TIMEOUT_MS);
    json_t *answer = NULL;
    json_t *about = discover(provider, until_ms);
    srv_verdict verdict =
        about != NULL ? redeem(provider, about, came->code, came->verifier, until_ms, &answer)
                      : SRV_FAULT;
    if (verdict == SRV_YES) {
        verdict = believe(about, answer, &rules, until_ms, claims);
    }
    json_decref(answer);
    json_decref(about);
    return verdict;
}

srv_login_result srv_provider_finish(srv_provider *provider, const srv_provider_answer *answer,
                                     int64_t now_ms, srv_credentials *found)
{
    char nonce[SRV_TOKEN_TEXT];
    json_t *claims = NULL;
    srv_verdict verdict = take_state(provider->db, answer->state, answer->verifier, now_ms, nonce);
    if (verdict == SRV_YES) {
        verdict = ask_who(provider, answer, nonce, now_ms, &claims);
    }
    srv_login_result result = verdict == SRV_YES
                                  ? find_user(provider, claims, answer->organization, found)
                                  : srv_login_result_of(verdict);
    json_decref(claims);
    return result;
}
