package org.leadscore;

import java.time.Duration;
import java.time.Instant;

/**
 * Of which time models are looked at.
 *
 * @param from scores as of this time on
 * @param until and before this one
 * @param horizon a lead converts when it does within this time after its score's
 * @param known until when outcomes are known: scores whose horizon ends later are left out
 * @param repeats leads that had converted already count, too
 */
public record PerformanceQuery(Instant from, Instant until, Duration horizon, Instant known, boolean repeats) {
    public PerformanceQuery {
        Inputs.timeMs(from, "from");
        Inputs.timeMs(until, "until");
        Inputs.timeMs(known, "known");
        Inputs.durationMs(horizon, "horizon");
    }
}
