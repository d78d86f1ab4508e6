"""Local state in one SQLite file: organizations, leads, activities, outcomes, models and scores."""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from typing import Any, Callable, Dict, Iterator, Optional, Tuple

from ._native import ffi, lib
from .aliases import AliasesLike, aliases_pointer
from .connection import KeyLike, store_key
from .errors import BadLeadError, ClosedError, check, new_error, text
from .inputs import (ActivitiesLike, LeadLike, TimeLike, activities_json, c_text, flag, lead_json,
                     new_lead, new_struct, optional_ms, optional_path, optional_text, path_bytes, time_ms, whole)
from .progress import Progress, keep
from .store_accounts import AccountCalls
from .store_analytics import AnalyticsCalls
from .store_privacy import PrivacyCalls
from .store_scores import ScoreCalls
from .stored import (IngestCounts, StoreCounts, StoredActivity, StoredLead, StoredOrganization, read_activity,
                     read_counts, read_lead, read_organization)


@ffi.def_extern(onerror=keep(ffi.from_handle))  # type: ignore[untyped-decorator]
def lscpy_bytes_copied(context: Any, n_bytes: int, n_all: int) -> bool:
    """Told now and then by Store.backup() and restore_store()."""
    told: Progress = ffi.from_handle(context)
    return told.tell(n_bytes, n_all)


class Store(AccountCalls, AnalyticsCalls, PrivacyCalls, ScoreCalls):
    """One connection to a store. Its calls are made one after the other, whichever threads make them;
    threads that are to read side by side open one each. The GIL is released while the library works.

    Every call about leads, models or scores names the organization, and sees nothing of any other.
    What any call may raise: BusyError, IoError, BadStoreError, ClosedError, and NotFoundError for an
    organization, lead or model that is not there.
    """

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Changes within come into the file together, or, when an exception leaves it, not at all; those
        that other threads make through this Store meanwhile, too."""
        self._call(lib.lsc_store_begin)
        try:
            yield
        except BaseException:
            with suppress(ClosedError), self._use() as handle:
                lib.lsc_store_rollback(handle)
            raise
        self._call(lib.lsc_store_commit)

    def check(self) -> None:
        """Look over the whole file; raises BadStoreError with the first thing that is wrong."""
        self._call(lib.lsc_store_check)

    def count(self, organization: Optional[str] = None) -> StoreCounts:
        """How much there is, of one organization or of all."""
        counts = new_struct(lib.lsc_store_counts_init)
        self._call(lib.lsc_store_count, optional_text(organization, "organization"), counts)
        return read_counts(StoreCounts, counts)

    def backup(self, path: Any, *, key: Optional[KeyLike] = None,
               progress: Optional[Callable[[int, int], object]] = None) -> None:
        """Write a copy of the store to a file, whole or not at all, encrypted where 32 bytes of a key
        are given. `progress` is called with how many bytes of how many are done, as that of
        `ingest`. Raises CancelledError, ConflictError where a store in use stands there."""
        backup = new_struct(lib.lsc_backup_init)
        told = Progress(progress)
        context = ffi.new_handle(told)
        backup.progress, backup.progress_ctx = lib.lscpy_bytes_copied, context
        error = new_error()
        with store_key(key) as backup.key, self._use() as handle:
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

        return self._pages(lib.lsc_store_list_organizations, "lsc_stored_organization",
                           read_organization, arguments)

    # Leads.

    def put_lead(self, organization: str, lead: LeadLike, *,
                 aliases: Optional[AliasesLike] = None) -> None:
        """Put a lead, with its `id`, in place of the one there is, or add it; activities in it are
        added. `aliases` as in `Model.score`: the store keeps properties by what they mean.

        Raises BadLeadError, also for a lead without id; BadJsonError; ConflictError when the e-mail is
        another lead's.
        """
        if aliases is not None:
            held = new_lead(lead, None, aliases_pointer(aliases))
            if text(lib.lsc_lead_id(held)) == "":
                raise BadLeadError("id is missing")
            self._call(lib.lsc_store_put_lead, c_text(organization, "organization"), held)
            return
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
        query = new_struct(lib.lsc_lead_query_init)
        query.email, query.status, query.source = kept
        query.limit = lib.LSC_MAX_PAGE

        def arguments(last: Optional[StoredLead]) -> Tuple[Any, ...]:
            kept.append(optional_text(None if last is None else last.id, "after"))
            query.after = kept[-1]
            return c_organization, query

        return self._pages(lib.lsc_store_list_leads, "lsc_stored_lead", read_lead, arguments)

    def lead_uuid(self, organization: str, lead_id: str) -> str:
        """The UUID of a lead: a name for it that says nothing of it, as rows of the audit trail have it."""
        uuid = ffi.new("char[37]")
        self._call(lib.lsc_store_lead_uuid, c_text(organization, "organization"),
                   c_text(lead_id, "lead_id"), uuid)
        return text(uuid) or ""

    def delete_lead(self, organization: str, lead_id: str) -> None:
        """Delete a lead with all that belongs to it. Bytes may stay in the file: see `erase_lead`."""
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

    def activities(self, organization: str, lead_id: str, *, type: Optional[str] = None,
                   since: Optional[TimeLike] = None, until: Optional[TimeLike] = None,
                   latest_first: bool = False) -> Iterator[StoredActivity]:
        """The activities of a lead by time, source and id, or backwards: all of them, those of a type,
        from `since` on, before `until`."""
        kept = [optional_text(type, "type")]
        c_organization, c_lead = c_text(organization, "organization"), c_text(lead_id, "lead_id")
        query = new_struct(lib.lsc_activity_query_init)
        query.type, query.limit = kept[0], lib.LSC_MAX_PAGE
        query.latest_first = flag(latest_first, "latest_first")
        query.from_ms, query.until_ms = optional_ms(since, "since"), optional_ms(until, "until")

        def arguments(last: Optional[StoredActivity]) -> Tuple[Any, ...]:
            if last is not None:
                kept.extend([optional_text(last.id, "after"), optional_text(last.source, "after")])
                query.after_id, query.after_source = kept[-2:]
                query.after_ms = time_ms(last.time, "after")
            return c_organization, c_lead, query

        return self._pages(lib.lsc_store_list_activities, "lsc_stored_activity", read_activity,
                           arguments)

    def add_outcome(self, organization: str, lead_id: str, *, time: TimeLike,
                    converted: bool) -> None:
        """Add what became of a lead."""
        outcome = ffi.new("lsc_outcome *", {"time_ms": time_ms(time, "time"),
                                            "converted": flag(converted, "converted")})
        self._call(lib.lsc_store_add_outcome, c_text(organization, "organization"),
                   c_text(lead_id, "lead_id"), outcome)

    def clear_outcomes(self, organization: str, lead_id: str) -> None:
        """Take all added outcomes of a lead away."""
        self._call(lib.lsc_store_clear_outcomes, c_text(organization, "organization"),
                   c_text(lead_id, "lead_id"))

    # Reading in bulk.

    def ingest(self, organization: str, *, leads: Any = None, activities: Any = None,
               outcomes: Any = None, rejects: Any = None, batch: int = 0,
               aliases: Optional[AliasesLike] = None,
               progress: Optional[Callable[[int], object]] = None) -> IngestCounts:
        """Take in NDJSON files. Taking the same lines in again changes nothing.

        rejects:   path where lines that are refused are set aside; without it the first one raises.
        batch:     lines a transaction; 0: 5000.
        aliases:   what names in the files mean, as in `Model.score`.
        progress:  called with the number of lines after each batch; False stops it (CancelledError),
                   and what it raises stops it and is raised. Batches before are kept.
        """
        ingest = new_struct(lib.lsc_ingest_init)
        kept = [optional_path(path, "path") for path in (leads, activities, outcomes, rejects)]
        ingest.leads, ingest.activities, ingest.outcomes, ingest.rejects = kept
        ingest.batch, ingest.aliases = whole(batch, "batch"), aliases_pointer(aliases)
        told = Progress(progress)
        context = ffi.new_handle(told)
        ingest.progress, ingest.progress_ctx = lib.lscpy_counted, context
        return self._count(lib.lsc_store_ingest, told, IngestCounts, lib.lsc_ingest_counts_init,
                           c_text(organization, "organization"), ingest)


def restore_store(backup: Any, path: Any, *, key: Optional[KeyLike] = None, replace: bool = False,
                  progress: Optional[Callable[[int, int], object]] = None) -> None:
    """Make a store at `path` of a backup, looked over before it comes into its place. `key` is that of an
    encrypted one; `replace` puts it in place of a store that stands there.

    Raises NotFoundError, BadKeyError, BadStoreError for one that was changed, ConflictError, BusyError.
    """
    options = new_struct(lib.lsc_restore_init)
    told = Progress(progress)
    context = ffi.new_handle(told)
    options.progress, options.progress_ctx = lib.lscpy_bytes_copied, context
    options.replace = flag(replace, "replace")
    error = new_error()
    with store_key(key) as options.key:
        status = lib.lsc_store_restore(path_bytes(backup, "backup"), path_bytes(path, "path"),
                                       options, error)
    told.conclude()
    check(status, error)
