"""Training: from files, a store, or a DataFrame, to a bundle. Needs XGBoost's library; scoring does not."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple

from . import sources
from ._native import ffi
from .errors import InvalidArgError, check, new_error, text
from .inputs import TimeLike, optional_text, path_bytes, time_ms
from .model import Model
from .progress import Progress, keep
from .results import html_table
from .spec import Spec

_EFFORTS = {"standard": "LSC_EFFORT_STANDARD", "quick": "LSC_EFFORT_QUICK",
            "best": "LSC_EFFORT_BEST"}
_AS_OF = {"every": "LSC_AS_OF_EVERY", "created": "LSC_AS_OF_CREATED",
          "before_outcome": "LSC_AS_OF_BEFORE_OUTCOME"}
_DAY_MS = 86_400_000
#: Of releases 1.6 to 3.x, and of whoever names none.
_SYSTEM_XGBOOST = ["libxgboost.so.0", "libxgboost.so.3", "libxgboost.so"]


class _Library:
    """The extension for training, loaded when it is first needed."""

    loaded: Any = None

    @classmethod
    def get(cls) -> Any:
        if cls.loaded is None:
            cls.loaded = cls._load()
        return cls.loaded

    @classmethod
    def _load(cls) -> Any:
        try:
            module = cls._import()
        except ImportError as reason:  # that of a wheel, which is linked to no XGBoost
            if not _preload_xgboost():
                raise ImportError("training needs XGBoost: pip install 'leadscore[train]', or the "
                                  f"system's libxgboost ({reason})") from None
            module = cls._import()
        module.ffi.def_extern(name="lscpy_progress",
                              onerror=keep(module.ffi.from_handle))(_tell_progress)
        return module

    @staticmethod
    def _import() -> Any:
        from . import _training_native as module

        return module


def _preload_xgboost() -> bool:
    """Load XGBoost's library for all to see: the package's (xgboost-cpu or xgboost), or else the
    system's. Two in one process would not go well, so this is for an extension that has none."""
    import ctypes
    import importlib.util

    found = importlib.util.find_spec("xgboost")
    folders = (found.submodule_search_locations or []) if found else []
    for path in [*(os.path.join(folder, "lib", "libxgboost.so") for folder in folders),
                 *_SYSTEM_XGBOOST]:
        with contextlib.suppress(OSError):
            ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)
            return True
    return False


def _tell_progress(context: Any, stage: Any, fraction: float) -> bool:
    told: Progress = _Library.get().ffi.from_handle(context)
    return told.tell(text(stage) or "", None if fraction < 0 else fraction)


class Training:
    """What training gave."""

    def __init__(self, pointer: Any, library: Any) -> None:
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

    def model(self) -> Model:
        """The model, loaded."""
        return Model.load(self.bundle)

    def write(self, path: Any) -> None:
        """Write the bundle to a file, whole or not at all."""
        from ._native import lib

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


@contextlib.contextmanager
def _csv_of(table: Any) -> Iterator[Any]:
    """The path of a table: its own, or that of a file made of a DataFrame."""
    if isinstance(table, (str, bytes, os.PathLike)):
        yield table
        return
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "table.csv")
        if hasattr(table, "to_csv"):
            table.to_csv(path, index=False)
        elif hasattr(table, "write_csv"):
            table.write_csv(path)
        else:
            raise TypeError(f"{type(table).__name__} is no table: give the path of a CSV file, or a "
                            "DataFrame of pandas or Polars")
        yield path


@contextlib.contextmanager
def _source(table: Any, files: Dict[str, Any], label: Optional[str], positive: Optional[str],
            id: Optional[str], ignore_unknown: bool, store: Any,
            organization: Optional[str]) -> Iterator[Any]:
    if (table is not None) + (files["leads"] is not None) + (store is not None) != 1:
        raise InvalidArgError("give a table, or files of leads, or a store")
    if store is not None:
        if organization is None:
            raise InvalidArgError("a store needs the organization whose leads are meant")
        yield sources.store_source(path_bytes(store, "store"), organization)
        return
    if table is None:
        paths = {name: None if path is None else path_bytes(path, name)
                 for name, path in files.items()}
        yield sources.files_source(paths["leads"] or b"", paths["activities"], paths["outcomes"],
                                   ignore_unknown)
        return
    if label is None:
        raise InvalidArgError("a table needs the label: the name of the column that says how it ended")
    with _csv_of(table) as path:
        yield sources.csv_source(path_bytes(path, "table"), label=label, positive=positive, id=id)


def _known(choices: Mapping[str, str], value: str, name: str, library: Any) -> Any:
    if value not in choices:
        raise InvalidArgError(f"{name} is {value!r}, must be one of {', '.join(choices)}")
    return getattr(library.lib, choices[value])


def _infer(source: Any, exclude: Any, include: Any) -> Spec:
    """A spec of a table's columns."""
    from ._native import lib

    infer = ffi.new("lsc_infer *")
    lib.lsc_infer_init(infer, ffi.sizeof("lsc_infer"))
    excluded, infer.exclude, infer.n_exclude = sources.name_list(exclude, "exclude")
    included, infer.include, infer.n_include = sources.name_list(include, "include")
    out = ffi.new("lsc_spec **")
    error = new_error()
    check(lib.lsc_spec_infer(source, infer, ffi.NULL, out, ffi.NULL, error), error)
    check(lib.lsc_source_rewind(source, error), error)
    del excluded, included
    return Spec(out[0])


def train(table: Any = None, *, label: Optional[str] = None, positive: Optional[str] = None,
          id: Optional[str] = None, exclude: Any = (), include: Any = (), leads: Any = None,
          activities: Any = None, outcomes: Any = None, ignore_unknown: bool = False,
          store: Any = None, organization: Optional[str] = None,
          spec: Optional[Spec] = None, name: Optional[str] = None, version: Optional[str] = None,
          model_type: Optional[str] = None, effort: str = "standard", horizon_days: float = 0,
          every_days: float = 0, rows_per_lead: int = 0, as_of: str = "every", seed: int = 0,
          folds: int = 0, gate_auc: float = 0, gate_outcomes: int = 0,
          incumbent: Optional[Model] = None, created: Optional[TimeLike] = None, threads: int = 1,
          drop_leaks: bool = False, repeats: bool = False,
          progress: Optional[Callable[[str, Optional[float]], object]] = None) -> Training:
    """Train a model (docs/training.md).

    table:     the path of a CSV file, or a DataFrame of pandas or Polars: a lead a row. `label` names
               the column that says how it ended, `positive` the value that means success, `id` the
               column of ids; `exclude` and `include` are for the spec that is inferred.
    leads, activities, outcomes:  instead, paths of NDJSON files (docs/lead.md).
    store, organization:  instead, the path of a store, and whose leads of it.
    spec:      what is computed; None: inferred from a table, the default spec for leads.
    effort:    ``"quick"``, ``"standard"`` or ``"best"``.
    created:   goes into the bundle; without it the same data and seed give the same bytes.
    progress:  called with what is being done, and how much of the whole is (0 to 1, or None). False
               stops training (CancelledError); what it raises does so too, and is raised here. Ctrl-C
               works with and without it.
    The others are as in `lsc_train` of the C library; 0 is its default.

    Succeeds when a bundle was made, whatever its gate says: see `Training.gate_passed`. Raises
    BadDataError when nothing can be learned; what the files raise; TrainingError with XGBoost's words.
    """
    library = _Library.get()
    with _source(table, {"leads": leads, "activities": activities, "outcomes": outcomes}, label,
                 positive, id, ignore_unknown, store, organization) as source:
        options = library.ffi.new("lsc_train *")
        library.lib.lsc_train_init(options, library.ffi.sizeof("lsc_train"))
        if spec is None and table is not None:
            spec = _infer(source, exclude, include)
        moment = None if created is None else _rfc3339(created)
        kept = [optional_text(name, "name"), optional_text(version, "version"),
                optional_text(model_type, "model_type"), optional_text(moment, "created")]
        options.name, options.version, options.model_type, options.created = kept
        if spec is not None:
            options.spec = spec._pointer
        if incumbent is not None:
            held = incumbent._pointer
            options.incumbent = held
        options.horizon_ms, options.every_ms = _days(horizon_days), _days(every_days)
        options.rows_per_lead, options.seed, options.folds = rows_per_lead, seed, folds
        options.gate_auc, options.gate_outcomes = gate_auc, gate_outcomes
        options.threads, options.drop_leaks, options.repeats = threads, drop_leaks, repeats
        options.effort = _known(_EFFORTS, effort, "effort", library)
        options.as_of = _known(_AS_OF, as_of, "as_of", library)
        return _run(library, source, options, progress)


def _days(days: float) -> int:
    return round(days * _DAY_MS)


def _rfc3339(time: TimeLike) -> str:
    from ._native import lib

    out = ffi.new("char[32]")
    lib.lsc_time_format(time_ms(time, "created"), out)
    return text(out) or ""


def _run(library: Any, source: Any, options: Any,
         progress: Optional[Callable[[str, Optional[float]], object]]) -> Training:
    told = Progress(progress)
    context = library.ffi.new_handle(told)
    options.progress, options.progress_ctx = library.lib.lscpy_progress, context
    out = library.ffi.new("lsc_training **")
    error = new_error()
    status = library.lib.lsc_train_model(source, options, out, error)
    try:
        told.conclude()
        check(status, error)
    except BaseException:
        library.lib.lsc_training_free(out[0])
        raise
    return Training(library.ffi.gc(out[0], library.lib.lsc_training_free), library)
