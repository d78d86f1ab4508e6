package client;

import static client.Given.AS_OF;
import static client.Given.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.leadscore.Aliases;
import org.leadscore.Model;
import org.leadscore.Result;
import org.leadscore.Scorer;
import org.leadscore.Status;
import org.leadscore.Store;

class AliasesTest {
    private static final String LEAD = "{\"id\": \"a1\", \"email\": \"jo@b.example\", \"job_title\": \"CTO\"}";
    private static final String THEIRS = LEAD.replace("job_title", "Berufsbezeichnung");
    private static final String TABLE =
            "{\"format\": 1, \"name\": \"Ours\", \"fields\": {\"job_title\": [\"Berufsbezeichnung\"]}}";

    @Test
    void aTableSaysWhatANameMeans() {
        try (Aliases hubspot = Aliases.named("hubspot"); Aliases none = Aliases.named("none");
                Aliases mine = Aliases.parse(TABLE)) {
            assertEquals("job_title", hubspot.meaning("jobtitle"));
            assertEquals("jobtitle", none.meaning("jobtitle"));
            assertEquals("job_title", mine.meaning("Berufsbezeichnung"));
            assertEquals("jobtitle", mine.meaning("jobtitle"));
        }
    }

    @Test
    void aScorerReadsLeadsByItsTable() {
        Aliases mine = Aliases.parse(TABLE);
        try (Model model = Model.load(Given.STARTER); Scorer scorer = model.scorer()) {
            Result plain = scorer.score(LEAD, null, AS_OF);
            assertNotEquals(plain, scorer.score(THEIRS, null, AS_OF));
            scorer.setAliases(mine);
            mine.close();
            assertEquals(plain, scorer.score(THEIRS, null, AS_OF));
            String receipt = scorer.explain(THEIRS, null, AS_OF).json();
            scorer.replay(THEIRS, null, receipt);
            float[] vector = scorer.extract(THEIRS, null, AS_OF);
            scorer.setAliases(null);
            assertNotEquals(plain, scorer.score(THEIRS, null, AS_OF));
            assertArrayEquals(scorer.extract(LEAD, null, AS_OF), vector);
        }
    }

    @Test
    void aBorrowedScorerComesBackAsItWas() {
        try (Model model = Model.load(Given.STARTER); Aliases mine = Aliases.parse(TABLE)) {
            Result unread = model.score(THEIRS, AS_OF);
            Result read = model.use(scorer -> {
                scorer.setAliases(mine);
                return scorer.score(THEIRS, null, AS_OF);
            });
            assertNotEquals(unread, read);
            assertEquals(unread, model.score(THEIRS, AS_OF));
        }
    }

    @Test
    void aStoreTakesALeadByItsTableAndNoneWithoutId() {
        try (Store store = Store.inMemory(); Aliases aliases = Aliases.named("all")) {
            store.addOrganization("acme", null);
            store.putLead("acme", LEAD, aliases);
            assertTrue(store.lead("acme", "a1").contains("CTO"));
            String nobody = LEAD.replace("\"id\"", "\"iid\"");
            fails(Status.BAD_LEAD, "id is missing", () -> store.putLead("acme", nobody));
            fails(Status.BAD_LEAD, "id is missing", () -> store.putLead("acme", nobody, aliases));
        }
    }

    @Test
    void whatIsNoneIsRefused() {
        fails(Status.NOT_FOUND, "salesforce", () -> Aliases.named("other"));
        fails(Status.BAD_JSON, "", () -> Aliases.parse("{"));
        fails(Status.BAD_SPEC, "", () -> Aliases.parse(TABLE.replace("job_title", "no_such")));
        fails(Status.INVALID_ARG, "name is null", () -> Aliases.named(null));
        Aliases closed = Aliases.named("all");
        closed.close();
        closed.close();
        fails(Status.INVALID_ARG, "is closed", () -> closed.meaning("a"));
        try (Model model = Model.load(Given.STARTER); Scorer scorer = model.scorer()) {
            fails(Status.INVALID_ARG, "is closed", () -> scorer.setAliases(closed));
        }
    }
}
