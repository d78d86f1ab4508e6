#include "app.h"

#include "live.h"

void srv_publish(srv_app *app, const char *organization, const char *type, json_t *data)
{
    if (app->listener != NULL) {
        app->listener(app->listener_ctx, organization, type, data);
    }
    json_decref(data);
}

void srv_lead_changed(srv_app *app, const char *organization, const char *lead_id)
{
    char key[SRV_CACHE_KEY_MAX];
    if (srv_cache_score_key(key, organization, lead_id)) {
        srv_cache_remove(srv_live_scores(app), key);
    }
}
