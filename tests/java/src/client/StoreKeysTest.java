package client;

import static client.Given.LEAD;
import static client.Given.fails;
import static client.Stores.MADE;
import static client.Stores.holds;
import static client.Stores.key;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leadscore.CopyNews;
import org.leadscore.Status;
import org.leadscore.Store;
import org.leadscore.StoreKey;
import org.leadscore.StoreOptions;

/** Encrypted stores, and copies of stores. */
class StoreKeysTest {
    private static final String MAIL = "ada@engines.example";
    @TempDir Path folder;

    private Path made(String name, StoreOptions options) {
        Path file = folder.resolve(name);
        try (Store store = Stores.made(options, file)) {
            store.putLead("acme", LEAD);
        }
        return file;
    }

    private static boolean opens(Path file, StoreKey key) {
        try (Store store = Store.open(file, StoreOptions.DEFAULT.withKey(key))) {
            return store.lead("acme", "a1").contains(MAIL);
        }
    }

    @Test
    void anEncryptedStoreOpensWithItsKeyAlone() {
        Path secret = made("secret.db", MADE.withKey(key(7)));
        assertFalse(holds(secret, "engines.example"));
        assertTrue(holds(made("plain.db", MADE), "engines.example"));
        assertTrue(opens(secret, key(7)));
        fails(Status.BAD_KEY, "secret.db", () -> opens(secret, key(8)));
        fails(Status.BAD_KEY, "secret.db", () -> opens(secret, null));
        fails(Status.INVALID_ARG, "the key has 31 bytes", () -> new StoreKey(new byte[31]));
        fails(Status.BAD_KEY, "zero", () -> made("zero.db", MADE.withKey(key(0))));
        fails(Status.INVALID_ARG, "the key is null", () -> new StoreKey(null));
        StoreKey closed = key(7);
        closed.close();
        fails(Status.INVALID_ARG, "the key is closed", () -> opens(secret, closed));
    }

    @Test
    void aKeyIsCopied() {
        byte[] bytes = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        StoreKey same = new StoreKey(bytes.clone(), "first");
        StoreKey given = new StoreKey(bytes, "first");
        Path secret = made("copied.db", MADE.withKey(same));
        bytes[0] = 1;
        assertTrue(opens(secret, given));
    }

    @Test
    void aStoreGetsAnotherKey() {
        byte[] bytes = new byte[StoreKey.SIZE];
        bytes[0] = 9;
        Path secret = made("rekeyed.db", MADE.withKey(key(7)));
        try (Store store = Store.open(secret, StoreOptions.DEFAULT.withKey(key(7)))) {
            store.rekey(new StoreKey(bytes, "second"));
            assertTrue(store.lead("acme", "a1").contains(MAIL));
            store.rekey(null); // nothing was stopped
            fails(Status.INVALID_ARG, "", () -> store.transaction(() -> store.rekey(key(1))));
        }
        fails(Status.BAD_KEY, "", () -> opens(secret, key(7)));
        assertTrue(opens(secret, new StoreKey(bytes, "second")));
        Path plain = made("first.db", MADE);
        try (Store store = Store.open(plain, StoreOptions.DEFAULT)) {
            fails(Status.INVALID_ARG, "", () -> store.rekey(null));
            store.rekey(key(3));
        }
        assertFalse(holds(plain, "engines.example"));
        assertTrue(opens(plain, key(3)));
    }

    @Test
    void aBackupBecomesAStoreAgain() {
        Path from = made("backed.db", MADE.withKey(key(7)));
        Path copy = folder.resolve("copy");
        Path back = folder.resolve("back.db");
        List<CopyNews> told = new ArrayList<>();
        try (Store store = Store.open(from, StoreOptions.DEFAULT.withKey(key(7)))) {
            store.backup(copy, key(9), told::add);
        }
        assertTrue(told.size() > 0);
        CopyNews last = told.get(told.size() - 1);
        assertTrue(last.bytes() > 0 && last.bytes() == last.all(), last.toString());
        fails(Status.BAD_KEY, "", () -> Store.restore(copy, back, null, false, null));
        fails(Status.BAD_KEY, "", () -> Store.restore(copy, back, key(7), false, null));
        assertFalse(Files.exists(back));
        Store.restore(copy, back, key(9), false, null);
        assertTrue(opens(back, key(7)));
        fails(Status.CONFLICT, "back.db", () -> Store.restore(copy, back, key(9), false, null));
        Store.restore(copy, back, key(9), true, told::add);
        try (Store open = Store.open(back, StoreOptions.DEFAULT.withKey(key(7)))) {
            fails(Status.BUSY, "", () -> Store.restore(copy, back, key(9), true, null));
            open.check();
        }
        fails(Status.NOT_FOUND, "none", () -> Store.restore(folder.resolve("none"), back, null, true, null));
    }

    @Test
    void aCopyIsStoppedByWhoIsTold() {
        Path from = made("stopped.db", MADE);
        Path copy = folder.resolve("stopped");
        try (Store store = Store.open(from, StoreOptions.DEFAULT)) {
            fails(Status.CANCELLED, "", () -> store.backup(copy, null, news -> false));
            IllegalStateException mine = new IllegalStateException();
            assertSame(mine, assertThrows(IllegalStateException.class, () -> store.backup(copy, null, news -> {
                throw mine;
            })));
            assertFalse(Files.exists(copy));
            store.backup(copy);
            fails(Status.INVALID_ARG, "path is null", () -> store.backup(null));
        }
        byte[] before = Given.bytes(copy);
        fails(Status.CANCELLED, "", () -> Store.restore(copy, folder.resolve("new.db"), null, false, news -> false));
        assertFalse(Files.exists(folder.resolve("new.db")));
        assertArrayEquals(before, Given.bytes(copy));
        try (Store store = Store.open(copy, StoreOptions.DEFAULT)) {
            assertEquals("a1", store.findLead("acme", MAIL.toUpperCase(java.util.Locale.ROOT)).orElseThrow().id());
        }
    }

    @Test
    void whoIsToldMustNotUseTheStore() {
        Path from = made("told.db", MADE);
        try (Store store = Store.open(from, StoreOptions.DEFAULT)) {
            Runnable closing = store::close;
            fails(Status.INVALID_ARG, "in use", () -> store.backup(folder.resolve("t1"), null, news -> {
                store.check();
                return true;
            }));
            fails(Status.INVALID_ARG, "in use", () -> store.backup(folder.resolve("t1"), null, news -> {
                closing.run();
                return true;
            }));
            store.check();
        }
    }
}
