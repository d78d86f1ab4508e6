#!/usr/bin/env python3
"""Import every model of a folder that train_models.py filled, and compare with what XGBoost answered.

    check_models.py PROGRAM LIBRARY FOLDER

Writes FOLDER/checked.json, and a line on stdout for each thing that does not hold.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from library import LeadscoreError, Library
from plain_forest import PlainForest
from train_models import answers, read_json

# Contributions are computed in float32 for the most part, as XGBoost's own: a few units of 6e-8 for each tree
# and each split on the way. Both stray by up to 4e-6; this is what is promised.
TOLERANCE = 1e-5

# The sets of instructions that the library computes with, and takes from the environment when a model is
# loaded; it takes the best where a processor has not the one named.
KERNELS = ("general", "portable", "avx2", "avx512")

# Columns of the widest vector that is also told as a lead.
WIDEST_LEAD = 20


class Failure(Exception):
    """What does not hold of a model."""


def bits_equal(one, other):
    return int((one.view("<u4") == other.view("<u4")).sum())


class Sample:
    """A model's rows, and XGBoost's answers to them."""

    def __init__(self, folder, facts, version):
        self.facts = facts
        self.is_old = [int(part) for part in version.split(".")[:2]] < [3, 2]
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

    def newest_differs(self):
        """Rows whose margin is another to the newest XGBoost."""
        if self.facts["trees"] == 0:
            return 0
        return len(self.rows) - bits_equal(self.read("margin"), self.read("margin.newest"))

    def is_clamped_only_now(self):
        """Written before XGBoost 3.2, with a base score that it has held back since."""
        return self.is_old and not 1e-6 <= float(self.facts["base_score"].strip("[]")) <= 1 - 1e-6

    def deviation(self, contributions):
        """The worst |difference| to the plain ones, over max(1, Σ|tree outputs|)."""
        worst = np.abs(contributions - self.plain).max(axis=1) / self.scale
        return float(worst.max())


def bundle_of(source):
    return source.with_name(source.name + ".lsm")


def run_import(program, source, *options):
    bundle_of(source).unlink(missing_ok=True)
    done = subprocess.run([program, "import", str(source), "-o", str(bundle_of(source)), *options],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=600)
    return done.returncode, done.stderr.strip()


def write_spec(facts, path):
    """A spec in which every column is a number."""
    features = [{"name": name, "group": "features", "kind": "number", "property": name}
                for name in facts["features"]]
    path.write_text(json.dumps({"format": 1, "name": "numbers", "groups": ["features"],
                                "features": features}))
    return path


def import_model(program, library, source, facts):
    options = []
    if facts["cut_names"]:
        code, message = run_import(program, source)
        if code != 1 or "give a spec that names them" not in message:
            raise Failure(f"names were cut, but import ended with {code}: {message}")
        options = ["--spec", str(write_spec(facts, source.with_suffix(".spec.json")))]
    code, message = run_import(program, source, *options)
    if code != 0:
        raise Failure(f"import ended with {code}: {message}")
    try:
        return library.load(bundle_of(source))
    except LeadscoreError as error:
        raise Failure(f"the bundle is not loaded: {error}") from error


def check_scores(model, sample, found):
    """Note in `found` how a model scores, the worst of all kernels. What does not hold."""
    n = len(sample.rows)
    margins, (each, sigmoids) = model.margins(sample.rows), model.raw(sample.rows)
    equal = min(bits_equal(margins, sample.margin), bits_equal(each, sample.margin))
    found["margins_equal"] = min(found.get("margins_equal", n), equal)
    found["sigmoids_equal"] = min(found.get("sigmoids_equal", n), bits_equal(sigmoids, sample.probability))
    deviation = sample.deviation(model.contributions(sample.explained))
    found["deviation"] = max(found.get("deviation", 0), deviation)
    if equal != n:
        worst = np.abs(margins - sample.margin).max()
        yield f"{n - equal} of {n} margins differ, in a batch by up to {worst:.3g}"
    if found["sigmoids_equal"] != n:
        yield f"{n - found['sigmoids_equal']} of {n} sigmoids differ"
    if not deviation <= TOLERANCE:
        yield f"contributions are off by {deviation:.3g} of the trees' outputs"


def check_model(library, bundle, sample, found):
    """Check a bundle with every set of kernels."""
    faults = []
    for kernels in KERNELS:
        os.environ["LEADSCORE_KERNELS"] = kernels
        model = library.load(bundle)
        faults += [f"{kernels}: {fault}" for fault in check_scores(model, sample, found)]
        model.close()
    del os.environ["LEADSCORE_KERNELS"]
    if faults:
        raise Failure("; ".join(faults))


def check_size(model, sample):
    info = model.info()
    if info.n_columns != sample.facts["columns"] or info.n_trees != sample.facts["trees"]:
        raise Failure(f"{info.n_columns} columns and {info.n_trees} trees, not {sample.facts['columns']} "
                      f"and {sample.facts['trees']}")


def lead_of(facts, row):
    """A vector as a lead's properties, categories by their names; None where a code has none."""
    lead = {}
    for i, value in enumerate(row):
        name = facts["features"][i] if facts["features"] else f"f{i}"
        categories = facts["categories"][i] if facts["categories"] and not facts["cut_names"] else []
        if np.isnan(value):
            continue
        if facts["types"] and facts["types"][i] == "i":  # becomes a flag
            if value not in (0, 1):
                return None
            lead[name] = bool(value)
        elif not categories:
            lead[name] = float(value)
        elif value in range(len(categories)) and categories[int(value)] != "":
            lead[name] = categories[int(value)]
        else:
            return None
    return lead


def check_leads(model, sample):
    """What the spec makes of a lead's properties is the vector."""
    if sample.facts["columns"] > WIDEST_LEAD:
        return
    margins = model.margins(sample.rows)
    leads = [lead_of(sample.facts, row) for row in sample.rows]
    told = [i for i, lead in enumerate(leads) if lead is not None]
    scored = np.array([model.score_json(json.dumps(leads[i])) for i in told], np.float32)
    wrong = len(told) - bits_equal(scored, margins[told])
    if wrong or not told:
        raise Failure(f"{wrong} of {len(told)} leads in JSON score otherwise than their vectors")


def check_written_again(_, sample):
    """The model in the bundle is XGBoost's own format: this XGBoost reads it, and agrees."""
    if sample.is_clamped_only_now():
        return
    path = sample.path.with_suffix(".again.ubj")
    bundle = bundle_of(sample.path.with_suffix(".json"))
    path.write_bytes(subprocess.run(["tar", "--zstd", "-xOf", str(bundle), "model.ubj"], check=True,
                                    stdout=subprocess.PIPE).stdout)
    margin, _, contributions = answers(path, read_json(sample.path), sample.rows,
                                       len(sample.explained))
    wrong = len(sample.rows) - bits_equal(margin, sample.margin)
    if wrong or not sample.deviation(contributions) <= TOLERANCE:
        raise Failure(f"XGBoost reads the model in the bundle, and differs in {wrong} margins, and by "
                      f"{sample.deviation(contributions):.3g} in contributions")


def check_kind(program, library, sample):
    """Results of both forms of a model."""
    results, models = [], []
    for suffix in (".json", ".ubj"):
        found = {"form": suffix[1:], "faults": []}
        results.append(found)
        try:
            model = import_model(program, library, sample.path.with_suffix(suffix), sample.facts)
            models.append(model)
            check_size(model, sample)
            check_model(library, bundle_of(sample.path.with_suffix(suffix)), sample, found)
        except (Failure, LeadscoreError) as fault:
            found["faults"].append(str(fault))
    for check in (check_leads, check_written_again) if models else ():
        try:
            check(models[0], sample)
        except (Failure, LeadscoreError) as fault:
            results[0]["faults"].append(str(fault))
    bundles = [bundle_of(sample.path.with_suffix(suffix)) for suffix in (".json", ".ubj")]
    if len(models) == 2 and bundles[0].read_bytes() != bundles[1].read_bytes():
        results[1]["faults"].append("the bundle is not the one that JSON gives")
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
        code, message = run_import(program, source)
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
            "newest_differs": sample.newest_differs()})
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
