/**
 * @file ticket.h
 * Tickets for what cannot send the header Authorization, above all WebSockets in a browser: good once, and for
 * a short while. Only the hash of one is kept.
 */
#ifndef SRV_TICKET_H
#define SRV_TICKET_H

#include "cache.h"

/** How long a ticket is good. */
#define SRV_TICKET_TTL_MS 30000
/** Bytes of a ticket, its NUL included: 256 random bits as base64url. */
#define SRV_TICKET_MAX 44

/** Issue a ticket for `holder`, a text. False: the cache did not keep it. Any number of threads may call it. */
bool srv_ticket_issue(srv_cache *cache, const char *holder, char ticket[SRV_TICKET_MAX]);

/** The holder of a ticket, to be freed; NULL: it is unknown, used or too old. Any number of threads may call it. */
char *srv_ticket_redeem(srv_cache *cache, const char *ticket);

#endif
