"""Arrow's PyCapsule protocol: pointers of the C Data Interface, as objects that Python can hold."""

from __future__ import annotations

import ctypes
from contextlib import contextmanager
from typing import Any, Iterator, Optional

from ._native import ffi, lib
from .errors import InvalidArgError, IoError

_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype = ctypes.py_object
_new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype = ctypes.c_void_p
_pointer_of.argtypes = [ctypes.py_object, ctypes.c_char_p]

_ARRAY, _SCHEMA, _STREAM = b"arrow_array", b"arrow_schema", b"arrow_array_stream"
_keep = ctypes.pythonapi.Py_IncRef
_keep.restype = None
_keep.argtypes = [ctypes.py_object]
for _name in (_ARRAY, _SCHEMA, _STREAM):
    _keep(_name)  # for ever: a capsule points at its name, and may outlive this module


def _address(pointer: Any) -> int:
    return int(ffi.cast("uintptr_t", pointer))


def allocate(struct: str) -> Any:
    """Room for a struct of the interface, zeroed, which a capsule will free."""
    pointer = lib.lscpy_malloc(ffi.sizeof(struct))
    if pointer == ffi.NULL:
        raise MemoryError
    return ffi.cast(f"{struct} *", pointer)


def release(pointer: Any) -> None:
    """Release and free what was allocated, and came into no capsule."""
    if pointer.release != ffi.NULL:
        pointer.release(pointer)
    lib.lscpy_free(pointer)


@contextmanager
def released(struct: str) -> Iterator[Any]:
    """A struct of the interface, zeroed, that is released at the end."""
    made = ffi.new(f"{struct} *")
    try:
        yield made
    finally:
        if made.release != ffi.NULL:
            made.release(made)


def _capsule(pointer: Any, name: bytes, free: Any) -> Any:
    return _new_capsule(_address(pointer), name, _address(free))


def schema_capsule(pointer: Any) -> Any:
    """A capsule that owns a schema."""
    return _capsule(pointer, _SCHEMA, ffi.addressof(lib, "lscpy_free_schema_capsule"))


def array_capsule(pointer: Any) -> Any:
    """A capsule that owns an array."""
    return _capsule(pointer, _ARRAY, ffi.addressof(lib, "lscpy_free_array_capsule"))


def stream_capsule(pointer: Any) -> Any:
    """A capsule that owns a stream."""
    return _capsule(pointer, _STREAM, ffi.addressof(lib, "lscpy_free_stream_capsule"))


def _open(capsule: Any, name: bytes, struct: str) -> Any:
    try:
        address = _pointer_of(capsule, name)
    except ValueError:
        raise InvalidArgError(f"not a capsule of {name.decode()}") from None
    return ffi.cast(f"{struct} *", address)


class Table:
    """What somebody else's library hands over: a schema, and arrays of it one after the other."""

    def __init__(self, schema: Any, arrays: Iterator[Any]) -> None:
        self.schema = schema
        self.arrays = arrays


def _arrays_of(stream: Any, keep: Any) -> Iterator[Any]:
    """The arrays of a stream, each released when the next is asked for."""
    while True:
        array = ffi.new("struct ArrowArray *")
        _check_stream(stream, stream.get_next(stream, array))
        if array.release == ffi.NULL:
            return
        try:
            yield array
        finally:
            array.release(array)


def _check_stream(stream: Any, code: int) -> None:
    if code != 0:
        message = stream.get_last_error(stream)
        words = "" if message == ffi.NULL else ffi.string(message).decode("utf-8", "replace")
        raise IoError(f"the stream of tables stopped with code {code}: {words}")


def read_stream(source: Any) -> Table:
    """The table that an object gives by `__arrow_c_stream__`."""
    capsule = source.__arrow_c_stream__()
    stream = _open(capsule, _STREAM, "struct ArrowArrayStream")
    if stream.release == ffi.NULL:
        raise InvalidArgError("the stream of tables was read already")
    schema = ffi.gc(ffi.new("struct ArrowSchema *"), _release_schema)
    _check_stream(stream, stream.get_schema(stream, schema))
    return Table(schema, _arrays_of(stream, capsule))


def _release_schema(schema: Any) -> None:
    if schema.release != ffi.NULL:
        schema.release(schema)


def one_array(array: Any, keep: Any) -> Iterator[Any]:
    """An array, and what is to stay as long as it is gone through."""
    yield array


def read_array(source: Any) -> Table:
    """The table that an object gives by `__arrow_c_array__`."""
    capsules = source.__arrow_c_array__()
    schema = _open(capsules[0], _SCHEMA, "struct ArrowSchema")
    array = _open(capsules[1], _ARRAY, "struct ArrowArray")
    return Table(schema, one_array(array, capsules))


class Scores:
    """A table of Arrow that the library made, for whatever takes `__arrow_c_array__`:
    `pyarrow.record_batch(scores)`, `polars.DataFrame(scores)`, DuckDB, pandas."""

    def __init__(self, array: Any, schema: Any) -> None:
        self._array: Optional[Any] = array_capsule(array)
        self._schema: Optional[Any] = schema_capsule(schema)
        self._length = int(array.length)
        self._names = [ffi.string(schema.children[i].name).decode("utf-8")
                       for i in range(schema.n_children)]

    def __len__(self) -> int:
        return self._length

    @property
    def names(self) -> "list[str]":
        """The names of the columns."""
        return list(self._names)

    def __repr__(self) -> str:
        return f"Scores({self._length} rows of {', '.join(self._names)})"

    def __arrow_c_array__(self, requested_schema: object = None) -> "tuple[object, object]":
        """The table, once: it moves to who asks."""
        if self._array is None or self._schema is None:
            raise InvalidArgError("these scores were handed over already")
        handed = self._schema, self._array
        self._schema = self._array = None
        return handed
