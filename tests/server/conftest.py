"""Starts servers on free ports, each with a store of its own, and talks to them."""

import http.client
import itertools
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# What a test waits for is there within milliseconds; on a busy machine it may take seconds.
PATIENCE_SECONDS = 60


def pytest_addoption(parser):
    parser.addoption("--server-build", default="build/server", help="where `make server` built")


class Answer:
    """What a server answered: status, headers (names in lower case), bytes."""

    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.bytes = response.read()

    @property
    def json(self):
        return json.loads(self.bytes)


class Server:
    """A server that runs until it is closed."""

    numbers = itertools.count(1)  # of logs: several servers may share a folder

    def __init__(self, build, folder, **settings):
        self.folder = folder
        self.settings = {"port": 0, "events_port": 0, "store": "leadscore.db", "auth_store": "auth.db", **settings}
        self.environment = dict(os.environ, LD_LIBRARY_PATH=str(build / "prefix" / "lib"))
        self.program = build / "host" / "leadscore-server"
        self.start()

    @property
    def sets(self):
        """Its settings as the command line has them."""
        return [word for key, value in self.settings.items()
                for word in ("--set", f"{key}={str(value).lower() if isinstance(value, bool) else value}")]

    def start(self):
        # Files, not pipes: nobody reads them meanwhile, and a pipe that is full would stop the server.
        self.log = self.folder / f"log-{next(self.numbers)}.txt"
        with open(self.log, "wb") as log, open(self.folder / "errors.txt", "ab") as errors:
            self.process = subprocess.Popen([self.program, *self.sets], cwd=self.folder, stdout=log, stderr=errors,
                                            env=self.environment)
        started = self.wait_for("started")
        self.port, self.events_port = started["port"], started["events_port"]

    def wait_for(self, event):
        """The first line of its log with this event, when it is there."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            for line in self.log.read_text().splitlines(keepends=True):
                if line.endswith("\n") and json.loads(line)["event"] == event:
                    return json.loads(line)
            assert self.process.poll() is None, (self.folder / "errors.txt").read_text()
            time.sleep(0.01)
        raise AssertionError(f"no {event} in {self.log}")

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)

    def ask(self, method, path, body=None, token=None, connection=None, **headers):
        """One request. A body that is no bytes goes as JSON."""
        own = connection or self.connect()
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        own.request(method, path, body, headers)
        answer = Answer(own.getresponse())
        if connection is None:
            own.close()
        return answer

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, body, **more):
        return self.ask("POST", path, body, **more)

    def stop(self, with_signal=signal.SIGTERM):
        """End it; its log as a list, and its status."""
        self.process.send_signal(with_signal)
        self.process.wait(timeout=PATIENCE_SECONDS)
        self.lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.stop()
        errors = (self.folder / "errors.txt").read_text()
        assert "Sanitizer" not in errors and "runtime error" not in errors, errors


@pytest.fixture(scope="session")
def build(request):
    return (ROOT / request.config.getoption("--server-build")).resolve()


@pytest.fixture
def start(build, tmp_path):
    """A function that starts a server with settings; it is stopped when the test ends."""
    servers = []

    def start_one(**settings):
        servers.append(Server(build, tmp_path, **settings))
        return servers[-1]

    yield start_one
    for server in servers:
        server.close()


@pytest.fixture(scope="module")
def server(build, tmp_path_factory):
    """One server for all tests of a file."""
    one = Server(build, tmp_path_factory.mktemp("server"))
    yield one
    one.close()
