#include "auth/session_ends.h"

#include "auth/auth.h"
#include "auth/session_cache.h"
#include "live.h"

/* In this order: whoever is let in after the drop was looked for in auth.db. */
static void end_open(srv_app *app, const char *id)
{
    srv_session_forget(app, id);
    srv_live_drop(app, id);
}

srv_verdict srv_end_session(srv_app *app, const char *id, int64_t now_ms)
{
    srv_verdict ended = srv_session_end(app->auth->db, id, now_ms);
    if (ended == SRV_YES) {
        end_open(app, id);
    }
    return ended;
}

srv_verdict srv_end_sessions_of(srv_app *app, const char *uuid, int64_t now_ms)
{
    json_t *ids = json_array();
    srv_verdict ended =
        ids == NULL ? SRV_FAULT : srv_session_end_all(app->auth->db, uuid, now_ms, ids);
    if (ended == SRV_YES) {
        for (size_t i = 0; i < json_array_size(ids); i++) {
            srv_session_forget(app, json_string_value(json_array_get(ids, i)));
        }
        srv_live_drop(app, uuid);
    }
    json_decref(ids);
    return ended;
}

srv_verdict srv_refresh(srv_app *app, const char *refresh, int64_t now_ms, srv_session *session,
                        char next[SRV_TOKEN_TEXT])
{
    srv_verdict verdict = srv_session_refresh(app->auth->db, refresh, now_ms, session, next);
    if (verdict == SRV_NO && session->id[0] != '\0') {
        end_open(app, session->id);
    }
    return verdict;
}
