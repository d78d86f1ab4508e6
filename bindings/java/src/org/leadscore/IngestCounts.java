package org.leadscore;

/**
 * What was taken in.
 *
 * @param leads put
 * @param activities new; those within leads too
 * @param duplicates activities that were there already
 * @param outcomes lines of outcomes
 * @param rejected lines that were set aside
 */
public record IngestCounts(long leads, long activities, long duplicates, long outcomes, long rejected) {}
