"""Leads to learn from and to measure on: files, tables, events, stores."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
import weakref
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Iterable, Iterator, List, Mapping, Optional, Tuple, Type, Union

from ._native import ffi, lib
from .aliases import AliasesLike, aliases_pointer
from .connection import Acting, Actor, ActorLike, Connection, KeyLike, store_key
from .errors import ClosedError, InvalidArgError, check, new_error
from .inputs import c_text, flag, json_bytes, new_struct, optional_path, optional_text, path_bytes


def name_list(names: Iterable[str], what: str) -> Tuple[Any, Any, int]:
    """Names as an array of C: what must be kept, the array, how many."""
    if isinstance(names, str):
        raise TypeError(f"{what} is str, must be an iterable of names")
    texts = [ffi.new("char[]", c_text(name, what)) for name in names]
    listed = ffi.new("char *[]", texts)
    return (texts, listed), ffi.cast("const char *const *", listed), len(texts)


class _Folder:
    """A temporary folder, gone with this: without the ResourceWarning of tempfile's own."""

    def __init__(self) -> None:
        self.name = tempfile.mkdtemp(prefix="leadscore-")
        weakref.finalize(self, shutil.rmtree, self.name, ignore_errors=True)


def _with_zones(column: Any) -> Any:
    """A column of pandas; times without a zone count as UTC, as in a table of leads."""
    is_naive = getattr(column.dtype, "kind", "O") == "M" and column.dt.tz is None
    return column.dt.tz_localize("UTC") if is_naive else column


def _write_pandas(table: Any, path: str) -> None:
    levels = getattr(getattr(table, "columns", None), "nlevels", 1)
    if levels > 1:
        raise TypeError(f"the names of the columns have {levels} levels, must have one")
    if any(getattr(dtype, "kind", "O") == "M" for dtype in getattr(table, "dtypes", ())):
        table = table.apply(_with_zones)
    table.to_csv(path, index=False)


def _write_polars(table: Any, path: str) -> None:
    naive = sys.modules["polars"].selectors.datetime(time_zone=None)
    table.with_columns(naive.dt.replace_time_zone("UTC")).write_csv(path)


def _written(table: Any) -> Any:
    """A folder, gone with what is returned, with a DataFrame in it as a CSV file."""
    folder = _Folder()
    path = os.path.join(folder.name, "table.csv")
    if hasattr(table, "to_csv"):
        _write_pandas(table, path)
    elif hasattr(table, "write_csv"):
        _write_polars(table, path)
    else:
        raise TypeError(f"{type(table).__name__} is no table: give the path of a CSV file, or a "
                        "DataFrame of pandas or Polars")
    return folder


class Source:
    """Leads with their activities and outcomes, or rows of a table with a label. Opened once, and read
    from the first lead by each call that it is given to; one at a time. Close it, or use `with`: that of
    a store reads it as it was until then, and what is erased there meanwhile cannot leave the file."""

    def __init__(self, call: Any, *arguments: Any, keep: Any = None) -> None:
        """Of a call that opens one. Use `Source.table`, `Source.files`, `Source.events` or
        `Source.store`."""
        out = ffi.new("lsc_source **")
        error = new_error()
        check(call(*arguments, out, error), error)
        self._held: Optional[Any] = ffi.gc(out[0], lib.lsc_source_free)
        self._keep = keep
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._was_read = False
        #: Whether it is events of a foreign file, of which a spec of activities can be inferred.
        self.is_events = False
        # How its store is opened once more, to write: path, key, who acts.
        self._stored: Optional[Tuple[bytes, Optional[KeyLike], Optional[Actor]]] = None

    @classmethod
    def table(cls, table: Any, *, label: Optional[str] = None, positive: Optional[str] = None,
              id: Optional[str] = None, aliases: Optional[AliasesLike] = None) -> "Source":
        """A plain table: the path of a CSV file, or a DataFrame of pandas or Polars, a lead a row,
        in which a time without a zone counts as UTC.

        label:     the column that says how it ended; without one nothing can be learned.
        positive:  its value that means success; None: 1, true, yes, y do, and 0, false, no, n do not.
        id:        the column of the leads' ids.
        aliases:   what columns mean: an `Aliases` or the name of one of the library's tables; None: each
                   is a property of its own name.

        Raises BadCsvError, NotFoundError, IoError.
        """
        is_path = isinstance(table, (str, bytes, os.PathLike))
        folder = None if is_path else _written(table)
        csv = new_struct(lib.lsc_csv_init)
        kept = [optional_path(table if folder is None else os.path.join(folder.name, "table.csv"),
                               "table"),
                optional_text(label, "label"), optional_text(positive, "positive"),
                optional_text(id, "id")]
        csv.path, csv.label, csv.positive, csv.id = kept
        csv.aliases = aliases_pointer(aliases)
        return cls(lib.lsc_source_open_csv, csv, keep=folder)

    @classmethod
    def files(cls, leads: Any, activities: Any = None, outcomes: Any = None, *,
              ignore_unknown: bool = False, aliases: Optional[AliasesLike] = None) -> "Source":
        """NDJSON files (docs/lead.md). Leads may hold their activities and outcome themselves.
        `ignore_unknown` passes over activities and outcomes of leads that are not there. `aliases` as in
        `Model.score`.

        Raises NotFoundError, IoError; BadJsonError, BadLeadError, LimitError naming file and line.
        """
        files = new_struct(lib.lsc_files_init)
        kept = [ffi.new("char[]", path_bytes(leads, "leads")), optional_path(activities, "activities"),
                optional_path(outcomes, "outcomes")]
        files.leads, files.activities, files.outcomes = kept
        files.ignore_unknown = flag(ignore_unknown, "ignore_unknown")
        files.aliases = aliases_pointer(aliases)
        return cls(lib.lsc_source_open_files, files)

    @classmethod
    def events(cls, path: Any, map: Union[Mapping[str, Any], str, bytes]) -> "Source":
        """A foreign CSV file of events, one a row, and the map that says what it holds (docs/events.md).

        Raises BadSpecError naming the member of the map; BadCsvError naming line, column and value;
        BadDataError where nobody converts; NotFoundError, IoError, LimitError.
        """
        raw = json_bytes(map, "map")
        events = new_struct(lib.lsc_events_init)
        kept = ffi.new("char[]", path_bytes(path, "path")), ffi.new("char[]", raw)
        events.path, events.map_json = kept
        events.map_length = len(raw)
        made = cls(lib.lsc_source_open_events, events)
        made.is_events = True
        return made

    @classmethod
    def store(cls, path: Any, organization: str, *, key: Optional[KeyLike] = None,
              actor: Optional[ActorLike] = None) -> "Source":
        """The leads of an organization in the file of a store, as they are now, whatever others write
        to it meanwhile.

        key:    of an encrypted store.
        actor:  who reads, a UUID or an `Actor`: an audited store notes ``"read all leads"``, once for a
                source, however often it is read; and ``"note training"`` (see `train`).

        Raises NotFoundError, BadKeyError, BadStoreError, as `Store`; InvalidArgError where the store is
        audited and no actor is given, and for what is no UUID; what the actor's clock raises.
        """
        options = new_struct(lib.lsc_store_options_init)
        acting = None if actor is None else Acting(actor)
        if acting is not None:
            options.actor = acting.struct
        raw = path_bytes(path, "path")
        try:
            with store_key(key) as options.key:
                made = cls(lib.lsc_source_open_store, raw, c_text(organization, "organization"), options,
                           keep=acting)
        finally:
            if acting is not None:
                acting.clock.conclude()
        made._stored = os.path.abspath(raw), key, Actor(actor) if isinstance(actor, str) else actor
        return made

    def close(self) -> None:
        """Give up what is open: calls after this raise ClosedError. Closing twice does nothing."""
        with self._alone():
            held, self._held, self._keep = self._held, None, None
            if held is not None:
                ffi.release(held)

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    @property
    def _pointer(self) -> Any:
        if self._held is None:
            raise ClosedError("the source is closed")
        return self._held

    @property
    def has_times(self) -> bool:
        """Whether rows are made of it point in time; not of a plain table."""
        return bool(lib.lsc_source_has_times(self._pointer))

    @property
    def repeats(self) -> bool:
        """Whether a lead that converted may do so again."""
        return bool(lib.lsc_source_repeats(self._pointer))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While no call reads it."""
        if not self._lock.acquire(blocking=False):
            raise InvalidArgError("the source is being read: a source is for one call at a time")
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def _use(self) -> Iterator[Any]:
        """The pointer, at the first lead, for one call."""
        if os.getpid() != self._pid:  # where both would read on in one file, or one would without a lock
            raise InvalidArgError("the source was opened by another process, before a fork: open it anew")
        with self._alone():
            pointer = self._pointer
            if self._was_read:
                error = new_error()
                check(lib.lsc_source_rewind(pointer, error), error)
            self._was_read = True
            yield pointer

    @contextmanager
    def _noting(self) -> Iterator[Optional[Connection]]:
        """Its store, opened to write; None where it is not of a store."""
        if self._stored is None:
            yield None
            return
        path, key, actor = self._stored
        with Connection(path, key=key) as store:
            if actor is not None:
                store.set_actor(actor.uuid, now=actor.now)
            yield store

    def __repr__(self) -> str:
        if self._held is None:
            return "Source(closed)"
        return f"Source(has_times={self.has_times}, repeats={self.repeats})"


#: A `Source`; or a table as `Source.table` takes it: the path of a CSV file, or a DataFrame.
SourceLike = Any


def as_source(source: SourceLike, label: Optional[str], positive: Optional[str],
              id: Optional[str]) -> Source:
    """A Source of what stands for one."""
    if not isinstance(source, Source):
        if source is None:
            raise TypeError("the source is None, must be a Source, a path or a DataFrame")
        return Source.table(source, label=label, positive=positive, id=id)
    named: List[str] = [name for name, value in (("label", label), ("positive", positive), ("id", id))
                        if value is not None]
    if named:
        raise InvalidArgError(f"{named[0]} goes with a table: Source.table() takes it")
    return source
