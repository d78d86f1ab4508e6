#include "auth/session_ends.h"

#include "auth/auth.h"
#include "live.h"

srv_verdict srv_end_session(srv_app *app, const char *id, int64_t now_ms)
{
    srv_verdict ended = srv_session_end(app->auth->db, id, now_ms);
    if (ended == SRV_YES) {
        srv_live_drop(app, id);
    }
    return ended;
}

srv_verdict srv_end_sessions_of(srv_app *app, const char *uuid, int64_t now_ms)
{
    srv_verdict ended = srv_session_end_all(app->auth->db, uuid, now_ms);
    if (ended == SRV_YES) {
        srv_live_drop(app, uuid);
    }
    return ended;
}

srv_verdict srv_refresh(srv_app *app, const char *refresh, int64_t now_ms, srv_session *session,
                        char next[SRV_TOKEN_TEXT])
{
    srv_verdict verdict = srv_session_refresh(app->auth->db, refresh, now_ms, session, next);
    if (verdict == SRV_NO && session->id[0] != '\0') {
        srv_live_drop(app, session->id);
    }
    return verdict;
}
