"""Calls of a store about privacy: keys, erasure, retention, the audit trail, consents."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Iterator, List, Optional, Tuple

from ._native import ffi, lib
from .connection import Connection, KeyLike, store_key
from .errors import Error, check, new_error, text
from .inputs import TimeLike, c_text, flag, new_struct, optional_ms, optional_text, time_ms
from .progress import Progress, keep
from .sources import name_list
from .stored import AuditHead, AuditRow, Consent, RetentionCounts, read_audit, read_consent


@ffi.def_extern(onerror=keep(ffi.from_handle))  # type: ignore[untyped-decorator]
def lscpy_take_bytes(context: Any, data: Any, length: int) -> bool:
    """Given the bytes of Store.export_lead()."""
    told: Progress = ffi.from_handle(context)
    return told.tell(bytes(ffi.buffer(data, length)))


class PrivacyCalls(Connection):
    """Of `Store`."""

    # Keys, and what is left in a file.

    def rekey(self, key: Optional[KeyLike] = None) -> None:
        """Encrypt the store with another key, or one that is not encrypted with its first. From the
        moment it has begun the store opens with the new key alone; stopped midway, by an error or the end
        of the process, it goes on where it was when it is called again without a key."""
        error = new_error()
        with store_key(key) as c_key, self._use() as handle:
            check(lib.lsc_store_rekey(handle, c_key, error), error)

    def purge(self) -> None:
        """Write the file anew without what was erased, or encrypted in place, where it may have left
        bytes. Raises BusyError while others read or write: it stays due."""
        self._call(lib.lsc_store_purge)

    def export_lead(self, organization: str, lead_id: str,
                    write: Callable[[bytes], object]) -> None:
        """Give all that is held on a lead, as one JSON object in UTF-8 (docs/store.md), piece by piece to
        `write`, such as that of a file: `store.export_lead("acme", "L1", file.write)`. It must not use
        the store. What it raises is raised; False stops (CancelledError), and what was written then is
        no whole JSON."""
        told = Progress(write)
        context = ffi.new_handle(told)
        error = new_error()
        with self._use() as handle:
            status = lib.lsc_store_export_lead(handle, c_text(organization, "organization"),
                                               c_text(lead_id, "lead_id"), lib.lscpy_take_bytes,
                                               context, error)
        told.conclude()
        check(status, error)

    def erase_lead(self, organization: str, lead_id: str) -> List[str]:
        """Delete a lead with all that belongs to it, so that no byte of it is left in the file or its
        log. Returns the ids of the models that were trained from it, as `train` noted, or
        `note_training`. Raises BusyError when it is deleted and others read too long for the purge: `purge`
        ends it, and `Error.models` has the ids."""
        models, count = ffi.new("const char *const **"), ffi.new("size_t *")
        error = new_error()
        with self._use() as handle:
            status = lib.lsc_store_erase_lead(handle, c_text(organization, "organization"),
                                              c_text(lead_id, "lead_id"), models, count, error)
            ids = [text(models[0][i]) or "" for i in range(count[0])]
        try:
            check(status, error)
        except Error as reason:
            reason.models = tuple(ids)
            raise
        return ids

    def note_training(self, organization: str, sha256: str, lead_ids: Iterable[str]) -> None:
        """Note which leads a model was trained from, where `train` did not read them from the store
        itself; those that are not there any more are passed over. The model need not be in the store."""
        kept, listed, count = name_list(lead_ids, "lead_ids")
        self._call(lib.lsc_store_note_training, c_text(organization, "organization"),
                   c_text(sha256, "sha256"), listed, count)
        del kept

    def retain(self, organization: str, *, activities_before: Optional[TimeLike] = None,
               activity_type: Optional[str] = None, scores_before: Optional[TimeLike] = None,
               leads_before: Optional[TimeLike] = None, dry_run: bool = False,
               progress: Optional[Callable[[int], object]] = None) -> RetentionCounts:
        """Erase what is older than it is to be kept, so that no byte of it is left in the file or its log.
        None: nothing of that kind goes. What was stopped is begun again by the same call.

        activities_before:  activities that happened before, of `activity_type` alone where it is given.
        scores_before:      scores as of a time before.
        leads_before:       leads of which the last thing that is known was before: when they were created,
                            their activities, outcomes and consents. Where nothing has a time they stay.
        dry_run:            count what would go, and change nothing.
        progress:           called with how many leads were looked at after each transaction, as that of
                            `ingest`. Transactions before are kept.

        Raises InvalidArgError where nothing is to go, and within `transaction`; CancelledError; BusyError
        also when all is gone from the tables and others read too long for the purge.
        """
        c_type = optional_text(activity_type, "activity_type")
        retention = new_struct(lib.lsc_retention_init)
        retention.activities_before_ms = optional_ms(activities_before, "activities_before")
        retention.scores_before_ms = optional_ms(scores_before, "scores_before")
        retention.leads_before_ms = optional_ms(leads_before, "leads_before")
        retention.activity_type, retention.dry_run = c_type, flag(dry_run, "dry_run")
        told = Progress(progress)
        context = ffi.new_handle(told)
        retention.progress, retention.progress_ctx = lib.lscpy_counted, context
        return self._count(lib.lsc_store_retain, told, RetentionCounts, lib.lsc_retention_counts_init,
                           c_text(organization, "organization"), retention)

    # The audit trail.

    def set_audited(self, audited: bool) -> None:
        """From now on note what is done with personal data, or no more, for all connections. Raises
        InvalidArgError before `set_actor`; so does, in an audited store, every call that reads or
        changes personal data."""
        self._call(lib.lsc_store_set_audited, flag(audited, "audited"))

    def note_access(self, organization: str, lead_id: str) -> None:
        """Note that something of a lead is given out from a copy of your own, such as a cache of scores.
        Call it before, and give nothing out where it raises: the lead may be gone. In a store that is not
        audited it looks whether the lead is there."""
        self._call(lib.lsc_store_note_access, c_text(organization, "organization"),
                   c_text(lead_id, "lead_id"))

    def audit_head(self) -> AuditHead:
        """The head of the audit trail. Kept outside of the store its code is an anchor for `verify`."""
        n_rows, head = ffi.new("int64_t *"), ffi.new("char[65]")
        self._call(lib.lsc_store_audit_head, n_rows, head)
        return AuditHead(int(n_rows[0]), text(head) or "")

    def verify(self, anchor: Optional[str] = None) -> int:
        """See that no row of the audit trail was changed or taken away, and return how many there are.

        anchor:  the code that `audit_head` once gave: rows up to it must be there. Without it rows that
                 were cut off at the end are not missed.

        Raises BadStoreError naming the first row that is not right.
        """
        n_rows = ffi.new("int64_t *")
        c_anchor = optional_text(anchor, "anchor")
        self._call(lib.lsc_store_verify, c_anchor, n_rows)
        return int(n_rows[0])

    def audit(self, organization: Optional[str] = None, *, subject: Optional[str] = None,
              actor: Optional[str] = None, action: Optional[str] = None,
              since: Optional[TimeLike] = None,
              until: Optional[TimeLike] = None) -> Iterator[AuditRow]:
        """Rows of the audit trail in the order of their numbers: of an organization, or all; of a
        subject or an actor (UUIDs), of an action such as ``"read lead"``; from `since` on, before
        `until`. `verify` tells whether they are as they were written."""
        kept = [optional_text(subject, "subject"), optional_text(actor, "actor"),
                optional_text(action, "action")]
        c_organization = optional_text(organization, "organization")
        query = new_struct(lib.lsc_audit_query_init)
        query.subject, query.actor, query.action = kept
        query.limit = lib.LSC_MAX_PAGE
        query.from_ms, query.until_ms = optional_ms(since, "since"), optional_ms(until, "until")

        def arguments(last: Optional[AuditRow], held: Any = kept) -> Tuple[Any, ...]:
            query.after = 0 if last is None else last.number
            return c_organization, query

        return self._pages(lib.lsc_store_list_audit, "lsc_audit_row", read_audit, arguments)

    # Consents.

    def set_consent(self, organization: str, lead_id: str, purpose: str, *, given: bool,
                    time: TimeLike, source: Optional[str] = None) -> None:
        """Add that a lead gave or withdrew its consent to a purpose; the latest counts. A lead that
        withdrew it from ``"profiling"`` is suppressed."""
        consent = new_struct(lib.lsc_consent_init)
        kept = optional_text(purpose, "purpose"), optional_text(source, "source")
        consent.purpose, consent.source = kept
        consent.given, consent.time_ms = flag(given, "given"), time_ms(time, "time")
        self._call(lib.lsc_store_set_consent, c_text(organization, "organization"),
                   c_text(lead_id, "lead_id"), consent)

    def consents(self, organization: str, lead_id: str) -> List[Consent]:
        """The consents of a lead, given and withdrawn, by purpose, then time."""
        return self._rows(lib.lsc_store_list_consents, "lsc_consent", read_consent,
                          c_text(organization, "organization"), c_text(lead_id, "lead_id"))
