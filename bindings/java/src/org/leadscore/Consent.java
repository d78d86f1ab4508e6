package org.leadscore;

import java.time.Instant;
import java.util.Optional;

/**
 * That a lead gave its consent to something, or withdrew it.
 *
 * @param purpose such as {@link #PROFILING} or "marketing"
 * @param given false: withdrawn
 * @param time when it was
 * @param source where it is known from, such as a form's id
 */
public record Consent(String purpose, boolean given, Instant time, Optional<String> source) {
    /** The purpose whose withdrawal keeps a lead from being scored. */
    public static final String PROFILING = "profiling";

    public Consent {
        Inputs.present(purpose, "purpose");
        Inputs.present(source, "source");
        Inputs.timeMs(time, "time");
    }

    /** From nowhere in particular. */
    public Consent(String purpose, boolean given, Instant time) {
        this(purpose, given, time, Optional.empty());
    }

    static Consent of(lsc_consent from) {
        return new Consent(from.getPurpose(), from.getGiven(), Instant.ofEpochMilli(from.getTime_ms()),
                Optional.ofNullable(from.getSource()));
    }
}
