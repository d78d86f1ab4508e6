"""nginx as examples/server/deploy has it, before two real servers: one with the events, one with the rest."""

import http.client
import json
import socket
import ssl
import string
import subprocess
from pathlib import Path

import pytest

from live_support import Driver, free_port, wait_until
from websocket_client import Refused, WebSocket, trusting

TEMPLATE = Path(__file__).resolve().parents[2] / "examples" / "server" / "deploy" / "leadscore.conf.template"
MAIN = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/errors.log; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/leadscore.conf;
}}
"""


class Nginx:
    def __init__(self, folder, **upstreams):
        self.folder, self.http, self.https = folder, free_port(), free_port()
        self._make_certificate()
        values = {name: f"127.0.0.1:{port}" for name, port in upstreams.items()}
        values |= {"NGINX_HTTP": f"127.0.0.1:{self.http}", "NGINX_HTTPS": f"127.0.0.1:{self.https}",
                   "NGINX_CERTIFICATE": folder / "certificate.pem", "NGINX_KEY": folder / "key.pem",
                   "NGINX_LOG": folder / "access.log"}
        # As envsubst does: names that are set are put in, nginx's own $names stay.
        (folder / "leadscore.conf").write_text(string.Template(TEMPLATE.read_text()).safe_substitute(values))
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
        with open(folder / "stderr.log", "wb") as stderr:
            self.process = subprocess.Popen(["nginx", "-p", folder, "-c", folder / "nginx.conf"], stderr=stderr)
        wait_until(self._answers, "nginx answers")

    def _make_certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                        self.folder / "key.pem", "-out", self.folder / "certificate.pem"],
                       check=True, capture_output=True)

    def _answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.https)) == 0

    @property
    def trust(self):
        return trusting(self.folder / "certificate.pem")

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPSConnection("localhost", self.https, context=self.trust, timeout=60)
        connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        answer.bytes = answer.read()
        connection.close()
        return answer

    def ask_plainly(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.http, timeout=60)
        connection.request("GET", path, headers={"Host": "leads.example.com"})
        return connection.getresponse()

    def listen(self, path, headers=()):
        return WebSocket(self.https, path, headers, tls=self.trust, host="127.0.0.1")

    def stop(self):
        if self.process.poll() is not None:
            return
        self.process.terminate()
        assert self.process.wait(30) == 0


@pytest.fixture
def nginx(build, start, tmp_path):
    rest = start(services="auth,users,leads,scoring,analytics", trust_proxy=True)
    events = Driver(build / "host" / "live_driver", hub={})
    one = Nginx(tmp_path, LEADSCORE_AUTH=rest.port, LEADSCORE_USERS=rest.port, LEADSCORE_LEADS=rest.port,
                LEADSCORE_SCORING=rest.port, LEADSCORE_ANALYTICS=rest.port, LEADSCORE_EVENTS=rest.port,
                LEADSCORE_WEBSOCKETS=events("port"))
    one.server, one.events = rest, events
    yield one
    one.stop()
    events.close()


def test_requests_and_websockets_have_one_address(nginx):
    assert nginx.ask("GET", "/healthz").status == 200
    one = nginx.listen("/api/v1/events", {"Authorization": "Bearer acme/user-1"})
    assert one.receive()["type"] == "stream_opened"
    nginx.events("publish", "acme", "lead_score_updated", {"score": 71}, 1)
    assert one.receive()["data"] == {"score": 71}


def test_a_websocket_that_is_refused_says_why_through_nginx(nginx):
    with pytest.raises(Refused) as refused:
        nginx.listen("/api/v1/events")
    assert refused.value.status == 401 and json.loads(refused.value.body)["status"] == 401


def test_every_service_is_reached(nginx):
    for path in ("auth/me", "users", "organization", "api-keys", "leads", "scoring/models", "analytics/score-distribution"):
        assert nginx.ask("GET", f"/api/v1/{path}").status in (401, 404), path


def test_plain_http_is_sent_to_https(nginx):
    answer = nginx.ask_plainly("/docs?x=1")
    assert (answer.status, answer.headers["Location"]) == (308, "https://leads.example.com/docs?x=1")


def test_only_tls_1_3_is_spoken(nginx):
    older = nginx.trust
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("127.0.0.1", nginx.https), 30) as connection, pytest.raises(ssl.SSLError):
        older.wrap_socket(connection, server_hostname="localhost")
    assert nginx.ask("GET", "/healthz").headers["Strict-Transport-Security"]


def test_metrics_are_for_those_inside(nginx):
    assert nginx.ask("GET", "/metrics").status == 404
    assert nginx.server.get("/metrics").status == 200


def test_a_client_cannot_say_from_where_it_comes_or_which_request_it_is(nginx):
    nginx.ask("GET", "/healthz", X_Forwarded_For="6.6.6.6", X_Request_Id="forged")
    nginx.server.stop()
    requests = [line for line in nginx.server.lines if line.get("event") == "request"]
    assert requests[-1]["client"] == "127.0.0.1" and "forged" not in json.dumps(requests)


def test_a_ticket_is_not_in_the_log(nginx):
    with pytest.raises(Refused):
        nginx.listen("/api/v1/events?ticket=secret-ticket")
    log = wait_until(lambda: (nginx.folder / "access.log").read_text(), "it is logged")
    assert "/api/v1/events" in log and "secret-ticket" not in log


def test_no_id_of_a_lead_is_in_the_log(nginx):
    paths = ("/api/v1/leads/lovelace@example.com", "/api/v1/leads/lovelace/score?as_of=2026-03-04T00:00:00Z",
             "/lovelace", "/api/v1/lovelace")
    for path in paths:
        assert nginx.ask("GET", path).status in (401, 404), path
    assert nginx.ask_plainly(paths[0]).status == 308
    lines = wait_until(lambda: (read := (nginx.folder / "access.log").read_text().splitlines())[4:] and read, "all are")
    assert not any("lovelace" in line for line in lines)
    assert [line.split()[3] for line in lines] == ["/api/v1/leads", "/api/v1/leads", "-", "-", "/api/v1/leads"]


def test_where_a_request_fails_no_log_names_it_and_one_says_why(nginx):
    lead = "/api/v1/leads/lovelace"
    assert nginx.ask("PUT", lead, b"x" * (2 << 20)).status == 413
    assert nginx.ask("GET", lead + "?" + "x" * 9000).status == 414
    assert nginx.ask("GET", lead, X_Long="x" * 9000).status == 400
    nginx.server.stop()
    assert nginx.ask("GET", lead).status == 502
    lines = wait_until(lambda: (read := (nginx.folder / "access.log").read_text().splitlines())[3:] and read, "all are")
    assert lines[-1].split()[3:5] == ["/api/v1/leads", "502"]
    assert lines[-1].split()[-2:] == [f"127.0.0.1:{nginx.server.port}", "502"]
    nginx.server.start()
    nginx.stop()
    logs = [(nginx.folder / name).read_text() for name in ("access.log", "errors.log", "stderr.log")]
    assert not any("lovelace" in log for log in logs), logs


def test_a_body_too_large_is_refused_before_it_reaches_the_server(nginx):
    connection = http.client.HTTPSConnection("localhost", nginx.https, context=nginx.trust, timeout=60)
    connection.putrequest("POST", "/api/v1/leads")
    connection.putheader("Content-Length", str(65 * 1024 * 1024))
    connection.endheaders()
    assert connection.getresponse().status == 413


def test_while_a_server_is_away_the_answer_is_502(nginx):
    nginx.server.stop()
    assert nginx.ask("GET", "/healthz").status == 502
    nginx.server.start()


@pytest.mark.parametrize("before", [b"0" * 100000 + b"%x", b"%x;" + b"a" * 100000], ids=["digits", "an extension"])
def test_a_line_before_a_chunk_that_is_too_long_for_a_server_is_not_for_nginx(nginx, before):
    """Alone a server answers 500, by libmicrohttpd's own doing: docs/dependencies.md says why."""
    body = b'{"email": "a@b.example", "password": "not a password"}'
    head = (b"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n")
    with nginx.trust.wrap_socket(socket.create_connection(("127.0.0.1", nginx.https), 60),
                                 server_hostname="localhost") as tls:
        tls.sendall(head + before % len(body) + b"\r\n" + body + b"\r\n0\r\n\r\n")
        assert tls.recv(4096).startswith(b"HTTP/1.1 401 ")
