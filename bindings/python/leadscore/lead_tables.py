"""Leads by the table, a lead a row: what is given as Arrow, pandas or Polars, and what is made of it."""

from __future__ import annotations

import importlib
from typing import Any, List, Optional, Tuple

from ._native import ffi, lib
from .aliases import AliasesLike, aliases_pointer
from .capsules import Scores, Table, released
from .errors import InvalidArgError, check, new_error
from .tables import arrow_options, arrow_table, check_name, make_each, make_table, module_of, numpy

#: Columns of scores that an output is taken from: the first that is not null.
_OUTPUTS = {"probability": ("probability",), "margin": ("margin", "points"), "score": ("score",)}
#: numpy's names of Arrow's formats of numbers.
_DTYPES = {b"f": "f4", b"g": "f8", b"i": "i4"}


def _as_arrow(table: Any) -> Any:
    """What gives a table as Arrow: of pandas, which has texts, times and lists as objects, one of pyarrow."""
    if module_of(table) not in ("pandas", "polars"):
        return table
    if all(kind.__name__ != "DataFrame" for kind in type(table).__mro__):
        raise TypeError(f"a {type(table).__name__} is no table: give a DataFrame")
    if module_of(table) == "polars":
        return table
    for number, name in enumerate(table.columns):
        check_name(name, number)
    try:
        pyarrow = importlib.import_module("pyarrow")
    except ImportError:
        raise ImportError("leads in a DataFrame of pandas are read through pyarrow: "
                          "pip install pyarrow") from None
    return pyarrow.Table.from_pandas(table, preserve_index=False)


def _column(np: Any, array: Any, schema: Any, number: int) -> Any:
    """A column of numbers that the library made, as float32 [n_rows]; null is NaN."""
    n_rows, child = array.length, array.children[number]
    dtype = np.dtype(_DTYPES[ffi.string(schema.children[number].format)])
    if n_rows == 0:
        return np.empty(0, dtype=np.float32)
    held = ffi.buffer(child.buffers[1], n_rows * dtype.itemsize)
    values = np.frombuffer(held, dtype).astype(np.float32)
    if child.buffers[0] != ffi.NULL:
        bits = np.frombuffer(ffi.buffer(child.buffers[0], (n_rows + 7) // 8), np.uint8)
        values[np.unpackbits(bits, count=n_rows, bitorder="little") == 0] = np.nan
    return values


def _features(np: Any, array: Any, schema: Any) -> Any:
    """All columns as rows, float32 [n_rows][n_columns]."""
    rows = np.empty((array.length, schema.n_children), dtype=np.float32)
    for number in range(schema.n_children):
        rows[:, number] = _column(np, array, schema, number)
    return rows


def _output(np: Any, array: Any, schema: Any, names: Tuple[str, ...]) -> Any:
    """The first of some columns that is not null, float32 [n_rows]."""
    numbers = {ffi.string(schema.children[i].name).decode(): i for i in range(schema.n_children)}
    columns = [_column(np, array, schema, numbers[name]) for name in names]
    for other in columns[1:]:
        columns[0] = np.where(np.isnan(columns[0]), other, columns[0])
    return columns[0]


class LeadTable:
    """A table of leads, as of a time."""

    def __init__(self, table: Any, as_of_ms: int, aliases: Optional[AliasesLike],
                 ignore_unknown: bool) -> None:
        self._table: Table = arrow_table(_as_arrow(table), "a DataFrame of pandas or Polars")
        self._as_of_ms = as_of_ms
        self._aliases = aliases  # as long as the options
        self._options = arrow_options(ignore_unknown)
        self._options.aliases = aliases_pointer(aliases)
        self._error = new_error()

    def made(self, call: Any, scorer: Any) -> List[Scores]:
        """What a call makes of each table that was read."""
        return make_each(self._table.arrays, lambda array: make_table(
            call, scorer, array, self._table.schema, self._as_of_ms, self._options, error=self._error))

    def output(self, scorer: Any, output: str) -> Any:
        """Of all scores one, float32 [n_rows]; NaN where there is none."""
        if output not in _OUTPUTS:
            raise InvalidArgError(f"output is {output!r}, must be one of {', '.join(_OUTPUTS)}")
        names = _OUTPUTS[output]
        return self._each(lib.lsc_arrow_score_leads, scorer, (0,),
                          lambda np, array, schema: _output(np, array, schema, names))

    def features(self, spec: Any) -> Any:
        """Vectors, float32 [n_rows][n_columns]."""
        return self._each(lib.lsc_arrow_extract, spec, (0, lib.lsc_spec_n_columns(spec)), _features)

    def _each(self, call: Any, by: Any, empty: Tuple[int, ...], read: Any) -> Any:
        """What is read of what a call makes of each table, one behind the other."""
        np = numpy()

        def read_one(array: Any) -> Any:
            with released("struct ArrowArray") as made, released("struct ArrowSchema") as schema:
                check(call(by, array, self._table.schema, self._as_of_ms, self._options, made, schema,
                           self._error), self._error)
                return read(np, made, schema)

        parts = make_each(self._table.arrays, read_one)
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else np.empty(empty, dtype=np.float32)
