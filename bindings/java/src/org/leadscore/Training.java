package org.leadscore;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a training gave. */
public final class Training {
    private final byte[] bundle;
    private final boolean gatePassed;
    private final List<String> gateReasons;
    private final String metrics;
    private final List<Leak> leaks;
    private final long leadsGone;

    /**
     * A column that may tell what was not known yet (docs/leaks.md).
     *
     * @param column its name, or "(rows)" for leads that are there twice
     * @param reason why it is suspected
     */
    public record Leak(String column, String reason) {}

    /** @param training C's, which is freed by the caller */
    Training(long training, long leadsGone) {
        this.leadsGone = leadsGone;
        bundle = Native.flat_training_bundle(training);
        gatePassed = Native.lsc_training_gate_passed(training);
        gateReasons = Native.lsc_training_gate_reasons(training).lines().toList();
        metrics = Native.lsc_training_metrics_json(training);
        List<Leak> found = new ArrayList<>();
        for (long i = 0; i < Native.lsc_training_n_leaks(training); i++) {
            found.add(new Leak(Native.lsc_training_leak_column(training, i),
                    Native.lsc_training_leak_reason(training, i)));
        }
        leaks = List.copyOf(found);
    }

    /** The bundle (.lsm), for {@link Model#load(byte[])}, a store or a file. */
    public byte[] bundle() {
        return bundle.clone();
    }

    /** Whether the gate passed. */
    public boolean gatePassed() {
        return gatePassed;
    }

    /** The gate's reasons. */
    public List<String> gateReasons() {
        return gateReasons;
    }

    /** Metrics with their intervals, as JSON (docs/metrics.md). */
    public String metrics() {
        return metrics;
    }

    /** Columns that may leak. */
    public List<Leak> leaks() {
        return leaks;
    }

    /**
     * How many of a store's leads that it was trained on were deleted meanwhile. No erasure will name the model: better
     * train again. 0 where nothing was noted.
     */
    public long leadsGone() {
        return leadsGone;
    }

    /** The model, loaded. */
    public Model model() {
        return Model.load(bundle);
    }

    /** Write the bundle to a file, whole or not at all. */
    public void write(Path path) {
        Bundles.write(path, bundle);
    }
}
