/**
 * @file auth_start.h
 * Authentication from the server's settings, and the first user from its command line.
 */
#ifndef SRV_AUTH_START_H
#define SRV_AUTH_START_H

#include <stdbool.h>

#include "app.h"
#include "auth/auth.h"

/** As srv_auth_open(), by the settings, which outlive it. */
srv_auth *srv_auth_start(const srv_config *config, char why[SRV_AUTH_WHY]);

/**
 * Add the first owner of an organization and print his password, once.
 * @param text  "ORGANIZATION:ADDRESS"
 * @return false on error, which is printed
 */
bool srv_first_owner_print(const srv_app *app, const char *text);

#endif
