#!/usr/bin/env python3
"""Measure models of this library beside those of its peers, on the same rows and folds.

    bench_quality.py PROGRAM OUT [option ...]

    PROGRAM  leadscore
    OUT      folder for the peers' environment and predictions; OUT.json is written beside it

    --data FOLDER      where the data is, LSC_TEST_DATA by default
    --only NAME,...    which data sets
    --efforts E,...    of ours; the default alone by default
    --jobs N           peers at a time, a thread each; 2 by default
    --python PATH      Python that makes the environment; by default the newest

docs/quality.md says what is measured, and by which procedure.
"""

import argparse
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "bench"))
import bench_peers  # noqa: E402

# xgboost-cpu is XGBoost without its code for graphics cards, which is ten times as large.
PACKAGES = ["xgboost-cpu==3.4.1", "lightgbm==4.7.0", "catboost==1.2.10", "scikit-learn==1.9.1",
            "optuna==5.0.0", "pandas==2.3.3"]
NEWEST_MINOR = 13


def environment(out, python):
    peer = bench_peers.Peer("env", "", PACKAGES)
    return bench_peers.Environment(peer, python or bench_peers.newest_python(NEWEST_MINOR), out).python


def parse_arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, default=os.environ.get("LSC_TEST_DATA"))
    parser.add_argument("--only", default="")
    parser.add_argument("--efforts", default="")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--python")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    out = arguments.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    python = environment(out, arguments.python)
    call = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(HERE)!r})
import quality_table
if __name__ == "__main__":
    quality_table.main(Path({str(arguments.program.resolve())!r}), Path({str(out)!r}),
                       Path({str(arguments.data)!r}), {arguments.only!r}.split(",") if {arguments.only!r} else [],
                       {arguments.jobs}, {arguments.efforts!r}.split(","))
"""
    os.execv(python, [str(python), "-c", call])


if __name__ == "__main__":
    main()
