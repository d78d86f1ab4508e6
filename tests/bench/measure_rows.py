#!/usr/bin/env python3
"""Time how activities become training rows, and the memory that takes.

    measure_rows.py LEADSCORE BENCH_ROWS FOLDER [LEADS ...]

Samples of so many leads (12500 25000; about 45 activities each) are read twice: with activities and
outcomes in files of their own, and embedded in the leads. docs/training.md has the numbers.
"""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path


def lines(path):
    with open(path) as file:
        for line in file:
            yield json.loads(line)


def embed(folder):
    """The leads of a sample with their activities and outcomes in them."""
    activities, outcomes = defaultdict(list), {}
    n_activities = 0
    for activity in lines(folder / "activities.ndjson"):
        activities[activity.pop("lead_id")].append(activity)
        n_activities += 1
    for outcome in lines(folder / "outcomes.ndjson"):
        outcomes[outcome.pop("lead_id")] = outcome
    with open(folder / "embedded.ndjson", "w") as out:
        for lead in lines(folder / "leads.ndjson"):
            lead["activities"] = activities[lead["id"]]
            if lead["id"] in outcomes:
                lead["outcome"] = outcomes[lead["id"]]
            out.write(json.dumps(lead) + "\n")
    return n_activities


def main():
    program, bench, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    print("| leads | activities | files | rows | opened in | rows in | memory |\n"
          "|---|---|---|---|---|---|---|")
    for n_leads in [int(n) for n in sys.argv[4:]] or [12500, 25000]:
        sample = folder / str(n_leads)
        subprocess.run([program, "sample", "--leads", str(n_leads), "--seed", "1", "-o", sample],
                       check=True, stdout=subprocess.DEVNULL)
        n_activities = embed(sample)
        apart = [sample / f"{name}.ndjson" for name in ("leads", "activities", "outcomes")]
        for name, files in [("apart", apart), ("embedded", [sample / "embedded.ndjson"])]:
            done = subprocess.run([bench, *files], check=True, stdout=subprocess.PIPE)
            told = json.loads(done.stdout)
            print(f"| {n_leads:,} | {n_activities:,} | {name} | {told['rows']:,} "
                  f"| {told['open_s']:.1f} s | {told['rows_s']:.1f} s | {told['memory_mib']:.0f} MiB |")


main()
