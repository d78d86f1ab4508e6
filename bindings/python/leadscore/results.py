"""What the library answers: plain, frozen, typed."""

from __future__ import annotations

import html
import struct
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Dict, Mapping, Optional, Tuple

from ._native import ffi, lib
from .errors import text
from .inputs import from_ms


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    return html.escape(str(value))


def html_table(title: str, rows: Mapping[str, object]) -> str:
    """A table of two columns, for notebooks. Everything in it is escaped."""
    body = "".join(f"<tr><th>{html.escape(name)}</th><td>{_cell(value)}</td></tr>"
                   for name, value in rows.items())
    return f"<table><caption>{html.escape(title)}</caption>{body}</table>"


@dataclass(frozen=True)
class Result:
    """The score of a lead or vector. What does not exist is None: an unscored lead has no score,
    never 0."""

    #: ``"scored"``, ``"insufficient_data"`` or ``"suppressed"``.
    status: str
    #: 0 to 100.
    score: Optional[int]
    #: ``"A"``, ``"B"``, ``"C"``, ``"D"`` or ``"F"``.
    grade: Optional[str]
    #: In [0, 1], calibrated where the model is.
    probability: Optional[float]
    #: The 90 % interval of the probability.
    probability_low: Optional[float]
    probability_high: Optional[float]
    #: 1 - (high - low).
    confidence: Optional[float]
    #: Log-odds, as XGBoost gives them, to the bit. None for a scorecard.
    margin: Optional[float]
    #: XGBoost's own sigmoid of the margin. None for a scorecard.
    raw_probability: Optional[float]
    #: Of a scorecard.
    points: Optional[float]

    def __repr__(self) -> str:
        if self.score is None:
            return f"Result(status={self.status!r})"
        known = [f"score={self.score}", f"grade={self.grade!r}"]
        if self.probability is not None:
            known.append(f"probability={self.probability:.4f}")
        if self.probability_low is not None and self.probability_high is not None:
            known.append(f"interval=({self.probability_low:.4f}, {self.probability_high:.4f})")
        if self.points is not None:
            known.append(f"points={self.points:g}")
        return f"Result({', '.join(known)})"

    def _repr_html_(self) -> str:
        shown = {field.name: getattr(self, field.name) for field in fields(self)}
        return html_table("Score", {name: value for name, value in shown.items()
                                    if value is not None})


_LAYOUT = struct.Struct("@Niic4d2fd")
#: Names of what lsc_outcome_status says, and grades of C's characters.
STATUSES = {value: text(lib.lsc_outcome_status_name(value)) or "" for value in (
    lib.LSC_SCORED, lib.LSC_INSUFFICIENT_DATA, lib.LSC_SUPPRESSED)}
GRADES: Dict[bytes, Optional[str]] = {b"\0": None, **{bytes([c]): chr(c) for c in b"ABCDF"}}
_unpack = _LAYOUT.unpack_from
_new = object.__new__
_set = object.__setattr__

if _LAYOUT.size != ffi.sizeof("lsc_result"):
    raise ImportError("lsc_result is not of the size that this package was written for")


def read_result(buffer: Any) -> Result:
    """A Result of the bytes of an lsc_result. The class's own __init__ would take longer than the
    score did."""
    (_, status, score, grade, probability, low, high, confidence, margin, raw,
     points) = _unpack(buffer)
    result = _new(Result)
    values = {
        "status": STATUSES[status],
        "score": score,
        "grade": GRADES[grade],
        "probability": probability,
        "probability_low": low,
        "probability_high": high,
        "confidence": confidence,
        "margin": margin,
        "raw_probability": raw,
        "points": None,
    }
    whole = probability + confidence + margin + raw
    if whole != whole or score < 0 or points == points:  # not all that trees have, or a scorecard's
        values["points"] = points
        values["score"] = None if score < 0 else score
        for name, value in values.items():
            if value != value:  # NaN
                values[name] = None
    _set(result, "__dict__", values)
    return result


@dataclass(frozen=True)
class Contribution:
    """What a feature contributes: log-odds (exact TreeSHAP), or points of a scorecard."""

    feature: str
    group: str
    value: float


@dataclass(frozen=True)
class Reason:
    """Why a score is high or low, as a sentence."""

    #: Stable: ``"feature_name.up"`` or ``"feature_name.down"``.
    code: str
    feature: str
    text: str
    #: As in contributions; its sign is the direction.
    contribution: float
    #: The activities behind it, latest first.
    activity_ids: Tuple[str, ...]


@dataclass(frozen=True)
class Receipt:
    """What is needed to compute a score again and see that it is the same. Hashes are SHA-256."""

    model_sha256: str
    spec_sha256: str
    input_sha256: str
    result_sha256: str
    #: None for a vector.
    as_of: Optional[datetime]
    library_version: str


@dataclass(frozen=True)
class Explanation:
    """A score, and why."""

    result: Result
    #: Margin (or points) before any contribution; None for an unscored lead.
    base_value: Optional[float]
    #: A feature each, in the order of the spec; none for an unscored lead.
    contributions: Tuple[Contribution, ...]
    #: ``baseline + sum(breakdown.values()) == result.score``; None for an unscored lead.
    baseline: Optional[int]
    #: Points of the score by group, in the order of the spec.
    breakdown: Mapping[str, int]
    #: Those up by size, then those down by size.
    reasons: Tuple[Reason, ...]
    receipt: Receipt
    #: The whole as one JSON object (docs/result.md); what `Model.replay` takes.
    json: str

    def __repr__(self) -> str:
        reasons = ", ".join(reason.code for reason in self.reasons)
        return f"Explanation({self.result!r}, reasons=[{reasons}])"

    def _repr_html_(self) -> str:
        rows: Dict[str, object] = {} if self.baseline is None else {"baseline": self.baseline, **self.breakdown}
        items = "".join(f"<li>{html.escape(reason.text)}</li>" for reason in self.reasons)
        return f"{self.result._repr_html_()}{html_table('Breakdown', rows)}<ul>{items}</ul>"


def known(value: float) -> Optional[float]:
    """A number, or None for NaN."""
    return value if value == value else None


def _read_reason(reason: Any) -> Reason:
    ids = tuple(text(reason.activity_ids[i]) or "" for i in range(reason.n_activity_ids))
    return Reason(text(reason.code) or "", text(reason.feature) or "", text(reason.text) or "",
                  reason.contribution, ids)


def read_receipt(receipt: Any) -> Receipt:
    """A Receipt of an lsc_receipt."""
    return Receipt(text(receipt.model_sha256) or "", text(receipt.spec_sha256) or "",
                   text(receipt.input_sha256) or "", text(receipt.result_sha256) or "",
                   from_ms(receipt.as_of_ms), text(receipt.library_version) or "")


def read_breakdown(parts: Any, count: int) -> Mapping[str, int]:
    """The points of each group."""
    return {text(parts[i].group) or "": parts[i].points for i in range(count)}


def read_explanation(explanation: Any, json: str) -> Explanation:
    """An Explanation of an lsc_explanation, which is valid until its scorer's next call."""
    contributions = tuple(
        Contribution(text(item.feature) or "", text(item.group) or "", item.value)
        for item in (explanation.contributions[i] for i in range(explanation.n_contributions)))
    result = read_result(ffi.buffer(ffi.addressof(explanation, "result")))
    return Explanation(
        result=result,
        base_value=known(explanation.base_value),
        contributions=contributions,
        baseline=None if result.score is None else explanation.baseline,
        breakdown=read_breakdown(explanation.breakdown, explanation.n_breakdown),
        reasons=tuple(_read_reason(explanation.reasons[i]) for i in range(explanation.n_reasons)),
        receipt=read_receipt(explanation.receipt),
        json=json,
    )


@dataclass(frozen=True)
class ModelInfo:
    """The facts of a model."""

    name: str
    version: str
    #: ``"behavioral"``, ``"demographic"`` or ``"composite"``.
    model_type: str
    #: ``"gbdt"`` or ``"scorecard"``.
    engine: str
    gate_passed: bool
    calibrated: bool
    n_features: int
    n_columns: int
    n_trees: int
    n_nodes: int
    max_depth: int
    #: Of the bundle's file.
    sha256: str
    #: Of the spec in it.
    spec_sha256: str
    #: Id of the trusted key that signed it, checked when it was loaded; else None.
    signed_by: Optional[str]
    #: Id of the key that its signature names, checked or not.
    claimed_key: Optional[str]

    def _repr_html_(self) -> str:
        return html_table("Model", {field.name: getattr(self, field.name)
                                    for field in fields(self)})


def read_model_info(info: Any) -> ModelInfo:
    """A ModelInfo of an lsc_model_info."""
    engine = "scorecard" if info.engine == lib.LSC_ENGINE_SCORECARD else "gbdt"
    return ModelInfo(
        text(info.name) or "", text(info.version) or "", text(info.model_type) or "", engine,
        bool(info.gate_passed), bool(info.calibrated), info.n_features, info.n_columns,
        info.n_trees, info.n_nodes, info.max_depth, text(info.sha256) or "",
        text(info.spec_sha256) or "", text(info.signed_by), text(info.claimed_key))
