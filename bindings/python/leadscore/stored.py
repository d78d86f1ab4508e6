"""What a store holds, as its lists give it: plain, frozen, typed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Mapping, Optional, Tuple, Type, TypeVar, cast

from ._native import ffi, lib
from .errors import text
from .inputs import from_ms
from .results import (GRADES, STATUSES, Receipt, Result, html_table, known, read_breakdown,
                      read_receipt, read_result)


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
        return html_table("Store", {each.name: getattr(self, each.name)
                                    for each in fields(self)})


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
class StoredActivity:
    """An activity as lists give it."""

    id: str
    #: "": not said.
    source: str
    type: str
    time: datetime
    recorded_time: datetime
    bot: bool
    #: Its properties: flat, with dotted names.
    data: Mapping[str, Any] = field(repr=False)


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
    #: As that of an `Explanation`.
    baseline: Optional[int]
    breakdown: Mapping[str, int]
    receipt: Receipt

    def _repr_html_(self) -> str:
        return self.result._repr_html_()


@dataclass(frozen=True)
class ScoreChange:
    """What made two scores of a lead differ, by part: ``"time"``, ``"activities"``, ``"properties"``,
    ``"model"``."""

    from_score: int
    to_score: int
    #: Of the score: they sum to ``to_score - from_score``.
    points: Mapping[str, int]
    #: Before rounding, of 100 times the probability, or a scorecard's points.
    exact_points: Mapping[str, float]
    #: In log-odds; None where a model has none.
    margins: Mapping[str, Optional[float]]
    #: How many activities each score saw.
    from_activities: int
    to_activities: int

    def _repr_html_(self) -> str:
        return html_table("Change", {"from": self.from_score, **self.points, "to": self.to_score})


@dataclass(frozen=True)
class StaleLead:
    """A lead whose score can have changed."""

    id: str
    #: ``"changed"``: the lead or its activities did since, or it was never scored; ``"model"``: another
    #: model scored it; ``"due"``: time, as an activity that left a window.
    reason: str
    #: Of ``"due"``, since when.
    due: Optional[datetime]


@dataclass(frozen=True)
class RescoringCounts:
    """What `Store.score_all` and `Store.score_stale` came to."""

    #: Scores that were kept.
    scored: int
    #: Of them, those that were not the same before.
    changed: int


@dataclass(frozen=True)
class ScoreCount:
    """How many leads have a score."""

    #: ``"scored"``, ``"insufficient_data"`` or ``"suppressed"``.
    status: str
    #: 0 to 100; None for unscored leads.
    score: Optional[int]
    grade: Optional[str]
    leads: int


@dataclass(frozen=True)
class GradeConversion:
    """How many leads of a grade converted."""

    grade: str
    leads: int
    #: Of them.
    converted: int


@dataclass(frozen=True)
class ProbabilityBin:
    """Leads whose probability is in [low, high); the last bin has 1 in it, too."""

    low: float
    high: float
    leads: int
    #: Of them.
    converted: int
    #: None where there are none.
    mean_probability: Optional[float]


@dataclass(frozen=True)
class Performance:
    """How a model did in a month. What cannot be said is None, as all of probabilities is of a scorecard
    without."""

    #: Such as ``"2026-03"``, in UTC.
    month: str
    model_sha256: str
    model_name: str
    model_version: str
    leads: int
    #: Of them.
    converted: int
    #: Beside `converted / leads` it says whether the model says too much or too little.
    mean_probability: Optional[float]
    #: Mean of (probability - outcome)^2.
    brier: Optional[float]
    #: Mean, in nats.
    log_loss: Optional[float]
    #: Of the scores: that one who converts has more than one who does not; equal ones count half.
    auc: Optional[float]
    #: Ten, of equal width.
    bins: Tuple[ProbabilityBin, ...] = field(repr=False)

    def _repr_html_(self) -> str:
        return html_table(f"{self.model_name} in {self.month}", {
            name: getattr(self, name)
            for name in ("leads", "converted", "mean_probability", "brier", "log_loss", "auc")})


@dataclass(frozen=True)
class RetentionCounts:
    """What `Store.retain` erased, or would erase."""

    #: Whole, with all that is held of them.
    leads: int
    #: Of leads that stay.
    activities: int
    scores: int


@dataclass(frozen=True)
class AuditHead:
    """How long the audit trail is, and the code of its last row, which follows from all rows."""

    n_rows: int
    #: 64 hex digits; zeros where there is no row.
    code: str


@dataclass(frozen=True)
class AuditRow:
    """A row of the audit trail."""

    #: From 1 on, without a gap.
    number: int
    time: Optional[datetime]
    #: None: of the store as a whole.
    organization: Optional[str]
    #: UUID of who acted; None: not said.
    actor: Optional[str]
    #: Such as ``"read lead"``.
    action: str
    #: UUID of the lead or account; None: of several, or of none.
    subject: Optional[str]
    #: Of what was read or written.
    amount: int


@dataclass(frozen=True)
class StoredAccount:
    """A user or an integration of an organization."""

    id: str
    #: Made by the store; says nothing of who it is, and never changes.
    uuid: str
    role: Optional[str]
    active: bool
    #: Names, addresses, secrets.
    details: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class IngestCounts:
    """What `Store.ingest` took in."""

    leads: int
    activities: int
    duplicates: int
    outcomes: int
    rejected: int


_STALE_REASONS = {lib.LSC_STALE_CHANGED: "changed", lib.LSC_STALE_MODEL: "model",
                  lib.LSC_STALE_DUE: "due"}


_Counts = TypeVar("_Counts")


def read_counts(kind: Type[_Counts], counts: Any) -> _Counts:
    """A class of counts, of the struct whose members have the same names."""
    return kind(**{each.name: getattr(counts, each.name) for each in fields(cast(Any, kind))})


def read_lead(row: Any) -> StoredLead:
    """A StoredLead of an lsc_stored_lead."""
    return StoredLead(text(row.id) or "", text(row.uuid) or "", text(row.email), text(row.status),
                      text(row.source), from_ms(row.created_at_ms))


def read_activity(row: Any) -> StoredActivity:
    """A StoredActivity of an lsc_stored_activity."""
    return StoredActivity(text(row.id) or "", text(row.source) or "", text(row.type) or "",
                          cast(datetime, from_ms(row.time_ms)),
                          cast(datetime, from_ms(row.recorded_time_ms)), bool(row.bot),
                          json.loads(text(row.data) or "{}"))


def read_organization(row: Any) -> StoredOrganization:
    """A StoredOrganization of an lsc_stored_organization."""
    return StoredOrganization(text(row.id) or "", text(row.uuid) or "", text(row.name))


def read_account(row: Any) -> StoredAccount:
    """A StoredAccount of an lsc_stored_account."""
    return StoredAccount(text(row.id) or "", text(row.uuid) or "", text(row.role), bool(row.active),
                         json.loads(text(row.details) or "{}"))


def read_audit(row: Any) -> AuditRow:
    """An AuditRow of an lsc_audit_row."""
    return AuditRow(int(row.number), from_ms(row.time_ms), text(row.organization), text(row.actor),
                    text(row.action) or "", text(row.subject), int(row.amount))


def read_consent(row: Any) -> Consent:
    """A Consent of an lsc_consent."""
    return Consent(text(row.purpose) or "", bool(row.given), from_ms(row.time_ms), text(row.source))


def read_model(row: Any) -> StoredModel:
    """A StoredModel of an lsc_stored_model."""
    return StoredModel(text(row.sha256) or "", text(row.uuid) or "", text(row.name) or "",
                       text(row.version) or "", text(row.model_type) or "", bool(row.gate_passed),
                       bool(row.active))


def read_score_count(row: Any) -> ScoreCount:
    """A ScoreCount of an lsc_score_count."""
    return ScoreCount(STATUSES[row.status], None if row.score < 0 else row.score, GRADES[row.grade],
                      row.n_leads)


def read_conversion(row: Any) -> GradeConversion:
    """A GradeConversion of an lsc_grade_conversion."""
    return GradeConversion(GRADES[row.grade] or "", row.n_leads, row.n_converted)


def read_performance(row: Any) -> Performance:
    """A Performance of an lsc_performance."""
    n = len(row.bins)
    bins = tuple(ProbabilityBin(i / n, (i + 1) / n, row.bins[i].n_leads, row.bins[i].n_converted,
                                known(row.bins[i].mean_probability)) for i in range(n))
    return Performance(text(row.month) or "", text(row.model_sha256) or "", text(row.model_name) or "",
                       text(row.model_version) or "", row.n_leads, row.n_converted,
                       known(row.mean_probability), known(row.brier), known(row.log_loss),
                       known(row.auc), bins)


def read_change(change: Any) -> ScoreChange:
    """A ScoreChange of an lsc_score_change."""
    names = [text(lib.lsc_change_part_name(part)) or "" for part in range(len(change.points))]
    margins = {name: known(change.margins[part]) for part, name in enumerate(names)}
    return ScoreChange(change.from_score, change.to_score, dict(zip(names, change.points)),
                       dict(zip(names, change.exact_points)), margins, int(change.from_activities),
                       int(change.to_activities))


def read_stale(row: Any) -> StaleLead:
    """A StaleLead of an lsc_stale_lead."""
    return StaleLead(text(row.id) or "", _STALE_REASONS[row.reason], from_ms(row.due_ms))


def read_score(score: Any) -> StoredScore:
    """A StoredScore of an lsc_stored_score."""
    result = read_result(ffi.buffer(ffi.addressof(score, "result")))
    return StoredScore(text(score.lead_id) or "", text(score.model_name) or "",
                       text(score.model_version) or "",
                       result, None if result.score is None else score.baseline,
                       read_breakdown(score.breakdown, score.n_breakdown),
                       read_receipt(score.receipt))
