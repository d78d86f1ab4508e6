#!/usr/bin/env python3
"""Train the matrix with the XGBoost of this environment, and write down what it answers.

    train_models.py FOLDER [KIND ...]       train, save, and predict
    train_models.py --golden FOLDER         the same with the small kinds of golden_kinds.py
    train_models.py --predict FOLDER AS     read the models in FOLDER, which another version wrote

For each kind there are NAME.json and NAME.ubj as XGBoost saved them; NAME.rows, float32 [rows][columns];
NAME.margin and NAME.probability [rows]; NAME.contributions [explained][columns + 1], all of them what the
model answers when loaded from NAME.json. index.json lists the kinds. Numbers are little-endian.
"""

import json
import re
import sys
from pathlib import Path

import numpy as np
import xgboost as xgb

import golden_kinds
import model_kinds
from model_kinds import VERSION

SPECIAL = np.array([0.0, -0.0, 1e-45, -1e-45, 1e-40, 1e-38, 3.4e38, -3.4e38, np.nan], np.float32)
# Codes that no model was trained on, or that are none: see test rows in docs/testing.md.
NO_CODES = np.array([-1, -0.5, -7, 0.5, 31, 32, 33, 63, 64, 65, 95, 96, 128, 299, 300, 319, 320, 5000, 1e6,
                     16777215, 16777216, 3e9, 1e30, np.nan, -0.0], np.float32)


def read_json(path):
    """XGBoost 2 and before write NaN, which Python's reader takes."""
    return json.loads(path.read_text(encoding="utf-8"))


def booster_model(document):
    gradient_booster = document["learner"]["gradient_booster"]
    return gradient_booster.get("gbtree", gradient_booster)["model"]


def split_points(document):
    """Of each feature: the thresholds its splits have, and the categories in its sets."""
    thresholds, sets = {}, {}
    for tree in booster_model(document)["trees"]:
        kinds_of_split = tree.get("split_type", [])
        starts = dict(zip(tree["categories_nodes"],
                          zip(tree["categories_segments"], tree["categories_sizes"])))
        for node, left in enumerate(tree["left_children"]):
            feature = tree["split_indices"][node]
            if left == -1:
                continue
            if node < len(kinds_of_split) and kinds_of_split[node] == 1:
                start, size = starts[node]
                sets.setdefault(feature, set()).update(tree["categories"][start:start + size])
            else:
                thresholds.setdefault(feature, set()).add(tree["split_conditions"][node])
    return ({feature: np.array(sorted(values), np.float32) for feature, values in thresholds.items()},
            {feature: np.array(sorted(values)) for feature, values in sets.items()})


def change(row, feature, thresholds, sets, rng):
    """Put a value into the row that is worth trying at this feature."""
    if feature in sets and rng.random() < 0.9:
        value = rng.choice(NO_CODES if rng.random() < 0.5 else sets[feature])
        row[feature] = value + rng.choice([0, 0, 0, 1, 0.5, 0.999])
    elif feature in thresholds and rng.random() < 0.8:
        value = rng.choice(thresholds[feature])
        below = np.nextafter(value, np.float32(-np.inf), dtype=np.float32)
        above = np.nextafter(value, np.float32(np.inf), dtype=np.float32)
        row[feature] = rng.choice(np.array([value, value, below, above], np.float32))
    else:
        row[feature] = rng.choice(SPECIAL)


def probe_rows(document, n_rows, seed):
    """Rows that fall on both sides of the splits, on them, and where nothing was trained."""
    rng = np.random.default_rng(seed)
    width = int(document["learner"]["learner_model_param"]["num_feature"])
    thresholds, sets = split_points(document)
    used = sorted(set(thresholds) | set(sets)) or [0]
    rows = np.full((n_rows, width), np.nan, np.float32)
    for feature in range(width):
        if feature in sets:
            rows[:, feature] = rng.integers(0, sets[feature].max() + 2, n_rows)
        else:
            around = rng.choice(thresholds.get(feature, np.ones(1, np.float32)), n_rows)
            rows[:, feature] = around * rng.uniform(0.5, 1.5, n_rows).astype(np.float32)
    for row in rows:
        row[rng.random(width) < rng.choice([0, 0, 0.1, 0.5])] = np.nan
        for feature in rng.choice(used, min(len(used), int(rng.integers(0, 5))), replace=False):
            change(row, int(feature), thresholds, sets, rng)
    rows[0] = np.nan
    rows[np.isinf(rows)] = np.float32(3.4e38)
    rows[1] = 0
    return rows


def matrix(rows, document):
    """The rows as a DMatrix that the model takes; categories are codes."""
    learner = document["learner"]
    names, types = learner["feature_names"], learner["feature_types"]
    options = {"enable_categorical": True} if "c" in types else {}
    return xgb.DMatrix(rows, feature_names=names or None, feature_types=types or None,
                       missing=np.nan, **options)


def answers(path, document, rows, explained):
    """What the model says of the rows: margin, probability, contributions. `document` is it in JSON."""
    booster = xgb.Booster({"nthread": 1}, model_file=str(path))
    data = matrix(rows, document)
    margin = booster.predict(data, output_margin=True)
    probability = booster.predict(data)
    contributions = booster.predict(matrix(rows[:explained], document), pred_contribs=True)
    return margin, probability, contributions


def category_names(document):
    """Of each feature the names of its categories, as XGBoost wrote them; or None where it did not."""
    names = []
    for encoding in booster_model(document).get("cats", {}).get("enc", []):
        if "type" in encoding:
            names.append(encoding["values"])
        else:
            data = np.array(encoding["values"], np.int8).tobytes()
            ends = encoding["offsets"]
            names.append([data[start:end].decode(errors="replace") for start, end in zip(ends, ends[1:])])
    return names


def are_cut(document):
    """XGBoost 3.1 to 3.3 write as many bytes of a name as it has characters."""
    texts = [text for names in category_names(document) for text in names if isinstance(text, str)]
    return VERSION < (3, 4) and not all(text.isascii() for text in texts)


def write_floats(path, array):
    path.write_bytes(np.ascontiguousarray(array, dtype="<f4").tobytes())


def bits_differ(one, other):
    one, other = np.asarray(one, "<f4").view("<u4"), np.asarray(other, "<f4").view("<u4")
    return int((one != other).sum())


def in_place(path, rows, document):
    """Margins by inplace_predict(), which must be told the categories' types by other means."""
    if "c" in document["learner"]["feature_types"]:
        return None
    booster = xgb.Booster({"nthread": 1}, model_file=str(path))
    return booster.inplace_predict(rows, predict_type="margin", validate_features=False)


def train_kind(folder, kind, number):
    booster = kind.make()
    path = folder / f"{kind.name}.json"
    booster.save_model(str(path))
    booster.save_model(str(path.with_suffix(".ubj")))
    document = read_json(path)
    rows = probe_rows(document, kind.rows, 1000 + number)
    explained = min(kind.contributions, kind.rows)
    margin, probability, contributions = answers(path, document, rows, explained)
    for suffix, array in ((".rows", rows), (".margin", margin), (".probability", probability),
                          (".contributions", contributions)):
        write_floats(path.with_suffix(suffix), array)
    placed = in_place(path, rows, document)
    parameters = document["learner"]["learner_model_param"]
    return {
        "kind": kind.name, "group": kind.group, "rows": len(rows), "explained": explained,
        "columns": rows.shape[1], "trees": len(booster_model(document)["trees"]),
        "base_score": parameters["base_score"],
        "categorical": bool(split_points(document)[1]),
        "features": document["learner"]["feature_names"],
        "types": document["learner"]["feature_types"], "categories": category_names(document),
        "cut_names": are_cut(document),
        # How XGBoost agrees with itself: the Booster as trained, from UBJSON, and in place.
        "unsaved_differs": bits_differ(booster.predict(matrix(rows, document), output_margin=True), margin),
        "ubj_differs": bits_differ(answers_of_ubj(path.with_suffix(".ubj"), rows, document), margin),
        "inplace_differs": None if placed is None else bits_differ(placed, margin),
    }


def answers_of_ubj(path, rows, document):
    booster = xgb.Booster({"nthread": 1}, model_file=str(path))
    return booster.predict(matrix(rows, document), output_margin=True)


def train_all(folder, kinds, refused):
    folder.mkdir(parents=True, exist_ok=True)
    chosen = [kind for kind in kinds if kind.since <= VERSION]
    index = {"xgboost": xgb.__version__, "numpy": np.__version__, "models": [], "refused": []}
    for number, kind in enumerate(chosen):
        index["models"].append(train_kind(folder, kind, number))
    for name, words, make in refused:
        booster = make()
        booster.save_model(str(folder / f"refused_{name}.json"))
        booster.save_model(str(folder / f"refused_{name}.ubj"))
        index["refused"].append({"kind": name, "words": words})
    (folder / "index.json").write_text(json.dumps(index, indent=1) + "\n")


def predict_all(folder, suffix):
    """The answers of this version to the models of another, beside that one's own."""
    for model in read_json(folder / "index.json")["models"]:
        if model["trees"] == 0:  # XGBoost 3 refuses those of 1.x
            continue
        path = folder / f"{model['kind']}.json"
        rows = np.fromfile(path.with_suffix(".rows"), "<f4").reshape(model["rows"], model["columns"])
        margin, probability, contributions = answers(path, read_json(path), rows, model["explained"])
        for name, array in (("margin", margin), ("probability", probability),
                            ("contributions", contributions)):
            write_floats(path.with_suffix(f".{name}.{suffix}"), array)


def main(arguments):
    if arguments[0] == "--predict":
        assert re.fullmatch(r"\w+", arguments[2])
        predict_all(Path(arguments[1]), arguments[2])
    elif arguments[0] == "--golden":
        train_all(Path(arguments[1]), golden_kinds.kinds.values(), [])
    else:
        names = arguments[1:]
        kinds = model_kinds.kinds.values()
        train_all(Path(arguments[0]), [kind for kind in kinds if not names or kind.name in names],
                  [] if names else model_kinds.refused())


if __name__ == "__main__":
    main(sys.argv[1:])
