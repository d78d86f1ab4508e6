#include "auth/auth.h"
#include "auth/auth_answers.h"
#include "auth/auth_handlers.h"
#include "trace/tracing.h"

/* False: it is answered. */
static bool has_provider(srv_call *call)
{
    bool has_one = srv_app_of(call)->auth->provider != NULL;
    if (!has_one) {
        srv_fail(call, 404, "no_provider", "this server has no outside provider");
    }
    return has_one;
}

static void begin(srv_call *call)
{
    srv_auth *auth = srv_app_of(call)->auth;
    srv_provider_login login;
    srv_step_begin("srv_provider_begin");
    srv_verdict verdict = srv_provider_begin(auth->provider, srv_now_ms(call), &login);
    srv_step_end(verdict == SRV_FAULT ? "fault" : NULL);
    if (verdict != SRV_YES) {
        srv_answer_verdict(call, verdict, 503, "unavailable", "too many log-ins are under way");
        return;
    }
    srv_reply(call, 200,
              json_pack("{s:s, s:s, s:s, s:i}", "url", login.url, "state", login.state,
                        "code_verifier", login.verifier, "expires_in",
                        SRV_PROVIDER_LOGIN_MS / 1000));
}

void srv_begin_provider_login(srv_call *call)
{
    if (has_provider(call)) {
        srv_auth_tidy(srv_app_of(call)->auth, srv_now_ms(call));
        srv_answer_aside(call, begin);
    }
}

static const char *text_of(srv_call *call, const char *name)
{
    return json_string_value(json_object_get(srv_body(call), name));
}

static void finish(srv_call *call)
{
    srv_credentials found;
    const srv_provider_answer answer = {
        .code = text_of(call, "code"),
        .state = text_of(call, "state"),
        .verifier = text_of(call, "code_verifier"),
        .organization = text_of(call, "organization_id"),
    };
    srv_step_begin("srv_provider_finish");
    srv_login_result result =
        srv_provider_finish(srv_app_of(call)->auth->provider, &answer, srv_now_ms(call), &found);
    srv_step_end(result == SRV_LOGIN_FAULT ? "fault" : NULL);
    if (result == SRV_LOGIN_DONE) {
        srv_answer_session(call, &found);
    } else {
        srv_answer_login(call, result, 0);
    }
}

void srv_finish_provider_login(srv_call *call)
{
    if (has_provider(call)) {
        srv_answer_aside(call, finish);
    }
}
