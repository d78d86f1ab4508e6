"""scikit-learn's interface: needs scikit-learn 1.6 or newer, and XGBoost's library for fitting."""

from __future__ import annotations

import csv
import os
import tempfile
from typing import Any, Dict, List, Optional

from .model import Model
from .sources import Source
from .spec import Spec
from .training import train

try:
    import numpy as np
    from joblib import effective_n_jobs  # type: ignore
    from sklearn.base import BaseEstimator, ClassifierMixin  # type: ignore
    from sklearn.utils import check_random_state  # type: ignore
    from sklearn.utils.multiclass import check_classification_targets, type_of_target  # type: ignore
    from sklearn.utils.validation import check_is_fitted, validate_data  # type: ignore
except ImportError as reason:
    raise ImportError("LeadScoreClassifier needs scikit-learn 1.6 or newer: "
                      f"pip install 'leadscore[sklearn]' ({reason})") from None

_GROUP = "columns"


def _spec_of(names: List[str]) -> Spec:
    """A number for each column."""
    return Spec.parse({"format": 1, "name": "columns", "groups": [_GROUP], "features": [
        {"name": name, "group": _GROUP, "kind": "number", "property": name} for name in names]})


def _write(path: str, names: List[str], label: str, X: Any, y: Any) -> None:
    """A CSV file that gives the same doubles when it is read; NaN is an empty cell."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([*names, label])
        for values, converted in zip(X.astype(np.float64, copy=False), y.tolist()):
            rows.writerow([*("" if value != value else repr(value) for value in values.tolist()),
                           int(converted)])


def _folds_for(codes: Any) -> int:
    """5, or as many as leave two rows of the rarer class to each."""
    return max(2, min(5, int(np.bincount(codes).min()) // 2))


class LeadScoreClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A binary classifier on numbers, trained by the library: boosted trees (or additive logistic
    regression) with probabilities that are calibrated out of fold.

    effort, learner, folds, drop_leaks:  as in `leadscore.train`. With `folds` 0 there are 5, fewer where
        the rarer class has fewer than 10 rows; 4 it must have.
    random_state:  None is seed 0: the same data give the same model.
    n_jobs:        threads, as scikit-learn counts them: None is 1, or what `joblib.parallel_config` says;
        -1 is all processors, -2 all but one. The model does not depend on it.

    X is [n_samples][n_features] of numbers, NaN where a value is missing; y has two classes. Weights of
    samples are not taken.
    """

    def __init__(self, *, effort: str = "standard", learner: str = "trees", folds: int = 0,
                 drop_leaks: bool = False, random_state: Any = None,
                 n_jobs: Optional[int] = None) -> None:
        self.effort = effort
        self.learner = learner
        self.folds = folds
        self.drop_leaks = drop_leaks
        self.random_state = random_state
        self.n_jobs = n_jobs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags

    def fit(self, X: Any, y: Any) -> "LeadScoreClassifier":
        """Train, by way of a temporary file that the numbers are written to. Raises ValueError
        (BadDataError among it) when nothing can be learned.

        Sets `classes_`, `n_features_in_`, `feature_names_in_` where X has names, `bundle_` (of the
        model, as bytes), `model_` (a `Model`), `metrics_` and `gate_passed_` of the training.
        """
        X, y = validate_data(self, X, y, dtype="numeric", ensure_all_finite="allow-nan",
                             ensure_min_samples=2)
        check_classification_targets(y)
        kind = type_of_target(y, input_name="y", raise_unknown=True)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError("Only binary classification is supported. The type of the target is "
                             f"{kind}.")
        if len(self.classes_) < 2:
            raise ValueError("y has one class only, must have two")
        trained = self._train(X, codes)
        self.bundle_ = trained.bundle
        self.metrics_ = trained.metrics
        self.gate_passed_ = trained.gate_passed
        self.model_ = trained.model()
        return self

    def _train(self, X: Any, codes: Any) -> Any:
        names = [str(name) for name in getattr(self, "feature_names_in_", ())] or [
            f"x{column}" for column in range(X.shape[1])]
        label = "label"
        while label in names:
            label += "_"
        seed = 0 if self.random_state is None else int(
            check_random_state(self.random_state).randint(2 ** 31))
        with tempfile.TemporaryDirectory(prefix="leadscore-") as folder:
            path = os.path.join(folder, "X.csv")
            _write(path, names, label, X, codes)
            return train(Source.table(path, label=label), spec=_spec_of(names), effort=self.effort,
                         learner=self.learner, folds=self.folds or _folds_for(codes),
                         drop_leaks=self.drop_leaks, seed=seed, threads=effective_n_jobs(self.n_jobs))

    def predict_proba(self, X: Any) -> Any:
        """Calibrated probabilities, float64 [n_samples][2], in the order of `classes_`."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype="numeric", ensure_all_finite="allow-nan", reset=False)
        positive = self.model_.predict(X).astype(np.float64)
        return np.column_stack([1 - positive, positive])

    def predict(self, X: Any) -> Any:
        """The more likely class of each sample."""
        codes = (self.predict_proba(X)[:, 1] > 0.5).astype(int)
        return self.classes_[codes]

    def __getstate__(self) -> Dict[str, Any]:
        """Without the model, which is in the bundle."""
        state: Dict[str, Any] = dict(super().__getstate__())
        state.pop("model_", None)
        return state

    def __setstate__(self, state: Dict[str, Any]) -> None:
        super().__setstate__(state)
        if "bundle_" in state:
            self.model_ = Model.load(state["bundle_"])
