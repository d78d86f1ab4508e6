/**
 * @file server_log.h
 * The log: one JSON object a line, on standard output. Any thread.
 */
#ifndef SRV_SERVER_LOG_H
#define SRV_SERVER_LOG_H

#include <jansson.h>
#include <stdbool.h>

typedef enum srv_level {
    SRV_INFO = 0,
    SRV_WARNING = 1,
    SRV_ERROR = 2
} srv_level;

/** Lines below this level are left out. Before any thread is started. */
void srv_log_set_level(srv_level level);
/** Whether lines of a level are written. */
bool srv_log_has(srv_level level);
/** The level of a name; SRV_INFO for what is none. */
srv_level srv_level_of(const char *name);

/**
 * Write a line.
 *
 * @param event   what happened: "started", "request"
 * @param fields  more of it, taken; may be NULL. Control characters in texts are escaped, so none of them
 *                begins a line of its own
 */
void srv_log(srv_level level, const char *event, json_t *fields);

#endif
