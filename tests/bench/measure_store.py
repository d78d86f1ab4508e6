#!/usr/bin/env python3
"""Time the store beside the same work by SQLite's own calls, in C and in Python.

    measure_store.py LEADSCORE BENCH_STORE MODEL FOLDER [LEADS]

docs/benchmarks.md has the numbers.
"""

import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

RUNS = 3
BATCH = 5000

TABLES = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE leads (key INTEGER PRIMARY KEY, external_id TEXT NOT NULL UNIQUE, properties TEXT NOT NULL);
CREATE TABLE lead_activities (lead_key INTEGER NOT NULL, source TEXT NOT NULL, id TEXT NOT NULL,
    type TEXT NOT NULL, time INTEGER NOT NULL, recorded_time INTEGER NOT NULL, bot INTEGER NOT NULL,
    data TEXT NOT NULL, PRIMARY KEY (lead_key, source, id)) WITHOUT ROWID;
"""


def time_ms(text):
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def by_python(path, leads, activities):
    """Seconds to take activities in by Python's sqlite3 and json, as one would write it."""
    store = sqlite3.connect(path, isolation_level=None)
    store.executescript(TABLES)
    with open(leads) as lines:
        store.executemany("INSERT INTO leads (external_id, properties) VALUES (?, ?)",
                          ((json.loads(line)["id"], line) for line in lines))
    keys = dict(store.execute("SELECT external_id, key FROM leads"))
    begun = time.process_time()
    rows = []

    def write():
        store.execute("BEGIN IMMEDIATE")
        store.executemany("INSERT OR IGNORE INTO lead_activities VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        store.execute("COMMIT")
        rows.clear()

    with open(activities) as lines:
        for line in lines:
            activity = json.loads(line)
            at = time_ms(activity["time"])
            recorded = time_ms(activity["recorded_time"]) if "recorded_time" in activity else at
            rows.append((keys[activity["lead_id"]], activity.get("source", ""), activity["id"],
                         activity["type"], at, recorded, bool(activity.get("bot")),
                         json.dumps(activity.get("data", {}), separators=(",", ":"))))
            if len(rows) == BATCH:
                write()
    write()
    seconds = time.process_time() - begun
    store.close()
    return seconds


def fresh(folder, name):
    for end in ("", "-wal", "-shm"):
        (folder / f"{name}{end}").unlink(missing_ok=True)
    return folder / name


def told(*command):
    done = subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def measure_ingest(bench, folder, leads, activities):
    ours, direct, python = [], [], []
    for _ in range(RUNS):
        ours.append(told(bench, "ingest", fresh(folder, "ours.db"), leads, activities))
        direct.append(told(bench, "direct", fresh(folder, "direct.db"), leads, activities)["seconds"])
        python.append(by_python(fresh(folder, "python.db"), leads, activities))
    n = ours[0]["activities"]
    seconds = statistics.median(run["seconds"] for run in ours)
    direct, python = statistics.median(direct), statistics.median(python)
    print(f"activities ingested a second, in batches of {BATCH:,}: {n / seconds:,.0f}")
    print(f"  SQLite's C API and cJSON: {n / direct:,.0f}, that takes × {direct / seconds:.2f} of our time")
    print(f"  Python's sqlite3 and json: {n / python:,.0f}, × {python / seconds:.2f}")
    print(f"bytes a stored activity: {ours[0]['bytes'] / n:.0f}, "
          f"in NDJSON {Path(activities).stat().st_size / n:.0f}")


def measure_scoring(bench, folder, model):
    runs = []
    for _ in range(RUNS):
        shutil.copy(folder / "ours.db", fresh(folder, "scored.db"))
        runs.append(told(bench, "score", folder / "scored.db", model))
    mid = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    n = mid["leads"]
    print(f"leads read a second: {n / mid['read']:,.0f}, {1e6 * mid['read'] / n:.1f} µs each; "
          f"by SQLite's C API, nothing made of the rows, × {mid['read_directly'] / mid['read']:.2f} of that time")
    print(f"leads scored and kept a second: by one thread {n / mid['all_by_one_cpu']:,.0f}; by the wall clock "
          f"{n / mid['all_by_one']:,.0f}, by two threads and the one that writes {n / mid['all_by_two']:,.0f}")
    print(f"the stale ones an hour later: {mid['stale_scored']:.0f} of {n:.0f} for {mid['stale_changed']:.0f} "
          f"that changed, in {1e3 * mid['stale']:.1f} ms")
    print(f"one score, in a transaction: median {mid['median_us']:.0f} µs, p99 {mid['p99_us']:.0f} µs; "
          f"waited for on the disk: median {mid['durable_median_us']:.0f} µs, p99 {mid['durable_p99_us']:.0f} µs")


def main():
    program, bench, model, folder = *sys.argv[1:4], Path(sys.argv[4])
    n_leads = sys.argv[5] if len(sys.argv) > 5 else "2000"
    sample = folder / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([program, "sample", "--leads", n_leads, "--seed", "1", "-o", sample],
                   check=True, stdout=subprocess.DEVNULL)
    print(f"Python {sys.version.split()[0]} with SQLite {sqlite3.sqlite_version}; "
          f"{n_leads} leads, the median of {RUNS} runs")
    measure_ingest(bench, folder, sample / "leads.ndjson", sample / "activities.ndjson")
    measure_scoring(bench, folder, model)


main()
