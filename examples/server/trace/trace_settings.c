#include "trace/trace_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "trace/otlp_post.h"
#include "trace/pairs.h"

/* The later one wins: what is said of traces over what is said of all that is sent. */
static const char *const names[][2] = {
    {"OTEL_EXPORTER_OTLP_HEADERS", "otlp_headers"},
    {"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "otlp_headers"},
    {"OTEL_EXPORTER_OTLP_TIMEOUT", "otlp_timeout_ms"},
    {"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "otlp_timeout_ms"},
    {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "otlp_endpoint"},
    {"OTEL_SERVICE_NAME", "trace_service"},
    {"OTEL_RESOURCE_ATTRIBUTES", "trace_resource"},
    {"OTEL_BSP_MAX_QUEUE_SIZE", "trace_queue"},
    {"OTEL_BSP_SCHEDULE_DELAY", "trace_delay_ms"},
};

/* NULL: it is not set, or empty, which is the same by the standard. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static bool is_set_to(const char *name, const char *value)
{
    const char *given = variable(name);
    return given != NULL && strcmp(given, value) == 0;
}

/* Set one; where that is wrong the error names the variable. */
static bool set(srv_config *config, const char *name, const char *key, const char *value,
                char error[SRV_CONFIG_ERROR])
{
    char why[SRV_CONFIG_ERROR];
    if (srv_config_set(config, key, value, why)) {
        return true;
    }
    snprintf(error, SRV_CONFIG_ERROR, "%s: %.400s", name, why);
    return false;
}

/* The address of all that is sent, which the path of traces is added to. */
static bool set_base(srv_config *config, char error[SRV_CONFIG_ERROR])
{
    char url[2048];
    const char *name = "OTEL_EXPORTER_OTLP_ENDPOINT";
    const char *base = variable(name);
    if (base == NULL) {
        return true;
    }
    size_t length = strlen(base);
    bool has_slash = base[length - 1] == '/';
    if (length + sizeof("/v1/traces") > sizeof(url)) {
        snprintf(error, SRV_CONFIG_ERROR, "%s is too long", name);
        return false;
    }
    snprintf(url, sizeof(url), "%s%sv1/traces", base, has_slash ? "" : "/");
    return set(config, name, "otlp_endpoint", url, error);
}

/* A trace that came with a request is followed by any sampler, so its kind is told by its end. */
static bool set_ratio(srv_config *config, char error[SRV_CONFIG_ERROR])
{
    const char *sampler = variable("OTEL_TRACES_SAMPLER");
    const char *argument = variable("OTEL_TRACES_SAMPLER_ARG");
    if (sampler != NULL && strstr(sampler, "always_o") != NULL) {
        argument = strstr(sampler, "always_off") != NULL ? "0" : "1";
    }
    return argument == NULL ||
           set(config, "OTEL_TRACES_SAMPLER_ARG", "trace_ratio", argument, error);
}

static bool check_protocol(const char *name, char error[SRV_CONFIG_ERROR])
{
    if (!is_set_to(name, "grpc")) {
        return true;
    }
    snprintf(error, SRV_CONFIG_ERROR, "%s is \"grpc\": spans are sent over HTTP alone", name);
    return false;
}

bool srv_trace_settings_read(srv_config *config, char error[SRV_CONFIG_ERROR])
{
    if (is_set_to("OTEL_SDK_DISABLED", "true") || is_set_to("OTEL_TRACES_EXPORTER", "none")) {
        return true;
    }
    if (!set_base(config, error) || !set_ratio(config, error) ||
        !check_protocol("OTEL_EXPORTER_OTLP_PROTOCOL", error) ||
        !check_protocol("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", error)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = variable(names[i][0]);
        if (value != NULL && !set(config, names[i][0], names[i][1], value, error)) {
            return false;
        }
    }
    return true;
}

double srv_trace_ratio(const srv_config *config)
{
    char *end;
    double ratio = strtod(config->trace_ratio, &end);
    return end != config->trace_ratio && *end == '\0' && ratio >= 0 && ratio <= 1 ? ratio : -1;
}

static bool is_list(const char *text)
{
    json_t *list = srv_pairs_read(text);
    json_decref(list);
    return list != NULL;
}

bool srv_trace_settings_check(const srv_config *config, char error[SRV_CONFIG_ERROR])
{
    if (srv_trace_ratio(config) < 0) {
        snprintf(error, SRV_CONFIG_ERROR, "trace_ratio is \"%.100s\", must be a number from 0 to 1",
                 config->trace_ratio);
    } else if (config->otlp_endpoint != NULL && !srv_otlp_url_is_good(config->otlp_endpoint)) {
        snprintf(error, SRV_CONFIG_ERROR,
                 "otlp_endpoint is \"%.200s\", must be an address of http or https",
                 config->otlp_endpoint);
    } else if (!srv_otlp_headers_are_good(config->otlp_headers)) { /* Its value may be a secret. */
        snprintf(error, SRV_CONFIG_ERROR, "otlp_headers must be NAME=VALUE,NAME=VALUE");
    } else if (!is_list(config->trace_resource)) {
        snprintf(error, SRV_CONFIG_ERROR,
                 "trace_resource is \"%.200s\", must be KEY=VALUE,KEY=VALUE",
                 config->trace_resource);
    } else {
        return true;
    }
    return false;
}
