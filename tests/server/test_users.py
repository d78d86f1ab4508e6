"""Users who stand in two files: the store has who they are, auth.db what proves it. What is in one of them alone,
and what comes between the two."""

import json
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import people
from people import PASSWORD, first_owner, invite, log_in

USERS = "/api/v1/users"
OWNER = "owner@acme.example"


@pytest.fixture(scope="module")
def owner(server):
    return log_in(server, OWNER, first_owner(server, "acme", OWNER)).json


def put_account(server, owner, email, role, details):
    """Put a user into the store as the command line does, beside the server, which has no word in it."""
    leadscore = server.program.parent.parent / "prefix/bin/leadscore"
    (server.folder / "details.json").write_text(details)
    subprocess.run([leadscore, "store", "users", "put", "--store", "leadscore.db", "--organization", "acme",
                    "--actor", owner["user"]["id"], "--id", email, "--role", role, "--details", "details.json"],
                   cwd=server.folder, env=server.environment, check=True, capture_output=True)


def details_of(server, owner, email):
    """What the store holds of a user besides id and role."""
    leadscore = server.program.parent.parent / "prefix/bin/leadscore"
    listed = subprocess.run([leadscore, "store", "users", "list", "--store", "leadscore.db", "--organization", "acme",
                             "--json", "--actor", owner["user"]["id"]], cwd=server.folder, env=server.environment,
                            check=True, capture_output=True, text=True)
    rows = [json.loads(line) for line in listed.stdout.splitlines()]
    return next(row["details"] for row in rows if row["id"] == email)


def sessions_of(server, user):
    """How many sessions of a user have not ended, by auth.db."""
    database = sqlite3.connect(server.folder / "auth.db")
    (n,), = database.execute("SELECT count(*) FROM sessions WHERE uuid = ? AND revoked_ms IS NULL", [user["id"]])
    database.close()
    return n


def page(server, owner, **query):
    words = "&".join(f"{name}={value}" for name, value in query.items())
    return server.get(f"{USERS}?{words}", token=owner["access_token"])


def test_each_page_leads_to_the_next_whoever_put_its_last_user(server, owner):
    put_account(server, owner, "a-program@acme.example", "user", "{}")
    put_account(server, owner, "no address", "not a role of the server", "{}")
    put_account(server, owner, "z" * 1024, "user", "{}")
    invite(server, owner["access_token"], "bert@acme.example", "user")
    seen, query = [], {}
    while query.get("cursor", "") is not None:
        answer = page(server, owner, limit=1, **query)
        assert answer.status == 200, answer.bytes
        seen += [user["email"] for user in answer.json["items"]]
        query = {"cursor": answer.json["next_cursor"]}
    assert seen == [user["email"] for user in page(server, owner, limit=1000).json["items"]]
    assert {"a-program@acme.example", "bert@acme.example", OWNER} <= set(seen)


def test_a_cursor_shows_no_address_and_is_its_organizations(server, owner):
    answer = page(server, owner, limit=1)
    cursor = answer.json["next_cursor"]
    assert answer.json["items"][0]["email"].encode().hex() not in cursor
    other = log_in(server, "owner@blue.example", first_owner(server, "blue", "owner@blue.example")).json
    for wrong, who in [(cursor, other), (cursor[:-4] + "AAAA", owner), ("AAAA", owner)]:
        answer = page(server, who, limit=1, cursor=wrong)
        assert (answer.status, answer.json["code"]) == (404, "invalid_cursor")
    assert page(server, owner, limit=1, cursor="A").status == 400


def test_what_else_is_known_of_a_user_stays(server, owner):
    email = "dora@acme.example"
    dora = invite(server, owner["access_token"], email, "user")["user"]
    path = f"{USERS}/{dora['id']}"
    put_account(server, owner, email, "user", '{"phone": "+44 20", "name": "Dora", "rate": 1.10}')

    def change(**body):
        answer = server.ask("PATCH", path, body, token=owner["access_token"])
        assert answer.status == 200, answer.bytes
        return answer.json

    assert change(role="manager")["name"] == "Dora"
    assert details_of(server, owner, email) == {"phone": "+44 20", "name": "Dora", "rate": 1.1}
    assert change(name="Dora Doe")["name"] == "Dora Doe"
    assert details_of(server, owner, email) == {"phone": "+44 20", "name": "Dora Doe", "rate": 1.1}
    assert change(name="")["name"] is None
    assert details_of(server, owner, email) == {"phone": "+44 20", "rate": 1.1}


def test_who_may_not_act_has_no_session(server, owner):
    carl = invite(server, owner["access_token"], "carl@acme.example", "user")["user"]
    assert sessions_of(server, carl) == 1
    out = server.ask("PATCH", f"{USERS}/{carl['id']}", {"active": False}, token=owner["access_token"])
    assert out.status == 200
    assert log_in(server, "carl@acme.example", PASSWORD).status == 401
    assert sessions_of(server, carl) == 0


def test_a_session_is_there_before_it_is_looked_who_may_act(server, owner):
    """So that whoever lets a user out while he logs in ends that session, too. The log-in is held between the two:
    the store is busy, for which it waits 5 seconds."""
    user = invite(server, owner["access_token"], "gina@acme.example", "user")["user"]
    other = sqlite3.connect(server.folder / "leadscore.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor() as threads:
        coming = threads.submit(log_in, server, "gina@acme.example", PASSWORD)
        while sessions_of(server, user) < 2 and not coming.done():
            time.sleep(0.01)
        begun = sessions_of(server, user)
        other.execute("ROLLBACK")
        other.close()
    assert begun == 2
    assert coming.result().status == 200


def test_a_store_that_is_busy_takes_no_session(server, owner):
    """The store waits 5 seconds for whoever writes to it, and then is busy."""
    tokens = invite(server, owner["access_token"], "emil@acme.example", "user")
    other = sqlite3.connect(server.folder / "leadscore.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refresh = {"refresh_token": tokens["refresh_token"]}
    try:
        assert server.post("/api/v1/auth/refresh", refresh).status == 503
        assert log_in(server, "emil@acme.example", PASSWORD).status == 503
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert sessions_of(server, tokens["user"]) == 1
    answer = server.post("/api/v1/auth/refresh", refresh)
    assert answer.status == 200
    assert server.get("/api/v1/auth/me", token=answer.json["access_token"]).status == 200


def test_a_user_of_the_command_line_is_shown_changed_and_invited(server, owner):
    token = owner["access_token"]
    put_account(server, owner, "hal@acme.example", "user", '{"name": "Hal", "phone": "+44 20"}')
    put_account(server, owner, "Hal@acme.example", "user", "{}")
    put_account(server, owner, "none of ours", "not a role of the server", "{}")
    users = {user["email"]: user for user in page(server, owner, limit=1000).json["items"]}
    hal, upper = users["hal@acme.example"], users["Hal@acme.example"]
    path = f"{USERS}/{hal['id']}"
    shown = server.get(path, token=token)
    assert shown.status == 200 and shown.json == hal
    assert (hal["name"], hal["role"], hal["active"]) == ("Hal", "user", True)
    changed = server.ask("PATCH", path, {"role": "manager", "active": False}, token=token)
    assert changed.status == 200 and changed.json == {**hal, "role": "manager", "active": False}
    assert server.get(path, token=token).json == changed.json
    assert details_of(server, owner, "hal@acme.example") == {"name": "Hal", "phone": "+44 20"}
    assert server.ask("PATCH", path, {"active": True}, token=token).status == 200
    # Nobody can log in as him before he is invited, and chose a password.
    assert log_in(server, "hal@acme.example", PASSWORD).status == 401
    refused = server.post(f"{USERS}/{upper['id']}/invitation", {}, token=token)
    assert (refused.status, refused.json["code"]) == (422, "invalid_email")
    invited = server.post(f"{path}/invitation", {}, token=token)
    assert invited.status == 201, invited.bytes
    taken = server.post("/api/v1/auth/invitations/accept",
                        {"token": invited.json["invitation_token"], "password": PASSWORD})
    assert taken.status == 200, taken.bytes
    assert log_in(server, "hal@acme.example", PASSWORD).json["user"]["id"] == hal["id"]
    # Another organization's owner finds him no more than anybody does.
    other = log_in(server, "owner@green.example", first_owner(server, "green", "owner@green.example")).json
    for who, user in [(other, hal["id"]), (other, upper["id"]), (owner, "00000000-0000-4000-8000-000000000000")]:
        assert server.get(f"{USERS}/{user}", token=who["access_token"]).status == 404


def test_a_user_is_let_out_by_the_second_try_where_the_first_could_not_end_his_sessions(start):
    server = start()
    team = people.found(server, "acme")
    path, change = f"/api/v1/users/{team.users['manager']['id']}", {"active": False}
    auth = sqlite3.connect(server.folder / "auth.db", isolation_level=None)
    auth.execute("BEGIN IMMEDIATE")
    assert server.ask("PATCH", path, change, token=team.tokens["owner"]).status == 503
    auth.execute("ROLLBACK")
    assert server.ask("PATCH", path, change, token=team.tokens["owner"]).status == 200
    assert server.get("/api/v1/leads", token=team.tokens["manager"]).status == 401
