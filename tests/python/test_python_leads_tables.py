"""Leads by the table: what each row scores is what it scores as a lead of its own."""

import sys
from datetime import date, datetime, timedelta, timezone

import pytest

import leadscore
from conftest import AS_OF
from leadscore import capsules
from leadscore._native import ffi

np = pytest.importorskip("numpy")

MORNING = datetime(2025, 10, 1, 7, tzinfo=timezone.utc)
TITLES = ["CTO", "Clerk", None, "VP Engineering"]


def lead(number):
    """A lead, some of it missing, with activities now and then."""
    return {"id": f"L{number}", "email": f"{number}@example.com" if number % 5 else None,
            "job_title": TITLES[number % 4], "created_at": MORNING - timedelta(days=number),
            "company": {"employee_count": 10 * number, "industry": "Software" if number % 3 else None},
            "email_opt_in": number % 2 == 0, "tags": ["a", "b"][:number % 3],
            "activities": [{"id": str(i), "type": ("Email Opened", "Demo Requested")[i % 2],
                            "time": MORNING + timedelta(hours=i), "data": {"page": f"/{i}"}}
                           for i in range(number % 4)]}


LEADS = [lead(number) for number in range(40)]


def arrow(leads=LEADS):
    pyarrow = pytest.importorskip("pyarrow")
    return pyarrow.Table.from_pylist(leads)


def plain(leads=LEADS):
    """Each as JSON has it: without what is null."""
    return [{name: value for name, value in each.items() if value is not None} for each in leads]


def vectors(model, leads=LEADS, **how):
    return np.array([model.spec.extract(each, as_of=AS_OF, **how) for each in plain(leads)],
                    dtype=np.float32)


def assert_same(one, other):
    assert one.dtype == other.dtype == np.float32 and one.shape == other.shape
    assert one.tobytes() == other.tobytes()  # NaN too


def results(model, leads=LEADS):
    return [model.score(each, as_of=AS_OF) for each in plain(leads)]


def column(of, name):
    return np.array([np.nan if getattr(each, name) is None else getattr(each, name) for each in of],
                    dtype=np.float32)


@ffi.callback("void(struct ArrowSchema *)")
def own_no_schema(schema):
    schema.release = ffi.NULL


@ffi.callback("void(struct ArrowArray *)")
def own_no_array(array):
    array.release = ffi.NULL


class Columns:
    """A table of texts and numbers that speaks Arrow without its library, and owns what it hands over."""

    def __init__(self, **columns):
        self.columns, self.kept = columns, []

    def keep(self, kind, values):
        self.kept.append(ffi.new(kind, values))
        return self.kept[-1]

    def buffers(self, values):
        """Arrow's format of a column, and what it is made of."""
        if isinstance(values[0], float):
            return b"g", [ffi.NULL, self.keep("double[]", values)]
        raw = [value.encode() for value in values]
        ends = [sum(map(len, raw[:i])) for i in range(len(raw) + 1)]
        return b"u", [ffi.NULL, self.keep("int32_t[]", ends), self.keep("char[]", b"".join(raw))]

    def fill(self, schema, array, name, values):
        layout, buffers = self.buffers(values)
        schema.format, schema.name = self.keep("char[]", layout), self.keep("char[]", name.encode())
        array.length, array.n_buffers = len(values), len(buffers)
        array.buffers = ffi.cast("const void **", self.keep("void *[]", buffers))
        schema.release, array.release = own_no_schema, own_no_array

    def __arrow_c_array__(self, requested_schema=None):
        n = len(self.columns)
        schemas, arrays = self.keep("struct ArrowSchema[]", n), self.keep("struct ArrowArray[]", n)
        for number, (name, values) in enumerate(self.columns.items()):
            self.fill(schemas[number], arrays[number], name, values)
        schema, array = capsules.allocate("struct ArrowSchema"), capsules.allocate("struct ArrowArray")
        self.fill(schema, array, "", ["" for _ in values])
        schema.format, array.n_buffers = self.keep("char[]", b"+s"), 1
        schema.n_children = array.n_children = n
        schema.children = self.keep("struct ArrowSchema *[]", [schemas + i for i in range(n)])
        array.children = self.keep("struct ArrowArray *[]", [arrays + i for i in range(n)])
        return capsules.schema_capsule(schema), capsules.array_capsule(array)


def test_what_speaks_arrow_is_a_table_of_leads(card):
    titles = ["CTO", "Clerk", "Wizard"]
    table = Columns(id=["a", "b", "c"], email=["ada@example.com"] * 3, job_title=titles,
                    visits=[1.0, float("nan"), 3.0])
    leads = [{"id": id, "email": "ada@example.com", "job_title": title, "visits": visits}
             for id, title, visits in zip("abc", titles, (1, None, 3))]
    for _ in range(2):  # it may be given as often as one likes
        assert_same(card.predict_leads(table, as_of=AS_OF, output="score"),
                    column(results(card, leads), "score"))
        assert_same(card.spec.extract_table(table, as_of=AS_OF), vectors(card, leads))
    spec = leadscore.Spec.parse({"format": 1, "name": "s", "groups": ["g"], "features": [
        {"name": "visits", "group": "g", "kind": "number", "property": "visits"}]})
    assert_same(spec.extract_table(table, as_of=AS_OF), np.array([[1], [np.nan], [3]], np.float32))
    [scores] = card.score_leads(table, as_of=AS_OF)
    assert len(scores) == 3 and scores.names[-1] == "status"
    [parts] = card.contributions_leads(table, as_of=AS_OF)
    assert parts.names == [*card.spec.columns, "base_value", "status"]
    bad = Columns(id=["a", "b"], created_at=["2025-01-01", "never"])
    with pytest.raises(leadscore.InvalidArgError, match='row 1: created_at .*"never"'):
        card.predict_leads(bad, as_of=AS_OF)


def test_a_table_of_leads_has_the_vectors_of_its_leads(model):
    table = arrow()
    assert_same(model.spec.extract_table(table, as_of=AS_OF), vectors(model))
    assert np.isnan(vectors(model)).any() and not np.isnan(vectors(model)).all()
    [batch] = table.combine_chunks().to_batches()
    assert_same(model.spec.extract_table(batch, as_of=AS_OF), vectors(model))
    assert_same(model.spec.extract_table(batch.slice(7, 11), as_of=AS_OF), vectors(model)[7:18])
    assert_same(model.predict(model.spec.extract_table(table, as_of=AS_OF)),
                model.predict(vectors(model)))


def test_a_table_of_leads_scores_as_its_leads_do(model, card):
    for one in (model, card):
        expected = results(one)
        for output in ("probability", "margin", "score"):
            name = "points" if one is card and output == "margin" else output
            assert_same(one.predict_leads(arrow(), as_of=AS_OF, output=output), column(expected, name))
    assert np.nanmax(column(results(card), "score")) > 20 and np.isnan(column(results(card), "score")).any()


def test_leads_without_a_score_have_none(card):
    leads = [{"id": "1", "job_title": "CTO", "email": "ada@example.com"}, {"id": "2"}]
    assert [each.status for each in results(card, leads)] == ["scored", "insufficient_data"]
    scores = card.predict_leads(arrow(leads), as_of=AS_OF, output="score")
    assert scores[0] == results(card, leads)[0].score and np.isnan(scores[1])
    [table] = card.score_leads(arrow(leads), as_of=AS_OF)
    pyarrow = pytest.importorskip("pyarrow")
    made = pyarrow.record_batch(table).to_pydict()
    assert made["status"] == [0, 1] and made["score"][1] is None and made["grade"][1] is None


def test_everything_about_the_score_of_a_lead_is_given(model):
    pyarrow, expected = pytest.importorskip("pyarrow"), results(model)
    table = pyarrow.concat_tables([arrow(LEADS[:30]), arrow(LEADS[30:])], promote_options="permissive")
    tables = model.score_leads(table, as_of=AS_OF)
    assert [len(each) for each in tables] == [30, 10] and tables[0].names[-1] == "status"
    made = [row for each in tables for row in pyarrow.record_batch(each).to_pylist()]
    for row, result in zip(made, expected):
        assert ("scored", "insufficient_data")[row.pop("status")] == result.status
        assert row == {name: getattr(result, name) for name in row}
    assert len({result.status for result in expected}) == 2
    assert_same(model.predict_leads(table, as_of=AS_OF), column(expected, "probability"))


def test_contributions_of_leads_are_those_of_their_vectors(model):
    pyarrow, expected = pytest.importorskip("pyarrow"), model.contributions(vectors(model))
    [made] = model.contributions_leads(arrow(), as_of=AS_OF)
    assert made.names == [*model.spec.columns, "base_value", "status"]
    for row, result, values in zip(pyarrow.record_batch(made).to_pylist(), results(model), expected):
        assert ("scored", "insufficient_data")[row.pop("status")] == result.status
        known = values.tolist() if result.score is not None else [None] * len(values)
        assert list(row.values()) == known


def test_what_is_later_is_not_seen(model):
    early = MORNING + timedelta(minutes=1)
    table = model.spec.extract_table(arrow(), as_of=early)
    assert table.tobytes() != vectors(model).tobytes()
    assert_same(table, np.array([model.spec.extract(each, as_of=early) for each in plain()], np.float32))


def test_polars_is_read(model, monkeypatch):
    polars = pytest.importorskip("polars")
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # and without another library
    frame = polars.DataFrame(LEADS, infer_schema_length=None)
    assert_same(model.spec.extract_table(frame, as_of=AS_OF), vectors(model))
    assert_same(model.predict_leads(frame, as_of=AS_OF), column(results(model), "probability"))
    assert_same(model.spec.extract_table(frame[3:-2], as_of=AS_OF), vectors(model)[3:-2])
    parts = polars.concat([frame[:20], frame[20:]], rechunk=False)
    assert_same(model.spec.extract_table(parts, as_of=AS_OF), vectors(model))
    named = frame.with_columns(polars.col("job_title").cast(polars.Categorical))
    assert_same(model.spec.extract_table(named, as_of=AS_OF), vectors(model))
    with pytest.raises(TypeError, match="Series"):
        model.predict_leads(frame["id"], as_of=AS_OF)


def test_pandas_is_read(model):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pandas.DataFrame([{**each, "company.employee_count": each["company"]["employee_count"],
                               "company.industry": each["company"]["industry"]} for each in LEADS])
    frame = frame.drop(columns="company")
    assert_same(model.spec.extract_table(frame, as_of=AS_OF), vectors(model))
    some = frame[frame.index % 2 == 1]  # an index that is no range is no property
    assert_same(model.spec.extract_table(some, as_of=AS_OF), vectors(model)[1::2])
    with pytest.raises(TypeError, match="Series"):
        model.predict_leads(frame["id"], as_of=AS_OF)


def test_without_pyarrow_a_dataframe_of_pandas_is_refused_in_words(model, monkeypatch):
    frame = pytest.importorskip("pandas").DataFrame({"id": ["1"]})
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match="pandas .*pip install pyarrow"):
        model.predict_leads(frame, as_of=AS_OF)


def test_columns_are_named_by_a_table_of_aliases(card):
    own = leadscore.Aliases.parse({"format": 1, "fields": {"job_title": ["Role"], "email": ["Mail"]}})
    ours = [{"id": str(i), "Mail": "ada@example.com", "Role": title} for i, title in enumerate(TITLES)]
    usual = [{"id": str(i), "email": "ada@example.com", "job_title": title}
             for i, title in enumerate(TITLES)]
    expected = card.predict_leads(arrow(usual), as_of=AS_OF, output="score")
    assert_same(card.predict_leads(arrow(ours), as_of=AS_OF, output="score", aliases=own), expected)
    assert_same(card.spec.extract_table(arrow(ours), as_of=AS_OF, aliases=own), vectors(card, usual))
    theirs = [{"id": each["id"], "email": each["email"], "jobtitle": each["job_title"]} for each in usual]
    assert_same(card.predict_leads(arrow(theirs), as_of=AS_OF, output="score", aliases="hubspot"), expected)
    none = card.predict_leads(arrow(theirs), as_of=AS_OF, output="score", aliases="none")
    assert none.tobytes() != expected.tobytes()
    assert len(card.score_leads(arrow(ours), as_of=AS_OF, aliases=own)) == 1
    with pytest.raises(leadscore.NotFoundError, match="hubspot"):
        card.predict_leads(arrow(ours), as_of=AS_OF, aliases="pipedrive")


def test_a_table_without_rows_has_no_scores(model):
    for empty in (arrow()[:0], arrow()[:0].to_reader()):
        assert model.predict_leads(empty, as_of=AS_OF).shape == (0,)
    assert model.spec.extract_table(arrow()[:0], as_of=AS_OF).shape == (0, model.n_columns)
    pyarrow = pytest.importorskip("pyarrow")
    nothing = pyarrow.RecordBatchReader.from_batches(arrow().schema, [])
    assert model.spec.extract_table(nothing, as_of=AS_OF).shape == (0, model.n_columns)
    assert model.score_leads(nothing, as_of=AS_OF) == []


@pytest.mark.parametrize("change, kind, words", [
    ({"created_at": "yesterday"}, leadscore.InvalidArgError, "row 1: created_at"),
    ({"x": {"a": 1}, "x.a": 2}, leadscore.Error, "x.a"),
    ({"x": b"bytes"}, leadscore.UnsupportedError, '"x"'),
    ({"x": float("inf")}, leadscore.InvalidArgError, "row 1")])
def test_what_is_no_lead_is_refused_with_its_place(model, change, kind, words):
    leads = [{name: None for name in change}, change]
    for call in (model.predict_leads, model.score_leads, model.contributions_leads,
                 model.spec.extract_table):
        with pytest.raises(kind, match=words):
            call(arrow(leads), as_of=AS_OF)


def test_a_row_is_named_by_its_place_in_a_table_of_several_parts(model):
    pyarrow = pytest.importorskip("pyarrow")
    good, bad = {"created_at": "2025-01-01"}, {"created_at": "yesterday"}
    parts = [[good] * 2, [good] * 3, [good, bad]]
    table = pyarrow.concat_tables([arrow(part) for part in parts])
    for call in (model.predict_leads, model.score_leads, model.spec.extract_table):
        with pytest.raises(leadscore.InvalidArgError, match="in the rows from 5 on, row 1: created_at"):
            call(table, as_of=AS_OF)


def test_columns_that_are_not_read_can_be_passed_over(model):
    table = arrow()
    wide = table.append_column("raw", [[b"x"] * len(table)])
    with pytest.raises(leadscore.UnsupportedError, match='"raw"'):
        model.predict_leads(wide, as_of=AS_OF)
    assert_same(model.predict_leads(wide, as_of=AS_OF, ignore_unknown=True),
                model.predict_leads(table, as_of=AS_OF))


@pytest.mark.parametrize("call", ["predict_leads", "score_leads", "extract_table"])
def test_what_is_no_table_of_leads_is_refused(model, call):
    called = getattr(model, call, None) or getattr(model.spec, call)
    for given in (None, "x", LEADS, LEADS[0], np.zeros((2, 2)), "[{}]"):
        with pytest.raises(TypeError, match="no table"):
            called(given, as_of=AS_OF)
    with pytest.raises(leadscore.InvalidArgError, match="time zone"):
        called(arrow(), as_of=datetime(2025, 1, 1))
    with pytest.raises(leadscore.InvalidArgError, match="probability"):
        model.predict_leads(arrow(), as_of=date(2025, 1, 1), output="points")
    model.close()
    with pytest.raises(leadscore.ClosedError):
        model.predict_leads(arrow(), as_of=AS_OF)


def test_a_table_in_which_nobody_has_activities_is_read(card):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"id": ["1"], "email": ["ada@example.com"], "phone": [None], "activities": [[]]})
    assert (frame.schema["phone"], frame.schema["activities"]) == (polars.Null, polars.List(polars.Null))
    [points] = card.predict_leads(frame, as_of=AS_OF, output="score")
    assert points == card.score({"id": "1", "email": "ada@example.com"}, as_of=AS_OF).score


def test_names_of_pandas_that_are_no_texts_are_refused(card):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"id": ["1"], "email": ["ada@example.com"]})
    for names in (["id", 0], pandas.MultiIndex.from_tuples([("a", "id"), ("a", "email")])):
        with pytest.raises(TypeError, match="names must be str"):
            card.predict_leads(frame.set_axis(names, axis=1), as_of=AS_OF)
