/**
 * @file start_check.h
 * Whether what settings name can be used: addresses, certificate, Redis. Tried without answering anybody.
 */
#ifndef SRV_START_CHECK_H
#define SRV_START_CHECK_H

#include <stdbool.h>

#include "server_config.h"

/**
 * Try all of them, and print what is wrong, a line each. An address where another program listens is printed, but is
 * not wrong: it may be the server that this one is to replace.
 */
bool srv_start_check(const srv_config *config);

#endif
