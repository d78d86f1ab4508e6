"""Keys, erasure and the audit trail of a store, from Python."""

import json
import os
import threading
from datetime import datetime, timezone

import pytest

import leadscore
from conftest import ACTIVITIES, AS_OF, LEAD

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
ACTOR = "0f8fad5b-d9cb-469f-a165-70867728950e"


def fill(store, *ids):
    store.add_organization("acme")
    for lead_id in ids:
        store.put_lead("acme", {**LEAD, "id": lead_id, "email": f"{lead_id}@example.com"})


def bytes_of(path):
    """Of a store, with what waits in its log."""
    log = path.with_name(path.name + "-wal")
    return path.read_bytes() + (log.read_bytes() if log.exists() else b"")


def test_an_encrypted_store_opens_with_its_key_alone(tmp_path):
    path = tmp_path / "s.db"
    with leadscore.Store(path, create=True, key=leadscore.StoreKey(KEY, "first")) as store:
        fill(store, "L1")
    assert b"L1@example.com" not in bytes_of(path)
    for key in (None, OTHER):
        with pytest.raises(leadscore.BadKeyError):
            leadscore.Store(path, key=key)
    with leadscore.Store(path, key=leadscore.StoreKey(KEY, "first")) as store:
        assert [lead.email for lead in store.leads("acme", email="l1@example.com")]
    with pytest.raises(leadscore.InvalidArgError, match="31 bytes"):
        leadscore.Store(path, key=KEY[:31])
    with pytest.raises(TypeError):
        leadscore.Store(path, key=7)
    assert repr(KEY) not in repr(leadscore.StoreKey(KEY))


def test_a_key_is_changed_and_a_store_gets_its_first(tmp_path):
    path = tmp_path / "s.db"
    with leadscore.Store(path, create=True) as store:
        fill(store, "L1", "L2")
        with pytest.raises(leadscore.InvalidArgError):
            store.rekey()  # nothing was begun, and it is not encrypted
        store.rekey(KEY)
        store.rekey()
        assert b"L1@example.com" not in bytes_of(path)
        store.rekey(OTHER)
        with store.transaction(), pytest.raises(leadscore.InvalidArgError):
            store.rekey(KEY)
    with pytest.raises(leadscore.BadKeyError):
        leadscore.Store(path, key=KEY)
    with leadscore.Store(path, key=OTHER) as store:
        assert store.get_lead("acme", "L2")["email"] == "L2@example.com"


def test_an_erased_lead_leaves_no_byte_and_names_the_models_it_trained(tmp_path):
    path = tmp_path / "s.db"
    with leadscore.Store(path, create=True) as store:
        fill(store, "unforgotten", "L2")
        store.note_training("acme", "ab" * 32, ["unforgotten", "gone already"])
        store.note_training("acme", "cd" * 32, iter(["L2"]))
        assert store.erase_lead("acme", "unforgotten") == ["ab" * 32]
        assert b"unforgotten" not in bytes_of(path)
        store.purge()  # nothing is due any more
        for call, kind in ((lambda: store.erase_lead("acme", "none"), leadscore.NotFoundError),
                           (lambda: store.note_training("acme", "x", []), leadscore.InvalidArgError),
                           (lambda: store.note_training("acme", "ab" * 32, "L2"), TypeError)):
            with pytest.raises(kind):
                call()


def test_where_the_purge_waits_in_vain_the_models_are_named_all_the_same(tmp_path):
    path = tmp_path / "s.db"
    with leadscore.Store(path, create=True, busy_ms=1) as store:
        fill(store, "L1")
        store.note_training("acme", "ab" * 32, ["L1"])
        reads = leadscore.Source.store(path, "acme")
        with pytest.raises(leadscore.BusyError) as raised:
            store.erase_lead("acme", "L1")
        assert raised.value.models == ("ab" * 32,)
        with pytest.raises(leadscore.NotFoundError) as raised:
            store.erase_lead("acme", "L1")
        assert raised.value.models == ()
        del reads
        store.purge()


def test_all_that_is_held_on_a_lead_is_exported(tmp_path):
    with leadscore.Store() as store:
        fill(store, "L1", "L2")
        store.add_activities("acme", ACTIVITIES, "L1")
        with open(tmp_path / "L1.json", "wb") as file:
            store.export_lead("acme", "L1", file.write)
        written = (tmp_path / "L1.json").read_text()
        assert json.loads(written) and "L1@example.com" in written and "L2@example.com" not in written
        with pytest.raises(ZeroDivisionError):
            store.export_lead("acme", "L1", lambda piece: 1 // 0)
        with pytest.raises(leadscore.CancelledError):
            store.export_lead("acme", "L1", lambda piece: False)
        with pytest.raises(leadscore.InvalidArgError, match="callback"):
            store.export_lead("acme", "L1", lambda piece: store.count())
        with pytest.raises(leadscore.NotFoundError):
            store.export_lead("acme", "none", print)


def test_a_model_trained_from_nobody_is_named_for_nobody():
    with leadscore.Store() as store:
        fill(store, "L1")
        assert store.erase_lead("acme", "L1") == []


def test_what_is_done_is_noted_and_the_trail_is_whole(tmp_path):
    with leadscore.Store() as store:
        fill(store, "L1")
        assert store.audit_head() == leadscore.AuditHead(0, "0" * 64)
        with pytest.raises(leadscore.InvalidArgError, match="who acts"):
            store.set_audited(True)
        store.set_actor(ACTOR, now=lambda: datetime(2026, 1, 1, tzinfo=timezone.utc))
        store.set_audited(True)
        before = store.audit_head()
        store.get_lead("acme", "L1")
        store.set_actor()  # by the system's clock, and nobody said
        store.delete_lead("acme", "L1")
        head = store.audit_head()
        assert (before.n_rows, head.n_rows) == (1, 3)
        assert store.verify() == store.verify(before.code) == store.verify(head.code) == 3
        with pytest.raises(leadscore.BadStoreError):
            store.verify("ab" * 32)
        with pytest.raises(leadscore.InvalidArgError, match="UUID"):
            store.set_actor("jo@acme.example")
        assert store.verify() == 3  # who acted before goes on


def test_a_changed_trail_is_found(tmp_path):
    sqlite3 = pytest.importorskip("sqlite3")
    path = tmp_path / "s.db"
    with leadscore.Store(path, create=True) as store:
        store.set_actor(ACTOR)
        store.set_audited(True)
        fill(store, "L1", "L2")
    database = sqlite3.connect(path)
    database.execute("UPDATE audit_log SET subject = NULL WHERE number = 2")
    database.commit()
    database.close()
    with leadscore.Store(path) as store, pytest.raises(leadscore.BadStoreError, match="row 2 "):
        store.verify()


@pytest.mark.parametrize("clock, kind", [
    (lambda: 1 // 0, ZeroDivisionError), (lambda: None, TypeError),
    (lambda: datetime(2026, 1, 1), leadscore.InvalidArgError),
    (lambda: 10 ** 30, leadscore.InvalidArgError)])
def test_nothing_is_done_where_the_clock_raises(clock, kind):
    with leadscore.Store() as store:
        store.set_actor(ACTOR)
        store.set_audited(True)
        fill(store, "L1")
        n_rows = store.audit_head().n_rows
        store.set_actor(ACTOR, now=clock)
        for call in (lambda: store.delete_lead("acme", "L1"), lambda: store.get_lead("acme", "L1")):
            with pytest.raises(kind):
                call()
        store.set_actor(ACTOR)
        assert store.audit_head().n_rows == n_rows
        assert store.get_lead("acme", "L1")["email"] == "L1@example.com"


class LetsIn:
    """A lock that another thread's call gets first, once it is let go."""

    def __init__(self, lock, call):
        self.lock, self.call = lock, call

    def __enter__(self):
        self.lock.acquire()

    def __exit__(self, *raised):
        self.lock.release()
        call, self.call = self.call, None
        if call is not None:
            thread = threading.Thread(target=call)
            thread.start()
            thread.join()


def test_what_a_new_clock_raises_is_raised_by_whoever_asks_it_first():
    raised = []
    with leadscore.Store() as store:
        fill(store, "L1")
        store.set_actor(ACTOR, now=lambda: 0)
        store.set_audited(True)

        def read():
            try:
                store.get_lead("acme", "L1")
            except Exception as reason:
                raised.append(type(reason))

        store._lock = LetsIn(store._lock, read)
        store.set_actor(ACTOR, now=lambda: 1 // 0)
    assert raised == [ZeroDivisionError]


def test_the_trail_is_listed_by_who_did_what_when_to_whom():
    hours = iter(range(100))
    with leadscore.Store() as store:
        fill(store, "L1", "L2")
        store.set_actor(ACTOR, now=lambda: datetime(2026, 1, 1, next(hours), tzinfo=timezone.utc))
        store.set_audited(True)
        store.get_lead("acme", "L1")
        store.get_lead("acme", "L2")
        rows = list(store.audit())
        assert [row.number for row in rows] == [1, 2, 3] and len(list(store.audit("acme"))) == 2
        assert rows[1].subject == store.lead_uuid("acme", "L1") and rows[1].organization == "acme"
        assert {row.actor for row in rows} == {ACTOR} and rows[0].organization is None
        assert list(store.audit(subject=store.lead_uuid("acme", "L2"))) == rows[2:]
        assert list(store.audit(action=rows[1].action, until=rows[2].time)) == rows[1:2]
        assert list(store.audit(since=rows[1].time, actor=ACTOR)) == rows[1:]
        assert list(store.audit(actor=ACTOR.replace("0", "1"))) == []
        store.note_access("acme", "L1")
        [noted] = store.audit(action="read copy")
        assert noted.subject == rows[1].subject and noted.amount == 1
        with pytest.raises(leadscore.NotFoundError):
            store.note_access("acme", "none")
        with pytest.raises(leadscore.InvalidArgError, match="UUID"):
            list(store.audit(actor="jo"))
        with pytest.raises(leadscore.NotFoundError):
            list(store.audit("none"))
        with pytest.raises(leadscore.NotFoundError):
            store.lead_uuid("acme", "none")


def test_users_and_integrations_are_kept_and_act(tmp_path):
    path = tmp_path / "s.db"
    with leadscore.Store(path, create=True, key=KEY) as store:
        fill(store, "L1")
        store.put_account("acme", "user", "jo", role="admin", details={"name": "Jo Secret"})
        store.put_account("acme", "user", "ann")
        store.put_account("acme", "integration", "jo", role="hubspot", details='{"token": "t0"}')
        users = [(user.id, user.role, user.active, user.details)
                 for user in store.accounts("acme", "user")]
        assert users == [("ann", None, True, {}), ("jo", "admin", True, {"name": "Jo Secret"})]
        jo = store.get_account("acme", "user", "jo")
        assert "Secret" not in repr(jo) and b"Jo Secret" not in bytes_of(path)
        assert store.account_uuid("acme", "user", "jo") == jo.uuid
        store.set_actor(store.account_uuid("acme", "user", "jo"))
        store.set_audited(True)
        store.set_account_active("acme", "user", "ann", False)
        assert [row.actor for row in store.audit()] == [jo.uuid] * 2
        with pytest.raises(leadscore.InvalidArgError, match="active"):
            store.account_uuid("acme", "user", "ann")
        store.delete_account("acme", "integration", "jo")
        assert list(store.accounts("acme", "integration")) == []
        for call, kind in (
                (lambda: store.get_account("acme", "user", "none"), leadscore.NotFoundError),
                (lambda: store.put_account("acme", "robot", "x"), leadscore.InvalidArgError),
                (lambda: store.put_account("acme", "integration", "x"), leadscore.InvalidArgError),
                (lambda: store.put_account("acme", "user", "x", details="[]"), leadscore.InvalidArgError),
                (lambda: store.put_account("acme", "user", "x", details="{"), leadscore.BadJsonError),
                (lambda: store.put_account("acme", "user", "x", details=7), TypeError),
                (lambda: list(store.accounts("none", "user")), leadscore.NotFoundError)):
            with pytest.raises(kind):
                call()


def test_a_clock_must_not_use_the_store():
    with leadscore.Store() as store:
        store.set_actor(ACTOR, now=lambda: store.count().bytes)
        with pytest.raises(leadscore.InvalidArgError, match="callback"):
            store.set_audited(True)


def test_an_audited_store_scores_with_threads(tmp_path, bundle):
    with leadscore.Store(tmp_path / "s.db", create=True) as store:
        store.set_actor(ACTOR)
        store.set_audited(True)
        fill(store, *(f"L{number}" for number in range(20)))
        store.add_activities("acme", ACTIVITIES, "L1")
        store.activate_model("acme", store.add_model("acme", bundle), force=True)
        counts = store.score_all("acme", store.load_model("acme"), as_of=AS_OF, threads=2)
        assert (counts.scored, counts.changed) == (20, 20)
        assert store.verify() == store.audit_head().n_rows


def test_a_store_with_a_key_is_backed_up_and_restored(tmp_path):
    key = leadscore.StoreKey(os.urandom(32), "backups")
    with leadscore.Store(tmp_path / "s.db", create=True, key=KEY) as store:
        fill(store, "L1")
        store.backup(tmp_path / "copy", key=key)
    leadscore.restore_store(tmp_path / "copy", tmp_path / "t.db", key=key)
    with leadscore.Store(tmp_path / "t.db", key=KEY) as store:
        assert store.count("acme").leads == 1


def test_a_text_is_no_key(tmp_path):
    for key in ("0123456789abcdef0123456789abcdef", leadscore.StoreKey("0123456789abcdef0123456789abcdef")):
        with pytest.raises(TypeError, match="the key is str"):
            leadscore.Store(tmp_path / "s.db", create=True, key=key)
