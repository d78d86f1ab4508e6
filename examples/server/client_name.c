#include "client_name.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "call_data.h"

/* Of IPv6 the network: who has one address has all of it, and could be another client each time. */
static void name_network(const struct in6_addr *address, char client[SRV_CLIENT_SIZE])
{
    struct in6_addr network = {0};
    memcpy(&network, address, 8);
    inet_ntop(AF_INET6, &network, client, SRV_CLIENT_SIZE);
    strncat(client, "/64", SRV_CLIENT_SIZE - strlen(client) - 1);
}

static void name_socket(const struct sockaddr *address, char client[SRV_CLIENT_SIZE])
{
    client[0] = '\0';
    if (address != NULL && address->sa_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, address, sizeof(four));
        inet_ntop(AF_INET, &four.sin_addr, client, SRV_CLIENT_SIZE);
    } else if (address != NULL && address->sa_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, address, sizeof(six));
        name_network(&six.sin6_addr, client);
    }
}

static const struct sockaddr *peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info != NULL ? info->client_addr : NULL;
}

/* Behind a proxy the last address of X-Forwarded-For is the one that the proxy itself saw. */
void srv_name_client(srv_call *call)
{
    const char *header = srv_header(call, "X-Forwarded-For");
    if (!call->app->config.trust_proxy || header == NULL) {
        name_socket(peer_of(call->request->connection), call->client);
        return;
    }
    const char *last = strrchr(header, ',');
    last = last != NULL ? last + 1 : header;
    last += strspn(last, " ");
    snprintf(call->client, sizeof(call->client), "%.*s",
             (int)strspn(last, "0123456789abcdefABCDEF.:"), last);
    struct in6_addr six;
    if (inet_pton(AF_INET6, call->client, &six) == 1 && !IN6_IS_ADDR_V4MAPPED(&six)) {
        name_network(&six, call->client);
    }
}
