"""Our side of bench_quality.py: what somebody does with the command line, on the folds of all."""

import csv
import time

import numpy

import quality_data
from quality_cdnow import customer_of
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

    def train(self, *options):
        start = time.monotonic()
        run([self.program, "train", *options, "--effort", self.effort, "-o", self.model])
        self.seconds += time.monotonic() - start

    def score(self, *options):
        """The probability of each lead, by its id."""
        text = run([self.program, "score", self.model, *options, "--format", "csv"])
        return {row["lead_id"]: float(row["probability"])
                for row in csv.DictReader(text.splitlines())}


def predict_table(runs, data, train, test):
    runs.train_file.write_text(data.heading + "".join(data.lines[row] for row in train))
    runs.test_file.write_text(data.heading + "".join(data.lines[row] for row in test))
    runs.train("--csv", runs.train_file, *data.arguments, "--exclude", data.leak)
    scores = runs.score("--csv", runs.test_file)
    return [scores[str(number)] for number in range(1, len(test) + 1)]


def predict_events(runs, data, train, test):
    learned = {customer_of(lead_id) for lead_id in data.ids[train]}
    known = {customer_of(lead_id) for lead_id in data.ids[test]}
    runs.train_file.write_text("".join(line for customer, line in data.leads
                                       if customer in learned))
    runs.test_file.write_text("".join(line for customer, line in data.leads if customer in known))
    runs.train("--leads", runs.train_file, "--spec", data.spec, "--rows-per-lead", 10000,
               "--horizon", f"{data.horizon_days}d", "--every", f"{data.every_days}d")
    result = numpy.empty(len(test))
    for as_of_ms in sorted(set(data.as_of_ms[test])):
        instant = numpy.datetime64(int(as_of_ms), "ms").astype("datetime64[s]")
        scores = runs.score("--leads", runs.test_file, "--as-of", f"{instant}Z")
        for place in numpy.flatnonzero(data.as_of_ms[test] == as_of_ms):
            result[place] = scores[data.ids[test[place]]]
    return result


def predict(arguments, effort, data):
    """Out-of-fold probabilities and the seconds of all training."""
    runs = Runs(arguments, effort)
    one_fold = predict_events if isinstance(data, quality_data.Events) else predict_table
    result = numpy.empty(len(data.labels))
    for train, test in data.folds:
        result[test] = one_fold(runs, data, train, test)
    return result, runs.seconds
