#!/usr/bin/env python3
"""leadscore train, of tables and of leads, and leadscore evaluate.    test_cli_training.py PROGRAM SCRATCH [WORD...]"""

import csv
import io
import json
import re
import subprocess
import sys

from cli_support import (AS_OF, IS_SANITIZED, PROGRAM, Skip, data_set, main, model, ndjson, refuse, run, sample,
                         sample_files, starter, table, table_model, trained)

# Tables

@trained
def a_table_is_learned_scored_and_explained(folder):
    out, _ = run("score", table_model(), "--csv", table(), "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == 400 and rows[16]["lead_id"] == "17" and rows[0]["as_of"] == ""
    base = ["explain", table_model(), "--csv", table(), "--id", 17]
    told = json.loads(run(*base, "--json")[0])
    assert abs(told["probability"] - float(rows[16]["probability"])) == 0
    (folder / "why.json").write_text(json.dumps(told))
    run("replay", table_model(), "--csv", table(), "--receipt", folder / "why.json")
    told = json.loads(run("evaluate", table_model(), "--csv", table(), "--label", "label",
                          "--positive", "yes", "--json")[0])
    assert told["roc_auc"]["low"] <= told["roc_auc"]["value"] <= told["roc_auc"]["high"]
    assert told["roc_auc"]["value"] > 0.9 and told["n_rows"] == 400


@trained
def a_table_from_standard_input_trains_the_same_bundle(folder):
    made = folder / "piped.lsm"
    run("train", "--csv", "-", "--label", "label", "--positive", "yes", "-o", made,
        stdin=table().read_bytes())
    assert made.read_bytes() == table_model().read_bytes()


@trained
def excluded_columns_are_not_learned(folder):
    made = folder / "model.lsm"
    out, _ = run("train", "--csv", table(), "--label", "label", "--positive", "yes", "--exclude",
                 "plan,joined", "-o", made)
    assert re.search(r"plan: left out", out)
    names = [item["name"] for item in json.loads(run("inspect", made, "--json")[0])["features"]]
    assert names == ["size"]
    refuse("train", "--csv", table(), "--label", "label", "--positive", "yes", "--exclude",
           "colour", "-o", made, words=["colour"])


@trained
def the_delimiter_and_the_ids_can_be_given(folder):
    path = folder / "rows.csv"
    path.write_text("key;size;plan\nA1;50;team\nA2;3;free\n")
    out, _ = run("score", table_model(), "--csv", path, "--id-column", "key", "--delimiter", ";",
                 "--format", "ndjson")
    assert [row["lead_id"] for row in ndjson(out)] == ["A1", "A2"]


# Training

@trained
def training_twice_gives_the_same_bytes(folder):
    again = folder / "again.lsm"
    base = ["train", *sample_files(), "--outcomes", sample() / "outcomes.ndjson", "--horizon",
            "90d", "--gate-auc", "0.5"]
    run(*base, "--threads", 1, "-o", again)
    assert again.read_bytes() == model().read_bytes()
    run(*base, "--seed", 1, "-o", again)
    assert again.read_bytes() != model().read_bytes()


@trained
def training_says_what_it_found(folder):
    out, _ = run("train", *sample_files(), "--outcomes", sample() / "outcomes.ndjson",
                 "--model-type", "behavioral", "--name", "Ours", "--model-version", "7",
                 "--incumbent", model(), "--gate-auc", "0.99", "-o", folder / "m.lsm")
    for words in ("rows", "ROC AUC", "Grades", "did not pass", "0.99", "m.lsm"):
        assert words in out, words
    told = json.loads(run("inspect", folder / "m.lsm", "--json")[0])
    assert (told["name"], told["version"], told["model_type"]) == ("Ours", "7", "behavioral")
    assert not told["gate_passed"] and not told["manifest"]["gate"]["passed"]
    _, err = run("score", folder / "m.lsm", *sample_files(), "--as-of", AS_OF)
    assert "warning" in err and "gate" in err
    _, err = run("explain", folder / "m.lsm", *sample_files(), "--as-of", AS_OF)
    assert "warning" in err and "gate" in err


@trained
def validation_is_repeated_when_asked(folder):
    out, _ = run("train", *sample_files(), "--outcomes", sample() / "outcomes.ndjson", "--effort",
                 "quick", "--fold-repeats", 2, "--validation", "both", "-o", folder / "m.lsm")
    told = json.loads(run("inspect", folder / "m.lsm", "--json")[0])["metrics"]["validations"]
    assert [item["measured_on"] for item in told] == ["held-out newest rows", "out-of-fold rows"]
    assert "Validations" in out and out.count("2 x 5") == 2
    assert f"{told[1]['roc_auc']['value']:.4f}" in out


@trained
def the_ladder_says_what_it_chose(folder):
    out, _ = run("train", "--csv", table(), "--label", "label", "--positive", "yes", "--learner",
                 "ladder", "--effort", "quick", "-o", folder / "m.lsm")
    told = json.loads(run("inspect", folder / "m.lsm", "--json")[0])["metrics"]["training"]
    assert told["learner"] in ("additive", "trees")
    assert (told["learner"] == "trees") == (told["ladder"]["won"] >= 0.95)
    assert f"{told['learner']}; trees have" in out
    assert f"{told['ladder']['trees_roc_auc_gain']['value']:+.4f}" in out


@trained
def a_bundle_can_go_to_standard_output(folder):
    done = subprocess.run([PROGRAM, "train", "--csv", table(), "--label", "label", "--positive",
                           "yes", "-o", "-"], capture_output=True)
    assert done.stdout == table_model().read_bytes() and b"ROC AUC" in done.stderr


@trained
def a_model_is_evaluated_point_in_time(folder):
    base = ["evaluate", model(), *sample_files(), "--outcomes", sample() / "outcomes.ndjson"]
    told = json.loads(run(*base, "--horizon", "90d", "--json")[0])
    assert told["n_rows"] > 700 and told["roc_auc"]["value"] > 0.75
    assert json.loads(run(*base, "--horizon", "30d", "--json")[0])["n_positive"] \
        < told["n_positive"]
    in_weeks, in_days, in_hours = (run(*base, "--horizon", span, "--json")[0] for span in ("4w", "28d", "672h"))
    assert in_weeks == in_days == in_hours
    said, _ = run(*base)
    assert f"{told['roc_auc']['value']:.4f}" in said
    tenth, lowest = told["deciles"][0], told["calibration_bins"][0]
    assert f"{tenth['lift']['value']:.2f}" in said and f"{100 * lowest['observed']:.1f} %" in said


@trained
def a_scorecard_is_evaluated_by_its_points(folder):
    out, err = run("evaluate", starter(), *sample_files(), "--outcomes",
                   sample() / "outcomes.ndjson", "--json")
    assert "points" in err and json.loads(out)["roc_auc"]["value"] > 0.65


@trained
def the_bank_table_is_learned_without_leaks(folder):
    if IS_SANITIZED:
        raise Skip("it takes minutes in a build with sanitizers")
    bank = data_set("bank_marketing.csv")
    run("train", "--csv", bank, "--label", "y", "--positive", "yes", "--exclude", "duration",
        "-o", folder / "bank.lsm")
    told = json.loads(run("inspect", folder / "bank.lsm", "--json")[0])
    assert abs(told["metrics"]["validation"]["mean_fold_roc_auc"] - 0.803) < 0.005
    assert "age" not in [item["name"] for item in told["features"]]
    out, _ = run("score", folder / "bank.lsm", "--csv", bank, "--format", "csv")
    assert out.count("\n") == 41189


if __name__ == "__main__":
    sys.exit(main())
