#include <stdio.h>

#include "auth/auth.h"
#include "auth/auth_answers.h"
#include "auth/auth_handlers.h"
#include "auth/session_ends.h"
#include "auth/user_accounts.h"

void srv_get_me(srv_call *call)
{
    const srv_principal *who = srv_who(call);
    lsc_error error = LSC_ERROR_INIT;
    srv_credentials own;
    srv_user user;
    lsc_store *store = srv_own_credentials(call, &own) ? srv_store(call) : NULL;
    if (store == NULL) {
        return;
    }
    srv_verdict known = srv_user_get(store, who->organization, who->id, &user, &error);
    if (known == SRV_FAULT) {
        srv_fail_library(call, &error);
        return;
    }
    if (known == SRV_NO) {
        srv_fail(call, 404, "user_not_found", "there is no such user");
        return;
    }
    json_t *answer = srv_user_json(who->organization, &user);
    json_object_set_new(answer, "second_factor", json_boolean(own.second_factor));
    srv_reply(call, 200, answer);
}

static void answer(srv_call *call, srv_verdict verdict, const char *code, const char *detail)
{
    if (verdict == SRV_YES) {
        srv_reply(call, 204, NULL);
    } else {
        srv_answer_verdict(call, verdict, 409, code, detail);
    }
}

void srv_change_password(srv_call *call)
{
    srv_auth_db *db = srv_app_of(call)->auth->db;
    const char *next = json_string_value(json_object_get(srv_body(call), "new_password"));
    char digest[SRV_PASSWORD_TEXT];
    srv_credentials own;
    if (!srv_own_credentials(call, &own)) {
        return;
    }
    const char *fault = srv_password_fault(next, own.email);
    if (fault != NULL) {
        srv_fail(call, 422, "weak_password", "%s", fault);
        return;
    }
    if (!srv_own_password(call, &own)) {
        return;
    }
    srv_verdict verdict = srv_password_digest(next, digest)
                              ? srv_credentials_set_password(db, own.uuid, digest)
                              : SRV_FAULT;
    if (verdict == SRV_YES) {
        verdict = srv_end_sessions_of(srv_app_of(call), own.uuid, srv_now_ms(call));
    }
    answer(call, verdict, "user_not_found", "there is no such user");
}

void srv_begin_second_factor(srv_call *call)
{
    char secret[SRV_TOTP_SECRET];
    char uri[128];
    srv_credentials own;
    if (!srv_own_credentials(call, &own) || !srv_own_password(call, &own)) {
        return;
    }
    srv_verdict verdict = srv_totp_begin(srv_app_of(call)->auth->db, own.uuid, secret);
    if (verdict != SRV_YES) {
        answer(call, verdict, "has_second_factor", "you have a second factor: end it first");
        return;
    }
    /* The address is not in it: what reads such URIs shows what stands there to whoever looks on. */
    snprintf(uri, sizeof uri, "otpauth://totp/leadscore?issuer=leadscore&secret=%s", secret);
    srv_reply(call, 200, json_pack("{s:s, s:s}", "secret", secret, "uri", uri));
}

void srv_confirm_second_factor(srv_call *call)
{
    char codes[SRV_RECOVERY_CODES][SRV_RECOVERY_TEXT];
    const char *code = json_string_value(json_object_get(srv_body(call), "code"));
    int64_t wait_ms = 0;
    srv_login_result result = srv_login_add_factor(srv_app_of(call)->auth->db, srv_who(call)->uuid,
                                                   code, srv_now_ms(call), codes, &wait_ms);
    if (result == SRV_LOGIN_WRONG) {
        srv_fail(call, 409, "wrong_code", "this is not the code, or no second factor was begun");
        return;
    }
    if (result != SRV_LOGIN_DONE) {
        srv_answer_login(call, result, wait_ms);
        return;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < SRV_RECOVERY_CODES; i++) {
        json_array_append_new(list, json_string(codes[i]));
    }
    srv_reply(call, 200, json_pack("{s:o}", "recovery_codes", list));
}

void srv_end_second_factor(srv_call *call)
{
    srv_credentials own;
    if (srv_own_credentials(call, &own) && srv_own_password(call, &own)) {
        answer(call, srv_totp_end(srv_app_of(call)->auth->db, own.uuid), "no_second_factor",
               "you have no second factor");
    }
}
