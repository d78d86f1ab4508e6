package org.leadscore;

/**
 * A score that was kept among many.
 *
 * @param score the score
 * @param changed its status, score, grade or probability is not that of the latest before
 */
public record Rescored(StoredScore score, boolean changed) {}
