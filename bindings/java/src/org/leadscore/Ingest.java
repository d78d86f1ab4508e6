package org.leadscore;

import java.nio.file.Path;

/**
 * NDJSON files to take in. Each may be null.
 *
 * @param leads a lead a line
 * @param activities each names its lead
 * @param outcomes each names its lead
 * @param rejects where lines that are refused are set aside; null: the first one ends it
 * @param batch lines a transaction; 0: 5,000
 * @param aliases what names mean; null: all tables of the library
 */
public record Ingest(Path leads, Path activities, Path outcomes, Path rejects, int batch, Aliases aliases) {
    public Ingest {
        Inputs.whole(batch, "batch");
    }

    /** All of these, in batches of the usual size. */
    public Ingest(Path leads, Path activities, Path outcomes) {
        this(leads, activities, outcomes, null, 0, null);
    }

    /** The same, setting aside what is refused. */
    public Ingest withRejects(Path file) {
        return new Ingest(leads, activities, outcomes, file, batch, aliases);
    }

    /** The same, in batches of so many lines. */
    public Ingest withBatch(int lines) {
        return new Ingest(leads, activities, outcomes, rejects, lines, aliases);
    }

    /** The same, read by these aliases. */
    public Ingest withAliases(Aliases table) {
        return new Ingest(leads, activities, outcomes, rejects, batch, table);
    }
}
