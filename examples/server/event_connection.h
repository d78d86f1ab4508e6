/**
 * @file event_connection.h
 * A WebSocket of the hub that is open: what it is sent, and when it is closed. Called by the hub's thread.
 */
#ifndef SRV_EVENT_CONNECTION_H
#define SRV_EVENT_CONNECTION_H

#include "event_hub_data.h"

/** Sign in again: close codes of our own begin at 4000. */
#define SRV_CLOSE_SIGN_IN_AGAIN 4001

/** It can take something: the greeting, the next event, a ping or its end. What the callback is to return. */
int srv_connection_writable(srv_hub *hub, srv_connection *who);

/** Close it with a code, from within its callback: what that is to return. */
int srv_connection_close(srv_connection *who, uint16_t code);

/** Close it with a code when it can take that. */
void srv_connection_close_later(srv_connection *who, uint16_t code);

/** The client has shown that it lives. */
void srv_connection_heard(srv_connection *who, int64_t now_ms);

/** Do what its age and its silence ask for. */
void srv_connection_look_after(srv_hub *hub, srv_connection *who, int64_t now_ms);

#endif
