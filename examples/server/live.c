#include "live.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/api_keys.h"
#include "auth/auth.h"
#include "auth/sessions.h"
#include "authenticate.h"
#include "counters.h"
#include "events.h"
#include "listener.h"
#include "metric_text.h"
#include "need.h"
#include "rate_limit.h"
#include "ticket.h"
#include "tls_files.h"
#include "trace/trace_start.h"
#include "wall_clock.h"
#include "words.h"

/* Sessions and tickets are small, and must not be pushed out by scores. */
#define SESSION_CACHE_BYTES (16 * 1024 * 1024)
/* Origins in the settings. */
#define ORIGINS_MAX 64

struct srv_live {
    srv_redis *redis; /* NULL: none */
    srv_rate_limiter *limiter;
    srv_cache *scores;
    srv_cache *sessions;
    srv_events *events;
    char *origins; /* a copy of the setting, with NULs for its spaces */
    const char *origin[ORIGINS_MAX];
    size_t n_origins;
};

/* ---- who may listen ---- */

/* A ticket's holder is "UUID SESSION ORGANIZATION", of a key "UUID  ORGANIZATION": ids have no space. */
static void write_holder(const srv_principal *who, char *holder, size_t size)
{
    snprintf(holder, size, "%s %s %s", who->uuid, who->session, who->organization);
}

static bool read_holder(const char *holder, srv_hub_listener *listener)
{
    const char *rest = srv_take_word(holder, ' ', listener->id, sizeof listener->id);

    rest = srv_take_word(rest, ' ', listener->session, sizeof listener->session);
    return srv_take_word(rest, '\0', listener->organization, sizeof listener->organization) != NULL;
}

/* Whether what the ticket was issued to has not ended since. */
static srv_verdict may_still(srv_auth *auth, const srv_hub_listener *listener)
{
    srv_session session;

    return listener->session[0] == '\0'
               ? srv_api_key_lives(auth->db, listener->id, srv_wall_ms())
               : srv_session_lives(auth->db, listener->session, srv_wall_ms(), &session);
}

static unsigned by_ticket(srv_app *app, const char *ticket, srv_hub_listener *listener)
{
    char *holder = srv_ticket_redeem(app->live->sessions, ticket);
    bool is_good = holder != NULL && read_holder(holder, listener);
    srv_verdict lives = is_good ? may_still(app->auth, listener) : SRV_NO;

    free(holder);
    return lives == SRV_YES ? 0 : lives == SRV_NO ? 401 : 503;
}

static unsigned may_listen(void *context, const char *authorization, const char *ticket,
                           srv_hub_listener *listener)
{
    srv_app *app = context;
    srv_principal who;
    int status;

    memset(&who, 0, sizeof who);
    if (authorization == NULL && ticket != NULL) {
        return by_ticket(app, ticket, listener);
    }
    status = srv_authenticate(app, authorization, &who);
    if (status != 0) {
        return (unsigned)status;
    }
    if (who.is_key ? (who.scopes & SRV_SCOPE_EVENTS_READ) == 0 : who.role < SRV_ROLE_READ_ONLY) {
        return 403;
    }
    snprintf(listener->organization, sizeof listener->organization, "%s", who.organization);
    snprintf(listener->id, sizeof listener->id, "%s", who.uuid);
    snprintf(listener->session, sizeof listener->session, "%s", who.session);
    return 0;
}

bool srv_live_ticket(srv_app *app, const srv_principal *who, char *ticket, size_t size)
{
    char holder[2 * SRV_LISTENER_ID_MAX + SRV_EVENT_ORGANIZATION_MAX];
    char made[SRV_TICKET_MAX];

    write_holder(who, holder, sizeof holder);
    if (!srv_ticket_issue(app->live->sessions, holder, made)) {
        return false;
    }
    snprintf(ticket, size, "%s", made);
    return true;
}

/* ---- open and close ---- */

static void split_origins(srv_live *live, const char *setting)
{
    char *rest = NULL;

    live->origins = srv_need(strdup(setting));
    for (char *word = strtok_r(live->origins, " ", &rest);
         word != NULL && live->n_origins < ORIGINS_MAX; word = strtok_r(NULL, " ", &rest)) {
        live->origin[live->n_origins++] = word;
    }
}

static srv_hub_options hub_options(srv_app *app)
{
    const srv_config *config = &app->config;

    return (srv_hub_options){
        .host = config->events_address != NULL ? config->events_address : config->address,
        .port = (int)config->events_port,
        .certificate = config->tls_certificate,
        .private_key = config->tls_key,
        .origins = app->live->origin,
        .n_origins = app->live->n_origins,
        .heartbeat_s = (unsigned)config->events_heartbeat_seconds,
        .lifetime_s = (unsigned)config->events_lifetime_seconds,
        .max_connections = (unsigned)config->events_max_connections,
        .max_per_organization = (unsigned)config->events_max_per_organization,
        .authenticate = may_listen,
        .context = app,
        .tracer = srv_tracer_of(app),
    };
}

/* The listener of srv_publish(). */
static void tell(void *context, const char *organization, const char *type, const json_t *data)
{
    srv_events_publish(context, organization, type, json_deep_copy(data));
}

/* Tried before the hub does, which cannot say why. */
static bool can_serve(const srv_config *config, char error[SRV_LIVE_ERROR])
{
    srv_place place = srv_place_of_events(config);
    srv_listener_socket tried;
    srv_tls_files tls;

    if (!srv_listen(&place, &tried, error, SRV_LIVE_ERROR, NULL)) {
        return false;
    }
    close(tried.descriptor);
    if (!srv_tls_read(config, &tls, error, SRV_LIVE_ERROR)) {
        return false;
    }
    srv_tls_free(&tls);
    return true;
}

static bool open_events(srv_app *app, char error[SRV_LIVE_ERROR])
{
    srv_hub_options hub = hub_options(app);
    srv_events_options options = {
        .hub = srv_config_has_service(&app->config, "events") ? &hub : NULL,
        .redis = app->live->redis,
        .ring_events = (size_t)app->config.events_kept,
        .ring_bytes = (size_t)app->config.events_kept_bytes,
    };

    if (options.hub != NULL && !can_serve(&app->config, error)) {
        return false;
    }
    app->live->events = srv_events_open(&options, error, SRV_LIVE_ERROR);
    if (app->live->events == NULL) {
        return false;
    }
    app->listener = tell;
    app->listener_ctx = app->live->events;
    return true;
}

bool srv_live_open(srv_app *app, char error[SRV_LIVE_ERROR])
{
    srv_live *live = srv_need(calloc(1, sizeof *live));
    const char *url = app->config.redis;

    app->live = live;
    split_origins(live, app->config.cors_origins);
    if (url != NULL && (live->redis = srv_redis_open(url, error, SRV_LIVE_ERROR)) == NULL) {
        return false;
    }
    live->limiter = srv_rate_limiter_new(live->redis);
    if (live->redis != NULL) {
        live->scores = srv_cache_in_redis(live->redis);
        live->sessions = srv_cache_in_redis(live->redis);
    } else {
        live->scores = srv_cache_in_memory((size_t)app->config.score_cache_bytes, NULL);
        live->sessions = srv_cache_in_memory(SESSION_CACHE_BYTES, NULL);
    }
    return open_events(app, error);
}

void srv_live_close(srv_app *app)
{
    srv_live *live = app->live;

    if (live == NULL) {
        return;
    }
    app->listener = NULL;
    srv_events_close(live->events);
    srv_cache_close(live->scores);
    srv_cache_close(live->sessions);
    srv_rate_limiter_free(live->limiter);
    srv_redis_close(live->redis);
    free(live->origins);
    free(live);
    app->live = NULL;
}

/* ---- what requests use ---- */

int srv_live_events_port(const srv_app *app)
{
    return srv_events_port(app->live->events);
}

srv_cache *srv_live_scores(srv_app *app)
{
    return app->live->scores;
}

srv_cache *srv_live_sessions(srv_app *app)
{
    return app->live->sessions;
}

void srv_live_drop(srv_app *app, const char *id)
{
    srv_events_drop(app->live->events, id);
}

bool srv_live_limit(srv_call *call, const char *operation, int64_t requests, int64_t seconds)
{
    srv_app *app = srv_app_of(call);
    const char *organization = srv_organization(call);
    int64_t quota = requests * app->config.rate_limit_scale;
    unsigned most = srv_rate_quota_max((unsigned)seconds);
    srv_rate_policy policy = {quota < most ? (unsigned)quota : most, (unsigned)seconds};
    char text[SRV_RATE_HEADER_MAX];
    srv_rate_verdict verdict;

    verdict =
        srv_rate_take(app->live->limiter, organization != NULL ? organization : srv_client(call),
                      operation, policy, srv_ticks_us());
    srv_rate_policy_header(text, policy);
    srv_set_header(call, "RateLimit-Policy", text);
    srv_rate_header(text, &verdict);
    srv_set_header(call, "RateLimit", text);
    if (!verdict.allowed) {
        srv_counters_add(app->counters, SRV_COUNT_RATE_LIMITED, 1);
        snprintf(text, sizeof text, "%u", verdict.retry_after_s);
        srv_set_header(call, "Retry-After", text);
        srv_fail(call, 429, "rate_limited", "%u calls in %u seconds are allowed: try again in %s s",
                 policy.quota, policy.window_s, text);
    }
    return verdict.allowed;
}

/* ---- metrics ---- */

void srv_live_write_metrics(srv_app *app, FILE *out)
{
    srv_events_counts events = srv_events_count(app->live->events);
    srv_cache_counts scores = srv_cache_count(app->live->scores);
    srv_cache_counts sessions = srv_cache_count(app->live->sessions);

    srv_metric_write(out, "leadscore_events_published_total", "counter", "Events that were told.",
                     events.published);
    srv_metric_write(out, "leadscore_events_lost_total", "counter",
                     "Events too large, or while Redis did not answer.", events.lost);
    srv_metric_write(out, "leadscore_events_sent_total", "counter", "Events sent to a connection.",
                     events.hub.sent);
    srv_metric_write(out, "leadscore_websocket_connections", "gauge", "WebSockets that are open.",
                     events.hub.connections);
    srv_metric_write(out, "leadscore_websocket_accepted_total", "counter",
                     "WebSockets that were opened.", events.hub.accepted);
    srv_metric_write(out, "leadscore_websocket_refused_total", "counter",
                     "WebSockets that were refused.", events.hub.refused);
    srv_metric_write(out, "leadscore_websocket_slow_total", "counter",
                     "WebSockets closed because they read too slowly.", events.hub.closed_slow);
    srv_metric_write(out, "leadscore_websocket_silent_total", "counter",
                     "WebSockets ended because they answered no ping.", events.hub.closed_silent);
    srv_metric_write(out, "leadscore_score_cache_hits_total", "counter",
                     "Scores found in the cache.", scores.hits);
    srv_metric_write(out, "leadscore_score_cache_misses_total", "counter",
                     "Scores not found there.", scores.misses);
    srv_metric_write(out, "leadscore_score_cache_bytes", "gauge",
                     "Of the cache, where it is in memory.", scores.bytes);
    srv_metric_write(out, "leadscore_session_cache_hits_total", "counter",
                     "Sessions and tickets found in their cache.", sessions.hits);
    srv_metric_write(out, "leadscore_session_cache_misses_total", "counter",
                     "Sessions and tickets not found there.", sessions.misses);
    if (app->live->redis != NULL) {
        srv_metric_write(out, "leadscore_redis_up", "gauge", "Whether Redis answered last time.",
                         srv_redis_is_up(app->live->redis));
    }
}
