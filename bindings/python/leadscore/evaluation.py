"""How good a model is, whether leads are still such as it was trained on, and what it was trained on."""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Dict, Iterable, List, Optional

from ._native import ffi, lib
from .errors import InvalidArgError, check, new_error, text
from .inputs import TimeLike, check_listed, days_ms, from_ms, new_struct, number, time_ms, whole
from .model import Model, as_model
from .progress import Progress
from .results import html_table
from .sources import Source, SourceLike, as_source
from .spec import Spec, as_spec
from .tables import numpy
from .training import RowOptions
from .training_library import Library, ProgressCall


def _taken(out: Any) -> Any:
    """A text that the library gave away, or NULL, freed with what is returned."""
    return ffi.gc(out[0], lib.lsc_text_free)


def _read(taken: Any) -> Dict[str, Any]:
    read: Dict[str, Any] = json.loads(text(taken) or "{}")
    return read


def _labels(labels: Iterable[Any]) -> "array[int]":
    check_listed(labels, "labels")
    plain = list(labels)
    for row, label in enumerate(plain):
        if label not in (0, 1):
            raise InvalidArgError(f"the label of row {row} is {label!r}, must be 0 or 1")
    return array("B", map(int, plain))


def _probabilities(probabilities: Iterable[float]) -> "array[float]":
    check_listed(probabilities, "probabilities")
    plain = list(probabilities)
    try:
        return array("d", plain)
    except TypeError:
        return array("d", [number(value, f"the probability of row {row}") for row, value in enumerate(plain)])


def metrics(labels: Iterable[Any], probabilities: Iterable[float], *, seed: int = 0) -> Dict[str, Any]:
    """Metrics of predicted probabilities, each with a 95 % interval, and curves to draw
    (docs/metrics.md): `metrics(y, p)["roc_auc"]["value"]`.

    labels:         [n_rows], 0 or 1 (or booleans).
    probabilities:  [n_rows], in [0, 1].
    seed:           of the bootstrap.

    Raises BadDataError when there is one class only, or no row; InvalidArgError naming the row at fault.
    """
    library = Library.get()
    known, given = _labels(labels), _probabilities(probabilities)
    if len(known) != len(given):
        raise InvalidArgError(f"there are {len(known)} labels and {len(given)} probabilities")
    out = ffi.new("char **")
    error = new_error()
    check(library.lib.lsc_metrics_json(ffi.from_buffer("unsigned char[]", known),
                                       ffi.from_buffer("double[]", given), len(known),
                                       whole(seed, "seed", 2 ** 64 - 1), out, error), error)
    return _read(_taken(out))


def evaluate(model: Model, source: SourceLike, *, label: Optional[str] = None,
             positive: Optional[str] = None, id: Optional[str] = None, horizon_days: float = 0,
             every_days: float = 0, rows_per_lead: int = 0, repeats: bool = False, seed: int = 0,
             progress: Optional[ProgressCall] = None) -> Dict[str, Any]:
    """Measure a model on leads whose outcome is known: metrics as those of `metrics`, with intervals for
    leads, and "grades" (docs/metrics.md). Leads that the model was trained on flatter it.

    The arguments are as those of `train`. Raises BadDataError when there is no row, or one class only;
    what the source raises; CancelledError.
    """
    library = Library.get()
    rows = RowOptions(horizon_days=horizon_days, every_days=every_days, rows_per_lead=rows_per_lead,
                      repeats=repeats, seed=seed)
    given = as_source(source, label, positive, id)
    options = rows.options(library, given)
    return _measure(library.lib.lsc_model_evaluate, model, given, options, progress)


def drift(model: Model, source: SourceLike, *, as_of: Optional[TimeLike] = None,
          label: Optional[str] = None, positive: Optional[str] = None, id: Optional[str] = None,
          horizon_days: float = 0, seed: int = 0,
          progress: Optional[ProgressCall] = None) -> Dict[str, Any]:
    """Whether leads are still such as a model was trained on: how far each feature and the score have
    moved, calibration and metrics where outcomes are known, and what to do about it (docs/drift.md).

    as_of:         leads as they were then; needed where the source has times.
    horizon_days:  outcomes count within this time; 0: that of the model's training.

    Raises UnsupportedError for a model that knows nothing of its training (a scorecard, an imported one);
    BadDataError when no lead is left to compare; what the source raises; CancelledError.
    """
    library = Library.get()
    options = new_struct(library.lib.lsc_drift_init, library.ffi)
    if as_of is not None:
        options.as_of_ms = time_ms(as_of)
    options.horizon_ms = days_ms(horizon_days, "horizon_days")
    options.seed = whole(seed, "seed", 2 ** 64 - 1)
    return _measure(library.lib.lsc_drift_json, model, as_source(source, label, positive, id), options,
                    progress)


def _measure(call: Any, model: Model, source: Source, options: Any,
             progress: Optional[ProgressCall]) -> Dict[str, Any]:
    """Of a call that gives a text away, of a model and a source."""
    library = Library.get()
    told = Progress(progress)
    context = library.ffi.new_handle(told)
    options.progress, options.progress_ctx = library.lib.lscpy_progress, context
    out = ffi.new("char **")
    error = new_error()
    held = as_model(model)._pointer
    with source._use() as pointer:
        status = call(held, pointer, options, out, error)
    taken = _taken(out)
    told.conclude()
    check(status, error)
    return _read(taken)


@dataclass(frozen=True)
class TrainingRows:
    """Rows as training makes them of leads, in order."""

    #: The names of the columns.
    names: List[str]
    lead_ids: List[str] = field(default_factory=list)
    #: Milliseconds since 1970; LSC_TIME_NONE in a table.
    as_of_ms: "array[int]" = field(default_factory=lambda: array("q"))
    #: float32 [n_rows][n_columns], row by row; NaN where a value is missing.
    columns: "array[float]" = field(default_factory=lambda: array("f"))
    #: 0 or 1.
    labels: "array[int]" = field(default_factory=lambda: array("B"))

    def __len__(self) -> int:
        return len(self.lead_ids)

    def as_of(self, row: int) -> Optional[datetime]:
        """The time that a row is of; None in a table."""
        return from_ms(self.as_of_ms[row])

    @property
    def matrix(self) -> Any:
        """The columns as a numpy array, float32 [n_rows][n_columns], without a copy."""
        return numpy().frombuffer(self.columns, "float32").reshape(len(self), len(self.names))

    def __repr__(self) -> str:
        return f"TrainingRows({len(self)} rows of {len(self.names)} columns, {sum(self.labels)} converted)"

    def _repr_html_(self) -> str:
        return html_table("Training rows", {"rows": len(self), "columns": len(self.names),
                                            "converted": sum(self.labels)})


def training_rows(source: SourceLike, *, label: Optional[str] = None, positive: Optional[str] = None,
                  id: Optional[str] = None, spec: Optional[Spec] = None, horizon_days: float = 0,
                  every_days: float = 0, rows_per_lead: int = 0, as_of: str = "every",
                  as_of_days: float = 0, repeats: bool = False, seed: int = 0) -> TrainingRows:
    """The rows that training would make, for a look or another tool. The arguments are as those of
    `train`; nothing is learned into the spec. Raises as `train`."""
    library = Library.get()
    rows = RowOptions(horizon_days=horizon_days, every_days=every_days, rows_per_lead=rows_per_lead,
                      as_of=as_of, as_of_days=as_of_days, repeats=repeats, seed=seed)
    given = as_source(source, label, positive, id)
    options = rows.options(library, given)
    used = (as_spec(spec) if spec is not None else
            Spec.default() if given.has_times and not given.is_events else Spec.infer(given))
    options.spec = used._pointer
    made = TrainingRows(used.columns)
    told = Progress(lambda *row: _keep_row(made, *row))
    context = library.ffi.new_handle(told)
    error = new_error()
    with given._use() as pointer:
        status = library.lib.lsc_training_rows(pointer, options, library.lib.lscpy_row_made, context,
                                               error)
    told.conclude()
    check(status, error)
    return made


def _keep_row(made: TrainingRows, lead_id: Any, as_of_ms: int, columns: Any, n_columns: int,
              label: bool) -> None:
    made.lead_ids.append(text(lead_id) or "")
    made.as_of_ms.append(as_of_ms)
    made.columns.frombytes(ffi.buffer(columns, 4 * n_columns))
    made.labels.append(label)
