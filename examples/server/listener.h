/**
 * @file listener.h
 * A socket that listens where settings say, and what is wrong with them where none can.
 */
#ifndef SRV_LISTENER_H
#define SRV_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server_config.h"

/** Where to listen, with the settings that say so. */
typedef struct srv_place {
    const char *address_key;
    const char *address; /**< IPv4 or IPv6 */
    const char *port_key;
    int64_t port; /**< 0: any that is free */
} srv_place;

/** A socket that listens. */
typedef struct srv_listener_socket {
    int descriptor; /**< to be closed by the caller */
    int port;
    bool is_six; /**< of IPv6, and of that alone */
} srv_listener_socket;

/** Where requests are answered, and where WebSockets are. */
srv_place srv_place_of_web(const srv_config *config);
srv_place srv_place_of_events(const srv_config *config);

/**
 * Listen.
 *
 * @param error     filled with one line that names the setting and says what to do
 * @param is_taken  set: another program listens there. NULL is allowed
 * @return false: that cannot be.
 */
bool srv_listen(const srv_place *place, srv_listener_socket *made, char *error, size_t size,
                bool *is_taken);

#endif
