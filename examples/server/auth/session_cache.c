#include "auth/session_cache.h"

#include <stdio.h>
#include <stdlib.h>

#include "auth/auth.h"
#include "cache.h"
#include "live.h"
#include "words.h"

/* Of a UUID, an address and an organization, with a space between. */
#define VALUE_TEXT (SRV_UUID_TEXT + SRV_EMAIL_TEXT + SRV_MAX_ORGANIZATION)
#define KEY_TEXT (sizeof "session:" + SRV_ID_TEXT)

static void key_of(const char *id, char key[KEY_TEXT])
{
    snprintf(key, KEY_TEXT, "session:%s", id);
}

/* Neither a UUID nor an address has a space. */
static bool read_value(const char *value, srv_session *session)
{
    const char *rest = srv_take_word(value, ' ', session->uuid, sizeof session->uuid);
    rest = srv_take_word(rest, ' ', session->email, sizeof session->email);
    return srv_take_word(rest, '\0', session->organization, sizeof session->organization) != NULL;
}

srv_verdict srv_session_known(srv_app *app, const char *id, int64_t now_ms, srv_session *session)
{
    char key[KEY_TEXT];
    char value[VALUE_TEXT];
    size_t length;
    key_of(id, key);
    char *kept = srv_cache_get(srv_live_sessions(app), key, "", &length);
    bool known = kept != NULL && read_value(kept, session);
    free(kept);
    if (known) {
        snprintf(session->id, sizeof session->id, "%s", id);
        return SRV_YES;
    }
    srv_verdict lives = srv_session_lives(app->auth->db, id, now_ms, session);
    if (lives == SRV_YES) {
        int n = snprintf(value, sizeof value, "%s %s %s", session->uuid, session->email,
                         session->organization);
        srv_cache_put(srv_live_sessions(app), key, "", value, (size_t)n, SRV_SESSION_KEPT_MS);
    }
    return lives;
}

void srv_session_forget(srv_app *app, const char *id)
{
    char key[KEY_TEXT];
    key_of(id, key);
    srv_cache_remove(srv_live_sessions(app), key);
}
