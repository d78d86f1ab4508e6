package org.leadscore;

import java.util.ArrayList;
import java.util.List;

/**
 * How a model did in a month. What cannot be said is NaN, as all of probabilities is of a scorecard without.
 *
 * @param month such as "2026-03", UTC
 * @param modelSha256 its id
 * @param modelName its name
 * @param modelVersion its version
 * @param leads how many
 * @param converted of them
 * @param meanProbability beside converted / leads: whether the model says too much or too little
 * @param brier mean of (probability - outcome)²
 * @param logLoss mean, in nats
 * @param auc of the scores
 * @param bins ten: [0, 0.1), [0.1, 0.2) ... [0.9, 1]
 */
public record Performance(
        String month,
        String modelSha256,
        String modelName,
        String modelVersion,
        long leads,
        long converted,
        double meanProbability,
        double brier,
        double logLoss,
        double auc,
        List<ProbabilityBin> bins) {
    static Performance of(lsc_performance from) {
        List<ProbabilityBin> bins = new ArrayList<>();
        for (lsc_probability_bin bin = Native.flat_performance_bin(from, 0); bin != null;
                bin = Native.flat_performance_bin(from, bins.size())) {
            bins.add(ProbabilityBin.of(bin));
        }
        return new Performance(from.getMonth(), from.getModel_sha256(), from.getModel_name(), from.getModel_version(),
                from.getN_leads(), from.getN_converted(), from.getMean_probability(), from.getBrier(),
                from.getLog_loss(), from.getAuc(), List.copyOf(bins));
    }
}
