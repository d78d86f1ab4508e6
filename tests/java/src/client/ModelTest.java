package client;

import static client.Given.ACTIVITIES;
import static client.Given.AS_OF;
import static client.Given.GBDT;
import static client.Given.LEAD;
import static client.Given.STARTER;
import static client.Given.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.leadscore.Leadscore;
import org.leadscore.LoadOptions;
import org.leadscore.Model;
import org.leadscore.Scorer;
import org.leadscore.SharedModel;
import org.leadscore.Status;

class ModelTest {
    @Test
    void aModelTellsItsFacts() {
        try (Model model = Model.load(GBDT)) {
            assertFalse(model.info().scorecard());
            assertTrue(model.info().nTrees() > 0);
            assertEquals(model.info().nColumns(), model.columns().size());
            assertEquals(64, model.info().sha256().length());
            assertEquals(Optional.empty(), model.info().signedBy());
            assertTrue(model.spec().startsWith("{"));
        }
    }

    @Test
    void aModelFromBytesIsTheOneFromItsFile() {
        try (Model file = Model.load(STARTER); Model bytes = Model.load(Given.bytes(STARTER))) {
            assertEquals(file.info(), bytes.info());
            assertTrue(bytes.info().scorecard());
        }
    }

    @Test
    void membersOfTheBundleAreGiven() {
        try (Model model = Model.load(STARTER)) {
            assertTrue(model.members().contains("manifest.json"));
            byte[] manifest = model.member("manifest.json").orElseThrow();
            assertTrue(new String(manifest, StandardCharsets.UTF_8).startsWith("{"));
            assertEquals(Optional.empty(), model.member("no.json"));
        }
    }

    @Test
    void everyCodeOfCHasItsName() {
        String header = new String(Given.bytes(Given.ROOT.resolve("include/leadscore/status.h")), StandardCharsets.UTF_8);
        Matcher codes = Pattern.compile("LSC_(\\w+) = (\\d+)").matcher(header.replace("LSC_OK = 0", ""));
        int n = 0;
        while (codes.find()) {
            assertEquals(Integer.parseInt(codes.group(2)), Status.valueOf(codes.group(1)).code());
            assertEquals("LSC_" + codes.group(1), Status.valueOf(codes.group(1)).cName());
            n++;
        }
        assertEquals(Status.values().length - 1, n); // all but UNKNOWN
    }

    @Test
    void theLibraryTellsItsVersion() {
        assertTrue(Leadscore.version().matches("\\d+\\.\\d+\\.\\d+"));
    }

    @Test
    void whatIsNoModelIsRefused() {
        fails(Status.NOT_FOUND, "no.lsm", () -> Model.load(Path.of("no.lsm")));
        fails(Status.BAD_MODEL, "", () -> Model.load(new byte[0]));
        fails(Status.BAD_MODEL, "", () -> Model.load(Arrays.copyOf(Given.bytes(GBDT), 1000)));
        fails(Status.INVALID_ARG, "path is null", () -> Model.load((Path) null));
        fails(Status.INVALID_ARG, "bundle is null", () -> Model.load((byte[]) null));
        fails(Status.INVALID_ARG, "options is null", () -> Model.load(GBDT, null));
        fails(Status.NOT_FOUND, "mod\uD83D\uDE00l", () -> Model.load(Path.of("mod\uD83D\uDE00l")));
    }

    @Test
    void aTrustedKeyMustBeOneAndHaveSigned() {
        String key = "-----BEGIN PUBLIC KEY-----\n"
                + "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
                + "-----END PUBLIC KEY-----\n"; // of the first example of RFC 8032
        LoadOptions trusting = LoadOptions.DEFAULT.withTrustedKeys(List.of(key));
        fails(Status.UNTRUSTED, "", () -> Model.load(STARTER, trusting));
        fails(Status.BAD_KEY, "", () -> Model.load(STARTER, trusting.withTrustedKeys(List.of(key, "x"))));
        fails(Status.INVALID_ARG, "key is null", () -> LoadOptions.DEFAULT.withTrustedKeys(Arrays.asList((String) null)));
        Model.load(STARTER, LoadOptions.DEFAULT.withSelfTest(true)).close();
    }

    @Test
    void aClosedModelIsRefused() {
        Model model = Model.load(STARTER);
        model.score(LEAD, ACTIVITIES, AS_OF);
        model.close();
        model.close();
        fails(Status.INVALID_ARG, "the model is closed", () -> model.score(LEAD, ACTIVITIES, AS_OF));
        fails(Status.INVALID_ARG, "the model is closed", model::scorer);
        fails(Status.INVALID_ARG, "the model is closed", model::spec);
        fails(Status.INVALID_ARG, "the model is closed", model::members);
        fails(Status.INVALID_ARG, "the model is closed", () -> model.member("x"));
        assertTrue(model.info().nColumns() > 0);
    }

    @Test
    void aScorerOutlivesItsModel() {
        Model model = Model.load(GBDT);
        Scorer scorer = model.scorer();
        float[] vector = Given.table(1, model.info().nColumns(), 1);
        double before = scorer.predict(vector);
        model.close();
        assertEquals(before, scorer.predict(vector));
        scorer.close();
        scorer.close();
        fails(Status.INVALID_ARG, "the scorer is closed", () -> scorer.predict(vector));
        fails(Status.INVALID_ARG, "the scorer is closed", () -> scorer.score(LEAD, null, AS_OF));
        fails(Status.INVALID_ARG, "the scorer is closed", () -> scorer.predict(vector, 1));
        fails(Status.INVALID_ARG, "the scorer is closed",
                () -> scorer.predict(Given.direct(vector), Given.direct(1)));
    }

    @Test
    void aModelScoresAsItsScorerDoes() {
        try (Model model = Model.load(GBDT); Scorer scorer = model.scorer()) {
            float[] table = Given.table(5, model.info().nColumns(), 1);
            assertEquals(scorer.score(LEAD, ACTIVITIES, AS_OF), model.score(LEAD, ACTIVITIES, AS_OF));
            assertEquals(scorer.score(LEAD, null, AS_OF), model.score(LEAD, AS_OF));
            assertEquals(scorer.explain(LEAD, null, AS_OF), model.explain(LEAD, null, AS_OF));
            assertArrayEquals(scorer.predict(table, 5), model.predict(table, 5));
        }
    }

    @Test
    void aScorerThatIsClosedWhileItIsUsedIsNotUsedAgain() {
        try (Model model = Model.load(STARTER)) {
            model.use(scorer -> {
                scorer.close();
                return null;
            });
            model.score(LEAD, ACTIVITIES, AS_OF);
        }
    }

    @Test
    void whatIsThrownWithinUseComesOut() {
        try (Model model = Model.load(STARTER)) {
            fails(Status.BAD_JSON, "", () -> model.use(scorer -> scorer.score("{", null, AS_OF)));
            model.score(LEAD, ACTIVITIES, AS_OF);
        }
    }

    @Test
    void aSharedModelThatIsClosedIsRefused() {
        SharedModel shared = new SharedModel(Model.load(STARTER));
        shared.use(scorer -> scorer.score(LEAD, ACTIVITIES, AS_OF));
        shared.close();
        shared.close();
        fails(Status.INVALID_ARG, "closed", () -> shared.use(Scorer::info));
        try (Model model = Model.load(STARTER)) {
            fails(Status.INVALID_ARG, "closed", () -> shared.replace(model));
        }
        fails(Status.INVALID_ARG, "next is null", () -> shared.replace(null));
    }
}
