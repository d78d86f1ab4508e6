import copy
import gc
import json
import os
import pickle
import threading
from datetime import datetime, timezone

import pytest

import leadscore
from conftest import ACTIVITIES, AS_OF, LEAD, interrupt_in_c


@pytest.fixture
def store(bundle):
    """A store in memory with an organization, a lead and a model."""
    with leadscore.Store() as opened:
        opened.add_organization("acme", "Acme")
        opened.put_lead("acme", LEAD)
        opened.add_activities("acme", ACTIVITIES, "L1")
        opened.activate_model("acme", opened.add_model("acme", bundle), force=True)
        yield opened


def test_a_lead_scores_from_the_store_as_it_does_without(store, model):
    kept = store.score_lead("acme", "L1", store.load_model("acme"), as_of=AS_OF)
    assert kept.result == model.score(LEAD, ACTIVITIES, as_of=AS_OF)
    assert kept.receipt.input_sha256 == model.explain(
        LEAD, ACTIVITIES, as_of=AS_OF).receipt.input_sha256
    [listed] = store.scores("acme")
    assert (listed.lead_id, listed.result, listed.breakdown) == ("L1", kept.result, kept.breakdown)
    assert listed.receipt == kept.receipt and listed.model_name == "golden"
    assert store.history("acme", "L1") == [listed]
    assert list(store.scores("acme", min_score=100)) == []
    assert store.history("acme", "L1", before=AS_OF) == []


def test_lists_are_read_to_their_end(store):
    for number in range(5):
        store.put_lead("acme", {"id": f"M{number}", "email": f"{number}@example.com",
                                "created_at": datetime(2025, 1, 1, tzinfo=timezone.utc)})
    listed = list(store.leads("acme"))
    assert [lead.id for lead in listed] == ["L1", "M0", "M1", "M2", "M3", "M4"]
    assert listed[1].created_at == datetime(2025, 1, 1, tzinfo=timezone.utc)
    assert [lead.id for lead in store.leads("acme", email="3@EXAMPLE.com")] == ["M3"]
    [organization] = store.organizations()
    assert (organization.id, organization.name) == ("acme", "Acme")
    [kept] = store.models("acme")
    assert kept.active and kept.name == "golden"
    assert store.count("acme").leads == 6 and store.count().organizations == 1
    assert store.get_lead("acme", "M0")["email"] == "0@example.com"
    store.delete_lead("acme", "M0")
    with pytest.raises(leadscore.NotFoundError):
        store.get_lead("acme", "M0")


def test_more_rows_than_a_page_are_listed(tmp_path):
    leads = tmp_path / "leads.ndjson"
    leads.write_text("".join(json.dumps({"id": f"{number:06}"}) + "\n" for number in range(10001)))
    with leadscore.Store() as store:
        store.add_organization("o")
        assert store.ingest("o", leads=leads).leads == 10001
        ids = [lead.id for lead in store.leads("o")]
    assert len(ids) == 10001 and ids == sorted(set(ids))


def test_activities_are_listed_by_time_of_a_type_and_backwards(store):
    store.put_lead("acme", {"id": "M1"})
    assert list(store.activities("acme", "M1")) == []
    store.add_activities("acme", [
        {"id": "2", "type": "t", "time": "2025-05-02T00:00:00.125Z", "source": "crm", "bot": True,
         "data": {"page": {"n": 2}, "tags": ["x"]}},
        {"id": "1", "type": "t", "time": "1969-05-01", "recorded_time": "2025-05-03"},
        {"id": "3", "type": "u", "time": "2025-05-04"}], "M1")
    first, second, third = store.activities("acme", "M1")
    assert [each.id for each in (first, second, third)] == ["1", "2", "3"]
    assert first.time == datetime(1969, 5, 1, tzinfo=timezone.utc)
    assert first.recorded_time == datetime(2025, 5, 3, tzinfo=timezone.utc)
    assert (second.source, second.bot, second.type) == ("crm", True, "t")
    assert second.time == datetime(2025, 5, 2, 0, 0, 0, 125000, tzinfo=timezone.utc)
    assert second.data == {"page.n": 2, "tags": ["x"]} and first.data == {} and not first.bot
    assert list(store.activities("acme", "M1", latest_first=True)) == [third, second, first]
    assert list(store.activities("acme", "M1", type="u")) == [third]
    assert list(store.activities("acme", "M1", since=second.time, until="2025-05-04")) == [second]
    with pytest.raises(leadscore.NotFoundError):
        list(store.activities("acme", "M2"))


def test_more_activities_than_a_page_are_listed():
    with leadscore.Store() as store:
        store.add_organization("o")
        store.put_lead("o", {"id": "L"})
        store.add_activities("o", [{"id": str(n), "type": "t", "time": n // 7, "source": f"s{n % 3}"}
                                   for n in range(10001)], "L")
        listed = [(each.time, each.source, each.id) for each in store.activities("o", "L")]
        back = [(each.time, each.source, each.id)
                for each in store.activities("o", "L", latest_first=True)]
    assert len(listed) == 10001 and listed == sorted(set(listed)) and back == listed[::-1]


def test_outcomes_are_added_and_taken_back(store):
    store.add_outcome("acme", "L1", time="2025-11-01", converted=True)
    assert store.count("acme").outcomes == 1
    store.clear_outcomes("acme", "L1")
    assert store.count("acme").outcomes == 0


def test_a_transaction_is_kept_whole_or_not_at_all(store):
    with store.transaction():
        store.put_lead("acme", {"id": "kept"})
    with pytest.raises(ZeroDivisionError):
        with store.transaction():
            store.put_lead("acme", {"id": "lost"})
            1 / 0
    assert [lead.id for lead in store.leads("acme")] == ["L1", "kept"]
    with pytest.raises(ZeroDivisionError):  # and not that there is nothing to undo any more
        with store.transaction():
            store.close()
            1 / 0


def test_a_consent_that_is_withdrawn_suppresses(store):
    store.set_consent("acme", "L1", "profiling", given=True, time="2025-01-01", source="form")
    store.set_consent("acme", "L1", "profiling", given=False, time="2025-02-01")
    given, withdrawn = store.consents("acme", "L1")
    assert (given.given, given.source, withdrawn.given) == (True, "form", False)
    assert withdrawn.time == datetime(2025, 2, 1, tzinfo=timezone.utc)
    model = store.load_model("acme")
    assert store.score_lead("acme", "L1", model, as_of=AS_OF).result.status == "suppressed"


@pytest.mark.parametrize("key", [None, bytes(range(32))])
def test_a_store_is_backed_up_and_restored(store, tmp_path, key):
    told = []
    store.backup(tmp_path / "copy", key=key, progress=lambda *news: told.append(news))
    leadscore.restore_store(tmp_path / "copy", tmp_path / "s.db", key=key)
    with leadscore.Store(tmp_path / "s.db") as restored:
        assert restored.get_lead("acme", "L1") == store.get_lead("acme", "L1")
    with pytest.raises(leadscore.ConflictError):
        leadscore.restore_store(tmp_path / "copy", tmp_path / "s.db", key=key)
    leadscore.restore_store(tmp_path / "copy", tmp_path / "s.db", key=key, replace=True)
    with pytest.raises(leadscore.BadKeyError):
        leadscore.restore_store(tmp_path / "copy", tmp_path / "t.db", key=bytes(32))
    with pytest.raises(leadscore.InvalidArgError, match="31 bytes"):
        store.backup(tmp_path / "other", key=bytes(31))


@pytest.mark.parametrize("call, kind", [
    (lambda s: s.get_lead("acme", "none"), leadscore.NotFoundError),
    (lambda s: list(s.leads("none")), leadscore.NotFoundError),
    (lambda s: s.put_lead("acme", {}), leadscore.BadLeadError),
    (lambda s: s.put_lead("acme", {"id": "L2", "email": "ADA@example.com"}), leadscore.ConflictError),
    (lambda s: s.add_activities("acme", [{"id": "1"}], "L1"), leadscore.BadLeadError),
    (lambda s: s.add_activities("acme", ACTIVITIES, "none"), leadscore.NotFoundError),
    (lambda s: s.add_outcome("acme", "L1", time=datetime(2025, 1, 1), converted=True),
     leadscore.InvalidArgError),
    (lambda s: s.add_model("acme", b"no bundle"), leadscore.BadModelError),
    (lambda s: s.activate_model("acme", "0" * 64), leadscore.NotFoundError),
    (lambda s: s.get_lead("a\0b", "L1"), leadscore.InvalidArgError),
    (lambda s: s.get_lead("", "L1"), leadscore.InvalidArgError),
    (lambda s: s.get_lead(7, "L1"), TypeError),
    (lambda s: s.score_lead("acme", "L1", None, as_of=AS_OF), TypeError),
    (lambda s: s.score_all("acme", "model.lsm", as_of=AS_OF), TypeError),
    (lambda s: list(s.scores("acme", min_score=10 ** 30)), leadscore.InvalidArgError),
    (lambda s: list(s.scores("acme", max_score=1.5)), TypeError),
    (lambda s: s.backup("\ud800"), leadscore.InvalidArgError),
    (lambda s: s.ingest("acme", leads="no/such.ndjson"), leadscore.NotFoundError)])
def test_what_is_not_there_or_not_right_is_refused(store, call, kind):
    with pytest.raises(kind):
        call(store)


def test_a_store_that_is_none_is_refused(tmp_path):
    with pytest.raises(leadscore.NotFoundError):
        leadscore.Store(tmp_path / "none.db")
    (tmp_path / "x.db").write_text("no store at all, and long enough to be looked at" * 100)
    with pytest.raises(leadscore.BadStoreError):
        leadscore.Store(tmp_path / "x.db")
    with pytest.raises(leadscore.InvalidArgError):
        leadscore.Store(durability="none")
    with leadscore.Store(tmp_path / "s.db", create=True) as store:
        store.check()
    with leadscore.Store(tmp_path / "s.db", read_only=True) as store:
        with pytest.raises(leadscore.IoError):
            store.add_organization("o")


def test_a_closed_store_says_so(bundle):
    store = leadscore.Store()
    store.add_organization("o")
    listing = store.leads("o")
    store.close()
    store.close()
    for call in (lambda: store.count(), lambda: list(listing), lambda: store.models("o"),
                 lambda: store.put_lead("o", LEAD), lambda: store.check()):
        with pytest.raises(leadscore.ClosedError):
            call()
    assert repr(store) == "Store(closed)"


def test_a_store_cannot_be_copied(store):
    for copied in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="open another"):
            copied(store)


def test_a_callback_stops_what_it_is_told_of(store, tmp_path):
    leads = tmp_path / "leads.ndjson"
    leads.write_text("".join(json.dumps({"id": str(number)}) + "\n" for number in range(10)))
    told = []
    store.ingest("acme", leads=leads, batch=2, progress=told.append)
    assert told[-1] == 10

    def fall(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.ingest("acme", leads=leads, batch=2, progress=fall)
    with pytest.raises(leadscore.CancelledError):
        store.ingest("acme", leads=leads, batch=2, progress=lambda _: False)
    for call in (store.count, store.close):
        with pytest.raises(leadscore.InvalidArgError, match="callback"):
            store.ingest("acme", leads=leads, progress=lambda _: call())
    assert store.count("acme").leads == 11


@pytest.mark.parametrize("begin", ["ingest", "backup", "restore_store"])
def test_an_interrupt_while_c_is_at_work_is_raised(begin, tmp_path):
    leads = tmp_path / "leads.ndjson"
    leads.write_text("".join(json.dumps({"id": str(number)}) + "\n" for number in range(3000)))
    store = leadscore.Store(tmp_path / "s.db", create=True, durability="off")
    store.add_organization("acme")
    store.ingest("acme", leads=leads)
    store.backup(tmp_path / "first")
    calls = {"ingest": lambda told: store.ingest("acme", leads=leads, batch=1, progress=told),
             "backup": lambda told: store.backup(tmp_path / "second", progress=told),
             "restore_store": lambda told: leadscore.restore_store(
                 tmp_path / "first", tmp_path / "restored.db", progress=told)}
    interrupt_in_c(calls[begin])


def test_refused_lines_are_set_aside(store, tmp_path):
    leads, rejects = tmp_path / "leads.ndjson", tmp_path / "rejects.ndjson"
    leads.write_text('{"id": "good"}\n{"id": 01}\n')
    with pytest.raises(leadscore.BadJsonError):
        store.ingest("acme", leads=leads)
    counts = store.ingest("acme", leads=leads, rejects=rejects)
    assert (counts.leads, counts.rejected) == (1, 1)
    assert json.loads(rejects.read_text())["line"] == 2


def test_threads_take_turns_at_a_store(store):
    failed = []

    def work(name):
        try:
            for number in range(50):
                store.put_lead("acme", {"id": f"{name}-{number}"})
                assert store.get_lead("acme", f"{name}-{number}")["id"] == f"{name}-{number}"
        except BaseException as reason:
            failed.append(reason)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and store.count("acme").leads == 201


def test_what_came_out_of_a_store_outlives_it(bundle):
    store = leadscore.Store()
    store.add_organization("acme")
    store.put_lead("acme", LEAD)
    store.activate_model("acme", store.add_model("acme", bundle), force=True)
    model = store.load_model("acme")
    explained = store.score_lead("acme", "L1", model, as_of=AS_OF)
    scores, leads = store.scores("acme"), store.leads("acme")
    assert next(leads).id == "L1"
    del store  # the lists hold it
    [kept] = scores
    assert kept.result == explained.result == model.score(LEAD, as_of=AS_OF)
    del scores, leads
    gc.collect()
    assert kept.receipt == explained.receipt and kept.lead_id == "L1"
    assert model.score(LEAD, as_of=AS_OF) == kept.result


def test_a_store_that_is_dropped_in_a_transaction_undoes_it(tmp_path):
    store = leadscore.Store(tmp_path / "s.db", create=True)
    store.add_organization("acme")
    transaction = store.transaction()
    transaction.__enter__()
    store.put_lead("acme", LEAD)
    store.close()
    with pytest.raises(leadscore.ClosedError):
        transaction.__exit__(None, None, None)
    with leadscore.Store(tmp_path / "s.db") as again:
        assert again.count("acme").leads == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_store_is_not_used_across_a_fork(tmp_path):
    store = leadscore.Store(tmp_path / "s.db", create=True)
    with store.transaction():
        store.add_organization("acme")
        child = os.fork()
        if child == 0:  # its commit would be written without a lock
            words = ""
            try:
                store.add_organization("other")
            except leadscore.InvalidArgError as reason:
                words = reason.message
            store.close()
            gc.collect()
            os._exit("before a fork" not in words)
        assert os.waitpid(child, 0)[1] == 0
    assert [each.id for each in store.organizations()] == ["acme"]
    store.check()


def test_details_end_where_they_end(store):
    with pytest.raises(leadscore.InvalidArgError, match="details has a NUL"):
        store.put_account("acme", "user", "ada", details='{"name": "Ada"}\0 and more')


def test_a_time_that_is_none_is_named(store):
    with pytest.raises(leadscore.InvalidArgError, match='^since: time "soon"'):
        list(store.activities("acme", "L1", since="soon"))


def test_the_highest_score_that_is_listed_may_be_0():
    spec = {"format": 1, "name": "s", "groups": ["g"], "features": [
        {"name": "x", "group": "g", "kind": "number", "property": "x"}],
        "insufficient_data": {"missing": ["x"]}}
    card = {"format": 1, "rules": [{"feature": "x", "points": 1, "per": "unit"}]}
    with leadscore.Store() as store:
        store.add_organization("acme")
        for number in range(4):
            store.put_lead("acme", {"id": f"L{number}", "x": number})
        store.put_lead("acme", {"id": "unknown"})
        store.activate_model("acme", store.add_model("acme", leadscore.build_scorecard("c", spec, card)))
        store.score_all("acme", store.load_model("acme"), as_of=AS_OF)
        assert [each.lead_id for each in store.scores("acme", max_score=0)] == ["L0"]
        assert [each.lead_id for each in store.scores("acme", max_score=1)] == ["L1", "L0"]
        listed = [(each.lead_id, each.baseline) for each in store.scores("acme", min_score=-1, max_score=0)]
        assert listed == [("L0", 0), ("unknown", None)]
