"""The command line of bench_quality.py, which two Pythons read."""

import argparse
import os
from pathlib import Path


def names(text):
    return text.split(",")


def parse(usage):
    parser = argparse.ArgumentParser(usage=usage)
    parser.add_argument("program", type=Path)
    parser.add_argument("export_rows", type=Path)
    parser.add_argument("xgboost_clock", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path,
                        default=Path(os.environ.get("LEADSCORE_TEST_DATA", "../shared/data")))
    parser.add_argument("--only", type=names)
    parser.add_argument("--efforts", type=names, default=["standard"])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--python")
    arguments = parser.parse_args()
    for name in ("program", "export_rows", "xgboost_clock", "out", "data"):
        setattr(arguments, name, getattr(arguments, name).resolve())
    return arguments
