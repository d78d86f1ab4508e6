package org.leadscore;

import java.time.Instant;

/**
 * An activity as a store lists it.
 *
 * @param id within its source
 * @param source "": not said
 * @param type such as "Email Opened"
 * @param time when it was
 * @param recordedTime when it was known
 * @param bot by a program
 * @param data its properties, a JSON object: flat, with dotted names
 */
public record StoredActivity(
        String id, String source, String type, Instant time, Instant recordedTime, boolean bot, String data) {
    static StoredActivity of(lsc_stored_activity from) {
        return new StoredActivity(from.getId(), from.getSource(), from.getType(),
                Instant.ofEpochMilli(from.getTime_ms()), Instant.ofEpochMilli(from.getRecorded_time_ms()),
                from.getBot(), from.getData());
    }
}
