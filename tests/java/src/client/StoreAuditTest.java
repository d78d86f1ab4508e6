package client;

import static client.Given.AS_OF;
import static client.Given.LEAD;
import static client.Given.fails;
import static client.Stores.ACTOR;
import static client.Stores.MADE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leadscore.AccountType;
import org.leadscore.Actor;
import org.leadscore.AuditHead;
import org.leadscore.AuditQuery;
import org.leadscore.AuditRow;
import org.leadscore.Status;
import org.leadscore.Store;
import org.leadscore.StoreOptions;
import org.leadscore.StoredAccount;

/** Who acts, and what is noted of it. */
class StoreAuditTest {
    @TempDir Path folder;

    private Store audited(Path file) {
        Store store = Stores.made(MADE.withActor(ACTOR), file);
        store.setAudited(true);
        store.putLead("acme", LEAD);
        return store;
    }

    @Test
    void whatIsDoneWithPersonalDataIsNoted() {
        try (Store store = audited(folder.resolve("noted.db"))) {
            store.lead("acme", "a1");
            String subject = store.leadUuid("acme", "a1");
            List<AuditRow> reads = store.listAudit("acme", AuditQuery.ALL.withAction("read lead"));
            assertEquals(1, reads.size());
            AuditRow read = reads.get(0);
            assertEquals(AS_OF, read.time());
            assertEquals(Optional.of("acme"), read.organization());
            assertEquals(Optional.of(ACTOR.uuid()), read.actor());
            assertEquals(Optional.of(subject), read.subject());
            store.noteAccess("acme", "a1");
            AuditRow copied = store.listAudit("acme", AuditQuery.ALL.withAction("read copy")).get(0);
            assertEquals(Optional.of(subject), copied.subject());
            fails(Status.NOT_FOUND, "nobody", () -> store.noteAccess("acme", "nobody"));
            List<AuditRow> all = store.listAudit(null, AuditQuery.ALL);
            assertEquals(store.auditHead().rows(), all.size());
            AuditQuery one = AuditQuery.ALL.withLimit(1);
            assertEquals(all.get(1), store.listAudit(null, one.after(all.get(0))).get(0));
            assertEquals(all.stream().filter(row -> row.subject().equals(Optional.of(subject))).toList(),
                    store.listAudit(null, AuditQuery.ALL.withSubject(subject)));
            assertEquals(all, store.listAudit(null, AuditQuery.ALL.withActor(ACTOR.uuid())));
            assertEquals(List.of(), store.listAudit(null, AuditQuery.ALL.between(AS_OF.plusMillis(1), null)));
            assertEquals(all, store.listAudit(null, AuditQuery.ALL.between(AS_OF, AS_OF.plusMillis(1))));
            fails(Status.INVALID_ARG, "", () -> store.listAudit(null, AuditQuery.ALL.withActor("ada")));
            fails(Status.INVALID_ARG, "query is null", () -> store.listAudit(null, null));
        }
    }

    @Test
    void whoActsNextIsNotedAtTheTimeThatItIs() {
        try (Store store = audited(folder.resolve("next.db"))) {
            fails(Status.INVALID_ARG, "UUID", () -> store.setActor(new Actor("jo@acme.example")));
            store.lead("acme", "a1");
            Instant before = Instant.now().minusSeconds(1);
            store.setActor(new Actor(null));
            store.lead("acme", "a1");
            List<AuditRow> reads = store.listAudit("acme", AuditQuery.ALL.withAction("read lead"));
            assertEquals(List.of(Optional.of(ACTOR.uuid()), Optional.empty()),
                    reads.stream().map(AuditRow::actor).toList());
            assertEquals(AS_OF, reads.get(0).time());
            assertTrue(reads.get(1).time().isAfter(before), reads.get(1).toString());
            fails(Status.INVALID_ARG, "actor is null", () -> store.setActor(null));
            fails(Status.INVALID_ARG, "time is", () -> store.setActor(new Actor(null, Instant.MIN)));
        }
    }

    @Test
    void anAuditedStoreAsksWhoActs() {
        Path file = folder.resolve("asked.db");
        audited(file).close();
        try (Store nobody = Store.open(file, StoreOptions.DEFAULT)) {
            fails(Status.INVALID_ARG, "", () -> nobody.lead("acme", "a1"));
            fails(Status.INVALID_ARG, "", () -> nobody.setAudited(false));
            nobody.setActor(ACTOR);
            nobody.lead("acme", "a1");
            nobody.setAudited(false);
        }
        fails(Status.INVALID_ARG, "UUID", () -> Store.open(file, StoreOptions.DEFAULT.withActor(new Actor("ada"))));
    }

    @Test
    void whatWasChangedInTheTrailIsFound() throws IOException {
        Path file = folder.resolve("changed.db");
        AuditHead head;
        try (Store store = Stores.made(MADE.withActor(ACTOR), file)) {
            assertEquals(new AuditHead(0, "0".repeat(64)), store.auditHead());
            store.setAudited(true);
            store.putLead("acme", LEAD);
            head = store.auditHead();
            assertTrue(head.rows() >= 2 && head.head().matches("[0-9a-f]{64}"), head.toString());
            assertEquals(head.rows(), store.verify(head.head()));
            store.lead("acme", "a1");
            assertEquals(head.rows() + 1, store.verify(null));
            assertEquals(head.rows() + 1, store.verify(head.head()));
            fails(Status.BAD_STORE, "", () -> store.verify("0".repeat(63) + "1"));
        }
        String bytes = new String(Given.bytes(file), StandardCharsets.ISO_8859_1);
        try (RandomAccessFile changed = new RandomAccessFile(file.toFile(), "rw")) {
            changed.seek(bytes.lastIndexOf(ACTOR.uuid()));
            changed.write("00000000-0000-4000-8000-000000000000".getBytes(StandardCharsets.US_ASCII));
        }
        try (Store store = Store.open(file, StoreOptions.DEFAULT)) {
            fails(Status.BAD_STORE, "", () -> store.verify(null));
        }
    }

    @Test
    void accountsArePutListedAndLetGo() {
        try (Store store = Stores.made(MADE, folder.resolve("accounts.db"))) {
            String details = "{\"name\":\"Ada\"}";
            store.putAccount("acme", AccountType.USER, "ada", "admin", details);
            store.putAccount("acme", AccountType.USER, "bob", null, null);
            store.putAccount("acme", AccountType.INTEGRATION, "ada", "hubspot", null);
            StoredAccount ada = store.getAccount("acme", AccountType.USER, "ada");
            String uuid = store.accountUuid("acme", AccountType.USER, "ada");
            assertEquals(new StoredAccount("ada", uuid, Optional.of("admin"), true, details), ada);
            List<StoredAccount> users = store.listAccounts("acme", AccountType.USER, null, 0);
            assertEquals(List.of("ada", "bob"), users.stream().map(StoredAccount::id).toList());
            assertEquals(Optional.empty(), users.get(1).role());
            assertEquals(users.subList(1, 2), store.listAccounts("acme", AccountType.USER, "ada", 1));
            assertEquals("hubspot", store.getAccount("acme", AccountType.INTEGRATION, "ada").role().orElseThrow());
            store.setAccountActive("acme", AccountType.USER, "ada", false);
            assertEquals(false, store.getAccount("acme", AccountType.USER, "ada").active());
            fails(Status.INVALID_ARG, "", () -> store.accountUuid("acme", AccountType.USER, "ada"));
            store.deleteAccount("acme", AccountType.USER, "ada");
            fails(Status.NOT_FOUND, "ada", () -> store.getAccount("acme", AccountType.USER, "ada"));
            fails(Status.NOT_FOUND, "ada", () -> store.deleteAccount("acme", AccountType.USER, "ada"));
            fails(Status.INVALID_ARG, "", () -> store.putAccount("acme", AccountType.INTEGRATION, "x", null, null));
            fails(Status.BAD_JSON, "", () -> store.putAccount("acme", AccountType.USER, "x", null, "{"));
            fails(Status.INVALID_ARG, "type is null", () -> store.putAccount("acme", null, "x", null, null));
            fails(Status.INVALID_ARG, "id is null", () -> store.getAccount("acme", AccountType.USER, null));
        }
    }
}
