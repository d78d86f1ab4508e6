#!/usr/bin/env python3
"""leadscore drift.    test_cli_drift.py PROGRAM SCRATCH [WORD...]"""

import json
import sys

from cli_support import (DATA, USAGE, main, model, refuse, run, sample, sample_files, starter, table,
                         table_model, test, trained)

DRIFTED = 4
EARLIER = "2025-12-01T00:00:00Z"


def moved(folder):
    """The table with sizes that are fifty higher."""
    head, *rows = table().read_text().splitlines()
    path = folder / "moved.csv"
    path.write_text("\n".join([head] + [f"{int(size) + 50},{rest}" for size, rest in
                                        (row.split(",", 1) for row in rows)]) + "\n")
    return path


def by_name(found):
    return {feature["name"]: feature for feature in found["features"]}


@trained
def the_table_of_training_has_not_moved(folder):
    out, _ = run("drift", table_model(), "--csv", table(), "--label", "label", "--positive", "yes",
                 "--json")
    found = json.loads(out)
    assert found["n_rows"] == 400 and found["as_of"] is None
    assert by_name(found).keys() == {"size", "plan", "joined"}
    assert all(feature["psi"] < 0.02 and feature["verdict"] == "stable"
               for feature in found["features"]), found["features"]
    size, plan = by_name(found)["size"], by_name(found)["plan"]
    assert [bin["level"] for bin in plan["bins"]] == ["firm", "free", "team"]
    for feature in (found["score"], size, plan):
        for side in ("reference", "now"):
            total = sum(bin[side] for bin in feature["bins"]) + feature["missing"][side]
            assert abs(total - 1) < 0.002, total  # shares of the reference have three digits
    assert found["calibration"]["n_rows"] == 400 and found["metrics"]["n_rows"] == 400


@trained
def a_table_that_moved_is_named_and_ends_with_its_own_code(folder):
    path = moved(folder)
    out, _ = run("drift", table_model(), "--csv", path, "--json")
    found = json.loads(out)
    assert found["verdict"] == "drifted" and found["calibration"] is None
    assert by_name(found)["size"]["verdict"] == "drifted"
    assert any("moved: size" in sentence for sentence in found["advice"]), found["advice"]
    out, _ = run("drift", table_model(), "--csv", path, "--check", code=DRIFTED)
    assert "verdict       drifted" in out and "not known" in out


@trained
def people_see_the_features_that_moved_most(folder):
    files = (*sample_files(), "--outcomes", sample() / "outcomes.ndjson", "--as-of", EARLIER)
    out, _ = run("drift", model(), *files)
    assert "What to do" in out and "predicted" in out and "ROC AUC" in out
    assert "that moved less (--all)" in out
    everything, _ = run("drift", model(), *files, "--all")
    assert "(--all)" not in everything
    assert everything.count("stable") > out.count("stable")


@trained
def outcomes_that_cannot_be_known_yet_are_not_judged(folder):
    files = (*sample_files(), "--outcomes", sample() / "outcomes.ndjson", "--as-of", "2026-03-30")
    assert json.loads(run("drift", model(), *files, "--json")[0])["calibration"] is None
    found = json.loads(run("drift", model(), *files, "--horizon", "12h", "--json")[0])
    assert found["calibration"]["n_rows"] == found["n_rows"]


@trained
def what_cannot_be_compared_is_refused(folder):
    refuse("drift", starter(), *sample_files(), "--as-of", EARLIER, words=["reference.json"], code=DATA)
    refuse("drift", model(), *sample_files(), "--as-of", "1999-01-01",
           words=["no lead is left to compare"], code=DATA)
    for arguments, words in [
        (["m", "--leads", "f"], "--as-of TIME is needed with --leads"),
        (["m", "--events", "f", "--map", "f"], "--as-of TIME is needed with --events"),
        (["m", "--store", "f", "--organization", "acme"], "--as-of TIME is needed with --store"),
        (["m", "--csv", "f", "--as-of", "now"], "go with --leads"),
        (["--csv", "f"], "a MODEL is needed"),
        (["m"], "--leads, --csv, --events or --store FILE is needed"),
    ]:
        _, err = run("drift", *arguments, code=USAGE)
        assert words in err, err


if __name__ == "__main__":
    sys.exit(main())
