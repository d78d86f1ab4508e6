"""Trainings over a restart of the server: none is lost, none is done twice, lists go on."""

import signal
import sqlite3
import subprocess
import time

import pytest

import people
from conftest import PATIENCE_SECONDS, Server

MODELS = "/api/v1/scoring/models"
JOBS = "/api/v1/scoring/jobs"
# A training takes seconds, and as much processor as there is: on a busy machine a minute.
TRAINING_SECONDS = 5 * PATIENCE_SECONDS


@pytest.fixture
def acme(build, tmp_path):
    """A server whose organization has leads to train on."""
    def leadscore(*arguments):
        subprocess.run([build / "prefix/bin/leadscore", *arguments], cwd=tmp_path, check=True, capture_output=True,
                       env={"LD_LIBRARY_PATH": str(build / "prefix/lib")})

    leadscore("sample", "--leads", "200", "--seed", "7", "-o", "sample")
    server = Server(build, tmp_path)
    server.token = people.found_alone(server, "acme")
    leadscore("ingest", "--store", "leadscore.db", "--organization", "acme", "--leads", "sample/leads.ndjson",
              "--activities", "sample/activities.ndjson", "--outcomes", "sample/outcomes.ndjson")
    yield server
    server.close()


def begin(server, **wanted):
    answer = server.post(MODELS, {"effort": "quick", **wanted}, token=server.token)
    assert answer.status == 202, answer.bytes
    assert answer.json["restarts"] == 0
    return answer.json["id"]


def wait_until(server, job, *states):
    until = time.monotonic() + TRAINING_SECONDS
    while time.monotonic() < until:
        seen = server.get(f"{JOBS}/{job}", token=server.token).json
        if seen["status"] in states:
            return seen
        time.sleep(0.1)
    raise AssertionError(seen)


def wait_until_it_trains(server, job):
    """Past reading: the job has a stage."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (seen := server.get(f"{JOBS}/{job}", token=server.token).json)["stage"]:
        assert time.monotonic() < until and seen["status"] in ("waiting", "running"), seen
        time.sleep(0.01)


def models(server):
    return [each["id"] for each in server.get(MODELS, token=server.token).json["items"]]


def listed(server):
    return server.get(JOBS, token=server.token).json["items"]


def sql(server, statement):
    with sqlite3.connect(server.folder / "auth.db") as auth:
        return auth.execute(statement).fetchall()


def test_a_training_that_was_killed_is_begun_anew_and_lists_go_on(acme):
    first = begin(acme)
    ended = wait_until(acme, first, "done")
    killed = begin(acme, effort="best", name="big", version="2")
    wait_until_it_trains(acme, killed)
    acme.stop(signal.SIGKILL)
    acme.start()
    assert [each["id"] for each in listed(acme)] == [killed, first] and listed(acme)[1] == ended
    again = acme.post(MODELS, {}, token=acme.token)
    assert again.status == 409 and again.json["code"] == "training_under_way"
    wait_until_it_trains(acme, killed)
    seen = acme.get(f"{JOBS}/{killed}", token=acme.token).json
    assert seen["restarts"] == 1 and seen["ended_at"] is None and seen["status"] == "running"
    # It is the same job still, and can be stopped.
    assert acme.ask("DELETE", f"{JOBS}/{killed}", token=acme.token).status == 202
    assert wait_until(acme, killed, "cancelled", "done")["status"] == "cancelled"
    assert models(acme) == [ended["model_id"]]


def test_one_that_was_stopped_with_the_server_is_done_after_it(acme):
    job = begin(acme, version="7")
    wait_until(acme, job, "running", "done")
    assert acme.stop() == 0
    acme.start()
    seen = wait_until(acme, job, "done", "failed")
    assert seen["status"] == "done" and seen["restarts"] <= 1 and models(acme) == [seen["model_id"]]
    model = acme.get(f"{MODELS}/{seen['model_id']}", token=acme.token).json
    assert model["version"] == "7"


def test_what_a_killed_training_had_added_is_not_there_twice(acme):
    """Killed between adding the model and keeping that: begun anew it gives the same bundle."""
    job = begin(acme)
    model = wait_until(acme, job, "done")["model_id"]
    acme.stop(signal.SIGKILL)
    sql(acme, "UPDATE jobs SET state = 1, ended_ms = NULL, model = NULL")
    acme.start()
    seen = wait_until(acme, job, "done")
    assert seen["restarts"] == 1 and seen["model_id"] == model and models(acme) == [model]


def test_one_that_waited_is_begun_by_the_next_server(acme):
    job = begin(acme)
    wait_until(acme, job, "done")
    acme.stop(signal.SIGKILL)
    sql(acme, "UPDATE jobs SET state = 0, ended_ms = NULL")
    acme.start()
    assert wait_until(acme, job, "done")["restarts"] == 0


def test_one_that_ends_the_server_each_time_has_failed(acme):
    job = begin(acme)
    wait_until(acme, job, "done")
    for crash in range(1, 4):
        acme.stop(signal.SIGKILL)
        sql(acme, "UPDATE jobs SET state = 1, ended_ms = NULL")
        acme.start()
        seen = wait_until(acme, job, "done", "failed")
        assert seen["status"] == ("failed" if crash == 3 else "done")
    assert "ended 3 times" in seen["error"] and seen["ended_at"] is not None


def test_of_two_servers_one_trains_and_the_other_takes_over(acme, build):
    other = Server(build, acme.folder)
    other.token = acme.token
    try:
        job = begin(other, effort="best")
        wait_until_it_trains(acme, job)
        acme.stop(signal.SIGKILL)
        seen = wait_until(other, job, "running")
        until = time.monotonic() + PATIENCE_SECONDS
        while other.get(f"{JOBS}/{job}", token=other.token).json["restarts"] == 0:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert other.ask("DELETE", f"{JOBS}/{job}", token=other.token).status == 202
        assert wait_until(other, job, "cancelled", "done")["status"] == "cancelled", seen
    finally:
        other.close()


def test_the_oldest_that_have_ended_are_forgotten(acme):
    job = begin(acme)
    wait_until(acme, job, "done")
    sql(acme, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)"
              " INSERT INTO jobs(id, organization, uuid, wanted, state, created_ms, ended_ms)"
              " SELECT printf('00000000-0000-4000-8000-%012d', i), iif(i <= 110, 'acme', 'other'), 'x', '{}', 4, i, i"
              " FROM n")
    last = begin(acme)
    seen = listed(acme)
    # A hundred that have ended, and the one that has not (job_rows.h).
    assert len(seen) == 101 and seen[0]["id"] == last and job not in [each["id"] for each in seen]
    assert seen[1]["id"].endswith("110") and seen[100]["id"].endswith("011")
    assert sql(acme, "SELECT count(*) FROM jobs WHERE organization = 'other'") == [(10,)]


def test_nobody_else_sees_a_training(acme):
    job = begin(acme)
    stranger = people.found_alone(acme, "globex")
    for method in ("GET", "DELETE"):
        assert acme.ask(method, f"{JOBS}/{job}", token=stranger).status == 404
    assert acme.get(JOBS, token=stranger).json["items"] == []
    wait_until(acme, job, "done")


def test_a_lock_that_cannot_be_made_is_told(build, tmp_path):
    (tmp_path / "auth.db-runner").mkdir()
    server = Server(build, tmp_path)
    try:
        assert "-runner" in server.wait_for("trainings_wait")["message"]
    finally:
        server.close()


def deactivate(server, admin):
    return server.ask("PATCH", f"/api/v1/users/{admin['user']['id']}", {"active": False}, token=server.token)


def take_the_role(server, admin):
    return server.ask("PATCH", f"/api/v1/users/{admin['user']['id']}", {"role": "manager"}, token=server.token)


def begin_as(server, token, **wanted):
    answer = server.post(MODELS, wanted, token=token)
    assert answer.status == 202, answer.bytes
    return answer.json["id"]


def refused(server, job):
    seen = wait_until(server, job, "done", "failed", "cancelled")
    return seen["status"] == "failed" and "may not train" in seen["error"] and models(server) == []


@pytest.mark.parametrize("change", [deactivate, take_the_role])
def test_a_training_ends_with_the_right_of_who_asked_for_it(acme, change):
    admin = people.invite(acme, acme.token, "ada@acme.example", "admin")
    job = begin_as(acme, admin["access_token"], effort="best")
    wait_until_it_trains(acme, job)
    assert change(acme, admin).status == 200
    assert refused(acme, job)


def test_a_training_ends_with_the_key_that_asked_for_it(acme):
    key = acme.post("/api/v1/api-keys", {"name": "nightly", "scopes": ["scoring:write"]}, token=acme.token).json
    job = begin_as(acme, key["key"], effort="best")
    wait_until_it_trains(acme, job)
    assert acme.ask("DELETE", f"/api/v1/api-keys/{key['id']}", token=acme.token).status == 204
    assert refused(acme, job)


def test_a_training_that_waits_is_not_begun_for_who_was_let_out(acme):
    admin = people.invite(acme, acme.token, "ada@acme.example", "admin")
    job = begin_as(acme, admin["access_token"], effort="best")
    acme.stop(signal.SIGKILL)
    sql(acme, "UPDATE jobs SET state = 4")
    acme.start()
    assert deactivate(acme, admin).status == 200
    sql(acme, "UPDATE jobs SET state = 0, stage = NULL, model = NULL, ended_ms = NULL")
    assert refused(acme, job) and listed(acme)[0]["stage"] is None


def test_a_training_goes_on_where_its_user_is_let_do_more(acme):
    admin = people.invite(acme, acme.token, "ada@acme.example", "admin")
    job = begin_as(acme, admin["access_token"], effort="quick")
    assert acme.ask("PATCH", f"/api/v1/users/{admin['user']['id']}", {"role": "owner"}, token=acme.token).status == 200
    seen = wait_until(acme, job, "done", "failed", "cancelled")
    assert seen["status"] == "done" and seen["restarts"] == 0


def test_no_model_knows_a_lead_that_was_deleted_while_it_was_trained(acme):
    job = begin(acme, effort="standard")
    wait_until_it_trains(acme, job)
    gone = acme.get("/api/v1/leads?limit=1", token=acme.token).json["items"][0]["id"]
    assert acme.ask("DELETE", f"/api/v1/leads/{gone}", token=acme.token).status == 204
    seen = wait_until(acme, job, "done", "failed")
    assert seen["status"] == "done" and seen["restarts"] == 1
    with sqlite3.connect(acme.folder / "leadscore.db") as store:
        noted = store.execute("SELECT hex(sha256), count(*) FROM trainings t JOIN trained_leads l"
                              " ON l.training_key = t.key GROUP BY 1").fetchall()
    assert (seen["model_id"].upper(), 199) in noted


def test_a_training_that_cannot_be_put_back_at_once_is_put_back_later(acme):
    sql(acme, "CREATE TABLE tried(n)")
    sql(acme, "CREATE TRIGGER keeps_out UPDATE ON jobs WHEN old.state = 1 AND new.state = 0"
              " BEGIN INSERT INTO tried VALUES(1); SELECT RAISE(FAIL, 'not now'); END")
    job = begin(acme)
    wait_until_it_trains(acme, job)
    gone = acme.get("/api/v1/leads?limit=1", token=acme.token).json["items"][0]["id"]
    assert acme.ask("DELETE", f"/api/v1/leads/{gone}", token=acme.token).status == 204
    until = time.monotonic() + TRAINING_SECONDS
    while not sql(acme, "SELECT n FROM tried"):
        assert time.monotonic() < until
        time.sleep(0.1)
    sql(acme, "DROP TRIGGER keeps_out")
    assert wait_until(acme, job, "done", "failed")["status"] == "done"


def test_a_training_whose_leads_are_deleted_again_and_again_has_failed(acme):
    job = begin(acme, effort="standard")
    wait_until_it_trains(acme, job)
    sql(acme, "UPDATE jobs SET restarts = 5")  # As often as it is begun anew (job_rows.h).
    acme.stop()
    acme.start()
    wait_until_it_trains(acme, job)
    gone = acme.get("/api/v1/leads?limit=1", token=acme.token).json["items"][0]["id"]
    assert acme.ask("DELETE", f"/api/v1/leads/{gone}", token=acme.token).status == 204
    seen = wait_until(acme, job, "done", "failed")
    assert seen["status"] == "failed" and models(acme) == []
    assert "of the leads that it was trained on 1 were deleted meanwhile" in seen["error"] and gone not in seen["error"]
