package org.leadscore;

/**
 * How much a store holds.
 *
 * @param organizations organizations
 * @param leads leads
 * @param activities activities
 * @param outcomes outcomes
 * @param models models
 * @param scores scores
 * @param bytes of the store as a whole
 */
public record StoreCounts(
        long organizations, long leads, long activities, long outcomes, long models, long scores, long bytes) {

    static StoreCounts of(lsc_store_counts counts) {
        return new StoreCounts(
                counts.getOrganizations(),
                counts.getLeads(),
                counts.getActivities(),
                counts.getOutcomes(),
                counts.getModels(),
                counts.getScores(),
                counts.getBytes());
    }
}
