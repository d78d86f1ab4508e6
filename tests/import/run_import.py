#!/usr/bin/env python3
"""Import models of every XGBoost that can be had here, and compare with its answers.

    run_import.py PROGRAM LIBRARY FOLDER [VERSION ...]

Makes an environment of Python for each version below FOLDER, trains the kinds of model_kinds.py in it,
and has check_models.py import them with PROGRAM, the leadscore command, and score them with LIBRARY. What is
there already is used again. A version that cannot be installed is skipped, and said so. The last line is
"TESTS run failed".
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Name, the package, what goes with it, and the oldest and newest Python that have them all. xgboost-cpu is
# xgboost without the half gigabyte for graphics cards; it starts with 2.1.
OLD = ["numpy<1.25", "pandas<2", "scipy<1.12"]
NEW = ["numpy<2.3", "pandas<3", "scipy<1.16"]
VERSIONS = {
    "1.6": ("xgboost==1.6.2", OLD, (3, 9), (3, 11)),
    "1.7": ("xgboost==1.7.6", OLD, (3, 9), (3, 11)),
    "2.1": ("xgboost-cpu==2.1.4", ["numpy<2", "pandas<2.3", "scipy<1.14"], (3, 9), (3, 12)),
    "3.0": ("xgboost-cpu==3.0.5", NEW, (3, 10), (3, 13)),
    "3.1": ("xgboost-cpu==3.1.3", NEW, (3, 10), (3, 13)),
    "3.2": ("xgboost-cpu==3.2.0", NEW, (3, 10), (3, 13)),
    "3.3": ("xgboost-cpu==3.3.0", NEW, (3, 12), (3, 13)),
    "newest": ("xgboost-cpu", ["numpy", "pandas", "scipy"], (3, 10), (3, 99)),
}


def say(*words):
    print(*words, flush=True)


def run(*command, **options):
    """Run quietly; the output, whatever came of it, and whether it went well."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
                   "PYTHONDONTWRITEBYTECODE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, text=True, env=environment, **options)
    return done.returncode == 0, done.stdout


# Pythons and environments


def python_version(path):
    """(3, n) of a Python that can make environments, or None."""
    try:
        good, text = run(path, "-c", "import sys, venv, ensurepip; print(*sys.version_info[:2])", timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.fullmatch(r"(\d+) (\d+)", text.strip())
    return (int(found[1]), int(found[2])) if good and found else None


def find_pythons():
    """Version to path: this one, those on PATH, and those that pyenv has made."""
    candidates = [sys.executable]
    for folder in [*os.environ.get("PATH", "").split(":"), *Path.home().glob(".pyenv/versions/*/bin")]:
        candidates += sorted(Path(folder).glob("python3.*[0-9]"))
    pythons = {}
    for path in dict.fromkeys(candidates):
        version = python_version(path)
        if version is not None:
            pythons.setdefault(version, path)
    return pythons


def make_environment(folder, package, others, python):
    """Install into an environment of its own; None, or why it could not be."""
    good, text = run(python, "-m", "venv", "--clear", folder)
    if not good:
        return text
    good, text = run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--only-binary=:all:", package, *others)
    return None if good else text


class Environment:
    """An XGBoost, by the name of VERSIONS."""

    def __init__(self, name, folder):
        self.name = name
        self.folder = folder / f"environment-{name}"
        self.models = folder / f"models-{name}"
        self.python = self.folder / "bin" / "python"

    def make(self, pythons):
        """True when it is there to use."""
        package, others, oldest, newest = VERSIONS[self.name]
        stamp = self.folder / "made-of"
        made_of = " ".join([package, *others])
        if stamp.exists() and stamp.read_text() == made_of and self.xgboost() is not None:
            return True
        fitting = [version for version in pythons if oldest <= version <= newest]
        if not fitting:
            say(f"SKIPPED: XGBoost {self.name}: there is no Python from 3.{oldest[1]} to 3.{newest[1]}")
            return False
        why = make_environment(self.folder, package, others, pythons[max(fitting)])
        if why is None and self.xgboost() is None:
            why = "it is installed, and cannot be imported"
        if why is not None:
            say(f"SKIPPED: XGBoost {self.name}: it could not be installed: {why.strip().splitlines()[-1]}")
            return False
        stamp.write_text(made_of)
        return True

    def xgboost(self):
        try:
            good, text = run(self.python, "-c", "import numpy, pandas, xgboost; print(xgboost.__version__)")
        except OSError:
            return None
        return text.split()[-1] if good and text.split() else None

    def script(self, name, *arguments):
        good, text = run(self.python, HERE / name, *arguments)
        if not good:
            raise RuntimeError(f"XGBoost {self.name}: {name} ended badly:\n{text}")
        return text

    def train(self):
        """Train where nothing is there of this XGBoost and these scripts."""
        scripts = b"".join((HERE / name).read_bytes() for name in ("model_kinds.py", "train_models.py"))
        digest = hashlib.sha256(scripts + self.xgboost().encode()).hexdigest()
        stamp = self.models / "trained-by"
        if not (stamp.exists() and stamp.read_text() == digest):
            self.script("train_models.py", self.models)
            stamp.write_text(digest)


# Results


class Tally:
    def __init__(self):
        self.run = 0
        self.failed = 0

    def count(self, title, faults):
        self.run += 1
        if faults:
            self.failed += 1
            for fault in faults:
                say(f"FAILED: {title}: {fault}")


def count_results(tally, checked):
    version = checked["xgboost"]
    for model in checked["models"]:
        tally.count(f"{version}: {model['kind']}", model["plain_faults"])
        for form in model["forms"]:
            tally.count(f"{version}: {model['kind']}.{form['form']}", form["faults"])
    for refused in checked["refused"]:
        tally.count(f"{version}: refusing {refused['kind']}", refused["faults"])


def by_group(checked):
    groups = {}
    for model in checked["models"]:
        groups.setdefault(model["group"], []).append(model)
    return groups


def worst(values):
    values = [value for value in values if value is not None]
    return f"{max(values):.1e}" if values else "-"


def equal_of(models, key):
    """"all", or how many rows of how many are equal."""
    rows = sum(model["rows"] for model in models for _ in model["forms"])
    equal = sum(form.get(key, 0) for model in models for form in model["forms"])
    return "all" if equal == rows else f"{equal}/{rows}"


HEAD = ("kind", "models", "rows", "margins", "sigmoids", "contributions", "XGBoost's", "newest")


def table_row(group, models):
    newest = sum(model["newest_differs"] for model in models)
    return (group, str(len(models)), str(sum(model["rows"] for model in models)),
            equal_of(models, "margins_equal"), equal_of(models, "sigmoids_equal"),
            worst(form.get("deviation") for model in models for form in model["forms"]),
            worst(model["xgboost_deviation"] for model in models), "same" if newest == 0 else f"{newest} differ")


def print_table(checked):
    rows = [HEAD, *(table_row(*item) for item in by_group(checked).items()),
            table_row("all", checked["models"])]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    say(f"\nXGBoost {checked['xgboost']}, each model as JSON and as UBJSON")
    for row in rows:
        say("  " + "  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                             for i, (cell, width) in enumerate(zip(row, widths))))


LEGEND = """
rows           of which margins and sigmoids are compared, bit by bit, in both forms
contributions  their worst |difference| to a plain reference in double, over max(1, sum of |tree outputs|);
               at most 1e-5 passes. XGBoost's: the same of XGBoost's own
newest         rows to which the newest XGBoost gives another margin than the one that wrote the file"""


def check(environment, judge, program, library):
    """The comparison needs NumPy: the newest environment has one."""
    judge.script("train_models.py", "--predict", environment.models, "newest")
    judge.script("check_models.py", program, library, environment.models)
    return json.loads((environment.models / "checked.json").read_text())


def train_and_check(environments, judge, program, library, tally):
    """Two at a time. What was found of each, in order."""
    with ThreadPoolExecutor(2) as pool:
        def both(environment):
            try:
                environment.train()
                return check(environment, judge, program, library)
            except RuntimeError as error:
                return error
        results = list(pool.map(both, environments))
    for environment, result in zip(environments, results):
        if isinstance(result, RuntimeError):
            tally.count(f"XGBoost {environment.name}", [str(result)])
    return [result for result in results if not isinstance(result, RuntimeError)]


def main(arguments):
    program, library, folder = (Path(argument).resolve() for argument in arguments[:3])
    names = arguments[3:] or list(VERSIONS)
    unknown = [name for name in names if name not in VERSIONS]
    if unknown:
        sys.exit(f"run_import.py: no version is called {unknown[0]}; there are {', '.join(VERSIONS)}")
    folder.mkdir(parents=True, exist_ok=True)
    pythons = find_pythons()
    environments = [environment for environment in (Environment(name, folder) for name in names)
                    if environment.make(pythons)]
    tally = Tally()
    checked = []
    if environments:
        say("XGBoost " + ", ".join(environment.xgboost() for environment in environments))
        checked = train_and_check(environments, environments[-1], program, library, tally)
    for result in checked:
        count_results(tally, result)
    for result in checked:
        print_table(result)
    say(LEGEND)
    say(f"TESTS {tally.run} {tally.failed}")
    return 1 if tally.failed or not environments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
