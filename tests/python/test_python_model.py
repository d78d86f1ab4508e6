import copy
import html
import math
import pickle
from array import array
from collections import namedtuple
from datetime import datetime, timezone

import pytest

import leadscore
from conftest import ACTIVITIES, AS_OF, LEAD, ROOT


def test_a_model_loads_from_a_path_and_from_bytes(bundle):
    path = ROOT / "tests" / "golden" / "gbdt.lsm"
    infos = {leadscore.Model.load(source).info for source in (
        path, str(path), bundle, bytearray(bundle), memoryview(bundle))}
    assert len(infos) == 1
    info = infos.pop()
    assert (info.name, info.engine, info.n_columns) == ("golden", "gbdt", 63)
    assert leadscore.Model.load(path, self_test=True).info == info


@pytest.mark.parametrize("source, kind", [
    ("no/such.lsm", leadscore.NotFoundError), (b"", leadscore.BadModelError),
    (b"no bundle", leadscore.BadModelError), ("a\0b", leadscore.InvalidArgError),
    (7, TypeError), (None, TypeError)])
def test_what_is_no_model_is_refused(source, kind):
    with pytest.raises(kind):
        leadscore.Model.load(source)


def test_an_error_says_what_and_where():
    with pytest.raises(leadscore.BadJsonError) as caught:
        leadscore.Model.load(ROOT / "models/starter.lsm").score('{"id": 01}', as_of=AS_OF)
    error = caught.value
    assert (error.status, error.code, error.offset) == ("LSC_BAD_JSON", 6, 7)
    assert isinstance(error, leadscore.Error) and isinstance(error, ValueError)
    assert error.message == str(error)


def test_a_damaged_bundle_is_refused(bundle):
    for at in range(0, len(bundle), len(bundle) // 50):
        damaged = bytearray(bundle)
        damaged[at] ^= 0x55
        with pytest.raises(leadscore.Error):
            leadscore.Model.load(damaged)


def test_trust_is_checked(bundle):
    with pytest.raises(leadscore.BadKeyError):
        leadscore.Model.load(bundle, trusted_keys=["no key"])
    with pytest.raises(TypeError):
        leadscore.Model.load(bundle, trusted_keys="no list")
    with pytest.raises(leadscore.InvalidArgError, match="no key"):
        leadscore.Model.load(bundle, trusted_keys=[])
    assert leadscore.Model.load(bundle, trusted_keys=None).n_columns == 63


def pem(kind, base64):
    return f"-----BEGIN {kind} KEY-----\n{base64}\n-----END {kind} KEY-----\n"


# The first two keys of RFC 8032, section 7.1: known to everybody, so good for nothing else.
PRIVATE = pem("PRIVATE", "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g")
PUBLIC = pem("PUBLIC", "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
ANOTHER = pem("PUBLIC", "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=")


def test_a_signed_bundle_names_its_key(bundle):
    signed = leadscore.sign_bundle(bundle, PRIVATE)
    info = leadscore.Model.load(signed, trusted_keys=[ANOTHER, PUBLIC.encode()]).info
    assert info.signed_by == info.claimed_key == leadscore.public_key_id(PUBLIC)
    assert leadscore.Model.load(signed).info.signed_by is None
    for given, key in ((signed, ANOTHER), (bundle, PUBLIC)):
        with pytest.raises(leadscore.UntrustedError):
            leadscore.Model.load(given, trusted_keys=[key])
    with pytest.raises(leadscore.BadKeyError):
        leadscore.public_key_id(PRIVATE)


def test_a_lead_has_the_same_score_in_every_form(model):
    import json

    moment = datetime(2025, 10, 28, tzinfo=timezone.utc)
    text, more = json.dumps(LEAD), json.dumps(ACTIVITIES)
    results = {
        model.score(LEAD, ACTIVITIES, as_of=AS_OF), model.score(text, more, as_of=moment),
        model.score(text.encode(), more.encode(), as_of=1761609600000),
        model.score({**LEAD, "activities": ACTIVITIES}, as_of="2025-10-28"),
        model.score(LEAD, (dict(activity) for activity in ACTIVITIES), as_of=AS_OF),
        model.explain(LEAD, ACTIVITIES, as_of=AS_OF).result,
    }
    assert len(results) == 1
    assert results.pop() != model.score(LEAD, as_of=AS_OF)


def test_an_unscored_lead_has_none_and_never_0(model):
    result = model.score({"id": "L1"}, as_of=AS_OF)
    assert result.status == "insufficient_data"
    assert all(value is None for name, value in vars(result).items() if name != "status")
    explained = model.explain({"id": "L1"}, as_of=AS_OF)
    assert explained.base_value is None and explained.contributions == ()


def test_many_leads_are_scored_as_they_come(model):
    taken = []

    def leads():
        for number in range(3):
            taken.append(number)
            yield ({**LEAD, "id": str(number)}, ACTIVITIES) if number % 2 else LEAD

    results = model.score_many(leads(), as_of=AS_OF)
    assert taken == []
    assert next(results) == model.score(LEAD, as_of=AS_OF) and taken == [0]
    assert next(results) == model.score(LEAD, ACTIVITIES, as_of=AS_OF)
    assert len(list(results)) == 1
    with pytest.raises(leadscore.BadLeadError):
        list(model.score_many([LEAD, "[]"], as_of=AS_OF))
    for wrong in ((LEAD,), (LEAD, ACTIVITIES, ACTIVITIES)):
        with pytest.raises(leadscore.InvalidArgError, match=f"there are {len(wrong)} values"):
            list(model.score_many([wrong], as_of=AS_OF))


def test_an_explanation_adds_up(model):
    explained = model.explain(LEAD, ACTIVITIES, as_of=AS_OF, lead_id="L1")
    assert explained.baseline + sum(explained.breakdown.values()) == explained.result.score
    total = explained.base_value + sum(item.value for item in explained.contributions)
    # The margin is a sum of float32: some 2,000 nodes deep, it strays by less than this.
    assert math.isclose(total, explained.result.margin, abs_tol=1e-5)
    assert [item.feature for item in explained.contributions] == model.spec.features
    assert any("1" in reason.activity_ids for reason in explained.reasons)
    assert explained.receipt.as_of == datetime(2025, 10, 28, tzinfo=timezone.utc)
    assert explained.receipt.model_sha256 == model.info.sha256
    assert '"lead_id": "L1"' in explained.json or '"lead_id":"L1"' in explained.json


def test_a_score_is_replayed(model, card):
    explained = model.explain(LEAD, ACTIVITIES, as_of=AS_OF)
    model.replay(LEAD, ACTIVITIES, receipt=explained)
    model.replay(LEAD, ACTIVITIES, receipt=explained.json)
    with pytest.raises(leadscore.MismatchError, match="input"):
        model.replay(LEAD, receipt=explained)
    with pytest.raises(leadscore.MismatchError, match="model"):
        card.replay(LEAD, ACTIVITIES, receipt=explained)
    with pytest.raises(leadscore.BadJsonError):
        model.replay(LEAD, receipt="x")


def test_a_vector_has_the_score_of_its_lead(model):
    vector = model.spec.extract(LEAD, ACTIVITIES, as_of=AS_OF)
    assert isinstance(vector, array) and len(vector) == model.n_columns == 63
    expected = model.score(LEAD, ACTIVITIES, as_of=AS_OF)
    plain = [None if math.isnan(value) else value for value in vector]
    twice = array("f", [value for value in vector for _ in range(2)])
    for form in (vector, memoryview(vector), memoryview(twice)[::2], plain, tuple(plain),
                 array("d", vector)):
        assert model.score_vector(form) == expected
        assert model.explain_vector(form).result == expected
    assert model.explain_vector(vector).result == expected


def test_a_vector_of_numpy_is_the_same_in_every_layout(model):
    np = pytest.importorskip("numpy")
    vector = np.frombuffer(model.spec.extract(LEAD, ACTIVITIES, as_of=AS_OF), np.float32)
    expected = model.score(LEAD, ACTIVITIES, as_of=AS_OF)
    twice = np.repeat(vector, 2)
    for form in (vector, twice[::2], vector[::-1].copy()[::-1], vector.astype(">f4"),
                 vector.astype(np.float64), vector.astype(object)):
        assert model.score_vector(form) == expected
    with pytest.raises(TypeError):
        model.score_vector(vector.astype(str))
    with pytest.raises(leadscore.InvalidArgError, match="2 dimensions"):
        model.score_vector(vector.reshape(9, 7))


def test_masked_values_of_a_vector_are_missing(model):
    np = pytest.importorskip("numpy")
    values = np.random.default_rng(3).random(model.n_columns) * 10
    mask = np.arange(model.n_columns) % 2 == 1
    expected = model.score_vector(np.where(mask, np.nan, values))
    for dtype in (np.float32, np.float64, int, object):
        whole = values if dtype is not int else values.round()
        masked = np.ma.masked_array(whole.astype(dtype), mask)
        assert model.score_vector(masked) == model.score_vector(np.where(mask, np.nan, whole))
        assert model.explain_vector(masked).result == model.score_vector(masked)
    assert model.score_vector(values) != expected


def test_a_vector_with_names_is_matched_by_them():
    spec = {"format": 1, "name": "two", "groups": ["g"], "features": [
        {"name": name, "group": "g", "kind": "number", "property": name} for name in "ab"]}
    card = leadscore.Model.load(leadscore.build_scorecard("two", spec, {"format": 1, "rules": [
        {"feature": "a", "points": 1, "per": "unit"}, {"feature": "b", "points": 10, "per": "unit"}]}))
    pair, other, one = (namedtuple("row", names) for names in (("b", "a"), ("a", "c"), ("a",)))

    class Mixed(list):
        index = ["b", 0]

    for call in (card.score_vector, lambda vector: card.explain_vector(vector).result):
        assert call(pair(b=0, a=2)) == call([2, 0]) != call([0, 2])
        assert call(pair(b=None, a=2)) == call([2, None])
        with pytest.raises(leadscore.NotFoundError, match="no column 'c'"):
            call(other(1, 2))
        with pytest.raises(leadscore.NotFoundError, match="no value for 'b'"):
            call(one(1))
        with pytest.raises(leadscore.NotFoundError, match="no column 0"):  # not by place, where one has a name
            call(Mixed([0, 2]))


def test_a_row_of_pandas_is_matched_by_name(model):
    pandas = pytest.importorskip("pandas")
    names = model.spec.columns
    vector = [float(number % 11) for number in range(len(names))]
    expected = model.score_vector(vector)
    frame = pandas.DataFrame([vector], columns=names)
    back = frame[names[::-1]]
    for row in (frame.iloc[0], back.iloc[0], back.astype("float32").iloc[0], frame.iloc[0].reset_index(drop=True)):
        assert model.score_vector(row) == expected == model.explain_vector(row).result
    for row, kind in ((frame.iloc[0].rename({names[0]: "none"}), leadscore.NotFoundError),
                      (frame.iloc[0].drop(names[0]), leadscore.NotFoundError),
                      (pandas.concat([frame.iloc[0], frame.iloc[0][:1]]), leadscore.InvalidArgError)):
        with pytest.raises(kind):
            model.score_vector(row)


@pytest.mark.parametrize("vector, kind, words", [
    (set(range(63)), TypeError, "in order, not set"), (dict.fromkeys(range(63), 1.0), TypeError, "in order, not dict"),
    ([0.0] * 62, leadscore.InvalidArgError, "n_columns is 62"), ([], leadscore.InvalidArgError, "0"),
    ([0.0] * 62 + [math.inf], leadscore.InvalidArgError, "infinity"),
    ([10 ** 400] * 63, leadscore.InvalidArgError, "float32"), (["x"] * 63, TypeError, ""),
    ("x" * 63, TypeError, "str"), (7, TypeError, "int"), (None, TypeError, "NoneType"),
    (bytes(63), TypeError, "bytes"), ([None, "x"] * 31 + [0], TypeError, ""),
    (memoryview(bytes(12)).cast("b", (3, 4)), leadscore.InvalidArgError, "2 dimensions"),
    (memoryview(bytes(252)).cast("f", (7, 9)), leadscore.InvalidArgError, "2 dimensions")])
def test_what_is_no_vector_is_refused(model, vector, kind, words):
    for call in (model.score_vector, model.explain_vector):
        with pytest.raises(kind, match=words or None):
            call(vector)


def test_a_closed_model_says_so(bundle):
    with leadscore.Model.load(bundle) as model:
        lazy = model.score_many([LEAD], as_of=AS_OF)
    model.close()
    vector = [0.0] * 63
    for call in (lambda: model.score(LEAD, as_of=AS_OF), lambda: model.score_vector(vector),
                 lambda: model.explain(LEAD, as_of=AS_OF), lambda: model.explain_vector(vector),
                 lambda: model.replay(LEAD, receipt="{}"), lambda: model.info, lambda: model.spec,
                 lambda: model.members, lambda: model.member("x"), lambda: next(lazy),
                 lambda: model.predict(None), lambda: model.score_table(None),
                 lambda: model.contributions(None)):
        with pytest.raises(leadscore.ClosedError):
            call()
    assert repr(model) == "Model(closed)" and "closed" in model._repr_html_()


def test_members_are_those_of_the_bundle(model):
    assert "manifest.json" in model.members
    assert model.member("manifest.json").startswith(b"{")
    with pytest.raises(leadscore.NotFoundError):
        model.member("no.json")


def test_results_are_frozen_and_show_themselves(model, card):
    explained = model.explain(LEAD, ACTIVITIES, as_of=AS_OF)
    for thing in (explained, explained.result, explained.receipt, model.info):
        with pytest.raises(AttributeError):
            thing.status = "x"
    assert repr(explained.result).startswith("Result(score=14, grade=")
    assert "points=" in repr(card.score(LEAD, as_of=AS_OF))
    for thing in (explained, explained.result, model, model.info, model.spec):
        assert thing._repr_html_().startswith("<table>")


def test_html_is_escaped():
    spec = {"format": 1, "name": "x", "groups": ["<b>"], "features": [
        {"name": "<script>", "group": "<b>", "kind": "number", "property": "x"}]}
    bundle = leadscore.build_scorecard("<i>", spec, {"format": 1, "base": 1, "rules": [
        {"feature": "<script>", "points": 1, "per": "unit"}]})
    model = leadscore.Model.load(bundle)
    explained = model.explain({"id": "L1", "x": 2}, as_of=AS_OF)
    for shown in (model._repr_html_(), model.spec._repr_html_(), explained._repr_html_()):
        assert "<script>" not in shown and "<i>" not in shown and "<b>" not in shown
    assert html.escape("<i>") in model._repr_html_()


def test_a_scorecard_is_built_and_refused():
    with pytest.raises(leadscore.BadSpecError):
        leadscore.build_scorecard("x", {"format": 1}, {})
    with pytest.raises(leadscore.InvalidArgError):
        leadscore.build_scorecard("x\0", "{}", "{}")


def test_a_model_of_xgboost_is_imported():
    folder = ROOT / "tests" / "golden" / "import"
    source = sorted(path for path in folder.rglob("*") if path.suffix in (".json", ".ubj")
                    and "answers" not in path.name)[0]
    bundle = leadscore.import_model(source, name="mine")
    assert leadscore.Model.load(bundle).info.name == "mine"
    assert leadscore.import_model(source.read_bytes(), name="mine") == bundle
    with pytest.raises(leadscore.UnsupportedError, match="booster"):
        leadscore.import_model(b"{}")
    with pytest.raises(leadscore.BadKeyError):
        leadscore.sign_bundle(bundle, "no key")


def test_a_copy_is_closed_by_itself_and_a_pickle_refused(bundle):
    model = leadscore.Model.load(bundle)
    for other in (copy.copy(model), copy.deepcopy({"model": model})["model"]):
        assert other.score(LEAD, as_of=AS_OF) == model.score(LEAD, as_of=AS_OF)
        other.close()
    with pytest.raises(TypeError, match="pickle the bytes of its bundle"):
        pickle.dumps(model)
    model.close()
    with pytest.raises(leadscore.ClosedError):
        copy.copy(model)


def test_a_value_of_a_vector_is_named_or_missing(model):
    n = model.n_columns
    expected = model.score_vector([None] + [0.0] * (n - 1))
    with pytest.raises(TypeError, match="value 1 of the vector is str"):
        model.score_vector([None, "1"] + [0.0] * (n - 2))
    with pytest.raises(TypeError, match="value 0 of the vector is complex"):
        model.score_vector([1j] * n)
    numpy = pytest.importorskip("numpy")
    for dtype in ("complex64", "datetime64[ns]", "timedelta64[s]"):  # which float() takes, or all but it
        with pytest.raises(TypeError, match=f"of dtype {dtype[:9]}"):
            model.score_vector(numpy.zeros(n, dtype))
    pandas = pytest.importorskip("pandas")
    row = pandas.Series([None] + [0.0] * (n - 1), index=model.spec.columns, dtype="Float64")
    assert row.iloc[0] is pandas.NA and model.score_vector(row) == expected
    pyarrow = pytest.importorskip("pyarrow")
    assert model.score_vector(pyarrow.array([None] + [0.0] * (n - 1))) == expected


def test_a_lead_alone_is_not_many(model):
    for one in ('{"id": "L1"}', b'{"id": "L1"}', LEAD):
        with pytest.raises(TypeError, match="must be an iterable of leads"):
            model.score_many(one, as_of=AS_OF)

    class Rows(list):
        """What a database may give: rows that are mappings, with a list of their columns."""

        columns = ("id",)

    assert list(model.score_many(Rows([LEAD]), as_of=AS_OF)) == [model.score(LEAD, as_of=AS_OF)]
    pandas = pytest.importorskip("pandas")
    with pytest.raises(TypeError, match="predict_leads"):
        model.score_many(pandas.DataFrame([LEAD]), as_of=AS_OF)
    assert list(model.score_many(pandas.Series([LEAD]), as_of=AS_OF)) == [model.score(LEAD, as_of=AS_OF)]
