"""leadscore-server --check: whether what settings name can be used. A start that cannot be says the same."""

import http.client
import socket
import ssl
import subprocess

import pytest

from conftest import PATIENCE_SECONDS, Server
from live_support import Redis

TAKEN = "where another program listens at 127.0.0.1: end that one, or choose another port"
NOT_A_PAIR = "cannot be used: take PEM files of one pair, the key without a passphrase"


@pytest.fixture
def run(build, tmp_path):
    """A function that runs it with settings: its status, and what it says, a list of lines."""
    def run_it(*arguments, **settings):
        settings = {"port": 0, "events_port": 0, **settings}
        sets = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        done = subprocess.run([build / "host" / "leadscore-server", *arguments, *sets], cwd=tmp_path, text=True,
                              capture_output=True, env={"LD_LIBRARY_PATH": str(build / "prefix" / "lib")},
                              timeout=PATIENCE_SECONDS)
        assert all(line.startswith("leadscore-server: ") for line in done.stderr.splitlines())
        return done.returncode, [line.split(" ", 1)[1] for line in done.stderr.splitlines()]

    return run_it


@pytest.fixture
def pem(tmp_path):
    """Certificates c1.pem and c2.pem with their keys k1.pem and k2.pem, and k1 with a passphrase; where they are."""
    for n in (1, 2):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", tmp_path / f"k{n}.pem", "-out", tmp_path / f"c{n}.pem", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", tmp_path / "k1.pem", "-aes128", "-passout", "pass:abc",
                    "-out", tmp_path / "locked.pem"], check=True, capture_output=True)
    (tmp_path / "text.pem").write_text("no PEM\n")
    return tmp_path


@pytest.fixture
def secret_redis(tmp_path):
    one = Redis(tmp_path, password="the secret")
    yield one
    one.stop()


def test_what_can_be_used_is_well(run, pem, secret_redis):
    url = secret_redis.url.replace(" ", "%20")
    assert run("--check", redis=url, tls_certificate="c1.pem", tls_key="k1.pem", address="::1") == (0, [])


def test_an_address_where_a_server_listens_is_told_and_may_be_meant(run, start):
    one = start()
    status, said = run("--check", port=one.port, events_port=one.events_port)
    assert (status, said) == (0, [f"port is {one.port}, {TAKEN}", f"events_port is {one.events_port}, {TAKEN}"])
    assert one.get("/healthz").status == 200
    assert run("--check", port=one.port, services="leads") == (0, said[:1])
    assert run(port=one.port) == (1, said[:1])  # Without --check it is the end.
    assert run(events_port=one.events_port) == (1, said[1:])


@pytest.mark.parametrize("settings, said", [
    ({"address": "192.0.2.1", "events_address": "127.0.0.1"},
     'address is "192.0.2.1", which this host does not have: choose one of its own, or 0.0.0.0 for all of them'),
    ({"events_address": "2001:db8::1"},
     'events_address is "2001:db8::1", which this host does not have: choose one of its own, or :: for all of them'),
    ({"events_address": "localhost"}, 'events_address is "localhost", must be an IPv4 or IPv6 address'),
    ({"port": 9, "events_port": 9}, "events_port is 9, as port is: they must differ"),
    ({"tls_certificate": "no.pem", "tls_key": "k1.pem"},
     'tls_certificate is "no.pem", which cannot be read: No such file or directory'),
    ({"tls_certificate": "c1.pem", "tls_key": "."}, 'tls_key is ".", which cannot be read: Is a directory'),
    ({"tls_certificate": "c1.pem", "tls_key": "/dev/zero"},
     'tls_key is "/dev/zero", which cannot be read: File too large'),
    ({"tls_certificate": "c1.pem", "tls_key": "k2.pem"}, NOT_A_PAIR),
    ({"tls_certificate": "k1.pem", "tls_key": "c1.pem"}, NOT_A_PAIR),
    ({"tls_certificate": "c1.pem", "tls_key": "locked.pem"}, NOT_A_PAIR),
    ({"tls_certificate": "text.pem", "tls_key": "k1.pem"}, NOT_A_PAIR),
    ({"redis": "http://localhost"}, "redis must begin with redis://: it must be redis://[[USER]:PASSWORD@]HOST"),
    ({"redis": "redis://127.0.0.1:1"}, "redis names the one at 127.0.0.1:1, which does not answer (Connection refused): start it"),
])
def test_what_cannot_be_used_is_named_with_what_to_do(run, pem, settings, said):
    for arguments in (["--check"], []):
        status, lines = run(*arguments, **settings)
        assert status == 1 and len(lines) == 1 and said in lines[0]


def test_all_that_cannot_be_used_is_told_at_once(run, pem):
    status, said = run("--check", address="192.0.2.1", redis="redis://127.0.0.1:1", tls_certificate="c1.pem", tls_key="x")
    assert status == 1 and [line.split()[0] for line in said] == ["address", "address", "tls_key", "redis"]


def test_a_redis_that_refuses_is_told_in_its_own_words_and_the_password_is_not(run, secret_redis):
    for secret, words in (("", "NOAUTH "), (":guess%20work@", "WRONGPASS "), (":the%20secret@", "")):
        url = f"redis://{secret}127.0.0.1:{secret_redis.port}/{0 if words else 99}"
        for arguments in (["--check"], []):
            status, (said,) = run(*arguments, redis=url)
            assert status == 1 and f"which refuses the password or the database ({words or 'ERR '}" in said
            assert "guess" not in said and "secret" not in said


def test_a_redis_that_does_not_answer_is_not_waited_for(run):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        status, (said,) = run("--check", redis=f"redis://127.0.0.1:{silent.getsockname()[1]}")
    assert status == 1 and "which does not answer (in time): start it" in said


def test_a_server_answers_over_tls_1_3_and_no_older_one(build, pem, tmp_path):
    one = Server(build, tmp_path, tls_certificate="c1.pem", tls_key="k1.pem")
    trusting = ssl.create_default_context(cafile=pem / "c1.pem")
    connection = http.client.HTTPSConnection("127.0.0.1", one.port, timeout=PATIENCE_SECONDS, context=trusting)
    answer = one.get("/healthz", connection=connection)
    assert answer.json == {"status": "ok"} and "max-age=" in answer.headers["strict-transport-security"]
    trusting.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError):
        http.client.HTTPSConnection("127.0.0.1", one.port, timeout=PATIENCE_SECONDS, context=trusting).connect()
    with pytest.raises((OSError, http.client.HTTPException)):
        one.get("/healthz")  # without TLS
    one.close()
