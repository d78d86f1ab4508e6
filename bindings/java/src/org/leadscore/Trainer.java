package org.leadscore;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * How models are trained and measured; docs/training.md says what each of its settings is, and what it is where nothing is
 * said, or 0. Each setter gives the trainer back. One thread sets it; calls may then be made by several.
 *
 * <p>A call takes its thread until it is over. XGBoost's library is looked for when the first training of the process
 * asks for it; scoring does without.
 */
public final class Trainer {
    /** At which times leads are looked at, where they have times. */
    public enum AsOf {
        /** At times of the calendar, {@link #every} apart. */
        EVERY,
        /** Once, {@link #asOf(AsOf, Duration)} after the lead came to be. */
        CREATED,
        /** So long before each outcome, which is the label. */
        BEFORE_OUTCOME
    }

    /** How much work goes into a model. */
    public enum Effort {
        STANDARD,
        QUICK,
        BEST
    }

    /** What is learned. */
    public enum Learner {
        TREES,
        /** Log-odds are a sum of one function of each column. */
        ADDITIVE,
        /** Additive, unless trees beat it on rows that neither has seen. */
        LADDER
    }

    /** How it is found out how good a model is. */
    public enum Validation {
        USUAL,
        /** By folds of all rows too, where there are times. */
        BOTH
    }

    private long horizonMs;
    private long everyMs;
    private int rowsPerLead;
    private AsOf asOf = AsOf.EVERY;
    private long asOfMs;
    private boolean repeats;
    private long seed;
    private Effort effort = Effort.STANDARD;
    private Learner learner = Learner.TREES;
    private Validation validation = Validation.USUAL;
    private int folds;
    private int foldRepeats;
    private double gateAuc;
    private int gateOutcomes;
    private int threads;
    private boolean dropLeaks;
    private String name;
    private String version;
    private String modelType;
    private String created;
    private String spec;
    private Model incumbent;
    private boolean noted = true;
    private Path xgboost;
    private Progress<? super TrainingNews> progress;

    // How rows are made of leads with times.

    /** A lead converts within this time. */
    public Trainer horizon(Duration horizon) {
        horizonMs = Inputs.durationMs(horizon, "horizon");
        return this;
    }

    /** Leads are looked at so far apart. */
    public Trainer every(Duration every) {
        everyMs = Inputs.durationMs(every, "every");
        return this;
    }

    /** Most times that a lead is looked at. */
    public Trainer rowsPerLead(int most) {
        rowsPerLead = Inputs.whole(most, "rowsPerLead");
        return this;
    }

    /** When leads are looked at. */
    public Trainer asOf(AsOf when) {
        return asOf(when, Duration.ZERO);
    }

    /** When leads are looked at: so long after they came to be, or before their outcomes. */
    public Trainer asOf(AsOf when, Duration apart) {
        asOfMs = Inputs.durationMs(apart, "apart");
        asOf = Inputs.present(when, "when");
        return this;
    }

    /** A lead that converted may do so again. */
    public Trainer repeats(boolean wanted) {
        repeats = wanted;
        return this;
    }

    /** What chance follows from: the same data, settings and seed give the same bytes. */
    public Trainer seed(long number) {
        seed = number;
        return this;
    }

    // What is learned.

    /** What is computed of a lead, as JSON; null: inferred from a table or from events, else the library's own. */
    public Trainer spec(String json) {
        spec = json;
        return this;
    }

    /** How much work goes into it. */
    public Trainer effort(Effort much) {
        effort = Inputs.present(much, "effort");
        return this;
    }

    /** What is learned. */
    public Trainer learner(Learner kind) {
        learner = Inputs.present(kind, "learner");
        return this;
    }

    /** How it is measured. */
    public Trainer validation(Validation kind) {
        validation = Inputs.present(kind, "validation");
        return this;
    }

    /** Into how many parts leads are dealt. */
    public Trainer folds(int number) {
        folds = Inputs.whole(number, "folds");
        return this;
    }

    /** How often they are dealt. */
    public Trainer foldRepeats(int number) {
        foldRepeats = Inputs.whole(number, "foldRepeats");
        return this;
    }

    /** The ROC AUC that the gate asks for. */
    public Trainer gateAuc(double least) {
        gateAuc = least;
        return this;
    }

    /** How many outcomes of each kind the gate asks for. */
    public Trainer gateOutcomes(int least) {
        gateOutcomes = Inputs.whole(least, "gateOutcomes");
        return this;
    }

    /** A model that must be beaten on the newest data; null: none. */
    public Trainer incumbent(Model model) {
        incumbent = model;
        return this;
    }

    /** Leave out what may tell what was not known yet. */
    public Trainer dropLeaks(boolean wanted) {
        dropLeaks = wanted;
        return this;
    }

    // What the bundle says of itself.

    /** The name of the model. */
    public Trainer name(String text) {
        name = text;
        return this;
    }

    /** The version of the model. */
    public Trainer version(String text) {
        version = text;
        return this;
    }

    /** "behavioral", "demographic" or "composite": only groups of this kind are kept. */
    public Trainer modelType(String type) {
        modelType = type;
        return this;
    }

    /** A time that goes into the bundle; null: none. */
    public Trainer created(Instant time) {
        created = time == null ? null : time.toString();
        return this;
    }

    // What is left elsewhere.

    /**
     * With a {@link LeadStore}, note in the store which leads were read, so that {@link StorePrivacy#eraseLead} names the
     * model. It is, where nothing is said; do not for a store that may only be read.
     */
    public Trainer noted(boolean wanted) {
        noted = wanted;
        return this;
    }

    // How the work is done.

    /** How many threads train; the bundle does not depend on it. */
    public Trainer threads(int number) {
        threads = Inputs.whole(number, "threads");
        return this;
    }

    /** XGBoost's library, for the first training of the process; null: that of the system. */
    public Trainer xgboost(Path library) {
        xgboost = library;
        return this;
    }

    /** Who is told how far it is, and may stop it; null: nobody. */
    public Trainer progress(Progress<? super TrainingNews> told) {
        progress = told;
        return this;
    }

    // Calls.

    /**
     * Train a model. It is there when a bundle was made, whatever the gate says. Which leads of a {@link LeadStore} it was
     * trained on is {@link #noted} there.
     *
     * @throws LeadscoreException UNSUPPORTED where XGBoost's library is not there; BAD_DATA when nothing can be learned,
     *     saying what was found; TRAINING with XGBoost's words; CANCELLED; what the leads or the spec come to
     */
    public Training train(Leads leads) {
        Native.flat_find_xgboost(Inputs.path(xgboost));
        // Opened before the work, lest it is in vain where the store cannot be written.
        try (Store store = noted && leads instanceof LeadStore of ? of.openStore() : null) {
            return Sources.use(leads, source -> Sources.useSpec(spec, leads, source, found -> useWanted(wanted ->
                    Model.lend(incumbent, model -> trained(source, store,
                            Native.flat_train(source, wanted, found, model, TrainingNews.watch(progress)))))));
        }
    }

    private static Training trained(long source, Store store, long training) {
        try {
            return new Training(training, store == null ? 0 : Store.call(store, address ->
                    Native.flat_training_note(training, source, address)));
        } finally {
            Native.lsc_training_free(training);
        }
    }

    /** The spec that {@link #train} takes where none is set. */
    public InferredSpec inferSpec(Leads leads) {
        return Sources.use(leads, source -> Sources.useSpec(null, leads, source, InferredSpec::of));
    }

    /**
     * Give out the rows that {@link #train} would make, for a look or another tool. Nothing is learned into the spec.
     *
     * @param take is given each row; false ends the call with CANCELLED
     * @return the names of their columns
     */
    public List<String> trainingRows(Leads leads, Predicate<? super TrainingRow> take) {
        Inputs.present(take, "take");
        return Sources.use(leads, source -> Sources.useSpec(spec, leads, source, found -> useWanted(wanted -> {
            List<String> columns = columnsOf(found);
            Native.flat_training_rows(source, wanted, found, (bytes, time, label, item) ->
                    take.test(TrainingRow.of(bytes, columns.size(), time, label)));
            return columns;
        })));
    }

    private static List<String> columnsOf(long spec) {
        List<String> names = new ArrayList<>();
        for (long i = 0; i < Native.flat_spec_columns(spec); i++) {
            names.add(Native.flat_spec_column(spec, i));
        }
        return List.copyOf(names);
    }

    /** Measure a model on leads whose end is known, as training does: JSON (docs/metrics.md). */
    public String evaluate(Model model, Leads leads) {
        Inputs.present(model, "model");
        return Sources.use(leads, source -> useWanted(wanted -> Model.lend(model, held ->
                Native.flat_evaluate(held, source, wanted, TrainingNews.watch(progress)))));
    }

    /**
     * Whether leads are still such as a model was trained on: JSON (docs/drift.md).
     *
     * @param time leads as they were then; may be null for a table
     */
    public String drift(Model model, Leads leads, Instant time) {
        Inputs.present(model, "model");
        long timeMs = Inputs.optionalMs(time, "time");
        return Sources.use(leads, source -> Model.lend(model, held ->
                Native.flat_drift(held, source, timeMs, horizonMs, seed, TrainingNews.watch(progress))));
    }

    /** In the order of flat_train.h. */
    private long[] numbers() {
        return new long[] {
            horizonMs, everyMs, rowsPerLead, asOf.ordinal(), asOfMs, repeats ? 1 : 0, seed, effort.ordinal(),
            learner.ordinal(), validation.ordinal(), folds, foldRepeats, gateOutcomes, threads, dropLeaks ? 1 : 0
        };
    }

    private <T> T useWanted(java.util.function.LongFunction<T> call) {
        long wanted = Native.flat_wanted_new(numbers(), gateAuc);
        try {
            Native.flat_wanted_name(wanted, name, version, modelType, created);
            return call.apply(wanted);
        } finally {
            Native.flat_wanted_free(wanted);
        }
    }
}
