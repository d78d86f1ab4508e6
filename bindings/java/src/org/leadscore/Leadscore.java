package org.leadscore;

import java.time.Instant;

/** The library. */
public final class Leadscore {
    private Leadscore() {}

    /** The version of the library within. */
    public static String version() {
        return Native.lsc_version();
    }

    /**
     * A time as leads and activities have it: RFC 3339, a date alone, or milliseconds since 1970.
     *
     * @throws LeadscoreException INVALID_ARG
     */
    public static Instant parseTime(String text) {
        return Instant.ofEpochMilli(Native.flat_time_parse(Inputs.utf8(Inputs.present(text, "text"))));
    }
}
