"""The kinds of models that are trained with each version of XGBoost, and the data they learn from.

A kind is made by a function of the version that returns a Booster. Data is made from fixed seeds,
so the versions differ in XGBoost alone. Runs inside the environment of a version.
"""

import json
import warnings

import numpy as np
import pandas as pd
import xgboost as xgb

warnings.filterwarnings("ignore")

VERSION = tuple(int(part) for part in xgb.__version__.split(".")[:2])
N_LEADS = 1500

kinds = {}


class Kind:
    """A row of the matrix: `group` is its row in the table at the end."""

    def __init__(self, name, group, make, since, rows, contributions):
        self.name = name
        self.group = group
        self.make = make
        self.since = since
        self.rows = rows
        self.contributions = contributions


def kind(name, group, since=(1, 6), rows=300, contributions=100):
    """Register a maker. `rows` are scored; of those, the first `contributions` are explained."""

    def register(make):
        assert name not in kinds
        kinds[name] = Kind(name, group, make, since, rows, contributions)
        return make

    return register


# Data


def labels(rng, log_odds):
    return (rng.random(len(log_odds)) < 1 / (1 + np.exp(-log_odds))).astype(np.float32)


def numbers(seed=1, n=N_LEADS, width=12, missing=0.1):
    """Counts, amounts and rates, one value in ten missing; the label follows a few of them."""
    rng = np.random.default_rng(seed)
    columns = []
    for i in range(width):
        columns.append([rng.poisson(3, n), rng.lognormal(8, 2, n), rng.normal(0, 1, n),
                        np.round(rng.random(n), 2)][i % 4])
    x = np.stack(columns, axis=1).astype(np.float32)
    odds = 0.4 * x[:, 0] - 2 + np.where(x[:, 1] > 3000, 1, -1) * x[:, 2]
    if width > 6:
        odds = odds + x[:, 6] * x[:, 2]
    y = labels(rng, odds)
    x[rng.random(x.shape) < missing] = np.nan
    return x, y


def categories(seed=2, n=N_LEADS, sizes=(5, 40, 300)):
    """Three columns of category codes, five of numbers. Returns data, label and feature types."""
    rng = np.random.default_rng(seed)
    codes = [rng.integers(0, size, n) for size in sizes]
    x, _ = numbers(seed, n, 5)
    effects = [rng.normal(0, 1, size)[code] for size, code in zip(sizes, codes)]
    y = labels(rng, sum(effects) + np.nan_to_num(x[:, 2]) - 0.5)
    coded = np.stack(codes, axis=1).astype(np.float32)
    coded[rng.random(coded.shape) < 0.05] = np.nan
    return np.concatenate([coded, x], axis=1), y, ["c"] * len(sizes) + ["q"] * 5


def named_categories(names, seed=3, n=N_LEADS, first_name="sector"):
    """A data frame with two columns of named categories and two of numbers."""
    rng = np.random.default_rng(seed)
    first = pd.Categorical(rng.choice(np.array(names, dtype=object), n), categories=names)
    second = pd.Categorical(rng.choice([10, 20, 30, 45], n))
    x, _ = numbers(seed, n, 3)
    y = labels(rng, (first.codes % 3) - 1.0 + np.where(second.codes > 1, 1, -1) * np.nan_to_num(x[:, 2]))
    frame = pd.DataFrame({first_name: first, "employees": x[:, 1], "band": second, "rate": x[:, 2]})
    return frame, y


# Training


def train(data, label, rounds, settings, **options):
    """xgb.train() with what all kinds share. `data` is a matrix or a data frame."""
    matrix_options = {key: options.pop(key) for key in
                      ("feature_names", "feature_types", "enable_categorical", "weight", "base_margin")
                      if key in options}
    matrix = xgb.DMatrix(data, label=label, **matrix_options)
    parameters = {"objective": "binary:logistic", "nthread": 1, "verbosity": 0, "seed": 7,
                  "tree_method": "hist", "max_depth": 4, **settings}
    return xgb.train(parameters, matrix, rounds, **options)


def train_numbers(rounds, seed=1, **settings):
    return train(*numbers(seed), rounds, settings)


def train_categories(rounds, seed=2, method=None, **settings):
    """XGBoost 1.6 splits by category with approx alone."""
    x, y, types = categories(seed)
    if method is None:
        method = "approx" if VERSION < (1, 7) else "hist"
    return train(x, y, rounds, {"tree_method": method, **settings}, feature_types=types,
                 enable_categorical=True)


# Trees: how they are grown

for method in ("hist", "exact", "approx"):
    @kind(f"depthwise_{method}", f"depth-wise, {method}")
    def _(method=method):
        return train_numbers(30, tree_method=method, max_depth=6)

    @kind(f"shallow_{method}", f"depth-wise, {method}")
    def _(method=method):
        return train_numbers(50, seed=5, tree_method=method, max_depth=2, eta=0.1)

    @kind(f"pruned_{method}", f"depth-wise, {method}")
    def _(method=method):
        return train_numbers(20, tree_method=method, max_depth=8, gamma=3)

    @kind(f"monotone_{method}", "monotone constraints")
    def _(method=method):
        return train_numbers(30, tree_method=method,
                             monotone_constraints="(1,-1,1,0,0,0,0,0,0,0,0,-1)")

for method in ("hist", "approx"):
    @kind(f"lossguide_{method}", f"lossguide, {method}")
    def _(method=method):
        return train_numbers(30, tree_method=method, grow_policy="lossguide", max_leaves=31,
                             max_depth=0)


@kind("lossguide_deep", "lossguide, hist", contributions=40)
def _():
    return train(*numbers(11, 6000), 4, {
        "grow_policy": "lossguide", "max_depth": 0, "max_leaves": 600, "min_child_weight": 0,
        "lambda": 0, "eta": 0.5})


@kind("depthwise_deep", "depth-wise, exact", contributions=40)
def _():
    return train_numbers(6, tree_method="exact", max_depth=30, min_child_weight=0, eta=0.7)


@kind("chain", "lossguide, hist", contributions=40)
def _():
    """One feature, and a tree that takes its values off one by one."""
    x = np.arange(150, dtype=np.float32)[:, None]
    y = (x[:, 0] % 2).astype(np.float32)
    return train(x, y, 3, {"grow_policy": "lossguide", "max_depth": 0, "max_leaves": 150,
                           "min_child_weight": 0, "lambda": 0, "max_bin": 512})


@kind("few_bins", "depth-wise, hist")
def _():
    return train_numbers(20, max_bin=2)


@kind("interactions", "depth-wise, hist")
def _():
    return train_numbers(20, interaction_constraints="[[0,1,2],[3,4,5,6]]", alpha=0.5)


# Number of trees

for count in (1, 10, 100, 500, 2000):
    @kind(f"trees_{count}", "1 to 2,000 trees", rows=200, contributions=100 if count < 500 else 12)
    def _(count=count):
        return train_numbers(count, seed=20 + count % 7, eta=min(0.3, 10 / count))


@kind("stumps", "1 to 2,000 trees")
def _():
    return train_numbers(60, max_depth=1)


@kind("lone_leaves", "1 to 2,000 trees")
def _():
    """Trees that are one leaf each."""
    return train_numbers(5, gamma=1e9)


# dart

for normalize in ("tree", "forest"):
    @kind(f"dart_{normalize}", "dart")
    def _(normalize=normalize):
        return train_numbers(40, booster="dart", rate_drop=0.3, normalize_type=normalize)

    @kind(f"dart_weighted_{normalize}", "dart")
    def _(normalize=normalize):
        return train_numbers(40, booster="dart", rate_drop=0.2, normalize_type=normalize,
                             sample_type="weighted", skip_drop=0.4, eta=0.7)


@kind("dart_one_drop", "dart")
def _():
    return train_numbers(30, booster="dart", rate_drop=0.05, one_drop=1, tree_method="exact")


@kind("dart_never_drops", "dart")
def _():
    return train_numbers(20, booster="dart", skip_drop=1.0, rate_drop=0.5, tree_method="approx")


@kind("dart_parallel", "dart")
def _():
    return train_numbers(12, booster="dart", rate_drop=0.4, num_parallel_tree=4, subsample=0.6)


@kind("dart_lossguide", "dart")
def _():
    return train_numbers(20, booster="dart", rate_drop=0.4, grow_policy="lossguide", max_leaves=20,
                         max_depth=0, base_score=0.2)


@kind("dart_many", "dart", contributions=12)
def _():
    return train_numbers(300, booster="dart", rate_drop=0.1, eta=0.1, max_depth=3)


@kind("dart_categories", "dart")
def _():
    return train_categories(25, booster="dart", rate_drop=0.4)


# Categories

for method in ("hist", "approx"):
    since = (1, 7) if method == "hist" else (1, 6)

    @kind(f"partition_{method}", "categories, partition", since=since)
    def _(method=method):
        return train_categories(25, method=method, max_cat_to_onehot=1)

    @kind(f"onehot_{method}", "categories, one-hot", since=since)
    def _(method=method):
        return train_categories(25, method=method, max_cat_to_onehot=1000, max_depth=6)

    @kind(f"mixed_{method}", "categories, both", since=since)
    def _(method=method):
        return train_categories(25, method=method, max_cat_to_onehot=10, max_depth=6)


@kind("partition_lossguide", "categories, partition")
def _():
    return train_categories(10, grow_policy="lossguide", max_leaves=60, max_depth=0,
                            max_cat_to_onehot=4)


@kind("partition_small_sets", "categories, partition", since=(1, 7))
def _():
    return train_categories(20, max_cat_to_onehot=4, max_cat_threshold=4)


@kind("partition_deep", "categories, partition", contributions=40)
def _():
    return train_categories(6, max_depth=12, min_child_weight=0, eta=0.6)


@kind("category_word_ends", "categories, partition")
def _():
    """As many categories as fill a 32-bit word, one less, one more."""
    x, y, types = categories(4, sizes=(31, 32, 33))
    method = "approx" if VERSION < (1, 7) else "hist"
    return train(x, y, 20, {"tree_method": method, "max_cat_to_onehot": 1}, feature_types=types,
                 enable_categorical=True)


@kind("category_thousands", "categories, both")
def _():
    x, y, types = categories(5, sizes=(3000, 2))
    method = "approx" if VERSION < (1, 7) else "hist"
    return train(x, y, 15, {"tree_method": method}, feature_types=types, enable_categorical=True)


@kind("categories_alone", "categories, both")
def _():
    x, y, types = categories(6)
    method = "approx" if VERSION < (1, 7) else "hist"
    return train(x[:, :3], y, 20, {"tree_method": method}, feature_types=types[:3],
                 enable_categorical=True)


@kind("category_names", "categories, named")
def _():
    """"industry" is also HubSpot's name of another property, company.industry."""
    frame, y = named_categories(["education", "energy", "finance", "health care", "IT", "retail", ""],
                                first_name="industry")
    return train(frame, y, 15, {"tree_method": "approx" if VERSION < (1, 7) else "hist"},
                 enable_categorical=True)


@kind("category_names_onehot", "categories, named")
def _():
    frame, y = named_categories(['say "when"', "back\\slash", "a,b", "tab\there", "[x]", "{y}"], 8)
    return train(frame, y, 15, {"tree_method": "approx" if VERSION < (1, 7) else "hist",
                                "max_cat_to_onehot": 50}, enable_categorical=True)


@kind("category_names_not_ascii", "categories, named")
def _():
    """XGBoost 3.1 and 3.2 cut such names short."""
    frame, y = named_categories(["Überwachung", "Öl", "café", "日本", "plain"], 9)
    return train(frame, y, 15, {"tree_method": "approx" if VERSION < (1, 7) else "hist"},
                 enable_categorical=True)


# Base score and weights

for label, score in (("1e_7", 1e-7), ("0.01", 0.01), ("0.3", 0.3), ("0.5", 0.5), ("0.999", 0.999),
                     ("near_1", 0.9999999)):
    @kind(f"base_score_{label}", "base_score set")
    def _(score=score):
        return train_numbers(15, base_score=score)


@kind("base_score_0", "base_score set", since=(3, 2))
def _():
    return train_numbers(3, base_score=0.0)


@kind("base_score_1", "base_score set", since=(3, 2))
def _():
    return train_numbers(3, base_score=1.0)


@kind("base_score_by_rounds", "base_score set")
def _():
    return train_numbers(0, base_score=0.123)


for share in (0.02, 0.5, 0.97):
    @kind(f"base_score_estimated_{share:g}", "base_score estimated")
    def _(share=share):
        x, _ = numbers(30)
        rng = np.random.default_rng(31)
        odds = np.nan_to_num(x[:, 2])
        y = (odds + rng.normal(0, 1, len(odds)) > np.quantile(odds, 1 - share)).astype(np.float32)
        return train(x, y, 15, {})


@kind("labels_all_alike", "base_score estimated", since=(3, 2))
def _():
    x, y = numbers(32)
    return train(x, np.zeros_like(y), 3, {})


# Other objectives with the same margin

for label, settings in (("set", {"base_score": 0.3}), ("estimated", {})):
    @kind(f"reg_logistic_{label}", "reg:logistic, logitraw")
    def _(settings=settings):
        return train_numbers(15, objective="reg:logistic", **settings)

    @kind(f"logitraw_{label}", "reg:logistic, logitraw")
    def _(settings=settings):
        """Its base score is a margin."""
        return train_numbers(15, objective="binary:logitraw", **settings)


@kind("scale_pos_weight", "scale_pos_weight")
def _():
    return train_numbers(30, scale_pos_weight=7.5)


@kind("scale_pos_weight_exact", "scale_pos_weight")
def _():
    return train_numbers(20, scale_pos_weight=0.2, tree_method="exact", base_score=0.4)


@kind("row_weights", "scale_pos_weight")
def _():
    x, y = numbers(33)
    return train(x, y, 20, {}, weight=np.random.default_rng(34).random(len(y)))


# Forests, samples, rounds

@kind("random_forest", "num_parallel_tree")
def _():
    return train_numbers(1, num_parallel_tree=60, eta=1, subsample=0.7, colsample_bynode=0.5,
                         max_depth=7)


@kind("boosted_forest", "num_parallel_tree")
def _():
    return train_numbers(8, num_parallel_tree=5, subsample=0.7, colsample_bynode=0.7)


@kind("sampled", "subsample, colsample")
def _():
    return train_numbers(40, subsample=0.5, colsample_bytree=0.6, colsample_bylevel=0.8,
                         colsample_bynode=0.8)


@kind("early_stopping", "early stopping")
def _():
    x, y = numbers(40)
    held = xgb.DMatrix(x[1000:], label=y[1000:])
    booster = train(x[:1000], y[:1000], 200, {"eta": 0.5}, evals=[(held, "held")],
                    early_stopping_rounds=10, verbose_eval=False)
    assert booster.num_boosted_rounds() > booster.best_iteration + 1
    return booster


@kind("early_stopping_forest", "early stopping")
def _():
    x, y = numbers(41)
    held = xgb.DMatrix(x[1000:], label=y[1000:])
    return train(x[:1000], y[:1000], 100, {"eta": 0.5, "num_parallel_tree": 3, "subsample": 0.5},
                 evals=[(held, "held")], early_stopping_rounds=5, verbose_eval=False)


@kind("sliced", "continued, sliced, refreshed")
def _():
    return train_numbers(20)[3:11]


@kind("continued", "continued, sliced, refreshed")
def _():
    return train(*numbers(43), 10, {"eta": 0.1}, xgb_model=train_numbers(10, seed=42))


@kind("refreshed", "continued, sliced, refreshed")
def _():
    first = train_numbers(10)
    x, y = numbers(44)
    return train(x, y, 10, {"process_type": "update", "updater": "refresh", "refresh_leaf": 1,
                            "tree_method": "approx"}, xgb_model=first)


@kind("pruned_later", "continued, sliced, refreshed")
def _():
    """Many nodes deleted from trees that were whole."""
    first = train_numbers(10, max_depth=7)
    x, y = numbers(1)
    return train(x, y, 10, {"process_type": "update", "updater": "prune", "gamma": 8,
                            "max_depth": 7, "tree_method": "approx"}, xgb_model=first)


# Data and names

@kind("no_value_missing", "missing values")
def _():
    return train(*numbers(50, missing=0), 25, {})


@kind("half_missing", "missing values")
def _():
    return train(*numbers(51, missing=0.5), 25, {"tree_method": "exact"})


@kind("column_all_missing", "missing values")
def _():
    x, y = numbers(52)
    x[:, 5] = np.nan
    return train(x, y, 25, {})


@kind("zeros_and_denormals", "missing values")
def _():
    """Thresholds at and around zero."""
    rng = np.random.default_rng(53)
    tiny = np.array([0.0, -0.0, 1e-45, -1e-45, 1e-40, -1e-40, 1e-38, -1e-38, 1.0], np.float32)
    x = rng.choice(tiny, (N_LEADS, 4)).astype(np.float32)
    y = labels(rng, np.where(x[:, 0] > 0, 2.0, -2.0) + np.where(x[:, 1] < 0, 1.0, -1.0))
    return train(x, y, 20, {"tree_method": "exact"})


@kind("huge_values", "missing values")
def _():
    rng = np.random.default_rng(54)
    x = (rng.normal(0, 1, (N_LEADS, 4)) * 1e37).astype(np.float32)
    y = labels(rng, x[:, 0] / 1e37 - x[:, 1] / 1e37)
    return train(x, y, 20, {"tree_method": "exact"})


@kind("steep_leaves", "large and small leaves")
def _():
    return train_numbers(20, eta=1, min_child_weight=0, **{"lambda": 0})


@kind("tiny_leaves", "large and small leaves")
def _():
    return train_numbers(60, eta=1e-6)


@kind("wide", "feature names")
def _():
    """400 features, of which few are used."""
    return train(*numbers(60, width=400), 10, {"max_depth": 3})


@kind("one_feature", "feature names")
def _():
    x, y = numbers(61)
    return train(x[:, 2:3], y, 10, {})


@kind("named_features", "feature names")
def _():
    x, y = numbers(62, width=4)
    return train(x, y, 10, {}, feature_names=["visits", "annual_revenue", "trend", "open rate"])


@kind("odd_names", "feature names")
def _():
    x, y = numbers(63, width=5)
    return train(x, y, 10, {}, feature_names=['a "b"', "back\\slash", "größe", "x" * 200, "f0 "])


@kind("typed_features", "feature names")
def _():
    x, y = numbers(64, width=4)
    x[:, 3] = x[:, 3] > 0.4
    return train(np.nan_to_num(x), y, 10, {}, feature_types=["int", "float", "q", "i"])


@kind("attributes", "feature names")
def _():
    """What XGBoost's scikit-learn classes and users store beside the model."""
    booster = train_numbers(5)
    booster.set_attr(scikit_learn=json.dumps({"use_label_encoder": None, "_estimator_type": "classifier"}),
                     note='line\nquote " backslash \\ é 漢 \U0001f600', empty="")
    return booster


def refused():
    """Models that import must name and refuse: name, words of the message, maker."""
    x, y = numbers(70)
    several = np.stack([y, 1 - y], axis=1)

    def of(objective, label=y, **settings):
        return lambda: train(x, label, 3, {"objective": objective, **settings})

    models = [
        ("linear", "gblinear", of("binary:logistic", booster="gblinear", tree_method="auto")),
        ("regression", "reg:squarederror", of("reg:squarederror")),
        ("classes", "multi:softprob", of("multi:softprob", num_class=3)),
        ("ranking", "rank:pairwise", of("rank:pairwise")),
        ("counts", "count:poisson", of("count:poisson")),
        ("hinge", "binary:hinge", of("binary:hinge")),
        ("several_targets", "target", of("binary:logistic", several)),
    ]
    if VERSION >= (2, 0):
        models.append(("vector_leaves", "", of("binary:logistic", several,
                                               multi_strategy="multi_output_tree")))
    return models
