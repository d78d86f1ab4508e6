import math

import pytest

import leadscore
from leadscore.tables import PIECE_FLOATS

np = pytest.importorskip("numpy")


@pytest.fixture
def rows(model):
    """Vectors, some of their values missing, more of them than a block holds."""
    random = np.random.default_rng(5)
    values = random.normal(size=(5000, model.n_columns)).astype(np.float32)
    values[random.random(values.shape) < 0.1] = np.nan
    return values


def one_by_one(model, rows):
    return np.array([model.score_vector(row).probability for row in rows], dtype=np.float32)


def test_a_batch_is_its_vectors_one_by_one(model, rows):
    batch = model.predict(rows)
    assert batch.dtype == np.float32 and batch.shape == (5000,)
    assert (batch[:200] == one_by_one(model, rows[:200])).all()
    margins = model.predict(rows[:200], output="margin")
    assert [model.score_vector(row).margin for row in rows[:200]] == margins.tolist()


def test_an_array_has_the_same_scores_in_every_layout(model, rows):
    expected = model.predict(rows)
    wide = np.repeat(rows, 2, axis=1)
    for form in (rows.astype(np.float64), np.asfortranarray(rows), wide[:, ::2],
                 rows.astype(">f4"), rows.astype(np.float64).astype(">f8"),
                 np.concatenate([rows, rows])[:5000]):
        assert (model.predict(form) == expected).all()
    assert (model.predict(rows[::-1])[::-1] == expected).all()
    frozen = rows.copy()
    frozen.flags.writeable = False
    assert (model.predict(frozen) == expected).all()


def test_whole_numbers_and_booleans_are_numbers(model):
    whole = np.random.default_rng(6).integers(0, 2, size=(50, model.n_columns))
    expected = model.predict(whole.astype(np.float32))
    for dtype in (np.int8, np.uint8, np.int16, np.uint32, np.int64, np.float16, bool):
        assert (model.predict(whole.astype(dtype)) == expected).all()


def test_masked_values_are_missing(model, rows):
    mask = np.isnan(rows)
    masked = np.ma.MaskedArray(np.where(mask, 1, rows), mask)
    assert (model.predict(masked) == model.predict(rows)).all()


def test_a_double_beyond_float32_becomes_the_largest(model):
    largest = np.full((1, model.n_columns), np.finfo(np.float32).max)
    beyond = largest.astype(np.float64) * 1e10
    assert model.predict(beyond) == model.predict(largest)
    assert model.predict(beyond.view(np.matrix)) == model.predict(largest)


def test_an_empty_table_has_no_scores(model):
    assert model.predict(np.empty((0, model.n_columns), np.float32)).shape == (0,)
    assert model.predict(np.empty((0, model.n_columns))).shape == (0,)
    shape = model.contributions(np.empty((0, model.n_columns), np.float32)).shape
    assert shape == (0, model.n_columns + 1)


def test_contributions_sum_to_the_margin(model, rows):
    contributions = model.contributions(rows[:300])
    assert contributions.shape == (300, model.n_columns + 1)
    margins = model.predict(rows[:300], output="margin")
    # Sums of 64 float32 of size 1 or so.
    assert np.abs(contributions.sum(axis=1) - margins).max() < 1e-4
    assert (contributions[:, -1] == contributions[0, -1]).all()


@pytest.mark.parametrize("change, kind, words", [
    (lambda x: x[:, :-1], leadscore.InvalidArgError, "62 columns"),
    (lambda x: x[0], leadscore.InvalidArgError, "1 dimensions"),
    (lambda x: x[0, 0], TypeError, "float"),
    (lambda x: np.array(1.0), leadscore.InvalidArgError, "0 dimensions"),
    (lambda x: x[None], leadscore.InvalidArgError, "3 dimensions"),
    (lambda x: x.astype(object), TypeError, "object"),
    (lambda x: x.astype(str), TypeError, "dtype"),
    (lambda x: x.astype(np.complex64), TypeError, "complex"),
    (lambda x: x.astype(np.longdouble), TypeError, "float128"),
    (lambda x: x.tolist(), TypeError, "list"), (lambda x: "x", TypeError, "str"),
    (lambda x: None, TypeError, "NoneType"), (lambda x: np.where(x > 1, np.inf, x),
                                              leadscore.InvalidArgError, "infinity"),
    (lambda x: np.where(x > 1, -np.inf, x).astype(np.float64), leadscore.InvalidArgError,
     "infinity")])
def test_what_is_no_table_is_refused(model, rows, change, kind, words):
    for call in (model.predict, model.contributions):
        with pytest.raises(kind, match=words or None):
            call(change(rows))


def test_an_unknown_output_is_refused(model, rows):
    with pytest.raises(leadscore.InvalidArgError, match="margins"):
        model.predict(rows, output="margins")


# Tables with names.

@pytest.fixture
def frame(model, rows):
    """A DataFrame of pandas, its columns in another order than the model's."""
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(rows, columns=model.spec.columns).iloc[:, ::-1]


def test_columns_of_pandas_are_matched_by_name(model, rows, frame):
    assert (model.predict(frame) == model.predict(rows)).all()
    assert (model.contributions(frame) == model.contributions(rows)).all()
    assert (model.predict(frame.astype("float64")) == model.predict(rows)).all()
    assert model.predict(frame.iloc[:0]).shape == (0,)
    assert (model.predict(frame.iloc[10:4500]) == model.predict(rows[10:4500])).all()


def test_a_dataframe_of_one_array_is_read_as_such(model, rows, monkeypatch):
    pandas = pytest.importorskip("pandas")
    names, expected = model.spec.columns, model.predict(rows)
    monkeypatch.setattr(leadscore.tables, "_series_values", None)  # which is called for each column otherwise
    made_of = lambda array: pandas.DataFrame(np.asfortranarray(array), columns=names)
    floats = made_of(rows)
    for frame in (floats, floats.iloc[:, ::-1], floats.astype("float64")):
        assert (model.predict(frame) == expected).all()
        assert (model.predict(frame.iloc[70:3000]) == expected[70:3000]).all()
        assert model.predict(frame.iloc[7:8]) == expected[7]
    whole = np.where(np.isnan(rows), 0, rows * 10).astype(np.int64)
    expected = model.predict(whole.astype(np.float32))
    assert (model.predict(made_of(whole)) == expected).all()
    truth = rows > 0
    assert (model.predict(made_of(truth)) == model.predict(truth)).all()


def test_a_dataframe_of_several_arrays_has_the_scores_of_its_columns(model, rows):
    pandas = pytest.importorskip("pandas")
    names, expected = model.spec.columns, model.predict(rows)
    floats = pandas.DataFrame(rows, columns=names)
    mixed = floats.astype({name: "float64" for name in names[1:-1:2]})
    halves = pandas.concat([floats[names[:30]], floats[names[30:]]], axis=1)
    for frame in (mixed, halves, floats.convert_dtypes(), floats.astype(">f8"), halves.iloc[:, ::-1]):
        assert (model.predict(frame) == expected).all()
        assert (model.predict(frame.iloc[::-2]) == expected[::-2]).all()
    square = floats.iloc[:len(names)].copy()
    square[names[1]] = np.arange(len(square))
    columns = [np.asarray(square[name]).astype(np.float32) for name in names]
    assert (model.predict(square) == model.predict(np.column_stack(columns))).all()
    half = floats.astype("float16")
    assert (model.predict(half) == model.predict(half.to_numpy())).all()


def test_a_dataframe_that_holds_its_rows_one_by_one_is_read_in_place(model, rows):
    pandas = pytest.importorskip("pandas")
    names, expected = model.spec.columns, model.predict(rows)
    own = pandas.DataFrame(rows, columns=names, copy=False)
    assert np.shares_memory(own.to_numpy(), rows)
    assert (model.predict(own) == expected).all()
    assert (model.contributions(own[:100]) == model.contributions(rows[:100])).all()
    turned = pandas.DataFrame(rows[:, ::-1], columns=names[::-1], copy=False)
    assert (model.predict(turned) == expected).all()
    doubles = pandas.DataFrame(rows.astype(np.float64), columns=names, copy=False)
    assert (model.predict(doubles) == expected).all()
    assert (model.predict(own.iloc[::2]) == expected[::2]).all()
    with pytest.raises(leadscore.NotFoundError, match="the table has no column"):
        model.predict(own.iloc[:, 1:])
    with pytest.raises(leadscore.NotFoundError, match="other"):
        model.predict(own.rename(columns={names[0]: "other"}))
    with pytest.raises(leadscore.NotFoundError, match="other"):
        model.predict(pandas.DataFrame(np.hstack([rows, rows[:, :1]]), columns=[*names, "other"], copy=False))
    twice = pandas.DataFrame(rows, columns=[*names[:-1], names[0]], copy=False)
    with pytest.raises(leadscore.Error):
        model.predict(twice)


def test_an_array_that_holds_its_columns_one_by_one_is_read_as_its_rows_are(model, rows):
    far = 2.0 ** 53 + 1
    extremes = np.array([0, 1, -1, 1e300, -1e300, 3.5e38, 16777217, far, -far, np.nan, np.pi])
    doubles = extremes[np.random.default_rng(3).integers(0, len(extremes), (300, model.n_columns))]
    tall = np.asfortranarray(doubles)
    assert (model.predict(tall) == model.predict(doubles)).all()
    assert (model.contributions(tall) == model.contributions(doubles)).all()
    for dtype, least, most in (("i8", -2.0 ** 62, 2.0 ** 62), ("u8", 0, 2.0 ** 63), ("i4", -2 ** 31, 2 ** 31 - 1),
                               ("u2", 0, 2 ** 16 - 1), ("i1", -128, 127), ("bool", 0, 1), ("f2", -65504, 65504),
                               (">f8", -1e300, 1e300), (">i4", -2 ** 31, 2 ** 31 - 1)):
        plain = np.nan_to_num(doubles).clip(least, most).astype(dtype)
        assert (model.predict(np.asfortranarray(plain)) == model.predict(plain)).all(), dtype
    spread = np.asfortranarray(np.hstack([rows, rows]))[:, ::2]
    assert (model.predict(spread) == model.predict(np.ascontiguousarray(spread))).all()
    assert (model.predict(np.asfortranarray(rows)[::-1]) == model.predict(rows)[::-1]).all()
    masked = np.ma.MaskedArray(tall, mask=tall == 1)
    assert (model.predict(masked) == model.predict(masked.filled(np.nan))).all()
    raw = np.frombuffer(b"x" + tall.tobytes("F"), dtype="i1")[1:].view("f8").reshape(tall.shape, order="F")
    assert not raw.flags.aligned and (model.predict(raw) == model.predict(tall)).all()
    tall[299, 4] = -np.inf
    with pytest.raises(leadscore.InvalidArgError, match="row 299, column .*-infinity"):
        model.predict(tall)


def test_rows_that_are_scored_in_pieces_have_the_scores_of_each(model, rows):
    piece = 64 * (PIECE_FLOATS // 64 // (model.n_columns + 1))
    assert 64 < piece < len(rows) / 2
    for n in (1, 63, 64, 65, piece - 1, piece, piece + 1, 2 * piece, 2 * piece + 7):
        assert (model.predict(rows[:n]) == one_by_one(model, rows[:n])).all()
    whole = model.contributions(rows[:2 * piece + 7])
    for first, end in ((0, 1), (piece - 1, piece + 1), (2 * piece, 2 * piece + 7)):
        assert (whole[first:end] == model.contributions(rows[first:end])).all()


def test_an_infinity_is_named_by_its_row(model, rows):
    pandas = pytest.importorskip("pandas")
    infinite = rows.astype(np.float64)
    infinite[3000, 5] = np.inf
    name = model.spec.columns[5]
    for table, words in ((infinite, "in the rows from 2048 on, row 952, "),
                         (infinite.astype(np.float32), "row 3000, "),
                         (pandas.DataFrame(dict(zip(model.spec.columns, infinite.T.copy()))),
                          f'row 3000, column "{name}"')):
        with pytest.raises(leadscore.InvalidArgError, match=words):
            model.predict(table)


def test_columns_of_pandas_of_several_types_are_read(model, frame):
    pandas = pytest.importorskip("pandas")
    names = list(frame.columns)
    mixed = frame.fillna(0).copy()
    mixed[names[0]] = (mixed[names[0]] > 0)
    mixed[names[1]] = mixed[names[1]].astype("int16")
    mixed[names[2]] = mixed[names[2]].astype("float64")
    mixed[names[3]] = pandas.array([None, 1] * 2500, dtype="Int64")
    mixed[names[4]] = pandas.array([None, True] * 2500, dtype="boolean")
    mixed[names[5]] = mixed[names[5]].astype("float16")
    plain = np.column_stack([mixed[name].to_numpy("float64", na_value=np.nan)
                             for name in model.spec.columns])
    assert (model.predict(mixed) == model.predict(plain)).all()
    nullable_first = mixed[[names[3], *names[:3], *names[4:]]]
    assert (model.predict(nullable_first) == model.predict(plain)).all()
    none = mixed.iloc[:0]
    assert len(model.predict(none)) == 0 and len(model.predict(none.astype("float32"))) == 0


def test_columns_that_stand_in_several_arrays_of_numpy_are_read(model, rows):
    pandas = pytest.importorskip("pandas")
    names, expected = model.spec.columns, model.predict(rows)
    half = len(names) // 2
    left = pandas.DataFrame(rows[:, :half], columns=names[:half]).copy()
    right = pandas.DataFrame(rows[:, half:], columns=names[half:]).copy()
    assert (model.predict(pandas.concat([left, right], axis=1)) == expected).all()
    for number in (0, half, len(names) - 1):
        inserted = pandas.DataFrame(rows, columns=names).copy().drop(columns=names[number])
        inserted.insert(number, names[number], rows[:, number].copy())
        assert (model.predict(inserted) == expected).all()
    square = inserted.iloc[:len(names)]
    assert (model.predict(square) == expected[:len(names)]).all()


def test_names_that_do_not_match_are_named(model, frame):
    with pytest.raises(leadscore.NotFoundError, match="the table has no column"):
        model.predict(frame.iloc[:, 1:])
    extra = frame.assign(other=1)
    with pytest.raises(leadscore.NotFoundError, match="other"):
        model.predict(extra)
    assert (model.predict(extra, ignore_unknown=True) == model.predict(frame)).all()
    named = frame.assign(id="L1")
    assert (model.predict(named, ignore_unknown=True) == model.predict(frame)).all()
    assert len(model.score_table(named, ignore_unknown=True)[0]) == len(frame)
    twice = frame.rename(columns={frame.columns[0]: frame.columns[1]})
    with pytest.raises(leadscore.InvalidArgError, match="two columns"):
        model.predict(twice)
    with pytest.raises(TypeError, match="names must be str"):
        model.predict(frame.set_axis(range(frame.shape[1]), axis=1))
    for wrong, words in (("\0", r"\\x00"), ("\ud800", r"\\ud800")):
        names = [frame.columns[0] + wrong, *frame.columns[1:]]
        named = frame.set_axis(type(frame.columns)(names, dtype=object), axis=1)
        with pytest.raises(leadscore.NotFoundError, match="column 0 is called .*" + words):
            model.predict(named)
    with pytest.raises(TypeError, match="Series"):
        model.predict(frame.iloc[:, 0])


def test_columns_that_are_no_numbers_are_refused(model, frame):
    name = frame.columns[0]
    for values in (["x"] * 5000, [None] * 5000, frame[name].astype("category"),
                   np.datetime64("2025-01-01")):
        with pytest.raises((TypeError, leadscore.UnsupportedError), match="dtype|format"):
            model.predict(frame.assign(**{name: values}))
    with pytest.raises(leadscore.InvalidArgError, match="infinity"):
        model.predict(frame.assign(**{name: np.float32("inf")}))


def test_polars_is_read_and_given(model, rows):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({name: rows[:, i] for i, name in
                              reversed(list(enumerate(model.spec.columns)))})
    expected = model.predict(rows)
    assert (model.predict(frame) == expected).all()
    nulls = frame.fill_nan(None)
    assert (model.predict(nulls) == expected).all()
    chunked = polars.concat([frame[:100], frame[100:]], rechunk=False)
    assert (model.predict(chunked) == expected).all()
    scores = polars.concat([polars.DataFrame(part) for part in model.score_table(chunked)])
    assert scores.columns[:2] == ["probability", "probability_low"]
    assert (scores["probability"].to_numpy().astype(np.float32) == expected).all()
    one = model.score_vector(rows[7])
    assert scores.row(7) == (one.probability, one.probability_low, one.probability_high,
                             one.confidence, one.score, one.grade, one.margin,
                             one.raw_probability, None)
    with pytest.raises(leadscore.UnsupportedError, match="format"):
        model.predict(frame.with_columns(polars.lit("x").alias(model.spec.columns[0])))


def test_arrow_is_read_and_given(model, rows):
    pyarrow = pytest.importorskip("pyarrow")
    columns = [pyarrow.array(rows[:, i], mask=np.isnan(rows[:, i])) for i in range(rows.shape[1])]
    batch = pyarrow.record_batch(columns, names=model.spec.columns)
    expected = model.predict(rows)
    table = pyarrow.Table.from_batches([batch[:3], batch[3:3], batch[3:]])
    for form in (batch, table, table.to_reader()):
        assert (model.predict(form) == expected).all()
    assert (model.predict(batch.slice(17, 100)) == expected[17:117]).all()
    [scores] = model.score_table(batch)
    assert len(scores) == 5000 and "grade" in repr(scores)
    taken = pyarrow.record_batch(scores)
    taken.validate(full=True)
    assert taken.column("points").null_count == 5000
    with pytest.raises(leadscore.InvalidArgError, match="handed over"):
        pyarrow.record_batch(scores)
    [parts] = model.contributions_table(batch[:10])
    assert parts.names == [*model.spec.columns, "base_value"]
    reader = table.to_reader()
    model.predict(reader)
    assert model.predict(reader).shape == (0,)


def test_a_table_that_breaks_off_is_refused(model, rows):
    pyarrow = pytest.importorskip("pyarrow")
    batch = pyarrow.record_batch([rows[:, i] for i in range(rows.shape[1])],
                                 names=model.spec.columns)

    def batches():
        yield batch
        raise RuntimeError("the wire was cut")

    with pytest.raises(leadscore.IoError, match="the wire was cut"):
        model.predict(pyarrow.RecordBatchReader.from_batches(batch.schema, batches()))


class Liar:
    """What says that it speaks Arrow, and does not."""

    def __init__(self, given):
        self.given = given

    def __arrow_c_stream__(self, requested_schema=None):
        return self.given


@pytest.mark.parametrize("given", [None, 7, "x", math.pi])
def test_what_hands_over_no_capsule_is_refused(model, given):
    with pytest.raises((TypeError, leadscore.InvalidArgError)):
        model.predict(Liar(given))


def test_scores_that_nobody_takes_are_freed(model, frame):
    for _ in range(3):
        [scores] = model.score_table(frame)
        assert len(scores) == 5000
    with pytest.raises(leadscore.InvalidArgError, match="infinity"):
        model.score_table(frame.assign(**{frame.columns[0]: np.inf}))


def test_a_class_made_of_dataframes_is_one(model, frame):
    pandas = pytest.importorskip("pandas")

    class Leads(pandas.DataFrame):
        @property
        def _constructor(self):
            return Leads

    own = Leads(frame)
    own.index = [f"L{number}" for number in range(len(own))]  # which is no column
    assert np.array_equal(model.predict(own), model.predict(frame))


def test_a_column_of_polars_that_is_null_throughout_is_missing(model, rows):
    polars = pytest.importorskip("polars")
    names = model.spec.columns
    frame = polars.DataFrame(rows, schema=names).with_columns(polars.lit(None).alias(names[0]))
    assert frame.schema[names[0]] == polars.Null
    expected = rows.copy()
    expected[:, 0] = np.nan
    assert np.array_equal(model.predict(frame), model.predict(expected))


def test_a_table_without_names_is_told_what_has_some(model, rows):
    with pytest.raises(TypeError, match="ndarray is no table: give a DataFrame"):
        model.score_table(rows)
    with pytest.raises(TypeError, match="ignore_unknown is 'no'"):
        model.predict(rows, ignore_unknown="no")
