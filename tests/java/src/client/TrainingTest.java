package client;

import static client.Given.AS_OF;
import static client.Given.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leadscore.InferredSpec;
import org.leadscore.LeadEvents;
import org.leadscore.LeadFiles;
import org.leadscore.LeadStore;
import org.leadscore.LeadTable;
import org.leadscore.Model;
import org.leadscore.Status;
import org.leadscore.Trainer;
import org.leadscore.Training;
import org.leadscore.TrainingNews;
import org.leadscore.TrainingRow;

/** Training on a table, and what is measured on one. */
class TrainingTest {
    @TempDir static Path folder;
    private static LeadTable table;
    private static Training trained;

    private static Trainer quick() {
        return new Trainer().effort(Trainer.Effort.QUICK).seed(3);
    }

    @BeforeAll
    static void train() {
        table = Table.in(folder);
        trained = quick().train(table);
    }

    private static double value(String metrics, String name) {
        return Double.parseDouble(metrics.replaceAll("(?s).*?\"" + name + "\":\\s*\\{\\s*\"value\":\\s*([0-9.e-]+).*", "$1"));
    }

    @Test
    void theBundleIsThatOfTheProgram() throws Exception {
        String program = System.getenv("LEADSCORE_PROGRAM");
        Assumptions.assumeTrue(program != null, "LEADSCORE_PROGRAM names no program");
        Path made = folder.resolve("program.lsm");
        Process run = new ProcessBuilder(program, "train", "--csv", table.table().toString(), "--label", "converted",
                "--id-column", "id", "--effort", "quick", "--seed", "3", "-o", made.toString())
                .redirectErrorStream(true).start();
        String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, run.waitFor(), said);
        assertArrayEquals(Files.readAllBytes(made), trained.bundle());
    }

    @Test
    void theSameIsTrainedAgainAndTellsHowFarItIs() {
        List<TrainingNews> all = new ArrayList<>();
        Training again = quick().threads(2).progress(all::add).train(table);
        assertArrayEquals(trained.bundle(), again.bundle());
        assertEquals(trained.metrics(), again.metrics());
        assertEquals(trained.gateReasons(), again.gateReasons());
        assertTrue(all.size() > 1);
        assertTrue(all.stream().noneMatch(news -> news.stage().isEmpty()));
        assertTrue(all.stream().allMatch(news -> news.fraction().orElse(0) >= 0 && news.fraction().orElse(1) <= 1));
        assertTrue(all.stream().anyMatch(news -> news.fraction().orElse(0) > 0));
    }

    @Test
    void whatWasLearnedScores() {
        try (Model model = trained.model()) {
            assertFalse(model.info().scorecard());
            assertEquals(trained.gatePassed(), model.info().gatePassed());
            assertTrue(trained.gateReasons().size() >= 2);
            assertTrue(value(trained.metrics(), "roc_auc") > 0.7, trained.metrics());
            double best = model.score("{\"visits\": 29, \"industry\": \"software\"}", AS_OF).probability();
            double worst = model.score("{\"visits\": 0, \"industry\": \"bank\"}", AS_OF).probability();
            assertTrue(best > worst, best + " " + worst);
            Path file = folder.resolve("trained.lsm");
            trained.write(file);
            assertArrayEquals(trained.bundle(), Given.bytes(file));
        }
    }

    @Test
    void whatIsSetIsWhatTheBundleSays() {
        InferredSpec inferred = quick().inferSpec(table.withExclude(List.of("size")));
        assertTrue(inferred.notes().size() > 0);
        assertTrue(inferred.spec().contains("\"visits\"") && !inferred.spec().contains("\"size\""), inferred.spec());
        try (Model incumbent = trained.model()) {
            Training made = quick().spec(inferred.spec()).name("mine").version("7").created(AS_OF).folds(3)
                    .gateAuc(0.99).incumbent(incumbent).learner(Trainer.Learner.ADDITIVE).train(table);
            try (Model model = made.model()) {
                assertEquals(List.of("mine", "7"), List.of(model.info().name(), model.info().version()));
                assertFalse(made.gatePassed());
                String manifest = new String(model.member("manifest.json").orElseThrow(), StandardCharsets.UTF_8);
                assertTrue(manifest.contains("2026-04-01T00:00:00Z"), manifest);
                assertFalse(model.columns().contains("size"));
            }
        }
    }

    @Test
    void aColumnThatTellsTheEndIsSuspectedAndCanBeLeftOut() throws Exception {
        Path leaky = folder.resolve("leaky.csv");
        Files.write(leaky, Files.readAllLines(table.table()).stream()
                .map(line -> line + "," + (line.endsWith("yes") ? "9" : line.endsWith("no") ? "1" : "paid")).toList());
        Training made = quick().dropLeaks(true).train(new LeadTable(leaky, "converted").withId("id"));
        assertEquals(List.of("paid"), made.leaks().stream().map(Training.Leak::column).toList());
        assertFalse(made.leaks().get(0).reason().isEmpty());
        try (Model model = made.model()) {
            assertFalse(model.columns().contains("paid"));
        }
    }

    @Test
    void theRowsOfTrainingAreThoseOfTheTable() {
        List<TrainingRow> rows = new ArrayList<>();
        try (Model model = trained.model()) {
            assertEquals(model.columns(), quick().spec(model.spec()).trainingRows(table, rows::add));
        }
        assertEquals(Table.ROWS, rows.size());
        assertEquals("r0", rows.get(0).leadId());
        assertTrue(rows.get(0).asOf().isEmpty());
        assertTrue(rows.stream().anyMatch(TrainingRow::converted) && rows.stream().anyMatch(row -> !row.converted()));
        fails(Status.CANCELLED, "", () -> quick().trainingRows(table, row -> false));
        IllegalStateException mine = new IllegalStateException();
        assertSame(mine, assertThrows(IllegalStateException.class, () -> quick().trainingRows(table, row -> {
            throw mine;
        })));
    }

    @Test
    void aModelIsMeasuredAndLeadsAreComparedWithThoseOfItsTraining() {
        List<TrainingNews> all = new ArrayList<>();
        try (Model model = trained.model(); Model starter = Model.load(Given.STARTER)) {
            String measured = quick().progress(all::add).evaluate(model, table);
            assertTrue(measured.contains("\"n_rows\":" + Table.ROWS), measured);
            assertTrue(value(measured, "roc_auc") > value(trained.metrics(), "roc_auc")); // it has seen these rows
            assertTrue(all.size() > 0);
            assertTrue(quick().drift(model, table, null).contains("\"verdict\""));
            fails(Status.UNSUPPORTED, "reference", () -> quick().drift(starter, table, null));
        }
    }

    @Test
    void aCallbackStopsIt() {
        Trainer best = new Trainer().effort(Trainer.Effort.BEST);
        fails(Status.CANCELLED, "", () -> best.progress(news -> false).train(table));
        IllegalStateException mine = new IllegalStateException("mine");
        assertSame(mine, assertThrows(IllegalStateException.class, () -> best.progress(news -> {
            throw mine;
        }).train(table)));
        assertArrayEquals(trained.bundle(), quick().train(table).bundle());
    }

    @Test
    void twoThreadsTrainAtOnceAndWithAModelThatIsClosedMeanwhile() {
        Model incumbent = trained.model();
        Trainer trainer = quick().incumbent(incumbent).progress(news -> {
            incumbent.close();
            return true;
        });
        CompletableFuture<byte[]> other = CompletableFuture.supplyAsync(() -> quick().train(table).bundle());
        trainer.train(table);
        assertArrayEquals(trained.bundle(), other.join());
        fails(Status.INVALID_ARG, "the model is closed", () -> trainer.train(table));
    }

    @Test
    void whatCannotBeTrainedOnIsRefused() throws Exception {
        Path one = folder.resolve("one.csv");
        Files.writeString(one, "a,converted\n1,yes\n2,yes\n");
        fails(Status.BAD_DATA, "", () -> quick().train(new LeadTable(one, "converted")));
        fails(Status.BAD_CSV, "nothing", () -> quick().train(new LeadTable(one, "nothing")));
        fails(Status.NOT_FOUND, "none.csv", () -> quick().train(new LeadTable(folder.resolve("none.csv"), "x")));
        fails(Status.NOT_FOUND, "none.ndjson", () -> quick().train(new LeadFiles(folder.resolve("none.ndjson"))));
        fails(Status.BAD_JSON, "", () -> quick().train(new LeadEvents(one, "{")));
        fails(Status.NOT_FOUND, "none.db", () -> quick().train(new LeadStore(folder.resolve("none.db"), "acme")));
        fails(Status.BAD_JSON, "", () -> quick().spec("{").train(table));
        fails(Status.INVALID_ARG, "created", () -> quick().created(java.time.Instant.MAX).train(table));
        fails(Status.INVALID_ARG, "leads is null", () -> quick().train(null));
        fails(Status.INVALID_ARG, "model is null", () -> quick().evaluate(null, table));
        fails(Status.INVALID_ARG, "NUL", () -> quick().name("a\0b").train(table));
        fails(Status.NOT_FOUND, "nobody", () -> quick().train(table.withExclude(List.of("nobody"))));
    }

    @Test
    void whatIsSetWronglyIsRefusedAtOnce() {
        fails(Status.INVALID_ARG, "folds is -1", () -> new Trainer().folds(-1));
        fails(Status.INVALID_ARG, "effort is null", () -> new Trainer().effort(null));
        fails(Status.INVALID_ARG, "horizon is PT", () -> new Trainer().horizon(Duration.ofSeconds(Long.MAX_VALUE)));
        fails(Status.INVALID_ARG, "delimiter", () -> table.withDelimiter('é'));
        fails(Status.INVALID_ARG, "exclude[1] is null", () -> table.withExclude(java.util.Arrays.asList("a", null)));
        fails(Status.INVALID_ARG, "table is null", () -> new LeadTable(null, "converted"));
        assertNull(table.positive());
    }
}
