"""What the tests of the command share: a runner, files to work with, and a main() that counts.

A test is a function marked with @test and named as a fact; it gets a folder of its own.
"""

import json
import os
import shutil
import subprocess
import sys
import traceback
from functools import cache
from pathlib import Path

PROGRAM = Path(sys.argv[1]).resolve()
SCRATCH = Path(sys.argv[2]).resolve() / Path(sys.argv[0]).stem
IS_SANITIZED = "sanitized" in sys.argv[3:]
HAS_TRAINING = "untrained" not in sys.argv[3:]
ROOT = Path(__file__).resolve().parent.parent.parent
AS_OF = "2026-01-01T00:00:00Z"

OK, DATA, USAGE, SYSTEM = 0, 1, 2, 3

tests = []


class Skip(Exception):
    """Why a test cannot be run here."""


def test(function):
    tests.append(function)
    return function


def trained(function):
    """A test that needs training built in."""
    return test(function) if HAS_TRAINING else function


def run(*arguments, stdin=None, env=None, code=OK, cwd=None):
    """Run the command, and check how it ended. Its output and errors, as text."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run([PROGRAM, *map(str, arguments)], input=given, capture_output=True,
                          env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})}, cwd=cwd,
                          stdin=subprocess.DEVNULL if given is None else None, timeout=300)
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Sanitizer" not in err and "runtime error" not in err, err
    assert done.returncode == code, (
        f"{' '.join(map(str, arguments))} ended with {done.returncode}, not {code}:\n{out}{err}")
    return out, err


def refuse(*arguments, words, code=DATA, **options):
    """Run the command, which must refuse in one line that has all `words`."""
    out, err = run(*arguments, code=code, **options)
    lines = [line for line in err.splitlines() if "warning: " not in line]
    assert len(lines) == 1, f"{len(lines)} lines, not 1:\n{err}"
    for word in words:
        assert word in lines[0], f"no '{word}' in: {lines[0]}"
    return out


def ndjson(text):
    return [json.loads(line) for line in text.splitlines()]


def write_ndjson(path, objects):
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in objects))
    return path


def device(folder, name):
    """Another name of a device: root may replace a device itself, and a command that is wrong would."""
    path = folder / name
    path.symlink_to(f"/dev/{name}")
    return path


@cache
def sample():
    """A folder with a sample of 700 leads."""
    folder = SCRATCH / "sample"
    run("sample", "--leads", 700, "--seed", 7, "-o", folder)
    return folder


def sample_files():
    return ("--leads", sample() / "leads.ndjson", "--activities", sample() / "activities.ndjson")


@cache
def starter():
    """The model that comes with the project."""
    return ROOT / "models" / "starter.lsm"


@cache
def model():
    """A model trained on the sample; the starter where training is not built in."""
    if not HAS_TRAINING:
        return starter()
    path = SCRATCH / "model.lsm"
    run("train", *sample_files(), "--outcomes", sample() / "outcomes.ndjson", "--horizon", "90d",
        "--gate-auc", "0.5", "-o", path)
    return path


@cache
def table():
    """A small table with a label, as CSV."""
    rows = ["size,plan,joined,label"]
    for i in range(400):
        size = (i * 37) % 101
        plan = ["free", "team", "firm"][i % 3]
        label = "yes" if size + 40 * (i % 3) + (i * 13) % 29 > 90 else "no"
        rows.append(f"{size},{plan},2025-0{1 + i % 9}-11,{label}")
    path = SCRATCH / "table.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


@cache
def table_model():
    path = SCRATCH / "table.lsm"
    run("train", "--csv", table(), "--label", "label", "--positive", "yes", "-o", path)
    return path


def data_set(name):
    path = Path(os.environ.get("LEADSCORE_TEST_DATA", ROOT.parent / "shared" / "data")) / name
    if not path.exists():
        raise Skip(f"{path} is not there; set LEADSCORE_TEST_DATA to its folder")
    return path


def main():
    failed = 0
    shutil.rmtree(SCRATCH, ignore_errors=True)
    SCRATCH.mkdir(parents=True)
    for function in tests:
        folder = SCRATCH / function.__name__
        folder.mkdir()
        try:
            function(folder)
            print(f"ok {function.__name__}", flush=True)
        except Skip as why:
            print(f"SKIPPED: {function.__name__}: {why}", flush=True)
        except Exception:
            failed += 1
            print(f"FAILED {function.__name__}\n{traceback.format_exc()}", flush=True)
    print(f"TESTS {len(tests)} {failed}")
    return 1 if failed else 0
