#!/usr/bin/env python3
"""Import every model of a folder that train_models.py filled, and compare with what XGBoost answered.

    check_models.py PROGRAM LIBRARY FOLDER

Writes FOLDER/checked.json, and a line on stdout for each thing that does not hold.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from library import LeadscoreError, Library
from plain_forest import PlainForest

# Contributions are summed in double and rounded to float32 once, 6e-8 of the value; XGBoost before 3.2 sums
# in float32, and strays by up to 1e-5 with deep trees. Ours may not be worse than that.
TOLERANCE = 1e-5


class Failure(Exception):
    """What does not hold of a model."""


def bits_equal(one, other):
    return int((one.view("<u4") == other.view("<u4")).sum())


class Sample:
    """A model's rows, and XGBoost's answers to them."""

    def __init__(self, folder, facts, version):
        self.facts = facts
        self.path = folder / f"{facts['kind']}.json"
        self.rows = self.read("rows").reshape(facts["rows"], facts["columns"])
        # XGBoost 1.6 sends a category that the set has no room for the default way, which no other
        # version does with the same file: there the newest one is asked.
        judge = ".newest" if facts["categorical"] and version.startswith("1.6.") else ""
        self.margin = self.read(f"margin{judge}")
        self.probability = self.read(f"probability{judge}")
        self.explained = self.rows[:facts["explained"]]
        self.contributions = self.read(f"contributions{judge}").reshape(facts["explained"], -1)
        forest = PlainForest(self.path)
        self.plain_probability = forest.probabilities(self.margin)
        if forest.objective == "binary:logitraw":  # XGBoost stops at the margin
            self.probability = self.plain_probability
        self.scale = np.maximum(1, forest.reach(self.explained))
        self.plain = forest.contributions(self.explained)
        self.plain_margin = forest.margins(self.rows)

    def read(self, suffix):
        return np.fromfile(self.path.with_suffix(f".{suffix}"), "<f4")

    def deviation(self, contributions):
        """The worst |difference| to the plain ones, over max(1, Σ|tree outputs|)."""
        worst = np.abs(contributions - self.plain).max(axis=1) / self.scale
        return float(worst.max())


def run_import(program, source, target):
    target.unlink(missing_ok=True)
    done = subprocess.run([program, "import", str(source), "-o", str(target)], capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, timeout=600)
    return done.returncode, done.stderr.strip()


def import_model(program, library, source):
    target = source.with_name(source.name + ".lsm")
    code, message = run_import(program, source, target)
    if code != 0:
        raise Failure(f"import ended with {code}: {message}")
    try:
        return library.load(target)
    except LeadscoreError as error:
        raise Failure(f"the bundle is not loaded: {error}") from error


def check_model(model, sample, found):
    """Fill `found` with what is seen; raise at the end where some of it does not hold."""
    info = model.info()
    n = len(sample.rows)
    if info.n_columns != sample.facts["columns"] or info.n_trees != sample.facts["trees"]:
        raise Failure(f"{info.n_columns} columns and {info.n_trees} trees, not {sample.facts['columns']} "
                      f"and {sample.facts['trees']}")
    margins, (each, sigmoids) = model.margins(sample.rows), model.raw(sample.rows)
    found["margins_equal"] = bits_equal(margins, sample.margin)
    found["sigmoids_equal"] = bits_equal(sigmoids, sample.probability)
    found["deviation"] = sample.deviation(model.contributions(sample.explained))
    faults = []
    if found["margins_equal"] != n or bits_equal(each, margins) != n:
        worst = np.abs(margins - sample.margin).max()
        faults.append(f"{n - found['margins_equal']} of {n} margins differ, by up to {worst:.3g}")
    if found["sigmoids_equal"] != n:
        faults.append(f"{n - found['sigmoids_equal']} of {n} sigmoids differ")
    if not found["deviation"] <= TOLERANCE:
        faults.append(f"contributions are off by {found['deviation']:.3g} of the trees' outputs")
    if faults:
        raise Failure("; ".join(faults))


def check_same(one, other, sample):
    """The two forms of a file make the same forest."""
    facts = [(info.n_trees, info.n_nodes, info.max_depth, info.spec_sha256)
             for info in (one.info(), other.info())]
    if facts[0] != facts[1]:
        raise Failure(f"JSON gives {facts[0]}, UBJSON {facts[1]}")
    if bits_equal(one.contributions(sample.explained), other.contributions(sample.explained)) \
            != sample.contributions.size:
        raise Failure("JSON and UBJSON differ in contributions")


def check_kind(program, library, sample):
    """Results of both forms of a model."""
    results, models = [], []
    for suffix in (".json", ".ubj"):
        found = {"form": suffix[1:], "faults": []}
        results.append(found)
        try:
            model = import_model(program, library, sample.path.with_suffix(suffix))
            models.append(model)
            check_model(model, sample, found)
            if len(models) == 2:
                check_same(*models, sample)
        except (Failure, LeadscoreError) as fault:
            found["faults"].append(str(fault))
    for model in models:
        model.close()
    return results


def check_plain(sample):
    """That the second opinion is one: its margins and sigmoids are XGBoost's."""
    n = len(sample.rows)
    wrong = (n - bits_equal(sample.plain_margin, sample.margin),
             n - bits_equal(sample.plain_probability, sample.probability))
    return [] if wrong == (0, 0) else [
        f"the plain forest differs from XGBoost in {wrong[0]} margins and {wrong[1]} sigmoids of {n}"]


def check_refused(program, folder, refused):
    faults = []
    for suffix in (".json", ".ubj"):
        source = folder / f"refused_{refused['kind']}{suffix}"
        code, message = run_import(program, source, source.with_name(source.name + ".lsm"))
        if code != 1 or refused["words"] not in message or len(message.splitlines()) != 1:
            faults.append(f"{source.name}: ended with {code}: {message}")
    return faults


def check_folder(program, library, folder):
    index = json.loads((folder / "index.json").read_text())
    checked = {"xgboost": index["xgboost"], "models": [], "refused": []}
    for facts in index["models"]:
        sample = Sample(folder, facts, index["xgboost"])
        checked["models"].append({
            **facts, "plain_faults": check_plain(sample), "forms": check_kind(program, library, sample),
            "xgboost_deviation": sample.deviation(sample.contributions),
            "newest_differs": len(sample.rows) - bits_equal(sample.read("margin"),
                                                            sample.read("margin.newest"))})
    for refused in index["refused"]:
        faults = check_refused(program, folder, refused)
        checked["refused"].append({"kind": refused["kind"], "faults": faults})
    return checked


def main(arguments):
    program, library, folder = arguments
    checked = check_folder(program, Library(library), Path(folder))
    (Path(folder) / "checked.json").write_text(json.dumps(checked, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
