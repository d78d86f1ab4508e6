"""What one who has a little must not make more of: a stolen token, an invitation, an account elsewhere, a network."""

import socket

import pytest

from people import PASSWORD, found_alone, invite, log_in
from test_leads import activate_starter
from test_login import code_of


def test_a_stolen_token_does_not_get_a_password(start):
    server = start()
    token = found_alone(server, "acme")
    own = server.get("/api/v1/auth/me", token=token).json["id"]
    answer = server.ask("POST", f"/api/v1/users/{own}/invitation", token=token)
    assert (answer.status, answer.json["code"]) == (409, "own_account")


def test_an_invitation_stands_for_the_password_alone(start):
    server = start()
    owner = found_alone(server, "acme")
    user = invite(server, owner, "dora@acme.example", "user")
    path = "/api/v1/auth/second-factor"
    secret = server.post(path, {"password": PASSWORD}, token=user["access_token"]).json["secret"]
    assert server.ask("PUT", path, {"code": code_of(secret)}, token=user["access_token"]).status == 200
    again = server.ask("POST", f"/api/v1/users/{user['user']['id']}/invitation", token=owner)
    assert again.status == 201
    accepted = server.post("/api/v1/auth/invitations/accept",
                           {"token": again.json["invitation_token"], "password": "another password"})
    assert (accepted.status, accepted.json["code"]) == (401, "second_factor_required")
    told = log_in(server, "dora@acme.example", "another password")
    assert told.json["code"] == "second_factor_required"


def test_a_user_of_the_same_address_elsewhere_does_not_reset_guesses(start):
    server = start()
    owners = {name: found_alone(server, name) for name in ["acme", "bolt"]}
    for owner in owners.values():
        invite(server, owner, "carl@acme.example", "user")
    for i in range(5):
        assert log_in(server, "carl@acme.example", f"no password {i}", organization_id="acme").status == 401
        assert log_in(server, "carl@acme.example", PASSWORD, organization_id="bolt").status == 200
    assert log_in(server, "carl@acme.example", "no password 5", organization_id="acme").status == 429


def clients(server):
    return [line["client"] for line in server.lines if line["event"] == "request"]


def test_a_network_of_ipv6_is_one_client(start):
    server = start(trust_proxy=True)
    for address in ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "192.0.2.7"]:
        server.ask("GET", "/healthz", X_Forwarded_For=address)
    server.stop()
    assert clients(server) == ["2001:db8::/64", "2001:db8::/64", "2001:db8:0:1::/64", "192.0.2.7"]


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::", 0))
        return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason="there is no IPv6 here")
def test_clients_of_ipv4_do_not_come_as_one_of_ipv6(start):
    server = start(address="::")
    with pytest.raises(ConnectionRefusedError):
        server.get("/healthz")


def test_files_are_for_the_server_alone(start):
    server = start()
    made = [path for path in server.folder.iterdir() if path.name.startswith(("leadscore.db", "auth."))]
    assert {path.name for path in made} >= {"leadscore.db", "auth.db", "auth.key"}
    assert [path.name for path in made if path.stat().st_mode & 0o077] == []


def test_a_refusal_that_is_cut_is_a_document(server):
    token = found_alone(server, "acme")
    for n in range(2):  # one of them is cut between the two bytes of a letter
        answer = server.get("/api/v1/leads?" + "x" * n + "%C3%A4" * 700 + "=1", token=token)
        assert (answer.status, answer.json["code"]) == (400, "bad_parameter")


def test_a_receipt_is_for_who_asked_for_it(start):
    server = start(threads=1)
    token = found_alone(server, "acme")
    activate_starter(server, token)
    assert server.post("/api/v1/leads", {"id": "l-1", "email": "l@example.com"}, token=token).status == 201
    path = "/api/v1/leads/l-1/score?as_of=2026-11-01T00:00:00Z"
    before = set(server.get(path, token=token).json)
    scored = server.post("/api/v1/scoring/score-lead", {"lead": {"email": "m@example.com"}, "receipt": True},
                         token=token)
    assert "receipt" in scored.json
    assert set(server.get(path, token=token).json) == before
