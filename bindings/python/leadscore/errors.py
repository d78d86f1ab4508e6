"""What goes wrong, as exceptions: one class for each status of the C library.

Every one of them is an `Error`, and has the status by name (`"LSC_BAD_JSON"`) and by number, the message,
and where it is known the byte of the input at fault. Some are a built-in exception as well, so that code
that knows nothing of this package catches them. An argument of a wrong Python type is a `TypeError`.
"""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple, Type

from ._native import ffi, lib


class Error(Exception):
    """What a call of the library came to, where it was not what was asked for."""

    #: The status by name, such as ``"LSC_BAD_JSON"``.
    status: str = "LSC_INTERNAL"
    #: The status by number: stable, and never reused.
    code: int = 17
    #: Of `Store.erase_lead`, where the lead is gone and the purge is not done: the ids of the models that
    #: were trained from it.
    models: Tuple[str, ...] = ()

    def __init__(self, message: str, offset: Optional[int] = None) -> None:
        super().__init__(message)
        #: One line that names the value and the place.
        self.message = message
        #: The byte of the input at fault, or None.
        self.offset = offset


class InvalidArgError(Error, ValueError):
    """An argument breaks a rule of the call's documentation."""

    status, code = "LSC_INVALID_ARG", 1


class ClosedError(InvalidArgError):
    """The model or store was closed."""


class NoMemoryError(Error, MemoryError):
    """There was no memory."""

    status, code = "LSC_NO_MEMORY", 2


class IoError(Error):
    """The system refused to open, read, write or rename."""

    status, code = "LSC_IO", 3


class NotFoundError(Error, LookupError):
    """The named file, lead, feature, column or member does not exist."""

    status, code = "LSC_NOT_FOUND", 4


class LimitError(Error, ValueError):
    """An input is larger or deeper than a documented limit."""

    status, code = "LSC_LIMIT", 5


class BadJsonError(Error, ValueError):
    """Not RFC 8259 JSON, or JSON that repeats a key."""

    status, code = "LSC_BAD_JSON", 6


class BadCsvError(Error, ValueError):
    """Not a table: a ragged row, an unclosed quote, a missing column."""

    status, code = "LSC_BAD_CSV", 7


class BadLeadError(Error, ValueError):
    """JSON, but no valid lead, activity or outcome."""

    status, code = "LSC_BAD_LEAD", 8


class BadSpecError(Error, ValueError):
    """JSON, but no valid feature spec or scorecard."""

    status, code = "LSC_BAD_SPEC", 9


class BadModelError(Error, ValueError):
    """The bundle or the model in it is damaged, hostile or invalid."""

    status, code = "LSC_BAD_MODEL", 10


class UnsupportedError(Error, ValueError):
    """Valid, but newer than or outside what the library reads."""

    status, code = "LSC_UNSUPPORTED", 11


class BadDataError(Error, ValueError):
    """Nothing can be learned from this data."""

    status, code = "LSC_BAD_DATA", 12


class TrainingError(Error):
    """XGBoost reported an error."""

    status, code = "LSC_TRAINING", 13


class CancelledError(Error):
    """A callback asked to stop."""

    status, code = "LSC_CANCELLED", 14


class MismatchError(Error):
    """A replayed score differs from its receipt."""

    status, code = "LSC_MISMATCH", 15


class InputNotHeldError(Error):
    """The input that a receipt names has been erased or is not there."""

    status, code = "LSC_INPUT_NOT_HELD", 16


class InternalError(Error):
    """A fault of the library itself. Please report it."""

    status, code = "LSC_INTERNAL", 17


class UntrustedError(Error):
    """The bundle is not signed by a key that is trusted."""

    status, code = "LSC_UNTRUSTED", 18


class BadKeyError(Error, ValueError):
    """Not an Ed25519 key as PEM, or not its passphrase."""

    status, code = "LSC_BAD_KEY", 19


class BusyError(Error):
    """Another connection was writing the store for too long."""

    status, code = "LSC_BUSY", 20


class BadStoreError(Error):
    """Not a store: damaged, or another program's database."""

    status, code = "LSC_BAD_STORE", 21


class ConflictError(Error):
    """What may stand in the store once stands there already."""

    status, code = "LSC_CONFLICT", 22


class GateFailedError(Error):
    """The model's gate did not pass, and nothing forced it."""

    status, code = "LSC_GATE_FAILED", 23


#: The class of each status.
BY_CODE: Dict[int, Type[Error]] = {
    kind.code: kind
    for kind in list(globals().values())
    if isinstance(kind, type) and issubclass(kind, Error) and kind not in (Error, ClosedError)
}


def new_error() -> Any:
    """An lsc_error that holds no error yet."""
    return ffi.new("lsc_error *", {"offset": -1})


def text(pointer: Any) -> Optional[str]:
    """A text of the library, or None for NULL."""
    if pointer == ffi.NULL:
        return None
    raw: bytes = ffi.string(pointer)
    return raw.decode("utf-8")


def check(status: int, error: Any) -> None:
    """Raise what a status that is not LSC_OK means."""
    if status == 0:
        return
    message = ffi.string(error.message).decode("utf-8", "replace")
    offset = error.offset if error.offset >= 0 else None
    error.offset = -1
    kind = BY_CODE.get(status)
    if kind is not None:
        raise kind(message, offset)
    newer = Error(message, offset)  # of a library that is newer than this package
    newer.code = status
    newer.status = text(lib.lsc_status_name(status)) or ""
    raise newer
