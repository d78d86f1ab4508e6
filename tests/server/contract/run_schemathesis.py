#!/usr/bin/env python3
"""Whether the server keeps what its OpenAPI document says: Schemathesis, all phases and all checks, over every operation.

    run_schemathesis.py BUILD SCHEMATHESIS OUT [SEED...]

    BUILD         where `make server` built
    SCHEMATHESIS  its program
    OUT           folder for what the server holds, and for what was found

A server on sample data is asked as the owner of its organization; the owner of another one tries to see what he made.
Each seed has a server of its own. One finding, or a server that does not live to the end, fails the run.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
OWNER, STRANGER = "owner@acme.example", "owner@stranger.example"
PATIENCE_SECONDS = 120
# Limits would answer what is asked here within seconds by 429, and the disk need not outlive a loss of power.
SETTINGS = {"PORT": "0", "EVENTS_PORT": "0", "RATE_LIMIT_SCALE": "1000000", "DURABILITY": "normal"}


class Served:
    """The server as `make serve` starts it."""

    def __init__(self, build, data):
        self.build, self.data, self.log = build, data / "data", data / "log.txt"
        data.mkdir(parents=True, exist_ok=True)
        self.environment = dict(os.environ, LD_LIBRARY_PATH=str(build / "prefix/lib"),
                                **{f"LEADSCORE_SERVER_{key}": value for key, value in SETTINGS.items()})
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([ROOT / "examples/server/serve.sh", build, self.data], stdout=log,
                                            stderr=subprocess.STDOUT, env=self.environment)
        self.port = self._wait()

    def _wait(self):
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            for line in self.log.read_text().splitlines():
                if '"event":"started"' in line and line.endswith("}"):
                    return json.loads(line)["port"]
            time.sleep(0.1)
        raise RuntimeError(f"it does not start: {self.log.read_text()}")

    def first_owner(self, organization, email):
        return subprocess.run([self.build / "host/leadscore-server", "--first-owner", f"{organization}:{email}"],
                              cwd=self.data, env=self.environment, check=True, text=True,
                              stdout=subprocess.PIPE).stdout.strip()

    def lives(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz") as answer:
            return self.process.poll() is None and answer.status == 200

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


def login_of(name, email, password):
    """An entry of a Web Fuzzing Commons file: how this user gets a token."""
    return {"name": name, "loginEndpointAuth": {
        "endpoint": "/api/v1/auth/login", "verb": "POST", "contentType": "application/json",
        "payloadRaw": json.dumps({"email": email, "password": password}),
        "token": {"extractFrom": "body", "extractSelector": "/access_token", "sendIn": "header",
                  "sendName": "Authorization", "sendTemplate": "Bearer {token}"}}}


def write_logins(server, path):
    owner = (server.data / "first-login").read_text().strip()
    stranger = server.first_owner("stranger", STRANGER)
    path.write_text(json.dumps({"auth": [login_of("owner", OWNER, owner), login_of("stranger", STRANGER, stranger)]}))


def ask(program, server, out, seed):
    """The exit status of Schemathesis."""
    environment = dict(os.environ, LEADSCORE_LOGINS=str(out / "logins.json"), LEADSCORE_HOOKS="schemathesis_hooks",
                       LEADSCORE_BUNDLE=str(ROOT / "models/starter.lsm"), PYTHONPATH=str(HERE))
    return subprocess.run([program, "--config-file", HERE / "schemathesis.toml", "run",
                           f"http://127.0.0.1:{server.port}/api/v1/openapi.json", "--seed", seed,
                           "--report", "ndjson", "--report-dir", out, "--no-color"],
                          env=environment, cwd=out).returncode


def run(build, program, out, seed):
    print(f"seed {seed}", flush=True)
    subprocess.run(["rm", "-rf", out], check=True)
    server = Served(build, out)
    try:
        write_logins(server, out / "logins.json")
        found = ask(program, server, out, seed)
        is_well = found == 0 and server.lives()
    finally:
        status = server.stop()
    return is_well and status == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for folder in ["build", "schemathesis", "out"]:
        parser.add_argument(folder, type=lambda word: Path(word).resolve())
    parser.add_argument("seeds", nargs="+")
    given = parser.parse_args()
    wrong = [seed for seed in given.seeds if not run(given.build, given.schemathesis, given.out / f"seed-{seed}", seed)]
    print(f"seeds with findings: {', '.join(wrong) or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
