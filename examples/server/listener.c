#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/** Connections that wait to be taken. */
#define BACKLOG 1024

srv_place srv_place_of_web(const srv_config *config)
{
    return (srv_place){"address", config->address, "port", config->port};
}

srv_place srv_place_of_events(const srv_config *config)
{
    bool has_own = config->events_address != NULL;
    return (srv_place){has_own ? "events_address" : "address",
                       has_own ? config->events_address : config->address, "events_port",
                       config->events_port};
}

/* Its length; 0 for what is none. */
static socklen_t read_address(const srv_place *place, struct sockaddr_storage *address)
{
    struct sockaddr_in *four = (struct sockaddr_in *)address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;
    memset(address, 0, sizeof(*address));
    if (inet_pton(AF_INET, place->address, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)place->port);
        return sizeof(*four);
    }
    if (inet_pton(AF_INET6, place->address, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((uint16_t)place->port);
        return sizeof(*six);
    }
    return 0;
}

/* Addresses of IPv4 within IPv6 would all be of one network, and so one client. */
static bool bind_to(int descriptor, const struct sockaddr_storage *address, socklen_t length)
{
    int on = 1;
    return (address->ss_family != AF_INET6 ||
            setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == 0) &&
           setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
           bind(descriptor, (const struct sockaddr *)address, length) == 0 &&
           listen(descriptor, BACKLOG) == 0;
}

static int port_of(int descriptor)
{
    struct sockaddr_storage bound = {0};
    socklen_t length = sizeof(bound);
    getsockname(descriptor, (struct sockaddr *)&bound, &length);
    return ntohs(bound.ss_family == AF_INET ? ((struct sockaddr_in *)&bound)->sin_port
                                            : ((struct sockaddr_in6 *)&bound)->sin6_port);
}

static void explain(const srv_place *place, int fault, char *error, size_t size)
{
    if (fault == EADDRINUSE) {
        snprintf(error, size,
                 "%s is %d, where another program listens at %s: end that one, or choose another "
                 "port",
                 place->port_key, (int)place->port, place->address);
    } else if (fault == EACCES) {
        snprintf(error, size,
                 "%s is %d, which takes more rights than this program has: choose one above 1023, "
                 "and let a proxy listen there",
                 place->port_key, (int)place->port);
    } else if (fault == EADDRNOTAVAIL || fault == EAFNOSUPPORT) {
        snprintf(error, size,
                 "%s is \"%s\", which this host does not have: choose one of its own, or %s for "
                 "all of them",
                 place->address_key, place->address,
                 strchr(place->address, ':') != NULL ? "::" : "0.0.0.0");
    } else {
        snprintf(error, size, "%s is \"%s\" and %s %d, where nobody can listen: %s",
                 place->address_key, place->address, place->port_key, (int)place->port,
                 strerror(fault));
    }
}

bool srv_listen(const srv_place *place, srv_listener_socket *made, char *error, size_t size,
                bool *is_taken)
{
    struct sockaddr_storage address;
    socklen_t length = read_address(place, &address);
    if (length == 0) {
        snprintf(error, size, "%s is \"%s\", must be an IPv4 or IPv6 address", place->address_key,
                 place->address);
        return false;
    }
    int descriptor = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0 || !bind_to(descriptor, &address, length)) {
        int fault = errno;
        explain(place, fault, error, size);
        if (is_taken != NULL) {
            *is_taken = fault == EADDRINUSE;
        }
        if (descriptor >= 0) {
            close(descriptor);
        }
        return false;
    }
    *made = (srv_listener_socket){descriptor, port_of(descriptor), address.ss_family == AF_INET6};
    return true;
}
