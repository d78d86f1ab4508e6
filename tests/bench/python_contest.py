#!/usr/bin/env python3
"""What a score takes by each library's own call of Python: one row, and 100,000. Started by
python_peers.py.

    python_contest.py MODELS OUT MODEL ...

All answer with margins, by one thread. Contestants take turns, each begins a round in its turn, and a ratio
is the median over the rounds of the ratio within a round. Time is that of the process's processors.
"""

import platform
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path

import lightgbm
import numpy as np
import onnxruntime
import pandas
import tl2cgen
import treelite
import xgboost

import leadscore

N_COLUMNS = 20
N_ROWS = 100_000
SINGLES = 1000
ROUNDS = 5
# Peers sum in other orders and types. XGBoost's margins have to be ours, to the bit.
CLOSE = 1e-3


class Contest:
    """A model of each library, all of the same trees."""

    def __init__(self, models, out, name):
        self.ours = leadscore.Model.load(models / f"{name}.lsm")
        self.xgboost = xgboost.Booster({"nthread": 1}, model_file=str(models / f"{name}.ubj"))
        self.lightgbm = lightgbm.Booster(model_file=str(out / f"{name}.lightgbm"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.onnx = onnxruntime.InferenceSession(str(out / f"{name}.onnx"), options,
                                                 providers=["CPUExecutionProvider"])
        self.treelite = treelite.frontend.load_xgboost_model(str(models / f"{name}.json"))
        self.compiled = tl2cgen.Predictor(str(out / f"{name}.so"), nthread=1)

    def calls(self):
        """Of each contestant, what takes rows [n][columns] to margins."""
        return {
            "leadscore, predict": lambda x: self.ours.predict(x, output="margin"),
            "xgboost, inplace_predict": lambda x: self.xgboost.inplace_predict(
                x, predict_type="margin", validate_features=False),
            "xgboost, Booster.predict": lambda x: self.xgboost.predict(
                xgboost.DMatrix(x, nthread=1), output_margin=True, validate_features=False),
            "lightgbm, Booster.predict": lambda x: self.lightgbm.predict(x, raw_score=True, num_threads=1),
            "onnxruntime, run": lambda x: self.onnx.run(None, {"rows": x})[0],
            "treelite, gtil.predict": lambda x: treelite.gtil.predict(
                self.treelite, x, nthread=1, pred_margin=True),
            "treelite, compiled by tl2cgen": lambda x: self.compiled.predict(
                tl2cgen.DMatrix(x), pred_margin=True),
        }

    def single_calls(self):
        """Of one row, the same, and our call for one vector, which gives the whole result."""
        whole = {"leadscore, score_vector": lambda x: self.ours.score_vector(x[0]).margin}
        return {**whole, **self.calls()}

    def frame_calls(self):
        """Of a DataFrame, by those that take one."""
        return {
            "leadscore, predict": lambda x: self.ours.predict(x, output="margin"),
            "xgboost, inplace_predict": lambda x: self.xgboost.inplace_predict(
                x, predict_type="margin", validate_features=False),
            "lightgbm, Booster.predict": lambda x: self.lightgbm.predict(x, raw_score=True, num_threads=1),
        }


def check(calls, table, expected):
    """Those that agree, and how far the others are."""
    for name, call in list(calls.items()):
        try:
            far = float(np.abs(np.ravel(call(table)) - expected).max())
        except Exception as reason:
            print(f"{name} is left out: {type(reason).__name__}: {str(reason)[:100]}")
            del calls[name]
            continue
        if not far <= (0 if name.startswith("xgboost") else CLOSE):
            print(f"{name} is left out: differs by {far:.2g}")
            del calls[name]


def clocked(call, tables):
    begin = time.process_time_ns()
    for table in tables:
        call(table)
    return (time.process_time_ns() - begin) / len(tables)


def measure(calls, tables):
    """Nanoseconds of each contestant, in each round."""
    turns = {name: [] for name in calls}
    names = list(calls)
    for number in range(ROUNDS):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            if len(tables) > 1:
                clocked(calls[name], tables[:1])
            turns[name].append(clocked(calls[name], tables))
    return turns


def show(title, turns, per, unit):
    first = next(iter(turns))
    print(f"\n| {title} | {unit} | × ours |\n|---|---|---|", flush=True)
    for name, times in turns.items():
        ratio = statistics.median(time / ours for time, ours in zip(times, turns[first]))
        print(f"| {name} | {statistics.median(times) / per:.3g} | {ratio:.3g} |", flush=True)


def contest(models, out, name):
    rows = np.fromfile(models / "rows.f32", np.float32).reshape(-1, N_COLUMNS)
    rows = np.tile(rows, (N_ROWS // len(rows) + 1, 1))[:N_ROWS]
    of = Contest(models, out, name)
    expected = of.ours.predict(rows, output="margin")
    singles = [rows[i:i + 1] for i in range(SINGLES)]
    calls = of.single_calls()
    check(calls, singles[0], expected[:1])
    show(f"{name}, one row", measure(calls, singles), 1e3, "µs")
    calls = of.calls()
    check(calls, rows, expected)
    show(f"{name}, {N_ROWS:,} rows of numpy", measure(calls, [rows]), N_ROWS, "ns a row")
    frame = pandas.DataFrame(rows, columns=of.ours.spec.columns)
    calls = of.frame_calls()
    check(calls, frame, expected)
    show(f"{name}, {N_ROWS:,} rows of pandas", measure(calls, [frame]), N_ROWS, "ns a row")


def main(models, out, *names):
    versions = ", ".join(f"{package} {version(package)}" for package in (
        "xgboost-cpu", "lightgbm", "onnxruntime", "treelite", "tl2cgen", "numpy", "pandas"))
    print(f"Python {platform.python_version()}, leadscore {leadscore.__version__}, {versions}")
    for name in names:
        contest(Path(models), Path(out), name)


if __name__ == "__main__":
    main(*sys.argv[1:])
