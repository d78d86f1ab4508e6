"""Counts over a store, and how long what is in it is kept."""

import math
from datetime import datetime, timezone

import pytest

import leadscore

ORG = "acme"
JANUARY, FEBRUARY, MARCH = "2026-01-10", "2026-02-10", "2026-03-10"


def fill(store, n=12):
    """Leads of which every other is a CTO, and every CTO but the first converts in March."""
    store.add_organization(ORG)
    for number in range(n):
        store.put_lead(ORG, {"id": f"L{number:02}", "email": f"{number}@example.com",
                             "created_at": "2026-01-01T00:00:00Z",
                             "job_title": "Clerk" if number % 2 else "CTO"})
        store.add_outcome(ORG, f"L{number:02}", time=MARCH, converted=number % 2 == 0 and number > 0)


@pytest.fixture
def store(bundle):
    """Leads that were scored in January and February."""
    with leadscore.Store() as opened:
        fill(opened)
        opened.activate_model(ORG, opened.add_model(ORG, bundle), force=True)
        model = opened.load_model(ORG)
        for as_of in (JANUARY, FEBRUARY):
            opened.score_all(ORG, model, as_of=as_of)
        yield opened


def latest(store):
    """The latest results by lead."""
    return {score.lead_id: score.result for score in store.scores(ORG, min_score=-1)}


def test_leads_are_counted_by_their_score(store):
    counted = store.count_scores(ORG)
    results = list(latest(store).values())
    assert counted == [leadscore.ScoreCount("scored", score, grade, results_of)
                       for score, grade, results_of in sorted(
                           {(r.score, r.grade, sum(r.score == other.score for other in results))
                            for r in results}, reverse=True)]
    assert sum(row.leads for row in counted) == 12 and len(counted) > 1
    store.set_consent(ORG, "L00", "profiling", given=False, time=MARCH)
    store.score_lead(ORG, "L00", store.load_model(ORG), as_of=MARCH)
    assert store.count_scores(ORG)[-1] == leadscore.ScoreCount("suppressed", None, None, 1)


def test_conversions_are_counted_by_grade_as_of_a_time(store):
    graded = latest(store)
    counted = store.count_conversions(ORG, as_of=FEBRUARY, horizon_days=60)
    assert [row.grade for row in counted] == sorted({result.grade for result in graded.values()})
    assert sum(row.leads for row in counted) == 12 and sum(row.converted for row in counted) == 5
    for row in counted:
        assert row.leads == sum(result.grade == row.grade for result in graded.values())
    assert sum(row.converted for row in store.count_conversions(
        ORG, as_of=FEBRUARY, horizon_days=5)) == 0  # they convert later
    after = {"as_of": "2026-04-01", "horizon_days": 5}
    assert sum(row.leads for row in store.count_conversions(ORG, **after)) == 7
    assert sum(row.leads for row in store.count_conversions(ORG, repeats=True, **after)) == 12
    [model] = store.models(ORG)
    assert store.count_conversions(ORG, as_of=FEBRUARY, horizon_days=60, model=model.sha256) == counted


def months_of(store, **changed):
    return store.performance(ORG, **{"since": "2026-01-01", "until": "2026-04-01", "horizon_days": 60,
                                     "known_until": "2027-01-01", **changed})


def test_how_a_model_did_is_told_by_month(store):
    january, february = months_of(store)
    assert (january.month, february.month, february.model_name) == ("2026-01", "2026-02", "golden")
    assert (february.leads, february.converted) == (12, 5) and january.converted == 5
    labels = {f"L{number:02}": number % 2 == 0 and number > 0 for number in range(12)}
    pairs = [(result.probability, labels[lead]) for lead, result in latest(store).items()]
    # Sums of twelve doubles, in another order.
    assert february.brier == pytest.approx(sum((p - y) ** 2 for p, y in pairs) / 12, rel=1e-12)
    assert february.log_loss == pytest.approx(
        -sum(math.log(p if y else 1 - p) for p, y in pairs) / 12, rel=1e-12)
    assert february.mean_probability == pytest.approx(sum(p for p, _ in pairs) / 12, rel=1e-12)
    assert 0 <= february.auc <= 1
    assert [(part.low, part.high) for part in february.bins] == [(i / 10, (i + 1) / 10) for i in range(10)]
    assert [part.leads for part in february.bins] == [
        sum(part.low <= p < part.high for p, _ in pairs) for part in february.bins]
    assert sum(part.converted for part in february.bins) == 5
    empty = next(part for part in february.bins if part.leads == 0)
    assert empty.mean_probability is None
    assert "golden in 2026-02" in february._repr_html_() and "bins" not in repr(february)


def test_months_whose_outcomes_are_not_known_yet_are_left_out(store):
    assert [row.month for row in months_of(store, known_until="2026-03-20")] == ["2026-01"]
    assert months_of(store, until="2026-01-05") == []


def test_what_cannot_be_said_is_none(card, store):
    """A scorecard has no probability; where nobody converts there is no AUC."""
    from pathlib import Path

    root = Path(__file__).resolve().parent.parent.parent
    with leadscore.Store() as other:
        fill(other)
        other.activate_model(ORG, other.add_model(ORG, (root / "models/starter.lsm").read_bytes()))
        other.score_all(ORG, other.load_model(ORG), as_of=FEBRUARY)
        [month] = months_of(other)
        assert (month.leads, month.brier, month.mean_probability) == (12, None, None)
        assert month.auc is not None and months_of(other, horizon_days=1)[0].auc is None


@pytest.mark.parametrize("call, kind", [
    (lambda s: s.count_scores("none"), leadscore.NotFoundError),
    (lambda s: s.count_conversions("none", as_of=0, horizon_days=1), leadscore.NotFoundError),
    (lambda s: s.count_conversions(ORG, as_of=0, horizon_days=1, model="0" * 64), leadscore.NotFoundError),
    (lambda s: s.count_conversions(ORG, as_of=0, horizon_days=0), leadscore.InvalidArgError),
    (lambda s: s.count_conversions(ORG, as_of=0, horizon_days=-1), leadscore.InvalidArgError),
    (lambda s: s.count_conversions(ORG, as_of=0, horizon_days=True), TypeError),
    (lambda s: s.count_conversions(ORG, as_of=0, horizon_days="30"), TypeError),
    (lambda s: s.count_conversions(ORG, as_of=datetime(2026, 1, 1), horizon_days=1),
     leadscore.InvalidArgError),
    (lambda s: months_of(s, horizon_days=0), leadscore.InvalidArgError),
    (lambda s: months_of(s, since="2000-01-01"), leadscore.LimitError),
    (lambda s: months_of(s, known_until=None), TypeError)])
def test_what_cannot_be_counted_is_refused(store, call, kind):
    with pytest.raises(kind):
        call(store)


# Retention.

def activity(number, time, type="Page Viewed"):
    return {"id": str(number), "lead_id": "L00", "type": type, "time": time}


def test_what_is_older_than_it_is_to_be_kept_goes(store):
    store.add_activities(ORG, [activity(1, "2025-01-01T00:00:00Z"),
                               activity(2, "2025-01-01T00:00:00Z", "Email Opened"),
                               activity(3, "2026-01-01T00:00:00Z")])
    old = {"activities_before": datetime(2026, 1, 1, tzinfo=timezone.utc)}
    would = leadscore.RetentionCounts(leads=0, activities=1, scores=12)
    assert store.retain(ORG, activity_type="Page Viewed", scores_before=FEBRUARY, dry_run=True,
                        **old) == would
    assert store.count(ORG).activities == 3
    assert store.retain(ORG, activity_type="Page Viewed", scores_before=FEBRUARY, **old) == would
    assert (store.count(ORG).activities, store.count(ORG).scores) == (2, 12)
    assert store.retain(ORG, **old).activities == 1
    assert store.retain(ORG, leads_before=MARCH) == leadscore.RetentionCounts(0, 0, 0)
    assert store.retain(ORG, leads_before="2026-03-11").leads == 12
    assert store.count(ORG).leads == 0


@pytest.mark.parametrize("how, kind", [
    ({}, leadscore.InvalidArgError), ({"dry_run": True}, leadscore.InvalidArgError),
    ({"leads_before": datetime(2026, 1, 1)}, leadscore.InvalidArgError),
    ({"scores_before": 1.5}, TypeError), ({"leads_before": 0, "activity_type": 7}, TypeError)])
def test_a_retention_of_nothing_is_refused(store, how, kind):
    with pytest.raises(kind):
        store.retain(ORG, **how)
    assert store.count(ORG).leads == 12


def test_a_retention_is_told_and_stopped(store):
    told = []
    store.retain(ORG, leads_before=JANUARY, progress=told.append)
    assert told[-1] == 12
    with pytest.raises(leadscore.CancelledError):
        store.retain(ORG, leads_before=JANUARY, progress=lambda n: False)
    with pytest.raises(ZeroDivisionError):
        store.retain(ORG, leads_before=JANUARY, progress=lambda n: 1 // 0)
    with pytest.raises(leadscore.InvalidArgError, match="callback"):
        store.retain(ORG, leads_before=JANUARY, progress=lambda n: store.count())
    with store.transaction():
        with pytest.raises(leadscore.InvalidArgError):
            store.retain(ORG, leads_before=JANUARY)
