"""Starts what the tests of limits, cache and events need: the driver, and a real Redis."""

import contextlib
import json
import signal
import socket
import subprocess
import time

import pytest


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(holds, what, seconds=20):
    """For what comes without being timed: it must come some time."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.01)
    return found


class Driver:
    """tests/server/live_driver.c, a call a line."""

    def __init__(self, program, *, redis=None, cache_bytes=None, hub=None):
        command = [program]
        if redis:
            command += ["--redis", redis]
        if cache_bytes:
            command += ["--cache-bytes", str(cache_bytes)]
        if hub is not None:
            command += ["--hub", json.dumps(hub)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError(self.process.communicate()[1])

    def __call__(self, *call):
        self.process.stdin.write(json.dumps(call) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        """Its end; under a sanitizer that must be clean, too."""
        if not self.process.stdin.closed:
            self.process.stdin.close()
        errors = self.process.stderr.read()
        self.process.wait(30)
        assert self.process.returncode == 0, errors


class Redis:
    """A Redis of this test's own, on a port of its own, that writes nothing."""

    def __init__(self, folder, port=None, password=None):
        self.folder, self.port, self.password = folder, port or free_port(), password
        self.start()

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir",
                   str(self.folder), "--logfile", "redis.log"]
        if self.password:
            command += ["--requirepass", self.password]
        self.process = subprocess.Popen(command)
        wait_until(self._answers, "Redis answers")

    def _answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                probe.sendall(b"PING\r\n")
                return probe.recv(64)[:1] in (b"+", b"-")
        except OSError:
            return False

    def stop(self):
        self.process.kill()
        self.process.wait()

    @contextlib.contextmanager
    def not_answering(self):
        """Away for a while, as behind a cable that was pulled: what it holds it holds."""
        self.process.send_signal(signal.SIGSTOP)
        yield
        self.process.send_signal(signal.SIGCONT)

    @contextlib.contextmanager
    def full(self):
        """For a while it has no room, and takes nothing more."""
        self.command("config", "set", "maxmemory", "1")
        yield
        self.command("config", "set", "maxmemory", "0")

    @property
    def url(self):
        secret = f":{self.password}@" if self.password else ""
        return f"redis://{secret}127.0.0.1:{self.port}/0"

    def command(self, *words):
        """What redis-cli prints."""
        done = subprocess.run(["redis-cli", "-p", str(self.port), *words], capture_output=True, text=True, check=True)
        return done.stdout.strip()


@pytest.fixture
def redis(tmp_path):
    server = Redis(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def drive(build):
    """Makes drivers, and closes them."""
    drivers = []

    def make(**options):
        drivers.append(Driver(build / "host" / "live_driver", **options))
        return drivers[-1]

    yield make
    for driver in drivers:
        driver.close()

