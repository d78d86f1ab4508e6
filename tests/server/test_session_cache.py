"""Sessions are kept for seconds, so that auth.db is not asked at each request; what has ended is refused at once."""

import pytest

from live_support import redis, wait_until  # noqa: F401
from people import PASSWORD, found_alone, invite, log_in

ERNA = "erna@acme.example"


def me(server, session):
    return server.get("/api/v1/auth/me", token=session["access_token"]).status


def hits(server):
    text = server.get("/metrics").bytes.decode()
    return int(text.split("\nleadscore_session_cache_hits_total ")[1].split("\n")[0])


@pytest.fixture(scope="module")
def owner(server):
    return found_alone(server, "acme")


@pytest.fixture
def sessions(server, owner):
    """Two of a user, both of them kept."""
    users = server.get("/api/v1/users", token=owner).json["items"]
    if ERNA not in {user["email"] for user in users}:
        invite(server, owner, ERNA, "user")
    both = [log_in(server, ERNA, PASSWORD).json for _ in range(2)]
    assert [me(server, one) for one in both * 2] == [200] * 4
    return both


def test_auth_db_is_not_asked_at_each_request(server, sessions):
    def one_was_found():
        before = hits(server)
        assert me(server, sessions[0]) == 200
        return hits(server) > before

    wait_until(one_was_found, "a session is found in the cache")


def test_a_log_out_is_seen_at_once_and_by_its_session_alone(server, sessions):
    assert server.ask("POST", "/api/v1/auth/logout", token=sessions[0]["access_token"]).status == 204
    assert [me(server, one) for one in sessions] == [401, 200]


def test_a_refresh_token_that_comes_twice_ends_its_session_at_once(server, sessions):
    again = {"refresh_token": sessions[1]["refresh_token"]}
    assert [server.post("/api/v1/auth/refresh", again).status for _ in range(2)] == [200, 401]
    assert [me(server, one) for one in sessions] == [200, 401]


def test_a_token_that_nobody_knows_ends_no_session(server, sessions):
    assert server.post("/api/v1/auth/refresh", {"refresh_token": "A" * 43}).status == 401
    assert [me(server, one) for one in sessions] == [200, 200]


def change_password(server, owner, session):
    change = {"password": PASSWORD, "new_password": PASSWORD + "!"}
    assert server.ask("PUT", "/api/v1/auth/password", change, token=session["access_token"]).status == 204
    anew = log_in(server, ERNA, PASSWORD + "!").json["access_token"]
    back = {"password": PASSWORD + "!", "new_password": PASSWORD}
    assert server.ask("PUT", "/api/v1/auth/password", back, token=anew).status == 204


def invite_again(server, owner, session):
    answer = server.post(f"/api/v1/users/{session['user']['id']}/invitation", None, token=owner)
    taken = {"token": answer.json["invitation_token"], "password": PASSWORD}
    assert server.post("/api/v1/auth/invitations/accept", taken).status == 200


def change_role(server, owner, session):
    path = f"/api/v1/users/{session['user']['id']}"
    for role in ("manager", "user"):
        assert server.ask("PATCH", path, {"role": role}, token=owner).status == 200


@pytest.mark.parametrize("change", [change_password, invite_again, change_role])
def test_what_ends_all_sessions_of_a_user_is_seen_at_once(server, owner, sessions, change):
    change(server, owner, sessions[0])
    assert [me(server, one) for one in sessions] == [401, 401]


def two_servers(start, **settings):
    first, second = start(**settings), start(**settings)
    session = invite(first, found_alone(first, "acme"), ERNA, "user")
    assert [me(one, session) for one in (first, second) * 2] == [200] * 4
    return first, second, session


def test_another_process_learns_of_it_after_a_while(start):
    first, second, session = two_servers(start)
    assert first.ask("POST", "/api/v1/auth/logout", token=session["access_token"]).status == 204
    wait_until(lambda: me(second, session) == 401, "the other process refuses it")


def test_by_redis_another_process_learns_of_it_at_once(start, redis):
    first, second, session = two_servers(start, redis=redis.url)
    wait_until(lambda: me(second, session) == 200 and redis.command("keys", "session:*"), "it is kept in Redis")
    assert first.ask("POST", "/api/v1/auth/logout", token=session["access_token"]).status == 204
    assert me(second, session) == 401
