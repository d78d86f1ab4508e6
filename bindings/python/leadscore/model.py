"""A model: scores, and why."""

from __future__ import annotations

import sys
from array import array
from collections import deque
from collections.abc import Set
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Deque, Iterable, Iterator, List, Mapping, Optional, Tuple, Type, TypeVar, Union

from . import capsules, tables
from ._native import ffi, lib
from .aliases import Aliases, AliasesLike, aliases_pointer, as_aliases
from .errors import ClosedError, InvalidArgError, NotFoundError, check, new_error, text
from .inputs import (ActivitiesLike, LeadLike, TimeLike, c_text, check_listed, flag, is_na, json_bytes,
                     lead_texts, new_lead, new_struct, optional_text, path_bytes, text_bytes, time_ms, whole)
from .lead_tables import LeadTable
from .results import (Explanation, ModelInfo, Result, read_explanation, read_model_info,
                      read_result)
from .spec import Spec


class _Scorer:
    """One thread's scratch, and what its results are read from."""

    __slots__ = ("pointer", "result", "bytes", "explanation", "error", "text", "length", "aliases")

    def __init__(self, model: Any) -> None:
        out = ffi.new("lsc_scorer **")
        self.error = new_error()
        check(lib.lsc_scorer_new(model, ffi.NULL, out, self.error), self.error)
        self.pointer = ffi.gc(out[0], lib.lsc_scorer_free)
        self.result = new_struct(lib.lsc_result_init)
        self.bytes = ffi.buffer(self.result)
        self.explanation = new_struct(lib.lsc_explanation_init)
        self.text = ffi.new("const char **")
        self.length = ffi.new("size_t *")
        self.aliases: Optional[Aliases] = None

    @property
    def spec(self) -> Any:
        """That of its model, which it holds."""
        return lib.lsc_model_spec(lib.lsc_scorer_model(self.pointer))

    def name_by(self, aliases: Optional[Aliases]) -> None:
        """Choose the table by which properties in JSON are named."""
        if aliases is not self.aliases:
            check(lib.lsc_scorer_set_aliases(self.pointer, aliases_pointer(aliases), self.error),
                  self.error)
            self.aliases = aliases

    def read_explanation(self, lead_id: Optional[str]) -> Explanation:
        """The explanation that was just made."""
        c_id = optional_text(lead_id, "lead_id")
        check(lib.lsc_explanation_json(self.pointer, self.explanation, c_id, 0, self.text,
                                       self.length, self.error), self.error)
        json = bytes(ffi.buffer(self.text[0], self.length[0])).decode("utf-8")
        return read_explanation(self.explanation, json)


class _Pool:
    """Scorers that no thread is using. A deque's ends are safe to use from any thread."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.free: Deque[_Scorer] = deque()

    def take(self) -> _Scorer:
        try:
            return self.free.pop()
        except IndexError:
            return _Scorer(self.model)

    def names(self) -> List[str]:
        """Of the model's columns, in order."""
        return tables.column_names(lib.lsc_model_spec(self.model))


_Model = TypeVar("_Model", bound="Model")


def _load_options(self_test: bool, trusted_keys: Optional[Iterable[Union[str, bytes]]],
                  plan_bytes: int) -> Tuple[Any, Any]:
    load = new_struct(lib.lsc_load_init)
    load.self_test = flag(self_test, "self_test")
    load.plan_bytes = whole(plan_bytes, "plan_bytes", 2 ** 63 - 1)
    if trusted_keys is None:
        return load, None
    if isinstance(trusted_keys, (str, bytes)):
        raise TypeError("trusted_keys is one text, must be an iterable of PEM texts")
    pems = list(trusted_keys)
    if not pems:
        raise InvalidArgError("trusted_keys has no key in it")
    keys = ffi.new("lsc_public_key[]", len(pems))
    for number, pem in enumerate(pems):
        _public_key(pem, keys + number)
    load.trusted_keys, load.n_trusted_keys = keys, len(pems)
    return load, keys


def _pair(lead: Any) -> Tuple[Any, Any]:
    """A lead and its activities, of a pair or of a lead alone."""
    if not isinstance(lead, tuple):
        return lead, None
    if len(lead) != 2:
        raise InvalidArgError(f"there are {len(lead)} values, must be a lead and its activities")
    return lead


# Looked up once: a vector is scored in the time of a few such look-ups.
_FLOATS = ffi.typeof("float[]")
_from_buffer = ffi.from_buffer
_score_vector = lib.lsc_score_vector
_NAN = float("nan")


#: numpy's class of arrays and its float32, once such a vector came: the next ones are asked for no view, which
#: takes nearly as long as their score does in C.
_array: Any = None
_float32: Any = None


def _in_place(values: Any) -> Any:
    """A vector as float32 of C, in place; None where it is no float32, or has gaps or a mask."""
    global _array, _float32
    try:
        view = memoryview(values)
        if view.format != "f" or view.ndim != 1 or hasattr(values, "filled"):
            return None
        known = sys.modules.get("numpy")
        if known is not None and type(values) is known.ndarray:
            _array, _float32 = known.ndarray, values.dtype
        return _from_buffer(_FLOATS, values)
    except (TypeError, ValueError, BufferError):  # no buffer, or one with gaps
        return None


def _vector(values: Any, pool: _Pool) -> Any:
    """A vector as float32 of C, in place where it is float32 already."""
    columns = _in_place(values)
    return _converted(values, pool) if columns is None else columns


def _names_of(values: Any) -> Optional[List[str]]:
    """The names that a row of a DataFrame or a named tuple has; None for numbers in the model's order."""
    index = getattr(values, "index", None)  # that of a list is a method
    given = list(getattr(values, "_fields", () if index is None or callable(index) else index))
    return given if any(isinstance(name, str) for name in given) else None


def _in_order(values: Any, given: List[str], names: List[str]) -> List[Any]:
    """Values that have names, in the order of the model's columns."""
    by_name = dict(zip(given, values))
    if len(by_name) != len(given):
        raise InvalidArgError("the vector has two values of one name")
    for name in given:
        if name not in names:
            raise NotFoundError(f"the model has no column {name!r}")
    for name in names:
        if name not in by_name:
            raise NotFoundError(f"the vector has no value for {name!r}")
    return [by_name[name] for name in names]


def _converted(values: Any, pool: _Pool) -> Any:
    """Numbers and None as float32 of C."""
    check_listed(values, "the vector")
    if isinstance(values, memoryview) or hasattr(values, "filled"):
        values = values.tolist()  # what is masked is None; and before Python 3.10 a view cannot be gone through
    elif hasattr(values, "to_pylist"):  # of pyarrow
        values = values.to_pylist()
    if isinstance(values, (str, bytes, bytearray, Mapping, Set)) or not hasattr(values, "__iter__"):
        raise TypeError(f"a vector is numbers in order, not {type(values).__name__}")
    given = _names_of(values)
    if given is not None:
        values = _in_order(values, given, pool.names())
    plain = [_NAN if value is None else value for value in values]
    try:
        try:
            return _from_buffer(_FLOATS, array("f", plain))
        except TypeError:
            return _from_buffer(_FLOATS, array("f", [_float(value, i) for i, value in enumerate(plain)]))
    except OverflowError:
        raise InvalidArgError("a number of the vector is beyond the range of float32") from None


def _float(value: Any, place: int) -> float:
    """A value of a vector, looked at."""
    if is_na(value):
        return _NAN
    if isinstance(value, (str, bytes, complex)) or not hasattr(value, "__float__"):
        raise TypeError(f"value {place} of the vector is {type(value).__name__}, must be a number or None")
    return float(value)


class Model:
    """What a bundle (.lsm) holds, checked and ready to score. Immutable: any number of threads use one
    at a time, without waiting for each other; the GIL is released while the library works.

    To replace a model while others score, load the new one and assign it where they look. Closing is
    not needed; a closed model raises ClosedError, and a call that is under way ends as if it were open.
    """

    def __init__(self, pointer: Any) -> None:
        """Of a reference that is given up. Use `Model.load`."""
        held = ffi.gc(pointer, lib.lsc_model_unref)
        self._pool: Optional[_Pool] = _Pool(held)
        self._n_columns = int(lib.lsc_spec_n_columns(lib.lsc_model_spec(held)))

    @classmethod
    def load(cls, source: Any, *, self_test: bool = False,
             trusted_keys: Optional[Iterable[Union[str, bytes]]] = None, plan_bytes: int = 0) -> "Model":
        """Load a bundle from a path (`str`, `os.PathLike`) or its bytes.

        self_test:     score the golden inputs in it, and refuse it when a bit differs.
        trusted_keys:  public keys as PEM: refuse a bundle that none of them signed; None: ask for no
                       signature.
        plan_bytes:    the most memory that is laid out for speed; 0 is the library's default.

        Raises NotFoundError, IoError; BadModelError, BadSpecError, BadJsonError for a damaged or
        hostile bundle; UnsupportedError for a newer format; LimitError; UntrustedError;
        MismatchError when the self-test fails.
        """
        load, keys = _load_options(self_test, trusted_keys, plan_bytes)
        out = ffi.new("lsc_model **")
        error = new_error()
        if isinstance(source, (bytes, bytearray, memoryview)):
            raw = bytes(source)  # nobody changes it meanwhile
            check(lib.lsc_model_load_bytes(raw, len(raw), load, out, error), error)
        else:
            check(lib.lsc_model_load_file(path_bytes(source, "source"), load, out, error), error)
        del keys
        return cls(out[0])

    def close(self) -> None:
        """Give the model up: calls after this raise ClosedError. Closing twice does nothing."""
        self._pool = None

    def __enter__(self) -> "Model":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def __copy__(self: _Model) -> _Model:
        """The same, which is closed by itself."""
        return type(self)(lib.lsc_model_ref(self._pointer))

    def __deepcopy__(self: _Model, memo: object) -> _Model:
        return self.__copy__()

    def __reduce__(self) -> Any:
        raise TypeError("a Model cannot be pickled, as it does not keep its trees as they came: "
                        "pickle the bytes of its bundle, and load them")

    def _open(self) -> _Pool:
        pool = self._pool
        if pool is None:
            raise ClosedError("the model is closed")
        return pool

    @property
    def _pointer(self) -> Any:
        return self._open().model

    @contextmanager
    def _scorer(self, aliases: Optional[Aliases] = None) -> Iterator[_Scorer]:
        """A scorer for one call."""
        pool = self._open()
        scorer = pool.take()
        try:
            scorer.name_by(aliases)
            yield scorer
        finally:
            pool.free.append(scorer)

    # What it is.

    @property
    def info(self) -> ModelInfo:
        """The facts of the model."""
        pointer = self._pointer
        info = new_struct(lib.lsc_model_info_init)
        error = new_error()
        check(lib.lsc_model_get_info(pointer, info, error), error)
        return read_model_info(info)

    @property
    def spec(self) -> Spec:
        """The feature spec of the model."""
        return Spec(lib.lsc_spec_ref(lib.lsc_model_spec(self._pointer)))

    @property
    def n_columns(self) -> int:
        """The width of a feature vector."""
        return self._n_columns

    @property
    def members(self) -> List[str]:
        """The names of what the bundle holds."""
        pointer = self._pointer
        return [text(lib.lsc_model_member_name(pointer, i)) or ""
                for i in range(lib.lsc_model_n_members(pointer))]

    def member(self, name: str) -> bytes:
        """The bytes of what the bundle holds, such as ``"metrics.json"``. Raises NotFoundError; the
        trees themselves are not kept."""
        pointer = self._pointer
        length = ffi.new("size_t *")
        found = lib.lsc_model_member(pointer, c_text(name, "name"), length)
        if found == ffi.NULL:
            raise NotFoundError(f"the model keeps no member {name!r}")
        return bytes(ffi.buffer(found, length[0]))

    def __repr__(self) -> str:
        if self._pool is None:
            return "Model(closed)"
        info = self.info
        return f"Model({info.name!r}, version={info.version!r}, engine={info.engine!r})"

    def _repr_html_(self) -> str:
        return repr(self) if self._pool is None else self.info._repr_html_()

    # Leads.

    def score(self, lead: LeadLike, activities: Optional[ActivitiesLike] = None, *,
              as_of: TimeLike, aliases: Optional[AliasesLike] = None) -> Result:
        """Score a lead as of a time: what is later is not seen.

        aliases:  what the names of its properties mean: an `Aliases`, or the name of one of the library's
                  tables, such as ``"hubspot"``; None: all of these.

        Raises BadJsonError, BadLeadError, LimitError of what was given, NotFoundError for a table of
        another name; a lead of which too little is known, or that may not be profiled, is no error: see
        `Result.status`.
        """
        moment = time_ms(as_of)
        texts = lead_texts(lead, activities)
        named = as_aliases(aliases)
        pool = self._open()
        scorer = pool.take()
        try:
            scorer.name_by(named)
            check(lib.lsc_score_json(scorer.pointer, *texts, moment, scorer.result,
                                     scorer.error), scorer.error)
            return read_result(scorer.bytes)
        finally:
            pool.free.append(scorer)

    def score_many(self, leads: Iterable[Union[LeadLike, Tuple[LeadLike, ActivitiesLike]]], *,
                   as_of: TimeLike, aliases: Optional[AliasesLike] = None) -> Iterator[Result]:
        """Score leads, one at a time as they are asked for. Each is a lead, or a pair of a lead and its
        activities. Raises as `score` does, at the lead that is at fault."""
        moment, named = time_ms(as_of), as_aliases(aliases)
        if isinstance(leads, (str, bytes, bytearray, memoryview, Mapping)) or tables.is_frame(leads):
            raise TypeError(f"leads is {type(leads).__name__}, must be an iterable of leads: score() takes "
                            "one, predict_leads() a table")
        self._open()
        return (self.score(*_pair(lead), as_of=moment, aliases=named) for lead in leads)

    def explain(self, lead: LeadLike, activities: Optional[ActivitiesLike] = None, *,
                as_of: TimeLike, lead_id: Optional[str] = None,
                aliases: Optional[AliasesLike] = None) -> Explanation:
        """Score a lead as of a time and say why: contributions, breakdown, reasons, receipt. `lead_id`
        goes into the JSON. `aliases` are as those of `score`, and so is what it raises."""
        moment = time_ms(as_of)
        texts = lead_texts(lead, activities)
        with self._scorer(as_aliases(aliases)) as scorer:
            check(lib.lsc_explain_json(scorer.pointer, *texts, moment, scorer.explanation,
                                       scorer.error), scorer.error)
            return scorer.read_explanation(lead_id)

    def replay(self, lead: LeadLike, activities: Optional[ActivitiesLike] = None, *,
               receipt: Union[Explanation, str, bytes],
               aliases: Optional[AliasesLike] = None) -> None:
        """Compute an explained score again and compare its bits: raises MismatchError naming what
        differs, or nothing. `receipt` is an Explanation or its JSON, `aliases` what it was made with."""
        wanted = text_bytes(receipt.json if isinstance(receipt, Explanation) else receipt,
                            "receipt")
        held = new_lead(lead, activities, aliases_pointer(aliases))
        with self._scorer() as scorer:
            check(lib.lsc_replay_lead(scorer.pointer, held, wanted, len(wanted), scorer.error),
                  scorer.error)

    # Vectors.

    def score_vector(self, vector: Any) -> Result:
        """Score one feature vector.

        vector:  float32 [n_columns] in the order of `spec.columns`, NaN where a value is missing:
                 a numpy array, an `array('f')`, what `Spec.extract` gives (read in place); or
                 numbers and None (converted). Where its values have names, as a row of a DataFrame of
                 pandas or a named tuple has, they are matched by name, in any order.

        Raises InvalidArgError for another width, or an infinity, naming the column; NotFoundError for a
        name that the model or the vector does not have; TypeError for what has no order.
        """
        pool = self._pool
        if pool is None:
            raise ClosedError("the model is closed")
        columns = None
        if vector.__class__ is _array and vector.dtype is _float32 and vector.ndim == 1:
            try:
                columns = _from_buffer(_FLOATS, vector)
            except (ValueError, BufferError):  # gaps
                pass
        if columns is None:
            columns = _vector(vector, pool)
        try:
            scorer = pool.free.pop()
        except IndexError:
            scorer = _Scorer(pool.model)
        try:
            status = _score_vector(scorer.pointer, columns, len(columns), scorer.result,
                                   scorer.error)
            if status:
                check(status, scorer.error)
            return read_result(scorer.bytes)
        finally:
            pool.free.append(scorer)

    def explain_vector(self, vector: Any) -> Explanation:
        """As `score_vector`, and why. Reasons name no activities."""
        columns = _vector(vector, self._open())
        with self._scorer() as scorer:
            check(lib.lsc_explain_vector(scorer.pointer, columns, len(columns),
                                         scorer.explanation, scorer.error), scorer.error)
            return scorer.read_explanation(None)

    # Tables.

    def predict(self, table: Any, *, output: str = "probability",
                ignore_unknown: bool = False) -> Any:
        """Score a table of feature vectors.

        table:   numbers [n_rows][n_columns] as a numpy array, its columns in the order of
                 `spec.columns`; or a DataFrame of pandas or Polars, or anything with
                 `__arrow_c_stream__` or `__arrow_c_array__`, its columns matched by name, in any order.
                 NaN and null are missing.
        output:  ``"probability"``, calibrated, or ``"margin"``, log-odds; points of a scorecard.
        ignore_unknown:  pass over columns that the model does not have.

        Returns a numpy array, float32 [n_rows]. float32 in C order and columns of numbers are read in
        place. Raises InvalidArgError for another width or an infinity, NotFoundError for a name that
        the model or the table does not have, TypeError for what is no number.
        """
        if output not in ("probability", "margin"):
            raise InvalidArgError(f"output is {output!r}, must be 'probability' or 'margin'")
        return self._compute(tables.PROBABILITIES if output == "probability" else tables.MARGINS, table,
                             ignore_unknown)

    def contributions(self, table: Any, *, ignore_unknown: bool = False) -> Any:
        """Contributions of the rows of a table, as `predict` takes it: exact TreeSHAP in log-odds, or
        points of a scorecard.

        Returns a numpy array, float32 [n_rows][n_columns + 1], the base value last: a row sums to the
        margin.
        """
        return self._compute(tables.CONTRIBUTIONS, table, ignore_unknown)

    def _compute(self, what: int, table: Any, ignore_unknown: bool) -> Any:
        with self._scorer() as scorer:
            computation = tables.Computation(scorer.pointer, scorer.error, what, self._n_columns)
            return computation.of(table, scorer.spec, ignore_unknown)

    def score_table(self, table: Any, *, ignore_unknown: bool = False) -> List[capsules.Scores]:
        """Everything about the score of each row of a table with names: probability, interval,
        confidence, score, grade, margin, raw probability, points, null where there is none.

        Returns tables of Arrow, one for each that was read (of a DataFrame of pandas, one):
        `polars.DataFrame(scores)`, `pyarrow.record_batch(scores)`. Needs neither Arrow nor numpy for
        what speaks Arrow itself. Raises as `predict`.
        """
        return self._make_tables(lib.lsc_arrow_score, table, ignore_unknown)

    def contributions_table(self, table: Any, *,
                            ignore_unknown: bool = False) -> List[capsules.Scores]:
        """As `score_table`, a column of contributions for each of the model, and `base_value`."""
        return self._make_tables(lib.lsc_arrow_contributions, table, ignore_unknown)

    def _make_tables(self, call: Any, table: Any, ignore_unknown: bool) -> List[capsules.Scores]:
        options = tables.arrow_options(ignore_unknown)
        with self._scorer() as scorer:
            schema, arrays = tables.each_array(table, scorer.spec, ignore_unknown)
            return tables.make_each(arrays, lambda array: tables.make_table(
                call, scorer.pointer, array, schema, options, error=scorer.error))

    # Tables of leads.

    def predict_leads(self, table: Any, *, as_of: TimeLike, output: str = "probability",
                      aliases: Optional[AliasesLike] = None, ignore_unknown: bool = False) -> Any:
        """Score a table of leads, a lead a row, as `score` does each.

        table:   a DataFrame of pandas or Polars (both through pyarrow), or anything with
                 `__arrow_c_stream__` or `__arrow_c_array__`. Its columns are properties, named as in JSON:
                 by dotted names, or in structs; ``"activities"`` is a list of structs (docs/arrow.md).
                 Null and NaN are missing, and a timestamp without a zone counts as UTC.
        output:  ``"probability"``, calibrated; ``"margin"``, log-odds, points of a scorecard; or
                 ``"score"``, 0 to 100.
        aliases:  what columns mean, as in `score`.
        ignore_unknown:  pass over columns of types that are not read.

        Returns a numpy array, float32 [n_rows], NaN where a lead has none. Raises InvalidArgError or
        BadLeadError naming row and column of a value that is none, UnsupportedError naming a column of a
        type that is not read, TypeError for what is no table; pyarrow's own of what it makes no table of.
        """
        leads = LeadTable(table, time_ms(as_of), aliases, ignore_unknown)
        with self._scorer() as scorer:
            return leads.output(scorer.pointer, output)

    def score_leads(self, table: Any, *, as_of: TimeLike, aliases: Optional[AliasesLike] = None,
                    ignore_unknown: bool = False) -> List[capsules.Scores]:
        """Everything about the score of each lead of a table, as `predict_leads` takes it: what
        `score_table` gives, and a column ``"status"``: 0: scored, 1: too little is known, 2: suppressed.
        All else is null where a lead has no score. Needs no numpy. Raises as `predict_leads`."""
        leads = LeadTable(table, time_ms(as_of), aliases, ignore_unknown)
        with self._scorer() as scorer:
            return leads.made(lib.lsc_arrow_score_leads, scorer.pointer)

    def contributions_leads(self, table: Any, *, as_of: TimeLike, aliases: Optional[AliasesLike] = None,
                            ignore_unknown: bool = False) -> List[capsules.Scores]:
        """As `score_leads`, what `contributions_table` gives for the features of each lead, and the column
        ``"status"``; all else is null where a lead has no score."""
        leads = LeadTable(table, time_ms(as_of), aliases, ignore_unknown)
        with self._scorer() as scorer:
            return leads.made(lib.lsc_arrow_contributions_leads, scorer.pointer)


def as_model(given: Any, name: str = "model") -> Model:
    """What is given as one."""
    if not isinstance(given, Model):
        raise TypeError(f"{name} is {type(given).__name__}, must be a Model")
    return given


def build_scorecard(name: str, spec: Union[Mapping[str, Any], str, bytes],
                    scorecard: Union[Mapping[str, Any], str, bytes]) -> bytes:
    """The bundle of a scorecard (docs/scorecard.md): a model that needs no history.

    Raises BadSpecError naming the member at fault, BadJsonError, LimitError.
    """
    specs, cards = json_bytes(spec, "spec"), json_bytes(scorecard, "scorecard")
    out, length = ffi.new("void **"), ffi.new("size_t *")
    error = new_error()
    check(lib.lsc_scorecard_build(c_text(name, "name"), specs, len(specs), cards, len(cards), out,
                                  length, error), error)
    return take_bundle(out, length)


def take_bundle(out: Any, length: Any) -> bytes:
    """The bytes of a bundle that the library gave away, which is then freed."""
    try:
        return bytes(ffi.buffer(out[0], length[0]))
    finally:
        lib.lsc_bundle_free(out[0])


def import_model(source: Any, *, name: Optional[str] = None,
                 spec: Union[Mapping[str, Any], str, bytes, None] = None) -> bytes:
    """The bundle of a model that XGBoost 1.6 to 3.x saved as JSON or UBJSON, from a path or its bytes
    (docs/import.md). Raises BadModelError, UnsupportedError naming what is not read."""
    options = new_struct(lib.lsc_import_init)
    c_name = optional_text(name, "name")
    options.name = c_name
    if spec is not None:
        raw = json_bytes(spec, "spec")
        c_spec = ffi.new("char[]", raw)
        options.spec_json, options.spec_length = c_spec, len(raw)
    out, length = ffi.new("void **"), ffi.new("size_t *")
    error = new_error()
    if isinstance(source, (bytes, bytearray, memoryview)):
        raw = bytes(source)
        check(lib.lsc_model_import_bytes(raw, len(raw), options, out, length, error), error)
    else:
        check(lib.lsc_model_import_file(path_bytes(source, "source"), options, out, length, error),
              error)
    return take_bundle(out, length)


def _public_key(pem: Union[str, bytes], into: Any) -> None:
    raw = text_bytes(pem, "public key")
    error = new_error()
    check(lib.lsc_public_key_read(raw, len(raw), into, error), error)


def public_key_id(pem: Union[str, bytes]) -> str:
    """The id of an Ed25519 public key as PEM, by which a signature names it. Raises BadKeyError."""
    key, out = ffi.new("lsc_public_key *"), ffi.new("char[33]")
    _public_key(pem, key)
    error = new_error()
    check(lib.lsc_public_key_id(key, out, error), error)
    return text(out) or ""


def sign_bundle(bundle: bytes, private_key: Union[str, bytes],
                passphrase: Optional[str] = None) -> bytes:
    """A bundle signed with an Ed25519 private key as PEM. Raises BadKeyError, and what
    `Model.load` raises of the bundle."""
    raw, pem = text_bytes(bundle, "bundle"), text_bytes(private_key, "private_key")
    out, length = ffi.new("void **"), ffi.new("size_t *")
    error = new_error()
    check(lib.lsc_bundle_sign(raw, len(raw), pem, len(pem), optional_text(passphrase, "passphrase"),
                              out, length, ffi.NULL, error), error)
    return take_bundle(out, length)
