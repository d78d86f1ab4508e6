"""Logging in and out as people do: passwords, refresh tokens, second factors, guesses."""

import base64
import hashlib
import hmac
import struct
import time

import pytest

from people import PASSWORD, first_owner, found, found_alone, invite, log_in

ANNA = "anna@acme.example"


@pytest.fixture(scope="module")
def owner(server):
    """The owner of an organization: what she logs in with."""
    return {"email": ANNA, "password": first_owner(server, "acme", ANNA)}


@pytest.fixture
def tokens(server, owner):
    answer = server.post("/api/v1/auth/login", owner)
    assert answer.status == 200, answer.bytes
    return answer.json


def new_user(server, tokens, name, role="user"):
    return invite(server, tokens["access_token"], f"{name}@acme.example", role)


def me(server, token):
    return server.get("/api/v1/auth/me", token=token)


def refresh(server, token):
    return server.post("/api/v1/auth/refresh", {"refresh_token": token})


def code_of(secret, at=None):
    """What an authenticator shows (RFC 6238): written anew here, so that the server's library is not
    compared with itself."""
    step = int((time.time() if at is None else at) // 30)
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7fffffff) % 1000000:06d}"


def test_a_log_in_gives_tokens_that_say_who_it_is(server, owner, tokens):
    answer = me(server, tokens["access_token"])
    assert answer.status == 200
    assert answer.json == {**tokens["user"], "second_factor": False}
    assert answer.json["email"] == ANNA
    assert answer.json["role"] == "owner"
    assert answer.json["organization_id"] == "acme"
    assert tokens["expires_in"] == 900


def test_an_address_is_known_in_any_case(server, owner):
    assert log_in(server, "Anna@ACME.example", owner["password"]).status == 200


def test_no_answer_with_tokens_is_stored(server, owner):
    assert server.post("/api/v1/auth/login", owner).headers["cache-control"] == "no-store"


def test_wrong_answers_do_not_tell_what_was_wrong(server, owner, tokens):
    new_user(server, tokens, "wrong")
    invited = server.post("/api/v1/users", {"email": "no_password@acme.example", "role": "user"},
                          token=tokens["access_token"])
    assert invited.status == 201
    answers = [log_in(server, "wrong@acme.example", "not his password"),
               log_in(server, "nobody@acme.example", "not his password"),
               log_in(server, "no_password@acme.example", "not his password"),
               log_in(server, "wrong@acme.example", PASSWORD, organization_id="other")]
    seen = {(answer.status, answer.json["code"], answer.json["detail"], answer.json["title"],
             tuple(sorted(set(answer.headers) - {"date"}))) for answer in answers}
    assert len(seen) == 1
    assert answers[0].status == 401 and answers[0].json["code"] == "invalid_credentials"


@pytest.mark.parametrize("name", ["known", "unknown"])
def test_after_five_wrong_guesses_one_waits(server, tokens, name):
    if name == "known":
        new_user(server, tokens, name)
    address = f"{name}@acme.example"
    for _ in range(5):
        assert log_in(server, address, "not his password").status == 401
    for password in ["not his password", PASSWORD]:
        answer = log_in(server, address, password)
        assert answer.status == 429
        assert answer.json["code"] == "too_many_guesses"
        assert 1 <= int(answer.headers["retry-after"]) <= 30


def test_a_refresh_token_is_good_once(server, tokens):
    second = refresh(server, tokens["refresh_token"])
    assert second.status == 200
    assert me(server, second.json["access_token"]).status == 200
    assert refresh(server, tokens["refresh_token"]).status == 401


def test_a_replayed_refresh_token_ends_the_session(server, tokens):
    second = refresh(server, tokens["refresh_token"]).json
    assert refresh(server, tokens["refresh_token"]).status == 401
    assert refresh(server, second["refresh_token"]).status == 401
    assert me(server, second["access_token"]).status == 401
    assert me(server, tokens["access_token"]).status == 401


def test_a_log_out_ends_the_session_at_once(server, owner, tokens):
    other = server.post("/api/v1/auth/login", owner).json
    assert server.ask("POST", "/api/v1/auth/logout", token=tokens["access_token"]).status == 204
    assert me(server, tokens["access_token"]).status == 401
    assert refresh(server, tokens["refresh_token"]).status == 401
    assert me(server, other["access_token"]).status == 200


def test_a_changed_password_ends_all_sessions(server, tokens):
    user = new_user(server, tokens, "changes")
    change = {"password": PASSWORD, "new_password": "another password of his"}
    wrong = server.ask("PUT", "/api/v1/auth/password", {**change, "password": "not his password"},
                       token=user["access_token"])
    assert wrong.status == 403 and wrong.json["code"] == "wrong_password"
    weak = server.ask("PUT", "/api/v1/auth/password", {**change, "new_password": "changes@acme.example"},
                      token=user["access_token"])
    assert weak.status == 422
    done = server.ask("PUT", "/api/v1/auth/password", change, token=user["access_token"])
    assert done.status == 204
    assert me(server, user["access_token"]).status == 401
    assert log_in(server, "changes@acme.example", PASSWORD).status == 401
    assert log_in(server, "changes@acme.example", "another password of his").status == 200


def test_an_invitation_is_taken_up_once(server, tokens):
    invited = server.post("/api/v1/users", {"email": "once@acme.example", "role": "user"},
                          token=tokens["access_token"]).json
    take = {"token": invited["invitation_token"], "password": PASSWORD}
    assert server.post("/api/v1/auth/invitations/accept", {**take, "password": "z" * 20}).status == 422
    assert server.post("/api/v1/auth/invitations/accept", take).status == 200
    assert server.post("/api/v1/auth/invitations/accept", take).status == 401


def test_what_was_answered_is_there_after_a_restart(start):
    one = start()
    owner = {"email": ANNA, "password": first_owner(one, "acme", ANNA)}
    tokens = one.post("/api/v1/auth/login", owner).json
    one.stop(9)
    one.start()
    assert me(one, tokens["access_token"]).status == 200
    assert refresh(one, tokens["refresh_token"]).status == 200


def test_the_log_names_no_secret_and_no_address(start):
    one = start()
    password = first_owner(one, "acme", ANNA)
    tokens = log_in(one, ANNA, password).json
    log_in(one, ANNA, "not her password")
    me(one, tokens["access_token"])
    refresh(one, tokens["refresh_token"])
    one.stop()
    log = "\n".join(str(line) for line in one.lines) + (one.folder / "errors.txt").read_text()
    for secret in [ANNA, password, "not her password", tokens["access_token"], tokens["refresh_token"]]:
        assert secret not in log
    assert tokens["user"]["id"] in log


# The second factor.


@pytest.fixture(scope="module")
def enrolled(server, owner):
    """A user with a second factor: her address, secret, recovery codes, and when it was confirmed."""
    tokens = server.post("/api/v1/auth/login", owner).json
    user = new_user(server, tokens, "factor")
    token = user["access_token"]
    path = "/api/v1/auth/second-factor"
    assert server.post(path, {"password": "not her password"}, token=token).status == 403
    begun = server.post(path, {"password": PASSWORD}, token=token)
    assert begun.status == 200
    assert begun.json["uri"].startswith("otpauth://totp/")
    assert begun.json["secret"] in begun.json["uri"]
    assert me(server, token).json["second_factor"] is False
    at = time.time()
    done = server.ask("PUT", path, {"code": code_of(begun.json["secret"], at)}, token=token)
    assert done.status == 200
    assert me(server, token).json["second_factor"] is True
    return {"email": "factor@acme.example", "secret": begun.json["secret"], "token": token,
            "recovery": done.json["recovery_codes"], "at": at}


def test_a_second_factor_is_asked_for(server, enrolled):
    answer = log_in(server, enrolled["email"], PASSWORD)
    assert answer.status == 401 and answer.json["code"] == "second_factor_required"
    wrong = log_in(server, enrolled["email"], "not her password")
    assert wrong.status == 401 and wrong.json["code"] == "invalid_credentials"


def test_a_code_counts_once(server, enrolled):
    """The one that confirmed was used; the next is of the 30 seconds that follow, which are let through early."""
    used = code_of(enrolled["secret"], enrolled["at"])
    assert log_in(server, enrolled["email"], PASSWORD, code=used).status == 401
    fresh = code_of(enrolled["secret"], enrolled["at"] + 30)
    assert log_in(server, enrolled["email"], PASSWORD, code=fresh).status == 200
    assert log_in(server, enrolled["email"], PASSWORD, code=fresh).status == 401


def test_a_recovery_code_counts_once(server, enrolled):
    code = enrolled["recovery"][3]
    assert log_in(server, enrolled["email"], PASSWORD, recovery_code=code).status == 200
    assert log_in(server, enrolled["email"], PASSWORD, recovery_code=code).status == 401


def test_codes_cannot_be_guessed(server, tokens):
    user = new_user(server, tokens, "guessed")
    begun = server.post("/api/v1/auth/second-factor", {"password": PASSWORD}, token=user["access_token"])
    for _ in range(5):
        wrong = server.ask("PUT", "/api/v1/auth/second-factor", {"code": "000000"},
                           token=user["access_token"])
        assert wrong.status == 409
    right = code_of(begun.json["secret"])
    answer = server.ask("PUT", "/api/v1/auth/second-factor", {"code": right}, token=user["access_token"])
    assert answer.status == 429


def test_a_second_factor_ends_by_the_password(server, enrolled):
    path = "/api/v1/auth/second-factor/end"
    assert server.post(path, {"password": "not her password"}, token=enrolled["token"]).status == 403
    assert server.post(path, {"password": PASSWORD}, token=enrolled["token"]).status == 204
    assert server.post(path, {"password": PASSWORD}, token=enrolled["token"]).status == 409
    assert log_in(server, enrolled["email"], PASSWORD).status == 200


# One address in two organizations.


def test_a_person_is_another_user_in_each_organization(start):
    one = start()
    acme = found(one, "acme")
    blue = found(one, "blue")
    email = "both@example.org"
    first = invite(one, acme.tokens["owner"], email, "user")
    second = invite(one, blue.tokens["owner"], email, "admin")
    assert first["user"]["id"] != second["user"]["id"]
    assert log_in(one, email, PASSWORD, organization_id="acme").json["user"]["role"] == "user"
    assert log_in(one, email, PASSWORD, organization_id="blue").json["user"]["role"] == "admin"


def test_which_of_several_users_is_meant_has_to_be_said(start):
    one = start()
    owners = {name: found_alone(one, name) for name in ["acme", "blue", "cyan"]}
    email = "both@example.org"
    path = "/api/v1/users"
    # Who was invited, and has no password yet, is not meant by one.
    assert one.post(path, {"email": email, "role": "user"}, token=owners["cyan"]).status == 201
    invite(one, owners["acme"], email, "user")
    assert log_in(one, email, PASSWORD).json["user"]["organization_id"] == "acme"
    invite(one, owners["blue"], email, "user")
    answer = log_in(one, email, PASSWORD)
    assert (answer.status, answer.json["code"]) == (409, "organization_required")
    for name in ["acme", "blue"]:
        assert log_in(one, email, PASSWORD, organization_id=name).json["user"]["organization_id"] == name
    assert log_in(one, email, PASSWORD, organization_id="cyan").status == 401


def test_only_who_has_the_password_learns_that_there_are_several(start):
    one = start()
    for name in ["acme", "blue"]:
        invite(one, found_alone(one, name), "both@example.org", "user")
    answers = [log_in(one, address, "not his password") for address in ["both@example.org", "nobody@example.org"]]
    assert [(each.status, each.json["code"]) for each in answers] == [(401, "invalid_credentials")] * 2
