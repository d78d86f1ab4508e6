#define _POSIX_C_SOURCE 200809L
#include <getopt.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <leadscore/leadscore.h>
#include <leadscore/store.h>

#include "active_models.h"
#include "app.h"
#include "auth/auth_start.h"
#include "counters.h"
#include "embedded.h"
#include "jobs.h"
#include "live.h"
#include "routes.h"
#include "server_log.h"
#include "start_check.h"
#include "trace/trace_start.h"
#include "wall_clock.h"
#include "web.h"
#include "worker.h"

static const char usage[] =
    "Usage: leadscore-server [--config FILE] [--service NAME]... [--set KEY=VALUE]...\n"
    "\n"
    "An HTTP API over leadscore: leads, scoring, models, analytics.\n"
    "\n"
    "  --config FILE    settings, one JSON object; the environment (LEADSCORE_SERVER_PORT) and "
    "--set win\n"
    "  --service NAME   answer for auth, users, leads, scoring, analytics or events alone\n"
    "  --set KEY=VALUE  a setting\n"
    "  --first-owner ORGANIZATION:ADDRESS\n"
    "                   add the first user of an organization, print his password, and end\n"
    "  --check          check the settings, and whether what they name can be used, and end\n"
    "  --version, --help\n"
    "\n"
    "SIGTERM and SIGINT: no more connections, end what was begun, then stop. SIGHUP: ask the "
    "store\n"
    "at once which models are active.\n";

#define MAX_SETS 64

typedef struct command_line {
    const char *config;
    const char *sets[MAX_SETS];
    size_t n_sets;
    char services[128];
    const char *first_owner; /**< NULL: none is to be added */
    bool only_check;
} command_line;

/** What getopt_long() gives for options without a letter. */
enum {
    OPTION_CONFIG = 1,
    OPTION_SERVICE,
    OPTION_SET,
    OPTION_FIRST_OWNER,
    OPTION_CHECK,
    OPTION_VERSION,
    OPTION_HELP
};

static const struct option known_options[] = {
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"service", required_argument, NULL, OPTION_SERVICE},
    {"set", required_argument, NULL, OPTION_SET},
    {"first-owner", required_argument, NULL, OPTION_FIRST_OWNER},
    {"check", no_argument, NULL, OPTION_CHECK},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

static int end_with(const char *text)
{
    fputs(text, stdout);
    return 0;
}

/* -1: go on; else the program's status. */
static int take_option(command_line *arguments, int option)
{
    size_t length = strlen(arguments->services);
    switch (option) {
    case OPTION_CONFIG:
        arguments->config = optarg;
        return -1;
    case OPTION_SERVICE:
        snprintf(arguments->services + length, sizeof(arguments->services) - length, "%s%s",
                 length > 0 ? "," : "", optarg);
        return -1;
    case OPTION_SET:
        if (arguments->n_sets == MAX_SETS) {
            fprintf(stderr, "leadscore-server: --set is there more than %d times: take --config\n",
                    MAX_SETS);
            return 2;
        }
        arguments->sets[arguments->n_sets++] = optarg;
        return -1;
    case OPTION_FIRST_OWNER:
        arguments->first_owner = optarg;
        return -1;
    case OPTION_CHECK:
        arguments->only_check = true;
        return -1;
    case OPTION_VERSION:
        printf("leadscore-server %s\n", lsc_version());
        return 0;
    case OPTION_HELP:
        return end_with(usage);
    default:
        fputs("Try leadscore-server --help.\n", stderr);
        return 2;
    }
}

static int read_arguments(command_line *arguments, int argc, char **argv)
{
    int option;
    int status = -1;
    while (status < 0 && (option = getopt_long(argc, argv, "", known_options, NULL)) != -1) {
        status = take_option(arguments, option);
    }
    if (status < 0 && optind < argc) {
        fprintf(stderr, "leadscore-server: \"%s\" is no option\n", argv[optind]);
        return 2;
    }
    return status;
}

/* A setting from the command line, KEY=VALUE. */
static bool apply(srv_config *config, const char *set, char error[SRV_CONFIG_ERROR])
{
    const char *equals = strchr(set, '=');
    if (equals == NULL) {
        snprintf(error, SRV_CONFIG_ERROR, "--set %s: there is no = in it", set);
        return false;
    }
    char key[64];
    snprintf(key, sizeof(key), "%.*s", (int)(equals - set), set);
    return srv_config_set(config, key, equals + 1, error);
}

static bool configure(srv_config *config, const command_line *arguments)
{
    char error[SRV_CONFIG_ERROR];
    bool is_read = srv_config_read(config, arguments->config, error);
    for (size_t i = 0; is_read && i < arguments->n_sets; i++) {
        is_read = apply(config, arguments->sets[i], error);
    }
    if (is_read && arguments->services[0] != '\0') {
        is_read = srv_config_set(config, "services", arguments->services, error);
    }
    is_read = is_read && srv_config_check(config, error);
    if (!is_read) {
        fprintf(stderr, "leadscore-server: %s\n", error);
    }
    return is_read;
}

/* The file is made where there is none; whether it is a store is known before the first request. */
static bool open_once(const srv_config *config)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    lsc_store *store;
    actor.now_ms = srv_tell_time;
    options.create = true;
    options.actor = &actor;
    if (lsc_store_open(config->store, &options, &store, &error) != LSC_OK ||
        (config->audited && lsc_store_set_audited(store, true, &error) != LSC_OK)) {
        fprintf(stderr, "leadscore-server: store: %s\n", error.message);
        lsc_store_close(store);
        return false;
    }
    lsc_store_close(store);
    return true;
}

static bool make_parts(srv_app *app)
{
    char error[SRV_ROUTE_ERROR] = "no memory";
    app->routes = srv_routes_new((const char *)srv_openapi_json, srv_openapi_json_length,
                                 &app->config, error);
    if (app->routes != NULL) {
        app->counters = srv_counters_new(srv_routes_count(app->routes));
    }
    if (app->counters != NULL) {
        app->models = srv_models_new(app->config.model_check_ms, app->counters);
    }
    if (app->models != NULL && srv_tracing_open(app)) {
        app->auth = srv_auth_start(&app->config, error);
    }
    if (app->auth != NULL) {
        app->jobs = srv_jobs_new(app);
    }
    if (app->jobs == NULL) {
        fprintf(stderr, "leadscore-server: %s\n", error);
    }
    return app->jobs != NULL;
}

static void free_parts(srv_app *app)
{
    srv_jobs_free(app->jobs);
    srv_auth_close(app->auth);
    srv_tracing_close(app);
    srv_models_free(app->models);
    srv_counters_free(app->counters);
    srv_routes_free(app->routes);
    srv_config_free(&app->config);
}

/* Requests that have begun are answered, as long as that takes no longer than it may. */
static void drain(srv_app *app, srv_web *web)
{
    app->draining = true;
    srv_web_quiesce(web);
    for (int64_t left_ms = app->config.drain_seconds * 1000;
         left_ms > 0 && srv_counters_in_flight(app->counters) > 0; left_ms -= 10) {
        srv_sleep_ms(10);
    }
    srv_log(SRV_INFO, "stopping",
            json_pack("{s:I}", "in_flight", (json_int_t)srv_counters_in_flight(app->counters)));
}

/* Trainings that wait are begun where others are taken. */
static bool start_jobs(srv_app *app, char error[SRV_LIVE_ERROR])
{
    bool starts = !srv_config_has_service(&app->config, "scoring") || srv_jobs_start(app->jobs);
    if (!starts) {
        snprintf(error, SRV_LIVE_ERROR, "there is no thread to train in");
    }
    return starts;
}

/* Limits, cache and events are there before the first request. */
static srv_web *start(srv_app *app)
{
    char error[SRV_LIVE_ERROR];
    bool is_ready = srv_live_open(app, error) && start_jobs(app, error);
    srv_web *web = is_ready ? srv_web_start(app, error) : NULL;
    if (web == NULL) {
        fprintf(stderr, "leadscore-server: %s\n", error);
        srv_jobs_free(app->jobs);
        app->jobs = NULL;
        srv_live_close(app);
    }
    return web;
}

static int serve(srv_app *app, const sigset_t *signals)
{
    srv_web *web = start(app);
    if (web == NULL) {
        return 1;
    }
    srv_log(SRV_INFO, "started",
            json_pack("{s:s, s:i, s:i, s:s, s:s}", "address", app->config.address, "port",
                      srv_web_port(web), "events_port", srv_live_events_port(app), "services",
                      app->config.services, "version", lsc_version()));
    int signal = 0;
    while (sigwait(signals, &signal) == 0 && signal == SIGHUP) {
        srv_models_forget_all(app->models);
    }
    drain(app, web);
    srv_web_stop(web);
    srv_jobs_free(app->jobs);
    app->jobs = NULL;
    srv_live_close(app);
    return 0;
}

static int run(srv_app *app, const command_line *arguments, const sigset_t *signals)
{
    if (!make_parts(app) || !open_once(&app->config)) {
        return 1;
    }
    if (arguments->first_owner != NULL) {
        return srv_first_owner_print(app, arguments->first_owner) ? 0 : 1;
    }
    if (arguments->only_check) {
        return srv_start_check(&app->config) ? 0 : 1;
    }
    return serve(app, signals);
}

/* As many files as the system lets it have: a shell's usual 1,024 are fewer than max_connections. */
static void take_all_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

int main(int argc, char **argv)
{
    static srv_app app;
    command_line arguments = {0};
    int status = read_arguments(&arguments, argc, argv);
    if (status >= 0) {
        return status;
    }
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    take_all_files();
    umask(077); /* What it makes holds personal data, or proves who somebody is. */
    status = 1;
    if (sodium_init() < 0 || !configure(&app.config, &arguments)) {
        return status;
    }
    srv_log_set_level(srv_level_of(app.config.log_level));
    status = run(&app, &arguments, &signals);
    free_parts(&app);
    return status;
}
