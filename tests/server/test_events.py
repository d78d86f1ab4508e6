"""Events over WebSockets: who may listen, what comes, what is missed, and how a connection ends."""

import json
import socket
import ssl
import subprocess
import threading
import urllib.error
import urllib.request

import pytest

from live_support import drive, redis, wait_until  # noqa: F401
from websocket_client import BINARY, PING, TEXT, Closed, Refused, WebSocket, trusting

PATH = "/api/v1/events"
UPDATED = "lead_score_updated"


def listen(hub, holder="acme/user-1", *, after=None, headers=(), opened=True, **more):
    path = PATH if after is None else f"{PATH}?after={after}"
    one = WebSocket(hub("port"), path, {"Authorization": f"Bearer {holder}", **dict(headers)}, **more)
    one.opened = one.receive() if opened else None
    return one


def publish(hub, data, *, organization="acme", count=1):
    assert hub("publish", organization, UPDATED, data, count)


def refusal(hub, path=PATH, headers=()):
    with pytest.raises(Refused) as refused:
        WebSocket(hub("port"), path, dict(headers))
    answer = refused.value
    problem = json.loads(answer.body)
    assert answer.headers["content-type"] == "application/problem+json" and problem["status"] == answer.status
    return answer


def end_of(one):
    with pytest.raises(Closed) as closed:
        while True:
            one.receive()
    return closed.value.code


@pytest.fixture
def hub(drive):
    return drive(hub={})


def test_an_event_has_its_five_members_and_goes_to_all_who_listen(hub):
    listeners = [listen(hub, f"acme/user-{i}") for i in range(3)]
    publish(hub, {"lead_id": "lead-1", "score": 71})
    events = [one.receive() for one in listeners]
    assert events[0] == events[1] == events[2]
    assert set(events[0]) == {"id", "type", "time", "organization_id", "data"}
    assert events[0]["type"] == UPDATED and events[0]["organization_id"] == "acme"
    assert events[0]["data"] == {"lead_id": "lead-1", "score": 71}


def test_no_event_reaches_another_organization(hub):
    ours, theirs = listen(hub, "acme/user-1"), listen(hub, "other/user-2")
    publish(hub, {"n": 1})
    publish(hub, {"n": 2}, organization="other")
    assert ours.receive()["data"] == {"n": 1}
    assert theirs.receive()["data"] == {"n": 2}


def test_another_organizations_id_brings_back_nothing_of_it(hub):
    listen(hub, "acme/user-1")
    publish(hub, {"secret": 1}, count=3)
    first = listen(hub, "other/user-2", after=0)
    assert first.opened["missed"] is True
    publish(hub, {"n": 2}, organization="other")
    assert first.receive()["data"] == {"n": 2}


def test_ids_rise_and_stay_exact_as_json_numbers(hub):
    one = listen(hub)
    publish(hub, {}, count=5)
    ids = [one.receive()["id"] for _ in range(5)]
    assert ids == sorted(set(ids)) and ids[0] > one.opened["id"] and ids[-1] < 2**53


def test_who_comes_back_gets_what_came_meanwhile_once_and_in_order(hub):
    one = listen(hub)
    publish(hub, {"n": 0})
    seen = one.receive()["id"]
    one.close()
    for n in range(1, 6):
        publish(hub, {"n": n})
    again = listen(hub, after=seen)
    assert again.opened["missed"] is False
    assert [again.receive()["data"]["n"] for _ in range(5)] == [1, 2, 3, 4, 5]
    publish(hub, {"n": 6})
    assert again.receive()["data"]["n"] == 6


def test_who_comes_back_too_late_is_told_so(drive):
    hub = drive(hub={"ring_events": 3})
    one = listen(hub)
    publish(hub, {"n": 0})
    seen = one.receive()["id"]
    one.close()
    publish(hub, {}, count=3)
    assert listen(hub, after=seen).opened["missed"] is False
    publish(hub, {"n": 4})
    late = listen(hub, after=seen)
    assert late.opened["missed"] is True
    publish(hub, {"n": 5})
    assert late.receive()["data"] == {"n": 5}


def test_the_ring_is_bounded_by_bytes_too(drive):
    hub = drive(hub={"ring_events": 1000, "ring_bytes": 5000})
    one = listen(hub)
    publish(hub, "x" * 2000, count=2)
    first = one.receive()["id"]
    publish(hub, "x" * 2000)
    assert listen(hub, after=first).opened["missed"] is False
    assert listen(hub, after=first - 1).opened["missed"] is True


def test_an_id_from_before_a_restart_counts_as_missed(drive):
    before = drive(hub={})
    one = listen(before)
    publish(before, {})
    seen = one.receive()["id"]
    after = drive(hub={})
    again = listen(after, after=seen)
    assert again.opened["missed"] is True and again.opened["id"] > seen


@pytest.mark.parametrize("after", ["-1", "x", "1x", "", "99999999999999999999", "1%202"])
def test_an_after_that_is_no_id_is_refused(hub, after):
    assert refusal(hub, f"{PATH}?after={after}", {"Authorization": "Bearer acme/user-1"}).status == 400


def test_without_credentials_there_is_no_stream(hub):
    refused = refusal(hub)
    assert refused.status == 401 and refused.headers["www-authenticate"] == "Bearer"
    assert refusal(hub, headers={"Authorization": "Bearer nonsense"}).status == 401
    assert refusal(hub, headers={"Authorization": "Basic " + "x" * 3000}).status == 401
    assert refusal(hub, headers={"Authorization": "Bearer status/403"}).status == 403
    assert hub("counts")["connections"] == 0


def test_a_ticket_is_good_once(hub):
    ticket = hub("ticket", "acme/user-1")
    one = WebSocket(hub("port"), f"{PATH}?ticket={ticket}")
    assert one.receive()["type"] == "stream_opened"
    assert refusal(hub, f"{PATH}?ticket={ticket}").status == 401
    assert refusal(hub, f"{PATH}?ticket={ticket[:-1]}").status == 401


def test_a_ticket_and_an_id_to_go_on_from_stand_side_by_side(hub):
    one = listen(hub)
    publish(hub, {"n": 1}, count=2)
    seen = one.receive()["id"]
    for query in ("after={1}&ticket={0}", "ticket={0}&after={1}"):
        path = f"{PATH}?" + query.format(hub("ticket", "acme/user-1"), seen)
        again = WebSocket(hub("port"), path)
        assert again.receive()["missed"] is False
        assert again.receive()["id"] == seen + 1


def test_a_page_of_another_origin_may_not_connect(hub):
    token = {"Authorization": "Bearer acme/user-1"}
    assert refusal(hub, headers={**token, "Origin": "https://evil.example.com"}).status == 403
    assert refusal(hub, headers={**token, "Origin": "https://app.example.com.evil.example"}).status == 403
    assert refusal(hub, headers={**token, "Origin": "x" * 1000}).status == 403
    listen(hub, headers={"Origin": "https://app.example.com"})


def test_elsewhere_there_is_nothing(hub):
    for path in ("/", "/api/v1/event", "/api/v1/eventsx", "/api/v1/events/../../etc/passwd"):
        assert refusal(hub, path, {"Authorization": "Bearer acme/user-1"}).status == 404


def test_plain_http_is_told_to_upgrade(hub):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://127.0.0.1:{hub('port')}{PATH}", timeout=10)
    assert refused.value.code == 426


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_a_client_that_sends_is_closed(hub, opcode):
    one = listen(hub)
    one.send(opcode, b"hello")
    assert end_of(one) == 1003


def test_a_ping_of_the_client_is_answered(hub):
    one = listen(hub)
    one.send(PING, b"are you there")
    assert one._frame() == (True, 10, b"are you there")


def test_a_client_that_answers_pings_stays(drive):
    hub = drive(hub={"heartbeat_s": 1})
    one = listen(hub)
    threading.Timer(5, publish, (hub, {})).start()
    assert one.receive()["type"] == UPDATED
    assert one.pings >= 2


def test_a_client_that_answers_no_ping_is_let_go(drive):
    hub = drive(hub={"heartbeat_s": 1})
    one = listen(hub)
    one.answers_pings = False
    assert end_of(one) is None and one.pings == 1
    assert wait_until(lambda: hub("counts")["connections"] == 0, "it is gone")
    assert hub("counts")["closed_silent"] == 1


def test_a_reader_too_slow_is_closed_with_1013_and_others_are_not(drive):
    hub = drive(hub={"ring_events": 20})
    slow, quick = listen(hub, receive_buffer=4096), listen(hub)
    for n in range(200):
        publish(hub, {"n": n, "text": "x" * 20000})
        assert quick.receive()["data"]["n"] == n
    assert end_of(slow) == 1013
    assert hub("counts")["closed_slow"] == 1


def test_the_largest_event_arrives_and_a_larger_one_is_lost(hub):
    one = listen(hub)
    publish(hub, "x")
    event = one.receive()
    room = 64 * 1024 - len(json.dumps(event, separators=(",", ":"))) + 1
    publish(hub, "x" * room)
    assert len(one.receive()["data"]) == room
    assert hub("publish", "acme", UPDATED, "x" * (room + 1), 1) is False
    assert hub("counts")["lost"] == 1


def test_a_connection_that_is_too_old_must_sign_in_again(drive):
    assert end_of(listen(drive(hub={"lifetime_s": 1}))) == 4001


def test_a_user_who_is_gone_is_closed_everywhere_and_others_are_not(hub):
    gone = [listen(hub, "acme/user-1") for _ in range(2)]
    stays = listen(hub, "acme/user-2")
    hub("drop", "user-1")
    assert [end_of(one) for one in gone] == [4001, 4001]
    publish(hub, {"n": 1})
    assert stays.receive()["data"] == {"n": 1}


def test_connections_are_limited_in_all_and_by_organization(drive):
    hub = drive(hub={"max_connections": 3, "max_per_organization": 2})
    kept = [listen(hub, "acme/user-1") for _ in range(2)]
    assert refusal(hub, headers={"Authorization": "Bearer acme/user-1"}).status == 429
    kept.append(listen(hub, "other/user-1"))
    assert refusal(hub, headers={"Authorization": "Bearer third/user-1"}).status == 503
    kept[0].close()
    wait_until(lambda: hub("counts")["connections"] == 2, "one is gone")
    listen(hub, "acme/user-1")


def test_a_stop_says_goodbye(drive):
    hub = drive(hub={})
    several = [listen(hub) for _ in range(5)]
    hub.process.stdin.close()
    assert [end_of(one) for one in several] == [1001] * 5
    assert hub.process.wait(30) == 0


def test_a_stop_does_not_wait_for_one_who_reads_nothing(drive):
    hub = drive(hub={})
    listen(hub, receive_buffer=4096)
    publish(hub, "x" * 60000, count=50)
    hub.process.stdin.close()
    assert hub.process.wait(30) == 0


def test_a_port_that_is_taken_is_named(drive):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(RuntimeError, match=f"127.0.0.1, port {taken.getsockname()[1]}"):
            drive(hub={"port": taken.getsockname()[1]})


@pytest.mark.parametrize("raw", [
    b"\x81\x05hello",  # not masked
    b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",  # a length beyond all
    b"\xf1\x80\x00\x00\x00\x00",  # reserved bits
    b"\x83\x80\x00\x00\x00\x00",  # an opcode that is none
    b"\x89\xfe\x00\xff\x00\x00\x00\x00" + b"x" * 255,  # a ping too large
    b"\x80\x80\x00\x00\x00\x00",  # goes on with nothing
])
def test_frames_that_are_none_end_the_connection_and_nothing_else(hub, raw):
    bad, good = listen(hub), listen(hub, "acme/user-2")
    bad.socket.sendall(raw)
    bad.socket.shutdown(socket.SHUT_WR)
    end_of(bad)
    publish(hub, {"n": 1})
    assert good.receive()["data"] == {"n": 1}


@pytest.mark.parametrize("raw", [
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
    b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\r\n\r\n\r\n\r\n",
    b"POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nx",
    b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 99\r\nSec-WebSocket-Key: x\r\nAuthorization: Bearer acme/u\r\n\r\n",
])
def test_requests_that_are_none_leave_the_others_alone(hub, raw):
    good = listen(hub)
    with socket.create_connection(("127.0.0.1", hub("port")), 30) as bad:
        try:
            bad.sendall(raw)
            bad.shutdown(socket.SHUT_WR)
            while bad.recv(65536):
                pass
        except OSError:
            pass
    publish(hub, {"n": 1})
    assert good.receive()["data"] == {"n": 1}


def test_many_threads_may_publish_and_nothing_is_lost_or_turned_round(drive):
    hub = drive(hub={"ring_events": 5000})
    listeners = [listen(hub) for _ in range(4)]
    publish(hub, {"text": "x" * 100}, count=2000)
    for one in listeners:
        ids = [one.receive()["id"] for _ in range(2000)]
        assert ids == list(range(ids[0], ids[0] + 2000))


def test_who_is_dropped_while_redis_does_not_answer_hears_no_more_here(drive, redis):
    hub = drive(hub={}, redis=redis.url)
    one = listen(hub)
    redis.stop()
    hub("drop", "user-1")
    assert end_of(one) == 4001


def test_over_tls(drive, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                    "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                   check=True, capture_output=True)
    hub = drive(hub={"certificate": str(certificate), "private_key": str(key)})
    one = listen(hub, tls=trusting(certificate))
    publish(hub, "x" * 60000)
    assert len(one.receive()["data"]) == 60000
    older = trusting(certificate)
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(OSError), older.wrap_socket(socket.create_connection(("127.0.0.1", hub("port")), 10),
                                                   server_hostname="localhost"):
        pass
    newer = trusting(certificate)
    newer.set_alpn_protocols(["h2", "http/1.1"])
    with newer.wrap_socket(socket.create_connection(("127.0.0.1", hub("port")), 10), server_hostname="localhost") as tls:
        assert (tls.version(), tls.selected_alpn_protocol()) == ("TLSv1.3", "http/1.1")


def test_by_redis_another_process_publishes(drive, redis):
    hub, writer = drive(redis=redis.url, hub={}), drive(redis=redis.url, hub={"listens": False})
    one = listen(hub)
    assert writer("port") == 0
    publish(writer, {"n": 1})
    publish(hub, {"n": 2})
    publish(writer, {"n": 3}, organization="other")
    publish(writer, {"n": 4})
    assert [one.receive()["data"]["n"] for _ in range(3)] == [1, 2, 4]


def test_by_redis_another_process_drops_a_user(drive, redis):
    hub, writer = drive(redis=redis.url, hub={}), drive(redis=redis.url, hub={"listens": False})
    gone, stays = listen(hub, "acme/user-1"), listen(hub, "acme/user-2")
    writer("drop", "user-1")
    assert end_of(gone) == 4001
    publish(writer, {"n": 1})
    assert stays.receive()["data"] == {"n": 1}


def test_by_redis_who_comes_back_misses_nothing_over_a_restart_of_the_hub(drive, redis):
    hub, writer = drive(redis=redis.url, hub={}), drive(redis=redis.url, hub={"listens": False})
    one = listen(hub)
    publish(writer, {"n": 1})
    seen = one.receive()["id"]
    hub.process.stdin.close()
    assert end_of(one) == 1001
    publish(writer, {"n": 2})
    anew = drive(redis=redis.url, hub={})
    again = wait_until(lambda: back(anew, seen), "the stream was read")
    assert again.receive()["data"] == {"n": 2}


def back(hub, seen):
    """A listener who missed nothing since `seen`, once the hub has read what Redis holds."""
    one = listen(hub, after=seen)
    if one.opened["missed"]:
        one.close()
        return None
    return one


def test_by_redis_events_go_on_after_redis_was_away_and_forgot_all(drive, redis):
    hub, writer = drive(redis=redis.url, hub={}), drive(redis=redis.url, hub={"listens": False})
    one = listen(hub)
    publish(writer, {"n": 1})
    seen = one.receive()["id"]
    redis.stop()
    assert writer("publish", "acme", UPDATED, {"n": 2}, 1) is False
    redis.start()
    wait_until(lambda: writer("publish", "acme", UPDATED, {"n": 3}, 1), "Redis is used again")
    event = one.receive()
    assert event["data"] == {"n": 3} and event["id"] > seen
