#!/usr/bin/env python3
"""Build the project in several ways, run its tests in each, and count.

    tests/run.py [gcc] [clang] [sanitizers] [sanitizers-whole] [coverage] [threads] [valgrind] [arm64] [abi]

Each way has a folder of its own below build/test. The last line printed is "N passed, N failed".
It counts a test once, however many builds ran it; a suite that fails in any of them counts its
failures there. docs/testing.md says what each build is for.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

SANITIZER_ENVIRONMENT = {
    # One process, so that leaks are seen where they are made.
    "CK_FORK": "no",
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
}

# Lines and functions, which is what a stack trace shows: more takes a third of the time that compiling does.
FEW_SYMBOLS = "-Dc_args=-g1"

SANITIZER_OPTIONS = ["-Db_sanitize=address,undefined", "-Db_lundef=false", FEW_SYMBOLS]
SANITIZED = ["--timeout-multiplier", "8",
             *(word for suite in ("install", "docs", "slow", "abi", "sources") for word in ("--no-suite", suite))]

# Where all takes too long: of random forests two of each depth (tests/explain/test_random_forests.c), so many
# rows beside XGBoost's (tests/score/test_parity.c), and of a trial's failing allocations, and of a session's failing
# calls of the disk ten times, so many (tests/api/test_allocation_sweep.c, tests/store/test_faults.c).
FEWER = {"LEADSCORE_TEST_FORESTS": "34", "LEADSCORE_TEST_ROWS": "2000", "LEADSCORE_TEST_TRIES": "40"}

# A locale with a decimal comma, as a host may set: the suites of C check that they are under it.
COMMA_LOCALE = ROOT / "build" / "test" / "locale"
COMMA_ENVIRONMENT = {
    "LC_ALL": "de_DE.UTF-8",
    "LOCPATH": str(COMMA_LOCALE),
    "LEADSCORE_TEST_COMMA": "1",
}

VALGRIND = " ".join([
    "valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full",
    "--errors-for-leak-kinds=definite,indirect", "--num-callers=30",
    f"--suppressions={ROOT / 'tests' / 'valgrind.supp'}",
])

# The suites of the libraries without those that run scripts, or build programs of their own.
ONLY_C = [word for suite in ("install", "docs", "cli", "slow", "scripts", "abi", "node", "java")
          for word in ("--no-suite", suite)]

# The one whose packages .ci/setup installs, whichever else comes first in the path.
DEBIAN_PYTHON = ["-Dpython=/usr/bin/python3"]

ARM64 = ROOT / "build" / "arm64"

# What a failed suite said is repeated at the end, where it is seen without the whole log: no more lines of each.
N_FAILED_LINES = 12


def make_comma_locale():
    made = COMMA_LOCALE / "de_DE.UTF-8"
    if made.exists():
        return True
    COMMA_LOCALE.mkdir(parents=True, exist_ok=True)
    command = ["localedef", "-i", "de_DE", "-f", "UTF-8", str(made)]
    return subprocess.run(command).returncode == 0


def make_arm64_root():
    return subprocess.run([str(ROOT / "tests" / "arm64" / "make-root.sh"), str(ARM64)]).returncode == 0


class Build:
    """A way to build: a compiler, options of Meson, what is built, and how its tests are run."""

    def __init__(self, compiler, options=(), environment=None, test_options=(), targets=(),
                 prepare=lambda: True, folder=None):
        self.compiler = compiler
        # The second is the default, but not of a folder that was set up before it was.
        self.options = ["-Dwerror=true", "-Dpkgconfig.relocatable=true", *options]
        self.environment = environment or {}
        self.test_options = list(test_options)
        self.targets = list(targets)
        self.prepare = prepare
        self.folder = folder  # where another build's is used


BUILDS = {
    "gcc": Build("gcc", DEBIAN_PYTHON, environment=COMMA_ENVIRONMENT,
                 prepare=make_comma_locale),
    "clang": Build("clang", ["-Djava=disabled", FEW_SYMBOLS], test_options=[
        "--no-suite", "install", "--no-suite", "docs", "--no-suite", "cli", "--no-suite", "slow",
        "--no-suite", "abi", "--no-suite", "node", "--no-suite", "sweep", "--no-suite", "sources"]),
    "sanitizers": Build("gcc", SANITIZER_OPTIONS, {**SANITIZER_ENVIRONMENT, **FEWER, "LEADSCORE_TEST_TRIES": "15"},
                        [*SANITIZED, "--no-suite", "cli"]),
    # With the program, and each allocation of the sweep.
    "sanitizers-whole": Build("gcc", SANITIZER_OPTIONS, {**SANITIZER_ENVIRONMENT, "LEADSCORE_TEST_FORESTS": "34"},
                              SANITIZED, folder="sanitizers"),
    # Counted atomically: threads would leave counts below 0, which gcovr does not read.
    "coverage": Build("gcc", ["-Db_coverage=true", "-Doptimization=0",
                              "-Dc_args=-fprofile-update=atomic"],
                      test_options=["--timeout-multiplier", "4", "--no-suite", "abi", "--no-suite", "install"]),
    "abi": Build("gcc", DEBIAN_PYTHON, test_options=["abi", "abi_client"], folder="gcc",
                 targets=["leadscore", "tests/abi/abi_client"]),
    # Without training: XGBoost's threads are not ours to judge.
    "threads": Build(
        "gcc",
        ["-Db_sanitize=thread", "-Db_lundef=false", "-Dtraining=disabled"],
        {"CK_FORK": "no"},
        ["--timeout-multiplier", "10", "shared_model", "race_control", "crowd"],
        ["tests/api/test_api_shared_model", "tests/api/race_control", "tests/store/crowd"],
    ),
    "valgrind": Build(
        "gcc",
        ["-Dtraining=disabled"],
        {"CK_FORK": "no", **FEWER},
        ["--timeout-multiplier", "10", "--wrapper", VALGRIND, *ONLY_C],
    ),
    "arm64": Build(
        "gcc",  # for the machine that builds; the cross file names the other
        ["--cross-file", str(ARM64 / "cross.ini"), "-Dtraining=disabled"],
        environment=FEWER,
        test_options=["--timeout-multiplier", "20", *ONLY_C],
        prepare=make_arm64_root,
    ),
}


class Tally:
    """Tests run and failed of each suite, at its worst over the builds."""

    def __init__(self):
        self.suites = {}
        self.skips = {}
        self.failures = []

    def skip(self, line, build):
        self.skips.setdefault(line, set()).add(build)

    def add(self, suite, run, failed):
        most_run, most_failed = self.suites.get(suite, (0, 0))
        self.suites[suite] = (max(run, most_run), max(failed, most_failed))

    def fail(self, suite, build, output):
        self.failures.append((f"FAILED: {suite} ({build})", telling_lines(output)))

    def closing_line(self):
        run = sum(suite[0] for suite in self.suites.values())
        failed = sum(suite[1] for suite in self.suites.values())
        return f"{run - failed} passed, {failed} failed"

    def failed(self):
        return any(suite[1] for suite in self.suites.values())


def say(*words):
    print(*words, flush=True)


def compile_build(name, build, folder):
    """True when everything compiled."""
    environment = {**os.environ, "CC": build.compiler}
    if not build.prepare():
        return False
    setup = [str(ROOT / ".ci" / "configure"), str(folder), str(ROOT), *build.options]
    if subprocess.run(setup, env=environment).returncode != 0:
        return False
    say(f"== {name}: build")
    return subprocess.run(["ninja", "-C", str(folder), "--quiet", *build.targets]).returncode == 0


def counts(test):
    """What a test program counted itself: its lines "TESTS run failed"."""
    lines = re.findall(r"^TESTS (\d+) (\d+)$", test["stdout"], re.MULTILINE)
    run = sum(int(line[0]) for line in lines)
    failed = sum(int(line[1]) for line in lines)
    bad = test["result"] not in ("OK", "EXPECTEDFAIL", "SKIP")
    if bad and failed == 0:
        return run + 1, 1  # it died before it could count
    if not lines and test["result"] == "OK":
        return 1, 0
    return run, failed


def telling_lines(output):
    """Those that Check or pytest mark as failures, or the last ones."""
    lines = output.splitlines()
    marked = [line for line in lines if re.search(r":[FE]:|^E  |FAIL|Error", line)]
    return (marked or lines[-N_FAILED_LINES:])[:N_FAILED_LINES]


def run_tests(name, build, folder, tally):
    say(f"== {name}: test")
    environment = {**os.environ, **build.environment}
    logs = folder / "meson-logs"
    for log in logs.glob("testlog*.json"):  # a wrapper's name is in that of the log
        log.unlink()
    command = ["meson", "test", "-C", str(folder), "--no-rebuild", "--print-errorlogs",
               *build.test_options]
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL)
    tests = [json.loads(line) for log in logs.glob("testlog*.json")
             for line in log.read_text().splitlines()]
    if done.returncode != 0 and not any(counts(test)[1] for test in tests):
        tally.add(f"{name}: meson test", 1, 1)
        tally.fail("meson test", name, "")
    for test in tests:
        run, failed = counts(test)
        tally.add(test["name"], run, failed)
        output = test["stdout"] + test.get("stderr", "")
        if failed:
            tally.fail(f"{test['name']}: {test['result']}", name, output)
        for line in re.findall(r"^SKIPPED.*$", output, re.MULTILINE):
            tally.skip(line, name)


def main(names):
    unknown = [name for name in names if name not in BUILDS]
    if unknown:
        sys.exit(f"run.py: no build is called {unknown[0]}; there are {', '.join(BUILDS)}")
    tally = Tally()
    for name in names or ["gcc"]:
        folder = ROOT / "build" / "test" / (BUILDS[name].folder or name)
        if compile_build(name, BUILDS[name], folder):
            run_tests(name, BUILDS[name], folder, tally)
        else:
            tally.add(f"{name}: build", 1, 1)
            tally.fail("build", name, "")
    for line, builds in sorted(tally.skips.items()):
        say(f"{line} ({', '.join(sorted(builds))})")
    for suite, lines in tally.failures:
        say(suite)
        for line in lines:
            say(f"    {line}")
    say(tally.closing_line())
    return 1 if tally.failed() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
