"""The peers of bench_quality.py: at their defaults, and with the best of a search.

A peer gets what a data scientist would give it first: a pandas frame whose texts are categories,
read by the peer's own means. Each runs on one thread.
"""

import pickle
import warnings

import catboost
import lightgbm
import numpy
import optuna
import sklearn
import xgboost
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedGroupKFold

SEED = 0
TRIALS = 50
# Rounds of a trial at most, and how long one goes on without gaining.
ROUNDS = 500
PATIENCE = 30
# A trial is scored on one part of so many of the training rows, and learns from the others.
PARTS = 4

optuna.logging.set_verbosity(optuna.logging.WARNING)
warnings.filterwarnings("ignore")


class XGBoost:
    version = xgboost.__version__

    @staticmethod
    def default():
        return xgboost.XGBClassifier(enable_categorical=True, n_jobs=1, random_state=SEED)

    @staticmethod
    def draw(trial):
        return {
            "learning_rate": trial.suggest_float("learning_rate", 0.04, 0.3, log=True),
            "max_depth": trial.suggest_int("max_depth", 2, 10),
            "min_child_weight": trial.suggest_float("min_child_weight", 0.5, 100, log=True),
            "subsample": trial.suggest_float("subsample", 0.5, 1),
            "colsample_bytree": trial.suggest_float("colsample_bytree", 0.3, 1),
            "reg_lambda": trial.suggest_float("reg_lambda", 1e-2, 100, log=True),
            "reg_alpha": trial.suggest_float("reg_alpha", 1e-3, 10, log=True),
            "max_cat_to_onehot": trial.suggest_categorical("max_cat_to_onehot", [1, 4, 100]),
        }

    @staticmethod
    def watched(drawn, learn, watch):
        model = xgboost.XGBClassifier(enable_categorical=True, n_jobs=1, random_state=SEED,
                                      n_estimators=ROUNDS, early_stopping_rounds=PATIENCE,
                                      eval_metric="logloss", **drawn)
        model.fit(*learn, eval_set=[watch], verbose=False)
        return model, model.best_iteration + 1

    @staticmethod
    def made(drawn, rounds):
        return xgboost.XGBClassifier(enable_categorical=True, n_jobs=1, random_state=SEED,
                                     n_estimators=rounds, **drawn)


class LightGBM:
    version = lightgbm.__version__

    @staticmethod
    def default():
        return lightgbm.LGBMClassifier(n_jobs=1, random_state=SEED, verbose=-1)

    @staticmethod
    def draw(trial):
        return {
            "learning_rate": trial.suggest_float("learning_rate", 0.04, 0.3, log=True),
            "num_leaves": trial.suggest_int("num_leaves", 4, 256, log=True),
            "min_child_samples": trial.suggest_int("min_child_samples", 5, 500, log=True),
            "subsample": trial.suggest_float("subsample", 0.5, 1),
            "colsample_bytree": trial.suggest_float("colsample_bytree", 0.3, 1),
            "reg_lambda": trial.suggest_float("reg_lambda", 1e-3, 100, log=True),
            "reg_alpha": trial.suggest_float("reg_alpha", 1e-3, 10, log=True),
            "cat_smooth": trial.suggest_float("cat_smooth", 1, 100, log=True),
        }

    @staticmethod
    def watched(drawn, learn, watch):
        model = lightgbm.LGBMClassifier(n_jobs=1, random_state=SEED, verbose=-1, subsample_freq=1,
                                        n_estimators=ROUNDS, **drawn)
        model.fit(*learn, eval_set=[watch], eval_metric="binary_logloss",
                  callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)])
        return model, model.best_iteration_

    @staticmethod
    def made(drawn, rounds):
        return lightgbm.LGBMClassifier(n_jobs=1, random_state=SEED, verbose=-1, subsample_freq=1,
                                       n_estimators=rounds, **drawn)


class CatBoost:
    version = catboost.__version__

    @staticmethod
    def default():
        return Worded(catboost.CatBoostClassifier(thread_count=1, random_seed=SEED, verbose=False,
                                                  allow_writing_files=False))

    @staticmethod
    def draw(trial):
        return {
            "learning_rate": trial.suggest_float("learning_rate", 0.04, 0.3, log=True),
            "depth": trial.suggest_int("depth", 2, 8),
            "l2_leaf_reg": trial.suggest_float("l2_leaf_reg", 0.5, 50, log=True),
            "random_strength": trial.suggest_float("random_strength", 0.1, 10, log=True),
            "bagging_temperature": trial.suggest_float("bagging_temperature", 0, 1),
            "rsm": trial.suggest_float("rsm", 0.3, 1),
        }

    @staticmethod
    def watched(drawn, learn, watch):
        model = Worded(catboost.CatBoostClassifier(thread_count=1, random_seed=SEED, verbose=False,
                                                   allow_writing_files=False, iterations=ROUNDS,
                                                   **drawn))
        model.fit(*learn, eval_set=[(worded(watch[0]), watch[1])], early_stopping_rounds=PATIENCE)
        return model, model.model.get_best_iteration() + 1

    @staticmethod
    def made(drawn, rounds):
        return Worded(catboost.CatBoostClassifier(thread_count=1, random_seed=SEED, verbose=False,
                                                  allow_writing_files=False, iterations=rounds,
                                                  **drawn))


class HistGradientBoosting:
    version = sklearn.__version__

    @staticmethod
    def default():
        return HistGradientBoostingClassifier(random_state=SEED)

    @staticmethod
    def draw(trial):
        return {
            "learning_rate": trial.suggest_float("learning_rate", 0.04, 0.3, log=True),
            "max_leaf_nodes": trial.suggest_int("max_leaf_nodes", 4, 128, log=True),
            "min_samples_leaf": trial.suggest_int("min_samples_leaf", 5, 500, log=True),
            "l2_regularization": trial.suggest_float("l2_regularization", 1e-3, 100, log=True),
            "max_features": trial.suggest_float("max_features", 0.3, 1),
        }

    @staticmethod
    def watched(drawn, learn, watch):
        model = HistGradientBoostingClassifier(random_state=SEED, max_iter=ROUNDS,
                                               early_stopping=True, n_iter_no_change=PATIENCE,
                                               **drawn)
        model.fit(*learn, X_val=watch[0], y_val=watch[1])
        rounds = int(numpy.argmax(model.validation_score_[1:])) + 1
        # It predicts with all its rounds, those that no longer gained too.
        return HistGradientBoosting.made(drawn, rounds).fit(*learn), rounds

    @staticmethod
    def made(drawn, rounds):
        return HistGradientBoostingClassifier(random_state=SEED, max_iter=rounds,
                                              early_stopping=False, **drawn)


class Worded:
    """CatBoost takes categories as texts, and is told which columns they are."""

    def __init__(self, model):
        self.model = model

    def fit(self, rows, labels, **options):
        texts = [name for name in rows if rows[name].dtype == "category"]
        self.model.fit(worded(rows), labels, cat_features=texts, **options)
        return self

    def predict_proba(self, rows):
        return self.model.predict_proba(worded(rows))


def worded(rows):
    return rows.assign(**{name: rows[name].astype(str) for name in rows
                          if rows[name].dtype == "category"})


PEERS = {"xgboost": XGBoost, "lightgbm": LightGBM, "catboost": CatBoost,
         "histgradientboosting": HistGradientBoosting}


def probabilities(model, rows):
    return numpy.asarray(model.predict_proba(rows))[:, 1]


def defaults(peer, data, kept):
    """Out-of-fold probabilities of a peer as it comes."""
    result = numpy.empty(len(data.labels))
    for train, test in data.folds:
        model = peer.default()
        model.fit(data.rows.iloc[train], data.labels[train])
        result[test] = probabilities(model, data.rows.iloc[test])
    return result, {}


def keep_study(path):
    """What Optuna calls after a trial: the trials so far and the sampler's state, to go on from."""
    def keep(study, trial):
        partial = path.with_suffix(".partial")
        partial.write_bytes(pickle.dumps(study))
        partial.rename(path)
        if len(study.trials) % 10 == 0:
            print(f"{path.stem}: {len(study.trials)} of {TRIALS} trials", flush=True)
    return keep


def kept_study(path):
    if path.exists():
        return pickle.loads(path.read_bytes())
    return optuna.create_study(sampler=optuna.samplers.TPESampler(seed=SEED))


def search(peer, data, kept):
    """The best of TRIALS on the training rows of the first fold, as (parameters, rounds). A search
    that was ended goes on where it was, from `kept`: the trials are the same as without."""
    train = data.folds[0][0]
    rows, labels, groups = data.rows.iloc[train], data.labels[train], data.groups[train]
    dealt = StratifiedGroupKFold(PARTS, shuffle=True, random_state=SEED + 1)
    learn, watch = next(dealt.split(rows, labels, groups))

    def objective(trial):
        drawn = peer.draw(trial)
        model, rounds = peer.watched(drawn, (rows.iloc[learn], labels[learn]),
                                     (rows.iloc[watch], labels[watch]))
        trial.set_user_attr("drawn", drawn)
        trial.set_user_attr("rounds", rounds)
        return log_loss(labels[watch], probabilities(model, rows.iloc[watch]))

    study = kept_study(kept)
    study.optimize(objective, TRIALS - len(study.trials), callbacks=[keep_study(kept)])
    best = study.best_trial.user_attrs
    return best["drawn"], best["rounds"]


def searched(peer, data, kept):
    drawn, rounds = search(peer, data, kept)
    result = numpy.empty(len(data.labels))
    for train, test in data.folds:
        model = peer.made(drawn, rounds)
        model.fit(data.rows.iloc[train], data.labels[train])
        result[test] = probabilities(model, data.rows.iloc[test])
    return result, {**drawn, "rounds": rounds}


def predict(name, mode, data, kept):
    """Probabilities and the parameters they were made with; `kept` is where a search is kept."""
    return {"defaults": defaults, "searched": searched}[mode](PEERS[name], data, kept)
