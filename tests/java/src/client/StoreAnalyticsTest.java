package client;

import static client.Given.AS_OF;
import static client.Given.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.leadscore.ConversionQuery;
import org.leadscore.GradeConversion;
import org.leadscore.LeadStatus;
import org.leadscore.LoadOptions;
import org.leadscore.Model;
import org.leadscore.Performance;
import org.leadscore.PerformanceQuery;
import org.leadscore.ProbabilityBin;
import org.leadscore.Result;
import org.leadscore.ScoreCount;
import org.leadscore.ScoreQuery;
import org.leadscore.Status;
import org.leadscore.Store;
import org.leadscore.StoredScore;

/** Counts over scores and outcomes: those of a plain count over what the store lists. */
class StoreAnalyticsTest {
    private static final int LEADS = 60;
    private static final Duration HORIZON = Duration.ofDays(30);
    private static final List<String> TITLES = List.of("CTO", "VP Engineering", "Intern", "Assistant");
    private static Store store;
    private static String sha256;
    private static final Map<String, Result> SCORES = new HashMap<>();

    /** When a lead converts; null: it does not. */
    private static Instant conversion(int i) {
        return switch (i % 4) {
            case 0 -> AS_OF.plus(HORIZON);
            case 1 -> AS_OF.plus(HORIZON).plusMillis(1);
            case 2 -> AS_OF.minus(Duration.ofDays(1));
            default -> null;
        };
    }

    private static boolean counts(int i) {
        return i % 4 != 2;
    }

    private static boolean converts(int i) {
        return i % 4 == 0;
    }

    @BeforeAll
    static void fill() {
        store = Store.inMemory();
        store.addOrganization("acme", null);
        store.addOrganization("empty", null);
        for (int i = 0; i < LEADS; i++) {
            store.putLead("acme", "{\"id\": \"a" + i + "\", \"email\": \"jo@c" + i + ".example\", \"job_title\": \""
                    + TITLES.get(i % 3) + "\", \"company\": {\"employee_count\": " + i * i + "}}");
            if (conversion(i) != null) {
                store.addOutcome("acme", "a" + i, conversion(i), true);
            }
        }
        store.putLead("acme", "{\"id\": \"b0\"}"); // of which too little is known
        sha256 = store.addModel("acme", Given.bytes(Given.GBDT), LoadOptions.DEFAULT);
        try (Model model = store.loadModel("acme", sha256, LoadOptions.DEFAULT)) {
            store.scoreAll("acme", model, AS_OF);
        }
        for (StoredScore score : store.listScores("acme", new ScoreQuery(null, 0, -1, 0, 100))) {
            SCORES.put(score.leadId(), score.result());
        }
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Test
    void leadsAreCountedByTheirLatestScore() {
        Map<ScoreCount, Long> expected = new HashMap<>();
        for (Result result : SCORES.values()) {
            expected.merge(new ScoreCount(result.status(), result.score(), result.grade(), 0), 1L, Long::sum);
        }
        List<ScoreCount> counted = store.countScores("acme");
        Map<ScoreCount, Long> found = new HashMap<>();
        counted.forEach(count ->
                found.put(new ScoreCount(count.status(), count.score(), count.grade(), 0), count.leads()));
        assertEquals(expected, found);
        assertTrue(counted.size() > 2);
        assertEquals(LeadStatus.INSUFFICIENT_DATA, counted.get(counted.size() - 1).status());
        assertEquals(List.of(), store.countScores("empty"));
        fails(Status.NOT_FOUND, "nobody", () -> store.countScores("nobody"));
    }

    @Test
    void conversionsAreCountedByGradeUpToTheEndOfTheHorizon() {
        Map<String, long[]> expected = new TreeMap<>();
        for (int i = 0; i < LEADS; i++) {
            if (counts(i)) {
                long[] counts = expected.computeIfAbsent(SCORES.get("a" + i).grade().orElseThrow(), grade -> new long[2]);
                counts[0]++;
                counts[1] += converts(i) ? 1 : 0;
            }
        }
        List<GradeConversion> sorted = new ArrayList<>();
        expected.forEach((grade, counts) -> sorted.add(new GradeConversion(grade, counts[0], counts[1])));
        assertEquals(sorted, store.countConversions("acme", new ConversionQuery(AS_OF, HORIZON)));
        assertEquals(sorted, store.countConversions("acme", new ConversionQuery(AS_OF, HORIZON, sha256, false)));
        List<GradeConversion> again = store.countConversions("acme", new ConversionQuery(AS_OF, HORIZON, null, true));
        assertEquals(LEADS, again.stream().mapToLong(GradeConversion::leads).sum());
        assertEquals(List.of(), store.countConversions("acme", new ConversionQuery(AS_OF.minusMillis(1), HORIZON)));
        fails(Status.INVALID_ARG, "", () -> store.countConversions("acme", new ConversionQuery(AS_OF, Duration.ZERO)));
        fails(Status.NOT_FOUND, "", () -> store.countConversions(
                "acme", new ConversionQuery(AS_OF, HORIZON, "0".repeat(64), false)));
        fails(Status.INVALID_ARG, "asOf is null", () -> new ConversionQuery(null, HORIZON));
        fails(Status.INVALID_ARG, "query is null", () -> store.countConversions("acme", null));
    }

    @Test
    void aMonthSaysHowAModelDid() {
        Instant until = Instant.parse("2026-05-01T00:00:00Z");
        PerformanceQuery query = new PerformanceQuery(AS_OF, until, HORIZON, AS_OF.plus(HORIZON), false);
        List<Performance> rows = store.listPerformance("acme", query);
        assertEquals(1, rows.size());
        Performance row = rows.get(0);
        assertEquals(List.of("2026-04", sha256), List.of(row.month(), row.modelSha256()));
        int n = 0;
        double mean = 0;
        double brier = 0;
        for (int i = 0; i < LEADS; i++) {
            if (counts(i)) {
                double probability = SCORES.get("a" + i).probability();
                n++;
                mean += probability;
                brier += Math.pow(probability - (converts(i) ? 1 : 0), 2);
            }
        }
        assertEquals(n, row.leads());
        assertEquals(LEADS / 4, row.converted());
        assertEquals(mean / n, row.meanProbability(), 1e-12); // a sum of 45 doubles below 1, in another order
        assertEquals(brier / n, row.brier(), 1e-12); // likewise
        assertTrue(row.auc() >= 0 && row.auc() <= 1 && row.logLoss() > 0, row.toString());
        assertEquals(10, row.bins().size());
        assertEquals(n, row.bins().stream().mapToLong(ProbabilityBin::leads).sum());
        assertEquals(row.converted(), row.bins().stream().mapToLong(ProbabilityBin::converted).sum());
        assertEquals(List.of(), store.listPerformance("acme",
                new PerformanceQuery(AS_OF, until, HORIZON, AS_OF.plus(HORIZON).minusMillis(1), false)));
        fails(Status.LIMIT, "", () -> store.listPerformance("acme", new PerformanceQuery(
                AS_OF, AS_OF.plus(Duration.ofDays(4000)), HORIZON, AS_OF, false)));
        fails(Status.INVALID_ARG, "known is null", () -> new PerformanceQuery(AS_OF, until, HORIZON, null, false));
    }
}
