package client;

import static client.Given.ACTIVITIES;
import static client.Given.AS_OF;
import static client.Given.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leadscore.ChangeQuery;
import org.leadscore.Model;
import org.leadscore.Rescored;
import org.leadscore.RescoringCounts;
import org.leadscore.ScoreChange;
import org.leadscore.ScoreQuery;
import org.leadscore.StaleLead;
import org.leadscore.Status;
import org.leadscore.Store;
import org.leadscore.StoredModel;
import org.leadscore.StoredOrganization;
import org.leadscore.StoredScore;

/** Many leads at once, and what changed between two scores. */
class StoreRescoringTest {
    private static final int LEADS = 40;
    @TempDir Path folder;
    private Store store;
    private Model model;

    @BeforeEach
    void open() {
        store = Stores.made(Stores.MADE, folder.resolve("many.db"));
        store.transaction(() -> {
            for (int i = 0; i < LEADS; i++) {
                store.putLead("acme", "{\"id\": \"a" + i + "\", \"email\": \"jo@c" + i + ".example\"}");
                if (i % 2 == 0) {
                    store.addActivities("acme", "a" + i, ACTIVITIES);
                }
            }
        });
        store.activateModel("acme", store.addModel("acme", Given.STARTER), false);
        model = store.loadModel("acme");
    }

    @AfterEach
    void close() {
        model.close();
        store.close();
    }

    @Test
    void allLeadsAreScoredByThreadsAsOneByOne() {
        List<Rescored> told = new ArrayList<>();
        assertEquals(new RescoringCounts(LEADS, LEADS), store.scoreAll("acme", model, AS_OF, 3, told::add));
        assertEquals(LEADS, told.size());
        assertTrue(told.stream().allMatch(Rescored::changed));
        List<StoredScore> kept = store.listScores("acme", new ScoreQuery(null, 0, -1, 0, 100));
        assertEquals(LEADS, kept.size());
        for (Rescored each : told) {
            assertTrue(kept.contains(each.score()), each.score().leadId());
        }
        StoredScore first = store.latestScore("acme", "a0").orElseThrow();
        assertEquals(store.scoreLead("acme", "a0", model, AS_OF).result(), first.result());
        assertEquals(new RescoringCounts(LEADS, 0), store.scoreAll("acme", model, AS_OF));
    }

    @Test
    void leadsWhoseScoreCanHaveChangedAreScoredAgain() {
        store.scoreAll("acme", model, AS_OF);
        assertEquals(List.of(), store.listStale("acme", AS_OF, 0));
        store.putLead("acme", "{\"id\": \"a3\", \"email\": \"jo@c3.example\", \"job_title\": \"CTO\"}");
        assertEquals(List.of(new StaleLead("a3", StaleLead.Reason.CHANGED, Optional.empty())),
                store.listStale("acme", AS_OF, 0));
        List<Rescored> told = new ArrayList<>();
        assertEquals(new RescoringCounts(1, 1), store.scoreStale("acme", model, AS_OF, 0, told::add));
        assertEquals("a3", told.get(0).score().leadId());
        List<StaleLead> due = store.listStale("acme", AS_OF.plus(Duration.ofDays(200)), 3);
        assertEquals(3, due.size());
        assertEquals(StaleLead.Reason.DUE, due.get(0).reason());
        assertTrue(due.get(0).due().orElseThrow().isAfter(AS_OF), due.toString());
    }

    @Test
    void whoIsToldStopsItAndKeepsOffTheStore() {
        fails(Status.CANCELLED, "", () -> store.scoreAll("acme", model, AS_OF, 0, score -> false));
        IllegalStateException mine = new IllegalStateException();
        assertSame(mine, assertThrows(IllegalStateException.class, () -> store.scoreAll("acme", model, AS_OF, 2, score -> {
            throw mine;
        })));
        fails(Status.INVALID_ARG, "in use", () -> store.scoreAll("acme", model, AS_OF, 0, score -> {
            store.lead("acme", "a1");
            return true;
        }));
        fails(Status.LIMIT, "", () -> store.scoreAll("acme", model, AS_OF, 65, null));
        fails(Status.INVALID_ARG, "threads is -1", () -> store.scoreAll("acme", model, AS_OF, -1, null));
        fails(Status.INVALID_ARG, "model is null", () -> store.scoreAll("acme", null, AS_OF));
        fails(Status.INVALID_ARG, "asOf is null", () -> store.scoreStale("acme", model, null));
        try (Model other = Model.load(Given.GBDT)) {
            fails(Status.NOT_FOUND, "", () -> store.scoreAll("acme", other, AS_OF));
        }
        assertEquals(LEADS, store.scoreAll("acme", model, AS_OF).scored());
    }

    @Test
    void anotherThreadWaitsForTheStore() {
        List<CompletableFuture<Long>> counting = new ArrayList<>();
        store.scoreAll("acme", model, AS_OF, 0, score ->
                counting.size() > 0 || counting.add(CompletableFuture.supplyAsync(() -> store.count("acme").scores())));
        assertEquals(LEADS, counting.get(0).join());
    }

    @Test
    void whatChangedBetweenTwoScoresIsSaid() {
        store.scoreLead("acme", "a1", model, AS_OF.minus(Duration.ofDays(30)));
        store.addActivities("acme", "a1", ACTIVITIES);
        StoredScore before = store.latestScore("acme", "a1").orElseThrow();
        int later = store.scoreLead("acme", "a1", model, AS_OF).result().score().getAsInt();
        ChangeQuery query = new ChangeQuery(AS_OF.minus(Duration.ofDays(30)), AS_OF);
        ScoreChange change = store.explainChange("acme", "a1", query);
        assertEquals(before.result().score().getAsInt(), change.fromScore());
        assertEquals(later, change.toScore());
        assertEquals(List.of(0L, 2L), List.of(change.fromActivities(), change.toActivities()));
        int sum = change.points().time() + change.points().activities() + change.points().properties()
                + change.points().model();
        assertEquals(later - change.fromScore(), sum);
        assertTrue(change.points().activities() > 0, change.toString());
        assertEquals(List.of(0, 0), List.of(change.points().properties(), change.points().model()));
        assertEquals(change.points().activities(), (int) Math.round(change.exactPoints().activities()));
        assertTrue(change.margins().time().isNaN(), change.toString()); // a scorecard has none
        fails(Status.NOT_FOUND, "", () -> store.explainChange("acme", "a1", new ChangeQuery(AS_OF, AS_OF.plusSeconds(1))));
        fails(Status.INVALID_ARG, "", () -> store.explainChange("acme", "a1", new ChangeQuery(AS_OF, query.from())));
        fails(Status.NOT_FOUND, "", () -> store.explainChange(
                "acme", "a1", new ChangeQuery(query.from(), AS_OF, "0".repeat(64), null)));
        fails(Status.INVALID_ARG, "query is null", () -> store.explainChange("acme", "a1", null));
    }

    @Test
    void modelsAndOrganizationsAreListed() {
        String other = store.addModel("acme", Given.GBDT);
        List<StoredModel> models = store.listModels("acme");
        assertEquals(List.of(model.info().sha256(), other), models.stream().map(StoredModel::sha256).toList());
        assertEquals(List.of(true, false), models.stream().map(StoredModel::active).toList());
        assertEquals(model.info().name(), models.get(0).name());
        store.addOrganization("zeta", null);
        List<StoredOrganization> all = store.listOrganizations(null, 0);
        assertEquals(List.of("acme", "zeta"), all.stream().map(StoredOrganization::id).toList());
        assertEquals(Optional.of("Acme Corp"), all.get(0).name());
        assertEquals(Optional.empty(), all.get(1).name());
        assertEquals(all.subList(1, 2), store.listOrganizations("acme", 1));
        fails(Status.NOT_FOUND, "nobody", () -> store.listModels("nobody"));
    }
}
