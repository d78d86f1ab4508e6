#!/usr/bin/env python3
"""Long streams, broken pipes, signals, and the sample.    test_cli_streams.py PROGRAM SCRATCH"""

import collections
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time

from cli_support import (AS_OF, IS_SANITIZED, PROGRAM, SYSTEM, Skip, main, ndjson, refuse, run,
                         sample, starter, test, write_ndjson)


def lead_line(number):
    """A lead with an activity a line, some 400 bytes."""
    return json.dumps({
        "id": f"lead-{number:08d}", "email": f"a{number}@b.example", "job_title": "Head of Growth",
        "company": {"employee_count": number % 5000, "industry": "software"},
        "activities": [{"id": "1", "type": "Page Viewed", "time": "2025-12-30T10:00:00Z",
                        "data": {"path": "/pricing", "duration_seconds": 30}},
                       {"id": "2", "type": "Demo Requested", "time": "2025-12-31T10:00:00Z"}],
    }) + "\n"


def peak_memory(arguments, lines):
    """Bytes that the command has held at the most while it read lines."""
    process = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL)
    for line in lines:
        process.stdin.write(line.encode())
    process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, process.returncode
    return usage.ru_maxrss * 1024


@test
def streams_of_any_length_take_the_same_memory(folder):
    if IS_SANITIZED:
        raise Skip("the sanitizers keep freed memory")
    for arguments in (["score", starter(), "--leads", "-", "--as-of", AS_OF, "--format", "ndjson"],
                      ["score", starter(), "--leads", "-", "--as-of", AS_OF, "--format", "table"],
                      ["score", starter(), "--leads", "-", "--as-of", AS_OF, "--top", "10"]):
        short = peak_memory(arguments, (lead_line(i) for i in range(2000)))
        long = peak_memory(arguments, (lead_line(i) for i in range(100000)))
        assert long < short + (1 << 20), f"{short} bytes for 2000 leads, {long} for 100000"


@test
def a_long_table_takes_the_same_memory(folder):
    if IS_SANITIZED:
        raise Skip("the sanitizers keep freed memory")
    arguments = ["score", starter(), "--csv", "-", "--format", "csv"]
    def rows(n):
        yield "email,job_title\n"
        for i in range(n):
            yield f"a{i}@b.example,Head of Growth\n"
    short = peak_memory(arguments, rows(2000))
    long = peak_memory(arguments, rows(300000))
    assert long < short + (1 << 20), f"{short} bytes for 2000 rows, {long} for 300000"


@test
def scores_come_while_the_stream_goes_on(folder):
    process = subprocess.Popen([PROGRAM, "score", starter(), "--leads", "-", "--as-of", AS_OF,
                                "--format", "ndjson"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    for i in range(250):
        process.stdin.write(lead_line(i).encode())
    process.stdin.flush()
    first = json.loads(process.stdout.readline())
    assert first["lead_id"] == "lead-00000000"
    process.stdin.close()
    assert process.stdout.read().count(b"\n") == 249
    assert process.wait() == 0


@test
def a_closed_pipe_ends_quietly(folder):
    process = subprocess.Popen([PROGRAM, "score", starter(), "--leads", "-", "--as-of", AS_OF,
                                "--format", "ndjson"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    try:
        for i in range(20000):
            process.stdin.write(lead_line(i).encode())
        process.stdin.close()
    except BrokenPipeError:
        pass
    assert process.stderr.read() == b""
    assert process.wait() in (0, -signal.SIGPIPE)


def print_to_a_full_disk(*arguments):
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, *map(str, arguments)], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == SYSTEM and "No space left" in done.stderr, (arguments, done.stderr)


@test
def a_full_disk_is_said(folder):
    print_to_a_full_disk("score", starter(), "--leads", sample() / "leads.ndjson", "--as-of", AS_OF)


@test
def a_full_disk_is_said_by_what_prints_little(folder):
    """What is printed at once, at the end."""
    lead = write_ndjson(folder / "lead.ndjson", [{"id": "a", "job_title": "CTO"}])
    as_of = ("--leads", lead, "--as-of", AS_OF)
    print_to_a_full_disk("sample", "--leads", 1, "-o", folder / "sample")
    print_to_a_full_disk("score", starter(), *as_of)
    print_to_a_full_disk("explain", starter(), *as_of, "--id", "a")
    print_to_a_full_disk("inspect", starter())
    (folder / "why.json").write_text(run("explain", starter(), *as_of, "--id", "a", "--json")[0])
    print_to_a_full_disk("replay", starter(), "--leads", lead, "--receipt", folder / "why.json")


@test
def a_signal_leaves_nothing_half_written(folder):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # The program leaves a signal ignored that was: under nohup, this one.
        process = subprocess.Popen([PROGRAM, "score", starter(), "--leads", "-", "--as-of", AS_OF,
                                    "-o", folder / "scores"], stdin=subprocess.PIPE,
                                   preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
        process.stdin.write(lead_line(1).encode())
        process.stdin.flush()
        patience = time.monotonic() + 20
        while not os.listdir(folder) and time.monotonic() < patience:
            time.sleep(0.01)
        assert os.listdir(folder) != ["scores"] and os.listdir(folder)
        process.send_signal(number)
        assert process.wait() == -number
        assert os.listdir(folder) == []


# The sample

@test
def the_same_seed_gives_the_same_sample(folder):
    for name, seed in [("a", 11), ("b", 11), ("c", 12)]:
        run("sample", "--leads", 60, "--seed", seed, "-o", folder / name)
    for file in ("leads.ndjson", "activities.ndjson", "outcomes.ndjson"):
        a, b, c = ((folder / name / file).read_bytes() for name in "abc")
        assert a == b and a != c, file
    run("sample", "--leads", 60, "--seed", 11, "-o", folder / "a")
    assert sorted(os.listdir(folder / "a")) == ["activities.ndjson", "leads.ndjson",
                                                 "outcomes.ndjson"]


@test
def the_sample_is_the_same_on_every_machine(folder):
    run("sample", "--leads", 200, "--seed", 7, "-o", folder / "s")
    files = b"".join((folder / "s" / f"{name}.ndjson").read_bytes()
                     for name in ("leads", "activities", "outcomes"))
    # As it was made on x86-64 by gcc 12; it changes with the generator.
    assert hashlib.sha256(files).hexdigest() == (
        "1d2e4ffa11c7ed79091fb2ad0b694b78e465f725fb20605d0bdaf24efe5873e4")


@test
def one_lead_is_a_sample(folder):
    out, _ = run("sample", "--leads", 1, "--seed", 0, "-o", folder / "s")
    assert len(ndjson((folder / "s" / "leads.ndjson").read_text())) == 1


@test
def the_sample_says_what_can_be_reached(folder):
    out, _ = run("sample", "--leads", 2000, "--seed", 3, "-o", folder / "s")
    best = float(re.search(r"best reachable ROC AUC: (0\.\d+)", out)[1])
    rate = float(re.search(r"([\d.]+) % convert within 90 days", out)[1])
    assert 0.85 <= best <= 0.95, best
    assert 10 <= rate <= 20, rate


@test
def the_sample_has_what_real_data_has(folder):
    leads = ndjson((sample() / "leads.ndjson").read_text())
    activities = ndjson((sample() / "activities.ndjson").read_text())
    outcomes = ndjson((sample() / "outcomes.ndjson").read_text())
    ids = {lead["id"] for lead in leads}
    assert len(ids) == len(leads) == 700
    assert {item["lead_id"] for item in activities} < ids
    assert {item["lead_id"] for item in outcomes} < ids
    assert {item["label"] for item in outcomes} == {"converted", "lost"}

    n = len(activities)
    seen = collections.Counter((item["source"], item["id"]) for item in activities)
    late = [item for item in activities if "recorded_time" in item]
    assert 0 < sum(count - 1 for count in seen.values()) < 0.03 * n
    assert all(item["recorded_time"] > item["time"] for item in late)
    assert 0.02 * n < len(late) < 0.1 * n
    assert 0.01 * n < sum("bot" in item for item in activities) < 0.1 * n
    assert {"Page Viewed", "Email Opened", "Demo Requested", "identify"} <= {
        item["type"] for item in activities}
    recorded = [item.get("recorded_time", item["time"]) for item in activities]
    assert all("2024-01-01" <= when < "2026-04-01" for when in recorded)

    missing = lambda name: sum(name not in lead for lead in leads)
    assert 0 < missing("email") < 0.15 * 700 and 0 < missing("job_title") < 0.25 * 700
    assert any(not lead["consent"]["profiling"] for lead in leads)


@test
def an_activity_is_sent_twice_with_the_same_content(folder):
    twice = collections.defaultdict(list)
    for item in ndjson((sample() / "activities.ndjson").read_text()):
        key = item["source"], item["id"]
        item.pop("recorded_time", None)
        twice[key].append(item)
    assert all(item == items[0] for items in twice.values() for item in items)


@test
def a_sample_that_cannot_be_written_leaves_nothing(folder):
    place = folder / "s"
    place.mkdir()
    (place / "activities.ndjson").mkdir()
    refuse("sample", "--leads", 5, "-o", place, words=["activities.ndjson"], code=SYSTEM)
    assert os.listdir(place) == ["activities.ndjson"]


if __name__ == "__main__":
    sys.exit(main())
