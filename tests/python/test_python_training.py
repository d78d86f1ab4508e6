import gc
import hashlib
import importlib.util
import json
import os
import random
import warnings
from contextlib import contextmanager
from datetime import datetime, timezone
from decimal import Decimal

import pytest

import leadscore
from conftest import interrupt_in_c, skip_without_training

skip_without_training()


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A table whose label is told, with some noise, by two of its columns."""
    dice = random.Random(3)
    path = tmp_path_factory.mktemp("training") / "table.csv"
    lines = ["visits,kind,noise,won"]
    for _ in range(600):
        visits, kind = dice.randrange(20), dice.choice("abc")
        odds = visits / 20 + (kind == "a") / 2 + dice.random() / 2
        lines.append(f"{visits},{kind},{dice.random():.3f},{'yes' if odds > 1 else 'no'}")
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def lead_files(tmp_path_factory):
    """Leads, activities and outcomes; those with many visits convert more often."""
    dice, folder = random.Random(4), tmp_path_factory.mktemp("leads")
    leads, activities, outcomes = (folder / f"{name}.ndjson" for name in "lao")
    rows = {leads: [], activities: [], outcomes: []}
    for number in range(300):
        warm = dice.random() < 0.5
        rows[leads].append(f'{{"id":"{number}","email":"{number}@example.com",'
                           '"created_at":"2025-01-01T00:00:00Z"}')
        for visit in range(8 if warm else 1):
            rows[activities].append(f'{{"id":"{number}-{visit}","lead_id":"{number}","type":'
                                    f'"Page Viewed","time":"2025-01-{visit + 2:02}T00:00:00Z"}}')
        if warm and dice.random() < 0.7:
            rows[outcomes].append(f'{{"lead_id":"{number}","time":"2025-{dice.randrange(5) + 2:02}-'
                                  f'{dice.randrange(28) + 1:02}T00:00:00Z","label":"won"}}')
    for path, lines in rows.items():
        path.write_text("\n".join(lines) + "\n")
    return leads, activities, outcomes


@pytest.fixture
def leads(lead_files):
    return leadscore.Source.files(*lead_files)


def quick(table, **options):
    return leadscore.train(table, **{"label": "won", "effort": "quick", "folds": 2, **options})


def test_training_gives_a_model_that_scores(table, tmp_path):
    stages = []
    trained = quick(table, name="mine", progress=lambda stage, part: stages.append((stage, part)))
    assert trained.metrics["roc_auc"]["value"] > 0.9
    assert stages and all(part is None or 0 <= part <= 1 for _, part in stages)
    model = trained.model()
    assert model.info.name == "mine"
    likely = model.score({"id": "1", "visits": 19, "kind": "a"}, as_of=0)
    assert likely.probability > model.score({"id": "2", "visits": 0, "kind": "b"}, as_of=0).probability
    trained.write(tmp_path / "mine.lsm")
    assert leadscore.Model.load(tmp_path / "mine.lsm").info == model.info
    assert "roc_auc" in repr(trained) and trained._repr_html_().startswith("<table>")
    assert isinstance(trained.gate_passed, bool) and trained.leaks[0][0] == "visits"


def test_a_dataframe_trains_the_model_of_its_file(table):
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(table)
    assert quick(frame).bundle == quick(table).bundle


def test_a_learner_and_its_validation_are_chosen(table):
    additive = quick(table, learner="additive")
    ladder = quick(table, learner="ladder")
    assert additive.metrics["training"]["learner"] == "additive"
    [repeated] = quick(table, fold_repeats=3).metrics["validations"]
    assert (repeated["repeats"], repeated["folds"]) == (3, 2)
    assert ladder.metrics["training"]["learner"] in ("additive", "trees")
    assert quick(table).metrics["training"]["learner"] == "trees"


def test_files_of_leads_are_trained_on(leads):
    trained = leadscore.train(leads, effort="quick", folds=2, horizon_days=30, created="2025-06-01")
    assert trained.model().info.engine == "gbdt"
    assert b"2025-06-01" in trained.model().member("manifest.json")
    both = leadscore.train(leads, effort="quick", folds=2, horizon_days=30, validation="both")
    assert trained.metrics["validations"] == []
    assert [each["measured_on"] for each in both.metrics["validations"]] == [
        "held-out newest rows", "out-of-fold rows"]


def test_when_leads_are_looked_at_is_chosen(leads):
    def times(**options):
        return leadscore.training_rows(leads, **options)

    created = times(as_of="created", as_of_days=7)
    assert {created.as_of(row) for row in range(len(created))} == {
        datetime(2025, 1, 8, tzinfo=timezone.utc)}
    before = times(as_of="before_outcome", as_of_days=1)
    assert 0 < len(before) < 300 and all(before.labels)
    every = times(every_days=10, rows_per_lead=2, horizon_days=30)
    assert len(every) > len(set(every.lead_ids)) and max(map(every.lead_ids.count, every.lead_ids)) == 2
    default = leadscore.Spec.default()
    assert every.names == default.columns
    assert len(every.columns) == len(every) * len(every.names)
    assert "converted" in repr(every) and every._repr_html_().startswith("<table>")


def test_a_training_row_is_the_vector_that_is_made_online(leads, lead_files):
    rows = leadscore.training_rows(leads, horizon_days=30)
    by_id = {json.loads(line)["id"]: line for line in lead_files[0].read_text().splitlines()}
    done = [json.loads(line) for line in lead_files[1].read_text().splitlines()]
    row = len(rows) // 2
    lead_id, width = rows.lead_ids[row], len(rows.names)
    vector = leadscore.Spec.default().extract(
        by_id[lead_id], [each for each in done if each["lead_id"] == lead_id], as_of=rows.as_of(row))
    assert vector.tobytes() == rows.columns[row * width:(row + 1) * width].tobytes()


def test_a_store_is_trained_on(tmp_path):
    path, key = tmp_path / "s.db", bytes(range(32))
    with leadscore.Store(path, create=True, key=key) as store:
        store.add_organization("acme")
        store.put_lead("acme", {"id": "L1", "email": "a@example.com"})
    with pytest.raises(leadscore.BadDataError):
        leadscore.train(leadscore.Source.store(path, "acme", key=key))
    with pytest.raises(leadscore.NotFoundError):
        leadscore.Source.store(path, "none", key=key)
    with pytest.raises(leadscore.BadKeyError):
        leadscore.Source.store(path, "acme")


def test_an_audited_store_is_read_by_who_says_so(lead_files, leads, tmp_path):
    path, who = tmp_path / "s.db", "3f2a1b4c-0d5e-4f60-8a71-92b3c4d5e6f7"
    with leadscore.Store(path, create=True, durability="off") as store:
        store.set_actor()
        store.add_organization("acme")
        store.ingest("acme", leads=lead_files[0], activities=lead_files[1], outcomes=lead_files[2])
        store.set_audited(True)
    with pytest.raises(leadscore.InvalidArgError, match="is audited.* who acts"):
        leadscore.Source.store(path, "acme")
    with pytest.raises(leadscore.InvalidArgError, match="UUID"):
        leadscore.Source.store(path, "acme", actor="jo")
    with pytest.raises(TypeError, match="uuid is int"):
        leadscore.Source.store(path, "acme", actor=7)
    with pytest.raises(ZeroDivisionError):
        leadscore.Source.store(path, "acme", actor=leadscore.Actor(who, now=lambda: 1 // 0))
    source = leadscore.Source.store(path, "acme", actor=leadscore.Actor(who, now=lambda: "2026-01-01"))
    trained = leadscore.train(source, effort="quick", folds=2, horizon_days=30)
    assert leadscore.evaluate(trained.model(), source, horizon_days=30)["roc_auc"]["value"] > 0.5
    assert "verdict" in leadscore.drift(trained.model(), source, as_of="2025-02-01")
    assert len(leadscore.training_rows(source, horizon_days=30)) == len(
        leadscore.training_rows(leads, horizon_days=30))
    leadscore.Source.store(path, "acme", actor=who)
    leadscore.Source.store(path, "acme", actor=leadscore.Actor())
    with leadscore.Store(path) as store:
        noted = list(store.audit(action="read all leads"))
    assert [row.actor for row in noted] == [who, who, None]
    assert noted[0].time == datetime(2026, 1, 1, tzinfo=timezone.utc) < noted[1].time


@pytest.fixture
def stored(lead_files, tmp_path):
    """How a store is opened that is encrypted and audited, and its leads."""
    path, key, who = tmp_path / "s.db", bytes(range(32)), "3f2a1b4c-0d5e-4f60-8a71-92b3c4d5e6f7"
    with leadscore.Store(path, create=True, durability="off", key=key) as store:
        store.set_actor(who)
        store.add_organization("acme")
        store.ingest("acme", leads=lead_files[0], activities=lead_files[1], outcomes=lead_files[2])
        store.set_audited(True)

    @contextmanager
    def opened():
        with leadscore.Store(path, key=key) as again:
            again.set_actor(who)
            yield again

    return opened, leadscore.Source.store(path, "acme", key=key, actor=who)


def trained_on(source, **options):
    return leadscore.train(source, effort="quick", folds=2, horizon_days=30, **options)


def test_what_a_training_read_of_a_store_is_noted(stored):
    opened, source = stored
    unnoted = trained_on(source, noted=False, seed=1)
    trained = trained_on(source)
    held = []
    assert unnoted.bundle != trained.bundle and trained.leads_gone == unnoted.leads_gone == 0
    with opened() as store:
        store.export_lead("acme", "7", held.append)
        assert [row.amount for row in store.audit(action="note training")] == [300]
    assert json.loads(b"".join(held))["trained_models"] == [hashlib.sha256(trained.bundle).hexdigest()]


def test_leads_that_went_while_a_model_was_trained_are_counted(stored):
    opened, source = stored
    gone = []

    def remove(stage, part):
        if not gone:
            gone.extend(["7", "8"])
            with opened() as store:
                for lead in gone:
                    store.delete_lead("acme", lead)
                store.put_lead("acme", {"id": "8"})

    assert trained_on(source, progress=remove).leads_gone == 2


def test_a_store_that_cannot_be_noted_in_is_told_of_before_the_work(stored, tmp_path):
    _, source = stored
    (tmp_path / "s.db").rename(tmp_path / "t.db")
    with pytest.raises(leadscore.NotFoundError, match="s.db"):
        trained_on(source, progress=lambda stage, part: 1 // 0)
    (tmp_path / "t.db").rename(tmp_path / "s.db")
    with pytest.raises(ZeroDivisionError):
        trained_on(source, noted=False, progress=lambda stage, part: 1 // 0)
    with pytest.raises(TypeError, match="^noted is 'no', must be True or False"):
        trained_on(source, noted="no")


def test_what_is_no_model_and_no_spec_is_refused(table, model):
    for call, words in ((lambda: quick(table, spec={}), "spec is dict"), (lambda: quick(table, incumbent=7), "incumbent is int"),
                        (lambda: leadscore.evaluate(None, table, label="won"), "model is NoneType"),
                        (lambda: leadscore.drift("x", table, label="won"), "model is str"),
                        (lambda: leadscore.training_rows(table, label="won", spec=""), "spec is str")):
        with pytest.raises(TypeError, match=words):
            call()
    with pytest.raises(leadscore.InvalidArgError, match="table: .*surrogate"):
        leadscore.evaluate(model, "\ud800", label="won")


def test_events_of_a_foreign_file_are_trained_on(tmp_path):
    dice = random.Random(5)
    lines = ["who,day,cds"]
    for number in range(300):
        keen = dice.random() < 0.5
        for _ in range(dice.randrange(6, 12) if keen else dice.randrange(1, 3)):
            lines.append(f"{number},2025-{dice.randrange(9) + 1:02}-{dice.randrange(28) + 1:02},"
                         f"{dice.randrange(5)}")
    path = tmp_path / "events.csv"
    path.write_text("\n".join(lines) + "\n")
    events = leadscore.Source.events(path, {
        "id": "who", "time": "day", "type": "Purchase", "data": {"quantity": "cds"},
        "outcome": {"types": ["Purchase"], "repeatable": True}})
    assert events.has_times and events.repeats and "repeats=True" in repr(events)
    spec = leadscore.Spec.infer(events)
    assert any("quantity" in name for name in spec.features)
    trained = leadscore.train(events, effort="quick", folds=2, horizon_days=60)
    assert trained.model().spec.features == spec.features
    with pytest.raises(leadscore.InvalidArgError, match="events"):
        leadscore.Spec.infer(events, exclude=["quantity"])
    with pytest.raises(leadscore.BadSpecError, match="id"):
        leadscore.Source.events(path, {"time": "day", "type": "x"})
    with pytest.raises(leadscore.BadCsvError):
        leadscore.Source.events(path, '{"id": "none", "time": "day", "type": "x"}')


def test_a_callback_stops_training(table):
    def interrupt(stage, part):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        quick(table, progress=interrupt)
    with pytest.raises(leadscore.CancelledError):
        quick(table, progress=lambda stage, part: False)
    interrupt_in_c(lambda told: quick(table, progress=told))


@pytest.mark.parametrize("options, kind", [
    ({"effort": "none"}, leadscore.InvalidArgError), ({"as_of": "x"}, leadscore.InvalidArgError),
    ({"learner": 1}, leadscore.InvalidArgError), ({"validation": ""}, leadscore.InvalidArgError),
    ({"folds": -1}, leadscore.InvalidArgError), ({"seed": 2 ** 64}, leadscore.InvalidArgError),
    ({"horizon_days": -1}, leadscore.InvalidArgError), ({"folds": 2.5}, TypeError),
    ({"every_days": float("nan")}, leadscore.InvalidArgError), ({"source": None}, TypeError),
    ({"repeats": True}, leadscore.InvalidArgError), ({"rows_per_lead": 2}, leadscore.InvalidArgError),
    ({"horizon_days": 30}, leadscore.InvalidArgError), ({"as_of_days": 1}, leadscore.InvalidArgError),
    ({"spec": leadscore.Spec.default(), "exclude": ["x"]}, leadscore.InvalidArgError),
    ({"positive": "maybe"}, leadscore.BadDataError),
    ({"exclude": ["none"]}, leadscore.NotFoundError), ({"created": "x"}, leadscore.InvalidArgError),
    ({"include": "visits"}, TypeError), ({"id": "none"}, leadscore.BadCsvError)])
def test_what_cannot_be_trained_is_refused(table, options, kind):
    with pytest.raises(kind):
        quick(options.get("source", table), **{name: options[name] for name in options if name != "source"})


def test_what_is_no_table_is_refused(table, tmp_path):
    for given, kind in ((7, TypeError), ([], TypeError), (tmp_path / "no", leadscore.NotFoundError),
                        (None, TypeError)):
        with pytest.raises(kind):
            leadscore.train(given, label="won")
    with pytest.raises(leadscore.InvalidArgError, match="label"):
        leadscore.train(table)
    with pytest.raises(leadscore.InvalidArgError, match="label"):
        leadscore.train(leadscore.Source.table(table, label="won"), label="won")


def test_times_of_a_dataframe_that_have_no_zone_are_times(table):
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(table)
    days = pandas.date_range("2025-01-01", periods=len(frame), freq="D")
    frame["naive"], frame["aware"] = days, days.tz_localize("UTC")
    frames = [frame]
    if importlib.util.find_spec("polars") is not None and importlib.util.find_spec("pyarrow") is not None:
        frames.append(pytest.importorskip("polars").from_pandas(frame))
    for given in frames:
        spec = json.loads(leadscore.Spec.infer(given, label="won").json)
        kinds = {feature["property"]: feature["kind"] for feature in spec["features"]}
        assert kinds["naive"] == kinds["aware"] == "date"
    assert frame["naive"].dt.tz is None  # what is given stays as it is


def test_names_of_a_dataframe_have_one_level(table):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([[1, 2], [3, 4]], columns=pandas.MultiIndex.from_tuples([("a", "b"), ("won", "0")]))
    with pytest.raises(TypeError, match="2 levels, must have one"):
        leadscore.Source.table(frame, label="won")


def test_the_file_of_a_dataframe_is_gone_without_a_word(table):
    pandas = pytest.importorskip("pandas")
    source = leadscore.Source.table(pandas.read_csv(table), label="won")
    folder = source._keep.name
    assert os.path.isdir(folder)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        del source
        gc.collect()
    assert not os.path.exists(folder) and warned == []


def test_a_label_of_a_dataframe_may_be_a_float(table):
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(table)
    frame["won"] = (frame["won"] == "yes").astype(float)
    assert leadscore.train(frame, label="won", effort="quick").metrics == leadscore.train(
        table, label="won", effort="quick").metrics


def test_a_false_of_numpy_stops_training(table):
    numpy = pytest.importorskip("numpy")
    with pytest.raises(leadscore.CancelledError):
        leadscore.train(table, label="won", effort="quick", progress=lambda *news: numpy.bool_(False))


def test_a_bound_that_is_no_number_is_named(table):
    with pytest.raises(TypeError, match="gate_auc is str, must be a number"):
        leadscore.train(table, label="won", gate_auc="0.8")
    with pytest.raises(leadscore.InvalidArgError, match="horizon_days is NaN"):
        leadscore.train(table, label="won", horizon_days=Decimal("NaN"))


def test_a_source_that_is_closed_lets_its_store_go(tmp_path):
    path = tmp_path / "s.db"
    with leadscore.Store(path, create=True, busy_ms=-1) as store:
        store.add_organization("acme")
        for lead in ("L1", "L2"):
            store.put_lead("acme", {"id": lead, "email": f"{lead}@example.com"})
        with leadscore.Source.store(path, "acme") as source:
            assert source.has_times
            with pytest.raises(leadscore.BusyError):
                store.erase_lead("acme", "L1")
        store.purge()
        assert store.erase_lead("acme", "L2") == []
    source.close()
    assert repr(source) == "Source(closed)"
    for call in (lambda: source.has_times, lambda: leadscore.train(source), lambda: leadscore.Spec.infer(source)):
        with pytest.raises(leadscore.ClosedError, match="the source is closed"):
            call()


def test_a_source_is_not_closed_by_who_is_told_of_it(leads):
    with pytest.raises(leadscore.InvalidArgError, match="being read"):
        leadscore.train(leads, effort="quick", progress=lambda *news: leads.close())
    assert "closed" not in repr(leads)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_source_is_not_read_across_a_fork(table):
    source = leadscore.Source.table(table, label="won")
    child = os.fork()
    if child == 0:
        words = ""
        try:
            leadscore.Spec.infer(source)
        except leadscore.InvalidArgError as reason:
            words = reason.message
        os._exit("before a fork" not in words)
    assert os.waitpid(child, 0)[1] == 0
    assert "visits" in leadscore.Spec.infer(source).features
