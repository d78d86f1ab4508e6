"""What does not show in an answer: how much work it was, and what else was told of it.

Nothing is timed. What another organization has must be as much work to refuse as what nobody has: the instructions that
SQLite ran for it are counted, by a library that is preloaded. What one does must not reach the other's WebSocket.
"""

import os
import struct
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT, Server
from document import body_for
from people import ROLES, found
from test_live import add_activity, bearer, listen
from test_rights import ENDS_ITSELF, GUARDED, NAMED, another_bundle, ask, name, put_something

HERE = Path(__file__).resolve().parent
# Of each request the least of so many: now and then one looks besides whether its session still lives.
TRIES = 4


class Counted:
    """A server of one thread whose SQLite is counted."""

    def __init__(self, build, folder):
        library = folder / "count_statements.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", HERE / "count_statements.c", "-o", library], check=True)
        self.counts = folder / "counts"
        more = {"LD_PRELOAD": str(library), "LEADSCORE_COUNTS": str(self.counts),
                "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
        before = {key: os.environ.get(key) for key in more}
        os.environ.update(more)
        try:
            self.server = Server(build, folder, threads=1, model_check_ms=3600000, rate_limit_scale=1000000)
        finally:
            for key, value in before.items():
                os.environ.pop(key) if value is None else os.environ.update({key: value})

    def now(self):
        return struct.unpack("=QQ", self.counts.read_bytes())

    def work_of(self, request):
        """Instructions for the store and for auth.db, and the status."""
        seen = []
        for _ in range(TRIES):
            before = self.now()
            status = request().status
            seen.append([after - first for after, first in zip(self.now(), before)])
        return [min(each) for each in zip(*seen)], status


@pytest.fixture(scope="module")
def counted(build, tmp_path_factory):
    one = Counted(build, tmp_path_factory.mktemp("counted"))
    yield one
    one.server.close()


def two_organizations(server):
    acme, blue = found(server, "acme"), found(server, "blue")
    acme.ids = put_something(server, acme, (ROOT / "models/starter.lsm").read_bytes())
    blue.ids = put_something(server, blue, another_bundle(server))
    return acme, blue


@pytest.fixture(scope="module")
def counted_world(counted):
    return two_organizations(counted.server)


@pytest.mark.parametrize("operation", NAMED, ids=name)
def test_what_is_anothers_is_as_much_work_as_what_is_not_there(counted, counted_world, operation):
    acme, blue = counted_world
    theirs = {key: value for key, value in blue.ids.items() if "{" + key + "}" in operation.path}
    nobodys = {key: value[:-4] + ("0000" if value[-4:] != "0000" else "1111") for key, value in theirs.items()}
    for role in ROLES[ROLES.index(operation.role):]:
        body, token = body_for(operation), acme.tokens[role]
        seen = counted.work_of(lambda: ask(counted.server, operation, token, theirs, body))
        same = counted.work_of(lambda: ask(counted.server, operation, token, nobodys, body))
        assert seen == same and seen[1] == 404, (role, seen, same)


def test_work_is_counted(counted, counted_world):
    acme, _ = counted_world
    read = next(each for each in NAMED if each.id == "getLead")
    token = acme.tokens["owner"]
    own = counted.work_of(lambda: ask(counted.server, read, token, acme.ids))
    none = counted.work_of(lambda: ask(counted.server, read, token))
    assert own[0][0] > none[0][0] > 0 and (own[1], none[1]) == (200, 404)


# Events.


class Listening:
    """Two organizations, each with a WebSocket open; one does things, the other must hear nothing of it."""

    def __init__(self, server):
        self.server = server
        self.acme, self.blue = two_organizations(server)
        self.ears = {people.organization: listen(server, headers=bearer(people.tokens["manager"]))
                     for people in (self.acme, self.blue)}
        self.heard = []
        self.number = 0
        self.first = self.next_of_acme()["id"]

    def next_of_acme(self):
        """Acme does something itself, whose event comes after all that came of what was done before."""
        self.number += 1
        add_activity(self.server, self.acme.tokens["user"], self.acme.ids["lead_id"], self.number)
        event = self.ears["acme"].receive()
        assert event["type"] == "new_lead_activity" and event["organization_id"] == "acme", event
        assert event["data"] == {"lead_id": self.acme.ids["lead_id"], "activities": 1}
        return event

    def hear_blue_until(self, kind):
        while not self.heard or self.heard[-1]["type"] != kind:
            self.heard.append(self.ears["blue"].receive())


@pytest.fixture(scope="module")
def listening(build, tmp_path_factory):
    server = Server(build, tmp_path_factory.mktemp("listening"), rate_limit_scale=1000000)
    yield Listening(server)
    server.close()


# They want a password, a code, or a training that is under way.
REFUSED = {"changePassword", "beginSecondFactor", "confirmSecondFactor", "endSecondFactor", "cancelJob"}


# What takes away comes last, so that the others find what they name.
@pytest.mark.parametrize("operation", sorted(GUARDED, key=lambda each: each.method == "DELETE"), ids=name)
def test_what_one_does_the_other_does_not_hear(listening, operation):
    blue, server = listening.blue, listening.server
    token = blue.tokens["read_only" if operation.id in ENDS_ITSELF else "owner"]
    body = {} if operation.id == "putLead" else body_for(operation)
    answer = ask(server, operation, token, blue.ids, body)
    assert answer.status < 300 or (operation.id in REFUSED and answer.status < 500), answer.bytes
    listening.next_of_acme()


def test_who_did_it_has_heard_it(listening):
    """So there was something to hear; and nothing of another, nor in what is kept for who comes back."""
    listening.hear_blue_until("model_training_complete")
    kinds = {event["type"] for event in listening.heard}
    assert kinds >= {"new_lead_activity", "lead_score_updated", "model_training_complete"}
    assert {event["organization_id"] for event in listening.heard} == {"blue"}
    back = listen(listening.server, f"/api/v1/events?after={listening.first}",
                  bearer(listening.acme.tokens["manager"]))
    for _ in range(listening.number - 1):
        event = back.receive()
        assert event["organization_id"] == "acme" and event["data"]["lead_id"] == listening.acme.ids["lead_id"]
    back.close()
