#!/usr/bin/env python3
"""Measure the Python package beside its peers as Python has them, in one process, on the same trees.

    python_peers.py MODELS PACKAGE OUT

    MODELS   folder that make_models filled
    PACKAGE  folder that holds the package `leadscore`
    OUT      folder for an environment with the peers from PyPI, and for their own files of the models

docs/benchmarks.md says what is measured. python_contest.py, which the environment's Python runs, does it.
"""

import os
import sys
from pathlib import Path

from bench_peers import Environment, Peer, run

HERE = Path(__file__).resolve().parent
PEERS = Peer("env", "Python", ["xgboost-cpu", "lightgbm", "onnxruntime", "onnx", "treelite", "tl2cgen",
                               "cffi", "numpy", "pandas"])
MODELS = ["S", "M"]
CONVERTED = [("lightgbm", "lightgbm"), ("onnxruntime", "onnx"), ("treelite", "so")]


def convert(python, models, out):
    """The peers' own files of the models, where they are not there yet."""
    for model in MODELS:
        source = models / f"{model}.json"
        for peer, ending in CONVERTED:
            made = out / f"{model}.{ending}"
            if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
                print(f"converting {model} for {peer}", flush=True)
                run([python, HERE / "peer_convert.py", peer, source, made], 900)


def main(models, package, out):
    models, package, out = (Path(path).resolve() for path in (models, package, out))
    out.mkdir(parents=True, exist_ok=True)
    python = Environment(PEERS, None, out).python
    convert(python, models, out)
    environment = {**os.environ, "PYTHONPATH": str(package), "OMP_NUM_THREADS": "1"}
    command = [str(python), "-B", str(HERE / "python_contest.py"), str(models), str(out), *MODELS]
    os.execve(python, command, environment)


if __name__ == "__main__":
    main(*sys.argv[1:])
