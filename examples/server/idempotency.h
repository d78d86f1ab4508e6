/**
 * @file idempotency.h
 * Requests that are sent again: one with an Idempotency-Key that was used before gets the answer of then, and
 * nothing is done twice. Answers are kept in auth.db, sealed, so that they outlive a restart.
 *
 * A key belongs to who uses it. A request that the end of the process cut short is done again: whether it had
 * come into the store before the cut, its own answer says (409 for a lead that is there).
 */
#ifndef SRV_IDEMPOTENCY_H
#define SRV_IDEMPOTENCY_H

#include <stdbool.h>

#include "call_data.h"

/** For so long an answer is kept. */
#define SRV_REPLAY_MS (INT64_C(24) * 3600 * 1000)
/** For so long a request that has begun keeps others with its key away. */
#define SRV_REPLAY_LEASE_MS INT64_C(60000)
/** Bytes of an answer that is kept. A longer one is not: the request can be done again. */
#define SRV_MAX_REPLAY_BYTES (1u << 20)

/** Before the handler. False: the call has been answered, as it was before or since it may not go on. */
bool srv_replay_begin(srv_call *call);

/** After the handler: keep its answer, unless it was a fault that may pass. */
void srv_replay_end(srv_call *call);

#endif
