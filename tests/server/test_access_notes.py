"""Readings of cached scores are noted before they are answered: many in one transaction, while their answers wait."""

import collections
import contextlib
import http.client
import os
import re
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from concurrent import futures
from pathlib import Path

import pytest

import people
from conftest import PATIENCE_SECONDS
from live_support import wait_until
from test_leads import LEADS, activate_starter
from test_traces import collector  # noqa: F401

HERE = Path(__file__).resolve().parent
PATH = f"{LEADS}/ada/score"


class Disk:
    """What holds up a server's disk: see hold_disk.c."""

    def __init__(self, folder):
        self.path = folder / "hold"
        self.syncs = folder / "hold.syncs"

    def hold(self):
        self.path.touch()

    def fail(self):
        self.path.write_text("EIO")

    def go_on(self):
        self.path.unlink(missing_ok=True)

    @property
    def n_syncs(self):
        return self.syncs.stat().st_size


@pytest.fixture(scope="module")
def preloaded(tmp_path_factory):
    library = tmp_path_factory.mktemp("preloaded") / "hold_disk.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", HERE / "hold_disk.c", "-o", library], check=True)
    return library


@pytest.fixture
def disk(tmp_path, preloaded, monkeypatch):
    one = Disk(tmp_path)
    monkeypatch.setenv("LD_PRELOAD", str(preloaded))
    monkeypatch.setenv("LEADSCORE_HOLD", str(one.path))
    monkeypatch.setenv("ASAN_OPTIONS", os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0")
    yield one
    one.go_on()


def in_flight(server):
    """Requests that have begun and are not answered, that for this number apart."""
    text = server.get("/metrics").bytes.decode()
    return int(re.search(r"^leadscore_requests_in_flight (\d+)", text, re.M)[1]) - 1


@pytest.fixture
def cached(start, disk):
    """A function that starts a server with cached scores: the server, a token, and what is answered for a lead."""
    def start_one(**settings):
        server = start(**settings)
        token = people.found_alone(server, "acme")
        activate_starter(server, token)
        for lead in ("ada", "gone"):
            assert server.ask("PUT", f"{LEADS}/{lead}", {}, token=token).status == 201
        server.stop()  # For some seconds after a change nothing is put into the cache (cache.h); another has its own.
        server.start()
        for lead in ("gone", "ada"):
            first = server.get(f"{LEADS}/{lead}/score", token=token)
        assert server.get(PATH, token=token).bytes == first.bytes
        return server, token, first

    return start_one


class Reading(threading.Thread):
    """A request that is under way."""

    def __init__(self, server, token, lead):
        super().__init__()
        self.ask = lambda: server.get(f"{LEADS}/{lead}/score", token=token)
        self.answer = None
        self.start()

    def run(self):
        with contextlib.suppress(OSError, http.client.HTTPException):  # Where the server ends there is none.
            self.answer = self.ask()


def read_all(server, token, n, lead="ada", beside=0):
    """So many readings, when all of them wait, beside those that did before."""
    readings = [Reading(server, token, lead) for _ in range(n)]
    wait_until(lambda: in_flight(server) == beside + n, f"{n} readings that wait")
    return readings


def answers_of(readings):
    for reading in readings:
        reading.join(PATIENCE_SECONDS)
    return [reading.answer for reading in readings]


def noted(server):
    """Who is in the audit trail as having read a cached score, in order. Not by the program, whose disk is held up, too."""
    with contextlib.closing(sqlite3.connect(f"file:{server.folder}/leadscore.db?mode=ro", uri=True)) as store:
        return [row[0] for row in store.execute("SELECT actor FROM audit_log WHERE action = 'read copy' ORDER BY number")]


def test_an_answer_waits_for_the_disk_and_nobody_else_does(cached, disk):
    server, token, first = cached(threads=1)
    before = len(noted(server))
    disk.hold()
    readings = read_all(server, token, 1)
    assert server.get("/healthz").status == 200  # by the one thread that there is
    assert readings[0].answer is None and len(noted(server)) == before
    disk.go_on()
    (answer,) = answers_of(readings)
    assert (answer.status, answer.bytes) == (200, first.bytes) and len(noted(server)) == before + 1


def test_what_waits_together_is_noted_in_one_transaction(cached, disk):
    server, token, first = cached()
    before, syncs = len(noted(server)), disk.n_syncs
    disk.hold()
    readings = read_all(server, token, 1)
    wait_until(lambda: disk.n_syncs == syncs + 1, "a disk that is waited for")
    readings += read_all(server, token, 20, beside=1)
    disk.go_on()
    assert [answer.bytes for answer in answers_of(readings)] == [first.bytes] * 21
    assert len(noted(server)) == before + 21 and disk.n_syncs == syncs + 2


def test_each_reading_has_its_row_with_who_read(cached, disk):
    server, token, _ = cached()
    readers = {"owner": token, **{role: people.invite(server, token, f"{role}@acme.example", role)["access_token"]
                                  for role in people.ROLES[:-1]}}
    actors = {server.get("/api/v1/auth/me", token=each).json["id"]: 20 for each in readers.values()}
    before = len(noted(server))

    def read(each):
        with contextlib.closing(server.connect()) as connection:
            for _ in range(20):
                assert server.get(PATH, token=each, connection=connection).status == 200

    with futures.ThreadPoolExecutor(len(readers)) as pool:
        list(pool.map(read, readers.values()))
    assert collections.Counter(noted(server)[before:]) == actors


def test_a_reading_that_cannot_be_noted_is_an_error_and_the_next_one_is_not(cached, disk):
    server, token, first = cached()
    before = len(noted(server))
    disk.hold()
    readings = read_all(server, token, 9)
    disk.fail()
    for answer in answers_of(readings):
        assert answer.status == 500 and answer.json["code"] == "internal"
        assert "etag" not in answer.headers and answer.headers["cache-control"] == "no-store"
    assert len(noted(server)) == before
    disk.go_on()
    assert server.get(PATH, token=token).bytes == first.bytes and len(noted(server)) == before + 1


def test_a_change_that_cannot_be_kept_is_an_error_without_a_tag(cached, disk):
    server, token, _ = cached()
    disk.fail()
    answer = server.ask("PUT", f"{LEADS}/ada", {"phone": "1"}, token=token)
    assert answer.status == 500 and answer.json["code"] == "internal"
    assert "etag" not in answer.headers and answer.headers["cache-control"] == "no-store"
    disk.go_on()
    assert server.get(f"{LEADS}/ada", token=token).json == {"id": "ada"}


def test_while_another_process_holds_the_store_a_reading_is_to_come_again(cached, disk):
    server, token, _ = cached()
    with contextlib.closing(sqlite3.connect(server.folder / "leadscore.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for answer in answers_of(read_all(server, token, 3)):
            assert (answer.status, answer.json["code"], answer.headers["retry-after"]) == (503, "busy", "1")
        other.execute("ROLLBACK")
    assert server.get(PATH, token=token).status == 200


def test_of_readings_that_wait_together_that_of_a_lead_that_is_gone_fails_alone(cached, disk):
    server, token, first = cached()
    before = len(noted(server))
    with contextlib.closing(sqlite3.connect(server.folder / "leadscore.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE leads SET external_id = 'elsewhere' WHERE external_id = 'gone'")
        readings = read_all(server, token, 4)
        readings += read_all(server, token, 1, lead="gone", beside=4)
        readings += read_all(server, token, 4, beside=5)
        other.execute("COMMIT")
    answers = answers_of(readings)
    assert [answer.status for answer in answers] == [200] * 4 + [404] + [200] * 4
    assert answers[4].json["code"] == "not_found" and "etag" not in answers[4].headers
    assert answers[4].headers["cache-control"] == "no-store"
    assert len(noted(server)) == before + 8


def test_a_client_that_has_the_answer_gets_304_once_that_is_noted(cached, disk):
    server, token, first = cached()
    before = len(noted(server))
    assert server.get(PATH, token=token, If_None_Match=first.headers["etag"]).status == 304
    assert len(noted(server)) == before + 1


@contextlib.contextmanager
def asking(server, token, beside=0):
    """A client that has asked, and whose answer waits, beside those that did before."""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS) as connection:
        connection.sendall(f"GET {PATH} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        wait_until(lambda: in_flight(server) == beside + 1, "a reading that waits")
        yield connection


@pytest.mark.parametrize("threads", [1, 2])
def test_a_client_that_says_it_will_send_no_more_is_answered_all_the_same(cached, disk, threads):
    server, token, first = cached(threads=threads)
    disk.hold()
    with asking(server, token) as connection:
        connection.shutdown(socket.SHUT_WR)
        assert server.get("/healthz").status == 200
        disk.go_on()
        answer = connection.makefile("rb").read()  # and then it is closed
    assert answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(b"\r\n\r\n" + first.bytes)
    assert server.get(PATH, token=token).bytes == first.bytes


def test_a_client_that_goes_meanwhile_is_noted_and_counted_all_the_same(cached, disk):
    server, token, first = cached(threads=1)
    before = len(noted(server))
    disk.hold()
    for n in range(3):
        with asking(server, token, beside=n):
            pass
    disk.go_on()
    wait_until(lambda: in_flight(server) == 0, "the end of all that wait")
    assert len(noted(server)) == before + 3
    assert server.get(PATH, token=token).bytes == first.bytes
    server.stop()
    assert len([line for line in server.lines if line.get("operation") == "getLeadScore"]) >= before + 4


def test_what_waits_is_answered_before_the_server_ends(cached, disk):
    server, token, first = cached()
    disk.hold()
    readings = read_all(server, token, 5)
    server.process.send_signal(signal.SIGTERM)
    disk.go_on()
    assert [answer.bytes for answer in answers_of(readings)] == [first.bytes] * 5
    assert server.stop() == 0


def test_a_server_whose_time_to_drain_is_over_writes_what_waits_and_ends(cached, disk):
    server, token, _ = cached(drain_seconds=0)
    before = len(noted(server))
    disk.hold()
    readings = read_all(server, token, 5)
    server.process.send_signal(signal.SIGTERM)
    # And one more, which counted them, while it is not seen that its answer has been sent.
    assert server.wait_for("stopping")["in_flight"] in (5, 6)
    disk.go_on()
    assert server.process.wait(PATIENCE_SECONDS) == 0
    answers_of(readings)
    assert len(noted(server)) == before + 5


def test_waiting_for_the_disk_is_not_being_idle(cached, disk):
    """Connections on which nothing comes are ended after a second, but not while the server owes an answer."""
    server, token, first = cached(idle_seconds=1)
    disk.hold()
    readings = read_all(server, token, 1)
    time.sleep(2.5)
    disk.go_on()
    assert answers_of(readings)[0].bytes == first.bytes


def test_an_answer_that_takes_too_long_ends_its_connection_and_no_other(cached, disk):
    server, token, first = cached(idle_seconds=1, request_seconds=1)
    disk.hold()
    readings = read_all(server, token, 2)
    time.sleep(4)
    disk.go_on()
    assert answers_of(readings) == [None, None]
    assert server.get(PATH, token=token).bytes == first.bytes


def test_the_time_that_an_answer_waits_is_in_its_span_and_its_line(cached, disk, collector):
    """Though the one thread had other requests under way meanwhile."""
    server, token, _ = cached(threads=1, otlp_endpoint=f"{collector.url}/v1/traces")
    disk.hold()
    readings = read_all(server, token, 3)
    held_ns = time.time_ns()
    time.sleep(0.1)
    disk.go_on()
    answers_of(readings)
    server.stop()
    spans = {span["span_id"]: span for span in collector.spans}
    waits = [span for span in spans.values() if span["name"] == "lsc_store_note_access" and span["end"] > held_ns]
    wholes = [spans[span["parent_id"]] for span in waits]
    assert len({whole["trace_id"] for whole in wholes}) == 3
    for step, whole in zip(waits, wholes):
        assert whole["name"] == "GET /api/v1/leads/{lead_id}/score" and whole["trace_id"] == step["trace_id"]
        assert whole["start"] < step["start"] < held_ns < step["end"] <= whole["end"]
        (line,) = [line for line in server.lines if line.get("span_id") == whole["span_id"]]
        assert line["operation"] == "getLeadScore" and line["us"] >= 100000
