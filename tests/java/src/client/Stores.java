package client;

import static client.Given.AS_OF;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.leadscore.Actor;
import org.leadscore.Store;
import org.leadscore.StoreKey;
import org.leadscore.StoreOptions;

/** Stores for tests. */
final class Stores {
    static final StoreOptions MADE = StoreOptions.CREATE.withDurability(StoreOptions.Durability.OFF);
    static final Actor ACTOR = new Actor("3f2a1b4c-0d5e-4f60-8a71-92b3c4d5e6f7", AS_OF);

    private Stores() {}

    /** Opened, with an organization. */
    static Store made(StoreOptions options, Path file) {
        Store store = Store.open(file, options);
        store.addOrganization("acme", "Acme Corp");
        return store;
    }

    static StoreKey key(int value) {
        byte[] bytes = new byte[StoreKey.SIZE];
        java.util.Arrays.fill(bytes, (byte) value);
        return new StoreKey(bytes);
    }

    /** Whether a text stands in a file of a store, or in one beside it that has its name. */
    static boolean holds(Path file, String text) {
        try (Stream<Path> all = Files.list(file.getParent())) {
            return all.filter(path -> path.getFileName().toString().startsWith(file.getFileName().toString()))
                    .anyMatch(path -> new String(Given.bytes(path), StandardCharsets.ISO_8859_1).contains(text));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
