/**
 * @file server_config.h
 * Settings: a JSON file, then the environment (LEADSCORE_SERVER_PORT for "port"), checked at
 * start, each by itself and all together.
 */
#ifndef SRV_SERVER_CONFIG_H
#define SRV_SERVER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SRV_MAX_CONFIG_FILE (1u << 20) /**< bytes */
#define SRV_CONFIG_ERROR 512           /**< room for what is wrong with a setting */

/** The settings. Texts belong to it; a setting that was not given is NULL or its default. */
typedef struct srv_config {
    char *address;
    int64_t port;
    char *store;
    char *auth_store;
    /** Holds the key that auth_store is sealed with; made where there is none. */
    char *auth_key_file;
    char *token_issuer;           /**< of access tokens; NULL: public_url, or "leadscore-server" */
    char *token_audience;         /**< of access tokens */
    int64_t token_rotate_days;    /**< a key signs so long */
    char *provider_issuer;        /**< an OpenID provider; NULL: none */
    char *provider_client_id;     /**< of this server there */
    char *provider_client_secret; /**< NULL: a public client */
    char *provider_redirect_uri;  /**< of the page that takes what the provider sends */
    bool audited;                 /**< who reads or changes personal data is noted in the store */
    char *durability;
    int64_t threads; /**< 0: one a processor */
    char *services;  /**< names, with commas between; "all" */
    char *tls_certificate;
    char *tls_key;
    char *cors_origins; /**< with spaces between; "": none */
    char *public_url;   /**< where clients find the server; NULL: address and port */
    char *log_level;    /**< "info", "warning" or "error" */
    int64_t max_body_bytes;
    int64_t max_model_bytes; /**< of a bundle that is uploaded */
    int64_t request_seconds; /**< for a request to come in */
    int64_t idle_seconds;    /**< between two requests of a connection */
    int64_t max_connections;
    int64_t drain_seconds; /**< that requests get to end in when the server is to stop */
    int64_t compress_from_bytes;
    int64_t model_check_ms;      /**< how often a thread asks the store which model is active */
    bool trust_proxy;            /**< X-Forwarded-For and X-Request-Id are believed */
    char *redis;                 /**< URL; NULL: limits, cache and events stay in this process */
    int64_t score_cache_bytes;   /**< of memory, where there is no Redis */
    int64_t score_cache_seconds; /**< that a score is read from the cache */
    int64_t rate_limit_scale;    /**< the limits of the document, times this */
    char *events_address;        /**< of the WebSockets; NULL: as `address` */
    int64_t events_port;         /**< 0: any that is free */
    int64_t events_heartbeat_seconds;
    int64_t events_lifetime_seconds; /**< of a connection: an access token is good for as long */
    int64_t events_max_connections;
    int64_t events_max_per_organization;
    int64_t events_kept;       /**< of each organization, for those who come back */
    int64_t events_kept_bytes; /**< and their bytes */
    char *
        otlp_endpoint; /**< where traces go, "http://collector:4318/v1/traces"; NULL: nothing is traced */
    char *otlp_headers; /**< that go with them: "NAME=VALUE,NAME=VALUE" */
    int64_t otlp_timeout_ms;
    char *trace_ratio;    /**< of traces that begin here: from "0", none, to "1", all */
    char *trace_service;  /**< the name that spans are sent under; NULL: "leadscore-server" */
    char *trace_resource; /**< more to say of this process: "KEY=VALUE,KEY=VALUE" */
    int64_t trace_queue;  /**< spans that may wait to be sent */
    int64_t trace_delay_ms;
} srv_config;

/**
 * Read the settings.
 *
 * @param path   of the file; NULL: none, the environment alone
 * @param error  filled with one line that names the setting
 * @return false: something is wrong with them, and `config` is empty.
 */
bool srv_config_read(srv_config *config, const char *path, char error[SRV_CONFIG_ERROR]);

/** Set one, as the environment would. As srv_config_read(). */
bool srv_config_set(srv_config *config, const char *key, const char *value,
                    char error[SRV_CONFIG_ERROR]);

/** See whether settings fit together: what none of them says alone. As srv_config_read(). */
bool srv_config_check(const srv_config *config, char error[SRV_CONFIG_ERROR]);

/** Threads that answer requests. */
unsigned srv_config_threads(const srv_config *config);

/** Whether the settings ask for a service ("leads"). */
bool srv_config_has_service(const srv_config *config, const char *service);

/** Free what settings hold. */
void srv_config_free(srv_config *config);

#endif
