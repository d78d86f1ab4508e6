package client;

import static client.Given.AS_OF;
import static client.Given.LEAD;
import static client.Given.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leadscore.Bundles;
import org.leadscore.ImportOptions;
import org.leadscore.LoadOptions;
import org.leadscore.Model;
import org.leadscore.Status;

class BundlesTest {
    @TempDir Path folder;
    private final byte[] gbdt = Given.bytes(Given.GBDT);

    private static KeyPair pair() throws Exception {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    private static String pem(String what, byte[] encoded) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + what + " KEY-----\n" + text + "\n-----END " + what + " KEY-----\n";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aSignedBundleIsLoadedByWhoTrustsTheKeyAndByNoOneElse() throws Exception {
        KeyPair keys = pair();
        String publicKey = pem("PUBLIC", keys.getPublic().getEncoded());
        byte[] privateKey = utf8(pem("PRIVATE", keys.getPrivate().getEncoded()));
        byte[] signed = Bundles.sign(gbdt, privateKey, null);
        try (Model model = Model.load(signed, LoadOptions.DEFAULT.withTrustedKeys(List.of(publicKey)))) {
            assertEquals(Optional.of(Bundles.publicKeyId(publicKey)), model.info().signedBy());
        }
        String other = pem("PUBLIC", pair().getPublic().getEncoded());
        fails(Status.UNTRUSTED, "", () -> Model.load(signed, LoadOptions.DEFAULT.withTrustedKeys(List.of(other))));
        assertArrayEquals(signed, Bundles.sign(signed, privateKey, null));
        fails(Status.BAD_KEY, "", () -> Bundles.sign(gbdt, utf8(publicKey), null));
        fails(Status.INVALID_ARG, "NUL", () -> Bundles.sign(gbdt, privateKey, new byte[3]));
        fails(Status.BAD_MODEL, "", () -> Bundles.sign(new byte[9], privateKey, null));
        fails(Status.INVALID_ARG, "bundle is null", () -> Bundles.sign(null, privateKey, null));
        fails(Status.BAD_KEY, "", () -> Bundles.publicKeyId("x"));
    }

    /** A key of the tests in C. */
    private static byte[] testKey(String name) {
        String header = new String(Given.bytes(Given.ROOT.resolve("tests/support/test_keys.h")), StandardCharsets.UTF_8);
        String value = header.replaceAll("(?s).*#define " + name + "\\b(.*?)\n(?:#|/\\*).*", "$1");
        Matcher texts = Pattern.compile("\"(.*?)\"").matcher(value);
        StringBuilder key = new StringBuilder();
        while (texts.find()) {
            key.append(texts.group(1).replace("\\n", "\n"));
        }
        return utf8(value.contains("PRIVATE_KEY(")
                ? "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n" : key.toString());
    }

    @Test
    void aKeyThatIsEncryptedTakesItsPassphrase() {
        byte[] plain = testKey("KEY_1_PRIVATE");
        byte[] locked = testKey("KEY_1_ENCRYPTED");
        assertArrayEquals(Bundles.sign(gbdt, plain, null), Bundles.sign(gbdt, locked, utf8("leads")));
        fails(Status.BAD_KEY, "passphrase", () -> Bundles.sign(gbdt, locked, utf8("shut")));
        fails(Status.BAD_KEY, "", () -> Bundles.sign(gbdt, locked, null));
    }

    @Test
    void aModelOfXgboostIsImportedFromAFileAsFromItsBytes() throws Exception {
        Path model;
        try (Stream<Path> all = Files.walk(Given.ROOT.resolve("tests/golden/import"))) {
            model = all.filter(path -> path.toString().endsWith(".ubj")).sorted().findFirst().orElseThrow();
        }
        ImportOptions options = ImportOptions.DEFAULT.withName("theirs", "2").withCreated(AS_OF);
        byte[] made = Bundles.importModel(model, options);
        assertArrayEquals(made, Bundles.importModel(Given.bytes(model), options));
        try (Model loaded = Model.load(made)) {
            assertEquals(List.of("theirs", "2"), List.of(loaded.info().name(), loaded.info().version()));
            byte[] again = Bundles.importModel(model, options.withSpec(loaded.spec()));
            try (Model same = Model.load(again)) {
                assertEquals(loaded.info().specSha256(), same.info().specSha256());
            }
        }
        fails(Status.BAD_MODEL, "", () -> Bundles.importModel(Given.GBDT, ImportOptions.DEFAULT));
        fails(Status.NOT_FOUND, "none", () -> Bundles.importModel(Path.of("none"), ImportOptions.DEFAULT));
        fails(Status.BAD_JSON, "", () -> Bundles.importModel(model, options.withSpec("{")));
        String beyond = "{}\0" + " ".repeat(1 << 19); // which is not read as if it ended at its NUL
        fails(Status.BAD_JSON, "0x00 at byte 2", () -> Bundles.importModel(model, options.withSpec(beyond)));
        fails(Status.INVALID_ARG, "options is null", () -> Bundles.importModel(model, null));
    }

    @Test
    void aScorecardMadeOfWhatAnotherHoldsScoresAsThatDoes() {
        try (Model from = Model.load(Given.STARTER)) {
            String rules = new String(from.member("scorecard.json").orElseThrow(), StandardCharsets.UTF_8);
            byte[] made = Bundles.buildScorecard("mine", from.spec(), rules);
            Path file = folder.resolve("mine.lsm");
            Bundles.write(file, made);
            try (Model mine = Model.load(file)) {
                assertEquals("mine", mine.info().name());
                assertEquals(from.score(LEAD, AS_OF), mine.score(LEAD, AS_OF));
            }
            fails(Status.BAD_SPEC, "", () -> Bundles.buildScorecard("mine", from.spec(), "{\"rules\": 1}"));
            fails(Status.INVALID_ARG, "scorecard is null", () -> Bundles.buildScorecard("mine", from.spec(), null));
            fails(Status.NOT_FOUND, "", () -> Bundles.write(folder.resolve("no/mine.lsm"), made));
        }
    }
}
