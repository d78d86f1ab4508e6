#include "app.h"

void srv_publish(srv_app *app, const char *organization, const char *type, json_t *data)
{
    if (app->listener != NULL) {
        app->listener(app->listener_ctx, organization, type, data);
    }
    json_decref(data);
}
