package org.leadscore;

/**
 * What went, or would go.
 *
 * @param leads whole, with all that is held of them
 * @param activities of leads that stay
 * @param scores of leads that stay
 */
public record RetentionCounts(long leads, long activities, long scores) {}
