#!/usr/bin/env python3
"""Load on leadscore-server, beside the same endpoint in FastAPI and xgboost, on this machine in one run.

    bench_server.py BUILD OUT [--seconds S] [--connections N] [--no-peers]

    BUILD  where `make server` built
    OUT    folder for the peer's environment (packages of PyPI, at the versions below) and the data

wrk asks each in turn, alone: score-lead with a lead and activities of some 6 KB, a cached score, with and without a note
of each access in the store, and a few bytes from the bare frameworks. Any answer but 2xx fails the run.
"""

import argparse
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = ["fastapi==0.165.0", "uvicorn[standard]==0.54.0", "xgboost-cpu==3.2.0", "numpy==2.4.6", "pandas==2.3.3"]
LEADS, SEED, BODY_BYTES = 3000, 7, 6000
MANY = 256  # connections; as many as may wait for one note
OWNER, KEY = "owner@acme.example", "bench-key"
SCORE = "/api/v1/scoring/score-lead"


def run(command, **more):
    return subprocess.run([str(word) for word in command], check=True, text=True, stdout=subprocess.PIPE, **more).stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, method, path, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    text = None if body is None else json.dumps(body)
    connection.request(method, path, text, {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    value = answer.read()
    connection.close()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: {answer.status} {value[:300]}")
    return json.loads(value)


def wait_for(port, process):
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"it ended: {process.args}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"nothing answers at port {port}")


class Ours:
    """leadscore-server on a store of its own with the model, and a token."""

    name = "leadscore-server"

    def __init__(self, build, out, **settings):
        self.name += ", audited" * (settings.get("audited") == "true")
        self.environment = {**os.environ, "LD_LIBRARY_PATH": str(build / "prefix" / "lib")}
        self.build, self.folder, self.port = build, out / "ours", free_port()
        self._make_store(out)
        settings = {"port": self.port, "events_port": 0, "log_level": "warning", "rate_limit_scale": 1000000,
                    "audited": "false", "score_cache_seconds": 3600, "store": "leadscore.db", "auth_store": "auth.db",
                    **settings}
        self.sets = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
        self.program = build / "host" / "leadscore-server"
        self.password = self._run(self.program, *self.sets, "--first-owner", f"acme:{OWNER}").strip()
        self.start()
        self.headers = {"Authorization": f"Bearer {self.new_token()}"}

    def new_token(self):
        return ask(self.port, "POST", "/api/v1/auth/login", {"email": OWNER, "password": self.password})["access_token"]

    def _run(self, *command):
        return run(command, env=self.environment, cwd=self.folder)

    def _make_store(self, out):
        run(["rm", "-rf", self.folder])
        self.folder.mkdir(parents=True)
        leadscore, store = self.build / "prefix" / "bin" / "leadscore", ["--store", "leadscore.db", "--organization", "acme"]
        self._run(leadscore, "store", "init", *store)
        self._run(leadscore, "ingest", *store, "--leads", out / "sample/leads.ndjson", "--activities",
                  out / "sample/activities.ndjson")
        self._run(leadscore, "store", "add-model", *store, "--activate", "--model", out / "model.lsm")

    def start(self):
        self.process = subprocess.Popen([self.program, *self.sets], cwd=self.folder, env=self.environment,
                                        stdout=subprocess.DEVNULL)
        wait_for(self.port, self.process)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


class Peer:
    """The endpoint in FastAPI, by uvicorn with a process for each processor; its features by pandas, or "plain"."""

    headers = {"X-Api-Key": KEY}

    def __init__(self, python, out, features):
        self.name, self.port = f"FastAPI + xgboost, {features}", free_port()
        environment = {**os.environ, "PEER_MODEL": str(out / "model"), "PEER_KEY": KEY, "PEER_FEATURES": features,
                       "OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [python, "-B", "-m", "uvicorn", "fastapi_peer:app", "--port", str(self.port), "--workers",
             str(os.cpu_count()), "--no-access-log", "--log-level", "warning"], cwd=HERE, env=environment,
            start_new_session=True)
        wait_for(self.port, self.process)

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


class Hello:
    """A bare framework: libmicrohttpd, which is ours, or libulfius on it, which was."""

    headers = {}

    def __init__(self, out, library, *packages):
        self.name, program = f"lib{library} alone", out / f"hello_{library}"
        flags = run(["pkg-config", "--cflags", "--libs", *packages, "libmicrohttpd"]).split()
        run(["cc", "-O2", "-o", program, HERE / f"hello_{library}.c", *flags])
        self.port = free_port()
        self.process = subprocess.Popen([program, str(self.port), str(os.cpu_count())], stdin=subprocess.PIPE,
                                        stdout=subprocess.DEVNULL)
        wait_for(self.port, self.process)

    def stop(self):
        self.process.communicate()


def make_data(build, out):
    """Sample leads, a model that is trained on them, and the model unpacked."""
    if (out / "model" / "model.ubj").exists():
        return
    leadscore = build / "prefix" / "bin" / "leadscore"
    environment = {**os.environ, "LD_LIBRARY_PATH": str(build / "prefix" / "lib")}
    sample = out / "sample"
    run([leadscore, "sample", "--leads", LEADS, "--seed", SEED, "-o", sample], env=environment)
    run([leadscore, "train", "--leads", sample / "leads.ndjson", "--activities", sample / "activities.ndjson",
         "--outcomes", sample / "outcomes.ndjson", "--effort", "quick", "-o", out / "model.lsm"], env=environment)
    (out / "model").mkdir(exist_ok=True)
    run(["tar", "--zstd", "-xf", out / "model.lsm", "-C", out / "model"])


def make_body(out):
    """A request of some 6 KB: a lead that did enough, with its latest activities."""
    by_lead = {}
    for line in open(out / "sample/activities.ndjson"):
        activity = json.loads(line)
        by_lead.setdefault(activity.pop("lead_id"), []).append(activity)
    for line in open(out / "sample/leads.ndjson"):
        lead = json.loads(line)
        lead = {name: value for name, value in lead.items() if name not in ("organization_id", "status")}
        body = {"lead": lead, "activities": [], "as_of": "2026-03-01T00:00:00Z"}
        for activity in reversed(by_lead.get(lead["id"], [])):
            body["activities"].insert(0, activity)
            if len(json.dumps(body)) >= BODY_BYTES:
                return body
    raise RuntimeError("no lead did enough")


def environment_of(out):
    python = out / "env" / "bin" / "python"
    if not (out / "env" / "ready").exists():
        run([sys.executable, "-m", "venv", out / "env"])
        run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES])
        (out / "env" / "ready").touch()
    return python


UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


def wrk(server, path, out, asked, body=None, connections=None):
    """Requests a second, and latencies in milliseconds, after a warm-up that does not count."""
    connections = connections or asked.connections
    script = out / "request.lua"
    headers = {**server.headers, **({"Content-Type": "application/json"} if body else {})}
    lines = [f'wrk.method = "{"POST" if body else "GET"}"'] + [f'wrk.headers["{name}"] = "{value}"'
                                                              for name, value in headers.items()]
    if body:
        lines.append(f"wrk.body = [==[{json.dumps(body)}]==]")
    script.write_text("\n".join(lines))
    command = ["wrk", "-t2", f"-c{connections}", "--latency", "--timeout", "30s", "-s", script,
               f"http://127.0.0.1:{server.port}{path}"]
    run([*command[:4], "-d3s", *command[4:]])
    text = run([*command[:4], f"-d{asked.seconds}s", *command[4:]])
    if "Non-2xx" in text or "Socket errors" in text:
        raise RuntimeError(text)
    latency = {percent: float(number) * UNITS[unit]
               for percent, number, unit in re.findall(r"(\d+)%\s+([\d.]+)(us|ms|s)\b", text)}
    return {"what": f"{server.name}, {path.split('/')[-1]}", "connections": connections,
            "requests_a_second": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
            "p50_ms": latency["50"], "p99_ms": latency["99"]}


def measure(build, out, asked):
    make_data(build, out)
    body, rows = make_body(out), []
    print(f"a request has {len(json.dumps(body))} bytes and {len(body['activities'])} activities", flush=True)

    def with_server(server, *requests):
        try:
            for path, content, *connections in requests:
                rows.append(wrk(server, path, out, asked, content, *connections))
                print("{what:45} {connections:4} connections {requests_a_second:10.0f}/s   p50 {p50_ms:8.2f} ms   "
                      "p99 {p99_ms:8.2f} ms".format(**rows[-1]), flush=True)
        finally:
            server.stop()

    cached_score = f"/api/v1/leads/{body['lead']['id']}/score"
    with_server(Ours(build, out), (SCORE, body), (cached_score, None))
    with_server(Ours(build, out, audited="true"), (cached_score, None), (cached_score, None, MANY))
    with_server(Hello(out, "ulfius", "libulfius", "libyder"), ("/hello", None))
    with_server(Hello(out, "microhttpd"), ("/hello", None), ("/hello", None, MANY))
    ours, cached, audited, audited_many, ulfius, microhttpd, many = (row["requests_a_second"] for row in rows)
    print(f"a cached score: {100 * cached / ulfius:.0f} % of libulfius, {100 * cached / microhttpd:.0f} % of libmicrohttpd; "
          f"audited {100 * audited / microhttpd:.0f} %, of {MANY} connections {100 * audited_many / many:.0f} %")
    if not asked.no_peers:
        python = environment_of(out)
        with_server(Peer(python, out, "pandas"), (SCORE, body))
        with_server(Peer(python, out, "plain"), (SCORE, body), ("/hello", None))
        pandas, plain = (row["requests_a_second"] for row in rows[7:9])
        print(f"score-lead: {ours / pandas:.1f} times the peer with pandas, {ours / plain:.1f} times the one without")
    (out / "results.json").write_text(json.dumps(rows, indent=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--no-peers", action="store_true", help="without FastAPI, and so without a network")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    measure(asked.build.resolve(), asked.out.resolve(), asked)


if __name__ == "__main__":
    main()
