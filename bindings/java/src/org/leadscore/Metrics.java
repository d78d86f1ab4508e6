package org.leadscore;

/** Metrics of probabilities. */
public final class Metrics {
    private Metrics() {}

    /**
     * Metrics with their intervals, as JSON (docs/metrics.md).
     *
     * @param labels whether it came true
     * @param probabilities in [0, 1], as many
     * @param seed of the intervals
     * @throws LeadscoreException BAD_DATA where there is one class only, or no row; INVALID_ARG
     */
    public static String of(boolean[] labels, double[] probabilities, long seed) {
        byte[] ones = new byte[Inputs.present(labels, "labels").length];
        for (int i = 0; i < ones.length; i++) {
            ones[i] = (byte) (labels[i] ? 1 : 0);
        }
        return Native.flat_metrics(ones, Inputs.present(probabilities, "probabilities"), seed);
    }
}
