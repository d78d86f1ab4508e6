package org.leadscore;

/**
 * Leads whose probability is in a bin.
 *
 * @param leads how many
 * @param converted of them
 * @param meanProbability NaN where there are none
 */
public record ProbabilityBin(long leads, long converted, double meanProbability) {
    static ProbabilityBin of(lsc_probability_bin from) {
        return new ProbabilityBin(from.getN_leads(), from.getN_converted(), from.getMean_probability());
    }
}
