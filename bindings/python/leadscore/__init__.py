"""Lead scoring: how likely a lead is to convert, how sure that is, why, and what would change it.

    >>> import leadscore
    >>> model = leadscore.Model.load("model.lsm")
    >>> model.score({"id": "L1", "email": "ada@example.com"}, as_of="2026-04-01T00:00:00Z")

`Model` scores and explains, `Store` keeps leads and their scores, `train` makes a model. Times are aware
datetimes, ISO 8601 texts or milliseconds; the library never reads a clock. What goes wrong is an
`Error`, a class for each status of the C library. `LeadScoreClassifier` is for scikit-learn.
"""

import typing as _typing

from . import errors
from ._native import ffi as _ffi
from ._native import lib as _lib
from .aliases import Aliases, AliasesLike
from .capsules import Scores
from .connection import Actor, ActorLike, KeyLike, StoreKey
from .errors import (BadCsvError, BadDataError, BadJsonError, BadKeyError, BadLeadError,
                     BadModelError, BadSpecError, BadStoreError, BusyError, CancelledError,
                     ClosedError, ConflictError, Error, GateFailedError, InputNotHeldError,
                     InternalError, InvalidArgError, IoError, LimitError, MismatchError,
                     NoMemoryError, NotFoundError, TrainingError, UnsupportedError,
                     UntrustedError)
from .evaluation import TrainingRows, drift, evaluate, metrics, training_rows
from .inputs import ActivitiesLike, LeadLike, TimeLike
from .model import Model, build_scorecard, import_model, public_key_id, sign_bundle
from .results import Contribution, Explanation, ModelInfo, Reason, Receipt, Result
from .sources import Source
from .spec import Spec
from .store import Store, restore_store
from .stored import (AuditHead, AuditRow, Consent, GradeConversion, IngestCounts, Performance,
                     ProbabilityBin, RescoringCounts, RetentionCounts, ScoreChange, ScoreCount, StaleLead,
                     StoreCounts, StoredAccount, StoredActivity, StoredLead, StoredModel,
                     StoredOrganization, StoredScore)
from .training import Training, train

if _typing.TYPE_CHECKING:
    from .estimator import LeadScoreClassifier as LeadScoreClassifier
else:  # not for who checks types: any name that is wrong would be one of the package's, too
    def __getattr__(name: str) -> _typing.Any:
        """What needs scikit-learn, when it is first asked for."""
        if name == "LeadScoreClassifier":
            from .estimator import LeadScoreClassifier

            return LeadScoreClassifier
        raise AttributeError(f"module 'leadscore' has no attribute {name!r}")


#: The version of the C library in use.
__version__: str = _ffi.string(_lib.lsc_version()).decode()

__all__ = [
    "ActivitiesLike", "Actor", "ActorLike", "Aliases", "AliasesLike", "AuditHead", "AuditRow", "BadCsvError",
    "BadDataError", "BadJsonError", "BadKeyError", "BadLeadError", "BadModelError", "BadSpecError", "BadStoreError",
    "BusyError", "CancelledError", "ClosedError", "ConflictError", "Consent", "Contribution", "Error",
    "Explanation", "GateFailedError", "GradeConversion", "IngestCounts", "InputNotHeldError",
    "InternalError", "InvalidArgError", "IoError", "KeyLike", "LeadLike", "LimitError", "MismatchError",
    "Model", "ModelInfo", "NoMemoryError", "NotFoundError", "Performance", "ProbabilityBin", "Reason",
    "Receipt", "RescoringCounts", "Result", "RetentionCounts", "ScoreChange", "ScoreCount", "Scores",
    "Source", "Spec", "StaleLead", "Store", "StoreCounts", "StoreKey", "StoredAccount", "StoredActivity",
    "StoredLead", "StoredModel", "StoredOrganization", "StoredScore", "TimeLike", "Training",
    "TrainingError", "TrainingRows", "UnsupportedError", "UntrustedError", "__version__", "build_scorecard", "drift",
    "errors", "evaluate", "import_model", "metrics", "public_key_id", "restore_store", "sign_bundle",
    "train", "training_rows",
]
