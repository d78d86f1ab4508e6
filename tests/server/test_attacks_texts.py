"""SQL, line ends, paths and templates in every text that the document asks for: fields, queries, paths and headers.

Each is refused, or kept as the plain text that it is: it takes nothing away, and makes no header and no line of the log.
"""

from types import SimpleNamespace
from urllib.parse import quote, urlencode

import pytest

from attack_values import TEXTS, body_with, least_body_of, parameters_of, places_in
from conftest import ROOT, Server
from document import body_for, operations, path_for
from people import found
from test_rights import put_something

# What these do to who asks would end the attack: his session, or his password.
LAST = {"logOut"}


@pytest.fixture(scope="module")
def attacked(build, tmp_path_factory):
    """A server with two organizations: one attacks, of the other all is looked at in the end."""
    server = Server(build, tmp_path_factory.mktemp("attacked"), rate_limit_scale=1000000, durability="normal")
    people, victim = found(server, "acme"), found(server, "blue")
    people.ids = put_something(server, people, (ROOT / "models/starter.lsm").read_bytes())
    path = "/api/v1/leads/precious"
    assert server.ask("PUT", path, {"first_name": "Ida"}, token=victim.tokens["owner"]).status == 201
    yield SimpleNamespace(server=server, people=people, victim=victim, path=path)
    server.close()


def is_harmless(answer, operation, text):
    """Refused, or done, and nothing of the text stands where it has a meaning."""
    assert answer.status < 500, (operation.id, text, answer.bytes)
    assert "set-cookie" not in answer.headers, (operation.id, text)
    for value in answer.headers.values():
        assert "\r" not in value and "\n" not in value
    for secret in [b"CREATE TABLE", b"$argon2", b"root:x:0"]:
        assert secret not in answer.bytes, (operation.id, text)
    if b"<script>" in answer.bytes:
        assert "json" in answer.headers["content-type"] and answer.headers["x-content-type-options"] == "nosniff"


def attack(attacked, operation, text, path, body=None, **headers):
    token = None if operation.public else attacked.people.tokens["owner"]
    answer = attacked.server.ask(operation.method, path, body, token=token, connection=attacked.connection, **headers)
    is_harmless(answer, operation, text)


@pytest.fixture
def connected(attacked):
    attacked.connection = attacked.server.connect()
    yield attacked
    attacked.connection.close()


def each_operation(having):
    return pytest.mark.parametrize("operation", [each for each in operations() if having(each) and each.id not in LAST],
                                   ids=lambda each: each.id)


@each_operation(lambda each: each.body)
def test_in_every_field(connected, operation):
    path = path_for(operation, connected.people.ids)
    places = list(places_in(operation.body))
    for place in places:
        for text in TEXTS:
            attack(connected, operation, text, path, body_with(operation, place, text))
    assert places or operation.id == "activateModel"


@each_operation(lambda each: each.body)
def test_in_the_name_of_a_field(connected, operation):
    path = path_for(operation, connected.people.ids)
    for text in TEXTS:
        attack(connected, operation, text, path, {**least_body_of(operation), text: text})


@each_operation(lambda each: True)
def test_in_every_parameter_of_the_query(connected, operation):
    path = path_for(operation, connected.people.ids)
    names = [each["name"] for each in parameters_of(operation, "query")]
    for text in TEXTS:
        for name in [*names, text]:
            attack(connected, operation, text, f"{path}?{urlencode({name: text})}", body_for(operation))


@each_operation(lambda each: "{" in each.path)
def test_in_every_part_of_the_path(connected, operation):
    for parameter in parameters_of(operation, "path"):
        for text in TEXTS:
            path = path_for(operation, {**connected.people.ids, parameter["name"]: quote(text, safe="")})
            attack(connected, operation, text, path, body_for(operation))


HEADERS = ["If-None-Match", "If-Match", "Idempotency-Key", "X-Request-Id", "X-Forwarded-For", "Origin", "Accept-Encoding",
           "Content-Type", "User-Agent", "Cookie", "Host"]


@each_operation(lambda each: each.method in ("GET", "PUT"))
def test_in_headers(connected, operation):
    path = path_for(operation, connected.people.ids)
    texts = [text for text in TEXTS if text.isascii() and text.isprintable()]
    assert len(texts) > 10
    for header in HEADERS:
        for text in texts:
            attack(connected, operation, text, path, body_for(operation), **{header.replace("-", "_"): text})


def test_nothing_is_gone_and_the_log_has_only_its_own_lines(attacked):
    """Last, after all attacks: every store has what it had, and each line of the log is one of the server's."""
    server = attacked.server
    kept = server.get(attacked.path, token=attacked.victim.tokens["owner"])
    assert kept.status == 200 and kept.json["first_name"] == "Ida"
    ours = server.get("/api/v1/leads?limit=1000", token=attacked.people.tokens["owner"]).json["items"]
    assert {"' OR '1'='1"} <= {lead["status"] for lead in ours} | {lead["id"] for lead in ours}
    assert server.get("/api/v1/users", token=attacked.people.tokens["owner"]).status == 200
    assert server.stop() == 0
    events = {line["event"] for line in server.lines}
    assert "request" in events and "forged" not in events
    assert not any("\x1b" in line for line in server.log.read_text())
