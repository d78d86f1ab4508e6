#!/usr/bin/env python3
"""leadscore import: models of XGBoost, as JSON, become bundles that score."""

import copy
import json
import sys

from cli_support import DATA, USAGE, main, ndjson, refuse, run, test

TREE = {"default_left": [1, 0, 0], "id": 0, "left_children": [1, -1, -1],
        "right_children": [2, -1, -1], "split_conditions": [0.5, -0.25, 0.5],
        "split_indices": [0, 0, 0], "split_type": [0, 0, 0], "sum_hessian": [4, 3, 1],
        "categories": [], "categories_nodes": [], "categories_segments": [],
        "categories_sizes": [],
        "tree_param": {"num_deleted": "0", "num_nodes": "3", "size_leaf_vector": "1"}}

MODEL = {"learner": {
    "attributes": {}, "feature_names": ["visits", "plan"], "feature_types": ["float", "i"],
    "gradient_booster": {"model": {"gbtree_model_param": {"num_trees": "1"}, "tree_info": [0],
                                   "trees": [TREE]},
                         "name": "gbtree"},
    "learner_model_param": {"base_score": "5E-1", "num_class": "0", "num_feature": "2"},
    "objective": {"name": "binary:logistic"}}, "version": [2, 1, 4]}

ROWS = "visits,plan\n1,yes\n0,no\n,\n"


def write_model(folder, change=lambda model: None, name="model.json"):
    model = copy.deepcopy(MODEL)
    change(model["learner"])
    path = folder / name
    path.write_text(json.dumps(model))
    return path


@test
def an_imported_model_scores_rows_and_leads(folder):
    bundle = folder / "m.lsm"
    out, err = run("import", write_model(folder), "-o", bundle)
    assert out == "" and err == ""
    out, err = run("score", bundle, "--csv", "-", stdin=ROWS)
    assert "the gate of" in err and "did not pass" in err
    rows = ndjson(out)
    assert [row["score"] for row in rows] == [62, 44, 44]
    assert all(row["probability_low"] is None and row["confidence"] is None for row in rows)
    out, _ = run("score", bundle, "--leads", "-", "--as-of", "2026-01-01",
                 stdin='{"id": "a", "visits": 3}\n')
    assert ndjson(out)[0]["score"] == 62


@test
def standard_input_gives_the_same_bundle(folder):
    path = write_model(folder)
    run("import", path, "-o", folder / "a.lsm")
    run("import", "-", "-o", folder / "b.lsm", stdin=path.read_text())
    assert (folder / "a.lsm").read_bytes() == (folder / "b.lsm").read_bytes()


@test
def name_version_and_time_go_into_the_bundle(folder):
    run("import", write_model(folder), "--name", "churn", "--model-version", "7", "--created",
        "2026-04-01T00:00:00Z", "-o", folder / "m.lsm")
    facts = json.loads(run("inspect", folder / "m.lsm", "--json")[0])
    assert (facts["name"], facts["version"], facts["calibrated"]) == ("churn", "7", False)
    assert facts["manifest"]["created"] == "2026-04-01T00:00:00Z"
    assert "not calibrated" in facts["manifest"]["gate"]["reasons"][0]


@test
def people_are_told_that_the_probability_is_the_models_own(folder):
    bundle = folder / "m.lsm"
    run("import", write_model(folder), "-o", bundle)
    out, _ = run("explain", bundle, "--csv", "-", "--id", "1", stdin=ROWS)
    assert "62.2 %, as the model says; not calibrated" in out, out
    out, _ = run("score", bundle, "--csv", "-", "--format", "table", stdin=ROWS)
    assert "62.2 %" in out and "nan" not in out, out
    out, _ = run("inspect", bundle)
    assert "no: probabilities are the model's own" in out


@test
def a_spec_that_does_not_fit_is_refused_by_the_first_difference(folder):
    spec = {"format": 1, "name": "s", "groups": ["g"], "features": [
        {"name": name, "group": "g", "kind": "number", "property": name}
        for name in ("visits", "price")]}
    path = folder / "spec.json"
    path.write_text(json.dumps(spec))
    model = write_model(folder)
    refuse("import", model, "--spec", path, "-o", folder / "m.lsm",
           words=["model.json: ", 'feature 1 of the model is "plan"', '"price"'])
    assert not (folder / "m.lsm").exists()
    path.write_text("{")
    refuse("import", model, "--spec", path, "-o", folder / "m.lsm", words=["spec.json: "])
    spec["features"][1]["name"] = "plan"
    path.write_text(json.dumps(spec))
    run("import", model, "--spec", path, "-o", folder / "m.lsm")


@test
def what_is_not_read_is_named(folder):
    def linear(learner):
        learner["gradient_booster"] = {"model": {"weights": [1, 2]}, "name": "gblinear"}

    def classes(learner):
        learner["objective"]["name"] = "multi:softprob"

    refuse("import", write_model(folder, linear), "-o", folder / "m.lsm",
           words=["model.json: ", 'the booster is "gblinear"'])
    refuse("import", write_model(folder, classes), "-o", folder / "m.lsm",
           words=['the objective is "multi:softprob"'])


@test
def hostile_files_are_refused_and_leave_nothing(folder):
    whole = write_model(folder).read_text()
    cases = {"empty": "", "cut": whole[:-9], "words": "hello", "bundle": "(\xb5/\xfd",
             "deep": "{\"x\":" + "[" * 10000 + "]" * 10000 + "}",
             "digits": "{\"x\":" + "9" * 10000 + "}",
             "cycle": whole.replace("[1, -1, -1]", "[1, 0, -1]"),
             "parents": whole.replace("[2, -1, -1]", "[1, -1, -1]"),
             "threshold": whole.replace("[0.5, -0.25, 0.5]", "[NaN, -0.25, 0.5]"),
             "nodes": whole.replace('"num_nodes": "3"', '"num_nodes": "1000000000"')}
    for name, text in cases.items():
        path = folder / name
        path.write_bytes(text.encode("latin-1"))
        refuse("import", path, "-o", folder / "m.lsm", words=[f"{name}: "])
        assert not (folder / "m.lsm").exists()


@test
def the_command_line_is_checked(folder):
    model = write_model(folder)
    run("import", model, code=USAGE)
    run("import", "-o", folder / "m.lsm", code=USAGE)
    run("import", model, model, "-o", folder / "m.lsm", code=USAGE)
    refuse("import", folder / "absent.json", "-o", folder / "m.lsm", words=["absent.json"],
           code=DATA)
    out, _ = run("import", "--help")
    assert "EXAMPLES" in out and "leadscore import model.json -o model.lsm" in out


if __name__ == "__main__":
    sys.exit(main())
