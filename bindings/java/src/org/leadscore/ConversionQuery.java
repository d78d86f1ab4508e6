package org.leadscore;

import java.time.Duration;
import java.time.Instant;

/**
 * Which conversions are counted.
 *
 * @param asOf leads count as they stood then
 * @param horizon a lead converts when it does within this time after it
 * @param model scores of the model of this id alone; null: of any
 * @param repeats leads that had converted already count, too
 */
public record ConversionQuery(Instant asOf, Duration horizon, String model, boolean repeats) {
    public ConversionQuery {
        Inputs.timeMs(asOf, "asOf");
        Inputs.durationMs(horizon, "horizon");
    }

    /** Of any model, without leads that had converted. */
    public ConversionQuery(Instant asOf, Duration horizon) {
        this(asOf, horizon, null, false);
    }
}
