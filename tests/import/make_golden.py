#!/usr/bin/env python3
"""Make tests/golden/import: a small model of each kind, as each XGBoost writes it, and its answers.

    build/import/environment-newest/bin/python tests/import/make_golden.py build/import

Takes the environments that run_import.py has made in that folder, all of them, and NumPy, which the newest
has. tests/golden/import/README.md says what the files are.
"""

import json
import shutil
import sys
from pathlib import Path

import numpy as np

from check_models import Sample
from run_import import HERE, VERSIONS, Environment

GOLDEN = HERE.parent / "golden" / "import"


def bits(array):
    return " ".join(f"{number:08x}" for number in np.asarray(array, "<f4").view("<u4"))


def decimals(array):
    """Seven digits: the tolerance is 1e-5 of the trees' outputs, at least 1e-5."""
    return [float(f"{number:.7g}") for number in array]


def describe(sample, version, name):
    return {
        "file": f"{name}/{sample.facts['kind']}", "xgboost": version,
        "columns": sample.facts["columns"], "trees": sample.facts["trees"],
        "needs_spec": sample.facts["cut_names"],
        "rows": [bits(row) for row in sample.rows],
        "margins": bits(sample.margin), "sigmoids": bits(sample.probability),
        "scale": decimals(sample.scale),
        "contributions": [decimals(row) for row in sample.plain],
    }


def models_of(environment, judge):
    """Train, let the newest read it too, and copy the models. Their lines of the index."""
    folder = environment.folder.with_name(f"golden-{environment.name}")
    shutil.rmtree(folder, ignore_errors=True)
    environment.script("train_models.py", "--golden", folder)
    judge.script("train_models.py", "--predict", folder, "newest")
    index = json.loads((folder / "index.json").read_text())
    name = index["xgboost"]
    (GOLDEN / name).mkdir(parents=True)
    for facts in index["models"]:
        for suffix in (".json", ".ubj"):
            shutil.copy(folder / (facts["kind"] + suffix), GOLDEN / name)
        yield describe(Sample(folder, facts, index["xgboost"]), index["xgboost"], name)


def main(folder):
    environments = [Environment(name, Path(folder).resolve()) for name in VERSIONS]
    missing = [environment.name for environment in environments if environment.xgboost() is None]
    if missing:
        sys.exit(f"make_golden.py: there is no environment of {', '.join(missing)}: make test-import first")
    for old in GOLDEN.glob("[0-9]*"):
        shutil.rmtree(old)
    lines = [json.dumps(line) for environment in environments
             for line in models_of(environment, environments[-1])]
    (GOLDEN / "index.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main(sys.argv[1])
