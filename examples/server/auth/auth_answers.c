#include "auth/auth_answers.h"

#include <stdio.h>
#include <stdlib.h>

#include "auth/auth.h"
#include "auth/session_ends.h"
#include "auth/user_accounts.h"

static void answer_fault(srv_call *call)
{
    srv_fail(call, 503, "unavailable", "it cannot be told now: try again");
}

void srv_answer_verdict(srv_call *call, srv_verdict verdict, unsigned status, const char *code,
                        const char *detail)
{
    if (verdict == SRV_NO) {
        srv_fail(call, status, code, "%s", detail);
    } else {
        answer_fault(call);
    }
}

/* As for a wrong password, which is all that an outsider learns. */
static void answer_wrong(srv_call *call)
{
    srv_set_header(call, "WWW-Authenticate", "Bearer");
    srv_fail(call, 401, "invalid_credentials", "these credentials are not right");
}

static void answer_wait(srv_call *call, int64_t wait_ms)
{
    char seconds[24];
    snprintf(seconds, sizeof seconds, "%lld", (long long)((wait_ms + 999) / 1000));
    srv_set_header(call, "Retry-After", seconds);
    srv_fail(call, 429, "too_many_guesses", "too many guesses were wrong: wait %s seconds",
             seconds);
}

void srv_answer_login(srv_call *call, srv_login_result result, int64_t wait_ms)
{
    switch (result) {
    case SRV_LOGIN_WRONG:
        answer_wrong(call);
        return;
    case SRV_LOGIN_WAIT:
        answer_wait(call, wait_ms);
        return;
    case SRV_LOGIN_NEEDS_CODE:
        srv_set_header(call, "WWW-Authenticate", "Bearer");
        srv_fail(call, 401, "second_factor_required",
                 "give code, or recovery_code, with the password");
        return;
    case SRV_LOGIN_NEEDS_ORGANIZATION:
        srv_fail(call, 409, "organization_required",
                 "you are a user of several organizations: log in with organization_id");
        return;
    default:
        answer_fault(call);
    }
}

/* The user as the store has him, if he may act. False: it is answered. */
static bool read_user(srv_call *call, const char *organization, const char *uuid, const char *email,
                      srv_user *user)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_store *store = srv_store(call);
    if (store == NULL || !srv_act_as(call, store, uuid)) {
        return false;
    }
    srv_verdict known = srv_user_get(store, organization, email, user, &error);
    if (known == SRV_FAULT) {
        srv_fail_library(call, &error);
    } else if (known == SRV_NO || !user->active) {
        answer_wrong(call);
    }
    return known == SRV_YES && user->active;
}

/* False: there are none, and it is answered. */
static bool answer_tokens(srv_call *call, const char *organization, const srv_user *user,
                          const char *session, const char *refresh)
{
    srv_principal who = {.role = user->role};
    char *access = NULL;
    snprintf(who.organization, sizeof who.organization, "%s", organization);
    snprintf(who.uuid, sizeof who.uuid, "%s", user->uuid);
    snprintf(who.session, sizeof who.session, "%s", session);
    if (srv_token_sign(srv_app_of(call)->auth->tokens, &who, srv_now_ms(call), &access) !=
        SRV_YES) {
        answer_fault(call);
        return false;
    }
    json_t *answer = json_pack(
        "{s:s, s:s, s:i, s:s, s:i, s:o}", "access_token", access, "token_type", "Bearer",
        "expires_in", (int)(SRV_ACCESS_MS / 1000), "refresh_token", refresh, "refresh_expires_in",
        (int)(SRV_REFRESH_MS / 1000), "user", srv_user_json(organization, user));
    srv_reply(call, 200, answer);
    free(access);
    return true;
}

/* Of a session that could not be begun or gone on with. */
static void answer_no_session(srv_call *call, srv_verdict verdict)
{
    if (verdict == SRV_NO) {
        answer_wrong(call);
    } else {
        answer_fault(call);
    }
}

/*
 * The session is there before it is looked whether the user may act: whoever lets him out meanwhile ends all of
 * his sessions, this one with them.
 */
void srv_answer_session(srv_call *call, const srv_credentials *found)
{
    srv_auth_db *db = srv_app_of(call)->auth->db;
    srv_user user;
    char session[SRV_ID_TEXT];
    char refresh[SRV_TOKEN_TEXT];
    srv_verdict begun = srv_session_begin(db, found->uuid, srv_now_ms(call), session, refresh);
    if (begun != SRV_YES) {
        answer_no_session(call, begun);
        return;
    }
    if (!read_user(call, found->organization, found->uuid, found->email, &user) ||
        !answer_tokens(call, found->organization, &user, session, refresh)) {
        /* It is answered that there is none. Where it cannot be ended nobody has a token of it. */
        srv_session_end(db, session, srv_now_ms(call));
    }
}

/* The user is read before the token is used up: where the store is busy, the client asks with it again. */
void srv_answer_refreshed(srv_call *call, const char *refresh)
{
    srv_auth_db *db = srv_app_of(call)->auth->db;
    srv_session session;
    srv_user user;
    char next[SRV_TOKEN_TEXT];
    srv_verdict known = srv_session_look(db, refresh, srv_now_ms(call), &session);
    if (known == SRV_YES &&
        !read_user(call, session.organization, session.uuid, session.email, &user)) {
        return;
    }
    /* Of one that is not good, too: a token that was used before ends its session. */
    srv_verdict taken = known != SRV_FAULT ? srv_refresh(srv_app_of(call), refresh,
                                                         srv_now_ms(call), &session, next)
                                           : SRV_FAULT;
    if (known == SRV_YES && taken == SRV_YES) {
        answer_tokens(call, session.organization, &user, session.id, next);
    } else {
        answer_no_session(call, taken == SRV_FAULT ? SRV_FAULT : SRV_NO);
    }
}

bool srv_own_credentials(srv_call *call, srv_credentials *own)
{
    const srv_principal *who = srv_who(call);
    srv_verdict verdict =
        srv_credentials_by_uuid(srv_app_of(call)->auth->db, who->organization, who->uuid, own);
    if (verdict != SRV_YES) {
        srv_answer_verdict(call, verdict, 403, "forbidden", "this is for users alone");
    }
    return verdict == SRV_YES;
}

bool srv_own_password(srv_call *call, const srv_credentials *own)
{
    const char *password = json_string_value(json_object_get(srv_body(call), "password"));
    int64_t wait_ms = 0;
    srv_login_result result =
        srv_login_confirm(srv_app_of(call)->auth->db, own, password, srv_now_ms(call), &wait_ms);
    if (result == SRV_LOGIN_WRONG) {
        srv_fail(call, 403, "wrong_password", "this is not your password");
    } else if (result != SRV_LOGIN_DONE) {
        srv_answer_login(call, result, wait_ms);
    }
    return result == SRV_LOGIN_DONE;
}
