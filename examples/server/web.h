/**
 * @file web.h
 * HTTP by libmicrohttpd, with epoll and a pool of threads. The only file that starts it.
 */
#ifndef SRV_WEB_H
#define SRV_WEB_H

#include "app.h"

typedef struct srv_web srv_web;

#define SRV_WEB_ERROR 512

/**
 * Begin to answer.
 * @param error  filled where that is not possible
 * @return NULL on error.
 */
srv_web *srv_web_start(srv_app *app, char error[SRV_WEB_ERROR]);

/** The port that it listens on, which may have been chosen by the system. */
int srv_web_port(const srv_web *web);

/** Take no more connections. Those that there are go on. */
void srv_web_quiesce(srv_web *web);

/** End all connections and threads. NULL is allowed. */
void srv_web_stop(srv_web *web);

#endif
