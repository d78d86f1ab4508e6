/**
 * @file event_handshake.h
 * Who asks the hub for a WebSocket: refused with a problem document, or let in. Called by the hub's thread; each
 * returns what libwebsockets' callback is to return.
 */
#ifndef SRV_EVENT_HANDSHAKE_H
#define SRV_EVENT_HANDSHAKE_H

#include "event_hub_data.h"

/** Answer with a problem document, and end the connection. */
int srv_handshake_refuse(srv_hub *hub, struct lws *socket, unsigned status, const char *title);

/** Before the upgrade: see who asks for what. What is found is kept with the socket, to be freed. */
int srv_handshake_confirm(srv_hub *hub, struct lws *socket);

/** After the upgrade: the connection joins its audience, and begins where it asked to. */
int srv_handshake_end(srv_hub *hub, struct lws *socket, srv_connection *who);

#endif
