package org.leadscore;

import java.nio.file.Path;

/** Files taken in, and copies of a store. Of {@link Store}, whose exceptions its calls throw. */
public sealed interface StoreBulk permits Store {
    /**
     * Take in leads, then activities, then outcomes, in batches that are kept one by one. Where it was stopped it is begun
     * again with the same files, and loses and doubles nothing.
     *
     * @param progress told how many lines were read, after each batch; null: nobody
     * @throws LeadscoreException also CANCELLED; without rejects what the first bad line came to, naming file and line
     */
    default IngestCounts ingest(String organization, Ingest files, Progress<? super Long> progress) {
        Inputs.present(files, "files");
        return Aliases.use(files.aliases(), aliases -> Store.watched(this, store -> {
            long[] counts = new long[5];
            Native.flat_store_ingest(store, Store.organization(organization), Inputs.path(files.leads()),
                    Inputs.path(files.activities()), Inputs.path(files.outcomes()), Inputs.path(files.rejects()),
                    files.batch(), aliases, Store.counted(progress), counts);
            return new IngestCounts(counts[0], counts[1], counts[2], counts[3], counts[4]);
        }));
    }

    /** As {@link #ingest(String, Ingest, Progress)}, telling nobody. */
    default IngestCounts ingest(String organization, Ingest files) {
        return ingest(organization, files, null);
    }

    /**
     * Write a copy of the store, as it is when this begins, to a file, whole or not at all. Other connections read and
     * write meanwhile. {@link Store#restore} makes a store of it.
     *
     * @param key by which it is encrypted; null: a plain copy, which is a store itself
     * @param progress told now and then; null: nobody
     * @throws LeadscoreException also CANCELLED; CONFLICT where the file is a store in use; LIMIT, BAD_KEY
     */
    default void backup(Path path, StoreKey key, Progress<? super CopyNews> progress) {
        String name = Inputs.path(path, "path");
        StoreKey.use(key, address -> Store.watched(this, store -> {
            Native.flat_store_backup(store, name, address, CopyNews.watch(progress));
            return null;
        }));
    }

    /** As {@link #backup(Path, StoreKey, Progress)}: a plain copy, telling nobody. */
    default void backup(Path path) {
        backup(path, null, null);
    }
}
