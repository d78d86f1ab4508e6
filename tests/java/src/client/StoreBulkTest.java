package client;

import static client.Given.AS_OF;
import static client.Given.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leadscore.Actor;
import org.leadscore.Aliases;
import org.leadscore.AuditQuery;
import org.leadscore.AuditRow;
import org.leadscore.Ingest;
import org.leadscore.IngestCounts;
import org.leadscore.LeadFiles;
import org.leadscore.LeadStore;
import org.leadscore.Model;
import org.leadscore.Status;
import org.leadscore.Store;
import org.leadscore.StoreOptions;
import org.leadscore.Trainer;
import org.leadscore.Training;
import org.leadscore.TrainingRow;

/** Files taken into a store, and a store to learn from. */
class StoreBulkTest {
    private static final int LEADS = 300;
    private static final Duration DAY = Duration.ofDays(1);
    @TempDir Path folder;
    private Path leads;
    private Path activities;
    private Path outcomes;
    private Store store;
    private int nActivities;
    private int nOutcomes;

    /** Leads that convert the likelier the more demos they asked for. */
    @BeforeEach
    void write() throws IOException {
        Random random = new Random(9);
        List<String> made = new ArrayList<>();
        List<String> acts = new ArrayList<>();
        List<String> ends = new ArrayList<>();
        for (int i = 0; i < LEADS; i++) {
            var created = AS_OF.minus(Duration.ofDays(100 + random.nextInt(400)));
            int demos = random.nextInt(4);
            made.add("{\"id\": \"a" + i + "\", \"email\": \"jo@c" + i + ".example\", \"created_at\": \"" + created + "\"}");
            for (int k = 0; k <= demos; k++) {
                acts.add("{\"lead_id\": \"a" + i + "\", \"id\": \"" + i + "." + k + "\", \"type\": \""
                        + (k > 0 ? "Demo Requested" : "Page Viewed") + "\", \"time\": \"" + created.plusSeconds(k) + "\"}");
            }
            if (random.nextDouble() < 0.1 + demos * 0.25) {
                ends.add("{\"lead_id\": \"a" + i + "\", \"time\": \"" + created.plus(DAY.multipliedBy(20 + random.nextInt(30)))
                        + "\", \"label\": true}");
            }
        }
        leads = Files.write(folder.resolve("leads.ndjson"), made);
        activities = Files.write(folder.resolve("activities.ndjson"), acts);
        outcomes = Files.write(folder.resolve("outcomes.ndjson"), ends);
        nActivities = acts.size();
        nOutcomes = ends.size();
        store = Stores.made(Stores.MADE, folder.resolve("bulk.db"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void filesAreTakenInAndAgainChangeNothing() {
        List<Long> told = new ArrayList<>();
        Ingest files = new Ingest(leads, activities, outcomes);
        assertEquals(new IngestCounts(LEADS, nActivities, 0, nOutcomes, 0),
                store.ingest("acme", files.withBatch(100), told::add));
        assertTrue(told.size() >= (LEADS + nActivities + nOutcomes) / 100, told.toString());
        assertEquals(LEADS + nActivities + nOutcomes, told.get(told.size() - 1));
        assertEquals(new IngestCounts(LEADS, 0, nActivities, nOutcomes, 0), store.ingest("acme", files));
        assertEquals(nActivities, store.count("acme").activities());
    }

    @Test
    void aBadLineEndsItOrIsSetAside() throws IOException {
        Files.writeString(leads, "{\"id\": \"x1\"}\n{\"id\":\n");
        Ingest files = new Ingest(leads, null, null);
        assertTrue(fails(Status.BAD_JSON, "leads.ndjson", () -> store.ingest("acme", files)).getMessage().contains("2"));
        Path rejects = folder.resolve("rejects.ndjson");
        assertEquals(new IngestCounts(1, 0, 0, 0, 1), store.ingest("acme", files.withRejects(rejects)));
        assertTrue(Files.readString(rejects).contains("LSC_BAD_JSON"), Files.readString(rejects));
        fails(Status.NOT_FOUND, "none", () -> store.ingest("acme", new Ingest(folder.resolve("none"), null, null)));
        fails(Status.INVALID_ARG, "batch is -1", () -> files.withBatch(-1));
        fails(Status.INVALID_ARG, "files is null", () -> store.ingest("acme", null));
    }

    @Test
    void whoIsToldStopsItAfterABatch() {
        Ingest files = new Ingest(leads, null, null).withBatch(10);
        fails(Status.CANCELLED, "", () -> store.ingest("acme", files, lines -> false));
        assertEquals(10, store.count("acme").leads());
        IllegalStateException mine = new IllegalStateException();
        assertSame(mine, assertThrows(IllegalStateException.class, () -> store.ingest("acme", files, lines -> {
            throw mine;
        })));
        assertEquals(LEADS, store.ingest("acme", files).leads());
    }

    @Test
    void namesAreReadByAliases() throws IOException {
        String table = "{\"format\": 1, \"name\": \"Ours\", \"fields\": {\"job_title\": [\"Rolle\"]}}";
        Files.writeString(leads, "{\"id\": \"x1\", \"Rolle\": \"CTO\"}\n");
        try (Aliases mine = Aliases.parse(table)) {
            store.ingest("acme", new Ingest(leads, null, null).withAliases(mine));
            assertTrue(store.lead("acme", "x1").contains("\"job_title\":\"CTO\""), store.lead("acme", "x1"));
            store.putLead("acme", "{\"id\": \"x2\", \"Rolle\": \"CTO\"}", mine);
            store.putLead("acme", "{\"id\": \"x3\", \"Rolle\": \"CTO\"}");
            assertTrue(store.lead("acme", "x2").contains("\"job_title\":\"CTO\""));
            assertTrue(store.lead("acme", "x3").contains("\"Rolle\":\"CTO\""));
        }
    }

    @Test
    void filesToLearnFromAreReadByAliases() throws IOException {
        String table = "{\"format\": 1, \"name\": \"Ours\", \"fields\": {\"company.employee_count\": [\"Kopfzahl\"]}}";
        String spec = "{\"format\": 1, \"name\": \"size\", \"groups\": [\"demographic\"], \"features\": [{\"name\": \"size\", "
                + "\"group\": \"demographic\", \"kind\": \"number\", \"property\": \"company.employee_count\"}]}";
        Files.writeString(leads, "{\"id\": \"x1\", \"Kopfzahl\": 7, \"created_at\": \"2025-01-01\"}\n");
        Files.writeString(outcomes, "{\"lead_id\": \"x1\", \"time\": \"2026-01-01\", \"label\": true}\n");
        String visit = "{\"lead_id\": \"x1\", \"id\": \"1\", \"type\": \"Page Viewed\", \"time\": \"2025-01-02\"}\n";
        Files.writeString(activities, visit);
        Path more = Files.writeString(folder.resolve("more.ndjson"), visit + visit.replace("x1", "x9"));
        LeadFiles files = new LeadFiles(leads).withActivities(activities).withOutcomes(outcomes);
        List<TrainingRow> rows = new ArrayList<>();
        try (Aliases mine = Aliases.parse(table)) {
            Trainer trainer = new Trainer().spec(spec).rowsPerLead(1);
            assertEquals(List.of("size"), trainer.trainingRows(files, rows::add));
            trainer.trainingRows(files.withAliases(mine), rows::add);
            fails(Status.BAD_LEAD, "x9", () -> trainer.trainingRows(files.withActivities(more), rows::add));
            trainer.trainingRows(files.withActivities(more).withIgnoreUnknown(true), rows::add);
        }
        assertEquals(List.of("x1", "x1", "x1"), rows.stream().map(TrainingRow::leadId).toList());
        assertEquals(List.of(Float.NaN, 7f, Float.NaN), rows.stream().map(row -> row.columns()[0]).toList());
    }

    private static Trainer quick() {
        return new Trainer().effort(Trainer.Effort.QUICK).seed(3).horizon(DAY.multipliedBy(60))
                .every(DAY.multipliedBy(10)).rowsPerLead(2);
    }

    @Test
    void theLeadsOfAStoreAndOfItsFilesGiveOneModel() {
        store.ingest("acme", new Ingest(leads, activities, outcomes));
        LeadStore from = new LeadStore(folder.resolve("bulk.db"), "acme");
        LeadFiles files = new LeadFiles(leads).withActivities(activities).withOutcomes(outcomes);
        List<TrainingRow> ofStore = new ArrayList<>();
        List<TrainingRow> ofFiles = new ArrayList<>();
        assertEquals(quick().trainingRows(from, ofStore::add), quick().trainingRows(files, ofFiles::add));
        assertEquals(ofFiles.size(), ofStore.size());
        assertTrue(ofFiles.stream().allMatch(row -> row.asOf().isPresent()));
        Training trained = quick().train(from);
        try (Model model = trained.model()) {
            assertTrue(quick().evaluate(model, from).contains("\"roc_auc\""));
            assertTrue(quick().drift(model, from, AS_OF.minus(DAY.multipliedBy(90))).contains("\"verdict\""));
            String sha256 = store.addModel("acme", trained.bundle(), org.leadscore.LoadOptions.DEFAULT);
            store.noteTraining("acme", sha256, ofStore.stream().map(TrainingRow::leadId).toList());
        }
        store.rekey(Stores.key(3));
        fails(Status.BAD_KEY, "bulk.db", () -> quick().train(from));
        LeadStore secret = from.withKey(Stores.key(3));
        assertEquals(new LeadStore(from.store(), "acme", secret.key()), secret);
        assertArrayEquals(trained.bundle(), quick().train(secret).bundle());
    }

    /** The training reads the store: so the lead is deleted, and its bytes are not. */
    private static void eraseAmidTraining(LeadStore from, String lead, List<String> models) {
        StoreOptions hurried = StoreOptions.DEFAULT.withBusy(Duration.ofMillis(1));
        Deque<String> left = new ArrayDeque<>(List.of(lead));
        try (Store other = Store.open(from.store(), hurried)) {
            quick().noted(false).progress(news -> {
                for (; !left.isEmpty(); left.pop()) {
                    assertEquals(models, fails(Status.BUSY, "", () -> other.eraseLead("acme", lead)).models());
                    assertEquals(List.of(), fails(Status.NOT_FOUND, lead, () -> other.eraseLead("acme", lead)).models());
                }
                return true;
            }).train(from);
            other.purge();
        }
        assertTrue(left.isEmpty());
    }

    @Test
    void whatATrainingReadOfAStoreIsNotedThere() throws GeneralSecurityException {
        store.ingest("acme", new Ingest(leads, activities, outcomes));
        LeadStore from = new LeadStore(folder.resolve("bulk.db"), "acme");
        Training unnoted = quick().noted(false).seed(4).train(from);
        Training noted = quick().train(from);
        assertFalse(Arrays.equals(unnoted.bundle(), noted.bundle()));
        assertEquals(0, unnoted.leadsGone() + noted.leadsGone());
        String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(noted.bundle()));
        assertEquals(List.of(sha256), store.eraseLead("acme", "a1"));
        eraseAmidTraining(from, "a2", List.of(sha256));
        Deque<String> gone = new ArrayDeque<>(List.of("a6", "a7"));
        Training late = quick().progress(news -> {
            for (; !gone.isEmpty(); gone.pop()) {
                store.deleteLead("acme", gone.peek());
            }
            return true;
        }).train(from);
        assertEquals(2, late.leadsGone());
    }

    @Test
    void anAuditedStoreIsReadByWhoSaysSo() {
        store.ingest("acme", new Ingest(leads, activities, outcomes));
        store.setActor(new Actor(null));
        store.setAudited(true);
        LeadStore nobody = new LeadStore(folder.resolve("bulk.db"), "acme");
        fails(Status.INVALID_ARG, "who acts", () -> quick().train(nobody));
        fails(Status.INVALID_ARG, "UUID", () -> quick().train(nobody.withActor(new Actor("jo"))));
        LeadStore read = nobody.withActor(Stores.ACTOR);
        LeadStore readNow = nobody.withActor(new Actor(Stores.ACTOR.uuid()));
        try (Model model = quick().train(read).model()) {
            assertTrue(quick().evaluate(model, readNow).contains("\"roc_auc\""));
            LeadStore unnamed = nobody.withActor(new Actor(null));
            assertTrue(quick().drift(model, unnamed, AS_OF.minus(DAY.multipliedBy(90))).contains("\"verdict\""));
        }
        List<AuditRow> noted = store.listAudit("acme", AuditQuery.ALL.withAction("read all leads"));
        assertEquals(List.of(Optional.of(Stores.ACTOR.uuid()), Optional.of(Stores.ACTOR.uuid()), Optional.empty()),
                noted.stream().map(AuditRow::actor).toList());
        assertEquals(AS_OF, noted.get(0).time());
        assertTrue(noted.get(1).time().isAfter(Instant.parse("2026-01-01T00:00:00Z")));
    }
}
