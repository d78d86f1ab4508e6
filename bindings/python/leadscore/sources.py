"""Leads to learn from: files, as the C library opens them."""

from __future__ import annotations

from typing import Any, Iterable, Optional, Tuple

from ._native import ffi, lib
from .errors import check, new_error
from .inputs import c_text, optional_text


def name_list(names: Iterable[str], what: str) -> Tuple[Any, Any, int]:
    """Names as an array of C: what must be kept, the array, how many."""
    if isinstance(names, str):
        raise TypeError(f"{what} is str, must be an iterable of names")
    texts = [ffi.new("char[]", c_text(name, what)) for name in names]
    listed = ffi.new("char *[]", texts)
    return (texts, listed), ffi.cast("const char *const *", listed), len(texts)


def _owned(out: Any) -> Any:
    return ffi.gc(out[0], lib.lsc_source_free)


def csv_source(path: bytes, *, label: Optional[str] = None, positive: Optional[str] = None,
               id: Optional[str] = None) -> Any:
    """A CSV file, a lead a row."""
    csv = ffi.new("lsc_csv *")
    lib.lsc_csv_init(csv, ffi.sizeof("lsc_csv"))
    kept = [ffi.new("char[]", path), optional_text(label, "label"),
            optional_text(positive, "positive"), optional_text(id, "id")]
    csv.path, csv.label, csv.positive, csv.id = kept
    out = ffi.new("lsc_source **")
    error = new_error()
    check(lib.lsc_source_open_csv(csv, out, error), error)
    return _owned(out)


def files_source(leads: bytes, activities: Optional[bytes], outcomes: Optional[bytes],
                 ignore_unknown: bool) -> Any:
    """NDJSON files of leads, activities and outcomes."""
    files = ffi.new("lsc_files *")
    lib.lsc_files_init(files, ffi.sizeof("lsc_files"))
    kept = [ffi.NULL if path is None else ffi.new("char[]", path)
            for path in (leads, activities, outcomes)]
    files.leads, files.activities, files.outcomes = kept
    files.ignore_unknown = ignore_unknown
    out = ffi.new("lsc_source **")
    error = new_error()
    check(lib.lsc_source_open_files(files, out, error), error)
    return _owned(out)


def store_source(path: bytes, organization: str) -> Any:
    """The leads of an organization in a store."""
    out = ffi.new("lsc_source **")
    error = new_error()
    check(lib.lsc_source_open_store(path, c_text(organization, "organization"), ffi.NULL, out,
                                    error), error)
    return _owned(out)
