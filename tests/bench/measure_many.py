#!/usr/bin/env python3
"""Score a store of very many leads in one pass while another process writes, and see what memory it takes.

    measure_many.py BENCH_MANY MODEL FOLDER [LEADS...]

Without LEADS, of 100,000 and of 1,000,000: that takes 2.5 GB of disk. docs/benchmarks.md has the numbers.
"""

import json
import os
import subprocess
import sys
from pathlib import Path


def told(*command):
    done = subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def score_beside_a_writer(bench, path, n_threads, day):
    """The pass, and what the writer came to meanwhile."""
    with subprocess.Popen([bench, "write", path], stdout=subprocess.PIPE) as writer:
        try:
            passed = told(bench, "score", path, n_threads, day)
        finally:
            writer.terminate()
        written = json.loads(writer.communicate()[0])
    log = Path(f"{path}-wal")
    return passed, written, log.stat().st_size if log.exists() else 0


def measure(bench, model, folder, n_leads):
    path = folder / f"{n_leads}.db"
    if not path.exists():
        held = told(bench, "fill", path, model, n_leads)
        print(f"{n_leads:,} leads, {held['activities']:,} activities, {held['bytes'] / 1e6:,.0f} MB")
    n_threads = os.cpu_count() or 1
    day = 0
    while (folder / f"{n_leads}.{day}").exists():  # a pass writes a score for each lead
        day += 1
    (folder / f"{n_leads}.{day}").touch()
    passed, written, log = score_beside_a_writer(bench, path, n_threads, day)
    print(f"  {passed['scored']:,} scored by {n_threads} threads in {passed['seconds']:.0f} s, "
          f"{passed['scored'] / passed['seconds']:,.0f} a second; processor {passed['cpu']:.0f} s, "
          f"{1e6 * passed['cpu'] / passed['scored']:.0f} µs a lead; peak {passed['peak_kib'] / 1024:.1f} MiB")
    print(f"  written beside it: {written['written']:,} activities, {written['busy']} times busy, "
          f"ten took {written['longest']:.2f} s at the longest; the log has {log / 1e6:.0f} MB")


def main():
    bench, model, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    for n_leads in map(int, sys.argv[4:] or ["100000", "1000000"]):
        measure(bench, model, folder, n_leads)


if __name__ == "__main__":
    main()
