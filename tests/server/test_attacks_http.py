"""HTTP that is wrong on purpose: chunks, lengths, paths, bodies too large or too slow, and thousands of connections."""

import errno
import re
import resource
import socket
import time

import pytest

from conftest import PATIENCE_SECONDS, Server
from people import first_owner, found, log_in

LOGIN = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
BODY = b'{"email": "a@b.example", "password": "not a password"}'


def answers_to(server, *parts):
    """The statuses of all that comes back for some bytes, until the server hangs up or nothing more comes."""
    got = b""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS) as connection:
        try:
            for part in parts:
                connection.sendall(part)
            connection.shutdown(socket.SHUT_WR)
            while more := connection.recv(65536):
                got += more
        except OSError as reason:  # What is closed before all of it was read is reset, which may overtake the answer.
            assert reason.errno in (errno.ENOTCONN, errno.ECONNRESET, errno.EPIPE), reason
    assert b"\r\n\r\n" in got or got == b""
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", got)]


def chunked(body, size=b"%x"):
    return size % len(body) + b"\r\n" + body + b"\r\n0\r\n\r\n"


@pytest.fixture(scope="module")
def impatient(build, tmp_path_factory):
    one = Server(build, tmp_path_factory.mktemp("impatient"), idle_seconds=2, request_seconds=2, max_body_bytes=65536,
                 max_model_bytes=65536)
    yield one
    one.close()


CHUNKS = {
    "no number": b"zz\r\n" + BODY + b"\r\n0\r\n\r\n",
    "below zero": b"-1\r\n" + BODY + b"\r\n0\r\n\r\n",
    "a sign": b"+36\r\n" + BODY + b"\r\n0\r\n\r\n",
    "as in C": b"0x36\r\n" + BODY + b"\r\n0\r\n\r\n",
    "beyond 64 bits": b"1" + b"0" * 16 + b"\r\n" + BODY + b"\r\n0\r\n\r\n",
    "64 bits": b"f" * 16 + b"\r\n" + BODY + b"\r\n0\r\n\r\n",
    "digits without end": b"0" * 100000 + b"\r\n",
    "an extension without end": b"36;" + b"a" * 100000 + b"\r\n",
    "more than it said": b"5\r\n" + BODY + b"\r\n0\r\n\r\n",
    "less than it said": b"ff\r\n" + BODY + b"\r\n0\r\n\r\n",
    "no line end": b"36" + BODY,
    "bare line feeds": b"36\n" + BODY + b"\n0\n\n",
    "nothing": b"",
    "no last one": b"36\r\n" + BODY + b"\r\n",
    "trailers without end": b"36\r\n" + BODY + b"\r\n0\r\n" + b"A: b\r\n" * 20000,
    "bytes": bytes(range(256)),
}
# Where the line before a chunk does not fit its buffer libmicrohttpd answers 500 by itself; no host is asked.
NO_ROOM = {"digits without end", "an extension without end"}


@pytest.mark.parametrize("chunks", CHUNKS)
def test_malformed_chunks_log_nobody_in_and_the_server_lives(impatient, chunks):
    answers = answers_to(impatient, LOGIN + b"Transfer-Encoding: chunked\r\n\r\n", CHUNKS[chunks])
    assert all(400 <= status < 500 or (chunks in NO_ROOM and status == 500) for status in answers), answers
    assert impatient.get("/healthz").status == 200


def test_chunks_that_are_right_are_read(impatient):
    assert answers_to(impatient, LOGIN + b"Transfer-Encoding: chunked\r\n\r\n", chunked(BODY)) == [401]
    one_by_one = b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n"
    assert answers_to(impatient, LOGIN + b"Transfer-Encoding: chunked\r\n\r\n", one_by_one) == [401]


SMUGGLED = b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize("headers", [
    b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    b"Content-Length: 5\r\nContent-Length: 6\r\n",
    b"Content-Length: 5\r\nContent-Length: 5\r\n",
    b"Content-Length: 5\r\nHost: b\r\n",
    b"Content-Length: 5, 5\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: +5\r\n",
    b"Content-Length: 0x5\r\n",
    b"Content-Length: 99999999999999999999999\r\n",
    b"Content-Length : 5\r\n",
    b"Transfer-Encoding: chunked, identity\r\n",
    b"Transfer-Encoding: xchunked\r\n",
    b"Transfer-Encoding:\x0bchunked\r\n",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
], ids=lambda each: each.decode("latin-1").replace("\r\n", "; "))
def test_no_request_hides_in_the_body_of_another(impatient, headers):
    """Where two readers could see two ends of the body, what stands behind it is not taken for a request."""
    answers = answers_to(impatient, LOGIN + headers + b"\r\n", b"0\r\n\r\n" + SMUGGLED)
    assert all(status >= 400 for status in answers), answers
    assert impatient.get("/healthz").status == 200


def test_no_request_hides_behind_chunks_of_http_1_0(impatient):
    head = LOGIN.replace(b"HTTP/1.1", b"HTTP/1.0") + b"Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
    answers = answers_to(impatient, head, chunked(BODY) + SMUGGLED)
    assert all(status >= 400 for status in answers), answers


def test_what_stands_behind_a_body_with_one_end_is_a_request(impatient):
    assert answers_to(impatient, LOGIN + b"Content-Length: 5\r\n\r\n", b"0\r\n\r\n" + SMUGGLED) == [422, 200]


@pytest.mark.parametrize("path", [
    b"/../../../../etc/passwd", b"/docs/../../auth.key", b"/docs/..%2f..%2fauth.key", b"/docs/%2e%2e/%2e%2e/auth.key",
    b"/docs/%252e%252e/auth.key", b"/docs//auth.key", b"/docs/docs.js/../../../auth.db", b"/docs/docs.js%00.html",
    b"/docs/..\\..\\auth.key", b"//etc/passwd", b"/%c0%ae%c0%ae/auth.key", b"/api/v1/leads/..%2f..%2f..%2fhealthz",
    b"/docs/docs.js;/../../auth.key", b"http://127.0.0.1/auth.key", b"*", b"/api/v1/../../healthz"])
def test_no_path_leads_out(impatient, path):
    with socket.create_connection(("127.0.0.1", impatient.port), PATIENCE_SECONDS) as connection:
        connection.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        got = b""
        while more := connection.recv(65536):
            got += more
    assert re.match(rb"HTTP/1\.1 4\d\d ", got), got[:100]
    assert b"root:" not in got and b"SQLite format" not in got


@pytest.mark.parametrize("path", ["/api/v1/auth/login", "/api/v1/leads", "/api/v1/scoring/models", "/nowhere", "/healthz"])
def test_a_body_that_is_too_large_is_refused(impatient, path):
    body = b'{"email": "' + b"a" * 65536 + b'"}'
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n".encode()
    whole = answers_to(impatient, head + b"Content-Length: %d\r\n\r\n" % len(body), body)
    pieces = answers_to(impatient, head + b"Transfer-Encoding: chunked\r\n\r\n", chunked(body))
    said = answers_to(impatient, head + b"Content-Length: 1099511627776\r\n\r\n")
    for answers in (whole, pieces, said):
        assert all(400 <= status < 500 for status in answers), answers
    assert impatient.get("/healthz").status == 200


def resident_kb(server):
    status = open(f"/proc/{server.process.pid}/status").read()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


def test_a_body_without_end_does_not_fill_the_memory(impatient):
    impatient.get("/healthz")
    before = resident_kb(impatient)
    piece = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    with socket.create_connection(("127.0.0.1", impatient.port), PATIENCE_SECONDS) as connection:
        connection.sendall(LOGIN + b"Transfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(2048):  # 128 MiB
                connection.sendall(piece)
        except OSError as reason:
            assert reason.errno in (errno.ECONNRESET, errno.EPIPE), reason
    # Far less than was sent; what allocators and a sanitizer keep of it is some.
    assert resident_kb(impatient) - before < 64 * 1024
    assert impatient.get("/healthz").status == 200


def test_a_large_body_is_kept_of_those_alone_who_may_send_it(start):
    server = start(max_body_bytes=65536)
    people = found(server, "acme")
    bundle = b"a" * (32 << 20)

    def sent(path, token):
        """A connection that has sent all of the bundle but its last byte."""
        connection = socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS)
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\n"
                           f"Authorization: Bearer {token}\r\nContent-Length: {len(bundle)}\r\n\r\n".encode())
        connection.sendall(bundle[1:])
        return connection

    models = "/api/v1/scoring/models"
    before = resident_kb(server)
    crowd = [(sent(models, "x"), 401), (sent(models, people.tokens["manager"]), 403),
             (sent("/nowhere", people.tokens["owner"]), 404), (sent("/healthz", ""), 405),
             (sent("/api/v1/leads", people.tokens["owner"]), 413), (sent("/api/v1/auth/login", "x"), 413)]
    # A sixth of what they sent; without the rule it is nearly all.
    assert resident_kb(server) - before < 32 * 1024
    for connection, status in crowd + [(sent(models, people.tokens["admin"]), 422)]:
        with connection:
            connection.sendall(b"a")
            assert connection.recv(4096).startswith(b"HTTP/1.1 %d " % status)


def test_of_a_crowd_that_nobody_knows_little_is_kept(start):
    """200 connections that have sent nearly all of a body of a megabyte, as is allowed to whoever may send it."""
    server = start()
    people = found(server, "acme")
    body = b'{"email": "' + b"a" * ((1 << 20) - 13) + b'"}'
    tokens = {"/api/v1/auth/login": "x", "/api/v1/leads": "x", "/api/v1/scoring/models": people.tokens["manager"],
              "/api/v1/leads/1": people.tokens["read_only"]}
    before = resident_kb(server)
    crowd = []
    for number in range(200):
        path = list(tokens)[number % 4]
        crowd.append(socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS))
        crowd[-1].sendall(f"POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {tokens[path]}\r\n"
                          f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[:-1])
    # A quarter of what they sent; without the rule it is all.
    assert resident_kb(server) - before < 48 * 1024
    for number, status in enumerate([413, 401, 403, 405] * 50):
        with crowd[number] as connection:
            connection.sendall(body[-1:])
            assert connection.recv(4096).startswith(b"HTTP/1.1 %d " % status)
    assert server.post("/api/v1/leads", body, token=people.tokens["user"], Content_Type="application/json").status == 422


@pytest.mark.parametrize("n, status", [(16384, 401), (16385, 413)])
def test_a_log_in_has_no_more_bytes_than_are_kept_of_anybody(impatient, n, status):
    body = BODY + b" " * (n - len(BODY))
    assert answers_to(impatient, LOGIN + b"Content-Length: %d\r\n\r\n" % n, body) == [status]


@pytest.mark.parametrize("n, status", [(1024, 422), (1025, 413), (40000, 413)])
def test_a_limit_below_that_of_anybody_holds(start, n, status):
    server = start(max_body_bytes=1024)
    people = found(server, "acme")
    body = b'{"email": "' + b"a" * (n - 13) + b'"}'
    for token in (people.tokens["user"], "x"):
        answer = server.post("/api/v1/leads", body, token=token, Content_Type="application/json")
        assert answer.status == (401 if token == "x" else status)


@pytest.mark.parametrize("head", [b"", b"POST", LOGIN, LOGIN + b"Content-Length: 50\r\n\r\n",
                                  LOGIN + b"Transfer-Encoding: chunked\r\n\r\n32\r\n"],
                         ids=["nothing", "a method", "headers", "a body", "a chunk"])
def test_who_stops_in_the_middle_is_cut_off(impatient, head):
    with socket.create_connection(("127.0.0.1", impatient.port), PATIENCE_SECONDS) as connection:
        connection.sendall(head)
        got = b""
        try:
            while more := connection.recv(4096):
                got += more
        except ConnectionResetError:
            pass
    assert got == b"" or re.match(rb"HTTP/1\.1 4\d\d ", got)


def test_who_does_not_read_is_cut_off(impatient):
    """He asks for a hundred answers of some hundred kilobytes, and takes none."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(PATIENCE_SECONDS)
        connection.connect(("127.0.0.1", impatient.port))
        try:
            connection.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 100)
        except OSError as reason:
            assert reason.errno in (errno.ECONNRESET, errno.EPIPE), reason
        until = time.monotonic() + PATIENCE_SECONDS
        while connections_of(impatient.port) > 0:
            assert time.monotonic() < until
            time.sleep(0.1)
    assert impatient.get("/healthz").status == 200


def connections_of(port):
    """Established ones that a server has, by the kernel's table."""
    lines = open("/proc/net/tcp").read().splitlines()[1:]
    fields = [line.split() for line in lines]
    return sum(each[1].endswith(f":{port:04X}") and each[3] == "01" for each in fields)


def test_a_low_limit_of_the_shell_is_not_that_of_connections(start):
    """Most shells give a process 1,024 files at first, and it may have more."""
    soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, most))
    try:
        server = start(idle_seconds=600)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, most))
    crowd = [socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS) for _ in range(150)]
    assert server.get("/healthz").status == 200
    for one in crowd:
        one.close()


CROWD = 10000


def test_ten_thousand_connections_leave_room_for_one_more(build, start):
    """They say nothing, or half a request. Who comes after them is answered, and so is each of them that goes on."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most < CROWD + 1000:
        pytest.skip(f"a process may have {most} files open here")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    crowd = []
    try:
        server = start(idle_seconds=600, request_seconds=600)
        people = found(server, "acme")
        for number in range(CROWD):
            crowd.append(socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS))
            crowd[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n"[:number % 36])
        assert server.get("/api/v1/auth/me", token=people.tokens["user"]).status == 200
        for number in range(0, CROWD, 97):
            crowd[number].sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n"[number % 36:] + b"\r\n")
            assert crowd[number].recv(4096).startswith(b"HTTP/1.1 200 ")
    finally:
        for one in crowd:
            one.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert server.get("/healthz").status == 200
    assert server.stop() == 0


@pytest.mark.parametrize("setting", [{"token_audience": "another"}, {"token_issuer": "https://another.example"}])
def test_a_token_for_another_audience_or_of_another_issuer_opens_nothing(start, setting):
    """Though it is sealed with a key that both servers publish: they share auth.db."""
    one = start()
    password = first_owner(one, "acme", "owner@acme.example")
    token = log_in(one, "owner@acme.example", password).json["access_token"]
    other = start(**setting)
    assert one.get("/api/v1/auth/me", token=token).status == 200
    assert other.get("/api/v1/auth/me", token=token).status == 401
    keys = [[key["kid"] for key in server.get("/.well-known/jwks.json").json["keys"]] for server in (one, other)]
    assert keys[0] == keys[1]
