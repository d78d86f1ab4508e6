package org.leadscore;

import java.time.Instant;

/**
 * What a model of XGBoost becomes.
 *
 * @param spec a feature spec as JSON, with a column for each of the model's features; null: made of their names
 * @param name of the model; null: "imported"
 * @param version of the model; null: "1"
 * @param created a time that goes into the bundle; null: none
 */
public record ImportOptions(String spec, String name, String version, Instant created) {
    /** All of it as it is in the model. */
    public static final ImportOptions DEFAULT = new ImportOptions(null, null, null, null);

    /** The same, with a spec. */
    public ImportOptions withSpec(String json) {
        return new ImportOptions(json, name, version, created);
    }

    /** The same, with a name and a version. */
    public ImportOptions withName(String text, String number) {
        return new ImportOptions(spec, text, number, created);
    }

    /** The same, with a time. */
    public ImportOptions withCreated(Instant time) {
        return new ImportOptions(spec, name, version, time);
    }

    byte[] use(java.util.function.LongFunction<byte[]> importing) {
        long wanted = Native.flat_import_new(
                Inputs.utf8(spec), name, version, created == null ? null : created.toString());
        try {
            return importing.apply(wanted);
        } finally {
            Native.flat_import_free(wanted);
        }
    }
}
