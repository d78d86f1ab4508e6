package org.leadscore;

import java.time.Instant;

/**
 * What is no longer to be kept; what is null stays.
 *
 * @param activitiesBefore activities that happened before
 * @param activityType of these only those of this type
 * @param scoresBefore scores as of a time before
 * @param leadsBefore leads of which the last thing that is known was before
 * @param dryRun count what would go, and change nothing
 */
public record Retention(
        Instant activitiesBefore, String activityType, Instant scoresBefore, Instant leadsBefore, boolean dryRun) {
    /** Nothing goes: begin with this. */
    public static final Retention NOTHING = new Retention(null, null, null, null, false);

    /** The same, and activities before a time, of a type; null: of any. */
    public Retention withActivities(Instant before, String type) {
        return new Retention(before, type, scoresBefore, leadsBefore, dryRun);
    }

    /** The same, and scores as of a time before. */
    public Retention withScores(Instant before) {
        return new Retention(activitiesBefore, activityType, before, leadsBefore, dryRun);
    }

    /** The same, and leads of which nothing is known since. */
    public Retention withLeads(Instant before) {
        return new Retention(activitiesBefore, activityType, scoresBefore, before, dryRun);
    }

    /** The same, only counted or not. */
    public Retention withDryRun(boolean wanted) {
        return new Retention(activitiesBefore, activityType, scoresBefore, leadsBefore, wanted);
    }
}
