"""Models, trainings and analytics through the API."""

import json
import subprocess
import time

import pytest

import people
from conftest import PATIENCE_SECONDS, Server
from test_leads import STARTER, activate_starter

MODELS = "/api/v1/scoring/models"
JOBS = "/api/v1/scoring/jobs"


@pytest.fixture(scope="module")
def acme(build, tmp_path_factory):
    """A server whose organization has 400 leads of the sample, and its people."""
    folder = tmp_path_factory.mktemp("acme")
    environment = {"LD_LIBRARY_PATH": str(build / "prefix/lib")}

    def leadscore(*arguments):
        subprocess.run([build / "prefix/bin/leadscore", *arguments], cwd=folder, env=environment, check=True,
                       capture_output=True)

    leadscore("sample", "--leads", "400", "--seed", "7", "-o", "sample")
    server = Server(build, folder)
    found = people.found(server, "acme")
    leadscore("ingest", "--store", "leadscore.db", "--organization", "acme", "--leads", "sample/leads.ndjson",
              "--activities", "sample/activities.ndjson", "--outcomes", "sample/outcomes.ndjson")
    found.server = server
    yield found
    server.close()


@pytest.fixture
def ask(acme):
    def ask_as(method, path, body=None, role="owner", **more):
        return acme.server.ask(method, path, body, token=acme.tokens[role], **more)

    return ask_as


def wait_for(ask, job):
    """The job when it has ended."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        answer = ask("GET", f"{JOBS}/{job}").json
        if answer["status"] not in ("waiting", "running"):
            return answer
        time.sleep(0.05)
    raise AssertionError(answer)


def test_what_is_no_bundle_is_refused(ask):
    for damaged in [b"no bundle", STARTER[:-1], STARTER[:200] + b"x" + STARTER[201:]]:
        answer = ask("POST", MODELS, damaged, Content_Type="application/octet-stream")
        assert answer.status == 422 and answer.headers["content-type"] == "application/problem+json"


def test_a_bundle_is_added_once_and_scores_when_it_is_activated(acme, ask):
    model = activate_starter(acme.server, acme.tokens["owner"])
    assert ask("POST", MODELS, STARTER, Content_Type="application/octet-stream").json["id"] == model
    listed = ask("GET", MODELS).json["items"]
    assert [each["id"] for each in listed if each["name"] == "starter"] == [model]
    one = ask("GET", f"{MODELS}/{model}").json
    assert one["engine"] == "scorecard" and one["active"] and one["n_features"] > 0
    assert ask("GET", f"{MODELS}/{'0' * 64}").status == 404
    assert ask("GET", f"{MODELS}/nonsense").status == 404
    assert ask("PUT", f"{MODELS}/{'0' * 64}/activate").status == 404


def test_a_training_ends_with_a_model_that_can_be_activated(ask):
    begun = ask("POST", MODELS, {"name": "ours", "version": "7", "effort": "quick", "horizon_days": 60})
    assert begun.status == 202 and begun.headers["location"] == f"{JOBS}/{begun.json['id']}"
    again = ask("POST", MODELS, {"name": "ours"})
    assert again.status == 409 and again.json["code"] == "training_under_way"
    job = wait_for(ask, begun.json["id"])
    assert job["status"] == "done" and job["fraction"] == 1 and job["error"] is None
    model = ask("GET", f"{MODELS}/{job['model_id']}").json
    assert (model["name"], model["version"], model["engine"]) == ("ours", "7", "gbdt")
    performance = ask("GET", f"{MODELS}/{job['model_id']}/performance").json
    assert performance["training"] is not None and performance["months"] == []
    activated = ask("PUT", f"{MODELS}/{job['model_id']}/activate", {"force": False})
    assert activated.status == (200 if job["gate_passed"] else 409)
    assert ask("PUT", f"{MODELS}/{job['model_id']}/activate", {"force": True}).status == 200
    score = ask("GET", "/api/v1/leads/lead-000042/score?as_of=2026-03-01T00:00:00Z").json
    assert 0 <= score["probability_low"] <= score["probability"] <= score["probability_high"] <= 1
    assert job["id"] in [each["id"] for each in ask("GET", JOBS).json["items"]]


def test_a_word_that_is_none_of_its_list_is_answered_with_the_list(ask):
    refused = ask("POST", MODELS, {"effort": "fast"})
    assert refused.status == 422 and '/effort must be one of ["quick","standard","best"]' in refused.json["detail"]


def test_a_training_can_be_cancelled(ask):
    begun = ask("POST", MODELS, {"effort": "best"})
    assert ask("DELETE", f"{JOBS}/{begun.json['id']}").status == 202
    assert wait_for(ask, begun.json["id"])["status"] == "cancelled"
    assert ask("DELETE", f"{JOBS}/{begun.json['id']}").status == 409
    assert ask("GET", f"{JOBS}/00000000-0000-4000-8000-000000000000").status == 404


def test_a_training_on_nothing_fails_and_says_why(start):
    server = start()
    token = people.found_alone(server, "empty")

    def ask(method, path, body=None):
        return server.ask(method, path, body, token=token)

    job = wait_for(ask, ask("POST", MODELS, {}).json["id"])
    assert job["status"] == "failed" and job["error"] and job["model_id"] is None


def test_a_stop_does_not_wait_for_a_training(build, tmp_path, acme):
    begun = acme.server.ask("POST", MODELS, {"effort": "best"}, token=acme.tokens["owner"])
    assert begun.status == 202
    acme.server.stop()
    assert acme.server.process.returncode == 0
    acme.server.start()


@pytest.fixture(scope="module")
def scored(acme):
    """A hundred leads have a score."""
    token = acme.tokens["owner"]
    activate_starter(acme.server, token)
    for number in range(1, 101):
        answer = acme.server.get(f"/api/v1/leads/lead-{number:06}/score?as_of=2025-06-01T00:00:00Z", token=token)
        assert answer.status == 200, answer.bytes
    return [acme.server.get(f"/api/v1/leads/lead-{number:06}/score?as_of=2025-06-01T00:00:00Z", token=token).json
            for number in range(1, 101)]


def test_the_distribution_counts_each_scored_lead_once(ask, scored):
    counted = ask("GET", "/api/v1/analytics/score-distribution").json["scores"]
    assert sum(each["leads"] for each in counted) >= len(scored)


def test_conversion_rates_are_by_grade_and_of_the_leads_that_had_not_converted(ask, scored):
    rates = ask("GET", "/api/v1/analytics/conversion-rates?as_of=2025-06-01T00:00:00Z&horizon_days=180").json
    assert rates["is_complete"] and rates["horizon_days"] == 180
    assert [each["grade"] for each in rates["grades"]] == sorted(each["grade"] for each in rates["grades"])
    assert 0 < sum(each["leads"] for each in rates["grades"]) <= 100
    for each in rates["grades"]:
        assert each["rate"] == pytest.approx(each["converted"] / each["leads"])


def test_performance_is_by_month_and_model(ask, scored):
    path = "/api/v1/analytics/model-performance?until=2025-12-31T00:00:00Z"
    months = ask("GET", path).json["months"]
    assert [each["month"] for each in months] == ["2025-06"]
    assert months[0]["leads"] > 0 and months[0]["mean_probability"] is None  # A scorecard has none.
    for months, until, n in [(7, "2025-12-31T23:59:59Z", 1), (6, "2025-12-01T00:00:00Z", 0), (120, "0001-02-01T00:00:00Z", 0)]:
        path = f"/api/v1/analytics/model-performance?months={months}&until={until}"
        assert len(ask("GET", path).json["months"]) == n
    for months in [0, 121]:
        assert ask("GET", f"/api/v1/analytics/model-performance?months={months}").status == 400


REPORT = "/api/v1/analytics/custom-report"


def test_a_report_adds_up_to_all_leads(ask, acme):
    total = ask("POST", REPORT, {"measures": ["leads"]}).json["rows"]
    leads, cursor = [], ""
    while cursor is not None:
        page = ask("GET", f"/api/v1/leads?limit=1000{cursor and '&cursor=' + cursor}").json
        leads += page["items"]
        cursor = page["next_cursor"]
    assert total == [{"leads": len(leads)}]
    by_source = ask("POST", REPORT, {"measures": ["leads"], "dimensions": ["source"]}).json["rows"]
    expected = {}
    for lead in leads:
        expected[lead["source"]] = expected.get(lead["source"], 0) + 1
    assert {row["source"]: row["leads"] for row in by_source} == expected


def test_a_report_counts_the_leads_that_its_filters_leave(ask, scored):
    body = {"measures": ["leads", "scored_leads", "mean_score", "min_score", "max_score"], "dimensions": ["grade"],
            "filters": {"min_score": 0}}
    for row in ask("POST", REPORT, body).json["rows"]:
        assert row["grade"] in "ABCDF" and row["leads"] == row["scored_leads"] > 0
        assert 0 <= row["min_score"] <= row["mean_score"] <= row["max_score"] <= 100
    none = {"measures": ["leads"], "filters": {"source": ["' OR 1=1 --"]}}
    assert ask("POST", REPORT, none).json["rows"] == []


@pytest.mark.parametrize("body", [{}, {"measures": []}, {"measures": ["price"]}, {"measures": ["leads"], "sql": "x"},
                                  {"measures": ["leads"], "dimensions": ["email"]},
                                  {"measures": ["leads"], "filters": {"min_score": 101}}])
def test_a_report_of_what_it_has_not_is_refused(ask, body):
    assert ask("POST", REPORT, body).status == 422
