#include "start_check.h"

#include <stdio.h>
#include <unistd.h>

#include "listener.h"
#include "live.h"
#include "redis_pool.h"
#include "tls_files.h"

/* Room for what is wrong, with two paths in it. */
#define LINE_MAX_BYTES 2048

static bool print_unless(bool is_well, const char *error)
{
    if (!is_well) {
        fprintf(stderr, "leadscore-server: %s\n", error);
    }
    return is_well;
}

static bool check_place(srv_place place)
{
    char error[LINE_MAX_BYTES];
    srv_listener_socket made;
    bool is_taken = false;
    bool is_made = srv_listen(&place, &made, error, sizeof(error), &is_taken);
    if (is_made) {
        close(made.descriptor);
    }
    return print_unless(is_made, error) || is_taken;
}

static bool check_tls(const srv_config *config)
{
    char error[LINE_MAX_BYTES];
    srv_tls_files files;
    bool is_read = srv_tls_read(config, &files, error, sizeof(error));
    srv_tls_free(&files);
    return print_unless(is_read, error);
}

static bool check_redis(const srv_config *config)
{
    char error[LINE_MAX_BYTES];
    srv_redis *redis =
        config->redis != NULL ? srv_redis_open(config->redis, error, sizeof(error)) : NULL;
    bool is_well = config->redis == NULL || redis != NULL;
    srv_redis_close(redis);
    return print_unless(is_well, error);
}

bool srv_start_check(const srv_config *config)
{
    bool has_web = check_place(srv_place_of_web(config));
    bool has_events =
        !srv_config_has_service(config, "events") || check_place(srv_place_of_events(config));
    bool has_tls = check_tls(config);
    bool has_redis = check_redis(config);
    return has_web && has_events && has_tls && has_redis;
}
