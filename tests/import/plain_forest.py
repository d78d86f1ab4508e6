"""A plain second opinion of a model: read by Python's JSON, walked node by node, and explained leaf
by leaf, in double, by Shapley's formula as it stands. Slow, and short enough to be checked by eye.

The contribution of feature i to a leaf of value v, where d features were asked on the way to it, is

    v · Σ over the sets S of the other d - 1 features:  |S|! (d - |S| - 1)! / d!
        · Π(j in S) o_j · Π(j not in S) z_j · (o_i - z_i)

o_j is 1 where the row follows the leaf's branch at every split on j, and 0 elsewhere; z_j is the share of
cover that follows it. The sum over the sets of one size is a coefficient of Π(z_j + o_j·t).
"""

import ctypes
import json
from functools import cache
from math import factorial

import numpy as np

BEYOND_CODES = 1 << 24

# What XGBoost calls. NumPy's own are others, and differ in the last bit.
libm = ctypes.CDLL("libm.so.6")
for function in (libm.logf, libm.expf):
    function.argtypes, function.restype = [ctypes.c_float], ctypes.c_float


class Tree:
    """One tree's arrays, and its leaves with the way to each."""

    def __init__(self, document, weight):
        self.left = document["left_children"]
        self.right = document["right_children"]
        self.feature = document["split_indices"]
        self.value = np.array(document["split_conditions"], np.float64).astype(np.float32)
        self.cover = document["sum_hessian"]
        self.default_left = document["default_left"]
        self.weight = np.float32(weight)
        types = document.get("split_type") or [0] * len(self.left)
        self.sets = {}
        for node, start, size in zip(document["categories_nodes"], document["categories_segments"],
                                     document["categories_sizes"]):
            assert types[node] == 1
            self.sets[node] = np.array(document["categories"][start:start + size])

    def is_leaf(self, node):
        return self.left[node] == -1

    def goes_left(self, node, values):
        """For a column of values, which of them go left."""
        missing = np.isnan(values)
        if node not in self.sets:
            with np.errstate(invalid="ignore"):
                left = values < self.value[node]
        else:
            is_code = ~missing & (values >= 0) & (values < BEYOND_CODES)
            codes = np.where(is_code, values, 0).astype(np.int64)
            left = ~(is_code & np.isin(codes, self.sets[node]))
        return np.where(missing, bool(self.default_left[node]), left)

    def outputs(self, rows):
        """float32 [rows]: the leaf that each row falls on, times the tree's weight, rounded once."""
        out = np.empty(len(rows), np.float32)
        waiting = [(0, np.arange(len(rows)))]
        while waiting:
            node, at = waiting.pop()
            if self.is_leaf(node):
                out[at] = self.value[node] * self.weight
                continue
            left = self.goes_left(node, rows[at, self.feature[node]])
            waiting.append((self.left[node], at[left]))
            waiting.append((self.right[node], at[~left]))
        return out

    def leaves(self, rows):
        """Of each leaf: its value, and per feature on its way (o [rows], z)."""
        everyone = np.ones(len(rows), bool)
        waiting = [(0, {})]
        while waiting:
            node, way = waiting.pop()
            if self.is_leaf(node):
                yield float(self.value[node]) * float(self.weight), way
                continue
            feature = self.feature[node]
            goes_left = self.goes_left(node, rows[:, feature])
            left, right = float(self.cover[self.left[node]]), float(self.cover[self.right[node]])
            share = left / (left + right) if left + right > 0 else 0.5
            ones, zeros = way.get(feature, (everyone, 1.0))
            waiting.append((self.left[node], {**way, feature: (ones & goes_left, zeros * share)}))
            waiting.append((self.right[node], {**way, feature: (ones & ~goes_left, zeros * (1 - share))}))

    def explain(self, rows, out):
        """Add the contributions of this tree to out [rows][columns + 1], the mean last."""
        for value, way in self.leaves(rows):
            features = list(way)
            ones = np.array([way[f][0] for f in features], np.float64).reshape(len(features), len(rows))
            zeros = np.array([way[f][1] for f in features])
            out[:, -1] += value * zeros.prod()
            for i, feature in enumerate(features):
                others = [j for j in range(len(features)) if j != i]
                out[:, feature] += value * (ones[i] - zeros[i]) * shapley_sum(ones[others], zeros[others])


@cache
def shapley_weights(d):
    """|S|! (d - |S| - 1)! / d!, by |S|."""
    return np.array([factorial(k) * factorial(d - k - 1) / factorial(d) for k in range(d)])


def shapley_sum(ones, zeros):
    """Σ over sets, by size: coefficients of Π(z_j + o_j·t), each times Shapley's weight."""
    coefficients = np.zeros((len(zeros) + 1, ones.shape[1]))
    coefficients[0] = 1
    for j, zero in enumerate(zeros):
        grown = coefficients * zero
        grown[1:] += coefficients[:-1] * ones[j]
        coefficients = grown
    return shapley_weights(len(zeros) + 1) @ coefficients


def base_margin(text, version, objective):
    """XGBoost 3.2 took to holding the probability away from 0 and 1."""
    score = np.float32(text.strip("[]"))
    if objective == "binary:logitraw":
        return score
    if version[:2] >= [3, 2]:
        near = np.float32(1e-6)
        score = min(max(score, near), np.float32(1) - near)
    return np.float32(-libm.logf(np.float32(1) / score - np.float32(1)))


def sigmoid(margin):
    """XGBoost's, of a float32."""
    one = np.float32(1)
    return one / (np.float32(libm.expf(min(-margin, np.float32(88.7)))) + one)


class PlainForest:
    def __init__(self, path):
        document = json.loads(path.read_text(encoding="utf-8"))
        learner = document["learner"]
        booster = learner["gradient_booster"]
        model = booster.get("gbtree", booster)["model"]
        weights = booster.get("weight_drop") or model.get("weight_drop") or [1.0] * len(model["trees"])
        assert len(weights) == len(model["trees"])
        self.trees = [Tree(tree, weight) for tree, weight in zip(model["trees"], weights)]
        self.objective = learner["objective"]["name"]
        self.base_margin = base_margin(learner["learner_model_param"]["base_score"], document["version"],
                                       self.objective)
        self.n_columns = int(learner["learner_model_param"]["num_feature"])

    def margins(self, rows):
        """float32 [rows], added up in the order of the trees."""
        total = np.full(len(rows), self.base_margin, np.float32)
        for tree in self.trees:
            total += tree.outputs(rows)
        return total

    def probabilities(self, margins):
        """float32 [rows]: what XGBoost makes of the margins."""
        return np.array([sigmoid(margin) for margin in margins], np.float32)

    def reach(self, rows):
        """float64 [rows]: Σ|tree outputs|."""
        return sum((np.abs(tree.outputs(rows).astype(np.float64)) for tree in self.trees),
                   np.zeros(len(rows)))

    def contributions(self, rows):
        """float64 [rows][columns + 1]."""
        out = np.zeros((len(rows), self.n_columns + 1))
        out[:, -1] = self.base_margin
        for tree in self.trees:
            tree.explain(rows, out)
        return out
