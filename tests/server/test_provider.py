"""Logging in by way of an outside OpenID provider: the npm package oidc-provider, started here."""

import http.cookiejar
import json
import select
import signal
import socket
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from conftest import PATIENCE_SECONDS
from people import first_owner, found_alone, invite, log_in
from test_traces import collector  # noqa: F401

HERE = Path(__file__).resolve().parent / "provider"
# Nothing listens there: the browser of the tests stops before it.
CLIENT = "http://127.0.0.1:9/callback"
ACCOUNTS = {
    "anna": {"email": "Anna@acme.example", "email_verified": True},
    "mallory": {"email": "bert@acme.example", "email_verified": False},
    "stranger": {"email": "stranger@example.org", "email_verified": True},
    "carl": {"email": "carl@acme.example", "email_verified": True},
    "both": {"email": "both@example.org", "email_verified": True},
}


@pytest.fixture(scope="module")
def issuer(build):
    modules = build / "provider"
    assert (modules / "node_modules").is_dir(), "make test-server installs it"
    for name in ["provider.mjs", "package.json"]:
        (modules / name).write_bytes((HERE / name).read_bytes())
    process = subprocess.Popen(["node", "provider.mjs", json.dumps(ACCOUNTS), CLIENT], cwd=modules,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               text=True)
    yield process.stdout.readline().strip()
    process.stdin.close()
    process.wait()


@pytest.fixture(scope="module")
def server(build, tmp_path_factory, issuer):
    from conftest import Server
    one = Server(build, tmp_path_factory.mktemp("provided"), provider_issuer=issuer,
                 provider_client_id="leadscore", provider_client_secret="a secret of the tests",
                 provider_redirect_uri=CLIENT)
    password = first_owner(one, "acme", "anna@acme.example")
    one.owner = log_in(one, "anna@acme.example", password).json
    yield one
    one.close()


def begin(server):
    answer = server.ask("POST", "/api/v1/auth/provider/begin")
    assert answer.status == 200, answer.bytes
    return answer.json


class Stop(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, request, body, code, message, headers, url):
        if url.startswith(CLIENT):
            raise StopIteration(url)
        return super().redirect_request(request, body, code, message, headers, url)


def browse(url, who):
    """Go where a browser is sent and log in there: what the provider sends back, code and state."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), Stop)
    try:
        browser.open(f"{url}&login_hint={who}", timeout=60)
    except StopIteration as stop:
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(stop.value).query))
    raise AssertionError("the browser was not sent back")


def finish(server, begun, sent, **changes):
    body = {"code": sent["code"], "state": sent["state"], "code_verifier": begun["code_verifier"], **changes}
    return server.post("/api/v1/auth/provider/finish", body)


def test_a_user_logs_in_by_a_verified_address(server):
    begun = begin(server)
    sent = browse(begun["url"], "anna")
    assert sent["state"] == begun["state"]
    answer = finish(server, begun, sent)
    assert answer.status == 200, answer.bytes
    assert answer.json["user"] == server.owner["user"]
    assert server.get("/api/v1/auth/me", token=answer.json["access_token"]).status == 200


def test_the_url_keeps_the_verifier_back(server):
    begun = begin(server)
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(begun["url"]).query))
    assert query["code_challenge_method"] == "S256" and query["response_type"] == "code"
    assert query["redirect_uri"] == CLIENT
    assert begun["code_verifier"] not in begun["url"]


def test_a_state_is_good_once(server):
    begun = begin(server)
    sent = browse(begun["url"], "anna")
    assert finish(server, begun, sent).status == 200
    assert finish(server, begun, sent).status == 401


def test_who_slips_his_code_to_another_gets_nobody_in(server):
    """A victim's client has a log-in of its own under way, or none: never the attacker's verifier."""
    attacker, victim = begin(server), begin(server)
    sent = browse(attacker["url"], "anna")
    assert finish(server, victim, sent).status == 401
    assert finish(server, victim, sent, state=victim["state"]).status == 401


@pytest.mark.parametrize("change", [{"code": "no such code"}, {"state": "no such state"},
                                    {"code_verifier": "A" * 43}, {"code": "' OR 1=1 --"},
                                    {"code": "a&grant_type=client_credentials"}])
def test_what_is_wrong_is_refused_and_the_state_used_up(server, change):
    begun = begin(server)
    sent = browse(begun["url"], "anna")
    assert finish(server, begun, sent, **change).status == 401
    if "state" not in change:
        assert finish(server, begun, sent).status == 401


def test_an_address_that_is_not_verified_is_nobodys(server):
    assert invite(server, server.owner["access_token"], "bert@acme.example", "user")
    begun = begin(server)
    assert finish(server, begun, browse(begun["url"], "mallory")).status == 401


def test_a_stranger_is_no_user(server):
    begun = begin(server)
    answer = finish(server, begun, browse(begun["url"], "stranger"))
    assert answer.status == 401 and answer.json["code"] == "invalid_credentials"


def test_who_is_let_out_here_does_not_come_in_there(server):
    carl = invite(server, server.owner["access_token"], "carl@acme.example", "user")["user"]
    begun = begin(server)
    assert finish(server, begun, browse(begun["url"], "carl")).status == 200
    out = server.ask("PATCH", f"/api/v1/users/{carl['id']}", {"active": False},
                     token=server.owner["access_token"])
    assert out.status == 200
    begun = begin(server)
    assert finish(server, begun, browse(begun["url"], "carl")).status == 401


def come_in(server, who, **organization):
    begun = begin(server)
    return finish(server, begun, browse(begun["url"], who), **organization)


def test_which_of_several_users_is_meant_has_to_be_said(server):
    """Whichever organization had him first: another one's session is never his by chance."""
    owners = {"acme": server.owner["access_token"], "blue": found_alone(server, "blue")}
    users = {"acme": invite(server, owners["acme"], "both@example.org", "user")["user"]}
    assert come_in(server, "both", organization_id="blue").status == 401
    assert come_in(server, "both").json["user"] == users["acme"]
    users["blue"] = invite(server, owners["blue"], "both@example.org", "admin")["user"]
    for _ in range(2):  # the first time by the address, then by the provider's name for him
        for name, user in users.items():
            assert come_in(server, "both", organization_id=name).json["user"] == user
        answer = come_in(server, "both")
        assert (answer.status, answer.json["code"]) == (409, "organization_required")
    assert come_in(server, "both", organization_id="cyan").status == 401


def test_a_server_without_a_provider_says_so(start):
    assert start().ask("POST", "/api/v1/auth/provider/begin").status == 404


def test_a_provider_that_does_not_answer_is_503(start):
    one = start(provider_issuer="http://127.0.0.1:9", provider_client_id="a", provider_redirect_uri=CLIENT)
    assert one.ask("POST", "/api/v1/auth/provider/begin").status == 503


BEGIN = b"POST /api/v1/auth/provider/begin HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
MOST = 16  # SRV_MAX_ERRANDS


@pytest.fixture
def silent():
    """A provider that takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        yield one


def start_with(start, silent, **settings):
    return start(provider_issuer=f"http://127.0.0.1:{silent.getsockname()[1]}", provider_client_id="leadscore",
                 provider_redirect_uri=CLIENT, threads=1, **settings)


def ask_all(server, silent, n):
    """So many browsers, and what the provider has of those that wait for it."""
    browsers = [socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS) for _ in range(n)]
    for browser in browsers:
        browser.sendall(BEGIN)
    return browsers, [silent.accept()[0] for _ in range(min(n, MOST))]


def status_of(browser):
    return browser.recv(4096).split(b"\r\n")[0]


def test_a_provider_that_does_not_answer_holds_up_nobody_else(start, silent):
    """Neither the one thread that answers requests, nor one that waits for it, which has its own."""
    one = start_with(start, silent)
    for n in (MOST + 1, 1):  # There is room again when they are answered.
        browsers, asked = ask_all(one, silent, n)
        assert one.get("/healthz").status == 200
        for each in asked:
            each.close()
        assert {status_of(each) for each in browsers} == {b"HTTP/1.1 503 Service Unavailable"}
        assert not select.select([silent], [], [], 0)[0]  # One was answered without asking it.


def test_who_waits_for_a_provider_may_go_or_say_that_he_will_send_no_more(start, silent):
    one = start_with(start, silent)
    browsers, asked = ask_all(one, silent, 3)
    browsers[0].close()
    browsers[1].shutdown(socket.SHUT_WR)
    assert one.get("/healthz").status == 200
    for each in asked:
        each.close()
    assert [status_of(each) for each in browsers[1:]] == [b"HTTP/1.1 503 Service Unavailable"] * 2
    one.stop()
    begun = [line for line in one.lines if line.get("operation") == "beginProviderLogin"]
    assert [line["status"] for line in begun] == [503] * 3


def test_a_server_that_stops_answers_who_waits_for_a_provider(start, silent):
    one = start_with(start, silent, drain_seconds=0)
    browsers, asked = ask_all(one, silent, 2)
    one.process.send_signal(signal.SIGTERM)
    assert one.wait_for("stopping")["in_flight"] == 2
    for each in asked:
        each.close()
    assert one.process.wait(PATIENCE_SECONDS) == 0


def test_the_time_at_a_provider_is_a_step_of_the_request(start, silent, collector):
    one = start_with(start, silent, otlp_endpoint=f"{collector.url}/v1/traces")
    _, asked = ask_all(one, silent, 2)
    for each in asked:
        each.close()
    assert one.get("/healthz").status == 200
    one.stop()
    spans = {span["span_id"]: span for span in collector.spans}
    steps = [span for span in spans.values() if span["name"] == "srv_provider_begin"]
    assert [spans[step["parent_id"]]["name"] for step in steps] == ["POST /api/v1/auth/provider/begin"] * 2
