package client;

import static client.Given.ACTIVITIES;
import static client.Given.AS_OF;
import static client.Given.LEAD;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.leadscore.LeadscoreException;
import org.leadscore.Model;
import org.leadscore.Result;
import org.leadscore.Scorer;
import org.leadscore.SharedModel;
import org.leadscore.Status;

class ThreadsTest {
    private static final int THREADS = 8;
    private static final int EXCHANGES = 1000;

    /** What a model says, told by its hash. */
    private record Answer(Result result, float[] margins) {
        static Answer of(Scorer scorer) {
            float[] table = Given.table(20, scorer.info().nColumns(), 1);
            return new Answer(scorer.score(LEAD, ACTIVITIES, AS_OF), scorer.margins(table, 20));
        }

        void mustBe(Answer expected) {
            assertEquals(expected.result, result);
            assertArrayEquals(expected.margins, margins);
        }
    }

    /** Runs it in eight threads while `meanwhile` runs here; what one throws is thrown. */
    private static void inThreads(Callable<Void> work, Runnable meanwhile) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(threads.submit(work));
            }
            meanwhile.run();
            for (Future<Void> each : all) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void eightThreadsScoreWithAModelThatIsReplacedAThousandTimes() throws Exception {
        byte[][] bundles = {Given.bytes(Given.GBDT), Given.bytes(Given.STARTER)};
        Map<String, Answer> expected = new HashMap<>();
        for (byte[] bundle : bundles) {
            try (Model model = Model.load(bundle)) {
                expected.put(model.info().sha256(), model.use(Answer::of));
            }
        }
        AtomicBoolean stop = new AtomicBoolean();
        try (SharedModel shared = new SharedModel(Model.load(bundles[0]))) {
            inThreads(() -> {
                while (!stop.get()) {
                    shared.use(scorer -> {
                        Answer.of(scorer).mustBe(expected.get(scorer.info().sha256()));
                        return null;
                    });
                    Thread.sleep(0, 100_000); // else the one that replaces waits for the processors
                }
                return null;
            }, () -> {
                for (int i = 1; i <= EXCHANGES; i++) {
                    shared.replace(Model.load(bundles[i % 2]));
                }
                stop.set(true);
            });
        }
    }

    @Test
    void threadsThatShareAScorerWaitForEachOther() throws Exception {
        try (Model model = Model.load(Given.GBDT); Scorer scorer = model.scorer()) {
            float[] table = Given.table(20, scorer.info().nColumns(), 1);
            float[] margins = scorer.margins(table, 20);
            Result result = scorer.score(LEAD, ACTIVITIES, AS_OF);
            inThreads(() -> {
                for (int i = 0; i < 500; i++) {
                    assertEquals(result, scorer.score(LEAD, ACTIVITIES, AS_OF));
                    assertArrayEquals(margins, scorer.margins(table, 20));
                }
                return null;
            }, () -> {});
        }
    }

    @Test
    void whatIsClosedUnderThreadsIsRefusedToThem() throws Exception {
        for (int round = 0; round < 20; round++) {
            Model model = Model.load(Given.GBDT);
            Scorer shared = model.scorer();
            Result result = model.score(LEAD, ACTIVITIES, AS_OF);
            inThreads(() -> {
                for (;;) {
                    try {
                        assertEquals(result, model.score(LEAD, ACTIVITIES, AS_OF));
                        assertEquals(result, shared.score(LEAD, ACTIVITIES, AS_OF));
                    } catch (LeadscoreException error) {
                        assertEquals(Status.INVALID_ARG, error.status());
                        assertTrue(error.getMessage().endsWith("is closed"), error.getMessage());
                        return null;
                    }
                }
            }, () -> {
                shared.close();
                model.close();
            });
        }
    }
}
