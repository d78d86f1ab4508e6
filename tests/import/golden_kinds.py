"""The small models of tests/golden/import: one of each kind, a few KB each. See make_golden.py."""

import xgboost as xgb

from model_kinds import Kind, categories, named_categories, numbers, train

N_ROWS = 16

kinds = {}


def golden(name, since=(1, 6)):
    def register(make):
        kinds[name] = Kind(name, "golden", make, since, N_ROWS, N_ROWS)
        return make

    return register


def small(rounds, seed=81, **settings):
    return train(*numbers(seed, 500, 4), rounds, {"max_depth": 3, **settings})


def small_categories(rounds, **settings):
    x, y, types = categories(82, 600, (5, 40))
    return train(x[:, :4], y, rounds, {"tree_method": "approx", "max_depth": 3, **settings},
                 feature_types=types[:4], enable_categorical=True)


@golden("depthwise")
def _():
    x, y = numbers(83, 500, 4)
    return train(x, y, 3, {"max_depth": 3}, feature_names=["visits", "annual_revenue", "trend", "open rate"])


@golden("lossguide")
def _():
    return small(2, grow_policy="lossguide", max_depth=0, max_leaves=9)


@golden("exact_pruned")
def _():
    """With nodes that are deleted."""
    return small(3, tree_method="exact", max_depth=5, gamma=3)


@golden("approx_weighted")
def _():
    return small(2, tree_method="approx", scale_pos_weight=3)


@golden("dart")
def _():
    return small(5, booster="dart", rate_drop=0.5, max_depth=2, base_score=0.3)


@golden("partition")
def _():
    return small_categories(2, max_cat_to_onehot=1)


@golden("onehot")
def _():
    return small_categories(3, max_cat_to_onehot=100)


@golden("dart_categories")
def _():
    return small_categories(4, booster="dart", rate_drop=0.5, max_depth=2, max_cat_to_onehot=10)


@golden("named_categories")
def _():
    frame, y = named_categories(["education", "energy", "IT services", "retail", ""], 84, 500)
    return train(frame, y, 2, {"tree_method": "approx", "max_depth": 3, "max_cat_to_onehot": 1},
                 enable_categorical=True)


@golden("names_not_ascii")
def _():
    """XGBoost 3.1 and 3.2 write as many bytes of a name as it has characters."""
    frame, y = named_categories(["Öl", "café", "plain"], 85, 400)
    return train(frame, y, 1, {"tree_method": "approx", "max_depth": 2}, enable_categorical=True)


@golden("forest")
def _():
    return small(2, num_parallel_tree=3, subsample=0.6, max_depth=2)


@golden("early_stopping")
def _():
    x, y = numbers(86, 500, 4)
    held = xgb.DMatrix(x[300:], label=1 - y[300:])
    return train(x[:300], y[:300], 20, {"max_depth": 2}, evals=[(held, "held")], early_stopping_rounds=3,
                 verbose_eval=False)


@golden("base_score_far")
def _():
    """XGBoost 3.2 and later hold it at 1e-6."""
    return small(1, base_score=1e-7, max_depth=2)


@golden("base_score_0", since=(3, 2))
def _():
    return small(1, base_score=0.0, max_depth=2)


@golden("logitraw")
def _():
    return small(1, objective="binary:logitraw", max_depth=2)


@golden("lone_leaf")
def _():
    return small(1, gamma=1e9)


