"""Local state in one SQLite file: organizations, leads, activities, outcomes, models and scores."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from types import TracebackType
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple, Type

from ._native import ffi, lib
from .errors import ClosedError, InvalidArgError, check, new_error, text
from .inputs import (ActivitiesLike, LeadLike, TimeLike, activities_json, c_text, from_ms,
                     lead_json, optional_text, path_bytes, text_bytes, time_ms)
from .model import Model
from .progress import Progress, keep
from .results import (Explanation, Receipt, Result, html_table, read_breakdown, read_receipt,
                      read_result)

_DURABILITIES = {"full": lib.LSC_DURABLE_FULL, "normal": lib.LSC_DURABLE_NORMAL,
                 "off": lib.LSC_DURABLE_OFF}


@dataclass(frozen=True)
class StoreCounts:
    """How much a store, or an organization, holds."""

    organizations: int
    leads: int
    activities: int
    outcomes: int
    models: int
    scores: int
    #: Of the store as a whole.
    bytes: int

    def _repr_html_(self) -> str:
        return html_table("Store", {field.name: getattr(self, field.name)
                                    for field in fields(self)})


@dataclass(frozen=True)
class StoredOrganization:
    """An organization of a store."""

    id: str
    uuid: str
    name: Optional[str]


@dataclass(frozen=True)
class StoredLead:
    """A lead as lists give it."""

    id: str
    uuid: str
    email: Optional[str]
    status: Optional[str]
    source: Optional[str]
    created_at: Optional[datetime]


@dataclass(frozen=True)
class Consent:
    """That a lead gave its consent to something, or withdrew it."""

    purpose: str
    given: bool
    time: Optional[datetime]
    source: Optional[str]


@dataclass(frozen=True)
class StoredModel:
    """A model as lists give it."""

    #: Of its bundle: its id.
    sha256: str
    uuid: str
    name: str
    version: str
    model_type: str
    gate_passed: bool
    #: The one that scores, at most one of an organization.
    active: bool


@dataclass(frozen=True)
class StoredScore:
    """A score that was kept."""

    lead_id: str
    model_name: str
    model_version: str
    result: Result
    baseline: int
    breakdown: Mapping[str, int]
    receipt: Receipt

    def _repr_html_(self) -> str:
        return self.result._repr_html_()


@dataclass(frozen=True)
class IngestCounts:
    """What `Store.ingest` took in."""

    leads: int
    activities: int
    duplicates: int
    outcomes: int
    rejected: int


def _read_score(score: Any) -> StoredScore:
    return StoredScore(text(score.lead_id) or "", text(score.model_name) or "",
                       text(score.model_version) or "",
                       read_result(ffi.buffer(ffi.addressof(score, "result"))), score.baseline,
                       read_breakdown(score.breakdown, score.n_breakdown),
                       read_receipt(score.receipt))


@ffi.def_extern(onerror=keep(ffi.from_handle))  # type: ignore[untyped-decorator]
def lscpy_lines_taken(context: Any, n_lines: int) -> bool:
    """Told after each batch of Store.ingest()."""
    told: Progress = ffi.from_handle(context)
    return told.tell(n_lines)


@ffi.def_extern(onerror=keep(ffi.from_handle))  # type: ignore[untyped-decorator]
def lscpy_bytes_copied(context: Any, n_bytes: int, n_all: int) -> bool:
    """Told now and then by Store.backup() and restore_store()."""
    told: Progress = ffi.from_handle(context)
    return told.tell(n_bytes, n_all)


def _key(key: Optional[bytes]) -> Any:
    """An lsc_store_key of its bytes, which the caller keeps; NULL for none."""
    if key is None:
        return ffi.NULL
    raw = text_bytes(key, "key")
    made = ffi.new("lsc_store_key *")
    lib.lsc_store_key_init(made, ffi.sizeof("lsc_store_key"))
    if len(raw) != len(made.bytes):
        raise InvalidArgError(f"the key has {len(raw)} bytes, must be {len(made.bytes)}")
    ffi.memmove(made.bytes, raw, len(raw))
    return made


class Store:
    """One connection to a store. Its calls are made one after the other, whichever threads make them;
    threads that are to read side by side open one each. The GIL is released while the library works.

    Every call about leads, models or scores names the organization, and sees nothing of any other.
    What any call may raise: BusyError, IoError, BadStoreError, ClosedError, and NotFoundError for an
    organization, lead or model that is not there.
    """

    def __init__(self, path: Any = None, *, create: bool = False, read_only: bool = False,
                 durability: str = "full", busy_ms: int = 0, make_leads: bool = False) -> None:
        """Open a store.

        path:        of the file; None: a store in memory, gone when it is closed.
        create:      make the file where there is none.
        durability:  ``"full"``, ``"normal"`` or ``"off"``: what outlives a loss of power.
        busy_ms:     wait so long for another connection's change; 0: five seconds; negative: not.
        make_leads:  activities and outcomes of a lead that is not there make it.

        Raises NotFoundError, IoError, BadStoreError, UnsupportedError for one of a newer version.
        """
        if durability not in _DURABILITIES:
            raise InvalidArgError(f"durability is {durability!r}, must be one of "
                                  f"{', '.join(_DURABILITIES)}")
        options = ffi.new("lsc_store_options *")
        lib.lsc_store_options_init(options, ffi.sizeof("lsc_store_options"))
        options.create, options.read_only = create, read_only
        options.durability, options.busy_ms = _DURABILITIES[durability], busy_ms
        options.make_leads = make_leads
        out = ffi.new("lsc_store **")
        error = new_error()
        c_path = ffi.NULL if path is None else ffi.new("char[]", path_bytes(path, "path"))
        check(lib.lsc_store_open(c_path, options, out, error), error)
        self._handle: Optional[Any] = ffi.gc(out[0], lib.lsc_store_close)
        self._lock = threading.Lock()
        self._owner: Optional[int] = None

    @contextmanager
    def _use(self) -> Iterator[Any]:
        """The connection, for this thread alone."""
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

    def _call(self, call: Any, *arguments: Any) -> None:
        error = new_error()
        with self._use() as handle:
            check(call(handle, *arguments, error), error)

    def close(self) -> None:
        """Close. What was begun and not committed is undone. Closing twice does nothing."""
        if self._owner == threading.get_ident():
            raise InvalidArgError("the store is at work: a callback must not close it")
        with self._lock:
            handle, self._handle = self._handle, None
            if handle is not None:
                ffi.release(handle)

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def __repr__(self) -> str:
        return "Store(closed)" if self._handle is None else "Store(open)"

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Changes within come into the file together, or, when an exception leaves it, not at all; those
        that other threads make through this Store meanwhile, too."""
        self._call(lib.lsc_store_begin)
        try:
            yield
        except BaseException:
            with self._use() as handle:
                lib.lsc_store_rollback(handle)
            raise
        self._call(lib.lsc_store_commit)

    def check(self) -> None:
        """Look over the whole file; raises BadStoreError with the first thing that is wrong."""
        self._call(lib.lsc_store_check)

    def count(self, organization: Optional[str] = None) -> StoreCounts:
        """How much there is, of one organization or of all."""
        counts = ffi.new("lsc_store_counts *")
        lib.lsc_store_counts_init(counts, ffi.sizeof("lsc_store_counts"))
        self._call(lib.lsc_store_count, optional_text(organization, "organization"), counts)
        return StoreCounts(**{field.name: getattr(counts, field.name)
                              for field in fields(StoreCounts)})

    def _pages(self, call: Any, item: str, read: Callable[[Any], Any],
               arguments: Callable[[Any], Tuple[Any, ...]]) -> Iterator[Any]:
        """All rows of a list, page by page; `arguments` of the last row of the page before."""
        last = None
        while True:
            given = arguments(last)
            rows, count = ffi.new(f"const {item} **"), ffi.new("size_t *")
            error = new_error()
            with self._use() as handle:  # read before another call takes the rows away
                check(call(handle, *given, rows, count, error), error)
                page = [read(rows[0][i]) for i in range(count[0])]
            yield from page
            if len(page) < lib.LSC_MAX_PAGE:
                return
            last = page[-1]

    def backup(self, path: Any, *, key: Optional[bytes] = None,
               progress: Optional[Callable[[int, int], object]] = None) -> None:
        """Write a copy of the store to a file, whole or not at all, encrypted where 32 bytes of a key
        are given. `progress` is called with how many bytes of how many are done, as that of
        `ingest`. Raises CancelledError, ConflictError where a store in use stands there."""
        backup = ffi.new("lsc_backup *")
        lib.lsc_backup_init(backup, ffi.sizeof("lsc_backup"))
        told = Progress(progress)
        kept = _key(key), ffi.new_handle(told)
        backup.key, backup.progress_ctx = kept
        backup.progress = lib.lscpy_bytes_copied
        error = new_error()
        with self._use() as handle:
            status = lib.lsc_store_backup(handle, path_bytes(path, "path"), backup, error)
        told.conclude()
        check(status, error)

    # Organizations.

    def add_organization(self, organization: str, name: Optional[str] = None) -> None:
        """Add an organization, or change the name of one."""
        self._call(lib.lsc_store_add_organization, c_text(organization, "organization"),
                   optional_text(name, "name"))

    def organizations(self) -> Iterator[StoredOrganization]:
        """All organizations, in the order of their ids."""
        def arguments(last: Optional[StoredOrganization]) -> Tuple[Any, ...]:
            after = None if last is None else last.id
            return optional_text(after, "after"), lib.LSC_MAX_PAGE

        return self._pages(
            lib.lsc_store_list_organizations, "lsc_stored_organization",
            lambda row: StoredOrganization(text(row.id) or "", text(row.uuid) or "",
                                           text(row.name)), arguments)

    # Leads.

    def put_lead(self, organization: str, lead: LeadLike) -> None:
        """Put a lead, with its `id`, in place of the one there is, or add it; activities in it are
        added. Raises BadLeadError, BadJsonError; ConflictError when the e-mail is another lead's."""
        raw = lead_json(lead)
        self._call(lib.lsc_store_put_lead_json, c_text(organization, "organization"), raw, len(raw))

    def get_lead(self, organization: str, lead_id: str) -> Dict[str, Any]:
        """The properties of a lead: flat, with dotted names."""
        json_out, length = ffi.new("const char **"), ffi.new("size_t *")
        error = new_error()
        with self._use() as handle:
            check(lib.lsc_store_lead_json(handle, c_text(organization, "organization"),
                                          c_text(lead_id, "lead_id"), json_out, length, error),
                  error)
            raw = bytes(ffi.buffer(json_out[0], length[0]))
        properties: Dict[str, Any] = json.loads(raw)
        return properties

    def leads(self, organization: str, *, email: Optional[str] = None,
              status: Optional[str] = None, source: Optional[str] = None) -> Iterator[StoredLead]:
        """Leads in the order of their ids, all of them or those that are such."""
        kept = [optional_text(email, "email"), optional_text(status, "status"),
                optional_text(source, "source")]
        c_organization = c_text(organization, "organization")
        query = ffi.new("lsc_lead_query *")
        lib.lsc_lead_query_init(query, ffi.sizeof("lsc_lead_query"))
        query.email, query.status, query.source = kept
        query.limit = lib.LSC_MAX_PAGE

        def arguments(last: Optional[StoredLead]) -> Tuple[Any, ...]:
            kept.append(optional_text(None if last is None else last.id, "after"))
            query.after = kept[-1]
            return c_organization, query

        return self._pages(
            lib.lsc_store_list_leads, "lsc_stored_lead",
            lambda row: StoredLead(text(row.id) or "", text(row.uuid) or "", text(row.email),
                                   text(row.status), text(row.source),
                                   from_ms(row.created_at_ms)), arguments)

    def delete_lead(self, organization: str, lead_id: str) -> None:
        """Delete a lead with all that belongs to it. This is no erasure: bytes may stay in the file."""
        self._call(lib.lsc_store_delete_lead, c_text(organization, "organization"),
                   c_text(lead_id, "lead_id"))

    def add_activities(self, organization: str, activities: ActivitiesLike,
                       lead_id: Optional[str] = None) -> int:
        """Add activities of a lead, or of the leads that they name. Returns how many were new."""
        raw = activities_json(activities)
        added = ffi.new("size_t *")
        self._call(lib.lsc_store_add_activities_json, c_text(organization, "organization"),
                   optional_text(lead_id, "lead_id"), raw, len(raw), added)
        return int(added[0])

    def add_outcome(self, organization: str, lead_id: str, *, time: TimeLike,
                    converted: bool) -> None:
        """Add what became of a lead."""
        outcome = ffi.new("lsc_outcome *", {"time_ms": time_ms(time, "time"),
                                            "converted": converted})
        self._call(lib.lsc_store_add_outcome, c_text(organization, "organization"),
                   c_text(lead_id, "lead_id"), outcome)

    def clear_outcomes(self, organization: str, lead_id: str) -> None:
        """Take all added outcomes of a lead away."""
        self._call(lib.lsc_store_clear_outcomes, c_text(organization, "organization"),
                   c_text(lead_id, "lead_id"))

    def set_consent(self, organization: str, lead_id: str, purpose: str, *, given: bool,
                    time: TimeLike, source: Optional[str] = None) -> None:
        """Add that a lead gave or withdrew its consent to a purpose; the latest counts. A lead that
        withdrew it from ``"profiling"`` is suppressed."""
        consent = ffi.new("lsc_consent *")
        lib.lsc_consent_init(consent, ffi.sizeof("lsc_consent"))
        kept = optional_text(purpose, "purpose"), optional_text(source, "source")
        consent.purpose, consent.source = kept
        consent.given, consent.time_ms = given, time_ms(time, "time")
        self._call(lib.lsc_store_set_consent, c_text(organization, "organization"),
                   c_text(lead_id, "lead_id"), consent)

    def consents(self, organization: str, lead_id: str) -> List[Consent]:
        """The consents of a lead, given and withdrawn, by purpose, then time."""
        rows, count = ffi.new("const lsc_consent **"), ffi.new("size_t *")
        error = new_error()
        with self._use() as handle:
            check(lib.lsc_store_list_consents(handle, c_text(organization, "organization"),
                                              c_text(lead_id, "lead_id"), rows, count, error),
                  error)
            return [Consent(text(row.purpose) or "", bool(row.given), from_ms(row.time_ms),
                            text(row.source)) for row in (rows[0][i] for i in range(count[0]))]

    # Models.

    def add_model(self, organization: str, bundle: bytes) -> str:
        """Add a model, the bytes of a bundle. Returns its SHA-256, which is its id here."""
        raw = text_bytes(bundle, "bundle")
        sha256 = ffi.new("char[65]")
        self._call(lib.lsc_store_add_model, c_text(organization, "organization"), raw, len(raw),
                   ffi.NULL, sha256)
        return text(sha256) or ""

    def activate_model(self, organization: str, sha256: str, *, force: bool = False) -> None:
        """Make a model the one that scores. Raises GateFailedError when its gate did not pass and
        `force` is not set."""
        self._call(lib.lsc_store_activate_model, c_text(organization, "organization"),
                   c_text(sha256, "sha256"), force)

    def models(self, organization: str) -> List[StoredModel]:
        """The models of an organization, in the order in which they were added."""
        rows, count = ffi.new("const lsc_stored_model **"), ffi.new("size_t *")
        error = new_error()
        with self._use() as handle:
            check(lib.lsc_store_list_models(handle, c_text(organization, "organization"), rows,
                                            count, error), error)
            return [StoredModel(text(row.sha256) or "", text(row.uuid) or "", text(row.name) or "",
                                text(row.version) or "", text(row.model_type) or "",
                                bool(row.gate_passed), bool(row.active))
                    for row in (rows[0][i] for i in range(count[0]))]

    def load_model(self, organization: str, sha256: Optional[str] = None) -> Model:
        """Load a model by its id, or the one that scores."""
        out = ffi.new("lsc_model **")
        self._call(lib.lsc_store_load_model, c_text(organization, "organization"),
                   optional_text(sha256, "sha256"), ffi.NULL, out)
        return Model(out[0])

    # Scores.

    def score_lead(self, organization: str, lead_id: str, model: Model, *,
                   as_of: TimeLike) -> Explanation:
        """Score a lead from the store as of a time, say why, and keep the score. The model is one that
        the organization has."""
        moment = time_ms(as_of)
        pool = model._open()
        scorer = pool.take()
        try:
            with self._use() as handle:
                check(lib.lsc_store_score_lead(handle, c_text(organization, "organization"),
                                               c_text(lead_id, "lead_id"), scorer.pointer, moment,
                                               scorer.explanation, scorer.error), scorer.error)
                return scorer.read_explanation(lead_id)
        finally:
            pool.free.append(scorer)

    def scores(self, organization: str, *, min_score: int = 0,
               max_score: int = 100) -> Iterator[StoredScore]:
        """The latest score of each lead, the best first. `min_score` -1: unscored leads too."""
        kept: List[Any] = []
        c_organization = c_text(organization, "organization")
        query = ffi.new("lsc_score_query *")
        lib.lsc_score_query_init(query, ffi.sizeof("lsc_score_query"))
        query.limit, query.min_score, query.max_score = lib.LSC_MAX_PAGE, min_score, max_score

        def arguments(last: Optional[StoredScore]) -> Tuple[Any, ...]:
            if last is not None:
                kept.append(optional_text(last.lead_id, "after"))
                query.after_id = kept[-1]
                query.after_score = -1 if last.result.score is None else last.result.score
            return c_organization, query

        return self._pages(lib.lsc_store_list_scores, "lsc_stored_score", _read_score, arguments)

    def history(self, organization: str, lead_id: str, *, before: Optional[TimeLike] = None,
                limit: int = 0) -> List[StoredScore]:
        """The scores of a lead, the latest as-of time first."""
        rows, count = ffi.new("const lsc_stored_score **"), ffi.new("size_t *")
        error = new_error()
        moment = lib.LSC_TIME_NONE if before is None else time_ms(before, "before")
        with self._use() as handle:
            check(lib.lsc_store_list_history(handle, c_text(organization, "organization"),
                                             c_text(lead_id, "lead_id"), moment, limit, rows, count,
                                             error), error)
            return [_read_score(rows[0][i]) for i in range(count[0])]

    # Reading in bulk.

    def ingest(self, organization: str, *, leads: Any = None, activities: Any = None,
               outcomes: Any = None, rejects: Any = None, batch: int = 0,
               progress: Optional[Callable[[int], object]] = None) -> IngestCounts:
        """Take in NDJSON files. Taking the same lines in again changes nothing.

        rejects:   path where lines that are refused are set aside; without it the first one raises.
        batch:     lines a transaction; 0: 5000.
        progress:  called with the number of lines after each batch; False stops it (CancelledError),
                   and what it raises stops it and is raised. Batches before are kept.
        """
        ingest = ffi.new("lsc_ingest *")
        lib.lsc_ingest_init(ingest, ffi.sizeof("lsc_ingest"))
        kept = [ffi.NULL if path is None else ffi.new("char[]", path_bytes(path, "path"))
                for path in (leads, activities, outcomes, rejects)]
        ingest.leads, ingest.activities, ingest.outcomes, ingest.rejects = kept
        ingest.batch = batch
        told = Progress(progress)
        context = ffi.new_handle(told)
        ingest.progress, ingest.progress_ctx = lib.lscpy_lines_taken, context
        counts = ffi.new("lsc_ingest_counts *")
        lib.lsc_ingest_counts_init(counts, ffi.sizeof("lsc_ingest_counts"))
        error = new_error()
        with self._use() as handle:
            status = lib.lsc_store_ingest(handle, c_text(organization, "organization"), ingest,
                                          counts, error)
        told.conclude()
        check(status, error)
        return IngestCounts(**{field.name: getattr(counts, field.name)
                               for field in fields(IngestCounts)})


def restore_store(backup: Any, path: Any, *, key: Optional[bytes] = None, replace: bool = False,
                  progress: Optional[Callable[[int, int], object]] = None) -> None:
    """Make a store at `path` of a backup, looked over before it comes into its place. `key` is that of an
    encrypted one; `replace` puts it in place of a store that stands there.

    Raises NotFoundError, BadKeyError, BadStoreError for one that was changed, ConflictError, BusyError.
    """
    options = ffi.new("lsc_restore *")
    lib.lsc_restore_init(options, ffi.sizeof("lsc_restore"))
    told = Progress(progress)
    kept = _key(key), ffi.new_handle(told)
    options.key, options.progress_ctx = kept
    options.progress, options.replace = lib.lscpy_bytes_copied, replace
    error = new_error()
    status = lib.lsc_store_restore(path_bytes(backup, "backup"), path_bytes(path, "path"), options,
                                   error)
    told.conclude()
    check(status, error)
