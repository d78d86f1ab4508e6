"""The extension module for training, loaded when it is first needed: it needs XGBoost, scoring does not."""

from __future__ import annotations

import contextlib
import os
from typing import Any, Callable, Optional

from .errors import text
from .progress import Progress, keep

#: Of releases 1.6 to 3.x, and of whoever names none.
_SYSTEM_XGBOOST = ["libxgboost.so.0", "libxgboost.so.3", "libxgboost.so"]

#: Told what is being done, and how much of the whole is (0 to 1, or None).
ProgressCall = Callable[[str, Optional[float]], object]


class Library:
    """The extension, once."""

    loaded: Any = None

    @classmethod
    def get(cls) -> Any:
        """Raises ImportError where there is no XGBoost."""
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
        on_error = keep(module.ffi.from_handle)
        module.ffi.def_extern(name="lscpy_progress", onerror=on_error)(_tell_progress)
        module.ffi.def_extern(name="lscpy_row_made", onerror=on_error)(_tell_row)
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
    told: Progress = Library.get().ffi.from_handle(context)
    return told.tell(text(stage) or "", None if fraction < 0 else fraction)


def _tell_row(context: Any, lead_id: Any, as_of_ms: int, columns: Any, n_columns: int,
              label: bool) -> bool:
    told: Progress = Library.get().ffi.from_handle(context)
    return told.tell(lead_id, as_of_ms, columns, n_columns, label)
