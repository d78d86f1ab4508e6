#!/usr/bin/env python3
"""How the steps of the ladder compare on few rows: run with the Python that bench_quality.py makes.

    quality_ladder.py PROGRAM DATA

    PROGRAM  leadscore
    DATA     folder of the real data sets

Of each table some rows are drawn to learn from, ten times for each number of them, and 4,000 others
are predicted. Prints the mean ROC AUC of what `leadscore train` learns, beside a logistic regression
of scikit-learn's, one coefficient a column: numbers standardised and gaps filled, a column a level.
"""

import csv
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy
import pandas
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

LEARNERS = ["additive", "trees", "ladder"]
SIZES = [150, 300, 600, 1200]
DRAWS = 10
PREDICTED = 4000
TABLES = [("shoppers", "online_shoppers.csv", ",", "Revenue", "TRUE", "PageValues"),
          ("bank", "bank_marketing.csv", ";", "y", "yes", "duration")]


def ours(program, learner, learn, watch, label, positive, folder):
    learn.to_csv(folder / "learn.csv", index=False)
    watch.drop(columns=label).to_csv(folder / "watch.csv", index=False)
    model = folder / "m.lsm"
    subprocess.run([program, "train", "--csv", folder / "learn.csv", "--label", label, "--positive",
                    positive, "--learner", learner, "-o", model], check=True, capture_output=True)
    done = subprocess.run([program, "score", model, "--csv", folder / "watch.csv", "--format", "csv"],
                          check=True, capture_output=True, text=True)
    return [float(row["probability"]) for row in csv.DictReader(done.stdout.splitlines())]


def lines(learn, watch, label, positive):
    texts = [name for name in learn if name != label
             and not pandas.api.types.is_numeric_dtype(learn[name])]
    numbers = [name for name in learn if name != label and name not in texts]
    model = make_pipeline(
        make_column_transformer((make_pipeline(SimpleImputer(), StandardScaler()), numbers),
                                (OneHotEncoder(handle_unknown="ignore"), texts)),
        LogisticRegression(max_iter=1000))
    model.fit(learn.drop(columns=label), learn[label] == positive)
    return model.predict_proba(watch.drop(columns=label))[:, 1]


def measure(program, frame, label, positive, folder):
    print(f"{'rows':>6}{'regression':>12}" + "".join(f"{name:>10}" for name in LEARNERS))
    for size in SIZES:
        seen = {name: [] for name in ["regression", *LEARNERS]}
        for draw in range(DRAWS):
            order = numpy.random.default_rng([size, draw]).permutation(len(frame))
            learn, watch = frame.iloc[order[:size]], frame.iloc[order[size:size + PREDICTED]]
            truth = watch[label] == positive
            seen["regression"].append(roc_auc_score(truth, lines(learn, watch, label, positive)))
            for name in LEARNERS:
                predicted = ours(program, name, learn, watch, label, positive, folder)
                seen[name].append(roc_auc_score(truth, predicted))
        means = {name: numpy.mean(aucs) for name, aucs in seen.items()}
        print(f"{size:6}{means['regression']:12.4f}"
              + "".join(f"{means[name]:10.4f}" for name in LEARNERS), flush=True)


def main():
    program, data = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    warnings.simplefilter("ignore")  # levels that a draw has not seen
    for name, file, delimiter, label, positive, leak in TABLES:
        frame = pandas.read_csv(data / file, sep=delimiter, dtype={label: str}).drop(columns=leak)
        print(f"\n{name}")
        with tempfile.TemporaryDirectory() as folder:
            measure(program, frame, label, positive, Path(folder))


if __name__ == "__main__":
    main()
