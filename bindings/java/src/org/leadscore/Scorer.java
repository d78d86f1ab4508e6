package org.leadscore;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Instant;

/**
 * One thread's scratch for one model: make one a thread and keep it. Threads that share one wait for each
 * other.
 *
 * <p>Leads and activities are JSON, as a text or as UTF-8 (docs/lead.md); activities may be null, or within the
 * lead. What is later than {@code asOf} is not seen. Vectors are float32 in the order of {@link Model#columns()}, NaN
 * where a value is missing; tables are such vectors one after the other.
 */
public final class Scorer implements AutoCloseable {
    private static final int PROBABILITY = 0;
    private static final int MARGIN = 1;
    private static final int CONTRIBUTIONS = 2;
    /** Numbers of a table that are copied at a time: within the processor's second cache. */
    private static final int CHUNK = 1 << 15;
    /** Rows that the library scores together; fewer take as long. */
    private static final int TOGETHER = 64;

    private final Handle handle;
    private final ModelInfo info;
    private final int nColumns;
    private final ByteBuffer numbers;
    private FloatBuffer chunk;
    private FloatBuffer chunkOut;
    private boolean ownAliases;

    Scorer(long address, ModelInfo info) {
        handle = new Handle(this, "scorer", address, Native::flat_scorer_free);
        this.info = info;
        nColumns = info.nColumns();
        numbers = Native.flat_scorer_numbers(address).order(ByteOrder.nativeOrder());
    }

    /** The facts of its model. */
    public ModelInfo info() {
        return info;
    }

    long address() {
        return handle.get();
    }

    synchronized boolean isClosed() {
        return handle.isClosed();
    }

    // Leads.

    /** By what table leads and activities are read from now on; null: all tables of the library, as at first. */
    public synchronized void setAliases(Aliases aliases) {
        long scorer = handle.get();
        Aliases.use(aliases, table -> {
            Native.flat_scorer_set_aliases(scorer, table);
            return null;
        });
        ownAliases = aliases != null;
    }

    /** As it was made, for whoever has it next. */
    synchronized void reset() {
        if (ownAliases && !handle.isClosed()) {
            setAliases(null);
        }
    }

    /**
     * Score a lead as of a time.
     *
     * @throws LeadscoreException BAD_JSON, BAD_LEAD, LIMIT, NO_MEMORY, INVALID_ARG
     */
    public Result score(String lead, String activities, Instant asOf) {
        return score(Inputs.utf8(lead), Inputs.utf8(activities), asOf);
    }

    /** As {@link #score(String, String, Instant)}, of JSON as UTF-8. */
    public synchronized Result score(byte[] lead, byte[] activities, Instant asOf) {
        Native.flat_score_json(handle.get(), Inputs.present(lead, "lead"), activities, Inputs.timeMs(asOf, "asOf"));
        return Result.of(numbers);
    }

    /** Score a lead and say why. As {@link #score(String, String, Instant)}. */
    public Explanation explain(String lead, String activities, Instant asOf) {
        return explain(Inputs.utf8(lead), Inputs.utf8(activities), asOf, null);
    }

    /** As {@link #explain(String, String, Instant)}; {@code leadId} goes into its JSON, and may be null. */
    public synchronized Explanation explain(byte[] lead, byte[] activities, Instant asOf, String leadId) {
        return explained(Native.flat_explain_json(
                handle.get(), Inputs.present(lead, "lead"), activities, Inputs.timeMs(asOf, "asOf")), leadId);
    }

    /** What C's explanation says; the scorer is locked. */
    Explanation explained(lsc_explanation explanation, String leadId) {
        String json = Inputs.text(Native.flat_explanation_json(handle.get(), leadId));
        return Explanation.of(explanation, Result.of(numbers), json);
    }

    /** The vector of a lead as of a time. As {@link #score(String, String, Instant)}. */
    public synchronized float[] extract(String lead, String activities, Instant asOf) {
        float[] vector = new float[nColumns];
        Native.flat_extract(handle.get(), Inputs.utf8(Inputs.present(lead, "lead")), Inputs.utf8(activities),
                Inputs.timeMs(asOf, "asOf"), vector);
        return vector;
    }

    /**
     * Compute an explained score again.
     *
     * @param receipt {@link Explanation#json()}, or its "receipt" alone
     * @throws LeadscoreException MISMATCH where a bit differs, naming what; BAD_JSON, LIMIT, INVALID_ARG
     */
    public synchronized void replay(String lead, String activities, String receipt) {
        Native.flat_replay(handle.get(), Inputs.utf8(Inputs.present(lead, "lead")), Inputs.utf8(activities),
                Inputs.utf8(Inputs.present(receipt, "receipt")));
    }

    // Vectors.

    /**
     * The probability of a vector; NaN from a scorecard that is not calibrated.
     *
     * @throws LeadscoreException INVALID_ARG for another width or an infinity, naming the column
     */
    public synchronized double predict(float[] vector) {
        return Native.flat_predict(handle.get(), Inputs.present(vector, "vector"));
    }

    /** Score a vector. As {@link #predict(float[])}. */
    public synchronized Result scoreVector(float[] vector) {
        Native.flat_score_vector(handle.get(), Inputs.present(vector, "vector"));
        return Result.of(numbers);
    }

    /** Score a vector and say why. As {@link #predict(float[])}. */
    public synchronized Explanation explainVector(float[] vector) {
        return explained(Native.flat_explain_vector(handle.get(), Inputs.present(vector, "vector")), null);
    }

    // Tables.

    /**
     * The probabilities of a table that is read in place, from position to limit of a direct buffer of the machine's
     * byte order, to such a buffer from its position on. Positions stay where they are.
     *
     * <p>Memory of an arena has to stay until the call is over.
     *
     * @throws LeadscoreException INVALID_ARG for other buffers, too small ones, memory that is gone or not
     *     aligned to float32, for numbers that are no whole rows, and for an infinity, naming row and column
     */
    public void predict(FloatBuffer table, FloatBuffer probabilities) {
        inPlace(table, PROBABILITY, probabilities, "probabilities");
    }

    /** As {@link #predict(FloatBuffer, FloatBuffer)}: the log-odds of trees. */
    public void margins(FloatBuffer table, FloatBuffer margins) {
        inPlace(table, MARGIN, margins, "margins");
    }

    /** As {@link #predict(FloatBuffer, FloatBuffer)}: of each row one number a column, then the base value. */
    public void contributions(FloatBuffer table, FloatBuffer contributions) {
        inPlace(table, CONTRIBUTIONS, contributions, "contributions");
    }

    /** As {@link #predict(FloatBuffer, FloatBuffer)}, of an array, which is copied piece by piece. */
    public float[] predict(float[] table, int rows) {
        return copied(table, rows, PROBABILITY);
    }

    /** As {@link #predict(float[], int)}: the log-odds of trees. */
    public float[] margins(float[] table, int rows) {
        return copied(table, rows, MARGIN);
    }

    /** As {@link #predict(float[], int)}: of each row one number a column, then the base value. */
    public float[] contributions(float[] table, int rows) {
        return copied(table, rows, CONTRIBUTIONS);
    }

    private int width(int output) {
        return output == CONTRIBUTIONS ? nColumns + 1 : 1;
    }

    private synchronized void inPlace(FloatBuffer table, int output, FloatBuffer out, String name) {
        FloatBuffer from = Inputs.direct(table, "table");
        int rows = Inputs.rows(from.remaining(), nColumns);
        FloatBuffer to = Inputs.room(out, (long) rows * width(output), name);
        long scorer = handle.get();
        if (rows > 0) {
            Native.flat_batch(scorer, from, from.position(), rows, nColumns, output, to, to.position());
        }
    }

    private synchronized float[] copied(float[] table, int rows, int output) {
        long scorer = handle.get();
        if (rows < 0 || Inputs.present(table, "table").length != (long) rows * nColumns) {
            throw LeadscoreException.invalid("the table has " + (table == null ? 0 : table.length)
                    + " numbers, must have " + rows + " rows of " + nColumns);
        }
        int width = width(output);
        float[] all = newFloats((long) rows * width);
        makeChunk();
        int most = chunk.capacity() / nColumns;
        for (int row = 0; row < rows; row += most) {
            int n = Math.min(most, rows - row);
            chunk.put(0, table, row * nColumns, n * nColumns);
            batchAt(scorer, n, output, row);
            chunkOut.get(0, all, row * width, n * width);
        }
        return all;
    }

    /** A batch of the chunk, whose first row is `row` of the table. */
    private void batchAt(long scorer, int n, int output, int row) {
        try {
            Native.flat_batch(scorer, chunk, 0, n, nColumns, output, chunkOut, 0);
        } catch (LeadscoreException error) {
            throw row == 0 ? error : LeadscoreException.in(error, "in the rows from " + row + " on, counted from there: ");
        }
    }

    private static float[] newFloats(long n) {
        if (n > Integer.MAX_VALUE - 8) {
            throw LeadscoreException.invalid("an array cannot hold " + n + " numbers: use buffers, a part at a time");
        }
        return new float[(int) n];
    }

    private void makeChunk() {
        if (chunk == null) {
            int rows = Math.max(1, CHUNK / nColumns);
            rows -= rows > TOGETHER ? rows % TOGETHER : 0;
            FloatBuffer in = directFloats(rows * nColumns);
            chunkOut = directFloats(rows * (nColumns + 1));
            chunk = in; // last: either both are there or none
        }
    }

    private static FloatBuffer directFloats(int n) {
        return ByteBuffer.allocateDirect(n * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    /** Give the memory back. A call that is under way ends first. */
    @Override
    public synchronized void close() {
        handle.close();
    }
}
