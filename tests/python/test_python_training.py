import random

import pytest

import leadscore
from conftest import interrupt_in_c

pytest.importorskip("leadscore.training")
try:
    leadscore.training._Library.get()
except ImportError as reason:
    pytest.skip(str(reason), allow_module_level=True)


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


def test_files_of_leads_are_trained_on(tmp_path):
    dice = random.Random(4)
    leads, activities, outcomes = (tmp_path / f"{name}.ndjson" for name in "lao")
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
    trained = leadscore.train(leads=leads, activities=activities, outcomes=outcomes, effort="quick",
                              folds=2, horizon_days=30, created="2025-06-01")
    assert trained.model().info.engine == "gbdt"
    assert b"2025-06-01" in trained.model().member("manifest.json")


def test_a_store_is_trained_on(tmp_path):
    path = tmp_path / "s.db"
    with leadscore.Store(path, create=True) as store:
        store.add_organization("acme")
        store.put_lead("acme", {"id": "L1", "email": "a@example.com"})
    with pytest.raises(leadscore.BadDataError):
        leadscore.train(store=path, organization="acme")
    with pytest.raises(leadscore.NotFoundError):
        leadscore.train(store=path, organization="none")
    with pytest.raises(leadscore.InvalidArgError, match="organization"):
        leadscore.train(store=path)


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
    ({"positive": "maybe"}, leadscore.BadDataError), ({"leads": "x"}, leadscore.InvalidArgError),
    ({"exclude": ["none"]}, leadscore.NotFoundError), ({"created": "x"}, leadscore.InvalidArgError),
    ({"include": "visits"}, TypeError), ({"id": "none"}, leadscore.BadCsvError)])
def test_what_cannot_be_trained_is_refused(table, options, kind):
    with pytest.raises(kind):
        quick(table, **options)


def test_what_is_no_table_is_refused(tmp_path):
    for given, kind in ((7, TypeError), ([], TypeError), (tmp_path / "no", leadscore.NotFoundError),
                        (None, leadscore.InvalidArgError)):
        with pytest.raises(kind):
            leadscore.train(given, label="won")
    with pytest.raises(leadscore.InvalidArgError, match="label"):
        leadscore.train(tmp_path / "t.csv")
