package org.leadscore;

import java.nio.file.Path;

/**
 * A foreign CSV file of events, one a row.
 *
 * @param events the file
 * @param map what its columns are, as JSON (docs/events.md)
 * @param delimiter a character of ASCII; 0: it is found out
 */
public record LeadEvents(Path events, String map, char delimiter) implements Leads {
    public LeadEvents {
        Inputs.present(events, "events");
        Inputs.present(map, "map");
        Inputs.delimiter(delimiter);
    }

    /** Events whose delimiter is found out. */
    public LeadEvents(Path events, String map) {
        this(events, map, '\0');
    }
}
