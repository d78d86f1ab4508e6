"""Our side of bench_quality.py: what somebody does with the command line, on the folds of all."""

import csv
import time

import numpy

import quality_data
from quality_run import run


class Runs:
    """Trains and scores in a folder, and counts the seconds of training."""

    def __init__(self, arguments, effort):
        self.program = arguments.program
        self.effort = effort
        self.model = arguments.out / "ours.lsm"
        self.train_file = arguments.out / "ours.train"
        self.test_file = arguments.out / "ours.test"
        self.seconds = 0

    def train(self, data, rows, *options, **environment):
        self.train_file.write_text(data.text(rows))
        start = time.monotonic()
        run([self.program, "train", *data.options(self.train_file), "--effort", self.effort,
             *options, "-o", self.model], **environment)
        self.seconds += time.monotonic() - start

    def score(self, data, rows, *options):
        """The probability of each lead, by its id."""
        self.test_file.write_text(data.text(rows))
        text = run([self.program, "score", self.model, data.reader, self.test_file, *options,
                    "--format", "csv"])
        return {row["lead_id"]: float(row["probability"])
                for row in csv.DictReader(text.splitlines())}


def score_table(runs, data, test):
    scores = runs.score(data, test)
    return [scores[str(number)] for number in range(1, len(test) + 1)]


def score_events(runs, data, test):
    result = numpy.empty(len(test))
    for as_of_ms in sorted(set(data.as_of_ms[test])):
        instant = numpy.datetime64(int(as_of_ms), "ms").astype("datetime64[s]")
        scores = runs.score(data, test, "--as-of", f"{instant}Z")
        for place in numpy.flatnonzero(data.as_of_ms[test] == as_of_ms):
            result[place] = scores[data.ids[test[place]]]
    return result


def predict(arguments, effort, data):
    """Out-of-fold probabilities and the seconds of all training."""
    runs = Runs(arguments, effort)
    score = score_events if isinstance(data, quality_data.Events) else score_table
    result = numpy.empty(len(data.labels))
    for train, test in data.folds:
        runs.train(data, train)
        result[test] = score(runs, data, test)
    return result, runs.seconds


def clocked(arguments, data, *options):
    """Seconds of `--effort quick` on all rows: the processor's in XGBoost's calls, and in all; and
    those of the clock on the wall."""
    clock = arguments.out / "ours.clock"
    runs = Runs(arguments, "quick")
    runs.train(data, numpy.arange(len(data.labels)), *options, XGBOOST_CLOCK=str(clock),
               LD_PRELOAD=str(arguments.xgboost_clock))
    spent = dict(line.split() for line in clock.read_text().splitlines())
    seconds = {name: int(microseconds) / 1e6 for name, microseconds in spent.items()}
    whole = seconds.pop("process")
    return sum(seconds.values()), whole, runs.seconds


def quick_seconds(arguments, data):
    """How long `--effort quick` takes, with one thread and with all."""
    inside, whole, _ = clocked(arguments, data, "--threads", 1)
    inside_all, _, wall = clocked(arguments, data)
    return {"processor": whole, "xgboost": inside, "ratio": whole / inside, "wall": wall,
            "wall_ratio": wall / inside_all}
