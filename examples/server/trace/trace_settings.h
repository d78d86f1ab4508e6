/**
 * @file trace_settings.h
 * Settings of the traces: by the names that OpenTelemetry gives them in the environment, and whether they are good.
 */
#ifndef SRV_TRACE_SETTINGS_H
#define SRV_TRACE_SETTINGS_H

#include "server_config.h"

/** Take what OTEL_... says. Settings of our own are read later, and win. As srv_config_read(). */
bool srv_trace_settings_read(srv_config *config, char error[SRV_CONFIG_ERROR]);

/** As srv_config_check(). */
bool srv_trace_settings_check(const srv_config *config, char error[SRV_CONFIG_ERROR]);

/** The setting trace_ratio; -1: it is none. */
double srv_trace_ratio(const srv_config *config);

#endif
