"""Scoring many leads of a store, from Python."""

import pytest

import leadscore
from conftest import ACTIVITIES, AS_OF, LEAD, interrupt_in_c

LATER = "2026-01-15"


@pytest.fixture
def store(bundle, tmp_path):
    """A store with leads that nobody scored yet, and the model that scores."""
    with leadscore.Store(tmp_path / "s.db", create=True) as opened:
        opened.add_organization("acme")
        for number in range(5):
            opened.put_lead("acme", {**LEAD, "id": f"L{number}", "email": f"{number}@example.com"})
        opened.add_activities("acme", ACTIVITIES, "L1")
        opened.activate_model("acme", opened.add_model("acme", bundle), force=True)
        yield opened


@pytest.fixture
def scoring(store):
    return store.load_model("acme")


@pytest.mark.parametrize("threads", [1, 3])
def test_all_leads_are_scored_as_each_alone(store, scoring, threads):
    told = []
    counts = store.score_all("acme", scoring, as_of=AS_OF, threads=threads,
                             progress=lambda score, changed: told.append((score, changed)))
    assert counts == leadscore.RescoringCounts(scored=5, changed=5)
    assert [score.lead_id for score, _ in told] == [f"L{number}" for number in range(5)]
    assert all(changed for _, changed in told)
    listed = {score.lead_id: score for score in store.scores("acme")}
    assert listed == {score.lead_id: score for score, _ in told}
    alone = store.score_lead("acme", "L1", scoring, as_of=AS_OF)
    assert listed["L1"].result == alone.result
    assert store.score_all("acme", scoring, as_of=AS_OF).changed == 0


def test_only_what_can_have_changed_is_scored_again(store, scoring):
    assert {(lead.id, lead.reason) for lead in store.stale("acme", as_of=AS_OF)} == {
        (f"L{number}", "changed") for number in range(5)}
    assert len(store.stale("acme", as_of=AS_OF, limit=2)) == 2
    assert store.score_stale("acme", scoring, as_of=AS_OF).scored == 5
    assert store.stale("acme", as_of=AS_OF) == []
    store.put_lead("acme", {"id": "L3", "email": "3@example.com", "job_title": "Student"})
    [stale] = store.stale("acme", as_of=AS_OF)
    assert (stale.id, stale.reason, stale.due) == ("L3", "changed", None)
    assert store.score_stale("acme", scoring, as_of=AS_OF).scored == 1
    due = store.stale("acme", as_of=LATER)
    assert any(lead.id == "L1" and lead.reason == "due" and lead.due is not None for lead in due)


def test_a_callback_stops_scoring(store, scoring):
    def fail(score, changed):
        1 / 0

    with pytest.raises(ZeroDivisionError):
        store.score_all("acme", scoring, as_of=AS_OF, progress=fail)
    with pytest.raises(leadscore.CancelledError):
        store.score_all("acme", scoring, as_of=AS_OF, progress=lambda score, changed: False)
    with pytest.raises(leadscore.InvalidArgError, match="callback"):
        store.score_all("acme", scoring, as_of=AS_OF, progress=lambda *news: store.count())
    interrupt_in_c(lambda told: store.score_all("acme", scoring, as_of=AS_OF, progress=told))
    assert store.score_all("acme", scoring, as_of=AS_OF).scored == 5


def test_what_cannot_be_scored_is_refused(store, scoring):
    with pytest.raises(leadscore.LimitError):
        store.score_all("acme", scoring, as_of=AS_OF, threads=65)
    with pytest.raises(leadscore.NotFoundError):
        store.score_stale("none", scoring, as_of=AS_OF)
    with pytest.raises(leadscore.InvalidArgError):
        store.stale("acme", as_of=10 ** 18)
    with pytest.raises(TypeError):
        store.score_all("acme", scoring, as_of=AS_OF, threads="two")
    scoring.close()
    with pytest.raises(leadscore.ClosedError):
        store.score_all("acme", scoring, as_of=AS_OF)


def test_what_changed_between_two_scores_adds_up(store, scoring):
    store.score_lead("acme", "L2", scoring, as_of=AS_OF)
    store.add_activities("acme", [{"id": "new", "type": "Demo Requested", "time": "2025-11-02T08:00:00Z"}],
                         "L2")
    later = store.score_lead("acme", "L2", scoring, as_of="2025-11-03")
    change = store.explain_change("acme", "L2", since=AS_OF, until="2025-11-03")
    assert list(change.points) == ["time", "activities", "properties", "model"]
    assert sum(change.points.values()) == change.to_score - change.from_score
    assert change.to_score == later.result.score and change.points["model"] == 0
    assert (change.from_activities, change.to_activities) == (0, 1)
    assert change.margins["activities"] is not None and change._repr_html_().startswith("<table>")
    assert change == store.explain_change("acme", "L2", since=AS_OF, until="2025-11-03",
                                          from_model=scoring.info.sha256, to_model=scoring.info.sha256)
    for times, kind in (({"since": AS_OF, "until": LATER}, leadscore.NotFoundError),
                        ({"since": "2025-11-03", "until": AS_OF}, leadscore.InvalidArgError),
                        ({"since": 1.5, "until": AS_OF}, TypeError)):
        with pytest.raises(kind):
            store.explain_change("acme", "L2", **times)
