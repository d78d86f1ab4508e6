#include "authenticate.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "auth/api_keys.h"
#include "auth/auth.h"
#include "auth/session_cache.h"
#include "wall_clock.h"

/* What stands behind "Bearer "; NULL: the header is of another kind. */
static const char *credential_in(const char *authorization)
{
    static const char scheme[] = "Bearer ";
    if (authorization == NULL || strncasecmp(authorization, scheme, sizeof scheme - 1) != 0) {
        return NULL;
    }
    return authorization + sizeof scheme - 1;
}

/* A token is believed while its session lives, and the session says the same of whose it is. */
static srv_verdict check_token(srv_app *app, const char *token, int64_t now_ms, srv_principal *who)
{
    srv_session session;
    srv_verdict verdict = srv_token_check(app->auth->tokens, token, now_ms, who);
    if (verdict == SRV_YES) {
        verdict = srv_session_known(app, who->session, now_ms, &session);
    }
    if (verdict != SRV_YES) {
        return verdict;
    }
    if (strcmp(session.uuid, who->uuid) != 0 ||
        strcmp(session.organization, who->organization) != 0) {
        return SRV_NO;
    }
    snprintf(who->id, sizeof who->id, "%s", session.email);
    return SRV_YES;
}

int srv_authenticate(srv_app *app, const char *authorization, srv_principal *who)
{
    const char *credential = credential_in(authorization);
    int64_t now_ms = srv_wall_ms();
    if (credential == NULL) {
        return 401;
    }
    bool is_key = strncmp(credential, SRV_API_KEY_PREFIX, sizeof SRV_API_KEY_PREFIX - 1) == 0;
    srv_verdict verdict = is_key ? srv_api_key_check(app->auth->db, credential, now_ms, who)
                                 : check_token(app, credential, now_ms, who);
    return verdict == SRV_YES ? 0 : verdict == SRV_NO ? 401 : 503;
}
