"""A forest that XGBoost wrote as JSON, for those who cannot read it: as LightGBM's text, as the
dictionary that shap takes, as an ONNX graph. The trees stay the same, node by node.

XGBoost goes left when x < threshold in float32. Where a peer goes left when x <= threshold, it is
given the float32 just below.
"""

import json
import math
import struct


def float32(number):
    return struct.unpack("<f", struct.pack("<f", number))[0]


def float32_below(number):
    """The greatest float32 less than `number`, itself a float32."""
    if number == 0:
        return -2.0 ** -149
    bits = struct.unpack("<i", struct.pack("<f", number))[0]
    return struct.unpack("<f", struct.pack("<i", bits - 1 if number > 0 else bits + 1))[0]


class Tree:
    """Arrays, an item a node; a leaf has -1 as its children, and its value in `values`."""

    def __init__(self, tree):
        self.left = tree["left_children"]
        self.right = tree["right_children"]
        self.features = tree["split_indices"]
        self.default_left = [bool(left) for left in tree["default_left"]]
        self.covers = tree["sum_hessian"]
        self.values = [float32(value) for value in tree["split_conditions"]]

    def is_leaf(self, node):
        return self.left[node] == -1

    def inner(self):
        return [node for node in range(len(self.left)) if not self.is_leaf(node)]

    def leaves(self):
        return [node for node in range(len(self.left)) if self.is_leaf(node)]


class Forest:
    def __init__(self, path):
        learner = json.loads(path.read_text())["learner"]
        self.trees = [Tree(tree) for tree in learner["gradient_booster"]["model"]["trees"]]
        self.n_features = int(learner["learner_model_param"]["num_feature"])
        base_score = float(learner["learner_model_param"]["base_score"])
        self.base_margin = -math.log(1 / base_score - 1)


def numbers(items):
    return " ".join(f"{item:.17g}" for item in items)


# LightGBM's text. Bits of decision_type: 2 for "missing goes left", 8 for "NaN is missing". Its
# counts, the cover of its SHAP, are integers: hessians in ten-thousandths.
COUNTS_IN_ONE = 10000


def lightgbm_tree(tree, number, base):
    inner, leaves = tree.inner(), tree.leaves()
    place = {node: i for i, node in enumerate(inner)}
    place.update({node: ~i for i, node in enumerate(leaves)})

    def counts(nodes):
        return " ".join(str(round(tree.covers[node] * COUNTS_IN_ONE)) for node in nodes)

    lines = [f"Tree={number}", f"num_leaves={len(leaves)}", "num_cat=0"]
    if inner:
        lines += [
            "split_feature=" + " ".join(str(tree.features[node]) for node in inner),
            "split_gain=" + " ".join("1" for _ in inner),
            "threshold=" + numbers(float32_below(tree.values[node]) for node in inner),
            "decision_type=" + " ".join("10" if tree.default_left[node] else "8" for node in inner),
            "left_child=" + " ".join(str(place[tree.left[node]]) for node in inner),
            "right_child=" + " ".join(str(place[tree.right[node]]) for node in inner),
        ]
    lines += [
        "leaf_value=" + numbers(tree.values[node] + base for node in leaves),
        "leaf_weight=" + numbers(tree.covers[node] for node in leaves),
        "leaf_count=" + counts(leaves),
        "internal_value=" + " ".join("0" for _ in inner),
        "internal_weight=" + numbers(tree.covers[node] for node in inner),
        "internal_count=" + counts(inner),
        "is_linear=0",
        "shrinkage=1",
    ]
    return "\n".join(lines) + "\n\n\n"


def lightgbm_text(forest):
    trees = [lightgbm_tree(tree, number, forest.base_margin if number == 0 else 0)
             for number, tree in enumerate(forest.trees)]
    head = [
        "tree", "version=v4", "num_class=1", "num_tree_per_iteration=1", "label_index=0",
        f"max_feature_idx={forest.n_features - 1}", "objective=binary sigmoid:1",
        "feature_names=" + " ".join(f"f{i}" for i in range(forest.n_features)),
        "feature_infos=" + " ".join("[-1e+30:1e+30]" for _ in range(forest.n_features)),
        "tree_sizes=" + " ".join(str(len(tree)) for tree in trees),
    ]
    return "\n".join(head) + "\n\n" + "".join(trees) + "end of trees\n\npandas_categorical:null\n"


def shap_dictionary(forest):
    """What shap.TreeExplainer takes in place of a model: trees as arrays of numpy's."""
    import numpy

    def arrays(tree):
        splits = [not tree.is_leaf(node) for node in range(len(tree.left))]
        default = [(left if goes_left else right) if split else -1 for left, right, goes_left, split
                   in zip(tree.left, tree.right, tree.default_left, splits)]
        return {
            "children_left": numpy.array(tree.left, dtype=numpy.int32),
            "children_right": numpy.array(tree.right, dtype=numpy.int32),
            "children_default": numpy.array(default, dtype=numpy.int32),
            "features": numpy.array([feature if split else -2
                                     for feature, split in zip(tree.features, splits)],
                                    dtype=numpy.int32),
            "thresholds": numpy.array([float32_below(value) if split else -2
                                       for value, split in zip(tree.values, splits)]),
            "values": numpy.array([[0.0 if split else value]
                                   for value, split in zip(tree.values, splits)]),
            "node_sample_weight": numpy.array(tree.covers, dtype=numpy.float64),
        }

    return {
        "trees": [arrays(tree) for tree in forest.trees],
        "base_offset": forest.base_margin,
        "tree_output": "log_odds",
        "objective": "binary_crossentropy",
        "input_dtype": numpy.float32,
        "internal_dtype": numpy.float64,
    }


def onnx_model(forest):
    """A graph of one TreeEnsembleRegressor: rows to margins."""
    from onnx import TensorProto, helper

    nodes = [(number, node, tree) for number, tree in enumerate(forest.trees)
             for node in range(len(tree.left))]
    leaves = [(number, node, tree) for number, node, tree in nodes if tree.is_leaf(node)]

    def each(value):
        return [value(node, tree) for _, node, tree in nodes]

    def splits(value):
        return each(lambda node, tree: 0 if tree.is_leaf(node) else value(node, tree))

    ensemble = helper.make_node(
        "TreeEnsembleRegressor", ["rows"], ["margins"], domain="ai.onnx.ml", n_targets=1,
        aggregate_function="SUM", post_transform="NONE", base_values=[forest.base_margin],
        nodes_treeids=[number for number, _, _ in nodes],
        nodes_nodeids=each(lambda node, tree: node),
        nodes_modes=each(lambda node, tree: "LEAF" if tree.is_leaf(node) else "BRANCH_LT"),
        nodes_featureids=splits(lambda node, tree: tree.features[node]),
        nodes_values=[float(value) for value in splits(lambda node, tree: tree.values[node])],
        nodes_truenodeids=splits(lambda node, tree: tree.left[node]),
        nodes_falsenodeids=splits(lambda node, tree: tree.right[node]),
        nodes_missing_value_tracks_true=splits(lambda node, tree: int(tree.default_left[node])),
        target_treeids=[number for number, _, _ in leaves],
        target_nodeids=[node for _, node, _ in leaves],
        target_ids=[0 for _ in leaves],
        target_weights=[tree.values[node] for _, node, tree in leaves])
    graph = helper.make_graph(
        [ensemble], "forest",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [None, forest.n_features])],
        [helper.make_tensor_value_info("margins", TensorProto.FLOAT, [None, 1])])
    return helper.make_model(graph, ir_version=8, opset_imports=[
        helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 3)])
