#!/usr/bin/env python3
"""leadscore-server for ten minutes at 80 % of what it can: no request may fail, and its memory must not grow.

    bench_soak.py BUILD OUT [--minutes M] [--share S] [--seconds S] [--most-growth G]

    BUILD  where `make server` built
    OUT    folder for the data

It runs as it is set by default, its limits of requests apart: each write is on the disk when it is answered, and each
access is noted. wrk sends what soak.lua says: 40 % leads that are given to be scored (6 KB, with activities), 35 % scores
of leads that are kept, 10 % leads written, 15 % activities added. First as many as are answered, for 20 seconds: the peak. Then
80 % of that rate. Any answer but 2xx, and any connection that fails, ends in an error.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from bench_server import Ours, ask, make_body, make_data

LUA = Path(__file__).resolve().parent / "soak.lua"
CONNECTIONS, STEP_SECONDS = 32, 30
WARM_SECONDS = 120  # until caches and the pages of the two files are filled


def memory_kb(process):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1])


def start_wrk(server, body, rate, seconds):
    environment = {**os.environ, "SOAK_RATE": str(rate), "SOAK_BODY": str(body), "SOAK_TOKEN": server.new_token()}
    return subprocess.Popen(["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "-s", LUA,
                             f"http://127.0.0.1:{server.port}"], env=environment, stdout=subprocess.PIPE, text=True)


def refusals(server):
    """What /metrics has counted that is no success."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return "\n".join(line for line in lines if re.search(r'http_requests_total.*status="[^2]', line))


def result_of(process, server):
    text = process.communicate()[0]
    result = json.loads(text.splitlines()[-1])
    if process.returncode or result["failed"]:
        raise RuntimeError(f"{result['failed']} requests failed\n{text}\n{refusals(server)}")
    result["requests_a_second"] = result["requests"] / result["seconds"]
    print("{requests} requests, {requests_a_second:.0f}/s, none failed; p50 {p50_ms:.1f} ms, p99 {p99_ms:.1f} ms, "
          "longest {max_ms:.0f} ms".format(**result), flush=True)
    return result


def soak(server, body, asked):
    print("the peak:", flush=True)
    peak = result_of(start_wrk(server, body, 0, asked.seconds), server)["requests_a_second"]
    rate, began, sizes = int(asked.share * peak), time.monotonic(), []
    print(f"{rate}/s for {asked.minutes} minutes:", flush=True)
    process = start_wrk(server, body, rate, int(60 * asked.minutes))
    while process.poll() is None:
        after = time.monotonic() - began
        sizes.append((after, memory_kb(server.process)))
        print(f"{after:5.0f} s  {sizes[-1][1] / 1024:7.1f} MiB", flush=True)
        try:
            process.wait(STEP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
    result = result_of(process, server)
    warm = [size for after, size in sizes if after >= min(WARM_SECONDS, 30 * asked.minutes)]
    growth = warm[-1] / warm[0] - 1
    print(f"memory {100 * growth:+.1f} % since it was warm")
    if growth > asked.most_growth:
        raise RuntimeError(f"its memory grew by {100 * growth:.1f} %")
    return {"peak": peak, "rate": rate, **result, "memory_mib": [round(size / 1024, 1) for _, size in sizes]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--share", type=float, default=0.8, help="of the peak")
    parser.add_argument("--seconds", type=int, default=20, help="to find the peak")
    parser.add_argument("--most-growth", type=float, default=0.05,
                        help="of its memory, once the caches are full: so much malloc() may lay out otherwise")
    asked = parser.parse_args()
    out, build = asked.out.resolve(), asked.build.resolve()
    out.mkdir(parents=True, exist_ok=True)
    make_data(build, out)
    body = out / "body.json"
    body.write_text(json.dumps(make_body(out)))
    server = Ours(build, out, audited="true", score_cache_seconds=60)
    try:
        make_leads(server)
        results = soak(server, body, asked)
    finally:
        server.stop()
    (out / "soak.json").write_text(json.dumps(results, indent=1))
    return server.process.returncode


def make_leads(server):
    """Those that soak.lua writes, so that none is missing when its score is asked for."""
    for number in range(1, 2001):
        ask(server.port, "PUT", f"/api/v1/leads/soak-{number}", {"email": f"soak{number}@example.com"}, **server.headers)


if __name__ == "__main__":
    sys.exit(main())
