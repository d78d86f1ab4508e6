"""The estimator for scikit-learn."""

import pickle
import warnings

import pytest

import leadscore
from conftest import skip_without_training

np = pytest.importorskip("numpy")
pytest.importorskip("sklearn", minversion="1.6")
skip_without_training()

from sklearn.base import clone  # noqa: E402
from sklearn.exceptions import NotFittedError  # noqa: E402
from sklearn.model_selection import cross_val_score  # noqa: E402
from sklearn.utils.estimator_checks import check_estimator  # noqa: E402

# Of scikit-learn's own checks, those that do not apply, and why. docs/python.md lists them too.
NOT_PASSED = {
    "check_fit2d_1feature": "three rows of one class, of four that a calibration out of fold needs: "
                            "refused, in words that the check does not look for",
    "check_array_api_input": "skipped by scikit-learn unless SCIPY_ARRAY_API is set",
}


def data(n_rows=300, seed=1):
    dice = np.random.default_rng(seed)
    X = dice.normal(size=(n_rows, 4))
    X[dice.random(X.shape) < 0.05] = np.nan
    odds = 2 * np.nan_to_num(X[:, 0]) - np.nan_to_num(X[:, 2])
    return X, np.where(odds + dice.normal(size=n_rows) > 0, "won", "lost")


@pytest.fixture(scope="module")
def fitted():
    return leadscore.LeadScoreClassifier(effort="quick").fit(*data())


def test_it_passes_the_checks_of_scikit_learn_that_apply():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        checks = check_estimator(leadscore.LeadScoreClassifier(effort="quick"), on_fail=None,
                                 on_skip=None)
    others = {check["check_name"]: check["exception"] for check in checks
              if check["status"] != "passed" and check["check_name"] not in NOT_PASSED}
    assert others == {} and len(checks) > 50


def test_it_predicts_what_its_model_does(fitted):
    X, y = data(seed=2)
    probabilities = fitted.predict_proba(X)
    assert (probabilities[:, 1] == fitted.model_.predict(X)).all()
    assert list(fitted.classes_) == ["lost", "won"] and probabilities.shape == (300, 2)
    # A Bayes classifier has about 0.9 here.
    assert (fitted.predict(X) == y).mean() > 0.8
    assert fitted.metrics_["roc_auc"]["value"] > 0.85
    assert leadscore.Model.load(fitted.bundle_).info == fitted.model_.info


def test_it_is_the_model_of_the_file_with_the_same_numbers(fitted, tmp_path):
    X, y = data()
    lines = ["x0,x1,x2,x3,y"] + [",".join([*("" if v != v else repr(v) for v in row), label])
                                 for row, label in zip(X.tolist(), y)]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n")
    trained = leadscore.train(tmp_path / "t.csv", label="y", positive="won", effort="quick",
                              spec=fitted.model_.spec)
    assert trained.bundle == fitted.bundle_


def test_booleans_and_whole_numbers_are_numbers():
    X, y = data()
    flags = np.nan_to_num(X) > 0
    fits = [leadscore.LeadScoreClassifier(effort="quick").fit(flags.astype(dtype), y)
            for dtype in (bool, np.int8, np.float64)]
    assert len({fit.bundle_ for fit in fits}) == 1
    assert (fits[0].predict(flags) == fits[2].predict(flags.astype(np.float64))).all()
    assert len(set(fits[0].predict(flags))) == 2


def test_names_of_a_dataframe_are_those_of_the_model():
    pandas = pytest.importorskip("pandas")
    X, y = data()
    frame = pandas.DataFrame(X, columns=["visits", "age of lead", "label", "a,b"])
    named = leadscore.LeadScoreClassifier(effort="quick").fit(frame, y)
    assert named.model_.spec.columns == list(named.feature_names_in_) == list(frame.columns)
    assert (named.predict_proba(frame)[:, 1] == named.model_.predict(frame[frame.columns[::-1]])).all()
    with pytest.raises(ValueError, match="feature names"):
        named.predict(frame[frame.columns[::-1]])


def test_it_is_copied_kept_and_searched(fitted):
    X, y = data()
    again = pickle.loads(pickle.dumps(fitted))
    assert (again.predict_proba(X) == fitted.predict_proba(X)).all()
    fresh = clone(fitted)
    assert fresh.get_params() == fitted.get_params() and not hasattr(fresh, "bundle_")
    with pytest.raises(NotFittedError):
        pickle.loads(pickle.dumps(fresh)).predict(X)
    assert cross_val_score(clone(fitted), X, y, cv=2, scoring="roc_auc").min() > 0.8
    assert fresh.fit(X, y).bundle_ == fitted.bundle_
    assert clone(fitted).set_params(random_state=7).fit(X, y).bundle_ != fitted.bundle_


@pytest.mark.parametrize("change, words", [
    (lambda X, y: (X, np.arange(len(y)) % 3), "Only binary"), (lambda X, y: (X, y == "x"), "one class"),
    (lambda X, y: (X[:10], ["a"] * 3 + ["b"] * 7), "4 of each"), (lambda X, y: (X * np.inf, y), "infinity"),
    (lambda X, y: (X.astype(str), y), None), (lambda X, y: (X[:, :0], y), "0 feature"),
    (lambda X, y: (X[0], y), "2D"), (lambda X, y: (X[:5], y), "inconsistent")])
def test_what_cannot_be_fitted_is_a_value_error(change, words):
    with pytest.raises(ValueError, match=words):
        leadscore.LeadScoreClassifier(effort="quick").fit(*change(*data()))


def test_jobs_are_counted_as_scikit_learn_does(fitted, monkeypatch):
    import joblib

    X, y = data()
    asked = []
    train = leadscore.estimator.train

    def note(*table, **how):
        asked.append(how["threads"])
        return train(*table, **how)

    monkeypatch.setattr(leadscore.estimator, "train", note)
    for n_jobs in (None, 2, -1, -joblib.cpu_count()):
        assert clone(fitted).set_params(n_jobs=n_jobs).fit(X, y).bundle_ == fitted.bundle_
    assert asked == [1, 2, joblib.cpu_count(), 1]
    with pytest.raises(ValueError, match="n_jobs"):
        clone(fitted).set_params(n_jobs=0).fit(X, y)


def test_without_scikit_learn_the_rest_works():
    with pytest.raises(AttributeError, match="Classifier"):
        leadscore.OtherClassifier
    assert "LeadScoreClassifier" not in leadscore.__all__
