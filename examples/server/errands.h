/**
 * @file errands.h
 * Work that waits for others, such as a provider of log-ins: each piece in a thread of its own, so that the threads which
 * answer requests never wait for it.
 */
#ifndef SRV_ERRANDS_H
#define SRV_ERRANDS_H

#include <stdbool.h>

/** Pieces of work that may be under way. One more is refused. */
#define SRV_MAX_ERRANDS 16

typedef struct srv_errands srv_errands;

/** NULL: no memory. */
srv_errands *srv_errands_new(void);

/** Have `run(ctx)` called by a thread of its own. False: too many are under way, or there is no thread. Any thread. */
bool srv_errands_run(srv_errands *errands, void (*run)(void *ctx), void *ctx);

/** Wait for those under way; what comes later is refused. NULL is allowed. */
void srv_errands_end(srv_errands *errands);

/** After its end. NULL is allowed. */
void srv_errands_free(srv_errands *errands);

#endif
