import copy
import json
import pickle
import uuid
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

import leadscore
from conftest import ACTIVITIES, AS_OF, LEAD
from leadscore.inputs import from_ms, time_ms

#: 2025-10-28T00:00:00Z
MS = 1761609600000


@pytest.mark.parametrize("value", [
    AS_OF, "2025-10-28", "2025-10-28T02:00:00+02:00", MS, date(2025, 10, 28),
    datetime(2025, 10, 28, tzinfo=timezone.utc),
    datetime(2025, 10, 27, 19, tzinfo=timezone(timedelta(hours=-5))),
    datetime(2025, 10, 28, 0, 0, 0, 999, tzinfo=timezone.utc)])
def test_a_time_is_the_same_in_every_form(value):
    assert time_ms(value) == MS


def test_times_before_1970_are_cut_as_the_library_cuts_them():
    early = datetime(1969, 12, 31, 23, 59, 59, 999600, tzinfo=timezone.utc)
    assert time_ms(early) == time_ms("1969-12-31T23:59:59.999Z") == -1
    assert from_ms(-1) == datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=timezone.utc)


@pytest.mark.parametrize("value, kind, words", [
    (datetime(2025, 10, 28), leadscore.InvalidArgError, "no time zone"),
    (datetime.min.replace(tzinfo=timezone(timedelta(hours=1))), leadscore.InvalidArgError, "^as_of is -621356"),
    (datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))), leadscore.InvalidArgError, "^as_of is 2534"),
    ("yesterday", leadscore.InvalidArgError, "^as_of: time \"yesterday"), ("", leadscore.InvalidArgError, ""),
    (10 ** 15, leadscore.InvalidArgError, "years 1 to 9999"),
    (10 ** 30, leadscore.InvalidArgError, "years 1 to 9999"), (True, TypeError, "bool"),
    (1.5, TypeError, "float"), (None, TypeError, "NoneType"), (b"2025-10-28", TypeError, "bytes")])
def test_what_is_no_time_is_refused(model, value, kind, words):
    with pytest.raises(kind, match=words or None):
        model.score(LEAD, as_of=value)


def test_values_of_python_are_taken_as_json_has_them(model):
    created = datetime(2025, 1, 1, tzinfo=timezone.utc)
    plain = {"id": "L1", "email": "a@example.com", "created_at": "2025-01-01T00:00:00Z",
             "company": {"employee_count": 12.5, "name": None, "technologies": ["a", "b"]}}
    rich = {"id": "L1", "email": "a@example.com", "created_at": created,
            "company": {"employee_count": Decimal("12.5"), "name": float("nan"),
                        "technologies": {"b", "a"}}}
    assert (model.explain(plain, as_of=AS_OF).receipt.result_sha256
            == model.explain(rich, as_of=AS_OF).receipt.result_sha256)
    model.score({**plain, "id": str(uuid.UUID(int=1)), "key": uuid.UUID(int=2)}, as_of=AS_OF)
    numpy = pytest.importorskip("numpy")
    model.score({**plain, "x": numpy.float32(1), "y": numpy.arange(3)}, as_of=AS_OF)


def test_what_is_missing_in_a_table_is_missing_in_a_lead(model):
    numpy, pandas = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    plain = model.explain({"id": "L1", "email": "a@example.com"}, as_of=AS_OF).receipt
    for missing in (Decimal("NaN"), Decimal("sNaN"), pandas.NA, pandas.NaT, numpy.nan, numpy.float32("nan"),
                    numpy.datetime64("NaT", "s"), None):
        lead = {"id": "L1", "email": "a@example.com", "created_at": missing, "x": missing}
        assert model.explain(lead, as_of=AS_OF).receipt == plain
    with pytest.raises(leadscore.InvalidArgError, match="NaT"):
        model.score(LEAD, as_of=pandas.NaT)
    moment = pandas.Timestamp(AS_OF)
    assert model.score(LEAD, as_of=moment) == model.score(LEAD, as_of=AS_OF)


@pytest.mark.parametrize("unit", ["ns", "ms", "D"])
def test_times_of_numpy_are_refused(model, unit):
    numpy = pytest.importorskip("numpy")
    moment = numpy.datetime64("2025-01-01", unit)
    for value in (moment, numpy.array([moment])):
        with pytest.raises(leadscore.InvalidArgError, match="aware datetime"):
            model.score({**LEAD, "x": value}, as_of=AS_OF)
        with pytest.raises(TypeError, match="timedelta64"):
            model.score({**LEAD, "x": value - value}, as_of=AS_OF)


@pytest.mark.parametrize("lead, kind, words", [
    ({"id": "L1", "created_at": datetime(2025, 1, 1)}, leadscore.InvalidArgError, "time zone"),
    ({"id": "L1", "x": float("inf")}, leadscore.InvalidArgError, "JSON"),
    ({"id": "\ud800"}, leadscore.InvalidArgError, "JSON"), ("\ud800", leadscore.InvalidArgError, ""),
    ({"id": "L1", "x": object()}, TypeError, "object"), ({"id": "L1", "x": b"1"}, TypeError, "bytes"),
    ([], TypeError, "list"), (None, TypeError, "NoneType"), (7, TypeError, "int"),
    (b"\xff", leadscore.BadJsonError, "")])
def test_what_is_no_lead_is_refused(model, lead, kind, words):
    with pytest.raises(kind, match=words or None):
        model.score(lead, as_of=AS_OF)


@pytest.mark.parametrize("lead, activities, words", [
    ({"id": "L1", "company": {"size": float("inf")}}, None, "company.size is inf$"),
    ({"id": "L1", "tags": ["a", {"b": datetime(2025, 1, 1)}]}, None, r"^tags\[1\]\.b: .*time zone"),
    ({"id": "L1", "x": float("nan"), "key": b"1"}, None, "^key: a lead cannot hold bytes"),
    ({"id": "L1"}, [{"id": "1"}, {"id": "2", "time": datetime(2025, 1, 1)}], r"^activities\[1\]\.time: "),
    ({("a", "b"): 1}, None, "^keys must be str")])
def test_what_cannot_be_written_is_named_by_its_place(model, lead, activities, words):
    with pytest.raises((leadscore.InvalidArgError, TypeError), match=words):
        model.score(lead, activities, as_of=AS_OF)


@pytest.mark.parametrize("value", [7, 1, 0, None, "no", 0.0, []])
def test_what_is_neither_true_nor_false_is_refused(bundle, value):
    with pytest.raises(TypeError, match="^self_test is .*, must be True or False"):
        leadscore.Model.load(bundle, self_test=value)
    with pytest.raises(TypeError, match="^create is .*, must be True or False"):
        leadscore.Store(create=value)
    with leadscore.Store() as store:
        with pytest.raises(TypeError, match="^given is "):
            store.set_consent("acme", "L1", "profiling", given=value, time=AS_OF)
        with pytest.raises(TypeError, match="^converted is "):
            store.add_outcome("acme", "L1", time=AS_OF, converted=value)


def test_truth_may_be_of_numpy(bundle):
    numpy = pytest.importorskip("numpy")
    assert leadscore.Model.load(bundle, self_test=numpy.bool_(True)).info.name == "golden"


def test_a_lead_that_holds_itself_is_refused(model):
    lead = {"id": "L1"}
    lead["x"] = lead
    with pytest.raises(leadscore.InvalidArgError):
        model.score(lead, as_of=AS_OF)


@pytest.mark.parametrize("activities, kind", [
    ({"id": "1"}, TypeError), (7, TypeError), ([7], TypeError), (["{}"], TypeError),
    ([{"id": "1"}], leadscore.BadLeadError), ("x", leadscore.BadJsonError)])
def test_what_are_no_activities_is_refused(model, activities, kind):
    with pytest.raises(kind):
        model.score(LEAD, activities, as_of=AS_OF)


def test_activities_may_be_an_object_a_line(model):
    lines = "\n".join(json.dumps(activity) for activity in ACTIVITIES)
    assert model.score(LEAD, lines, as_of=AS_OF) == model.score(LEAD, ACTIVITIES, as_of=AS_OF)


def test_a_spec_tells_what_it_computes():
    spec = leadscore.Spec.default()
    assert len(spec.features) >= 40 and set(spec.groups) >= {"behavioral", "demographic"}
    assert len(spec.columns) == spec.n_columns
    assert leadscore.Spec.parse(spec.json).json == spec.json
    assert spec.feature_of(0)[0] == spec.features[0]
    assert pickle.loads(pickle.dumps(spec)) == spec == copy.deepcopy(spec) and len({spec, copy.copy(spec)}) == 1
    assert spec != leadscore.Spec.parse(json.dumps({**json.loads(spec.json), "name": "other"})) and spec != 7
    for column in (-1, spec.n_columns, 10 ** 30):
        with pytest.raises(IndexError):
            spec.feature_of(column)
    with pytest.raises(leadscore.BadSpecError, match="kind"):
        leadscore.Spec.parse({"format": 1, "name": "s", "groups": ["g"], "features": [
            {"name": "x", "group": "g", "kind": "no kind"}]})


def test_a_spec_is_inferred_from_a_table(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("n,c,age,won\n" + "".join(
        f"{i},{'abc'[i % 3]},{i},{i % 2}\n" for i in range(60)))
    spec = leadscore.Spec.infer(table, label="won")
    assert "n" in spec.features and "age" not in spec.features
    assert "age" in leadscore.Spec.infer(table, label="won", include=["age"]).features
    assert "c" not in leadscore.Spec.infer(table, label="won", exclude=["c"]).features
    with pytest.raises(leadscore.NotFoundError):
        leadscore.Spec.infer(table, label="won", exclude=["no column"])
    with pytest.raises(TypeError):
        leadscore.Spec.infer(table, exclude="c")
    with pytest.raises(leadscore.NotFoundError):
        leadscore.Spec.infer(tmp_path / "none.csv")


def test_what_is_no_path_is_named(tmp_path):
    for call, name in ((lambda: leadscore.Model.load(7), "source"), (lambda: leadscore.Store(7), "path"),
                       (lambda: leadscore.Source.files(tmp_path / "a", activities=7), "activities")):
        with pytest.raises(TypeError, match=f"^{name} is int, must be a path"):
            call()
