#include "auth/auth.h"
#include "auth/auth_answers.h"
#include "auth/auth_handlers.h"
#include "auth/session_ends.h"
#include "trace/tracing.h"

static const char *text_of(srv_call *call, const char *name)
{
    return json_string_value(json_object_get(srv_body(call), name));
}

void srv_log_in(srv_call *call)
{
    srv_auth *auth = srv_app_of(call)->auth;
    const srv_login login = {
        .organization = text_of(call, "organization_id"),
        .email = text_of(call, "email"),
        .password = text_of(call, "password"),
        .code = text_of(call, "code"),
        .recovery_code = text_of(call, "recovery_code"),
        .client = srv_client(call),
    };
    srv_credentials found;
    int64_t wait_ms = 0;
    srv_auth_tidy(auth, srv_now_ms(call));
    srv_step_begin("srv_login_check");
    srv_login_result result = srv_login_check(auth->db, &login, srv_now_ms(call), &found, &wait_ms);
    srv_step_end(result == SRV_LOGIN_FAULT ? "fault" : NULL);
    if (result == SRV_LOGIN_DONE) {
        srv_answer_session(call, &found);
    } else {
        srv_answer_login(call, result, wait_ms);
    }
}

void srv_refresh_session(srv_call *call)
{
    srv_auth_tidy(srv_app_of(call)->auth, srv_now_ms(call));
    srv_answer_refreshed(call, text_of(call, "refresh_token"));
}

void srv_log_out(srv_call *call)
{
    srv_verdict verdict =
        srv_end_session(srv_app_of(call), srv_who(call)->session, srv_now_ms(call));
    if (verdict == SRV_YES) {
        srv_reply(call, 204, NULL);
    } else {
        srv_answer_login(call, SRV_LOGIN_FAULT, 0);
    }
}

/* The digest of the password that a new user chose. False: it is answered. */
static bool choose_password(srv_call *call, const char *email, char digest[SRV_PASSWORD_TEXT])
{
    const char *password = text_of(call, "password");
    const char *fault = srv_password_fault(password, email);
    if (fault != NULL) {
        srv_fail(call, 422, "weak_password", "%s", fault);
        return false;
    }
    if (!srv_password_digest(password, digest)) {
        srv_answer_login(call, SRV_LOGIN_FAULT, 0);
        return false;
    }
    return true;
}

void srv_accept_invitation(srv_call *call)
{
    srv_auth_db *db = srv_app_of(call)->auth->db;
    const char *token = text_of(call, "token");
    char digest[SRV_PASSWORD_TEXT];
    srv_credentials found;
    srv_verdict verdict = srv_invitation_look(db, token, srv_now_ms(call), &found);
    if (verdict == SRV_YES) {
        if (!choose_password(call, found.email, digest)) {
            return;
        }
        verdict = srv_invitation_take(db, token, digest, srv_now_ms(call), &found);
    }
    if (verdict == SRV_YES) {
        verdict = srv_end_sessions_of(srv_app_of(call), found.uuid, srv_now_ms(call));
    }
    if (verdict == SRV_YES && found.second_factor) {
        /* An invitation stands for the password alone. */
        srv_answer_login(call, SRV_LOGIN_NEEDS_CODE, 0);
    } else if (verdict == SRV_YES) {
        srv_answer_session(call, &found);
    } else {
        srv_answer_verdict(call, verdict, 401, "invalid_credentials",
                           "this invitation is not good, or not any more");
    }
}

void srv_get_jwks(srv_call *call)
{
    json_t *jwks = srv_tokens_jwks(srv_app_of(call)->auth->tokens, srv_now_ms(call));
    if (jwks == NULL) {
        srv_answer_login(call, SRV_LOGIN_FAULT, 0);
        return;
    }
    srv_reply(call, 200, jwks);
}
