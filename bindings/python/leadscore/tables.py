"""Feature vectors by the table: what is given as numpy, pandas, Polars or Arrow, as rows of float32.

Rows of float32 in C order, as wide as the model, are read where they are. Of any other numpy array,
float32 is made block by block. Of tables with names, columns are read where they are, and matched by name.
"""

from __future__ import annotations

from typing import Any, Callable, Iterator, List, Optional, Set, Tuple

from ._native import ffi, lib
from .capsules import Table, read_array, read_stream
from .errors import InvalidArgError, check, new_error, text

#: Rows that are made float32 together: many to a call, few enough to stay in the cache.
BLOCK_ROWS = 1024

#: Arrow's formats of numpy's numbers.
_FORMATS = {"b1": b"C", "i1": b"c", "u1": b"C", "i2": b"s", "u2": b"S", "i4": b"i", "u4": b"I",
            "i8": b"l", "u8": b"L", "f4": b"f", "f8": b"g"}


def numpy() -> Any:
    """numpy, which tables need."""
    try:
        import numpy as module
    except ImportError:
        raise ImportError("tables of feature vectors need numpy: pip install numpy") from None
    return module


def _is_pandas(table: Any) -> bool:
    return type(table).__module__.partition(".")[0] == "pandas"


def _check_numbers(dtype: Any, what: str) -> None:
    if dtype.kind not in "biuf" or dtype.itemsize > 8:
        raise TypeError(f"{what} is of dtype {dtype}, must be numbers or booleans")


class Blocks:
    """Rows of float32 [n][n_columns] in C order, each block with the number of its first row."""

    def __init__(self, n_rows: int, blocks: Iterator[Tuple[int, int, Any]]) -> None:
        self.n_rows = n_rows  # -1: not known before the end
        self.blocks = blocks


def _narrow(np: Any, block: Any) -> Any:
    """As float32. Finite values beyond its range become its largest, as everywhere in the library."""
    with np.errstate(over="ignore", invalid="ignore"):
        narrow = np.ascontiguousarray(block, dtype=np.float32)
    if block.dtype.kind == "f" and block.dtype.itemsize == 8:
        lost = np.isinf(narrow) & np.isfinite(block)
        if lost.any():
            largest = np.finfo(np.float32).max
            narrow[lost] = np.copysign(largest, block[lost])
    return narrow


def _array_blocks(np: Any, array: Any, n_columns: int) -> Blocks:
    if isinstance(array, np.ma.MaskedArray):
        array = array.astype(np.float64).filled(np.nan)
    if array.ndim != 2:
        raise InvalidArgError(f"the array has {array.ndim} dimensions, must be 2: rows and columns")
    if array.shape[1] != n_columns:
        raise InvalidArgError(
            f"the array has {array.shape[1]} columns, the model has {n_columns}")
    _check_numbers(array.dtype, "the array")
    n_rows = array.shape[0]
    if array.dtype == np.float32 and array.dtype.isnative and array.flags.c_contiguous:
        whole = ffi.from_buffer("float[]", array) if n_rows > 0 else ffi.NULL
        return Blocks(n_rows, iter([(0, n_rows, whole)]))

    def blocks() -> Iterator[Tuple[int, int, Any]]:
        for first in range(0, n_rows, BLOCK_ROWS):
            narrow = _narrow(np, array[first:first + BLOCK_ROWS])
            yield first, len(narrow), ffi.from_buffer("float[]", narrow)

    return Blocks(n_rows, blocks())


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


def _column_names(spec: Any) -> Set[str]:
    return {text(lib.lsc_spec_column_name(spec, i)) or ""
            for i in range(lib.lsc_spec_n_columns(spec))}


def _pandas_table(np: Any, frame: Any, known: Optional[Set[str]]) -> Table:
    """A table of Arrow over the memory of a DataFrame's columns, all of them or those that are known."""
    if not hasattr(frame, "columns"):
        raise TypeError(f"a {type(frame).__name__} of pandas is no table: give a DataFrame")
    if known is not None:
        frame = frame.loc[:, [name in known for name in frame.columns]]
    keep: List[Any] = []
    n_columns = len(frame.columns)
    schemas = ffi.new("struct ArrowSchema[]", n_columns)
    arrays = ffi.new("struct ArrowArray[]", n_columns)
    schema = ffi.new("struct ArrowSchema *")
    array = ffi.new("struct ArrowArray *")
    for number, (name, series) in enumerate(frame.items()):
        if not isinstance(name, str):
            raise TypeError(f"column {number} is called {name!r}: names must be str, so that "
                            "columns can be matched with the model's")
        values = _series_values(np, series, name)
        buffers = ffi.new("void *[]", [ffi.NULL, ffi.from_buffer(values) if len(values)
                                       else ffi.NULL])
        c_name = ffi.new("char[]", name.encode("utf-8"))
        c_format = ffi.new("char[]", _FORMATS[values.dtype.str[1:]])
        schemas[number].format, schemas[number].name = c_format, c_name
        schemas[number].release = _NOTHING_SCHEMA
        arrays[number].length, arrays[number].n_buffers = len(values), 2
        arrays[number].buffers = ffi.cast("const void **", buffers)
        arrays[number].release = _NOTHING_ARRAY
        keep += [values, buffers, c_name, c_format]
    schema_children = ffi.new("struct ArrowSchema *[]", [schemas + i for i in range(n_columns)])
    array_children = ffi.new("struct ArrowArray *[]", [arrays + i for i in range(n_columns)])
    no_buffer = ffi.new("void *[]", 1)
    struct_format = ffi.new("char[]", b"+s")
    schema.format, schema.n_children, schema.children = struct_format, n_columns, schema_children
    schema.release = _NOTHING_SCHEMA
    array.length, array.n_buffers, array.n_children = len(frame), 1, n_columns
    array.buffers, array.children = ffi.cast("const void **", no_buffer), array_children
    array.release = _NOTHING_ARRAY
    keep += [schemas, arrays, schema_children, array_children, no_buffer, struct_format]
    return Table(schema, _keeping(array, keep))


def _keeping(array: Any, keep: Any) -> Iterator[Any]:
    yield array


#: Arrays over Python's memory own nothing; these only say that they are not released.
_NOTHING_SCHEMA = ffi.cast("void (*)(struct ArrowSchema *)",
                           ffi.addressof(lib, "lscpy_own_nothing"))
_NOTHING_ARRAY = ffi.cast("void (*)(struct ArrowArray *)",
                          ffi.addressof(lib, "lscpy_own_nothing"))


def _table_of(table: Any, spec: Any, ignore_unknown: bool) -> Table:
    if _is_pandas(table):
        return _pandas_table(numpy(), table, _column_names(spec) if ignore_unknown else None)
    if hasattr(table, "__arrow_c_stream__"):
        return read_stream(table)
    if hasattr(table, "__arrow_c_array__"):
        return read_array(table)
    raise TypeError(
        f"{type(table).__name__} is no table: give a numpy array of two dimensions, a DataFrame of "
        "pandas or Polars, or what has __arrow_c_stream__ or __arrow_c_array__")


def arrow_options(ignore_unknown: bool) -> Any:
    """An lsc_arrow_options."""
    options = ffi.new("lsc_arrow_options *")
    lib.lsc_arrow_options_init(options, ffi.sizeof("lsc_arrow_options"))
    options.ignore_unknown = ignore_unknown
    return options


def _new_reader(spec: Any, table: Table, ignore_unknown: bool) -> Any:
    out = ffi.new("lsc_arrow_reader **")
    error = new_error()
    check(lib.lsc_arrow_reader_new(spec, table.schema, arrow_options(ignore_unknown), out, error),
          error)
    return ffi.gc(out[0], lib.lsc_arrow_reader_free)


def _table_blocks(spec: Any, table: Table, n_columns: int, ignore_unknown: bool) -> Blocks:
    reader = _new_reader(spec, table, ignore_unknown)
    error = new_error()
    rows = ffi.new("float[]", BLOCK_ROWS * n_columns)

    def blocks() -> Iterator[Tuple[int, int, Any]]:
        before = 0
        for array in table.arrays:
            for first in range(0, max(array.length, 1), BLOCK_ROWS):
                n = min(BLOCK_ROWS, max(array.length, 0) - first)
                check(lib.lsc_arrow_read(reader, array, first, max(n, 0), rows, n_columns, error),
                      error)
                if n > 0:
                    yield before + first, n, rows
            before += array.length

    return Blocks(-1, blocks())


def read_blocks(table: Any, spec: Any, n_columns: int, ignore_unknown: bool) -> Blocks:
    """The rows of whatever is a table."""
    np = numpy()
    if isinstance(table, np.ndarray):
        return _array_blocks(np, table, n_columns)
    return _table_blocks(spec, _table_of(table, spec, ignore_unknown), n_columns,
                         ignore_unknown)


def run_blocks(blocks: Blocks, width: int, run: Callable[[Any, int, Any], None]) -> Any:
    """Let `run(rows, n, out)` fill a float32 array of `width` values a row (0: one, and no axis for
    them)."""
    np = numpy()
    values = max(width, 1)
    if blocks.n_rows >= 0:
        out = np.empty((blocks.n_rows, values), dtype=np.float32)
        for first, n, rows in blocks.blocks:
            if n > 0:
                run(rows, n, ffi.from_buffer("float[]", out[first:first + n]))
    else:
        parts = []
        for _, n, rows in blocks.blocks:
            part = np.empty((n, values), dtype=np.float32)
            run(rows, n, ffi.from_buffer("float[]", part))
            parts.append(part)
        out = np.concatenate(parts) if parts else np.empty((0, values), dtype=np.float32)
    return out.reshape(-1) if width == 0 else out


def each_array(table: Any, spec: Any, ignore_unknown: bool) -> Tuple[Any, Iterator[Any]]:
    """The schema and arrays of a table with names."""
    read = _table_of(table, spec, ignore_unknown)
    return read.schema, read.arrays
