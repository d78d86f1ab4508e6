"""Our side of bench_quality.py: what somebody does with the command line, on the folds of all."""

import csv
import subprocess
import time

import numpy


def run(command):
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


def predict(program, effort, data, out):
    """Out-of-fold probabilities and the seconds of all training."""
    result = numpy.empty(len(data.labels))
    seconds = 0
    train_file, test_file, model = (out / f"ours.{what}" for what in ("train", "test", "lsm"))
    for train, test in data.folds:
        train_file.write_text(data.heading + "".join(data.lines[row] for row in train))
        test_file.write_text(data.heading + "".join(data.lines[row] for row in test))
        start = time.monotonic()
        run([program, "train", "--csv", train_file, *data.arguments, "--exclude", data.leak,
             "--effort", effort, "-o", model])
        seconds += time.monotonic() - start
        scores = run([program, "score", model, "--csv", test_file, "--format", "csv"])
        result[test] = [float(row["probability"]) for row in csv.DictReader(scores.splitlines())]
    return result, seconds
