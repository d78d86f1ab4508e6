#!/usr/bin/env python3
"""Measure models of this library beside those of its peers, on the same rows and folds.

    bench_quality.py PROGRAM EXPORT_ROWS XGBOOST_CLOCK OUT [option ...]

    PROGRAM        leadscore
    EXPORT_ROWS    the program made of export_rows.c
    XGBOOST_CLOCK  the library made of xgboost_clock.c
    OUT            folder for the peers' environment and predictions; OUT.json and OUT.md are
                   written beside it

    --data FOLDER      where the data is; LEADSCORE_TEST_DATA, or ../shared/data by default
    --only NAME,...    which data sets
    --efforts E,...    which of ours; standard by default
    --jobs N           peers at a time, a thread each; 2 by default
    --python PATH      Python that makes the environment; by default the newest

docs/quality.md says what is measured, and by which procedure.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "bench"))
import bench_peers  # noqa: E402
import quality_arguments  # noqa: E402

# xgboost-cpu is XGBoost without its code for graphics cards, which is ten times as large.
PACKAGES = ["xgboost-cpu==3.4.1", "lightgbm==4.7.0", "catboost==1.2.10", "scikit-learn==1.9.1",
            "optuna==5.0.0", "pandas==2.3.3"]
NEWEST_MINOR = 13


def environment(out, python):
    peer = bench_peers.Peer("env", "", PACKAGES, version_of="xgboost-cpu")
    python = python or bench_peers.newest_python(NEWEST_MINOR)
    return bench_peers.Environment(peer, python, out).python


def main():
    arguments = quality_arguments.parse(__doc__)
    arguments.out.mkdir(parents=True, exist_ok=True)
    python = environment(arguments.out, arguments.python)
    os.execv(python, [str(python), str(HERE / "quality_table.py"), *sys.argv[1:]])


if __name__ == "__main__":
    main()
