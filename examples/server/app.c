#include "app.h"

void srv_publish(srv_app *app, const char *organization, const char *type, json_t *data)
{
    if (app->listener != NULL) {
        app->listener(app->listener_ctx, organization, type, data);
    }
    json_decref(data);
}

void srv_lead_changed(srv_app *app, const char *organization, const char *lead_id)
{
    if (app->lead_listener != NULL) {
        app->lead_listener(app->lead_listener_ctx, organization, lead_id);
    }
}
