"""Limits, cached scores and events of the whole server: what the modules do, as who calls the API sees it."""

import time

import pytest

from live_support import redis, wait_until  # noqa: F401
from people import PASSWORD, found, found_alone, invite, log_in
from test_leads import activate_starter
from websocket_client import Closed, Refused, WebSocket

TICKET = "/api/v1/events/ticket"


@pytest.fixture(scope="module")
def acme(server):
    return found(server, "acme")


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def listen(server, path="/api/v1/events", headers=()):
    one = WebSocket(server.events_port, path, headers)
    assert one.receive()["type"] == "stream_opened"
    return one


def add_lead(server, token, lead_id, **more):
    answer = server.post("/api/v1/leads", {"id": lead_id, "email": f"{lead_id}@example.com", **more}, token=token)
    assert answer.status == 201, answer.bytes


def add_activity(server, token, lead_id, number):
    activity = {"id": f"{lead_id}-{number}", "type": "Email Opened", "time": "2026-01-02T03:04:05Z"}
    answer = server.post(f"/api/v1/leads/{lead_id}/activities", activity, token=token)
    assert answer.status in (200, 201), answer.bytes


def test_every_role_may_listen_and_hears_of_an_activity(server, acme):
    listeners = [listen(server, headers=bearer(token)) for token in acme.tokens.values()]
    add_lead(server, acme.tokens["user"], "lead-heard")
    add_activity(server, acme.tokens["user"], "lead-heard", 1)
    for one in listeners:
        event = one.receive()
        assert event["type"] == "new_lead_activity" and event["organization_id"] == "acme"
        assert event["data"]["lead_id"] == "lead-heard"


def test_no_event_of_one_organization_reaches_another(server, acme):
    other = found(server, "other")
    theirs = listen(server, headers=bearer(other.tokens["owner"]))
    add_lead(server, acme.tokens["user"], "lead-secret")
    add_activity(server, acme.tokens["user"], "lead-secret", 1)
    add_lead(server, other.tokens["user"], "lead-theirs")
    add_activity(server, other.tokens["user"], "lead-theirs", 1)
    assert theirs.receive()["data"]["lead_id"] == "lead-theirs"


def test_a_ticket_of_the_api_opens_the_websocket_once(server, acme):
    answer = server.post(TICKET, {}, token=acme.tokens["read_only"])
    assert answer.status == 201 and answer.json["path"] == "/api/v1/events"
    path = f"{answer.json['path']}?ticket={answer.json['ticket']}"
    one = listen(server, path)
    add_lead(server, acme.tokens["user"], "lead-ticket")
    add_activity(server, acme.tokens["user"], "lead-ticket", 1)
    assert one.receive()["data"]["lead_id"] == "lead-ticket"
    with pytest.raises(Refused) as refused:
        WebSocket(server.events_port, path)
    assert refused.value.status == 401


def test_a_key_without_the_scope_may_not_listen(server, acme):
    def key_of(*scopes):
        made = server.post("/api/v1/api-keys", {"name": "events", "scopes": list(scopes)}, token=acme.tokens["admin"])
        return made.json["key"]

    listen(server, headers=bearer(key_of("events:read")))
    with pytest.raises(Refused) as refused:
        listen(server, headers=bearer(key_of("leads:read")))
    assert refused.value.status == 403


def test_who_is_deactivated_or_revoked_hears_no_more(start):
    one = start()
    people = found(one, "acme")
    owner = people.tokens["owner"]
    made = one.post("/api/v1/api-keys", {"name": "events", "scopes": ["events:read"]}, token=owner).json
    listeners = {name: listen(one, headers=bearer(token)) for name, token in
                 (("user", people.tokens["user"]), ("key", made["key"]), ("manager", people.tokens["manager"]))}
    user = people.users["user"]["id"]
    assert one.ask("PATCH", f"/api/v1/users/{user}", {"active": False}, token=owner).status == 200
    assert one.ask("DELETE", f"/api/v1/api-keys/{made['id']}", token=owner).status == 204
    for name in ("key", "user"):
        with pytest.raises(Closed) as closed:
            listeners[name].receive()
        assert closed.value.code == 4001
    add_lead(one, owner, "lead-1")
    add_activity(one, owner, "lead-1", 1)
    assert listeners["manager"].receive()["data"]["lead_id"] == "lead-1"


def closed_with_4001(listener):
    with pytest.raises(Closed) as closed:
        listener.receive()
    return closed.value.code == 4001


def ticket_path(server, token):
    answer = server.post(TICKET, {}, token=token)
    assert answer.status == 201, answer.bytes
    return f"{answer.json['path']}?ticket={answer.json['ticket']}"


@pytest.fixture
def dora(server, acme):
    """A user with two sessions: her tokens of both."""
    email = "dora@acme.example"
    users = server.get("/api/v1/users", token=acme.tokens["owner"]).json["items"]
    if email not in {user["email"] for user in users}:
        invite(server, acme.tokens["owner"], email, "user")
    return [log_in(server, email, PASSWORD).json for _ in range(2)]


def test_a_log_out_ends_the_websockets_of_its_session_alone(server, acme, dora):
    mine, other = (tokens["access_token"] for tokens in dora)
    ended = [listen(server, headers=bearer(mine)), listen(server, ticket_path(server, mine))]
    goes_on = [listen(server, headers=bearer(other)), listen(server, headers=bearer(acme.tokens["owner"]))]
    unused = ticket_path(server, mine)
    assert server.ask("POST", "/api/v1/auth/logout", token=mine).status == 204
    assert all(closed_with_4001(one) for one in ended)
    add_lead(server, acme.tokens["user"], "lead-out")
    add_activity(server, acme.tokens["user"], "lead-out", 1)
    assert [one.receive()["data"]["lead_id"] for one in goes_on] == ["lead-out"] * 2
    with pytest.raises(Refused) as refused:
        listen(server, unused)
    assert refused.value.status == 401


def test_a_refresh_token_that_comes_twice_ends_the_websockets_of_its_session(server, dora):
    first, second = (listen(server, headers=bearer(tokens["access_token"])) for tokens in dora)
    again = {"refresh_token": dora[0]["refresh_token"]}
    assert [server.post("/api/v1/auth/refresh", again).status for _ in range(2)] == [200, 401]
    assert closed_with_4001(first)
    again = {"refresh_token": dora[1]["refresh_token"]}
    assert [server.post("/api/v1/auth/refresh", again).status for _ in range(2)] == [200, 401]
    assert closed_with_4001(second)


def test_a_changed_password_or_an_invitation_ends_all_websockets_of_a_user(server, acme, dora):
    def all_of(sessions):
        return [listen(server, headers=bearer(tokens["access_token"])) for tokens in sessions]

    listeners = all_of(dora)
    change = {"password": PASSWORD, "new_password": "another password of hers"}
    assert server.ask("PUT", "/api/v1/auth/password", change, token=dora[0]["access_token"]).status == 204
    assert all(closed_with_4001(one) for one in listeners)
    listeners = all_of([log_in(server, "dora@acme.example", change["new_password"]).json])
    again = server.post(f"/api/v1/users/{dora[0]['user']['id']}/invitation", None, token=acme.tokens["owner"])
    taken = {"token": again.json["invitation_token"], "password": PASSWORD}
    assert server.post("/api/v1/auth/invitations/accept", taken).status == 200
    assert all(closed_with_4001(one) for one in listeners)


def test_a_ticket_of_a_key_that_was_revoked_opens_nothing(server, acme):
    made = server.post("/api/v1/api-keys", {"name": "tickets", "scopes": ["events:read"]},
                       token=acme.tokens["owner"]).json
    used, unused = (ticket_path(server, made["key"]) for _ in range(2))
    listen(server, used).close()
    assert server.ask("DELETE", f"/api/v1/api-keys/{made['id']}", token=acme.tokens["owner"]).status == 204
    with pytest.raises(Refused) as refused:
        listen(server, unused)
    assert refused.value.status == 401


def test_a_forged_token_opens_nothing(server, acme):
    head, body, seal = acme.tokens["owner"].split(".")
    for token in (f"{head}.{body}.", f"{head}.{body}.{seal[:-4]}AAAA", "lsk_nothing_at_all", ""):
        with pytest.raises((Refused, Closed)) as refused:
            listen(server, headers=bearer(token))
        assert refused.type is Closed or refused.value.status == 401


def tickets_until_refused(servers, token):
    """The answers until one is 429, of the servers in turn; a bucket of 60 gets one token a second."""
    began, answers = time.monotonic(), []
    while not answers or answers[-1].status == 201:
        answers.append(servers[len(answers) % len(servers)].post(TICKET, {}, token=token))
        assert len(answers) <= 61 + time.monotonic() - began, "there is no limit"
    return answers


def test_an_operation_says_its_limit_and_keeps_to_it(start):
    one = start()
    answers = tickets_until_refused([one], found(one, "acme").tokens["owner"])
    assert len(answers) >= 61 and answers[0].headers["ratelimit-policy"] == '"default";q=60;w=60'
    assert answers[0].headers["ratelimit"] == '"default";r=59;t=1'
    last = answers[-1]
    assert last.status == 429 and last.json["code"] == "rate_limited" and last.headers["retry-after"] == "1"
    assert one.post(TICKET, {}, token=found(one, "other").tokens["owner"]).status == 201


def test_a_scaled_limit_ends_at_a_call_a_microsecond(start):
    one = start(rate_limit_scale=1_000_000)
    answer = one.post(TICKET, {}, token=found(one, "acme").tokens["owner"])
    assert answer.status == 201 and answer.headers["ratelimit-policy"] == '"default";q=60000000;w=60'


def test_two_servers_share_limits_and_events_by_redis(build, start, tmp_path, redis):
    first = start(redis=redis.url, services="auth,users,leads")
    people = found(first, "acme")
    token = people.tokens["owner"]
    second = start(redis=redis.url, services="events")
    assert first.events_port == 0
    one = listen(second, headers=bearer(token))
    add_lead(first, token, "lead-1")
    add_activity(first, token, "lead-1", 1)
    assert one.receive()["data"]["lead_id"] == "lead-1"
    third = start(redis=redis.url, services="events")
    assert len(tickets_until_refused([second, third], people.tokens["admin"])) >= 61


def test_a_lead_that_changes_while_redis_does_not_answer_is_not_scored_as_before(start, redis):
    one, other = (start(redis=redis.url) for _ in range(2))
    token = found_alone(one, "acme")
    activate_starter(one, token)
    add_lead(one, token, "ada")
    redis.command("del", "lead_scores:acme:ada")  # what keeps a score out for some seconds after a change
    score = "/api/v1/leads/ada/score"
    before = one.get(score, token=token)
    assert other.get(score, token=token).bytes == before.bytes
    with redis.not_answering():
        other.get(score, token=token)  # It is asked no more for a second.
        add_activity(other, token, "ada", 1)
    assert other.get(score, token=token).bytes != before.bytes
    wait_until(lambda: one.get(score, token=token).bytes != before.bytes, "the first one learns of it")


def test_a_server_without_its_redis_does_not_start(build, tmp_path, start):
    with pytest.raises(AssertionError, match="redis names the one at 127.0.0.1:1, which does not answer"):
        start(redis="redis://127.0.0.1:1")


def test_the_counters_tell_of_websockets(server, acme):
    before = server.get("/metrics").bytes.decode()
    one = listen(server, headers=bearer(acme.tokens["owner"]))
    assert "leadscore_websocket_connections" in before
    after = server.get("/metrics").bytes.decode()
    number = lambda text: int(text.split("\nleadscore_websocket_accepted_total ")[1].split("\n")[0])  # noqa: E731
    assert number(after) == number(before) + 1
    one.close()


def test_a_stop_ends_websockets_with_goodbye(start):
    one = start()
    token = found(one, "acme").tokens["owner"]
    listener = listen(one, headers=bearer(token))
    assert one.stop() == 0
    with pytest.raises(Closed) as closed:
        listener.receive()
    assert closed.value.code == 1001
