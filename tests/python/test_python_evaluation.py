"""Metrics, evaluation and drift, from Python."""

import random
import threading

import pytest

import leadscore
from conftest import skip_without_training

skip_without_training()


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Two tables alike, and one in which a column has moved."""
    dice, folder = random.Random(6), tmp_path_factory.mktemp("evaluation")
    paths = []
    for number, least in enumerate((0, 0, 12)):
        lines = ["visits,kind,won"]
        for _ in range(500):
            visits, kind = dice.randrange(least, 20), dice.choice("abc")
            odds = visits / 20 + (kind == "a") / 2 + dice.random() / 2
            lines.append(f"{visits},{kind},{int(odds > 1)}")
        paths.append(folder / f"{number}.csv")
        paths[-1].write_text("\n".join(lines) + "\n")
    return paths


@pytest.fixture(scope="module")
def trained(tables):
    return leadscore.train(tables[0], label="won", effort="quick", folds=2).model()


def test_metrics_are_those_of_the_formulas():
    measured = leadscore.metrics([0, 1, True, False], (0.2, 0.8, 0.6, 0.7), seed=1)
    assert measured["roc_auc"]["value"] == 0.75  # three of four pairs are in order
    assert measured["n_rows"] == 4 and measured["n_positive"] == 2


@pytest.mark.parametrize("labels, probabilities, kind", [
    ([0, 2], [0.1, 0.2], leadscore.InvalidArgError), ([0, "1"], [0.1, 0.2], leadscore.InvalidArgError),
    ([0, 1], [0.1], leadscore.InvalidArgError), ([0, 1], [0.1, 1.5], leadscore.InvalidArgError),
    ([0, 1], [0.1, float("nan")], leadscore.InvalidArgError), ([0, 1], [0.1, None], TypeError),
    ([1, 1], [0.1, 0.2], leadscore.BadDataError), ([], [], leadscore.BadDataError)])
def test_what_cannot_be_measured_is_refused(labels, probabilities, kind):
    with pytest.raises(kind):
        leadscore.metrics(labels, probabilities)


def test_what_is_measured_is_named():
    with pytest.raises(TypeError, match="the probability of row 1 is NoneType"):
        leadscore.metrics([0, 1], [0.1, None])
    numpy = pytest.importorskip("numpy")
    with pytest.raises(leadscore.InvalidArgError, match="probabilities has 2 dimensions"):
        leadscore.metrics([0, 1], numpy.array([[0.9, 0.1], [0.2, 0.8]]))  # as predict_proba() gives them
    with pytest.raises(leadscore.InvalidArgError, match="labels has 2 dimensions"):
        leadscore.metrics(numpy.array([[0], [1]]), [0.1, 0.8])
    with pytest.raises(TypeError, match="probabilities is of dtype complex128"):
        leadscore.metrics([0, 1], numpy.array([0.1, 0.8j]))


def test_a_model_is_measured_on_leads_that_it_has_not_seen(trained, tables):
    measured = leadscore.evaluate(trained, tables[1], label="won")
    assert measured["n_rows"] == 500 and measured["roc_auc"]["value"] > 0.9
    assert measured["grades"]
    with pytest.raises(leadscore.InvalidArgError, match="horizon_days"):
        leadscore.evaluate(trained, tables[1], label="won", horizon_days=30)
    with pytest.raises(leadscore.BadDataError):
        leadscore.evaluate(trained, tables[1])  # no label


def test_a_column_that_moved_is_drift(trained, tables):
    alike = leadscore.drift(trained, tables[1], label="won")
    moved = leadscore.drift(trained, leadscore.Source.table(tables[2]))
    assert [{each["name"]: each["verdict"] for each in found["features"]} for found in (alike, moved)] == [
        {"kind": "stable", "visits": "stable"}, {"kind": "stable", "visits": "drifted"}]
    assert moved["verdict"] == "drifted" and moved["advice"]
    card = leadscore.Model.load(leadscore.build_scorecard("card", leadscore.Spec.default().json, {
        "format": 1, "base": 1, "rules": []}))
    with pytest.raises(leadscore.UnsupportedError):
        leadscore.drift(card, tables[1])


def test_a_callback_stops_measuring(trained, tables):
    def fail(stage, part):
        raise ZeroDivisionError

    for call in (leadscore.evaluate, leadscore.drift):
        with pytest.raises(ZeroDivisionError):
            call(trained, tables[1], label="won", progress=fail)
        with pytest.raises(leadscore.CancelledError):
            call(trained, tables[1], label="won", progress=lambda stage, part: False)


def test_a_source_is_read_by_one_call_at_a_time(trained, tables):
    source = leadscore.Source.table(tables[1], label="won")
    with pytest.raises(leadscore.InvalidArgError, match="one call"):
        leadscore.evaluate(trained, source, progress=lambda *news: leadscore.Spec.infer(source))
    told = threading.Event()
    leadscore.evaluate(trained, source, progress=lambda *news: told.set())
    assert told.is_set()
    assert leadscore.Spec.infer(source).features == ["kind", "visits"]


def test_a_closed_model_is_not_measured(tables, trained):
    closed = leadscore.train(tables[0], label="won", effort="quick", folds=2).model()
    closed.close()
    for call in (leadscore.evaluate, leadscore.drift):
        with pytest.raises(leadscore.ClosedError):
            call(closed, tables[1], label="won")
