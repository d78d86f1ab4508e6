package org.leadscore;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * What a bundle (.lsm) holds, checked and ready to score. It never changes, and any number of threads share it.
 *
 * <p>Closing it gives its memory back as soon as no scorer of it is left; without that the garbage collector does,
 * which does not know how much it is.
 */
public final class Model implements AutoCloseable {
    private final Handle handle;
    private final ModelInfo info;
    private final List<String> columns;
    private final ConcurrentLinkedQueue<Scorer> idle = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    Model(long address) {
        handle = new Handle(this, "model", address, Native::lsc_model_unref);
        info = ModelInfo.of(address);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < info.nColumns(); i++) {
            names.add(Native.flat_model_column_name(address, i));
        }
        columns = List.copyOf(names);
    }

    /**
     * Load a bundle from a file. Everything in it is checked before use.
     *
     * @throws LeadscoreException NOT_FOUND, IO, BAD_MODEL, BAD_SPEC, BAD_JSON, UNSUPPORTED, LIMIT, NO_MEMORY,
     *     naming the file
     */
    public static Model load(Path path) {
        return load(path, LoadOptions.DEFAULT);
    }

    /**
     * As {@link #load(Path)}.
     *
     * @throws LeadscoreException also UNTRUSTED, MISMATCH, and BAD_KEY for what is no public key
     */
    public static Model load(Path path, LoadOptions options) {
        String name = Inputs.path(path, "path");
        return new Model(Inputs.present(options, "options").use(load -> Native.flat_model_file(name, load)));
    }

    /** As {@link #load(Path)}, from memory, which is not needed after the call. */
    public static Model load(byte[] bundle) {
        return load(bundle, LoadOptions.DEFAULT);
    }

    /** As {@link #load(Path, LoadOptions)}, from memory. */
    public static Model load(byte[] bundle, LoadOptions options) {
        Inputs.present(bundle, "bundle");
        return new Model(Inputs.present(options, "options").use(load -> Native.flat_model_bytes(bundle, load)));
    }

    /** Its facts. */
    public ModelInfo info() {
        return info;
    }

    /** The names of a vector's columns, in order. */
    public List<String> columns() {
        return columns;
    }

    /** The feature spec, as JSON. */
    public synchronized String spec() {
        return Inputs.text(Native.flat_model_spec_json(handle.get()));
    }

    /** The names of the bundle's members, in the order of the file. */
    public synchronized List<String> members() {
        List<String> names = new ArrayList<>();
        for (long i = 0; i < Native.lsc_model_n_members(handle.get()); i++) {
            names.add(Native.lsc_model_member_name(handle.get(), i));
        }
        return names;
    }

    /** The bytes of a member, such as "MODEL_CARD.md"; empty where none of that name is kept. */
    public synchronized Optional<byte[]> member(String name) {
        return Optional.ofNullable(Native.flat_model_member(handle.get(), Inputs.present(name, "name")));
    }

    /** A new scorer, for one thread to keep. It may outlive the model. */
    public synchronized Scorer scorer() {
        return new Scorer(Native.flat_scorer_new(handle.get()), info);
    }

    /** A call of C's, with the address of a model, which stays until it is over, or 0. */
    static <T> T lend(Model model, LongFunction<T> call) {
        long address = model == null ? 0 : model.hold();
        try {
            return call.apply(address);
        } finally {
            Native.lsc_model_unref(address);
        }
    }

    private synchronized long hold() {
        return Native.lsc_model_ref(handle.get());
    }

    /**
     * Do something with a scorer that nobody else has meanwhile. Any thread. It must not be kept.
     *
     * @return what {@code work} gives
     */
    public <T> T use(Function<Scorer, T> work) {
        Inputs.present(work, "work");
        if (closed) {
            handle.get();
        }
        Scorer waiting = idle.poll();
        Scorer scorer = waiting != null ? waiting : scorer();
        try {
            return work.apply(scorer);
        } finally {
            giveBack(scorer);
        }
    }

    private void giveBack(Scorer scorer) {
        if (!scorer.isClosed()) {
            scorer.reset();
            idle.add(scorer);
        }
        if (closed) {
            closeIdle();
        }
    }

    private void closeIdle() {
        for (Scorer scorer = idle.poll(); scorer != null; scorer = idle.poll()) {
            scorer.close();
        }
    }

    /** As {@link Scorer#score(String, String, Instant)}, in any thread. */
    public Result score(String lead, String activities, Instant asOf) {
        return use(scorer -> scorer.score(lead, activities, asOf));
    }

    /** As {@link #score(String, String, Instant)}, of a lead that has its activities within. */
    public Result score(String lead, Instant asOf) {
        return score(lead, null, asOf);
    }

    /** As {@link Scorer#explain(String, String, Instant)}, in any thread. */
    public Explanation explain(String lead, String activities, Instant asOf) {
        return use(scorer -> scorer.explain(lead, activities, asOf));
    }

    /** As {@link Scorer#predict(float[])}, in any thread. */
    public double predict(float[] vector) {
        return use(scorer -> scorer.predict(vector));
    }

    /** As {@link Scorer#predict(float[], int)}, in any thread. */
    public float[] predict(float[] table, int rows) {
        return use(scorer -> scorer.predict(table, rows));
    }

    /** Calls that are under way end as they would; later ones are refused. */
    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            handle.close();
        }
        closeIdle();
    }
}
