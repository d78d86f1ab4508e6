package client;

import static client.Given.ACTIVITIES;
import static client.Given.AS_OF;
import static client.Given.LEAD;
import static client.Given.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leadscore.Consent;
import org.leadscore.LeadStatus;
import org.leadscore.Model;
import org.leadscore.Retention;
import org.leadscore.RetentionCounts;
import org.leadscore.Status;
import org.leadscore.Store;

class StorePrivacyTest {
    @TempDir Path folder;
    private Store store;

    @BeforeEach
    void open() {
        store = Stores.made(Stores.MADE, folder.resolve("people.db"));
        store.putLead("acme", LEAD);
        store.addActivities("acme", "a1", ACTIVITIES);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aLeadThatWithdrawsIsSuppressed() {
        Consent given = new Consent(Consent.PROFILING, true, AS_OF.minusSeconds(60), Optional.of("form-7"));
        Consent withdrawn = new Consent(Consent.PROFILING, false, AS_OF.minusSeconds(30));
        store.setConsent("acme", "a1", withdrawn);
        store.setConsent("acme", "a1", given);
        assertEquals(List.of(given, withdrawn), store.listConsents("acme", "a1"));
        store.activateModel("acme", store.addModel("acme", Given.STARTER), false);
        try (Model model = store.loadModel("acme")) {
            assertEquals(LeadStatus.SUPPRESSED, store.scoreLead("acme", "a1", model, AS_OF).result().status());
            store.setConsent("acme", "a1", new Consent(Consent.PROFILING, true, AS_OF));
            assertEquals(LeadStatus.SCORED, store.scoreLead("acme", "a1", model, AS_OF).result().status());
        }
        fails(Status.NOT_FOUND, "a9", () -> store.setConsent("acme", "a9", given));
        fails(Status.INVALID_ARG, "purpose is null", () -> new Consent(null, true, AS_OF));
        fails(Status.INVALID_ARG, "time is", () -> new Consent("x", true, Instant.MAX));
        fails(Status.INVALID_ARG, "consent is null", () -> store.setConsent("acme", "a1", null));
    }

    @Test
    void allThatIsHeldOnALeadIsGivenOut() {
        String all = store.exportLead("acme", "a1");
        assertTrue(all.startsWith("{") && all.contains("ada@engines.example") && all.contains("\"e2\""), all);
        fails(Status.NOT_FOUND, "a9", () -> store.exportLead("acme", "a9"));
        fails(Status.INVALID_ARG, "to is null", () -> store.exportLead("acme", "a1", null));
        IOException full = new IOException("full");
        OutputStream disk = new OutputStream() {
            @Override
            public void write(int each) throws IOException {
                throw full;
            }
        };
        assertSame(full, assertThrows(
                UncheckedIOException.class, () -> store.exportLead("acme", "a1", disk)).getCause());
        assertEquals(all, store.exportLead("acme", "a1"));
    }

    @Test
    void ofAnErasedLeadNoByteIsLeftAndItsModelsAreNamed() {
        store.putLead("acme", "{\"id\": \"a2\"}");
        String sha256 = store.addModel("acme", Given.GBDT);
        store.noteTraining("acme", sha256, List.of("a1", "a2", "gone"));
        assertTrue(Stores.holds(folder.resolve("people.db"), "engines.example"));
        assertEquals(List.of(sha256), store.eraseLead("acme", "a1"));
        assertFalse(Stores.holds(folder.resolve("people.db"), "engines.example"));
        fails(Status.NOT_FOUND, "a1", () -> store.eraseLead("acme", "a1"));
        store.deleteLead("acme", "a2");
        store.purge();
        fails(Status.INVALID_ARG, "", () -> store.noteTraining("acme", "x", List.of()));
        fails(Status.INVALID_ARG, "leadIds[1] is null", () -> store.noteTraining("acme", sha256, Arrays.asList("a", null)));
        fails(Status.INVALID_ARG, "NUL", () -> store.noteTraining("acme", sha256, List.of("a\0b")));
        fails(Status.INVALID_ARG, "leadIds is null", () -> store.noteTraining("acme", sha256, null));
    }

    @Test
    void whatIsOlderThanItIsKeptGoes() {
        Instant after = Instant.parse("2026-03-31T00:00:00Z"); // between both activities
        Retention old = Retention.NOTHING.withActivities(after, null);
        RetentionCounts one = new RetentionCounts(0, 1, 0);
        List<Long> told = new ArrayList<>();
        assertEquals(one, store.retain("acme", old.withDryRun(true)));
        assertEquals(2, store.count("acme").activities());
        assertEquals(new RetentionCounts(0, 0, 0), store.retain("acme", Retention.NOTHING.withActivities(after, "Other")));
        assertEquals(one, store.retain("acme", old, told::add));
        assertEquals(1, store.count("acme").activities());
        assertEquals(List.of(1L), told);
        assertEquals(new RetentionCounts(1, 0, 0), store.retain("acme", Retention.NOTHING.withLeads(AS_OF)));
        assertEquals(0, store.count("acme").leads());
        fails(Status.INVALID_ARG, "", () -> store.retain("acme", Retention.NOTHING));
        fails(Status.NOT_FOUND, "nobody", () -> store.retain("nobody", old));
        fails(Status.INVALID_ARG, "what is null", () -> store.retain("acme", null));
    }

    @Test
    void scoresGoByTheirTimeAndWhoIsToldStopsIt() {
        store.activateModel("acme", store.addModel("acme", Given.STARTER), false);
        try (Model model = store.loadModel("acme")) {
            store.scoreLead("acme", "a1", model, AS_OF.minus(Duration.ofDays(9)));
            store.scoreLead("acme", "a1", model, AS_OF);
        }
        Retention old = Retention.NOTHING.withScores(AS_OF);
        fails(Status.CANCELLED, "", () -> store.retain("acme", old, leads -> false));
        store.retain("acme", old);
        assertEquals(1, store.history("acme", "a1", null, 0).size());
        IllegalStateException mine = new IllegalStateException();
        assertSame(mine, assertThrows(IllegalStateException.class, () -> store.retain("acme", old, leads -> {
            throw mine;
        })));
    }
}
