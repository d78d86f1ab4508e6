#!/usr/bin/env python3
"""Measure this library beside its peers, in one run, on the same trees and rows.

    bench_peers.py RUNNER MODELS OUT [option ...]

    RUNNER   the program bench_runner
    MODELS   folder that make_models filled
    OUT      folder for the peers' environments; OUT.json, OUT.txt and OUT.md are
             written beside it

    --models S,M,L   which models            --only NAME,...  which peers
    --rounds N       turns of each contestant, 7 by default
    --ms N           length of a turn, 200 by default
    --python PATH    Python that makes the environments; by default the newest on the PATH
    --compile N      seconds that a peer's compiler may take for a model, 900 by default

Contestants take turns, A B C A B C, pinned to one core, one thread each, so that a machine that
slows down slows them all. A ratio is the median over the rounds of the ratio within a round.
docs/benchmarks.md says what is measured, and by which path.
"""

import argparse
import array
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
N_COLUMNS = 20
MEASURES = ["score_one", "shap_one", "score_batch", "shap_batch"]
# Rows of a batch: as many as the slowest gets through in a few seconds.
SHAP_ROWS = {"S": 1024, "M": 256, "L": 64}
SCORE_ROWS = 4000
# Rows on which contestants must agree.
CHECKED_ROWS = {"score_one": 2000, "score_batch": 2000, "shap_one": 32, "shap_batch": 64}
# Peers sum in other orders and types, and round covers. What is further off is other work, and is
# not timed.
CLOSE = 1e-3
# A contestant whose turn is longer takes SHORT_ROUNDS turns.
LONG_TURN_MS = 3000
SHORT_ROUNDS = 3
# Of fewer single calls there is no 99th percentile.
LEAST_SINGLES = 100


class Absent(Exception):
    """Why a peer does not take part."""


class Peer:
    """A contestant: what it needs from PyPI, and how its runner is started for a model."""

    def __init__(self, name, path, packages, library=None, contestant=None, model=None,
                 version_of=None, dependencies=True, newest_minor=99):
        self.name = name
        self.path = path  # what is called, for the table
        self.packages = packages
        self.library = library  # pattern below site-packages
        self.contestant = contestant  # of bench_runner; None: of peer_python.py
        self.model = model  # ending of the model's file: made by XGBoost, or by peer_convert.py
        self.version_of = version_of or packages[0]
        self.options = [] if dependencies else ["--no-deps"]
        self.newest_minor = newest_minor  # of Python, that it works with

    @property
    def folder(self):
        return self.name.removesuffix("-compiled")


XGBOOST_LIBRARY = "xgboost/lib/libxgboost.so"
XGBOOST_PATH = "C: XGBoosterPredictFromDense in place; SHAP: XGBoosterPredictFromDMatrix"

PEERS = [
    Peer("xgboost", XGBOOST_PATH, ["xgboost"], XGBOOST_LIBRARY, "xgboost", "ubj",
         dependencies=False),
    Peer("xgboost-1.7", XGBOOST_PATH, ["xgboost==1.7.*"], XGBOOST_LIBRARY, "xgboost", "ubj",
         version_of="xgboost", dependencies=False),
    Peer("xgboost-cpu", XGBOOST_PATH, ["xgboost-cpu"], XGBOOST_LIBRARY, "xgboost", "ubj",
         dependencies=False),
    Peer("lightgbm", "C: LGBM_BoosterPredictForMatSingleRowFast; batch: LGBM_BoosterPredictForMat",
         ["lightgbm"], "lightgbm/lib/lib_lightgbm.so", "lightgbm", "lightgbm", dependencies=False),
    Peer("treelite", "C: the code of tl2cgen, built by gcc", ["tl2cgen", "treelite"], None,
         "treelite", "treelite.so"),
    Peer("lleaves", "C: the code of LLVM, of the LightGBM model", ["lleaves", "llvmlite==0.44.*"],
         None, "lleaves", "lleaves.so"),
    Peer("onnxruntime", "C: Run() on tensors made once", ["onnxruntime", "onnx"],
         "onnxruntime/capi/libonnxruntime.so.*", "onnxruntime", "onnxruntime"),
    Peer("lignum", "Python: predict, its interpreter", ["pylignum"]),
    Peer("lignum-compiled", "Python: predict, trees compiled by the C compiler", ["pylignum"],
         model="lignum.so"),
    Peer("onedal", "Python: daal4py", ["scikit-learn-intelex", "xgboost-cpu"]),
    Peer("shap", "Python: TreeExplainer, its own C code", ["shap"]),
    Peer("fasttreeshap", "Python: TreeExplainer, v1", ["fasttreeshap", "numpy==1.23.*"],
         newest_minor=11),
]


def say(*words):
    print(*words, flush=True)


def pythons():
    """Every Python 3 to be found, as (minor version, program): on the PATH, and pyenv's."""
    found = [(minor, shutil.which(f"python3.{minor}")) for minor in range(9, 30)]
    if shutil.which("pyenv"):
        root = Path(run(["pyenv", "root"], 60).strip())
        found += [(int(path.name.removeprefix("python3.")), str(path))
                  for path in root.glob("versions/3.*/bin/python3.[0-9]*")
                  if path.name.removeprefix("python3.").isdigit()]
    return [(minor, program) for minor, program in found if program]


def newest_python(at_most):
    """The newest Python that can make environments."""
    for minor, program in sorted(pythons(), reverse=True):
        check = subprocess.run([program, "-c", "import ensurepip, venv"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
        if check.returncode == 0 and minor <= at_most:
            return program
    raise Absent(f"no Python up to 3.{at_most} can make environments (Debian: python3-venv)")


class Environment:
    """A virtual environment of a peer, made where it is not there yet."""

    def __init__(self, peer, python, out):
        self.folder = out / peer.folder
        self.python = self.folder / "bin" / "python"
        if not (self.folder / "complete").exists():
            self.make(peer, python or newest_python(peer.newest_minor))
        self.version = self.ask(f"import importlib.metadata as m; print(m.version('{peer.version_of}'))")

    def make(self, peer, python):
        say(f"installing {', '.join(peer.packages)}")
        shutil.rmtree(self.folder, ignore_errors=True)
        run([python, "-m", "venv", self.folder], 300)
        run([self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
             *peer.options, *peer.packages], 1200)
        (self.folder / "complete").touch()

    def ask(self, program):
        return run([self.python, "-c", program], 60).strip()

    def library(self, pattern):
        found = sorted(self.folder.glob(f"lib/python*/site-packages/{pattern}"))
        if not found:
            raise Absent(f"has no {pattern}")
        return found[0]


def run(command, seconds):
    try:
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Absent(f"{Path(command[0]).name} took more than {seconds} s") from None
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise Absent(lines[-1][:120])
    return done.stdout


class Contestant:
    """A process that takes turns."""

    def __init__(self, name, command, model):
        self.name = name
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
            environment.pop(variable, None)
        self.process = subprocess.Popen([str(word) for word in command], env=environment, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, preexec_fn=pin)
        before = self.resident_mb()
        self.load_ms = float(self.tell(f"open {model}").split()[1])
        self.grown_mb = self.resident_mb() - before

    def tell(self, line):
        """The answer to a line, or None for "none"."""
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        while True:
            answer = self.process.stdout.readline().strip()
            if answer.startswith(("ok", "none", "{")):
                return None if answer == "none" else answer
            if not answer and self.process.poll() is not None:
                message = self.process.stderr.read().strip().splitlines() or ["it died"]
                raise Absent(message[-1][:120])

    def resident_mb(self):
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def time(self, measure, n_rows, ms):
        answer = self.tell(f"time {measure} {n_rows} {ms}")
        return answer and json.loads(answer)

    def output(self, measure, path):
        if self.tell(f"write {measure} {CHECKED_ROWS[measure]} {path}") is None:
            return None
        numbers = array.array("f")
        numbers.frombytes(path.read_bytes())
        return numbers

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def pin():
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.out = arguments.out
        self.models = arguments.models_folder
        self.rows = self.models / "rows.f32"
        self.environments = {}
        self.absent = {}
        self.wrong = 0  # times that a score was not XGBoost's, to the bit
        self.costs = {}  # of a model: name, load time and memory of each contestant

    def install(self):
        for peer in PEERS:
            if self.arguments.only and peer.name not in self.arguments.only:
                continue
            try:
                self.environments[peer.name] = Environment(peer, self.arguments.python, self.out)
            except Absent as why:
                self.leave_out(peer.name, "", why)
        newest, slim = (self.environments.get(name) for name in ("xgboost", "xgboost-cpu"))
        if newest and slim and version_key(slim.version) <= version_key(newest.version):
            del self.environments["xgboost-cpu"]

    def leave_out(self, name, model, why):
        self.absent[name, model] = str(why)
        say(f"{name} {model}: left out: {why}")

    def converted(self, peer, model):
        """The peer's own file of the model."""
        if peer.model == "ubj":
            return self.models / f"{model}.ubj"
        made = self.out / "models" / f"{model}.{peer.model}"
        source = self.models / f"{model}.json"
        if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
            say(f"converting {model} for {peer.name}")
            made.parent.mkdir(exist_ok=True)
            part = made.with_name("part-" + made.name)
            run([self.environments[peer.name].python, HERE / "peer_convert.py", peer.name, source,
                 part], self.arguments.compile)
            part.rename(made)
        return made

    def command(self, peer, environment, model, own):
        if peer.contestant is None:
            return [environment.python, HERE / "peer_python.py", peer.name, self.rows,
                    self.models / f"{model}.json", self.models / f"{model}.ubj", own]
        library = environment.library(peer.library) if peer.library else "-"
        return [self.arguments.runner, peer.contestant, library, self.rows]

    def start(self, model):
        """The contestants for a model, ours first."""
        bundle = self.models / f"{model}.lsm"
        started = [Contestant(name, [self.arguments.runner, name, "-", self.rows], bundle)
                   for name in ("leadscore", "leadscore_explain")]
        for peer in PEERS:
            environment = self.environments.get(peer.name)
            if environment is None:
                continue
            try:
                own = self.converted(peer, model) if peer.model else "-"
                command = self.command(peer, environment, model, own)
                started.append(Contestant(peer.name, command, own))
            except Absent as why:
                self.leave_out(peer.name, model, why)
        return started

    def measure(self, model):
        contestants = self.start(model)
        self.costs[model] = [(who.name, who.load_ms, who.grown_mb) for who in contestants]
        cells = {}
        for measure in MEASURES:
            say(f"{model} {measure}")
            agreement = self.compare(contestants, model, measure)
            agreeing = [who for who in contestants if who.name in agreement]
            turns = self.take_turns(agreeing, model, measure)
            cells[measure] = Cell(turns, agreement)
        for contestant in contestants:
            contestant.close()
        return cells

    def compare(self, contestants, model, measure):
        """How far those that agree are from ours: the largest difference."""
        path = self.out / "output.f32"
        outputs = {}
        for who in contestants:
            try:
                outputs[who.name] = who.output(measure, path)
            except Absent as why:
                self.leave_out(who.name, f"{model} {measure}", why)
        path.unlink()
        agreement = {}
        for name, output in outputs.items():
            if output is None:
                continue
            far = distance(outputs["leadscore"], output)
            exact = measure.startswith("score") and name.startswith("xgboost")
            if far <= (0 if exact else CLOSE):
                agreement[name] = far
            else:
                self.wrong += exact
                self.leave_out(name, f"{model} {measure}", f"differs by {far:.2g}")
        return agreement

    def take_turns(self, contestants, model, measure):
        """Of each contestant, what it measured in each round; in another order every round."""
        size = 1 if measure.endswith("one") else \
            SCORE_ROWS if measure.startswith("score") else SHAP_ROWS[model]
        turns = {who.name: [] for who in contestants}
        slow = set()
        for number in range(self.arguments.rounds):
            shift = number % len(contestants)
            for who in contestants[shift:] + contestants[:shift]:
                if who.name in slow and number >= SHORT_ROUNDS:
                    continue
                times = who.time(measure, size, self.arguments.ms)
                if sum(times["chunks"]) * size > LONG_TURN_MS * 1e6:
                    slow.add(who.name)
                turns[who.name].append(Turn(number, times))
        return turns


class Turn:
    def __init__(self, number, times):
        self.number = number
        self.chunks = times["chunks"]
        self.median = statistics.median(times["chunks"])
        self.singles = times["singles"]


class Cell:
    """A measure of a model: the times of all contestants, in microseconds."""

    def __init__(self, turns, agreement):
        self.turns = turns
        self.agreement = agreement

    def us(self, name):
        return statistics.median(chunk for turn in self.turns[name] for chunk in turn.chunks) / 1000

    def p99_us(self, name):
        rising = sorted(single for turn in self.turns[name] for single in turn.singles)
        if len(rising) < LEAST_SINGLES:
            return None
        return rising[math.ceil(0.99 * len(rising)) - 1] / 1000

    def least_us(self, name):
        return min(chunk for turn in self.turns[name] for chunk in turn.chunks) / 1000

    def ratio(self, name):
        """How many times as long as ours it takes."""
        ours = {turn.number: turn.median for turn in self.turns["leadscore"]}
        return statistics.median(turn.median / ours[turn.number] for turn in self.turns[name]
                                 if turn.number in ours)

    def as_json(self, versions):
        peers = {name: {"version": versions[name], "us": rounded(self.us(name)),
                        "p99_us": rounded(self.p99_us(name)), "ratio": rounded(self.ratio(name)),
                        "max_difference": self.agreement[name]}
                 for name in self.turns if name in versions}
        newest = newest_xgboost(peers, versions)
        entry = {"ours_us": rounded(self.us("leadscore")),
                 "ours_p99_us": rounded(self.p99_us("leadscore")), "peers": peers}
        if newest:
            entry["ratio_xgboost"] = peers[newest]["ratio"]
        return entry


def newest_xgboost(names, versions):
    """The name of the newest XGBoost among them; None where there is none."""
    return max((name for name in names if name.startswith("xgboost")), default=None,
               key=lambda name: version_key(versions[name]))


def rounded(number):
    return None if number is None else float(f"{number:.4g}")


def version_key(version):
    return [int(part) if part.isdigit() else -1 for part in version.split(".")]


def distance(ours, other):
    if len(ours) != len(other) or any(math.isnan(x) for x in other):
        return math.inf
    return max(abs(a - b) for a, b in zip(ours, other))


def machine():
    model = "unknown processor"
    if Path("/proc/cpuinfo").exists():
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, " \
           f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"


def shown(number):
    return "" if number is None else f"{number:.3g}" if number < 1000 else f"{number:.0f}"


def table(results, versions, absent, costs):
    lines = []
    for model, rows in costs.items():
        lines += ["", f"{model}, loading the model with the library", "",
                  f"{'':28}{'CPU ms':>10}{'MB':>10}"]
        lines += [f"{name + ' ' + versions.get(name, ''):28}{ms:>10.1f}{mb:>10.1f}"
                  for name, ms, mb in rows if name != "leadscore_explain"]
    for model, cells in results.items():
        for measure, cell in cells.items():
            lines += ["", f"{model} {measure}, us a row", "",
                      f"{'':28}{'median':>10}{'least':>10}{'p99':>10}{'x ours':>10}{'differs by':>12}"]
            for name in cell.turns:
                title = f"{name} {versions.get(name, '')}"
                lines.append(f"{title:28}{shown(cell.us(name)):>10}{shown(cell.least_us(name)):>10}"
                             f"{shown(cell.p99_us(name)):>10}{shown(cell.ratio(name)):>10}"
                             f"{cell.agreement[name]:>12.1e}")
    if absent:
        lines += ["", "left out:"]
        lines += [f"    {name} {model}: {why}" for (name, model), why in absent.items()]
    return "\n".join(lines) + "\n"


def markdown(document):
    """The tables of docs/benchmarks.md: microseconds a row, and how many times as long as ours."""
    lines = []
    for measure in MEASURES:
        cells = {model: measures[measure] for model, measures in document.items()}
        names = {name: peer["version"] for cell in cells.values()
                 for name, peer in cell["peers"].items()}
        lines += [f"| `{measure}`, µs | " + " | ".join(cells) + " |", "|---" * (len(cells) + 1) + "|",
                  "| leadscore | " + " | ".join(shown(cell["ours_us"]) for cell in cells.values())
                  + " |"]
        for name, version in names.items():
            peers = [cell["peers"].get(name) for cell in cells.values()]
            texts = [f"{shown(peer['us'])} (× {shown(peer['ratio'])})" if peer else "" for peer in peers]
            lines.append(f"| {name} {version} | " + " | ".join(texts) + " |")
        lines.append("")
    return "\n".join(lines)


def parse_arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("runner", type=Path)
    parser.add_argument("models_folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--models", type=lambda text: text.split(","), default=["S", "M", "L"])
    parser.add_argument("--only", type=lambda text: text.split(","))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--ms", type=int, default=200)
    parser.add_argument("--python")
    parser.add_argument("--compile", type=int, default=900)
    arguments = parser.parse_args()
    for name in ("runner", "models_folder", "out"):
        setattr(arguments, name, getattr(arguments, name).resolve())
    return arguments


def main():
    bench = Bench(parse_arguments())
    bench.out.mkdir(parents=True, exist_ok=True)
    bench.install()
    versions = {name: environment.version for name, environment in bench.environments.items()}
    results = {model: bench.measure(model) for model in bench.arguments.models}
    text = machine() + "\n" + table(results, versions, bench.absent, bench.costs)
    say("", text)
    document = {model: {measure: cell.as_json(versions) for measure, cell in cells.items()}
                for model, cells in results.items()}
    bench.out.with_suffix(".json").write_text(json.dumps(document, indent=2) + "\n")
    bench.out.with_suffix(".txt").write_text(text)
    bench.out.with_suffix(".md").write_text(markdown(document))
    return 1 if bench.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
