package org.leadscore;

/**
 * What scoring many leads came to.
 *
 * @param scored scores that were kept
 * @param changed of them, those that were not the same before
 */
public record RescoringCounts(long scored, long changed) {}
