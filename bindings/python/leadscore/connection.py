"""A connection to a store: its lock, its key, who acts on it, and how its lists are read."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Callable, Iterator, List, Optional, Tuple, Type, TypeVar, Union

from ._native import ffi, lib
from .errors import ClosedError, InvalidArgError, check, new_error
from .inputs import (TimeLike, flag, new_struct, optional_path, optional_text, text_bytes, time_ms,
                     whole)
from .progress import Progress, keep
from .stored import read_counts

_DURABILITIES = {"full": lib.LSC_DURABLE_FULL, "normal": lib.LSC_DURABLE_NORMAL,
                 "off": lib.LSC_DURABLE_OFF}
_Connection = TypeVar("_Connection", bound="Connection")
_Counts = TypeVar("_Counts")


@dataclass(frozen=True)
class StoreKey:
    """A secret key with the id that stands beside what it encrypts."""

    #: 32 random bytes.
    secret: bytes = field(repr=False)
    id: Optional[str] = None


#: 32 random bytes, or these with an id.
KeyLike = Union[bytes, StoreKey]


@contextmanager
def store_key(key: Optional[KeyLike]) -> Iterator[Any]:
    """An lsc_store_key for one call, cleansed after it; NULL for none."""
    if key is None:
        yield ffi.NULL
        return
    named = key if isinstance(key, StoreKey) else StoreKey(key)
    made = new_struct(lib.lsc_store_key_init)
    if isinstance(named.secret, str):
        raise TypeError(f"the key is str, must be {len(made.bytes)} bytes: a text has far less chance in it")
    raw = text_bytes(named.secret, "key")
    if len(raw) != len(made.bytes):
        raise InvalidArgError(f"the key has {len(raw)} bytes, must be {len(made.bytes)}")
    key_id = optional_text(named.id, "key id")
    made.id = key_id
    ffi.memmove(made.bytes, raw, len(raw))
    try:
        yield made
    finally:
        ffi.memmove(made.bytes, bytes(len(raw)), len(raw))


@dataclass(frozen=True)
class Actor:
    """Who acts on a store, for its audit trail."""

    #: A UUID: says nothing of the person but who it is, to who may know; None: not said.
    uuid: Optional[str] = None
    #: Called for the time of each row; None: the system's clock.
    now: Optional[Callable[[], TimeLike]] = None


#: A UUID, or one with a clock.
ActorLike = Union[str, Actor]


class Clock:
    """What the audit trail asks for the time."""

    def __init__(self, now: Optional[Callable[[], TimeLike]]) -> None:
        self._now = now
        self._raised: Optional[BaseException] = None

    def ms(self) -> int:
        """The time; none, which the library refuses, where the caller's clock raises."""
        try:
            return time.time_ns() // 1_000_000 if self._now is None else time_ms(self._now(), "now")
        except BaseException as raised:
            self._raised = raised
            return int(lib.LSC_TIME_NONE)

    def conclude(self) -> None:
        """Raise what the caller's clock raised."""
        raised, self._raised = self._raised, None
        if raised is not None:
            raise raised


@ffi.def_extern(onerror=keep(ffi.from_handle), error=lib.LSC_TIME_NONE)  # type: ignore[untyped-decorator]
def lscpy_now(context: Any) -> int:
    """Asked for each row of the audit trail."""
    clock: Clock = ffi.from_handle(context)
    return clock.ms()


class Acting:
    """An lsc_store_actor with what it points to: kept as long as C may ask for the time."""

    def __init__(self, actor: ActorLike) -> None:
        named = actor if isinstance(actor, Actor) else Actor(actor)
        self.clock = Clock(named.now)
        self._kept = ffi.new_handle(self.clock), optional_text(named.uuid, "uuid")
        self.struct = new_struct(lib.lsc_store_actor_init)
        self.struct.now_ms = lib.lscpy_now
        self.struct.ctx, self.struct.uuid = self._kept


@ffi.def_extern(onerror=keep(ffi.from_handle))  # type: ignore[untyped-decorator]
def lscpy_counted(context: Any, n: int) -> bool:
    """Told how many are done, after each transaction of Store.ingest() and Store.retain()."""
    told: Progress = ffi.from_handle(context)
    return told.tell(n)


def _closing(pid: int) -> Callable[[Any], None]:
    """What closes a connection, but not in a process that was forked: the file's locks are not that one's."""
    here, close = os.getpid, lib.lsc_store_close  # found also when the interpreter ends

    def close_here(handle: Any) -> None:
        if here() == pid:
            close(handle)

    return close_here


class Connection:
    """What `Store` is made of. Its calls are made one after the other, whichever threads make them."""

    def __init__(self, path: Any = None, *, create: bool = False, read_only: bool = False,
                 durability: str = "full", busy_ms: int = 0, make_leads: bool = False,
                 key: Optional[KeyLike] = None) -> None:
        """Open a store.

        path:        of the file; None: a store in memory, gone when it is closed.
        create:      make the file where there is none.
        durability:  ``"full"``, ``"normal"`` or ``"off"``: what outlives a loss of power.
        busy_ms:     wait so long for another connection's change; 0: five seconds; negative: not.
        make_leads:  activities and outcomes of a lead that is not there make it.
        key:         of an encrypted store, or of one to be made: 32 bytes, or a `StoreKey`.

        Raises NotFoundError, IoError, BadStoreError, UnsupportedError for one of a newer version,
        BadKeyError where the key is not that of the store, or one of both has none.
        """
        if durability not in _DURABILITIES:
            raise InvalidArgError(f"durability is {durability!r}, must be one of "
                                  f"{', '.join(_DURABILITIES)}")
        options = new_struct(lib.lsc_store_options_init)
        options.create, options.read_only = flag(create, "create"), flag(read_only, "read_only")
        options.durability = _DURABILITIES[durability]
        options.busy_ms = whole(busy_ms, "busy_ms", 2 ** 31 - 1, -2 ** 31)
        options.make_leads = flag(make_leads, "make_leads")
        out = ffi.new("lsc_store **")
        error = new_error()
        c_path = optional_path(path, "path")
        with store_key(key) as options.key:
            check(lib.lsc_store_open(c_path, options, out, error), error)
        self._pid = os.getpid()
        self._handle: Optional[Any] = ffi.gc(out[0], _closing(self._pid))
        self._lock = threading.Lock()
        self._owner: Optional[int] = None
        self._acting: Optional[Acting] = None

    @contextmanager
    def _use(self) -> Iterator[Any]:
        """The connection, for this thread alone."""
        if os.getpid() != self._pid:
            raise InvalidArgError("the store was opened by another process, before a fork: open it anew")
        if self._owner == threading.get_ident():
            raise InvalidArgError("the store is at work: a callback must not use it")
        with self._lock:
            if self._handle is None:
                raise ClosedError("the store is closed")
            self._owner = threading.get_ident()
            try:
                yield self._handle
            finally:
                self._owner = None
                if self._acting is not None:
                    self._acting.clock.conclude()

    def _call(self, call: Any, *arguments: Any) -> None:
        error = new_error()
        with self._use() as handle:
            check(call(handle, *arguments, error), error)

    def _count(self, call: Any, told: Progress, kind: Type[_Counts], init: Any,
               *arguments: Any) -> _Counts:
        """What a call came to that tells how far it is: a class of counts, of the struct that `init`
        begins. The caller keeps the handle of `told`."""
        counts = new_struct(init)
        error = new_error()
        with self._use() as handle:
            status = call(handle, *arguments, counts, error)
        told.conclude()
        check(status, error)
        return read_counts(kind, counts)

    def close(self) -> None:
        """Close. What was begun and not committed is undone. Closing twice does nothing."""
        if os.getpid() != self._pid:  # where another thread may have had the lock for ever
            self._handle = None
            return
        if self._owner == threading.get_ident():
            raise InvalidArgError("the store is at work: a callback must not close it")
        with self._lock:
            handle, self._handle = self._handle, None
            if handle is not None:
                ffi.release(handle)

    def __enter__(self: _Connection) -> _Connection:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def __getstate__(self) -> Any:
        """A copy would use the connection when this one has closed it."""
        raise TypeError("a Store can be neither copied nor pickled: open another")

    def __repr__(self) -> str:
        return "Store(closed)" if self._handle is None else "Store(open)"

    def set_actor(self, uuid: Optional[str] = None, *,
                  now: Optional[Callable[[], TimeLike]] = None) -> None:
        """Say who acts from now on, for the audit trail.

        uuid:  says nothing of the person but who it is, to who may know; None: not said.
        now:   called for the time of each row; None: the system's clock. What it raises is raised by
               the call that asked, which then has done nothing.

        Raises InvalidArgError for what is no UUID.
        """
        acting = Acting(Actor(uuid, now))
        error = new_error()
        with self._use() as handle:
            check(lib.lsc_store_set_actor(handle, acting.struct, error), error)
            self._acting = acting  # before another thread's call asks the new clock

    # Lists.

    def _rows(self, call: Any, item: str, read: Callable[[Any], Any], *arguments: Any) -> List[Any]:
        """All rows of a list that comes whole, read before another call takes them away."""
        rows, count = ffi.new(f"const {item} **"), ffi.new("size_t *")
        error = new_error()
        with self._use() as handle:
            check(call(handle, *arguments, rows, count, error), error)
            return [read(rows[0][i]) for i in range(count[0])]

    def _pages(self, call: Any, item: str, read: Callable[[Any], Any],
               arguments: Callable[[Any], Tuple[Any, ...]]) -> Iterator[Any]:
        """All rows of a list, page by page; `arguments` of the last row of the page before."""
        last = None
        while True:
            page = self._rows(call, item, read, *arguments(last))
            yield from page
            if len(page) < lib.LSC_MAX_PAGE:
                return
            last = page[-1]
