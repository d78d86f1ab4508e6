/**
 * @file cache_owed.h
 * Keys that were to be removed from Redis while it did not answer. They are sent again until it has taken them, so that
 * what changed meanwhile is not read there as it was before.
 */
#ifndef SRV_CACHE_OWED_H
#define SRV_CACHE_OWED_H

#include <stdbool.h>

/** Keys that are kept. One more, and the oldest is forgotten: its value is there until its time is over. */
#define SRV_OWED_MAX 10000

typedef struct srv_owed srv_owed;

/** Remove a key; false: it must be tried again. By a thread of its own. */
typedef bool srv_owed_send(void *context, const char *key);

/** `context` must outlive it. */
srv_owed *srv_owed_open(srv_owed_send *send, void *context);

/** What is still owed is forgotten. */
void srv_owed_close(srv_owed *owed);

/* Any number of threads may call what follows. */

/** Have a key removed as soon as can be. */
void srv_owed_add(srv_owed *owed, const char *key);

/** Whether a key is still to be removed. */
bool srv_owed_has(srv_owed *owed, const char *key);

#endif
