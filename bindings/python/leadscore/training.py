"""Training: from files, a store, or a DataFrame, to a bundle. Needs XGBoost's library; scoring does not."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from ._native import ffi, lib
from .connection import Connection
from .errors import InvalidArgError, check, new_error, text
from .inputs import (TimeLike, days_ms, flag, new_struct, number, optional_text, path_bytes, time_ms,
                     whole)
from .model import Model, as_model
from .progress import Progress
from .results import html_table
from .sources import Source, SourceLike, as_source
from .spec import Spec, as_spec
from .training_library import Library, ProgressCall

_EFFORTS = {"standard": "LSC_EFFORT_STANDARD", "quick": "LSC_EFFORT_QUICK",
            "best": "LSC_EFFORT_BEST"}
_LEARNERS = {"trees": "LSC_LEARNER_TREES", "additive": "LSC_LEARNER_ADDITIVE",
             "ladder": "LSC_LEARNER_LADDER"}
_VALIDATIONS = {"usual": "LSC_VALIDATION_USUAL", "both": "LSC_VALIDATION_BOTH"}
_AS_OF = {"every": "LSC_AS_OF_EVERY", "created": "LSC_AS_OF_CREATED",
          "before_outcome": "LSC_AS_OF_BEFORE_OUTCOME"}


class Training:
    """What training gave."""

    def __init__(self, pointer: Any, library: Any, leads_gone: int = 0) -> None:
        length = library.ffi.new("size_t *")
        raw = library.lib.lsc_training_bundle(pointer, length)
        #: The bundle (.lsm), for `Model.load` or a file.
        self.bundle: bytes = bytes(library.ffi.buffer(raw, length[0]))
        #: Whether the gate passed.
        self.gate_passed = bool(library.lib.lsc_training_gate_passed(pointer))
        #: The gate's reasons.
        self.gate_reasons: List[str] = (
            text(library.lib.lsc_training_gate_reasons(pointer)) or "").splitlines()
        #: Metrics with their intervals (docs/metrics.md).
        self.metrics: Dict[str, Any] = json.loads(
            text(library.lib.lsc_training_metrics_json(pointer)) or "{}")
        #: Columns that may tell what was not known yet, with the reason (docs/leaks.md).
        self.leaks: List[Tuple[str, str]] = [
            (text(library.lib.lsc_training_leak_column(pointer, i)) or "",
             text(library.lib.lsc_training_leak_reason(pointer, i)) or "")
            for i in range(library.lib.lsc_training_n_leaks(pointer))]
        #: How many of the store's leads that it was trained on were deleted meanwhile. No erasure will name
        #: the model: better train again. 0 where nothing was noted.
        self.leads_gone = leads_gone

    def model(self) -> Model:
        """The model, loaded."""
        return Model.load(self.bundle)

    def write(self, path: Any) -> None:
        """Write the bundle to a file, whole or not at all."""
        error = new_error()
        check(lib.lsc_bundle_write(path_bytes(path, "path"), self.bundle, len(self.bundle), error),
              error)

    def _auc(self) -> Optional[float]:
        value: Optional[float] = self.metrics.get("roc_auc", {}).get("value")
        return value

    def __repr__(self) -> str:
        return f"Training(roc_auc={self._auc()}, gate_passed={self.gate_passed})"

    def _repr_html_(self) -> str:
        values = {name: metric["value"] for name, metric in self.metrics.items()
                  if isinstance(metric, Mapping) and "value" in metric}
        return html_table("Training", {"gate passed": self.gate_passed, **values})


class RowOptions:
    """How rows are made of leads with times: what `train`, `evaluate` and `training_rows` share."""

    def __init__(self, *, horizon_days: float = 0, every_days: float = 0, rows_per_lead: int = 0,
                 as_of: str = "every", as_of_days: float = 0, repeats: bool = False,
                 seed: int = 0) -> None:
        self._as_of, self._seed = as_of, whole(seed, "seed", 2 ** 64 - 1)
        self._repeats = flag(repeats, "repeats")
        self._horizon_ms = days_ms(horizon_days, "horizon_days")
        self._every_ms = days_ms(every_days, "every_days")
        self._as_of_ms = days_ms(as_of_days, "as_of_days")
        self._rows_per_lead = whole(rows_per_lead, "rows_per_lead")
        self._is_given = (as_of != "every" or self._repeats or self._rows_per_lead > 0
                          or self._horizon_ms + self._every_ms + self._as_of_ms > 0)

    def options(self, library: Any, source: Source) -> Any:
        """An lsc_train with them in it."""
        if self._is_given and not source.has_times:
            raise InvalidArgError("horizon_days, every_days, rows_per_lead, as_of, as_of_days and "
                                  "repeats go with leads that have times, not with a table")
        options = new_struct(library.lib.lsc_train_init, library.ffi)
        options.horizon_ms, options.every_ms = self._horizon_ms, self._every_ms
        options.as_of_ms, options.rows_per_lead = self._as_of_ms, self._rows_per_lead
        options.as_of = known(_AS_OF, self._as_of, "as_of", library)
        options.seed, options.repeats = self._seed, self._repeats
        return options


def known(choices: Mapping[str, str], value: str, name: str, library: Any) -> Any:
    """The value of C that a text names."""
    if value not in choices:
        raise InvalidArgError(f"{name} is {value!r}, must be one of {', '.join(choices)}")
    return getattr(library.lib, choices[value])


def _spec_of(source: Source, spec: Optional[Spec], exclude: Sequence[str],
             include: Sequence[str]) -> Optional[Spec]:
    """What is computed: what is given, inferred, or None for the default."""
    if not source.has_times and spec is None:
        return Spec.infer(source, exclude=exclude, include=include)
    if exclude or include:
        raise InvalidArgError("exclude and include go with a table whose spec is inferred")
    if spec is None:
        return Spec.infer(source) if source.is_events else None
    return as_spec(spec)


def train(source: SourceLike, *, label: Optional[str] = None, positive: Optional[str] = None,
          id: Optional[str] = None, spec: Optional[Spec] = None, exclude: Sequence[str] = (),
          include: Sequence[str] = (), name: Optional[str] = None, version: Optional[str] = None,
          model_type: Optional[str] = None, learner: str = "trees", effort: str = "standard",
          horizon_days: float = 0, every_days: float = 0, rows_per_lead: int = 0,
          as_of: str = "every", as_of_days: float = 0, repeats: bool = False, seed: int = 0,
          folds: int = 0, fold_repeats: int = 0, validation: str = "usual", gate_auc: float = 0,
          gate_outcomes: int = 0, incumbent: Optional[Model] = None,
          created: Optional[TimeLike] = None, threads: int = 1, drop_leaks: bool = False,
          progress: Optional[ProgressCall] = None, noted: bool = True) -> Training:
    """Train a model (docs/training.md).

    source:    a `Source`; or a table: the path of a CSV file, or a DataFrame of pandas or Polars, a lead
               a row, with `label`, `positive` and `id` as in `Source.table`.
    spec:      what is computed; None: inferred from a table (without the columns of `exclude`, with the
               protected attributes of `include`) or from events, the default spec for leads.
    learner:   ``"trees"``; ``"additive"``, whose log-odds are a sum of one function of each column;
               ``"ladder"``: additive, unless trees beat it on rows that neither has seen.
    effort:    ``"quick"``, ``"standard"`` or ``"best"``.
    horizon_days, every_days, rows_per_lead:  a lead converts when it does so within the horizon (90) of
               a time at which it is looked at; such times are so far apart (30), and at most so many (4)
               are taken of a lead.
    as_of:     ``"every"``; ``"created"``: once, `as_of_days` after the lead came to be;
               ``"before_outcome"``: `as_of_days` (or 1 ms) before each outcome.
    repeats:   a lead that converted may do so again.
    folds, fold_repeats:  of the cross-validation (5), and how often leads are dealt to them (1).
    validation:  ``"usual"``: on the newest rows where there are times, else by folds; ``"both"``.
    gate_auc, gate_outcomes, incumbent:  what the gate asks for: ROC AUC (0.8), outcomes of each class
               (40), and to beat a model.
    created:   goes into the bundle; without it the same data and seed give the same bytes.
    threads:   change nothing in the bundle.
    progress:  called with what is being done, and how much of the whole is (0 to 1, or None). False
               stops training (CancelledError); what it raises does so too, and is raised here. Ctrl-C
               works with and without it.
    noted:     with `Source.store`, note in the store which leads were read, so that `Store.erase_lead`
               names the model (`Training.leads_gone`). False: not, as of a store that may only be read.

    Where a number is 0, the default of the library counts, which stands in brackets. Succeeds when a
    bundle was made, whatever its gate says: see `Training.gate_passed`. Raises BadDataError when nothing
    can be learned; what the source raises; TrainingError with XGBoost's words.
    """
    library = Library.get()
    rows = RowOptions(horizon_days=horizon_days, every_days=every_days, rows_per_lead=rows_per_lead,
                      as_of=as_of, as_of_days=as_of_days, repeats=repeats, seed=seed)
    given = as_source(source, label, positive, id)
    if not isinstance(source, Source) and label is None:
        raise InvalidArgError("a table needs the label: the name of the column that says how it ended")
    options = rows.options(library, given)
    options.folds, options.fold_repeats = whole(folds, "folds"), whole(fold_repeats, "fold_repeats")
    options.learner = known(_LEARNERS, learner, "learner", library)
    options.effort = known(_EFFORTS, effort, "effort", library)
    options.validation = known(_VALIDATIONS, validation, "validation", library)
    options.gate_auc = number(gate_auc, "gate_auc")
    options.gate_outcomes = whole(gate_outcomes, "gate_outcomes")
    options.threads = whole(threads, "threads", 2 ** 31 - 1)
    options.drop_leaks, noted = flag(drop_leaks, "drop_leaks"), flag(noted, "noted")
    moment = None if created is None else _rfc3339(created)
    kept = [optional_text(name, "name"), optional_text(version, "version"),
            optional_text(model_type, "model_type"), optional_text(moment, "created")]
    options.name, options.version, options.model_type, options.created = kept
    held = None if incumbent is None else as_model(incumbent, "incumbent")._pointer
    if held is not None:
        options.incumbent = held
    used = _spec_of(given, spec, exclude, include)
    if used is not None:
        options.spec = used._pointer
    return _run(library, given, options, progress, noted)


def _rfc3339(time: TimeLike) -> str:
    out = ffi.new("char[32]")
    lib.lsc_time_format(time_ms(time, "created"), out)
    return text(out) or ""


def _run(library: Any, source: Source, options: Any, progress: Optional[ProgressCall],
         noted: bool) -> Training:
    told = Progress(progress)
    context = library.ffi.new_handle(told)
    options.progress, options.progress_ctx = library.lib.lscpy_progress, context
    out = library.ffi.new("lsc_training **")
    error = new_error()
    with ExitStack() as stack:
        # Before the work, lest it is in vain where the store cannot be written.
        store = stack.enter_context(source._noting()) if noted else None
        pointer = stack.enter_context(source._use())
        stack.callback(lambda: library.lib.lsc_training_free(out[0]))
        status = library.lib.lsc_train_model(pointer, options, out, error)
        told.conclude()
        check(status, error)
        leads_gone = 0 if store is None else _note(store, pointer, library, out[0])
        return Training(out[0], library, leads_gone)


def _note(store: Connection, source: Any, library: Any, training: Any) -> int:
    """Note what was trained from the source of a store; how many of its leads are gone."""
    length, leads_gone = library.ffi.new("size_t *"), ffi.new("uint64_t *")
    bundle = library.lib.lsc_training_bundle(training, length)
    store._call(lib.lsc_store_note_source, source, bundle, length[0], leads_gone)
    return int(leads_gone[0])
