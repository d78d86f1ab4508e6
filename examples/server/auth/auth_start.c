#include "auth/auth_start.h"

#include <stdio.h>
#include <string.h>

#include "answers.h"
#include "auth/first_owner.h"
#include "wall_clock.h"

srv_auth *srv_auth_start(const srv_config *config, char why[SRV_AUTH_WHY])
{
    const char *url = config->public_url != NULL ? config->public_url : "leadscore-server";
    const srv_auth_options options = {
        .path = config->auth_store,
        .key_file = config->auth_key_file,
        .tokens = {.issuer = config->token_issuer != NULL ? config->token_issuer : url,
                   .audience = config->token_audience,
                   .rotate_ms = config->token_rotate_days * SRV_DAY_MS},
        .provider = {.issuer = config->provider_issuer,
                     .client_id = config->provider_client_id,
                     .client_secret = config->provider_client_secret,
                     .redirect_uri = config->provider_redirect_uri},
    };
    if (options.provider.issuer != NULL &&
        (options.provider.client_id == NULL || options.provider.redirect_uri == NULL)) {
        snprintf(why, SRV_AUTH_WHY,
                 "provider_issuer takes provider_client_id and provider_redirect_uri");
        return NULL;
    }
    return srv_auth_open(&options, why);
}

/* The store, with a clock and nobody who acts. NULL: it is printed why. */
static lsc_store *open_store(const srv_app *app)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    lsc_store *store = NULL;
    actor.now_ms = srv_tell_time;
    options.actor = &actor;
    options.create = true;
    if (lsc_store_open(app->config.store, &options, &store, &error) != LSC_OK) {
        fprintf(stderr, "leadscore-server: store: %s\n", error.message);
    }
    return store;
}

bool srv_first_owner_print(const srv_app *app, const char *text)
{
    char organization[SRV_MAX_ORGANIZATION];
    char password[SRV_TOKEN_TEXT];
    char why[SRV_AUTH_WHY] = "this is not ORGANIZATION:ADDRESS";
    const char *colon = strrchr(text, ':');
    size_t length = colon != NULL ? (size_t)(colon - text) : 0;
    srv_verdict added = SRV_FAULT;
    if (length > 0 && length < sizeof organization) {
        snprintf(organization, sizeof organization, "%.*s", (int)length, text);
        lsc_store *store = open_store(app);
        if (store == NULL) {
            return false;
        }
        added = srv_add_first_owner(app->auth, store, organization, colon + 1, password, why);
        lsc_store_close(store);
    }
    if (added != SRV_YES) {
        fprintf(stderr, "leadscore-server: --first-owner %s: %s\n", text, why);
        return false;
    }
    printf("%s\n", password);
    return true;
}
