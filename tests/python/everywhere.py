#!/usr/bin/env python3
"""Install the wheel as a new user would, and test it, in every Python from 3.9 on that is there.

    everywhere.py WHEEL BUILD

Each Python gets an environment below BUILD with the wheel and what it asks for alone, where no compiler is
to be found: it must import it and score. The oldest and the newest get one with the newest numpy, pandas,
Polars, pyarrow, scikit-learn, XGBoost and pytest that they can have, for the tests. The newest also sees
to the types, with mypy, and to leaks, with valgrind, and runs the recipes of docs/python.md; BUILD has the
program for them.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PACKAGES = ["numpy", "pandas", "polars", "pyarrow", "scikit-learn", "xgboost-cpu", "pytest"]
RECIPE = """
import leadscore
model = leadscore.Model.load("models/starter.lsm", self_test=True)
lead = {"id": "L1", "email": "ada@example.com", "job_title": "CTO"}
assert model.score(lead, as_of="2026-04-01").score == 13
assert model.explain_vector([None] * model.n_columns).result.score is not None
with leadscore.Store() as store:
    store.add_organization("acme")
    store.put_lead("acme", lead)
    assert store.count().leads == 1
try:
    leadscore.train("x.csv", label="y")
except ImportError as reason:
    assert "xgboost" in str(reason).lower(), reason
except leadscore.NotFoundError:
    pass  # the system has an XGBoost
"""


def pythons():
    """A Python of each version, from PATH and pyenv."""
    found = {}
    patterns = [f"{folder}/python3.*" for folder in os.environ["PATH"].split(":")]
    patterns.append(str(Path.home() / ".pyenv/versions/3.*/bin/python3.*"))
    for path in (path for pattern in patterns for path in sorted(glob.glob(pattern))):
        if re.fullmatch(r"python3\.\d+", Path(path).name):
            done = subprocess.run([path, "-c", "import venv, sys; print(*sys.version_info[:2])"],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            if done.returncode == 0:
                version = tuple(map(int, done.stdout.split()))
                if version >= (3, 9):
                    found.setdefault(version, path)
    return dict(sorted(found.items()))


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **options)
    return done.returncode == 0, done.stdout


class Environments:
    """The environments of a Python."""

    def __init__(self, version, python, wheel, build):
        self.name = ".".join(map(str, version))
        self.python, self.wheel, self.build = python, wheel, build
        self.folder = build / "environments" / self.name

    def make(self, name, *packages):
        """The Python of a new environment, or None."""
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        ok, said = run(self.python, "-m", "venv", place)
        if ok:
            ok, said = run(place / "bin" / "pip", "install", "--quiet", "--only-binary", ":all:",
                           self.wheel, *packages)
        if not ok:
            print(said)
        return place / "bin" / "python" if ok else None

    def recipe(self):
        """The wheel alone, without a compiler."""
        python = self.make("alone")
        if python is None:
            return False
        ok, said = run(python, "-c", RECIPE, cwd=ROOT, env={"PATH": str(python.parent)})
        print(said, end="")
        return ok

    def tests(self):
        python = self.make("tests", *PACKAGES)
        if python is None:
            print(f"SKIPPED: tests on {self.name}: not all of its packages can be installed")
            return True
        ok, said = run(python, "-B", HERE / "run_pytest.py", "installed", cwd=self.folder)
        print("\n".join(said.splitlines()[-40 if not ok else -2:]))
        return ok

    def recipes(self):
        """Those of the documentation, by the wheel and its neighbours."""
        environment = {**os.environ, "DOCS_PYTHON": str(self.folder / "tests" / "bin" / "python")}
        ok, said = run(sys.executable, "-B", ROOT / "tests/docs/run_docs.py", self.build,
                       ROOT / "docs/python.md", env=environment)
        print(said, end="")
        return ok

    def leaks(self):
        ok, said = run(sys.executable, "-B", HERE / "leaks.py", self.folder / "alone" / "bin" / "python")
        print(said, end="")
        return ok

    def types(self):
        python = self.make("types", "mypy", "numpy")
        if python is None:
            return False
        ok, said = run(python, "-m", "mypy", "--strict", ROOT / "bindings/python/leadscore",
                       HERE / "typed_client.py", cwd=self.folder)
        print(said, end="")
        return ok


def main(wheel, build):
    every = [Environments(version, python, Path(wheel).resolve(), Path(build).resolve())
             for version, python in pythons().items()]
    n_run = n_failed = 0
    for environments in every:
        checks = [environments.recipe]
        if environments in (every[0], every[-1]):
            checks.append(environments.tests)
        if environments is every[-1]:
            checks += [environments.recipes, environments.leaks, environments.types]
        for check in checks:
            ok = check()
            n_run += 1
            n_failed += not ok
            print(f"{environments.name} {check.__name__}: {'ok' if ok else 'FAILED'}", flush=True)
    print(f"{n_run - n_failed} passed, {n_failed} failed")
    return 1 if n_failed or not every else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
