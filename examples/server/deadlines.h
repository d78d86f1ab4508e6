/**
 * @file deadlines.h
 * Connections that take too long for one request are ended. libmicrohttpd ends those on which nothing comes; one
 * that sends a byte now and then would hold its place for ever.
 */
#ifndef SRV_DEADLINES_H
#define SRV_DEADLINES_H

#include <microhttpd.h>
#include <stdint.h>

typedef struct srv_deadlines srv_deadlines;

/**
 * @param seconds  from the end of a request, or the beginning of the connection, to the end of the next
 * @return NULL: no memory, or no thread.
 */
srv_deadlines *srv_deadlines_new(int64_t seconds);
/** When the daemon has stopped. NULL is allowed. */
void srv_deadlines_free(srv_deadlines *deadlines);

/** libmicrohttpd's MHD_OPTION_NOTIFY_CONNECTION, with the deadlines as its closure. */
void srv_deadlines_notify(void *deadlines, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code);
/** A request of a connection has ended: the time of the next begins. */
void srv_deadlines_renew(struct MHD_Connection *connection);

#endif
