#!/usr/bin/env python3
"""Run the fuzzers, keep their corpora, and count what they did.

    fuzz.py run [NAME...] [--seconds N] [--runs N] [--build checked|fast]
    fuzz.py seeds                 what they begin with, into build/fuzz/corpus
    fuzz.py merge [NAME...]       the least corpus of the same coverage, into the source tree
    fuzz.py coverage [NAME...]    lines and branches that the corpus of the source tree reaches
    fuzz.py executions            what build/fuzz/executions.json has counted

`make fuzz` and its kin call it. Everything is made below build/fuzz; a corpus goes on from what
build/fuzz/corpus holds. docs/fuzzing.md says what each fuzzer does.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "fuzz"
WORK = ROOT / "build" / "fuzz"
COUNTS = WORK / "executions.json"

# An input that takes more than this is a fault.
LIMITS = ["-timeout=10", "-rss_limit_mb=2048", "-malloc_limit_mb=2048"]

# libFuzzer's status where it was interrupted.
INTERRUPTED = 72

# How a build is configured. "checked" has the sanitizers of address and undefined behaviour, and lets
# libFuzzer see what is compared. "fast", which runs some four times as many inputs, has the sanitizer
# of undefined behaviour alone, as traps.
BUILDS = {
    "checked": ("clang", [
        "-Dfuzz=true", "-Dtraining=disabled", "-Doptimization=2", "-Db_lundef=false",
        "-Db_sanitize=address,undefined",
        "-Dc_args=-fsanitize=fuzzer-no-link -fno-sanitize-recover=all"]),
    "fast": ("clang", [
        "-Dfuzz=true", "-Dtraining=disabled", "-Doptimization=2", "-Db_lundef=false",
        "-Dc_args=-fsanitize=fuzzer-no-link,undefined -fsanitize-trap=undefined "
        "-fno-sanitize-coverage=trace-cmp"]),
    "coverage": ("gcc", ["-Db_coverage=true", "-Doptimization=0", "-Dtraining=disabled"]),
    "seeds": ("gcc", ["-Dtraining=enabled"]),
}

# What guides libFuzzer: new edges and how often each is taken, or new edges alone, at half the price.
GUIDES = {"checked": [], "fast": ["-use_counters=0", "-entropic=0", "-reload=0"]}

ENVIRONMENT = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
}


# Where stores are damaged and backups restored: in memory, where waiting for the disk takes no time.
MEMORY = Path("/dev/shm")


class Fuzzer:
    """A fuzzer: the longest input it makes, and the files of src/ that it is about."""

    def __init__(self, max_bytes, files):
        self.max_bytes = max_bytes
        self.files = files


FUZZERS = {
    "activity": Fuzzer(1024, r"lead/(activity_json|fields|flatten|timeline|values)"),
    "arrow": Fuzzer(1024, r"arrow/(?!\w*stream)\w+"),
    "backup": Fuzzer(1024, r"store/(backup|backup_seal|restore|side_files|store_key)"),
    "bundle": Fuzzer(16384, r"(model/(bundle_read|calibration_json|forest_builder|manifest|model|signature"
                            r"|tar|zstd_frame)|score/(golden|load))"),
    "csv": Fuzzer(1024, r"(lead/(csv_reader|source_csv)|features/infer\w*)"),
    "events": Fuzzer(1024, r"lead/(event_map|source_events)"),
    "files": Fuzzer(3072, r"lead/(lead_index|outcomes|source|source_files)"),
    "lead": Fuzzer(1024, r"(core/(clock|json|json_scan|number|text)"
                         r"|lead/(fields|flatten|lead_json|lead_members|values))"),
    "receipt": Fuzzer(8192, r"explain/replay"),
    "scorecard": Fuzzer(1024, r"model/scorecard"),
    "spec": Fuzzer(1024, r"features/(feature_\w+|spec_parse|spec_write|spec_columns|sentence"
                         r"|word_table)"),
    "store": Fuzzer(512, r"(store/(?!backup|restore|side_files|store_key|migrations)\w+"
                         r"|pipeline/(?!ingest)\w+)"),
    "ubjson": Fuzzer(8192, r"(core/stream|model/(forest_builder|pull\w*|xgboost_(model|names)))"),
    "xgboost_json": Fuzzer(8192, r"(core/stream|model/(forest_builder|pull\w*|xgboost_\w+)"
                                 r"|score/import\w*)"),
}


def run(command, **options):
    return subprocess.run([str(word) for word in command], check=True, **options)


def configure(build):
    """The folder of a build, configured once."""
    folder = WORK / build
    compiler, options = BUILDS[build]
    if not (folder / "build.ninja").exists():
        run(["meson", "setup", folder, ROOT, *options],
            env={**os.environ, "CC": compiler}, stdout=subprocess.DEVNULL)
    return folder


def compile_programs(build, prefix, names):
    folder = configure(build)
    targets = [f"tests/fuzz/{prefix}_{name}" for name in names]
    run(["ninja", "-C", folder, "--quiet", *targets], stdout=subprocess.DEVNULL)
    return [folder / target for target in targets]


def corpora(name):
    """Where the inputs of a fuzzer are: what goes on growing, then what is in the source tree."""
    growing = WORK / "corpus" / name
    growing.mkdir(parents=True, exist_ok=True)
    kept = [HERE / "corpus" / name, HERE / "cases" / name]
    return [growing, *(folder for folder in kept if folder.is_dir())]


def read_counts():
    return json.loads(COUNTS.read_text()) if COUNTS.exists() else {}


def count(name, build, executions):
    counts = read_counts()
    builds = counts.setdefault(name, {})
    builds[build] = builds.get(build, 0) + executions
    aside = COUNTS.with_suffix(".new")
    aside.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n")
    aside.replace(COUNTS)


def fuzz(name, program, build, options):
    """Run one fuzzer; True when it found no fault."""
    faults = WORK / "faults"
    faults.mkdir(parents=True, exist_ok=True)
    dictionary = HERE / "dictionaries" / f"{name}.dict"
    command = [program, *LIMITS, f"-max_len={FUZZERS[name].max_bytes}", "-print_final_stats=1",
               f"-artifact_prefix={faults}/{name}-"]
    if dictionary.exists():
        command.append(f"-dict={dictionary}")
    command += GUIDES[build]
    command.append(f"-runs={options.runs}" if options.runs else
                   f"-max_total_time={options.seconds}")
    log = WORK / f"{name}.log"
    with log.open("w") as out, \
            tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        done = subprocess.run([str(word) for word in [*command, *corpora(name)]], stdout=out,
                              stderr=subprocess.STDOUT,
                              env={**os.environ, **ENVIRONMENT, "TMPDIR": folder})
    text = log.read_text(errors="replace")
    found = re.search(r"^stat::number_of_executed_units:\s*(\d+)", text, re.MULTILINE)
    executions = int(found[1]) if found else 0
    count(name, build, executions)
    coverage = re.findall(r"cov: (\d+) ft: (\d+) corp: (\S+)", text)
    print(f"{name} ({build}): {executions} executions, edges, features, corpus: "
          f"{', '.join(coverage[-1]) if coverage else 'none'}", flush=True)
    if done.returncode == INTERRUPTED:
        print(f"{name}: interrupted", flush=True)
    elif done.returncode != 0:
        print(f"{name}: A FAULT, see {log}; its input is in {faults}", flush=True)
    return done.returncode in (0, INTERRUPTED)


def seeds(names, options):
    folder = configure("seeds")
    tools = ["leadscore", "tests/fuzz/make_boosters", "tests/fuzz/make_bundles"]
    run(["ninja", "-C", folder, "--quiet", *tools], stdout=subprocess.DEVNULL)
    run([HERE / "make_seeds.py", folder / "leadscore", folder / "tests" / "fuzz", WORK / "corpus"])
    return 0


def run_fuzzers(names, options):
    programs = compile_programs(options.build, "fuzz", names)
    good = [fuzz(name, program, options.build, options)
            for name, program in zip(names, programs)]
    return 0 if all(good) else 1


def least(program, name, guides, into):
    """Of all inputs of a fuzzer the fewest that reach the same, as a new folder."""
    merged = WORK / "merged" / name
    shutil.rmtree(merged, ignore_errors=True)
    merged.mkdir(parents=True)
    run([program, *LIMITS, *guides, f"-max_len={FUZZERS[name].max_bytes}", merged, *corpora(name)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(merged, into)


def merge(names, options):
    """
    What goes on growing keeps what was taken a different number of times, too; in the source tree
    edges alone count: it is to reach all code, and to stay small.
    """
    programs = compile_programs("fast", "fuzz", names)
    for name, program in zip(names, programs):
        kept = HERE / "corpus" / name
        least(program, name, ["-merge=1"], WORK / "corpus" / name)
        least(program, name, ["-set_cover_merge=1", "-use_counters=0"], kept)
        sizes = [path.stat().st_size for path in kept.iterdir()]
        print(f"{name}: {len(sizes)} files, {sum(sizes)} bytes", flush=True)
    return 0


def covered(folder, files):
    """Lines and branches of some files, in percent, of what ran since the counters were deleted."""
    done = run(["gcovr", "--root", ROOT, "--object-directory", folder, "--filter",
                f"{ROOT}/src/{files}\\.c$", "--json-summary", "--exclude-unreachable-branches",
                "--exclude-throw-branches"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
               cwd=folder)
    summary = json.loads(done.stdout)
    return summary["line_percent"], summary["branch_percent"]


def coverage(names, options):
    programs = compile_programs("coverage", "replay", names)
    folder = WORK / "coverage"
    for name, program in zip(names, programs):
        for counters in folder.rglob("*.gcda"):
            counters.unlink()
        run([program, HERE / "corpus" / name, HERE / "cases" / name], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        lines, branches = covered(folder, FUZZERS[name].files)
        print(f"{name}: {lines} % of lines, {branches} % of branches", flush=True)
    return 0


def executions(names, options):
    total = 0
    for name, builds in read_counts().items():
        print(f"{name}: " + ", ".join(f"{number} {build}" for build, number in builds.items()))
        total += sum(builds.values())
    print(f"together: {total}")
    return 0


def main():
    commands = {"run": run_fuzzers, "seeds": seeds, "merge": merge, "coverage": coverage,
                "executions": executions}
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("command", choices=commands)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of a fuzzer; all of them if none")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--runs", type=int)
    parser.add_argument("--build", choices=["checked", "fast"], default="checked")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in FUZZERS]
    if unknown:
        parser.error(f"no fuzzer is called {unknown[0]}; there are {', '.join(FUZZERS)}")
    return commands[options.command](options.names or list(FUZZERS), options)


if __name__ == "__main__":
    sys.exit(main())
