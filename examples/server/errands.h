/**
 * @file errands.h
 * Work that takes long, by threads of its own, so that those which answer requests never wait for it.
 *
 * Some waits for others, such as a provider of log-ins: each piece has a thread. Some takes the processor, such as counting
 * all leads of an organization: there are few threads for that, and one organization has one of them at a time; its next piece
 * stands in line, and comes after those of others.
 */
#ifndef SRV_ERRANDS_H
#define SRV_ERRANDS_H

#include <stdbool.h>

/** Pieces of work that may wait for others. One more is refused. */
#define SRV_MAX_ERRANDS 16
/** Pieces of one organization that may be done and in line. One more is refused. */
#define SRV_MAX_ERRANDS_IN_LINE 64

typedef struct srv_errands srv_errands;

/** The work. `goes` is false where it is not to be done, since the server stops. */
typedef void srv_errand_run(void *ctx, bool goes);

/** @param n_threads  for work that takes the processor @return NULL: no memory */
srv_errands *srv_errands_new(unsigned n_threads);

/**
 * Have `run(ctx)` called by another thread. Any thread.
 *
 * @param organization  whose line it stands in; NULL: it waits for others
 * @return false: too many are under way, or there is no thread
 */
bool srv_errands_run(srv_errands *errands, const char *organization, srv_errand_run *run,
                     void *ctx);

/** Wait for those under way. Those in line are not done, and what comes later is refused. NULL is allowed. */
void srv_errands_end(srv_errands *errands);

/** After its end. NULL is allowed. */
void srv_errands_free(srv_errands *errands);

#endif
