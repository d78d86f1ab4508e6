"""HTTP itself: what every answer has, whatever it is about."""

import errno
import gzip
import json
import re
import signal
import socket
import subprocess
import time

import pytest

from conftest import PATIENCE_SECONDS
from live_support import wait_until


def problem_of(answer, status, code):
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json
    assert problem["status"] == status and problem["code"] == code
    assert problem["request_id"] == answer.headers["x-request-id"]
    return problem


def test_a_server_says_that_it_lives_and_is_ready(server):
    assert server.get("/healthz").json == {"status": "ok"}
    assert server.get("/readyz").json == {"status": "ready"}


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/docs", "/healthz?unknown=1"])
def test_every_answer_has_the_headers_that_protect(server, path):
    headers = server.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert re.fullmatch("[0-9a-f]{16}-[0-9a-f]+", headers["x-request-id"])
    assert "server" not in headers


def test_errors_are_problem_documents(server):
    problem_of(server.get("/nowhere"), 404, "no_such_path")
    problem_of(server.get("/healthz?unknown=1"), 400, "bad_parameter")
    problem_of(server.get("/healthz?a=%zz"), 400, "bad_query")
    problem_of(server.get("/healthz?a=%00"), 400, "bad_query")
    problem_of(server.get("/healthz?a=%c3%28"), 400, "bad_query")


def test_a_method_that_a_path_has_not_is_405_and_names_those_it_has(server):
    answer = server.ask("DELETE", "/healthz")
    problem_of(answer, 405, "no_such_method")
    assert answer.headers["allow"] == "GET"


def test_head_is_get_without_a_body(server):
    answer = server.ask("HEAD", "/healthz")
    assert answer.status == 200 and answer.bytes == b""
    assert answer.headers["content-length"] == "15"


def test_the_document_is_served_and_is_openapi_3_1(server):
    document = server.get("/api/v1/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert {"/healthz", "/readyz", "/metrics"} <= set(document["paths"])


def test_the_documentation_page_loads_nothing_from_elsewhere(server):
    page = server.get("/docs").bytes.decode()
    addresses = re.findall('(?:src|href)="([^"]*)"', page)
    assert len(addresses) >= 2  # its styles and its script
    for address in addresses:
        assert address.startswith("/") and server.get(address).status == 200


def test_a_body_is_compressed_where_that_is_asked_for(server):
    plain = server.get("/api/v1/openapi.json")
    packed = server.get("/api/v1/openapi.json", Accept_Encoding="gzip")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip" and len(packed.bytes) < len(plain.bytes)
    assert gzip.decompress(packed.bytes) == plain.bytes
    refused = server.get("/api/v1/openapi.json", Accept_Encoding="gzip;q=0")
    assert refused.bytes == plain.bytes


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_an_entity_tag_that_is_named_again_saves_the_body(server, encoding):
    headers = {"Accept_Encoding": encoding} if encoding else {}
    etag = server.get("/api/v1/openapi.json", **headers).headers["etag"]
    for named in [etag, f'"other", {etag}', "*"]:
        again = server.get("/api/v1/openapi.json", If_None_Match=named, **headers)
        assert again.status == 304 and again.bytes == b""
    assert server.get("/api/v1/openapi.json", If_None_Match='"other"').status == 200


def test_counters_count_what_was_asked(start):
    server = start()
    for _ in range(3):
        server.get("/healthz")
    server.get("/nowhere")
    answer = server.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    text = answer.bytes.decode()
    assert 'leadscore_http_requests_total{operation="getHealth",status="200"} 3' in text
    assert 'leadscore_http_requests_total{operation="none",status="404"} 1' in text
    assert 'leadscore_http_request_duration_seconds_count{operation="getHealth"} 3' in text
    assert "leadscore_requests_in_flight 1" in text


def test_origins_get_cors_headers_only_when_they_are_listed(start):
    server = start(cors_origins="https://a.example https://b.example")
    allowed = server.get("/healthz", Origin="https://b.example")
    assert allowed.headers["access-control-allow-origin"] == "https://b.example"
    for origin in ["https://c.example", "https://a.example.evil", "https://a.exampl", ""]:
        assert "access-control-allow-origin" not in server.get("/healthz", Origin=origin).headers
    asked = server.ask("OPTIONS", "/healthz", Origin="https://a.example")
    assert asked.status == 204 and asked.headers["access-control-allow-methods"] == "GET, OPTIONS"


def test_the_log_has_a_line_of_json_for_each_request_and_no_more(start):
    server = start()
    server.get("/nowhere%0a%7b%22event%22:%22forged%22%7d")
    server.get("/healthz", X_Request_Id="forged")
    assert server.stop() == 0
    requests = [line for line in server.lines if line["event"] == "request"]
    assert [line["status"] for line in requests] == [404, 200]
    assert all(line["request_id"] != "forged" for line in requests)


def test_a_proxy_that_is_trusted_names_request_and_client(start):
    server = start(trust_proxy=True)
    answer = server.get("/healthz", X_Request_Id="abc-1", X_Forwarded_For="10.9.9.9, 192.0.2.7")
    assert answer.headers["x-request-id"] == "abc-1"
    bad = server.get("/healthz", X_Request_Id="a b\tc")
    assert bad.headers["x-request-id"] != "a b\tc"
    server.stop()
    assert server.lines[1]["client"] == "192.0.2.7"


def raw(server, request):
    """Bytes as they are, and no more after them; the first 2 KB that come back. What is closed before all
    of it was read is reset, which may overtake the answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return connection.recv(2048)
        except OSError as reason:
            assert reason.errno in (errno.ENOTCONN, errno.ECONNRESET, errno.EPIPE), reason
            return b""


def test_a_header_that_comes_several_times_is_one_list(start):
    """As RFC 9110 has it, letter case apart. A proxy may add a line of its own to what a client forged."""
    server = start(trust_proxy=True)
    etag = server.get("/api/v1/openapi.json").headers["etag"].encode()
    answer = raw(server, b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\n"
                 b'x-forwarded-for: 192.0.2.7\r\nIf-None-Match: "other"\r\nif-none-match: ' + etag + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 304 ")
    server.stop()
    assert server.lines[2]["client"] == "192.0.2.7"


@pytest.mark.parametrize("request_bytes", [
    b"GET / HTTP/9.9\r\n\r\n",
    b"\x00\x01\x02\x03\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: a\r\nBroken\r\n\r\n",
    b"POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + b"b" * 40000 + b"\r\n\r\n",
    b"GET /../../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET //healthz HTTP/1.1\r\nHost: a\r\n\r\n",
], ids=["version", "bytes", "no host", "no colon", "chunk", "long path", "long header", "dots", "coded dots",
        "slashes"])
def test_what_is_no_request_is_4xx_and_the_server_lives(start, request_bytes):
    server = start(idle_seconds=1)
    answer = raw(server, request_bytes)
    # Where it is not even a line of HTTP libmicrohttpd waits for the rest of it, then closes.
    assert answer == b"" or re.match(rb"HTTP/1\.[01] (4\d\d|505)", answer)
    assert server.get("/healthz").status == 200


@pytest.mark.parametrize("beginning", [b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ",
                                       b"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"])
def test_who_sends_a_byte_now_and_then_is_cut_off(start, beginning):
    server = start(idle_seconds=2, request_seconds=1)
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(beginning)
        with pytest.raises(OSError):
            for _ in range(PATIENCE_SECONDS * 2):
                connection.sendall(b"a")
                time.sleep(0.5)
    assert server.get("/healthz").status == 200


def test_a_stop_ends_what_was_begun(start):
    server = start(drain_seconds=30)
    connection = server.connect()
    server.get("/healthz", connection=connection)
    assert server.stop(signal.SIGTERM) == 0
    assert server.lines[-1]["event"] == "stopping"


@pytest.mark.parametrize("setting, message", [
    ("port=99999", 'port is "99999", must be a number from 0 to 65535'),
    ("port=x", 'port is "x", must be a number from 0 to 65535'),
    ("durability=none", 'durability is "none", must be one of: full normal'),
    ("trust_proxy=yes", 'trust_proxy is "yes", must be true or false'),
    ("no_such=1", "no_such is no setting"),
    ("tls_key=key.pem", "tls_certificate and tls_key go together"),
    ("services=leads,tea", 'services names "tea"'),
    ("address=nowhere", 'address is "nowhere", must be an IPv4 or IPv6 address'),
])
def test_a_wrong_setting_stops_the_start_and_is_named(build, tmp_path, setting, message):
    run = subprocess.run([build / "host" / "leadscore-server", "--set", setting], cwd=tmp_path, text=True,
                         capture_output=True, env={"LD_LIBRARY_PATH": str(build / "prefix" / "lib")})
    assert run.returncode == 1 and message in run.stderr and run.stderr.count("\n") == 1


def test_settings_come_from_file_then_environment_then_command_line(build, tmp_path):
    (tmp_path / "server.json").write_text(json.dumps({"port": "x"}))

    def run(*arguments, **environment):
        return subprocess.run([build / "host" / "leadscore-server", "--check", *arguments], cwd=tmp_path,
                              text=True, capture_output=True,
                              env={"LD_LIBRARY_PATH": str(build / "prefix" / "lib"), **environment})

    assert 'port is "x"' in run("--config", "server.json").stderr
    (tmp_path / "server.json").write_text(json.dumps({"port": 8082, "trust_proxy": True}))
    assert run("--config", "server.json").returncode == 0
    assert 'port is "y"' in run("--config", "server.json", LEADSCORE_SERVER_PORT="y").stderr
    assert 'port is "z"' in run("--config", "server.json", "--set", "port=z").stderr
    (tmp_path / "server.json").write_text('{"port": 1, "port": 2}')
    assert "server.json:1: duplicate object key" in run("--config", "server.json").stderr
    assert "leadscore-server: unable to open absent.json: No such file" in run("--config", "absent.json").stderr
    assert run(*["--set", "port=8082"] * 64).returncode == 0
    many = run(*["--set", "port=8082"] * 65)
    assert many.returncode == 2 and "--set is there more than 64 times" in many.stderr


def test_a_service_alone_has_its_paths_and_those_of_the_server(start):
    server = start(services="analytics")
    assert server.get("/healthz").status == 200


def test_what_is_sent_while_the_server_stops_is_answered_and_who_comes_then_is_refused(start):
    server = start(drain_seconds=PATIENCE_SECONDS)
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(b"POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                           b"Content-Length: 2\r\n\r\n{")
        # That one, whose headers have come, and this that asks.
        wait_until(lambda: b"requests_in_flight 2\n" in server.get("/metrics").bytes, "a request that has begun")
        server.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + PATIENCE_SECONDS
        while socket.socket().connect_ex(("127.0.0.1", server.port)) == 0:
            assert time.monotonic() < until
            time.sleep(0.01)
        connection.sendall(b"}")
        answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 422 ") and b"Connection: close" in answer
    assert server.stop() == 0


def test_a_request_of_any_method_has_its_line_in_the_log(start):
    """No text of JSON holds one that is no UTF-8: such a line had neither status nor client."""
    server = start()
    for method in (b"G\xffT", b"A" * 3000, b"PATCH"):
        assert raw(server, method + b" /healthz HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 405 ")
    server.stop()
    lines = [line for line in server.lines if line["event"] == "request"]
    assert [(line["method"], line["status"], line["client"]) for line in lines] == [
        ("_OTHER", 405, "127.0.0.1"), ("_OTHER", 405, "127.0.0.1"), ("PATCH", 405, "127.0.0.1")]
