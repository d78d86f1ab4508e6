package client;

import static client.Given.ACTIVITIES;
import static client.Given.AS_OF;
import static client.Given.LEAD;
import static client.Given.fails;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.leadscore.AccountType;
import org.leadscore.Actor;
import org.leadscore.Aliases;
import org.leadscore.AuditQuery;
import org.leadscore.Bundles;
import org.leadscore.ImportOptions;
import org.leadscore.LoadOptions;
import org.leadscore.Metrics;
import org.leadscore.Model;
import org.leadscore.Scorer;
import org.leadscore.Status;
import org.leadscore.Store;

/** Nothing is left behind, be it closed or left to the garbage collector. */
class MemoryTest {
    /** The first of RFC 8032, 7.1. */
    private static final String KEY = "-----BEGIN PUBLIC KEY-----\n"
            + "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";
    private final byte[] bundle = Given.bytes(Given.GBDT);

    /** Everything once: what works and what is refused. */
    private void round(boolean closing) {
        Model model = Model.load(bundle);
        Scorer scorer = model.scorer();
        int width = model.info().nColumns();
        scorer.replay(LEAD, ACTIVITIES, model.explain(LEAD, ACTIVITIES, AS_OF).json());
        scorer.explainVector(scorer.extract(LEAD, ACTIVITIES, AS_OF));
        scorer.contributions(Given.table(100, width, 1), 100);
        Aliases aliases = Aliases.named("all");
        scorer.setAliases(aliases);
        Store store = Store.inMemory();
        store.setActor(Stores.ACTOR);
        store.setActor(Stores.ACTOR);
        store.addOrganization("acme", null);
        store.putLead("acme", LEAD, aliases);
        store.setAudited(true);
        store.listAudit(null, AuditQuery.ALL);
        Bundles.publicKeyId(KEY);
        store.activateModel("acme", store.addModel("acme", bundle, LoadOptions.DEFAULT), true);
        Model stored = store.loadModel("acme");
        store.scoreLead("acme", "a1", stored, AS_OF);
        store.latestScore("acme", "a1");
        store.scoreAll("acme", stored, AS_OF, 0, score -> true);
        store.exportLead("acme", "a1");
        fails(Status.BAD_MODEL, "", () -> Model.load(new byte[1000]));
        fails(Status.BAD_JSON, "", () -> model.score("{", null, AS_OF));
        fails(Status.INVALID_ARG, "", () -> model.predict(new float[1000]));
        fails(Status.NOT_FOUND, "", () -> store.lead("acme", "a9"));
        fails(Status.BAD_KEY, "", () -> Model.load(bundle, LoadOptions.DEFAULT.withTrustedKeys(List.of("x"))));
        fails(Status.INVALID_ARG, "", () -> store.setActor(new Actor("ada")));
        fails(Status.CANCELLED, "", () -> store.scoreAll("acme", stored, AS_OF, 0, score -> false));
        if (closing) {
            aliases.close();
            stored.close();
            store.close();
            scorer.close();
            model.close();
        }
    }

    private long megabytesAfter(int rounds, boolean closing) throws IOException, InterruptedException {
        for (int i = 0; i < rounds; i++) {
            round(closing);
            if (!closing && i % 5 == 0) {
                System.gc();
                Thread.sleep(5); // the cleaner has a thread of its own
            }
        }
        System.gc();
        Thread.sleep(50);
        return megabytes();
    }

    private static long megabytes() throws IOException {
        String status = Files.readString(Path.of("/proc/self/status"));
        return Long.parseLong(status.replaceAll("(?s).*VmRSS:\\s*(\\d+).*", "$1")) / 1024;
    }

    // A round loads models of some 0.5 MB three times: 40 of them that stayed would be 60 MB. The heap of Java is held
    // to one size by run_junit.py; what is left to differ is malloc's own room.
    private void staysWhereItWas(boolean closing) throws IOException, InterruptedException {
        megabytesAfter(30, closing);
        long before = megabytesAfter(10, closing);
        long after = megabytesAfter(40, closing);
        assertTrue(after - before < 20, "grew from " + before + " to " + after + " MB");
    }

    /** What each call copies, were it not freed: some 10 MB together. */
    private void largeCalls(Scorer scorer, Store store, byte[] nothing, String name) {
        fails(Status.BAD_JSON, "", () -> scorer.score(nothing, nothing, AS_OF));
        fails(Status.BAD_JSON, "", () -> scorer.explain(nothing, null, AS_OF, name));
        fails(Status.INVALID_ARG, "", () -> scorer.predict(new float[nothing.length / 4]));
        fails(Status.INVALID_ARG, "", () -> scorer.explainVector(new float[nothing.length / 4]));
        fails(Status.LIMIT, "", () -> store.addOrganization(name, name));
        fails(Status.LIMIT, "", () -> store.lead("acme", name));
        fails(Status.BAD_MODEL, "", () -> Model.load(nothing));
        fails(Status.IO, "", () -> Model.load(Path.of(name)));
        fails(Status.BAD_MODEL, "", () -> Bundles.importModel(nothing, ImportOptions.DEFAULT.withName(name, name)));
        fails(Status.BAD_JSON, "", () -> Bundles.buildScorecard(name, name, name));
        fails(Status.BAD_JSON, "", () -> Aliases.parse(name));
        fails(Status.INVALID_ARG, "", () -> store.noteTraining("acme", name, List.of(name, name)));
        fails(Status.BAD_DATA, "", () -> Metrics.of(new boolean[nothing.length / 8], new double[nothing.length / 8], 0));
        fails(Status.LIMIT, "", () -> store.putAccount("acme", AccountType.USER, "a", null, name));
    }

    @Test
    void whatACallIsGivenIsGivenBack() throws Exception {
        byte[] nothing = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        String name = "x".repeat(1 << 20);
        try (Model model = Model.load(bundle); Scorer scorer = model.scorer(); Store store = Store.inMemory()) {
            store.addOrganization("acme", null);
            largeCalls(scorer, store, nothing, name);
            long before = megabytes();
            for (int i = 0; i < 40; i++) {
                largeCalls(scorer, store, nothing, name);
            }
            long after = megabytes();
            // 40 copies of 1 MB of any of them would be more.
            assertTrue(after - before < 20, "grew from " + before + " to " + after + " MB");
        }
    }

    @Test
    void whatIsClosedIsGivenBack() throws Exception {
        staysWhereItWas(true);
    }

    @Test
    void whatIsForgottenIsCollected() throws Exception {
        staysWhereItWas(false);
    }
}
