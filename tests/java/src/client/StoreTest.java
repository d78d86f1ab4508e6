package client;

import static client.Given.ACTIVITIES;
import static client.Given.AS_OF;
import static client.Given.LEAD;
import static client.Given.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leadscore.ActivityQuery;
import org.leadscore.Explanation;
import org.leadscore.LeadQuery;
import org.leadscore.LeadscoreException;
import org.leadscore.LoadOptions;
import org.leadscore.Model;
import org.leadscore.ScoreQuery;
import org.leadscore.Scorer;
import org.leadscore.Status;
import org.leadscore.Store;
import org.leadscore.StoreOptions;
import org.leadscore.StoredActivity;
import org.leadscore.StoredLead;
import org.leadscore.StoredScore;

class StoreTest {
    @TempDir Path folder;
    private Store store;

    @BeforeEach
    void open() {
        store = Store.open(folder.resolve("leads.db"), StoreOptions.CREATE.withDurability(StoreOptions.Durability.OFF));
        store.addOrganization("acme", "Acme Corp");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Model activate() {
        store.activateModel("acme", store.addModel("acme", Given.STARTER), false);
        return store.loadModel("acme");
    }

    @Test
    void aLeadIsScoredFromTheStoreAsFromJson() {
        store.putLead("acme", LEAD);
        assertEquals(2, store.addActivities("acme", "a1", ACTIVITIES));
        assertEquals(0, store.addActivities("acme", "a1", ACTIVITIES));
        try (Model model = activate()) {
            Explanation why = store.scoreLead("acme", "a1", model, AS_OF);
            assertEquals(model.score(LEAD, ACTIVITIES, AS_OF), why.result());
            assertTrue(why.reasons().stream().anyMatch(reason -> reason.activityIds().contains("e1")));
            assertTrue(why.json().contains("\"lead_id\":\"a1\""), why.json());
            StoredScore kept = store.latestScore("acme", "a1").orElseThrow();
            assertEquals(why.result(), kept.result());
            assertEquals(why.breakdown(), kept.breakdown());
            assertEquals(why.receipt(), kept.receipt());
            assertEquals(List.of(kept), store.listScores("acme", ScoreQuery.BEST));
            assertEquals(List.of(kept), store.history("acme", "a1", null, 0));
            assertEquals(List.of(), store.history("acme", "a1", AS_OF, 0));
        }
    }

    @Test
    void leadsComeBackInPages() {
        for (String id : List.of("a1", "a2", "a3")) {
            store.putLead("acme", "{\"id\": \"" + id + "\", \"email\": \"" + id + "@b.example\", \"source\": \"web\"}");
        }
        LeadQuery query = new LeadQuery(null, null, "web", 2);
        List<StoredLead> page = store.listLeads("acme", query);
        assertEquals(List.of("a1", "a2"), page.stream().map(StoredLead::id).toList());
        assertEquals(Optional.of("a1@b.example"), page.get(0).email());
        assertEquals(Optional.empty(), page.get(0).createdAt());
        assertEquals("a3", store.listLeads("acme", query.after(page.get(1))).get(0).id());
        assertTrue(store.lead("acme", "a1").startsWith("{\"id\":\"a1\""));
        store.deleteLead("acme", "a2");
        assertEquals(2, store.count("acme").leads());
        assertEquals(List.of(), store.listLeads("acme", new LeadQuery(null, null, "mail", 0)));
    }

    @Test
    void activitiesComeInTheirOrderAndInPages() {
        store.putLead("acme", LEAD);
        store.addActivities("acme", "a1", ACTIVITIES);
        store.addActivities("acme", "a1", "[{\"id\": \"e3\", \"type\": \"Email Opened\", \"bot\": true, \"source\": \"mail\","
                + " \"time\": \"2026-03-31T09:00:00Z\", \"data\": {\"list\": \"spring\"}}]");
        List<StoredActivity> all = store.listActivities("acme", "a1", ActivityQuery.ALL);
        assertEquals(List.of("e1", "e2", "e3"), all.stream().map(StoredActivity::id).toList());
        StoredActivity last = all.get(2);
        assertEquals("mail", last.source());
        assertEquals("Email Opened", last.type());
        assertEquals(Instant.parse("2026-03-31T09:00:00Z"), last.time());
        assertEquals(last.time(), last.recordedTime());
        assertTrue(last.bot());
        assertFalse(all.get(1).bot());
        assertTrue(last.data().contains("spring"), last.data());
        ActivityQuery one = ActivityQuery.ALL.withLimit(1);
        assertEquals(List.of(all.get(1)), store.listActivities("acme", "a1", one.after(all.get(0))));
        assertEquals(List.of(all.get(2)), store.listActivities("acme", "a1", one.after(all.get(1))));
        assertEquals(List.of(), store.listActivities("acme", "a1", one.after(last)));
        assertEquals(List.of(all.get(1)), store.listActivities("acme", "a1", one.backwards().after(last)));
        assertEquals(List.of(all.get(0)), store.listActivities("acme", "a1", ActivityQuery.ALL.withType("Demo Requested")));
        assertEquals(all.subList(1, 3), store.listActivities("acme", "a1", ActivityQuery.ALL.between(last.time(), null)));
        assertEquals(all.subList(0, 1), store.listActivities("acme", "a1", ActivityQuery.ALL.between(null, last.time())));
        fails(Status.NOT_FOUND, "nobody", () -> store.listActivities("acme", "nobody", ActivityQuery.ALL));
        fails(Status.INVALID_ARG, "query", () -> store.listActivities("acme", "a1", null));
    }

    @Test
    void scoresComeBestFirstAndInPages() {
        store.putLead("acme", LEAD);
        store.putLead("acme", "{\"id\": \"b\", \"email\": \"jo@b.example\"}");
        store.putLead("acme", "{\"id\": \"c\"}");
        store.addActivities("acme", null, ACTIVITIES.replace("\"type\"", "\"lead_id\": \"a1\", \"type\""));
        try (Model model = activate(); Scorer scorer = model.scorer()) {
            for (String id : List.of("a1", "b", "c")) {
                store.scoreLead("acme", id, scorer, AS_OF);
            }
        }
        ScoreQuery all = new ScoreQuery(null, 0, -1, 0, 1);
        StoredScore best = store.listScores("acme", all).get(0);
        assertEquals("a1", best.leadId());
        StoredScore next = store.listScores("acme", all.after(best)).get(0);
        assertEquals("b", next.leadId());
        StoredScore last = store.listScores("acme", all.after(next)).get(0);
        assertTrue(last.result().score().isEmpty());
        assertTrue(last.baseline().isEmpty() && best.baseline().isPresent());
        assertEquals(List.of(), store.listScores("acme", all.after(last)));
    }

    @Test
    void aTransactionIsKeptWholeOrNotAtAll() {
        store.transaction(() -> store.putLead("acme", LEAD));
        assertThrows(IllegalStateException.class, () -> store.transaction(() -> {
            store.putLead("acme", "{\"id\": \"b\"}");
            throw new IllegalStateException();
        }));
        store.begin();
        fails(Status.INVALID_ARG, "", store::begin);
        store.putLead("acme", "{\"id\": \"c\"}");
        store.rollback();
        assertEquals(1, store.count(null).leads());
        fails(Status.INVALID_ARG, "", store::commit);
        store.check();
    }

    @Test
    void outcomesAreAddedAndTakenAway() {
        store.putLead("acme", LEAD);
        store.addOutcome("acme", "a1", AS_OF, true);
        assertEquals(1, store.count("acme").outcomes());
        store.clearOutcomes("acme", "a1");
        assertEquals(0, store.count("acme").outcomes());
    }

    @Test
    void whatIsWrongIsRefused() {
        fails(Status.NOT_FOUND, "nobody", () -> store.putLead("nobody", LEAD));
        fails(Status.BAD_LEAD, "", () -> store.putLead("acme", "{}"));
        fails(Status.BAD_JSON, "", () -> store.putLead("acme", "{"));
        fails(Status.INVALID_ARG, "lead is null", () -> store.putLead("acme", null));
        fails(Status.INVALID_ARG, "organization is null", () -> store.putLead(null, LEAD));
        fails(Status.INVALID_ARG, "organization has a NUL at 2", () -> store.putLead("ac\0me", LEAD));
        fails(Status.INVALID_ARG, "organization has half a character (a lone surrogate) at 1",
                () -> store.addOrganization("a\uD83D", null));
        fails(Status.INVALID_ARG, "names[1] has a NUL at 0",
                () -> store.noteTraining("acme", "0".repeat(64), List.of("a1", "\0")));
        fails(Status.INVALID_ARG, "last is null", () -> LeadQuery.ALL.after(null));
        fails(Status.INVALID_ARG, "surrogate", () -> store.lead("acme", "\uD83D"));
        fails(Status.INVALID_ARG, "leadId has a NUL at 0", () -> store.clearOutcomes("acme", "\0"));
        fails(Status.NOT_FOUND, "no.lsm", () -> store.addModel("acme", Path.of("no.lsm")));
        assertTrue(assertThrows(LeadscoreException.class, () -> store.addModel("acme", Path.of("no.lsm"))).getCause()
                instanceof NoSuchFileException);
        fails(Status.BAD_MODEL, "", () -> store.addModel("acme", new byte[9], LoadOptions.DEFAULT));
        fails(Status.NOT_FOUND, "", () -> store.loadModel("acme"));
        fails(Status.INVALID_ARG, "limit is -1", () -> store.history("acme", "a1", null, -1));
        fails(Status.INVALID_ARG, "model is null", () -> store.scoreLead("acme", "a1", (Model) null, AS_OF));
        fails(Status.NOT_FOUND, "", () -> Store.open(folder.resolve("no.db"), StoreOptions.DEFAULT));
        fails(Status.BAD_STORE, "", () -> Store.open(Given.STARTER, StoreOptions.DEFAULT.withReadOnly(true)));
        try (Model model = Model.load(Given.STARTER)) {
            store.putLead("acme", LEAD);
            fails(Status.NOT_FOUND, "", () -> store.scoreLead("acme", "a1", model, AS_OF));
            fails(Status.INVALID_ARG, "work is null", () -> model.use(null));
            Scorer closed = model.scorer();
            closed.close();
            fails(Status.INVALID_ARG, "scorer is closed", () -> store.scoreLead("acme", "a1", closed, AS_OF));
        }
    }

    @Test
    void aSecondConnectionWaitsNoLongerThanItIsTold() {
        StoreOptions impatient = StoreOptions.DEFAULT.withBusy(Duration.ZERO);
        try (Store other = Store.open(folder.resolve("leads.db"), impatient)) {
            store.begin();
            store.putLead("acme", LEAD);
            fails(Status.BUSY, "", () -> other.putLead("acme", LEAD));
            store.commit();
            other.putLead("acme", LEAD);
        }
        assertEquals(Integer.MAX_VALUE, impatient.withBusy(Duration.ofSeconds(Long.MAX_VALUE)).busyMs());
        assertEquals(-1, impatient.withBusy(Duration.ofSeconds(Long.MIN_VALUE)).busyMs());
        assertEquals(2500, impatient.withBusy(Duration.ofMillis(2500)).busyMs());
    }

    @Test
    void aClosedStoreIsRefused() {
        store.close();
        store.close();
        fails(Status.INVALID_ARG, "the store is closed", () -> store.putLead("acme", LEAD));
        fails(Status.INVALID_ARG, "the store is closed", () -> store.count(null));
        fails(Status.INVALID_ARG, "the store is closed", store::rollback);
    }
}
