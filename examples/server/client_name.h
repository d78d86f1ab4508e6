/**
 * @file client_name.h
 * Which client a request comes from: what the log says, and what limits of public operations go by.
 */
#ifndef SRV_CLIENT_NAME_H
#define SRV_CLIENT_NAME_H

#include "call.h"

/** Name the client of a call: its address, or that of its network. With trust_proxy that which the proxy saw. */
void srv_name_client(srv_call *call);

#endif
