"""Feature vectors by the table: what is given as numpy, pandas, Polars or Arrow, as rows of float32.

Rows of float32 in C order, as wide as the model, are read where they are. Of any other numpy array,
float32 is made block by block. Of tables with names, columns are read where they are, and matched by name.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Callable, Iterator, List, Optional, Tuple, TypeVar

from ._native import ffi, lib
from .capsules import Scores, Table, allocate, one_array, read_array, read_stream, release
from .errors import Error, InvalidArgError, NotFoundError, check, new_error, text
from .inputs import flag, new_struct

#: Rows that are made float32 together: many to a call, few enough to stay in the cache.
BLOCK_ROWS = 1024
#: Numbers of rows that are scored together, and made of columns before: few enough to stay in the cache, and so many
#: that each column is read for a while.
PIECE_FLOATS = 32768
#: What is computed of rows, as lscpy_compute() has it.
PROBABILITIES, MARGINS, CONTRIBUTIONS = range(3)

#: Arrow's formats of numpy's numbers.
_FORMATS = {"b1": b"C", "i1": b"c", "u1": b"C", "i2": b"s", "u2": b"S", "i4": b"i", "u4": b"I",
            "i8": b"l", "u8": b"L", "f4": b"f", "f8": b"g"}

#: The same as C has them, for good.
_C_FORMATS = {name: ffi.new("char[]", letter) for name, letter in _FORMATS.items()}

_Made = TypeVar("_Made")

_WITH_NAMES = "a DataFrame of pandas or Polars"
_WANTED = f"a numpy array of two dimensions, {_WITH_NAMES}"


def numpy() -> Any:
    """numpy, which tables need."""
    try:
        import numpy as module
    except ImportError:
        raise ImportError("tables of feature vectors need numpy: pip install numpy") from None
    return module


def column_names(spec: Any) -> List[str]:
    """The names of the columns of an lsc_spec, in order."""
    return [text(lib.lsc_spec_column_name(spec, i)) or ""
            for i in range(lib.lsc_spec_n_columns(spec))]


def module_of(table: Any) -> str:
    """The package that a table is of: pandas and Polars also where somebody's own class is made from theirs."""
    packages = [kind.__module__.partition(".")[0] for kind in type(table).__mro__]
    return next((package for package in packages if package in ("pandas", "polars")), packages[0])


def is_frame(table: Any) -> bool:
    """Whether it is a DataFrame, which is gone through by its names or columns, not its rows."""
    return module_of(table) in ("pandas", "polars") and hasattr(table, "columns")


def _is_pandas(table: Any) -> bool:
    return module_of(table) == "pandas"


def _check_numbers(dtype: Any, what: str) -> None:
    if dtype.kind not in "biuf" or dtype.itemsize > 8:
        raise TypeError(f"{what} is of dtype {dtype}, must be numbers or booleans")


def _narrow(np: Any, block: Any) -> Any:
    """As float32. Finite values beyond its range become its largest, as everywhere in the library."""
    with np.errstate(over="ignore", invalid="ignore"):
        narrow = np.require(block, np.float32, ["C", "A"])
    if block.dtype.kind == "f" and block.dtype.itemsize == 8:
        infinite = np.isinf(narrow)
        if infinite.any():
            lost = infinite & np.isfinite(block)
            narrow[lost] = np.copysign(np.finfo(np.float32).max, block[lost])
    return narrow


def _check_array(array: Any, n_columns: int) -> None:
    if array.ndim != 2:
        raise InvalidArgError(f"the array has {array.ndim} dimensions, must be 2: rows and columns")
    if array.shape[1] != n_columns:
        raise InvalidArgError(
            f"the array has {array.shape[1]} columns, the model has {n_columns}")
    _check_numbers(array.dtype, "the array")


def _array_blocks(np: Any, array: Any, order: Any) -> Iterator[Tuple[int, int, Any]]:
    """Rows of float32 [n][n_columns] in C order, each block with the number of its first row; of columns
    in another order, that of the model."""
    if isinstance(array, np.ma.MaskedArray):
        array = array.astype(np.float64).filled(np.nan)
    in_place = array.dtype == np.float32 and array.dtype.isnative and array.flags.c_contiguous and array.flags.aligned
    if in_place and order is None:
        if len(array) > 0:
            yield 0, len(array), ffi.from_buffer("float[]", array)
        return
    for first in range(0, len(array), BLOCK_ROWS):
        block = array[first:first + BLOCK_ROWS]
        narrow = _narrow(np, block if order is None else np.take(block, order, axis=1, mode="clip"))
        yield first, len(narrow), ffi.from_buffer("float[]", narrow)


def _series_values(np: Any, series: Any, name: str) -> Any:
    """A column of pandas as a contiguous numpy array, without a copy where that can be."""
    dtype = series.dtype
    if not isinstance(dtype, np.dtype):  # pandas' own: nullable, categorical, Arrow's
        if getattr(dtype, "kind", "O") not in "biuf":
            raise TypeError(f"column {name!r} is of dtype {dtype}, must be numbers or booleans")
        return np.ascontiguousarray(series.to_numpy(dtype="float64", na_value=np.nan))
    _check_numbers(dtype, f"column {name!r}")
    values = series.to_numpy()
    if dtype.kind == "f" and dtype.itemsize == 2:
        values = values.astype(np.float32)
    return np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("="))


def check_name(name: object, number: int) -> None:
    """Whether columns can be matched by it."""
    if not isinstance(name, str):
        raise TypeError(f"column {number} is called {name!r}: names must be str, so that "
                        "columns can be matched with the model's")


def _known_columns(frame: Any, spec: Any, ignore_unknown: bool) -> Any:
    """A DataFrame's columns, all of them or those that a spec knows."""
    if not hasattr(frame, "columns"):
        raise TypeError(f"a {type(frame).__name__} of pandas is no table: give a DataFrame")
    if not ignore_unknown:
        return frame
    known = set(column_names(spec))
    return frame.loc[:, [name in known for name in frame.columns]]


def _first_values(np: Any, frame: Any) -> Any:
    """The memory of a DataFrame's first column; None where it has no rows, or no array of numpy. pandas makes an
    object of each column that it is asked for, which takes as long as scoring many rows."""
    if 0 in frame.shape:
        return None
    series = next(iter(frame.items()))[1]
    return series.to_numpy() if isinstance(series.dtype, np.dtype) else None


def _row_major(np: Any, frame: Any, spec: Any) -> Optional[Tuple[Any, Any]]:
    """The memory of a DataFrame that holds its numbers row by row, as one made of an array of numpy
    without a copy does, and the order in which the model has its columns; None where it is as it should
    be. None alone: it holds them otherwise, or its names are not those of the model."""
    first = _first_values(np, frame)
    if first is None or len(first) < 2 or first.strides[0] == first.itemsize:
        return None
    names, listed = column_names(spec), frame.columns.tolist()
    dtypes = set(frame.dtypes)
    if len(dtypes) != 1 or not isinstance(next(iter(dtypes)), np.dtype):
        return None
    dtype = dtypes.pop()
    if dtype.kind not in "iuf" or dtype.itemsize > 8 or len(listed) != len(names) or set(listed) != set(names):
        return None
    array = frame.to_numpy()
    return array, None if listed == names else [listed.index(name) for name in names]


def _is_by_column(array: Any) -> bool:
    """Whether an array of two dimensions holds numbers as Arrow has them, column by column."""
    dtype = array.dtype
    return (0 not in array.shape and (array.strides[0] == dtype.itemsize or len(array) == 1)
            and dtype.str[1:] in _FORMATS and bool(dtype.isnative and array.flags.aligned))


def _whole_array(np: Any, frame: Any) -> Any:
    """The numbers of a DataFrame that holds them in one array, column by column, as [rows][columns]; None where it
    does not."""
    first = _first_values(np, frame)
    if first is None or first.base is None or frame.shape[1] not in first.base.shape:
        return None
    array = frame.to_numpy()
    is_theirs = array.ctypes.data == first.ctypes.data  # and no copy, as it is of columns of several kinds
    return array if is_theirs and _is_by_column(array) else None


#: Of each column of a table its format and where its values are; and what keeps them there.
_Columns = Tuple[List[Any], List[Any], Any]


def _array_columns(array: Any) -> _Columns:
    first, stride = ffi.cast("char *", array.ctypes.data), array.strides[1]
    n_columns = array.shape[1]
    formats = [_C_FORMATS[array.dtype.str[1:]]] * n_columns
    return formats, [first + number * stride for number in range(n_columns)], array


def _frame_columns(np: Any, frame: Any) -> _Columns:
    array = _whole_array(np, frame)
    if array is not None:
        return _array_columns(array)
    columns = [_series_values(np, series, name) for name, series in frame.items()]
    formats = [_C_FORMATS[values.dtype.str[1:]] for values in columns]
    return formats, [ffi.from_buffer(values) if len(values) else ffi.NULL for values in columns], columns


def _is_text(name: str) -> bool:
    """Whether C can be given it: one with a NUL, or half of a surrogate pair, it cannot."""
    return "\0" not in name and (name.isascii() or name.encode("utf-8", "replace").decode("utf-8") == name)


def _frame_names(frame: Any) -> List[str]:
    names: List[str] = frame.columns.tolist()
    for number, name in enumerate(names):
        check_name(name, number)
        if not _is_text(name):
            raise NotFoundError(f"column {number} is called {name!r}, which no column of a model is")
    return names


def _described(n_rows: int, names: List[str], columns: _Columns) -> Table:
    """A table of Arrow over the memory of columns."""
    formats, values, keep = columns
    n_columns = len(names)
    joined = "".join([name + "\0" for name in names]).encode("utf-8")
    parts = (ffi.from_buffer("char[]", joined), ffi.new("char *[]", formats), ffi.new("void *[]", values),
             ffi.new("struct ArrowSchema[]", n_columns + 1), ffi.new("struct ArrowSchema *[]", n_columns),
             ffi.new("struct ArrowArray[]", n_columns + 1), ffi.new("struct ArrowArray *[]", n_columns),
             ffi.new("const void *[]", 2 * n_columns + 1))
    lib.lscpy_describe_table(n_columns, n_rows, *parts)
    return Table(parts[3] + 0, one_array(parts[5] + 0, (parts, formats, values, keep)))


def _pandas_table(np: Any, frame: Any) -> Table:
    return _described(len(frame), _frame_names(frame), _frame_columns(np, frame))


def arrow_table(table: Any, wanted: str) -> Table:
    """The table that an object gives as Arrow; `wanted` says what else it might have been."""
    if hasattr(table, "__arrow_c_stream__"):
        return read_stream(table)
    if hasattr(table, "__arrow_c_array__"):
        return read_array(table)
    raise TypeError(
        f"{type(table).__name__} is no table: give {wanted}, or what has __arrow_c_stream__ or "
        "__arrow_c_array__")


def make_table(call: Any, *arguments: Any, error: Any) -> Scores:
    """A table of Arrow that a call of the library makes."""
    out, out_schema = allocate("struct ArrowArray"), allocate("struct ArrowSchema")
    status = call(*arguments, out, out_schema, error)
    if status != 0:
        release(out)
        release(out_schema)
    check(status, error)
    return Scores(out, out_schema)


@contextmanager
def rows_from(first: int) -> Iterator[None]:
    """Of a part of a table, whose rows the library counts from its first: say in errors which row that is."""
    try:
        yield
    except Error as reason:
        if first == 0:
            raise
        raise type(reason)(f"in the rows from {first} on, {reason.message}", reason.offset) from None


def make_each(arrays: Iterator[Any], make: Callable[[Any], _Made]) -> List[_Made]:
    """What is made of each array of a table."""
    made, first = [], 0
    for array in arrays:
        with rows_from(first):
            made.append(make(array))
        first += array.length
    return made


def arrow_options(ignore_unknown: bool) -> Any:
    """An lsc_arrow_options."""
    options = new_struct(lib.lsc_arrow_options_init)
    options.ignore_unknown = flag(ignore_unknown, "ignore_unknown")
    return options


def _new_reader(spec: Any, table: Table, ignore_unknown: bool) -> Any:
    out = ffi.new("lsc_arrow_reader **")
    error = new_error()
    check(lib.lsc_arrow_reader_new(spec, table.schema, arrow_options(ignore_unknown), out, error),
          error)
    return ffi.gc(out[0], lib.lsc_arrow_reader_free)


class Computation:
    """What is computed of the rows of a table: float32, so many values of each."""

    def __init__(self, scorer: Any, error: Any, what: int, n_columns: int) -> None:
        self._scorer, self._error, self._what, self._n_columns = scorer, error, what, n_columns
        self._width = n_columns + 1 if what == CONTRIBUTIONS else 1
        self._n_piece = max(PIECE_FLOATS // (n_columns + 1) // 64, 1) * 64

    def of(self, table: Any, spec: Any, ignore_unknown: bool) -> Any:
        """Of whatever is a table: an array [n_rows], of contributions [n_rows][n_columns + 1]."""
        np = numpy()
        flag(ignore_unknown, "ignore_unknown")
        if isinstance(table, np.ndarray):
            out = self._of_numpy(np, spec, table)
        elif _is_pandas(table):
            out = self._of_pandas(np, spec, table, ignore_unknown)
        else:
            out = self._of_table(np, spec, arrow_table(table, _WANTED), ignore_unknown)
        return out if self._what == CONTRIBUTIONS else out.reshape(-1)

    def _of_numpy(self, np: Any, spec: Any, array: Any) -> Any:
        _check_array(array, self._n_columns)
        if not isinstance(array, np.ma.MaskedArray):
            array = np.asarray(array)  # a matrix of numpy's would stay one when indexed
            if not array.flags.c_contiguous and _is_by_column(array):
                columns = _described(len(array), column_names(spec), _array_columns(array))
                return self._of_table(np, spec, columns, False)
        return self._of_array(np, array, None)

    def _of_pandas(self, np: Any, spec: Any, table: Any, ignore_unknown: bool) -> Any:
        frame = _known_columns(table, spec, ignore_unknown)
        held = _row_major(np, frame, spec)
        return (self._of_table(np, spec, _pandas_table(np, frame), ignore_unknown) if held is None
                else self._of_array(np, *held))

    def _of_array(self, np: Any, array: Any, order: Any) -> Any:
        out = np.empty((len(array), self._width), dtype=np.float32)
        for first, n, rows in _array_blocks(np, array, order):
            status = lib.lscpy_compute(self._scorer, self._what, rows, n, self._n_piece, self._n_columns,
                                       ffi.from_buffer("float[]", out[first:first + n]), self._error)
            if status != 0:
                with rows_from(first):
                    check(status, self._error)
        return out

    def _of_table(self, np: Any, spec: Any, table: Table, ignore_unknown: bool) -> Any:
        reader = _new_reader(spec, table, ignore_unknown)
        block = ffi.new("float[]", self._n_piece * self._n_columns)

        def compute(array: Any) -> Any:
            part = np.empty((max(array.length, 0), self._width), dtype=np.float32)
            out = ffi.from_buffer("float[]", part) if len(part) else ffi.NULL
            check(lib.lscpy_compute_table(self._scorer, self._what, reader, array, block,
                                          self._n_piece, self._n_columns, out, self._error), self._error)
            return part

        parts = make_each(table.arrays, compute)
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else np.empty((0, self._width), dtype=np.float32)


def each_array(table: Any, spec: Any, ignore_unknown: bool) -> Tuple[Any, Iterator[Any]]:
    """The schema and arrays of a table with names."""
    if _is_pandas(table):
        read = _pandas_table(numpy(), _known_columns(table, spec, ignore_unknown))
    else:
        read = arrow_table(table, _WITH_NAMES)
    return read.schema, read.arrays
