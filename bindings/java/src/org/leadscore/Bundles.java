package org.leadscore;

import java.nio.file.Path;

/** Bundles made, signed and written. */
public final class Bundles {
    private Bundles() {}

    /**
     * Make a bundle of a model that XGBoost saved (docs/import.md).
     *
     * @throws LeadscoreException NOT_FOUND, IO; BAD_MODEL, UNSUPPORTED naming what is not read; BAD_SPEC, BAD_JSON, LIMIT
     */
    public static byte[] importModel(Path path, ImportOptions options) {
        String name = Inputs.path(path, "path");
        return Inputs.present(options, "options").use(wanted -> Native.flat_import_file(name, wanted));
    }

    /** As {@link #importModel(Path, ImportOptions)}, from memory. */
    public static byte[] importModel(byte[] model, ImportOptions options) {
        Inputs.present(model, "model");
        return Inputs.present(options, "options").use(wanted -> Native.flat_import_bytes(model, wanted));
    }

    /**
     * Make a bundle of a feature spec and a scorecard, both JSON (docs/scorecard.md). It needs no data.
     *
     * @throws LeadscoreException BAD_SPEC naming the rule, the member and its value; BAD_JSON, LIMIT
     */
    public static byte[] buildScorecard(String name, String spec, String scorecard) {
        return Native.flat_scorecard(Inputs.present(name, "name"), Inputs.utf8(Inputs.present(spec, "spec")),
                Inputs.utf8(Inputs.present(scorecard, "scorecard")));
    }

    /** Write a bundle to a file, whole or not at all. */
    public static void write(Path path, byte[] bundle) {
        Native.flat_bundle_write(Inputs.path(path, "path"), Inputs.present(bundle, "bundle"));
    }

    /**
     * Sign a bundle with an Ed25519 key. The same bundle and key give the same bytes. {@link ModelInfo#signedBy()} is
     * the id of the key.
     *
     * @param privateKey as PEM
     * @param passphrase null of a key that is not encrypted
     * @throws LeadscoreException BAD_KEY saying what is wrong with key or passphrase; what {@link Model#load(byte[])} throws
     */
    public static byte[] sign(byte[] bundle, byte[] privateKey, byte[] passphrase) {
        return Native.flat_sign(Inputs.present(bundle, "bundle"), Inputs.present(privateKey, "privateKey"), passphrase);
    }

    /**
     * The id of a public key as PEM, as {@link ModelInfo#signedBy()} has it.
     *
     * @throws LeadscoreException BAD_KEY
     */
    public static String publicKeyId(String publicKey) {
        return Native.flat_public_key_id(Inputs.utf8(Inputs.present(publicKey, "publicKey")));
    }
}
