package client;

import static client.Given.ACTIVITIES;
import static client.Given.AS_OF;
import static client.Given.LEAD;
import static client.Given.direct;
import static client.Given.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.leadscore.Explanation;
import org.leadscore.LeadStatus;
import org.leadscore.Model;
import org.leadscore.Result;
import org.leadscore.Scorer;
import org.leadscore.Status;

class ScorerTest {
    private Model model;
    private Scorer scorer;
    private int width;

    @BeforeEach
    void make() {
        model = Model.load(Given.GBDT);
        scorer = model.scorer();
        width = model.info().nColumns();
    }

    @AfterEach
    void close() {
        scorer.close();
        model.close();
    }

    // Leads.

    @Test
    void bytesAndTextsScoreAlike() {
        assertEquals(scorer.score(LEAD, ACTIVITIES, AS_OF), scorer.score(LEAD.getBytes(StandardCharsets.UTF_8),
                ACTIVITIES.getBytes(StandardCharsets.UTF_8), AS_OF));
    }

    @Test
    void whatIsLaterIsNotSeen() {
        assertEquals(scorer.score(LEAD, null, Instant.EPOCH.plusMillis(AS_OF.toEpochMilli())),
                scorer.score(LEAD, ACTIVITIES.replace("2026", "2027"), AS_OF));
    }

    @Test
    void anUnscoredLeadHasNoScore() {
        Result result = scorer.score("{\"id\": \"a1\", \"consent\": {\"profiling\": false}}", null, AS_OF);
        assertEquals(LeadStatus.SUPPRESSED, result.status());
        assertEquals(OptionalInt.empty(), result.score());
        assertTrue(result.grade().isEmpty() && Double.isNaN(result.probability()));
        Explanation why = scorer.explain("{\"id\": \"a1\", \"consent\": {\"profiling\": false}}", null, AS_OF);
        assertTrue(why.contributions().isEmpty() && why.reasons().isEmpty() && Double.isNaN(why.baseValue()));
    }

    @Test
    void whatIsNoLeadIsRefused() {
        fails(Status.INVALID_ARG, "lead is null", () -> scorer.score((String) null, null, AS_OF));
        fails(Status.INVALID_ARG, "asOf is null", () -> scorer.score(LEAD, null, null));
        fails(Status.INVALID_ARG, "asOf is", () -> scorer.score(LEAD, null, Instant.MAX));
        fails(Status.INVALID_ARG, "", () -> scorer.score(LEAD, null, Instant.EPOCH.plusSeconds(1L << 40)));
        fails(Status.BAD_JSON, "", () -> scorer.score("", null, AS_OF));
        fails(Status.BAD_JSON, "", () -> scorer.score("{\"a\": \"\0\"}", null, AS_OF));
        fails(Status.BAD_JSON, "", () -> scorer.score(new byte[] {'{', '"', (byte) 0xff, '"', '}'}, null, AS_OF));
        fails(Status.INVALID_ARG, "lone surrogate) at 2", () -> scorer.score("{\"\uD83D\"}", null, AS_OF));
        fails(Status.INVALID_ARG, "lone surrogate) at 0", () -> scorer.score("\uDE00", null, AS_OF));
        fails(Status.BAD_JSON, "", () -> scorer.score(LEAD, "[", AS_OF));
        assertEquals(OptionalLong.of(9),
                fails(Status.BAD_JSON, "", () -> scorer.score("{\"id\": \"a", null, AS_OF)).offset());
    }

    @Test
    void textsBeyondTheFirst65536CharactersAreKept() {
        String lead = "{\"id\": \"\uD83D\uDE00\", \"email\": \"a@b.example\"}";
        Explanation why = scorer.explain(lead.getBytes(StandardCharsets.UTF_8), null, AS_OF, "\uD83D\uDE00");
        assertTrue(why.json().contains("\"lead_id\":\"\uD83D\uDE00\""), why.json());
    }

    // Explanations.

    @Test
    void anExplanationAddsUp() {
        Explanation why = scorer.explain(LEAD, ACTIVITIES, AS_OF);
        int points = why.breakdown().values().stream().mapToInt(Integer::intValue).sum();
        assertEquals(why.result().score().orElseThrow(), why.baseline().orElseThrow() + points);
        assertEquals(model.info().nFeatures(), why.contributions().size());
        double sum = why.contributions().stream().mapToDouble(Explanation.Contribution::value).sum();
        // Contributions are float32 sums over trees: docs/engine.md has the bound, 5e-6 of what the trees give.
        assertEquals(why.result().margin(), why.baseValue() + sum, 1e-4);
        assertTrue(why.reasons().stream().anyMatch(reason -> reason.activityIds().contains("e1")
                || reason.activityIds().contains("e2") || !reason.text().isEmpty()));
        assertEquals(AS_OF, why.receipt().asOf().orElseThrow());
        assertEquals(model.info().sha256(), why.receipt().modelSha256());
    }

    @Test
    void aReasonNamesItsActivities() {
        try (Model starter = Model.load(Given.STARTER)) {
            Explanation why = starter.explain(LEAD, ACTIVITIES, AS_OF);
            assertTrue(why.reasons().stream().anyMatch(reason -> reason.activityIds().contains("e1")), why.json());
        }
    }

    @Test
    void aScoreIsReplayedToTheBit() {
        Explanation why = scorer.explain(LEAD, ACTIVITIES, AS_OF);
        scorer.replay(LEAD, ACTIVITIES, why.json());
        fails(Status.MISMATCH, "input", () -> scorer.replay(LEAD, null, why.json()));
        fails(Status.BAD_JSON, "", () -> scorer.replay(LEAD, null, "{"));
        fails(Status.INVALID_ARG, "receipt is null", () -> scorer.replay(LEAD, null, null));
        fails(Status.BAD_LEAD, "", () -> scorer.replay("[]", null, why.json()));
    }

    @Test
    void theVectorOfALeadScoresAsTheLead() {
        float[] vector = scorer.extract(LEAD, ACTIVITIES, AS_OF);
        assertEquals(width, vector.length);
        assertEquals(scorer.score(LEAD, ACTIVITIES, AS_OF), scorer.scoreVector(vector));
        fails(Status.BAD_JSON, "", () -> scorer.extract("{", null, AS_OF));
    }

    // Vectors.

    @Test
    void aWrongVectorIsRefused() {
        float[] infinite = new float[width];
        infinite[3] = Float.POSITIVE_INFINITY;
        fails(Status.INVALID_ARG, model.columns().get(3), () -> scorer.predict(infinite));
        fails(Status.INVALID_ARG, "", () -> scorer.predict(new float[width + 1]));
        fails(Status.INVALID_ARG, "", () -> scorer.scoreVector(new float[0]));
        fails(Status.INVALID_ARG, "", () -> scorer.explainVector(new float[width - 1]));
        fails(Status.INVALID_ARG, "", () -> scorer.predict(new float[100_000]));
        fails(Status.INVALID_ARG, "vector is null", () -> scorer.predict(null));
        fails(Status.INVALID_ARG, "vector is null", () -> scorer.explainVector(null));
    }

    @Test
    void missingIsNaN() {
        float[] vector = new float[width];
        double zeros = scorer.predict(vector);
        Arrays.fill(vector, Float.NaN);
        assertNotEquals(zeros, scorer.predict(vector));
        assertTrue(scorer.predict(vector) > 0);
    }

    // Tables.

    @Test
    void rowsScoreAsTheyDoAlone() {
        int rows = 3000; // several of the pieces in which an array is copied
        float[] table = Given.table(rows, width, 1);
        float[] together = scorer.predict(table, rows);
        float[] margins = scorer.margins(table, rows);
        for (int row = 0; row < rows; row++) {
            Result alone = scorer.scoreVector(Arrays.copyOfRange(table, row * width, (row + 1) * width));
            assertEquals((float) alone.probability(), together[row]);
            assertEquals(alone.margin(), margins[row]);
        }
    }

    @Test
    void buffersGiveWhatArraysGive() {
        int rows = 1000;
        float[] table = Given.table(rows, width, 2);
        FloatBuffer in = direct(table);
        FloatBuffer out = direct(rows * (width + 1));
        scorer.predict(in, out);
        assertArrayEquals(scorer.predict(table, rows), read(out, rows));
        scorer.margins(in, out);
        assertArrayEquals(scorer.margins(table, rows), read(out, rows));
        scorer.contributions(in, out);
        assertArrayEquals(scorer.contributions(table, rows), read(out, rows * (width + 1)));
        assertEquals(0, in.position() + out.position());
    }

    private static float[] read(FloatBuffer buffer, int n) {
        float[] numbers = new float[n];
        buffer.duplicate().get(numbers);
        return numbers;
    }

    @Test
    void aPartOfABufferIsARange() {
        float[] table = Given.table(10, width, 3);
        float[] all = scorer.predict(table, 10);
        FloatBuffer in = direct(table).position(2 * width).limit(5 * width);
        FloatBuffer out = direct(10).position(4);
        scorer.predict(in, out);
        for (int i = 0; i < 10; i++) {
            assertEquals(i < 4 || i > 6 ? 0 : all[i - 2], out.get(i));
        }
        scorer.predict(direct(table).position(2 * width).slice().limit(width), out);
        assertEquals(all[2], out.get(4));
    }

    @Test
    void noRowsAreNoWork() {
        assertEquals(0, scorer.predict(new float[0], 0).length);
        scorer.predict(direct(0), direct(0));
    }

    @Test
    void aWrongTableIsRefused() {
        FloatBuffer in = direct(Given.table(4, width, 1));
        FloatBuffer out = direct(4);
        fails(Status.INVALID_ARG, "table is null", () -> scorer.predict(null, out));
        fails(Status.INVALID_ARG, "probabilities is null", () -> scorer.predict(in, null));
        fails(Status.INVALID_ARG, "not a direct", () -> scorer.predict(FloatBuffer.allocate(4 * width), out));
        fails(Status.INVALID_ARG, "not a direct", () -> scorer.predict(in, FloatBuffer.allocate(4)));
        fails(Status.INVALID_ARG, "room for 3 numbers, must have it for 4", () -> scorer.predict(in, direct(3)));
        fails(Status.INVALID_ARG, "room for 4", () -> scorer.contributions(in, out));
        fails(Status.INVALID_ARG, "only be read", () -> scorer.margins(in, out.asReadOnlyBuffer()));
        fails(Status.INVALID_ARG, "no rows of", () -> scorer.predict(direct(width + 1), out));
        FloatBuffer other = ByteBuffer.allocateDirect(4 * width * 4).order(otherOrder()).asFloatBuffer();
        fails(Status.INVALID_ARG, "byte order", () -> scorer.predict(other, out));
        fails(Status.INVALID_ARG, "share memory", () -> scorer.predict(in, in));
        fails(Status.INVALID_ARG, "not aligned", () -> scorer.predict(unaligned(4 * width), out));
        fails(Status.INVALID_ARG, "not aligned", () -> scorer.predict(in, unaligned(4)));
        fails(Status.INVALID_ARG, "table is null", () -> scorer.predict((float[]) null, 1));
        fails(Status.INVALID_ARG, "2 rows", () -> scorer.predict(new float[width], 2));
        fails(Status.INVALID_ARG, "rows", () -> scorer.predict(new float[width], -1));
    }

    /** Memory of a closed arena, as those write it who have Java 22: the tests are compiled for 17. */
    private static FloatBuffer closedArena(long numbers) throws ReflectiveOperationException {
        Class<?> type = Class.forName("java.lang.foreign.Arena");
        Object arena = type.getMethod("ofShared").invoke(null);
        Object segment = type.getMethod("allocate", long.class, long.class).invoke(arena, 4 * numbers, 4L);
        Class<?> segmentType = Class.forName("java.lang.foreign.MemorySegment");
        ByteBuffer bytes = (ByteBuffer) segmentType.getMethod("asByteBuffer").invoke(segment);
        FloatBuffer floats = bytes.order(ByteOrder.nativeOrder()).asFloatBuffer();
        type.getMethod("close").invoke(arena);
        return floats;
    }

    @Test
    void memoryOfAClosedArenaIsRefused() throws ReflectiveOperationException {
        assumeTrue(Runtime.version().feature() >= 22, "arenas came with Java 22");
        FloatBuffer gone = closedArena(4L * width);
        fails(Status.INVALID_ARG, "table cannot be reached", () -> scorer.predict(gone, direct(4)));
        fails(Status.INVALID_ARG, "probabilities cannot", () -> scorer.predict(direct(4 * width), gone));
    }

    private static FloatBuffer unaligned(int n) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(4 * n + 1).position(1).slice();
        return bytes.order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private static ByteOrder otherOrder() {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    }

    @Test
    void anInfinityInATableIsNamed() {
        float[] table = Given.table(2000, width, 1);
        table[1999 * width + 3] = Float.NEGATIVE_INFINITY;
        FloatBuffer out = direct(2000);
        fails(Status.INVALID_ARG, "1999", () -> scorer.predict(direct(table), out));
        assertEquals(0, out.get(0));
        fails(Status.INVALID_ARG, "in the rows from", () -> scorer.predict(table, 2000));
    }
}
