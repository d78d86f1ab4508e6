"""What looks at all leads of an organization is done by threads of its own, of one organization one at a time."""

import contextlib
import signal
import socket

import pytest

import people
from conftest import PATIENCE_SECONDS
from live_support import wait_until
from test_access_notes import disk, in_flight, preloaded  # noqa: F401
from test_leads import LEADS, activate_starter

ANALYTICS = "/api/v1/analytics"
IN_LINE = 64  # SRV_MAX_ERRANDS_IN_LINE


@pytest.fixture
def started(start, disk):
    """A function that starts a server of one thread with two organizations: the server, and a token of each."""
    def start_one(**settings):
        server = start(threads=1, **settings)
        return server, *(people.found_alone(server, name) for name in ("acme", "globex"))

    return start_one


@contextlib.contextmanager
def asking(server, path, token, beside=0, method="GET", n=1):
    """So many clients that have asked, beside those that wait already."""
    request = f"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n"
    body = b"" if method == "GET" else b'{"dimensions": ["source"], "measures": ["leads"]}'
    request += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS))
                   for _ in range(n)]
        for client in clients:
            client.sendall(request.encode() + body)
        wait_until(lambda: in_flight(server) == beside + n, "those that wait")
        yield clients


def answer_of(client):
    return client.makefile("rb").read()


def status_of(client):
    return int(answer_of(client)[9:12])


def test_who_looks_at_all_leads_holds_up_nobody_else(started, disk):
    server, acme, globex = started()
    for token in (acme, globex):
        assert server.post(LEADS, {"id": "ada", "source": "web"}, token=token).status == 201
    disk.hold()  # A report is noted as a look at each lead, and waits for that.
    with asking(server, f"{ANALYTICS}/custom-report", acme, method="POST") as (first,):
        with asking(server, f"{ANALYTICS}/score-distribution", acme, beside=1) as (second,):
            assert server.get("/healthz").status == 200
            # Another organization has its own line, though nothing of it is noted while the disk is held.
            assert server.get(f"{ANALYTICS}/score-distribution", token=globex).status == 200
            second.setblocking(False)
            with pytest.raises(BlockingIOError):
                second.recv(1)
            second.settimeout(PATIENCE_SECONDS)
            disk.go_on()
            assert answer_of(first).endswith(b'{"rows":[{"source":"web","leads":1}]}')
            assert status_of(second) == 200


def test_so_many_stand_in_line_and_not_one_more(started, disk):
    server, acme, globex = started()
    disk.hold()
    with asking(server, f"{ANALYTICS}/custom-report", acme, method="POST") as (first,):
        with asking(server, f"{ANALYTICS}/score-distribution", acme, beside=1, n=IN_LINE - 1) as line:
            refused = server.get(f"{ANALYTICS}/score-distribution", token=acme)
            assert (refused.status, refused.json["code"], refused.headers["retry-after"]) == (503, "busy", "1")
            assert server.get(f"{ANALYTICS}/score-distribution", token=globex).status == 200
            disk.go_on()
            assert {status_of(each) for each in [first, *line]} == {200}
    assert server.get(f"{ANALYTICS}/score-distribution", token=acme).status == 200


def test_a_server_that_stops_does_not_begin_what_stands_in_line(started, disk):
    server, acme, _ = started(drain_seconds=0)
    disk.hold()
    with asking(server, f"{ANALYTICS}/custom-report", acme, method="POST") as (first,):
        with asking(server, f"{ANALYTICS}/score-distribution", acme, beside=1, n=3) as line:
            server.process.send_signal(signal.SIGTERM)
            assert {status_of(each) for each in line} == {503}
            disk.go_on()
            assert server.process.wait(PATIENCE_SECONDS) == 0
    server.stop()
    ended = [(line["operation"], line["status"]) for line in server.lines if line["event"] == "request"]
    assert ended[-4:] == [("getScoreDistribution", 503)] * 3 + [("makeReport", 200)]


def test_a_model_is_measured_in_line_as_well(started):
    server, acme, _ = started()
    model = activate_starter(server, acme)
    path = f"/api/v1/scoring/models/{model}/performance"
    assert server.get(path, token=acme).json["months"] == []
    assert server.get(f"{path}?from=2026-01-01", token=acme).status == 400
