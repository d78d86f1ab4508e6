"""Traces: what a collector is sent of requests and trainings, and what happens where it cannot be reached."""

import json
import re
import socket
import subprocess
import time

import pytest

import people
from collector import Collector
from conftest import Server
from live_support import free_port, redis, wait_until  # noqa: F401
from test_leads import activate_starter
from websocket_client import Refused, WebSocket

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SAMPLED, UNSAMPLED = f"00-{TRACE}-{PARENT}-01", f"00-{TRACE}-{PARENT}-00"
# Spans are sent at once: tests wait for them.
SOON = {"trace_delay_ms": 1}


@pytest.fixture
def collector(build):
    one = Collector(build / "otlp/bin/python")
    yield one
    one.close()


@pytest.fixture
def traced(start, collector):
    """Starts a server that sends its spans to the collector."""

    def start_one(**settings):
        return start(**{**SOON, "otlp_endpoint": f"{collector.url}/v1/traces", **settings})

    return start_one


def spans_after_stop(server, collector):
    assert server.stop() == 0
    return collector.spans


def request_lines(server):
    return [line for line in server.lines if line["event"] == "request"]


def counted(server, name):
    """A metric of the traces."""
    text = server.get("/metrics").bytes.decode()
    return int(re.search(f"^leadscore_spans_{name} ([0-9]+)$", text, re.MULTILINE)[1])


def test_nothing_is_traced_unless_it_is_asked_for(start):
    server = start()
    assert b"leadscore_spans" not in server.get("/metrics", traceparent=SAMPLED).bytes
    server.stop()
    assert all("trace_id" not in line for line in server.lines)


def test_a_request_is_a_span_named_by_its_route(traced, collector):
    before = time.time_ns()
    server = traced(public_url="https://leads.example.com:8443", trace_service="scores",
                    trace_resource="deployment.environment.name=test,team=a%2Cb")
    assert server.get("/healthz").status == 200
    (span,) = collector.named("GET /healthz")
    assert span["kind"] == "SPAN_KIND_SERVER" and span["status"] == "STATUS_CODE_UNSET"
    assert span["parent_id"] == "" and span["flags"] == 0x101
    assert before < span["start"] <= span["end"] < time.time_ns()
    assert span["attributes"] == {
        "http.request.method": "GET", "http.route": "/healthz", "http.response.status_code": 200,
        "url.scheme": "http", "url.path": "/healthz", "server.address": "leads.example.com",
        "server.port": 8443, "network.protocol.version": "1.1", "leadscore.operation": "getHealth"}
    assert span["resource"]["service.name"] == "scores" and span["resource"]["team"] == "a,b"
    assert span["resource"]["deployment.environment.name"] == "test" and span["resource"]["service.version"]
    assert collector.paths[0] == "/v1/traces" and collector.headers[0]["Content-Type"] == "application/json"


def test_a_route_has_no_ids_in_it_and_what_is_no_route_has_none(traced, collector):
    server = traced()
    server.get("/api/v1/leads/lovelace")
    server.get("/nowhere/lovelace")
    server.ask("BREW", "/nowhere")
    by_name = {span["name"]: span["attributes"] for span in spans_after_stop(server, collector)}
    assert by_name["GET /api/v1/leads/{lead_id}"]["url.path"] == "/api/v1/leads/{lead_id}"
    assert by_name["GET"]["http.response.status_code"] == 404 and "http.route" not in by_name["GET"]
    assert by_name["HTTP"]["http.request.method"] == "_OTHER"
    assert all("error.type" not in attributes for attributes in by_name.values())  # The client's faults.


def test_a_fault_of_the_server_is_an_error(traced, collector):
    server = traced()
    (server.folder / "leadscore.db").write_bytes(b"no store" * 1000)  # Threads open it at their first request.
    assert server.get("/readyz").status == 500
    (span,) = collector.named("GET /readyz")
    assert span["status"] == "STATUS_CODE_ERROR" and span["attributes"]["error.type"] == "500"
    server.stop()
    (fault,) = [line for line in server.lines if line["event"] == "fault"]
    assert (fault["trace_id"], fault["span_id"]) == (span["trace_id"], span["span_id"])


def test_the_parent_of_a_request_is_honoured(traced, collector):
    server = traced()
    server.get("/healthz", traceparent=SAMPLED)
    server.get("/readyz", traceparent=f"cc-{TRACE}-{PARENT}-09-what later versions add")
    for name in ("GET /healthz", "GET /readyz"):
        (span,) = collector.named(name)
        assert (span["trace_id"], span["parent_id"], span["flags"]) == (TRACE, PARENT, 0x301), name
        assert span["span_id"] not in ("", PARENT)


def test_of_a_parent_that_is_not_sampled_nothing_is_sent(traced, collector):
    server = traced()
    token = people.found_alone(server, "acme")
    server.get("/api/v1/leads", token=token, traceparent=UNSAMPLED)
    server.get("/healthz")
    spans = spans_after_stop(server, collector)
    assert "GET /healthz" in {span["name"] for span in spans}
    assert all(TRACE != span["trace_id"] and span["name"] != "GET /api/v1/leads" for span in spans)
    (line,) = [line for line in request_lines(server) if line["operation"] == "listLeads"]
    assert (line["trace_id"], line["trace_flags"]) == (TRACE, "00")


MALFORMED = ["", "00", SAMPLED[:-1], SAMPLED + "-", SAMPLED + "-00", "ff" + SAMPLED[2:], "0g" + SAMPLED[2:],
             SAMPLED.upper(), SAMPLED.replace("-", "_"), SAMPLED.replace("-", "_", 1), SAMPLED[:-2] + "0x",
             f"00-{'0' * 32}-{PARENT}-01", f"00-{TRACE}-{'0' * 16}-01", f"00-{TRACE[:-1]}g-{PARENT}-01",
             f"00-{TRACE}-{PARENT[:-1]}-01", f"01-{TRACE}-{PARENT}-01x", " " * 55, "é" * 40, "-" * 55, "9" * 5000,
             f"{SAMPLED},{SAMPLED}"]


def test_a_malformed_parent_is_passed_over(traced, collector):
    server = traced()
    for header in MALFORMED:
        assert server.get("/healthz", traceparent=header.encode()).status == 200, header
    spans = spans_after_stop(server, collector)
    assert [span["name"] for span in spans] == ["GET /healthz"] * len(MALFORMED)
    assert {(span["parent_id"], span["flags"]) for span in spans} == {("", 0x101)}
    assert len({span["trace_id"] for span in spans}) == len(MALFORMED)


def test_a_part_of_the_traces_is_kept_and_chosen_by_their_ids(traced, collector):
    server = traced(trace_ratio="0.25")
    server.get("/readyz", traceparent=SAMPLED)  # The caller has chosen.
    for _ in range(200):
        server.get("/healthz")
    sent = {span["trace_id"] for span in spans_after_stop(server, collector)}
    own = [line for line in request_lines(server) if line["operation"] == "getHealth"]
    for line in own:
        is_chosen = int(line["trace_id"][-14:], 16) < 0.25 * 2**56
        assert (line["trace_flags"] == "01") == (line["trace_id"] in sent) == is_chosen
    # 50 are to be expected, give or take 6: 14 and 98 are eight times that away.
    assert TRACE in sent and 2 < len(sent) - 1 < 98


def test_of_a_ratio_of_none_only_what_callers_chose_is_sent(traced, collector):
    server = traced(trace_ratio="0")
    for _ in range(20):
        server.get("/healthz")
    server.get("/readyz", traceparent=SAMPLED)
    assert {span["name"] for span in spans_after_stop(server, collector)} >= {"GET /readyz"}
    assert not any(b"/healthz" in body for _, body in collector.bodies)


def test_lines_of_the_log_name_the_span(traced, collector):
    server = traced()
    for path in ("/healthz", "/nowhere"):
        server.get(path)
    spans = {(span["trace_id"], span["span_id"]) for span in spans_after_stop(server, collector)}
    assert {(line["trace_id"], line["span_id"]) for line in request_lines(server)} == spans
    assert all(line["trace_flags"] == "01" for line in request_lines(server))
    assert "trace_id" not in server.lines[0] and server.lines[0]["event"] == "started"


def family(spans, name):
    """The span of this name, and those of its steps, in their order."""
    (whole,) = [span for span in spans if span["name"] == name]
    steps = [span for span in spans if span["parent_id"] == whole["span_id"]]
    return whole, sorted(steps, key=lambda span: span["start"])


def test_costly_steps_are_spans_within_that_of_the_request(traced, collector):
    server = traced()
    token = people.found_alone(server, "acme")
    activate_starter(server, token)
    server.post("/api/v1/leads", {"id": "ada", "email": "ada@example.com"}, token=token, Idempotency_Key="once-and-no-more")
    server.get("/api/v1/leads/ada/score", token=token)
    spans = spans_after_stop(server, collector)
    whole, steps = family(spans, "POST /api/v1/leads")
    assert [step["name"] for step in steps] == ["srv_authenticate", "srv_replay_begin", "lsc_store_put_lead_json",
                                                "lsc_store_lead_json", "lsc_store_commit", "srv_replay_end"]
    whole, scored = family(spans, "GET /api/v1/leads/{lead_id}/score")
    assert "lsc_store_score_lead" in [step["name"] for step in scored]
    assert [step["name"] for step in family(spans, "POST /api/v1/auth/login")[1]] == ["srv_login_check"]
    for step in scored:
        assert (step["trace_id"], step["kind"], step["flags"]) == (whole["trace_id"], "SPAN_KIND_INTERNAL", 0x101)
        assert whole["start"] <= step["start"] <= step["end"] <= whole["end"]
    assert len({span["span_id"] for span in spans}) == len(spans)


def test_a_step_that_fails_says_why(traced, collector):
    server = traced()
    token = people.found_alone(server, "acme")
    assert server.get("/api/v1/leads/nobody", token=token).status == 404
    whole, steps = family(spans_after_stop(server, collector), "GET /api/v1/leads/{lead_id}")
    assert whole["status"] == "STATUS_CODE_UNSET" and steps[-1]["status"] == "STATUS_CODE_ERROR"
    assert steps[-1]["attributes"] == {"error.type": "LSC_NOT_FOUND"}


def test_a_training_belongs_to_the_trace_of_who_asked_for_it(traced, collector):
    server = traced()
    token = people.found_alone(server, "acme")
    asked = server.post("/api/v1/scoring/models", {"name": "ours", "effort": "quick"}, token=token, traceparent=SAMPLED)
    assert asked.status == 202
    server.wait_for("training")  # Without leads it fails.
    spans = spans_after_stop(server, collector)
    request, steps = family(spans, "POST /api/v1/scoring/models")
    training, its_steps = family(spans, "srv_train")
    assert training in steps and training["trace_id"] == TRACE and training["flags"] == 0x101
    assert training["status"] == "STATUS_CODE_ERROR" and training["attributes"]["error.type"].startswith("LSC_")
    assert [step["name"] for step in its_steps] == ["lsc_train_model"]
    (line,) = [line for line in server.lines if line["event"] == "training"]
    assert (line["trace_id"], line["span_id"]) == (TRACE, training["span_id"])


def test_the_handshake_of_a_websocket_is_a_span_and_redis_a_step(traced, collector, redis):
    server = traced(redis=redis.url)
    token = people.found_alone(server, "acme")
    WebSocket(server.events_port, "/api/v1/events", {"Authorization": f"Bearer {token}", "traceparent": SAMPLED}).close()
    for path in ("/api/v1/events?ticket=secret", "/elsewhere?ticket=secret"):
        with pytest.raises(Refused):
            WebSocket(server.events_port, path)
    spans = spans_after_stop(server, collector)
    shaken = {span["attributes"]["http.response.status_code"]: span for span in spans
              if span["name"] in ("GET /api/v1/events", "GET")}
    assert set(shaken) == {101, 401, 404} and shaken[404]["name"] == "GET"
    assert (shaken[101]["trace_id"], shaken[101]["parent_id"]) == (TRACE, PARENT)
    assert shaken[101]["attributes"]["http.route"] == "/api/v1/events"
    assert shaken[401]["trace_id"] != TRACE and b"secret" not in b"".join(body for _, body in collector.bodies)
    (asked,) = [span for span in spans if span["parent_id"] == shaken[101]["span_id"]]
    assert asked["name"] == "srv_authenticate"
    assert {"srv_redis_call"} == {span["name"] for span in spans if span["parent_id"] == asked["span_id"]}


PERSONAL = ["lovelace", "babbage", "Mozilla", "203.0.113.9", "127.0.0.1", "acme", "secret", "Countess"]


def test_nothing_personal_is_in_any_span(traced, collector):
    server = traced(public_url="https://leads.example.com", trust_proxy=True)
    token = people.found_alone(server, "acme")
    activate_starter(server, token)
    headers = {"token": token, "User_Agent": "Mozilla/5.0", "X_Forwarded_For": "203.0.113.9",
               "X_Request_Id": "lovelace", "tracestate": "secret=lovelace", "baggage": "user=lovelace"}
    leads = "/api/v1/leads"
    server.post(leads, {"id": "lovelace", "email": "lovelace@example.com", "job_title": "Countess"}, **headers)
    server.post(f"{leads}/lovelace/activities", [{"id": "a", "type": "babbage", "time": "2026-03-02T10:00:00Z"}], **headers)
    for path in (f"{leads}/lovelace", f"{leads}/lovelace/score", f"{leads}?email=lovelace%40example.com",
                 f"{leads}/lovelace/activities", "/lovelace", f"{leads}/babbage", f"{leads}?lovelace=1",
                 "/api/v1/users/lovelace", "/api/v1/scoring/models/lovelace/performance"):
        server.get(path, **headers)
    server.ask("LOVELACE", "/lovelace", **headers)
    server.post("/api/v1/auth/login", {"email": "lovelace@example.com", "password": "secret of lovelace"}, **headers)
    server.post("/api/v1/scoring/score-lead", {"lead": {"email": "lovelace@example.com"}}, **headers)
    server.ask("DELETE", f"{leads}/lovelace", **headers)
    assert len(spans_after_stop(server, collector)) > 40
    sent = b"".join(body for _, body in collector.bodies).decode().lower()
    assert [text for text in PERSONAL if text.lower() in sent] == []


# What becomes of spans that cannot be sent.

def test_requests_go_on_while_the_collector_is_away(start):
    server = start(**SOON, otlp_endpoint=f"http://127.0.0.1:{free_port()}/v1/traces")
    server.get("/healthz")
    server.wait_for("traces_not_taken")
    assert all(server.get("/healthz").status == 200 for _ in range(20))
    assert server.stop() == 0
    assert [line["event"] for line in server.lines].count("traces_not_taken") == 1  # Once, not each time.
    (lost,) = [line for line in server.lines if line["event"] == "traces_lost"]
    assert lost["spans"] == 21


def test_requests_go_on_while_the_collector_does_not_answer_and_the_end_is_not_held_up(traced, collector):
    server = traced(otlp_timeout_ms=600000)
    collector.hold()
    server.get("/healthz")
    wait_until(lambda: collector.bodies, "it was asked")
    assert all(server.get("/healthz").status == 200 for _ in range(20))
    assert server.stop() == 0  # Long before that timeout, which the test would not wait for.
    assert [line["spans"] for line in server.lines if line["event"] == "traces_lost"] == [21]


def test_a_collector_that_only_takes_connections_holds_up_nothing(start):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = start(**SOON, otlp_timeout_ms=100,
                       otlp_endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}/v1/traces")
        server.get("/healthz")
        assert "imeout" in server.wait_for("traces_not_taken")["message"]
        assert server.stop() == 0


def test_what_the_queue_has_no_room_for_is_dropped_and_counted(traced, collector):
    server = traced(trace_queue=4)
    collector.hold()
    server.get("/healthz")
    wait_until(lambda: collector.bodies, "it was asked")
    for _ in range(10):
        assert server.get("/healthz").status == 200
    assert counted(server, "waiting") == 4 and counted(server, "dropped_total") >= 6
    collector.release()
    wait_until(lambda: counted(server, "sent_total") >= 5, "the rest is sent")
    assert server.stop() == 0
    assert [span["name"] for span in collector.spans].count("GET /healthz") == 5


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_collector_that_has_no_time_is_asked_again(traced, collector, status):
    # Our own first wait is of a second at most.
    asked_s = 2 if status in (429, 503) else 0
    collector.answers = [(status, {"Retry-After": str(asked_s)} if asked_s else {}, b"")]
    server = traced()
    server.get("/healthz")
    server.wait_for("traces_taken_again")
    assert [status for status, _ in collector.bodies][:2] == [status, 200]
    assert collector.bodies[0][1] == collector.bodies[1][1]
    assert collector.times[1] - collector.times[0] >= asked_s
    assert len(collector.named("GET /healthz")) == 1 and counted(server, "dropped_total") == 0


@pytest.mark.parametrize("status", [301, 400, 401, 404, 413, 500])
def test_what_a_collector_refuses_is_not_sent_again(traced, collector, status):
    collector.answers = [(status, {"Location": "/elsewhere"}, b"")]
    server = traced()
    server.get("/healthz")
    assert server.wait_for("traces_not_taken")["status"] == status
    wait_until(lambda: counted(server, "dropped_total") == 1, "it is counted")
    assert server.stop() == 0
    assert not any(span["name"] == "GET /healthz" for span in collector.spans)
    assert set(collector.paths) == {"/v1/traces"}


@pytest.mark.parametrize("rejected", ["1", 1, "99", -5, "x", None, []])
def test_what_a_collector_could_take_only_in_part_is_counted(traced, collector, rejected):
    answer = json.dumps({"partialSuccess": {"rejectedSpans": rejected, "errorMessage": "no"}}).encode()
    collector.answers = [(200, {}, answer)]
    server = traced()
    server.get("/healthz")
    wait_until(lambda: counted(server, "sent_total") + counted(server, "dropped_total") > 0, "it is answered")
    dropped = counted(server, "dropped_total")
    if rejected == "99":  # more than were sent: as many as that
        assert dropped >= 1
    else:
        assert dropped == (1 if rejected in ("1", 1) else 0)


def test_an_answer_without_end_is_not_read(traced, collector):
    collector.answers = [(200, {}, b"x" * (1 << 20))]
    server = traced()
    server.get("/healthz")
    server.wait_for("traces_not_taken")
    assert server.get("/healthz").status == 200


def test_what_waits_is_sent_when_the_server_ends(traced, collector):
    server = traced(trace_delay_ms=600000)
    for _ in range(1100):  # More than two batches.
        server.get("/healthz")
    assert len(spans_after_stop(server, collector)) == 1100
    assert max(body.count(b'"traceId"') for _, body in collector.bodies) == 512
    assert not any(line["event"] == "traces_lost" for line in server.lines)


# Settings.

def test_the_environment_is_that_of_opentelemetry(start, collector, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url + "/base/")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Basic%20abc, x-tenant = one")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "named")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=other,host.name=h%20h")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "1")
    server = start()
    server.get("/readyz")
    server.get("/healthz", traceparent=SAMPLED)
    (span,) = collector.named("GET /healthz")
    assert (span["resource"]["service.name"], span["resource"]["host.name"]) == ("named", "h h")
    assert collector.paths == ["/base/v1/traces"] and len(collector.spans) == 1
    assert (collector.headers[0]["Authorization"], collector.headers[0]["x-tenant"]) == ("Basic abc", "one")


def test_what_is_said_of_traces_wins_and_our_own_settings_win_over_all(start, collector, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", collector.url + "/exactly")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "theirs")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "")
    server = start(**SOON, trace_service="ours", trace_ratio="1")
    server.get("/healthz")
    (span,) = collector.named("GET /healthz")
    assert collector.paths[0] == "/exactly" and span["resource"]["service.name"] == "ours"


@pytest.mark.parametrize("name, value", [("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")])
def test_the_environment_can_turn_it_off(start, collector, monkeypatch, name, value):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv(name, value)
    server = start(**SOON)
    server.get("/healthz")
    assert server.stop() == 0 and not collector.bodies


WRONG = [({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317"}, "otlp_endpoint is"),
         ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "_PROTOCOL is \"grpc\""),
         ({"OTEL_TRACES_SAMPLER_ARG": "1.5"}, "trace_ratio is \"1.5\""),
         ({"OTEL_TRACES_SAMPLER_ARG": "nan"}, "trace_ratio is \"nan\""),
         ({"OTEL_EXPORTER_OTLP_TIMEOUT": "soon"}, "OTEL_EXPORTER_OTLP_TIMEOUT: otlp_timeout_ms is \"soon\""),
         ({"OTEL_RESOURCE_ATTRIBUTES": "no pair"}, "trace_resource is"),
         ({"OTEL_RESOURCE_ATTRIBUTES": "a=%zz"}, "trace_resource is"),
         ({"OTEL_EXPORTER_OTLP_HEADERS": "=secret"}, "otlp_headers must be"),
         ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_EXPORTER_OTLP_HEADERS": "a=secret%0D%0Ab: c"},
          "otlp_headers must be"),
         ({"OTEL_EXPORTER_OTLP_HEADERS": "a b=secret"}, "otlp_headers must be"),
         ({"LEADSCORE_SERVER_OTLP_ENDPOINT": "ftp://c/v1/traces"}, "otlp_endpoint is"),
         ({"LEADSCORE_SERVER_TRACE_QUEUE": "0"}, "trace_queue is \"0\"")]


@pytest.mark.parametrize("variables, message", WRONG)
def test_a_wrong_setting_is_named_at_the_start(build, tmp_path, variables, message):
    done = subprocess.run([build / "host/leadscore-server", "--check"], cwd=tmp_path, capture_output=True, text=True,
                          env={"LD_LIBRARY_PATH": str(build / "prefix/lib"), **variables})
    assert done.returncode == 1 and message in done.stderr and "secret" not in done.stderr
