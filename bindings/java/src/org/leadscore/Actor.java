package org.leadscore;

import java.time.Instant;
import java.util.function.LongFunction;

/**
 * Who acts on a store, for its audit trail.
 *
 * @param uuid says nothing of the person but who it is, to who may know; null: not said
 * @param time when what is noted is done; null: the system's clock is asked each time
 */
public record Actor(String uuid, Instant time) {
    /** Acts now. */
    public Actor(String uuid) {
        this(uuid, null);
    }

    /** C's, or 0 of null. */
    static long copy(Actor actor) {
        return actor == null ? 0 : Native.flat_actor_new(actor.uuid, Inputs.optionalMs(actor.time, "time"));
    }

    /** A call of C's, with the address of the actor or 0, who is gone after it. */
    static <T> T use(Actor actor, LongFunction<T> call) {
        long address = copy(actor);
        try {
            return call.apply(address);
        } finally {
            Native.flat_actor_free(address);
        }
    }
}
