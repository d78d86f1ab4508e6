/**
 * @file app.h
 * What the parts of the server share: settings, counters, models, and who is told of what happens.
 */
#ifndef SRV_APP_H
#define SRV_APP_H

#include <jansson.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "server_config.h"

struct srv_auth;
struct srv_counters;
struct srv_models;
struct srv_jobs;
struct srv_routes;
struct srv_replays;
struct srv_live;
struct srv_tracing;

/** Told of events; see srv_publish(). Takes no reference to `data`. Any thread. */
typedef void srv_listener(void *ctx, const char *organization, const char *type,
                          const json_t *data);

/** The server. Made by main(), shared by all threads, and gone last. */
typedef struct srv_app {
    srv_config config;
    struct srv_routes *routes;
    struct srv_auth *auth;
    struct srv_counters *counters;
    struct srv_models *models;
    struct srv_jobs *jobs;
    struct srv_replays *replays;
    struct srv_live *live;       /**< limits, cache and events: live.h */
    struct srv_tracing *tracing; /**< NULL: nothing is traced */
    atomic_bool draining;        /**< it is to end: /readyz says so, and no keep-alive is granted */
    srv_listener *listener;
    void *listener_ctx;
} srv_app;

/**
 * Tell who listens that something happened in an organization. Where nobody listens it is forgotten.
 *
 * @param organization  its id
 * @param type          "lead_score_updated", "new_lead_activity", "model_training_complete" ...
 * @param data          taken
 */
void srv_publish(srv_app *app, const char *organization, const char *type, json_t *data);

/** A lead was changed: its cached score is forgotten. After the change is in the store. */
void srv_lead_changed(srv_app *app, const char *organization, const char *lead_id);

#endif
