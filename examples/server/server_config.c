#include "server_config.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace/trace_settings.h"

typedef enum kind {
    KIND_TEXT,
    KIND_NUMBER,
    KIND_FLAG
} kind;

/** A setting: where it is kept, and what it may be. */
typedef struct setting_row {
    const char *key;
    kind kind;
    size_t offset;
    const char *fallback; /**< as the environment would have it; NULL: none */
    int64_t low;
    int64_t high;
    const char *choices; /**< of a text: words with a space between; NULL: any */
} setting_row;

/* clang-format off */
/* A setting is called as the member that it fills. */
#define ROW(name, kind, absent, low, high, choices) \
    {#name, kind, offsetof(srv_config, name), absent, low, high, choices}
#define TEXT(name, absent) ROW(name, KIND_TEXT, absent, 0, 0, NULL)
#define CHOICE(name, absent, choices) ROW(name, KIND_TEXT, absent, 0, 0, choices)
#define FLAG(name, absent) ROW(name, KIND_FLAG, absent, 0, 0, NULL)
#define NUMBER(name, absent, low, high) ROW(name, KIND_NUMBER, absent, low, high, NULL)

static const setting_row settings[] = {
    TEXT(address, "127.0.0.1"),
    NUMBER(port, "8080", 0, 65535),
    TEXT(store, "leadscore.db"),
    TEXT(auth_store, "auth.db"),
    TEXT(auth_key_file, "auth.key"),
    TEXT(token_issuer, NULL),
    TEXT(token_audience, "leadscore"),
    NUMBER(token_rotate_days, "30", 1, 366),
    TEXT(provider_issuer, NULL),
    TEXT(provider_client_id, NULL),
    TEXT(provider_client_secret, NULL),
    TEXT(provider_redirect_uri, NULL),
    FLAG(audited, "true"),
    CHOICE(durability, "full", "full normal"),
    NUMBER(threads, "0", 0, 256),
    TEXT(services, "all"),
    TEXT(tls_certificate, NULL),
    TEXT(tls_key, NULL),
    TEXT(cors_origins, ""),
    TEXT(public_url, NULL),
    CHOICE(log_level, "info", "info warning error"),
    NUMBER(max_body_bytes, "1048576", 1024, 268435456),
    NUMBER(max_model_bytes, "67108864", 1024, 268435456),
    NUMBER(request_seconds, "30", 1, 3600),
    NUMBER(idle_seconds, "60", 1, 3600),
    NUMBER(max_connections, "12000", 8, 1000000),
    NUMBER(drain_seconds, "20", 0, 3600),
    NUMBER(compress_from_bytes, "1024", 0, 268435456),
    NUMBER(model_check_ms, "1000", 0, 3600000),
    FLAG(trust_proxy, "false"),
    TEXT(redis, NULL),
    NUMBER(score_cache_bytes, "33554432", 0, 68719476736),
    NUMBER(score_cache_seconds, "60", 1, 86400),
    NUMBER(rate_limit_scale, "1", 1, 1000000),
    TEXT(events_address, NULL),
    NUMBER(events_port, "8081", 0, 65535),
    NUMBER(events_heartbeat_seconds, "30", 1, 3600),
    NUMBER(events_lifetime_seconds, "900", 1, 86400),
    NUMBER(events_max_connections, "12000", 1, 1000000),
    NUMBER(events_max_per_organization, "12000", 1, 1000000),
    NUMBER(events_kept, "256", 1, 100000),
    NUMBER(events_kept_bytes, "262144", 1024, 1073741824),
    TEXT(otlp_endpoint, NULL),
    TEXT(otlp_headers, NULL),
    NUMBER(otlp_timeout_ms, "10000", 1, 600000),
    TEXT(trace_ratio, "1"),
    TEXT(trace_service, NULL),
    TEXT(trace_resource, NULL),
    NUMBER(trace_queue, "2048", 1, 1000000),
    NUMBER(trace_delay_ms, "5000", 1, 600000),
};
/* clang-format on */

#define N_SETTINGS (sizeof(settings) / sizeof(settings[0]))

static const char *const services[] = {"auth", "users", "leads", "scoring", "analytics", "events"};

#define N_SERVICES (sizeof(services) / sizeof(services[0]))

static bool wrong(char error[SRV_CONFIG_ERROR], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool wrong(char error[SRV_CONFIG_ERROR], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error, SRV_CONFIG_ERROR, format, arguments);
    va_end(arguments);
    return false;
}

static const setting_row *find_setting(const char *key)
{
    for (size_t i = 0; i < N_SETTINGS; i++) {
        if (strcmp(settings[i].key, key) == 0) {
            return &settings[i];
        }
    }
    return NULL;
}

/* Whether `word` is among those of `list`, which `separator` stands between. */
static bool in_list(const char *list, char separator, const char *word, size_t length)
{
    while (*list != '\0') {
        size_t item = strcspn(list, (char[]){separator, '\0'});
        if (item == length && memcmp(list, word, length) == 0) {
            return true;
        }
        list += item + (list[item] == separator);
    }
    return false;
}

static bool set_text(srv_config *config, const setting_row *setting, const char *value, char *error)
{
    if (setting->choices != NULL && !in_list(setting->choices, ' ', value, strlen(value))) {
        return wrong(error, "%s is \"%s\", must be one of: %s", setting->key, value,
                     setting->choices);
    }
    char *copy = strdup(value);
    if (copy == NULL) {
        return wrong(error, "%s: no memory", setting->key);
    }
    char **place = (char **)((char *)config + setting->offset);
    free(*place);
    *place = copy;
    return true;
}

static bool set_number(srv_config *config, const setting_row *setting, const char *value,
                       char *error)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || number < setting->low ||
        number > setting->high) {
        return wrong(error, "%s is \"%s\", must be a number from %" PRId64 " to %" PRId64,
                     setting->key, value, setting->low, setting->high);
    }
    *(int64_t *)((char *)config + setting->offset) = number;
    return true;
}

static bool set_flag(srv_config *config, const setting_row *setting, const char *value, char *error)
{
    bool yes = strcmp(value, "true") == 0;
    if (!yes && strcmp(value, "false") != 0) {
        return wrong(error, "%s is \"%s\", must be true or false", setting->key, value);
    }
    *(bool *)((char *)config + setting->offset) = yes;
    return true;
}

bool srv_config_set(srv_config *config, const char *key, const char *value,
                    char error[SRV_CONFIG_ERROR])
{
    const setting_row *setting = find_setting(key);
    if (setting == NULL) {
        return wrong(error, "%s is no setting", key);
    }
    switch (setting->kind) {
    case KIND_NUMBER:
        return set_number(config, setting, value, error);
    case KIND_FLAG:
        return set_flag(config, setting, value, error);
    case KIND_TEXT:
    default:
        return set_text(config, setting, value, error);
    }
}

/* A member of the file, as the environment would have it. */
static bool set_member(srv_config *config, const char *key, json_t *value, char *error)
{
    char number[32];
    if (json_is_string(value)) {
        return srv_config_set(config, key, json_string_value(value), error);
    }
    if (json_is_boolean(value)) {
        return srv_config_set(config, key, json_is_true(value) ? "true" : "false", error);
    }
    if (json_is_integer(value)) {
        snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return srv_config_set(config, key, number, error);
    }
    return wrong(error, "%s must be a text, a whole number, true or false", key);
}

static bool read_file(srv_config *config, const char *path, char *error)
{
    json_error_t fault;
    json_t *file = json_load_file(path, JSON_REJECT_DUPLICATES, &fault);
    if (file == NULL) {
        return fault.line < 0 ? wrong(error, "%s", fault.text)
                              : wrong(error, "%s:%d: %s", path, fault.line, fault.text);
    }
    bool is_read = json_is_object(file);
    if (!is_read) {
        wrong(error, "%s: not one JSON object", path);
    }
    const char *key;
    json_t *value;
    json_object_foreach(file, key, value)
    {
        is_read = is_read && set_member(config, key, value, error);
    }
    json_decref(file);
    return is_read;
}

static bool read_environment(srv_config *config, char *error)
{
    for (size_t i = 0; i < N_SETTINGS; i++) {
        char name[64] = "LEADSCORE_SERVER_";
        size_t length = strlen(name);
        for (const char *at = settings[i].key; *at != '\0'; at++) {
            name[length++] = (char)toupper((unsigned char)*at);
        }
        name[length] = '\0';
        const char *value = getenv(name);
        if (value != NULL && !srv_config_set(config, settings[i].key, value, error)) {
            return false;
        }
    }
    return true;
}

static bool have_own_ports(const srv_config *config, char *error)
{
    bool is_one_address =
        config->events_address == NULL || strcmp(config->events_address, config->address) == 0;
    if (config->port == 0 || config->events_port != config->port || !is_one_address ||
        !srv_config_has_service(config, "events")) {
        return true;
    }
    return wrong(error, "events_port is %" PRId64 ", as port is: they must differ", config->port);
}

bool srv_config_check(const srv_config *config, char error[SRV_CONFIG_ERROR])
{
    if ((config->tls_certificate == NULL) != (config->tls_key == NULL)) {
        return wrong(error, "tls_certificate and tls_key go together: only one of them is given");
    }
    if (!srv_trace_settings_check(config, error) || !have_own_ports(config, error)) {
        return false;
    }
    if (strcmp(config->services, "all") == 0) {
        return true;
    }
    const char *at = config->services;
    while (*at != '\0') {
        size_t length = strcspn(at, ",");
        bool known = false;
        for (size_t i = 0; i < N_SERVICES; i++) {
            known =
                known || (strlen(services[i]) == length && memcmp(services[i], at, length) == 0);
        }
        if (!known) {
            return wrong(error,
                         "services names \"%.*s\", which is none of: auth, users, leads, "
                         "scoring, analytics, events",
                         (int)length, at);
        }
        at += length + (at[length] == ',');
    }
    return true;
}

static bool set_fallbacks(srv_config *config, char *error)
{
    for (size_t i = 0; i < N_SETTINGS; i++) {
        if (settings[i].fallback != NULL &&
            !srv_config_set(config, settings[i].key, settings[i].fallback, error)) {
            return false;
        }
    }
    return true;
}

bool srv_config_read(srv_config *config, const char *path, char error[SRV_CONFIG_ERROR])
{
    memset(config, 0, sizeof(*config));
    bool is_read = set_fallbacks(config, error) && srv_trace_settings_read(config, error) &&
                   (path == NULL || read_file(config, path, error)) &&
                   read_environment(config, error);
    if (!is_read) {
        srv_config_free(config);
    }
    return is_read;
}

bool srv_config_has_service(const srv_config *config, const char *service)
{
    return strcmp(config->services, "all") == 0 ||
           in_list(config->services, ',', service, strlen(service));
}

unsigned srv_config_threads(const srv_config *config)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t wanted = config->threads > 0 ? config->threads : processors;
    return wanted > 1 ? (unsigned)wanted : 1;
}

void srv_config_free(srv_config *config)
{
    for (size_t i = 0; i < N_SETTINGS; i++) {
        if (settings[i].kind == KIND_TEXT) {
            free(*(char **)((char *)config + settings[i].offset));
        }
    }
    memset(config, 0, sizeof(*config));
}
