"""Every operation of the document, by every role, on what is one's own and what is another organization's.

What is tried is made from the document: an operation that is added to it is tried from then on.
"""

import json
import subprocess
import time

import pytest

from conftest import PATIENCE_SECONDS, ROOT
from document import DOCUMENT, body_for, operations, path_for
from people import ROLES, found

GUARDED = [each for each in operations() if not each.public]
# Those that act on something that is named, and so could act on another's.
NAMED = [each for each in GUARDED if "{" in each.path and each.id != "putLead"]
READING = [each for each in GUARDED if each.method == "GET"]
# It ends the session that asks, as it should.
ENDS_ITSELF = {"logOut"}
# What they answer is as of the time they are asked.
TELLS_TIME = {"getConversionRates", "getLeadScore"}
# What a request or an answer has of its own.
OF_ITS_OWN = {"date", "x-request-id", "ratelimit", "etag"}


def by_id(wanted):
    return next(each for each in GUARDED if each.id == wanted)


def name(operation):
    return operation.id


def put_something(server, people, bundle):
    """A lead, a model that is active and a training that has ended: what another organization must not see.
    The ids of all that it has."""
    token = people.tokens["owner"]
    lead = f"lead-of-{people.organization}"
    answer = server.ask("PUT", f"/api/v1/leads/{lead}",
                        {"id": lead, "email": f"buyer@{people.organization}-customer.example"}, token=token)
    assert answer.status == 201, answer.bytes
    model = server.ask("POST", "/api/v1/scoring/models", bundle, token=token,
                       Content_Type="application/octet-stream")
    assert model.status == 201, model.bytes
    active = server.ask("PUT", f"/api/v1/scoring/models/{model.json['id']}/activate", token=token)
    assert active.status == 200, active.bytes
    job = server.post("/api/v1/scoring/models", {"name": "of one lead"}, token=token)
    assert job.status == 202, job.bytes
    until = time.monotonic() + PATIENCE_SECONDS
    while server.get(f"/api/v1/scoring/jobs/{job.json['id']}", token=token).json["status"] in ("waiting", "running"):
        assert time.monotonic() < until
        time.sleep(0.05)
    return {"lead_id": lead, "user_id": people.users["user"]["id"], "key_id": people.key["id"],
            "model_id": model.json["id"], "job_id": job.json["id"]}


def another_bundle(server):
    """A bundle that scores as the starter does, and whose name and hash are others."""
    leadscore = server.program.parent.parent / "prefix/bin/leadscore"
    subprocess.run([leadscore, "scorecard", "--name", "other", "--rules", ROOT / "models/starter-rules.json",
                    "-o", "other.lsm"], cwd=server.folder, env=server.environment, check=True)
    return (server.folder / "other.lsm").read_bytes()


@pytest.fixture(scope="module")
def world(server):
    """Two organizations, each with a user of every role, an API key, a lead, a model and a training."""
    acme, blue = found(server, "acme"), found(server, "blue")
    acme.ids = put_something(server, acme, (ROOT / "models/starter.lsm").read_bytes())
    blue.ids = put_something(server, blue, another_bundle(server))
    assert not set(acme.ids.values()) & set(blue.ids.values())
    return acme, blue


def ask(server, operation, token, ids=None, body=None, **headers):
    return server.ask(operation.method, path_for(operation, ids or {}), body, token=token, **headers)


def what_it_says(answer, ids):
    """An answer without what each has of its own, and with the names that were asked for left out."""
    text = answer.bytes.decode()
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        text = json.dumps({**answer.json, "request_id": None})
    for value in ids.values():
        text = text.replace(value, "ID")
    headers = {key: value for key, value in answer.headers.items()
               if key not in OF_ITS_OWN | {"content-length"}}
    return answer.status, text, headers


def test_each_operation_says_who_may():
    for operation in GUARDED:
        assert operation.role in ROLES, operation.id
    assert len(GUARDED) > 25
    assert {each.path for each in operations() if each.public and each.method != "GET"} == {
        "/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/auth/invitations/accept",
        "/api/v1/auth/provider/begin", "/api/v1/auth/provider/finish"}
    assert DOCUMENT["security"] == [{"bearer": []}]


@pytest.mark.parametrize("operation", GUARDED, ids=name)
def test_nobody_is_let_in_without_a_credential(server, world, operation):
    for authorization in [None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer x", "Bearer lsk_x",
                          "Bearer " + world[0].tokens["owner"] + "x", "bearer\t" + world[0].tokens["owner"],
                          "Bearer lsk_" + "0" * 32 + "_" + "A" * 43]:
        headers = {} if authorization is None else {"Authorization": authorization}
        answer = ask(server, operation, None, world[0].ids, body_for(operation), **headers)
        assert answer.status == 401, authorization
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("operation", GUARDED, ids=name)
def test_a_lesser_role_may_not(server, world, operation):
    """Though all else is right with the request, and what it names is there."""
    for role in ROLES[:ROLES.index(operation.role)]:
        answer = ask(server, operation, world[0].tokens[role], world[0].ids, body_for(operation))
        assert answer.status == 403, role
        assert answer.json["code"] == "forbidden"


@pytest.mark.parametrize("operation", [each for each in GUARDED if each.id not in ENDS_ITSELF], ids=name)
def test_the_role_and_those_above_may(server, world, operation):
    """Nothing there is named, and no body is sent, so that nothing is done: but the answer is not 401 or 403."""
    for role in ROLES[ROLES.index(operation.role):]:
        answer = ask(server, operation, world[0].tokens[role])
        assert answer.status not in (401, 403), (role, answer.bytes)
        assert answer.status < 500


@pytest.mark.parametrize("operation", GUARDED, ids=name)
def test_a_key_may_what_its_scopes_say(server, world, operation):
    key = world[0].key
    answer = ask(server, operation, key["key"])
    if operation.scope in key["scopes"]:
        assert answer.status not in (401, 403)
    else:
        assert answer.status == 403


@pytest.mark.parametrize("operation", NAMED, ids=name)
def test_what_is_anothers_is_not_there(server, world, operation):
    """What another organization has is answered as what nobody has: by status, body and headers."""
    acme, blue = world
    theirs = {key: value for key, value in blue.ids.items() if "{" + key + "}" in operation.path}
    assert theirs
    nobodys = {key: value[:-4] + ("0000" if value[-4:] != "0000" else "1111") for key, value in theirs.items()}
    for role in ROLES[ROLES.index(operation.role):]:
        body = body_for(operation)
        seen = what_it_says(ask(server, operation, acme.tokens[role], theirs, body), theirs)
        same = what_it_says(ask(server, operation, acme.tokens[role], nobodys, body), nobodys)
        assert seen == same
        assert seen[0] == 404, seen


def state_of(server, people):
    """All that an organization's owner can read, but for what says when it was read."""
    return {operation.id: what_it_says(ask(server, operation, people.tokens["owner"], people.ids), {})[1]
            for operation in READING if operation.id not in TELLS_TIME}


def test_nothing_of_one_shows_in_what_the_other_reads(server, world):
    acme, blue = world
    for own, other in [(acme, blue), (blue, acme)]:
        marks = [other.organization, *other.ids.values(),
                 *(user["id"] for user in other.users.values()), other.key["id"]]
        for operation in READING:
            for ids in [own.ids, {}]:
                text = ask(server, operation, own.tokens["owner"], ids).bytes.decode()
                for mark in marks:
                    assert mark not in text, operation.id


@pytest.mark.parametrize("operation", [each for each in READING if any(
    parameter["name"] == "cursor" for parameter in each.parameters)], ids=name)
def test_a_cursor_of_another_tells_nothing(server, world, operation):
    acme, blue = world
    theirs = server.ask("GET", path_for(operation, blue.ids) + "?limit=1", token=blue.tokens["owner"])
    cursor = theirs.json.get("next_cursor")
    if cursor is None:
        pytest.skip("the list has one page")
    answer = server.ask("GET", path_for(operation, acme.ids) + f"?limit=1000&cursor={cursor}",
                        token=acme.tokens["owner"])
    assert answer.status in (200, 404)
    assert blue.organization not in answer.bytes.decode()


@pytest.mark.parametrize("operation", READING, ids=name)
def test_an_entity_tag_of_another_tells_nothing(server, world, operation):
    acme, blue = world
    theirs = ask(server, operation, blue.tokens["owner"], blue.ids)
    own = ask(server, operation, acme.tokens["owner"], acme.ids)
    if "etag" not in theirs.headers or theirs.bytes == own.bytes:
        pytest.skip("there is none, or what it stands for is the same")
    answer = ask(server, operation, acme.tokens["owner"], acme.ids, If_None_Match=theirs.headers["etag"])
    assert answer.status == own.status != 304


def test_what_the_other_tried_changed_nothing(server, world):
    """After an owner of one organization tried every operation on what is the other's."""
    acme, blue = world
    before = state_of(server, blue)
    for operation in NAMED:
        ask(server, operation, acme.tokens["owner"], blue.ids, body_for(operation))
    assert state_of(server, blue) == before


def test_an_id_that_another_has_given_is_free_to_give(server, world):
    acme, blue = world
    before = ask(server, by_id("getLead"), blue.tokens["owner"], blue.ids)
    for lead, role in [(blue.ids["lead_id"], "user"), ("nobodys", "user")]:
        answer = server.ask("PUT", f"/api/v1/leads/{lead}", {"first_name": "Ida"}, token=acme.tokens[role])
        assert answer.status == 201
    assert ask(server, by_id("getLead"), blue.tokens["owner"], blue.ids).bytes == before.bytes
    assert ask(server, by_id("deleteLead"), acme.tokens["owner"], blue.ids).status == 204
    assert ask(server, by_id("getLead"), blue.tokens["owner"], blue.ids).bytes == before.bytes


# Roles among users.


def change(server, token, user, **what):
    return server.ask("PATCH", f"/api/v1/users/{user['id']}", what, token=token)


def test_an_admin_makes_no_equal_and_touches_none(server, world):
    acme = world[0]
    admin, users = acme.tokens["admin"], acme.users
    for role in ["admin", "owner"]:
        refused = server.post("/api/v1/users", {"email": "more@acme.example", "role": role}, token=admin)
        assert refused.status == 403 and refused.json["code"] == "role_too_high"
        assert change(server, admin, users["user"], role=role).status == 403
    assert change(server, admin, users["owner"], role="user").status == 403
    assert change(server, admin, users["owner"], active=False).status == 403
    again = f"/api/v1/users/{users['owner']['id']}/invitation"
    assert server.ask("POST", again, token=admin).status == 403


def test_nobody_changes_his_own_role(server, world):
    acme = world[0]
    for role in ["admin", "owner"]:
        for what in [{"role": "owner"}, {"role": "user"}, {"active": False}]:
            answer = change(server, acme.tokens[role], acme.users[role], **what)
            assert answer.status == 409 and answer.json["code"] == "own_account"


def test_who_is_let_out_is_out_at_once(start):
    one = start()
    acme = found(one, "acme")
    for role, what in [("user", {"active": False}), ("manager", {"role": "read_only"})]:
        assert one.get("/api/v1/auth/me", token=acme.tokens[role]).status == 200
        assert change(one, acme.tokens["owner"], acme.users[role], **what).status == 200
        assert one.get("/api/v1/auth/me", token=acme.tokens[role]).status == 401
    assert one.post("/api/v1/auth/login", {"email": "user@acme.example",
                                           "password": "a password of the tests"}).status == 401
    back = one.post("/api/v1/auth/login", {"email": "manager@acme.example",
                                           "password": "a password of the tests"})
    assert back.json["user"]["role"] == "read_only"


def test_a_revoked_key_opens_nothing(start):
    one = start()
    acme = found(one, "acme")
    path = f"/api/v1/api-keys/{acme.key['id']}"
    assert one.get("/api/v1/users", token=acme.key["key"]).status == 200
    assert one.ask("DELETE", path, token=acme.tokens["admin"]).status == 204
    assert one.get("/api/v1/users", token=acme.key["key"]).status == 401
    assert one.ask("DELETE", path, token=acme.tokens["admin"]).status == 404
