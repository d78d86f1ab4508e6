"""What other systems call the properties of a lead, wherever a table of names can be chosen."""

import json
import threading

import pytest

import leadscore
from conftest import ACTIVITIES, AS_OF, LEAD, skip_without_training

OWN = {"format": 1, "wrapper": "record",
       "fields": {"job_title": ["Role__c", "Role"], "email": ["Mail"]}, "other": {"budget": ["Budget__c"]}}
OURS = {"id": "L1", "record": {"Mail": "ada@example.com"}, "Role": "CTO"}  # LEAD by these names
THEIRS = {"id": "L1", "email": "ada@example.com", "jobtitle": "CTO"}  # by those of HubSpot


def hash_of(model, lead, **aliases):
    """Of what a score is made from."""
    return model.explain(lead, as_of=AS_OF, **aliases).receipt.input_sha256


def test_a_table_says_what_names_mean():
    hubspot, own = leadscore.Aliases.named("hubspot"), leadscore.Aliases.parse(json.dumps(OWN))
    assert hubspot.meaning("jobtitle") == "job_title"
    assert hubspot.meaning("Role") == "Role"
    assert own.meaning("Role__c") == "job_title" and own.meaning("Budget__c") == "budget"
    assert own.meaning("record.Mail") == "email" and own.meaning("record.other") == "other"
    assert own.meaning("jobtitle") == "jobtitle"
    assert leadscore.Aliases.named("none").meaning("jobtitle") == "jobtitle"
    assert leadscore.Aliases.named("all").meaning("jobtitle") == "job_title"


@pytest.mark.parametrize("table, kind, words", [
    ({**OWN, "fields": {"job_titel": ["Role"]}}, leadscore.BadSpecError, "job_titel"),
    ({**OWN, "format": 2}, leadscore.UnsupportedError, "format"),
    ("{", leadscore.BadJsonError, ""),
    ({**OWN, "other": {"x": [f"n{i}" for i in range(10001)]}}, leadscore.LimitError, "10000"),
    (7, TypeError, "int")])
def test_what_is_no_table_is_refused(table, kind, words):
    with pytest.raises(kind, match=words or None):
        leadscore.Aliases.parse(table)


def test_a_table_of_no_name_is_refused_with_those_there_are(card):
    for call in (leadscore.Aliases.named, lambda name: card.score(LEAD, as_of=AS_OF, aliases=name)):
        with pytest.raises(leadscore.NotFoundError, match="salesforce"):
            call("pipedrive")
    with pytest.raises(TypeError, match="parse"):
        card.score(LEAD, as_of=AS_OF, aliases=OWN)


def test_a_lead_is_read_by_the_names_that_are_chosen(card):
    own = leadscore.Aliases.parse(OWN)
    plain = card.score(LEAD, ACTIVITIES, as_of=AS_OF)
    assert card.score(OURS, ACTIVITIES, as_of=AS_OF, aliases=own) == plain
    assert card.score(THEIRS, ACTIVITIES, as_of=AS_OF, aliases="hubspot") == plain
    assert card.score(THEIRS, ACTIVITIES, as_of=AS_OF) == plain  # all tables
    assert card.score(OURS, ACTIVITIES, as_of=AS_OF) != plain
    assert card.score(THEIRS, ACTIVITIES, as_of=AS_OF, aliases="none") != plain
    assert list(card.score_many([OURS, (OURS, ACTIVITIES)], as_of=AS_OF, aliases=own)) == [
        card.score(LEAD, as_of=AS_OF), plain]
    spec = card.spec
    assert (spec.extract(OURS, as_of=AS_OF, aliases=own).tobytes()
            == spec.extract(LEAD, as_of=AS_OF).tobytes() != spec.extract(OURS, as_of=AS_OF).tobytes())


def test_a_scorer_forgets_the_names_of_the_call_before(card):
    own = leadscore.Aliases.parse(OWN)
    for _ in range(3):  # of one thread: they share a scorer
        assert hash_of(card, OURS, aliases=own) == hash_of(card, LEAD)
        assert hash_of(card, THEIRS) == hash_of(card, LEAD)
        assert hash_of(card, THEIRS, aliases="none") != hash_of(card, LEAD)
    assert len(card._pool.free) == 1


def test_threads_read_leads_by_tables_of_their_own_on_one_model(card):
    own, plain = leadscore.Aliases.parse(OWN), hash_of(card, LEAD)
    wrong = []

    def work(lead, aliases):
        for _ in range(100):
            if hash_of(card, lead, aliases=aliases) != plain:
                wrong.append(aliases)

    threads = [threading.Thread(target=work, args=pair)
               for pair in ((OURS, own), (THEIRS, "hubspot"), (THEIRS, None), (LEAD, "none")) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_replay_reads_a_lead_by_the_names_it_was_explained_with(card):
    own = leadscore.Aliases.parse(OWN)
    explained = card.explain(OURS, as_of=AS_OF, aliases=own)
    card.replay(OURS, receipt=explained, aliases=own)
    card.replay(LEAD, receipt=explained)
    with pytest.raises(leadscore.MismatchError):
        card.replay(OURS, receipt=explained)


def test_a_table_may_go_before_the_calls_that_use_it(card, tmp_path):
    (tmp_path / "leads.ndjson").write_text(json.dumps(OURS))
    source = leadscore.Source.files(tmp_path / "leads.ndjson", aliases=leadscore.Aliases.parse(OWN))
    results = card.score_many([OURS], as_of=AS_OF, aliases=leadscore.Aliases.parse(OWN))
    assert [result.score for result in results] == [card.score(LEAD, as_of=AS_OF).score]
    assert source.has_times


def test_a_store_takes_leads_in_by_the_names_that_are_chosen(tmp_path):
    own = leadscore.Aliases.parse(OWN)
    path = tmp_path / "leads.ndjson"
    path.write_text(json.dumps({**OURS, "id": "L2", "Mail": "grace@example.com", "record": {}}))
    with leadscore.Store() as store:
        store.add_organization("acme")
        store.put_lead("acme", OURS, aliases=own)
        assert store.get_lead("acme", "L1") == LEAD
        assert store.ingest("acme", leads=path, aliases=own).leads == 1
        assert store.get_lead("acme", "L2") == {**LEAD, "id": "L2", "email": "grace@example.com"}
        assert store.ingest("acme", leads=path, aliases="none").leads == 1
        assert store.get_lead("acme", "L2")["Role"] == "CTO"
        with pytest.raises(leadscore.BadLeadError, match="id is missing"):
            store.put_lead("acme", {"Mail": "x@example.com"}, aliases=own)


def columns_of(source):
    """The properties that an inferred spec is of."""
    return {feature["property"] for feature in json.loads(leadscore.Spec.infer(source).json)["features"]
            if "property" in feature}


def test_columns_of_a_table_are_named_where_a_table_of_names_is_chosen(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("Role,Pages,won\n" + "".join(f"{'abc'[i % 3]},{i % 7},{i % 2}\n" for i in range(60)))
    table = leadscore.Source.table
    assert columns_of(table(path, label="won")) == {"Role", "Pages"}
    own = leadscore.Aliases.parse(OWN)
    assert columns_of(table(path, label="won", aliases=own)) == {"job_title", "Pages"}
    with pytest.raises(leadscore.NotFoundError, match="hubspot"):
        table(path, label="won", aliases="pipedrive")


def rows_of(path, title, aliases=None):
    """What training would make of leads whose job title is called so."""
    born = "2025-01-01T00:00:00Z"
    outcomes = [{"label": label, "time": "2025-02-01T00:00:00Z"} for label in ("converted", "lost")]
    path.write_text("".join(json.dumps(
        {"id": str(i), "created_at": born, title: "CTO" if i % 3 else "Clerk", "outcome": outcomes[i % 2],
         "activities": [{"id": "1", "type": "Email Opened", "time": born}]}) + "\n" for i in range(20)))
    source = leadscore.Source.files(path, aliases=aliases)
    return leadscore.training_rows(source, as_of="created", horizon_days=10).columns.tobytes()


def test_training_reads_files_by_the_names_that_are_chosen(tmp_path):
    skip_without_training()
    path, own = tmp_path / "leads.ndjson", leadscore.Aliases.parse(OWN)
    expected = rows_of(path, "job_title")
    assert rows_of(path, "Role", own) == rows_of(path, "jobtitle", "hubspot") == expected
    assert rows_of(path, "Role") != expected and rows_of(path, "jobtitle", "none") != expected
