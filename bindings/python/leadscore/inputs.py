"""Times, leads and activities as Python has them, in the form that the C library reads."""

from __future__ import annotations

import json
import math
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Iterable, List, Mapping, Optional, Tuple, Union
from uuid import UUID

from ._native import ffi, lib
from .errors import InvalidArgError, check, new_error

#: An aware `datetime`; a `date` (midnight UTC); ISO 8601 text, such as ``"2026-04-01T09:00:00+02:00"``;
#: or milliseconds since 1970 as an `int`.
TimeLike = Union[datetime, date, str, int]
#: A mapping of properties, or one JSON object as text or bytes.
LeadLike = Union[Mapping[str, Any], str, bytes]
#: Mappings, or JSON as text or bytes: an array, or an object a line.
ActivitiesLike = Union[Iterable[Mapping[str, Any]], str, bytes]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)
_DAY_MS = 86_400_000
_MOST_DAYS = 3_652_059  # in the years 1 to 9999


def _refuse_naive(value: datetime) -> None:
    if value != value:  # pandas' NaT
        raise InvalidArgError("NaT is no time")
    if value.utcoffset() is None:
        raise InvalidArgError(
            f"{value!r} has no time zone, so it is no point in time: give it one, "
            "such as value.replace(tzinfo=timezone.utc)")


def new_struct(init: Any, of: Any = ffi) -> Any:
    """A struct as its function `lsc_..._init` begins it: options with their defaults, or what the library
    fills. `of` is the FFI of the module that the function is of."""
    pointer = of.typeof(init).args[0]
    made = of.new(pointer)
    init(made, of.sizeof(pointer.item))
    return made


def time_ms(value: TimeLike, name: str = "as_of") -> int:
    """Milliseconds since 1970 of a time in any of its forms."""
    if isinstance(value, str):
        return _text_ms(value, name)
    if isinstance(value, datetime):
        milliseconds = _datetime_ms(value, name)
    elif isinstance(value, date):
        milliseconds = _datetime_ms(datetime(value.year, value.month, value.day, tzinfo=timezone.utc), name)
    elif isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(
            f"{name} is {type(value).__name__}, must be an aware datetime, an ISO 8601 text or "
            "milliseconds since 1970")
    else:
        milliseconds = value.__index__()
    if not lib.LSC_TIME_MIN <= milliseconds <= lib.LSC_TIME_MAX:
        raise InvalidArgError(f"{name} is {milliseconds}, must be a time of the years 1 to 9999")
    return milliseconds


def _text_ms(value: str, name: str) -> int:
    raw = value.encode("utf-8", "replace")
    out = ffi.new("int64_t *")
    error = new_error()
    try:
        check(lib.lsc_time_parse(raw, len(raw), out, error), error)
    except InvalidArgError as reason:
        raise InvalidArgError(f"{name}: {reason.message}", reason.offset) from None
    return int(out[0])


def _datetime_ms(value: datetime, name: str) -> int:
    try:
        _refuse_naive(value)
    except InvalidArgError as reason:
        raise InvalidArgError(f"{name}: {reason.message}") from None
    return (value - _EPOCH) // _MILLISECOND


def optional_ms(value: Optional[TimeLike], name: str) -> int:
    """As time_ms(); no time for None."""
    return int(lib.LSC_TIME_NONE) if value is None else time_ms(value, name)


def whole(value: int, name: str, most: int = 2 ** 32 - 1, least: int = 0) -> int:
    """A whole number, by default one that is not negative."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} is {type(value).__name__}, must be a whole number")
    number = value.__index__()
    if not least <= number <= most:
        raise InvalidArgError(f"{name} is {number}, must be {least} to {most}")
    return int(number)


def is_false(value: object) -> bool:
    """Whether it is False, Python's or numpy's; nothing else is, however empty."""
    return type(value).__name__ in ("bool", "bool_") and not value


def flag(value: bool, name: str) -> bool:
    """True or False, Python's or numpy's: anything else may be a mistake, as "no", which is true."""
    if type(value).__name__ not in ("bool", "bool_"):
        raise TypeError(f"{name} is {value!r}, must be True or False")
    return bool(value)


def number(value: float, name: str) -> float:
    """A number, for the library to look at."""
    if isinstance(value, (bool, str, bytes)) or not hasattr(value, "__float__"):
        raise TypeError(f"{name} is {type(value).__name__}, must be a number")
    return float(value)


def check_listed(values: Any, name: str) -> None:
    """That an array has one dimension, and numbers in it: of others some have float(), which says nothing."""
    if getattr(values, "ndim", 1) != 1:
        raise InvalidArgError(f"{name} has {values.ndim} dimensions, must be 1")
    if getattr(getattr(values, "dtype", None), "kind", "O") in "mMcSUV":
        raise TypeError(f"{name} is of dtype {values.dtype}, must be numbers or booleans")


def days_ms(days: float, name: str) -> int:
    """A length of time in milliseconds."""
    if isinstance(days, bool) or not hasattr(days, "__float__"):
        raise TypeError(f"{name} is {type(days).__name__}, must be a number of days")
    plain = float(days)  # an array is none, and a Decimal that is none compares with nothing
    if not 0 <= plain <= _MOST_DAYS:
        raise InvalidArgError(f"{name} is {days}, must be 0 to {_MOST_DAYS}")
    return round(plain * _DAY_MS)


def from_ms(milliseconds: int) -> Optional[datetime]:
    """A time of the library as an aware datetime in UTC; None for no time."""
    if milliseconds == lib.LSC_TIME_NONE:
        return None
    return _EPOCH + milliseconds * _MILLISECOND


def _refuse_numpy_times(value: Any) -> None:
    """Those of numpy, unless they are missing: tolist() makes numbers of some."""
    dtype: Any = getattr(value, "dtype", None)
    if type(dtype).__module__.partition(".")[0] != "numpy" or dtype.kind not in "mM":
        return
    if (value == value).any():  # other than NaT
        if dtype.kind == "m":
            raise TypeError("a lead cannot hold a numpy timedelta64")
        raise InvalidArgError("a numpy datetime64 has no time zone: give an aware datetime")


def is_na(value: object) -> bool:
    """Whether it is what pandas has for a missing value of any type."""
    return type(value).__name__ == "NAType"


def _plain(value: Any) -> Any:
    """What json.dumps() knows, of a value that it does not."""
    if is_na(value) or type(value).__name__ == "NaTType":  # of pandas
        return None
    if isinstance(value, datetime):
        _refuse_naive(value)
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return None if value.is_nan() else float(value)
    if isinstance(value, (UUID, PurePath)):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "tolist"):  # numpy: a scalar, or an array
        _refuse_numpy_times(value)
        return _without_nan(value.tolist())
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"a lead cannot hold {type(value).__name__}")


def _without_nan(value: Any) -> Any:
    """NaN as None: it is what tables have for a missing value."""
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, Mapping):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    return value


def _written(value: Any) -> bytes:
    try:
        written = json.dumps(value, default=_plain, allow_nan=False, ensure_ascii=False)
    except ValueError:
        written = json.dumps(_without_nan(value), default=_plain, allow_nan=False, ensure_ascii=False)
    return written.encode("utf-8")


def _at_fault(value: Any, place: str) -> Tuple[str, Any]:
    """Where the part of a value is that cannot be written, such as ``company.employee_count``, and that part."""
    listed = isinstance(value, (list, tuple))
    for key, item in enumerate(value) if listed else value.items() if isinstance(value, Mapping) else ():
        try:
            _written(item)
        except (TypeError, ValueError):
            step = f"[{key}]" if listed else f".{key}"
            return _at_fault(item, (place + step).removeprefix("."))
    return place, value


def to_json(value: Any, name: str = "") -> bytes:
    """Strict JSON of a value; NaN is null, infinity is refused. `name` is what places in it begin with."""
    try:
        return _written(value)
    except RecursionError as reason:
        raise InvalidArgError(f"not JSON: {reason}") from None
    except (TypeError, ValueError) as reason:
        place, part = _at_fault(value, name)
        words = f"{place}: {reason}" if place else f"{reason}"
        if isinstance(reason, TypeError):
            raise TypeError(words) from None
        if isinstance(reason, InvalidArgError):
            raise InvalidArgError(words) from None
        infinite = hasattr(part, "__float__") and not isinstance(part, int)
        raise InvalidArgError(f"not JSON: {place} is {part}" if infinite else f"not JSON: {words}") from None


def text_bytes(value: Union[str, bytes, bytearray, "memoryview[Any]"], name: str) -> bytes:
    """UTF-8 of a text."""
    if isinstance(value, str):
        try:
            return value.encode("utf-8")
        except UnicodeEncodeError as reason:
            raise InvalidArgError(f"{name}: {reason}") from None
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise TypeError(f"{name} is {type(value).__name__}, must be text or bytes")


def c_text(value: str, name: str) -> bytes:
    """UTF-8 of a text that the library reads up to its NUL."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is {type(value).__name__}, must be str")
    return without_nul(text_bytes(value, name), name)


def without_nul(raw: bytes, name: str) -> bytes:
    """Bytes that the library reads up to their NUL."""
    if b"\0" in raw:
        raise InvalidArgError(f"{name} has a NUL in it")
    return raw


def optional_text(value: Optional[str], name: str) -> Any:
    """A text that may be left out, as a pointer that the caller keeps."""
    return ffi.NULL if value is None else ffi.new("char[]", c_text(value, name))


def path_bytes(path: Any, name: str) -> bytes:
    """A path, as the system has it."""
    import os

    try:
        raw = os.fsencode(path)
    except UnicodeEncodeError as reason:
        raise InvalidArgError(f"{name}: {reason}") from None
    except TypeError:
        raise TypeError(f"{name} is {type(path).__name__}, must be a path: str, bytes or os.PathLike") from None
    return without_nul(raw, name)


def optional_path(path: Any, name: str) -> Any:
    """A path that may be left out, as a pointer that the caller keeps."""
    return ffi.NULL if path is None else ffi.new("char[]", path_bytes(path, name))


def json_bytes(value: Union[Mapping[str, Any], str, bytes], name: str) -> bytes:
    """The JSON of a mapping, or JSON as it is."""
    return to_json(value) if isinstance(value, Mapping) else text_bytes(value, name)


def lead_json(lead: LeadLike) -> bytes:
    """The JSON of a lead."""
    if isinstance(lead, Mapping):
        return to_json(lead)
    if isinstance(lead, (str, bytes, bytearray, memoryview)):
        return text_bytes(lead, "lead")
    raise TypeError(f"lead is {type(lead).__name__}, must be a mapping, or JSON as text or bytes")


def activities_json(activities: ActivitiesLike) -> bytes:
    """The JSON of activities."""
    if isinstance(activities, (str, bytes, bytearray, memoryview)):
        return text_bytes(activities, "activities")
    if isinstance(activities, Mapping) or not hasattr(activities, "__iter__"):
        raise TypeError(
            f"activities is {type(activities).__name__}, must be an iterable of mappings, or JSON")
    listed: List[Any] = list(activities)
    for number, activity in enumerate(listed):
        if not isinstance(activity, Mapping):
            raise TypeError(
                f"activity {number} is {type(activity).__name__}, must be a mapping")
    return to_json(listed, "activities")


def lead_texts(lead: LeadLike, activities: Optional[ActivitiesLike]) -> Tuple[Any, int, Any, int]:
    """The JSON of a lead and of its activities with their lengths, as calls of the library take them."""
    raw = lead_json(lead)
    if activities is None:
        return raw, len(raw), ffi.NULL, 0
    more = activities_json(activities)
    return raw, len(raw), more, len(more)


def new_lead(lead: LeadLike, activities: Optional[ActivitiesLike], aliases: Any) -> Any:
    """An lsc_lead by a table of aliases, or NULL; freed with what is returned."""
    raw, length, more, more_length = lead_texts(lead, activities)
    out = ffi.new("lsc_lead **")
    error = new_error()
    check(lib.lsc_lead_new(ffi.NULL, out, error), error)
    held = ffi.gc(out[0], lib.lsc_lead_free)
    check(lib.lsc_lead_set_aliases(held, aliases, error), error)
    check(lib.lsc_lead_parse_json(held, raw, length, error), error)
    if activities is not None:
        check(lib.lsc_lead_add_activities_json(held, more, more_length, error), error)
    return held
