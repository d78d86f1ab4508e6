package org.leadscore;

import java.time.Instant;
import java.util.Optional;

/**
 * A lead whose score can have changed.
 *
 * @param id the caller's
 * @param reason why
 * @param due of {@link Reason#DUE}, since when
 */
public record StaleLead(String id, Reason reason, Optional<Instant> due) {
    /** Why the latest score of a lead may not be what scoring it again would give. */
    public enum Reason {
        /** The lead or its activities changed since, or it was never scored. */
        CHANGED,
        /** Another model scored it. */
        MODEL,
        /** Time alone moved it. */
        DUE
    }

    private static final Reason[] REASONS = Reason.values();

    static StaleLead of(lsc_stale_lead from) {
        long dueMs = from.getDue_ms();
        return new StaleLead(from.getId(), REASONS[from.getReason()],
                dueMs == Long.MIN_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(dueMs)));
    }
}
