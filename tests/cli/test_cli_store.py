#!/usr/bin/env python3
"""leadscore store, leadscore ingest, and what reads a store.    test_cli_store.py PROGRAM SCRATCH [WORD...]"""

import contextlib
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

from cli_support import (AS_OF, HAS_TRAINING, PROGRAM, SYSTEM, USAGE, device, main, model, ndjson, refuse,
                         run, sample, sample_files, starter, test, write_ndjson)


def files():
    return (*sample_files(), "--outcomes", sample() / "outcomes.ndjson")


def made(folder, name="s.db", organization="acme"):
    """A store with an organization."""
    path = folder / name
    run("store", "init", "--store", path, "--organization", organization)
    return path


def of(path, organization="acme"):
    return ("--store", path, "--organization", organization)


def filled(folder):
    """A store with the sample, and the starter model active."""
    folder.mkdir(exist_ok=True)
    path = made(folder)
    run("ingest", *of(path), *files(), "--durability", "off")
    run("store", "add-model", *of(path), "--model", starter(), "--activate")
    return path


def stats(path, *arguments):
    return json.loads(run("store", "stats", "--store", path, *arguments)[0])


@test
def a_store_scores_as_the_files_do_and_keeps_the_scores(folder):
    path = filled(folder)
    out, _ = run("score", *of(path), "--all", "--as-of", AS_OF)
    expected, _ = run("score", starter(), *sample_files(), "--as-of", AS_OF)
    assert out == expected
    assert stats(path)["scores"] == 700
    one, _ = run("score", *of(path), "--id", "lead-000042", "--as-of", AS_OF)
    assert one in expected
    out, _ = run("score", *of(path), "--as-of", AS_OF, "--format", "csv", "--top", "3")
    assert len(out.splitlines()) == 4
    out, _ = run("score", *of(path), "--as-of", AS_OF, "--explain")
    expected, _ = run("score", starter(), *sample_files(), "--as-of", AS_OF, "--explain")
    assert out == expected
    assert stats(path)["scores"] == 700
    run("store", "check", "--store", path)


@test
def leads_are_taken_in_by_a_systems_names(folder):
    by_names = []
    for name, named, more in [("ours", ["id", "job_title", "email"], []),
                              ("theirs", ["Id", "Title", "Email"], ["--aliases", "salesforce"])]:
        path = made(folder, f"{name}.db")
        leads = [dict(zip(named, [f"a{i}", title, f"a{i}@firm.example"]))
                 for i, title in enumerate(["CTO", "Intern", "VP Sales"])]
        run("ingest", *of(path), "--leads", write_ndjson(folder / f"{name}.ndjson", leads), *more)
        by_names.append(run("score", starter(), *of(path), "--as-of", AS_OF, "--format", "ndjson")[0])
    assert by_names[0] == by_names[1]
    assert len(ndjson(by_names[0])) == 3
    refuse("ingest", *of(path), "--leads", folder / "ours.ndjson", "--aliases", "sales",
           words=["--aliases is 'sales'"])


@test
def a_store_is_read_as_files_are(folder):
    path = filled(folder)
    out, _ = run("score", model(), *of(path), "--as-of", AS_OF)
    assert out == run("score", model(), *sample_files(), "--as-of", AS_OF)[0]
    assert stats(path)["scores"] == 0
    out, _ = run("explain", model(), *of(path), "--as-of", AS_OF, "--id", "lead-000042", "--json")
    receipt = folder / "why.json"
    receipt.write_text(out)
    run("replay", model(), *of(path), "--receipt", receipt)
    refuse("explain", model(), *of(path), "--as-of", AS_OF, "--id", "nobody", words=["nobody", "s.db"])
    if HAS_TRAINING:
        run("train", *of(path), "--gate-auc", "0.5", "-o", folder / "m.lsm")
        run("train", *files(), "--gate-auc", "0.5", "-o", folder / "n.lsm")
        assert (folder / "m.lsm").read_bytes() == (folder / "n.lsm").read_bytes()
        sha256 = hashlib.sha256((folder / "m.lsm").read_bytes()).hexdigest()
        assert run("store", "erase", *of(path), "--id", "lead-000042")[0] == f"{sha256}\n"
        run("train", *of(path), "--gate-auc", "0.5", "-o", folder / "m.lsm", "--effort", "quick", "--unnoted")
        assert run("store", "erase", *of(path), "--id", "lead-000043")[0] == f"{sha256}\n"
        _, err = run("train", *files(), "-o", folder / "m.lsm", "--unnoted", code=USAGE)
        assert "--unnoted goes with --store" in err
        path = filled(folder / "again")
        out, _ = run("evaluate", model(), *of(path), "--json")
        assert out == run("evaluate", model(), *files(), "--json")[0]


@test
def a_training_tells_of_leads_that_went_meanwhile(folder):
    if not HAS_TRAINING:
        return
    path = filled(folder)
    spec = folder / "spec.json"
    os.mkfifo(spec)
    with subprocess.Popen([PROGRAM, "train", *map(str, of(path)), "--spec", spec, "--gate-auc", "0.5", "--effort",
                           "quick", "-o", folder / "m.lsm"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True) as training:
        with spec.open("w") as given:  # opens when it is asked for: what is trained on is settled by then
            with contextlib.closing(sqlite3.connect(path)) as store, store:
                store.execute("PRAGMA foreign_keys = ON")
                store.execute("DELETE FROM leads WHERE external_id IN ('lead-000042', 'lead-000043')")
            given.write(run("inspect", model(), "--member", "features.json")[0])
        _, err = training.communicate(timeout=300)
    assert training.returncode == 0, err
    assert "warning: 2 of the leads that it was trained on were deleted meanwhile" in err
    sha256 = hashlib.sha256((folder / "m.lsm").read_bytes()).hexdigest()
    assert run("store", "erase", *of(path), "--id", "lead-000044")[0] == f"{sha256}\n"


@test
def an_encrypted_store_is_used_with_its_key(folder):
    key = key_file(folder, "a" * 64, "a.key")
    other = key_file(folder, "b" * 64, "b.key")
    path = folder / "s.db"
    run("store", "init", "--store", path, "--organization", "acme", "--key-file", key)
    run("ingest", *of(path), *files(), "--durability", "off", "--key-file", key)
    assert b"job_title" not in path.read_bytes()
    run("store", "add-model", *of(path), "--model", starter(), "--activate", "--key-file", key)
    expected, _ = run("score", starter(), *sample_files(), "--as-of", AS_OF)
    out, _ = run("score", *of(path), "--as-of", AS_OF, "--key-file", key)
    assert out == expected
    out, _ = run("score", starter(), *of(path), "--as-of", AS_OF, "--key-file", key)
    assert out == expected
    refuse("score", *of(path), "--as-of", AS_OF, words=["s.db", "is encrypted"])
    refuse("store", "stats", "--store", path, "--key-file", other, words=["s.db", "key"])
    _, err = run("score", starter(), *sample_files(), "--as-of", AS_OF, "--key-file", key, code=USAGE)
    assert "--key-file and --actor go with --store" in err
    run("store", "backup", "--store", path, "-o", folder / "s.backup", "--key-file", key)
    run("store", "restore", folder / "s.backup", "--store", folder / "back.db", "--key-file", key)
    run("store", "backup", "--store", path, "-o", folder / "s.backup", "--key-file", "-", stdin="a" * 64)
    out, _ = run("score", *of(folder / "back.db"), "--as-of", AS_OF, "--key-file", key)
    assert out == expected
    run("store", "rekey", "--store", path, "--key-file", key, "--new-key-file", other)
    run("store", "rekey", "--store", path, "--key-file", key, "--new-key-file", other)
    refuse("store", "stats", "--store", path, "--key-file", key, words=["s.db", "key"])
    out, _ = run("score", *of(path), "--as-of", AS_OF, "--key-file", other)
    assert out == expected
    _, err = run("store", "rekey", "--store", path, code=USAGE)
    assert "--new-key-file" in err


@test
def a_store_that_is_not_encrypted_becomes_so(folder):
    key = key_file(folder, "a" * 64, "a.key")
    path = filled(folder)
    refuse("store", "stats", "--store", path, "--key-file", key, words=["not encrypted"])
    assert b"job_title" in path.read_bytes()
    run("store", "rekey", "--store", path, "--new-key-file", key)
    assert b"job_title" not in path.read_bytes()
    refuse("store", "stats", "--store", path, words=["is encrypted"])
    run("store", "check", "--store", path, "--key-file", key)


@test
def the_history_of_a_lead_says_what_changed(folder):
    path = filled(folder)
    lead = next(lead for lead in ndjson((sample() / "leads.ndjson").read_text()) if lead["id"] == "lead-000042")
    for time in ["2025-06-01", "2025-09-01"]:
        run("score", *of(path), "--as-of", time, "--id", "lead-000042")
    lead["job_title"], lead["company"] = "CTO", {"industry": "software", "employee_count": 5000}
    (folder / "later.ndjson").write_text(json.dumps(lead) + "\n")
    run("ingest", *of(path), "--leads", folder / "later.ndjson")
    run("score", *of(path), "--as-of", "2025-09-02", "--id", "lead-000042")
    scores = ndjson(run("store", "history", *of(path), "--id", "lead-000042", "--json")[0])
    assert [score["as_of"][:10] for score in scores] == ["2025-09-02", "2025-09-01", "2025-06-01"], scores
    for later, earlier in zip(scores, scores[1:]):
        change = later["change"]
        assert change["status"] == "LSC_OK" and change["since"] == earlier["as_of"], change
        assert sum(change["points"].values()) == change["difference"] == later["score"] - earlier["score"]
    assert scores[-1]["change"] is None
    assert scores[0]["change"]["exact_points"]["properties"] != 0, scores[0]
    assert scores[1]["change"]["exact_points"]["properties"] == 0, scores[1]
    text = run("store", "history", *of(path), "--id", "lead-000042")[0].splitlines()
    assert len(text) == 5 and text[0].startswith("2025-09-02T00:00:00Z") and "properties" in text[1], text
    refuse("store", "history", *of(path), "--id", "nobody", words=["nobody"])
    _, err = run("store", "history", *of(path), code=USAGE)
    assert "--id ID is needed with history" in err
    _, err = run("store", "stats", "--store", path, "--json", code=USAGE)
    assert "--json does not go with stats" in err


@test
def an_audited_store_is_verified(folder):
    path = folder / "s.db"
    run("store", "init", "--store", path, "--organization", "acme", "--audited")
    run("ingest", *of(path), *files(), "--durability", "off")
    out, _ = run("store", "verify", "--store", path)
    n_rows, head = int(out.split()[0]), out.split()[-1]
    assert n_rows > 3 and len(head) == 64, out
    run("score", starter(), *of(path), "--as-of", AS_OF)
    out, _ = run("store", "verify", "--store", path, "--anchor", head)
    assert out.startswith(f"{n_rows + 1} rows"), out
    refuse("store", "verify", "--store", path, "--anchor", "0" * 63 + "1", words=["anchor", "s.db"])
    refuse("store", "verify", "--store", path, "--anchor", "f", words=["anchor"])
    _, err = run("store", "check", "--store", path, "--anchor", head, code=USAGE)
    assert "--anchor does not go with check" in err
    _, err = run("store", "check", "--store", path, "--audited", code=USAGE)
    assert "--audited does not go with check" in err


JO = "0f8fad5b-d9cb-469f-a165-70867728950e"


def trail(path, *arguments):
    """Rows of the audit trail."""
    return [json.loads(line) for line in run("store", "audit", "--store", path, *arguments)[0].splitlines()]


@test
def rows_of_the_audit_trail_are_listed(folder):
    path = folder / "s.db"
    run("store", "init", "--store", path, "--organization", "acme", "--audited")
    run("ingest", *of(path), *files(), "--durability", "off", "--actor", JO)
    run("store", "erase", *of(path), "--id", "lead-000042", "--actor", JO.upper())
    run("score", starter(), *of(path), "--as-of", AS_OF, "--actor", JO)
    rows = trail(path)
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1)), rows
    assert rows[0]["action"] == "audit on" and rows[0]["actor"] is None and rows[0]["organization"] is None
    assert rows[-1]["action"] == "read all leads" and rows[-1]["actor"] == JO, rows[-1]
    erased = trail(path, "--organization", "acme", "--action", "erase lead")
    assert len(erased) == 1 and erased[0]["actor"] == JO.upper() and len(erased[0]["subject"]) == 36, erased
    assert trail(path, "--subject", erased[0]["subject"]) == erased
    assert len(trail(path, "--by", JO)) == len(rows) - 1  # in upper case, too
    assert trail(path, "--until", "2001-01-01") == [] and trail(path, "--from", "2001-01-01") == rows
    assert trail(path, *of(path)[2:], "--id", "lead-000041") == []
    refuse("store", "audit", *of(path), "--id", "lead-000042", words=["lead-000042"])
    refuse("store", "audit", "--store", path, "--subject", "lead-000041", words=["UUID"])
    refuse("store", "erase", *of(path), "--id", "lead-000041", "--actor", "jo", words=["no user", "jo"])
    refuse("store", "backup", "--store", path, "-o", folder / "b", "--actor", "jo", words=["--organization"])
    _, err = run("store", "audit", "--store", path, "--id", "x", code=USAGE)
    assert "--organization" in err
    _, err = run("store", "check", "--store", path, "--by", JO, code=USAGE)
    assert "does not go with check" in err


def accounts(path, kind, *arguments):
    """Users or integrations, by their ids."""
    lines = run("store", kind, "list", *of(path), "--json", *arguments)[0].splitlines()
    return {row["id"]: row for row in map(json.loads, lines)}


@test
def users_are_put_listed_and_deleted(folder):
    path = folder / "s.db"
    key = key_file(folder, "a" * 64, "a.key")
    details = folder / "jo.json"
    details.write_text('{\n  "name": "Jo\\nDoe",\r\n  "rank": 1e2\n}\n')
    access = (*of(path), "--key-file", key)
    run("store", "init", *access, "--audited")
    assert run("store", "users", "list", *access)[0] == ""
    assert run("store", "users", "put", *access, "--id", "jo", "--role", "admin", "--details", details)[0] == ""
    run("store", "users", "put", *access, "--id", "al", "--actor", "jo")
    held = accounts(path, "users", "--key-file", key)
    assert list(held) == ["al", "jo"] and held["jo"]["details"] == {"name": "Jo\nDoe", "rank": 100}, held
    assert held["al"] == {"id": "al", "uuid": held["al"]["uuid"], "role": None, "active": True, "details": {}}
    out, _ = run("store", "users", "list", *access)
    assert out == f"active    al  {held['al']['uuid']}\nactive    jo  admin  {held['jo']['uuid']}\n", out
    assert b"Doe" not in path.read_bytes()
    run("store", "users", "deactivate", *access, "--id", "al", "--actor", "jo")
    assert not accounts(path, "users", "--key-file", key)["al"]["active"]
    refuse("store", "users", "activate", *access, "--id", "al", "--actor", "al", words=["al", "not active"])
    run("store", "users", "activate", *access, "--id", "al", "--actor", "jo")
    run("store", "users", "put", *access, "--id", "al", "--role", "reader", "--details", "-", stdin='{"a": 1}')
    assert accounts(path, "users", "--key-file", key)["al"] == {
        **held["al"], "role": "reader", "details": {"a": 1}}
    run("store", "users", "delete", *access, "--id", "jo", "--actor", "al")
    assert list(accounts(path, "users", "--key-file", key)) == ["al"]
    done = [row["action"] for row in trail(path, "--by", held["jo"]["uuid"], "--key-file", key)]
    assert done == ["put user", "deactivate user", "activate user"], done
    assert trail(path, "--action", "delete user", "--key-file", key)[0]["subject"] == held["jo"]["uuid"]
    refuse("store", "users", "delete", *access, "--id", "jo", words=["no user", "jo"])


@test
def accounts_are_listed_of_a_file_that_may_only_be_read(folder):
    path = made(folder)
    run("store", "users", "put", *of(path), "--id", "jo")
    path.chmod(0o444)
    # Root writes what its rights forbid, where nothing keeps it from that.
    bound = ["setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override"] if os.geteuid() == 0 else []
    for kind, words, status in (("users", ["list"], 0), ("users", ["put", "--id", "al"], SYSTEM),
                                ("integrations", ["list"], 0)):
        done = subprocess.run([*bound, PROGRAM, "store", kind, *words, *of(path)], capture_output=True, text=True)
        assert done.returncode == status, done
        assert (words, kind) != (["list"], "users") or done.stdout.startswith("active    jo  "), done
    path.chmod(0o644)


@test
def integrations_are_apart_from_users(folder):
    path = made(folder)
    secret = folder / "hub.json"
    secret.write_text('{"token": "s3cret-token"}')
    run("store", "integrations", "put", *of(path), "--id", "hub", "--role", "hubspot", "--details", secret)
    assert accounts(path, "users") == {}
    assert accounts(path, "integrations")["hub"]["details"] == {"token": "s3cret-token"}
    run("store", "integrations", "deactivate", *of(path), "--id", "hub")
    assert "inactive  hub  hubspot  " in run("store", "integrations", "list", *of(path))[0]
    run("store", "integrations", "activate", *of(path), "--id", "hub")
    refuse("store", "users", "activate", *of(path), "--id", "hub", words=["no user", "hub"])
    run("store", "integrations", "delete", *of(path), "--id", "hub")
    left = b"".join(file.read_bytes() for file in folder.glob("s.db*"))
    assert b"hubspot" not in left and b"s3cret-token" not in left
    run("store", "users", "put", *of(path), "--id", "user000")
    with contextlib.closing(sqlite3.connect(path)) as held, held:
        held.executemany("INSERT INTO users SELECT NULL, organization_key, ?, ?, role, active, details, NULL"
                         " FROM users WHERE external_id = 'user000'",
                         [(f"uuid{i}", f"user{i:03}") for i in range(1, 251)])
    many = [f"user{i:03}" for i in range(251)]  # three pages
    assert list(accounts(path, "users")) == many


@test
def details_that_are_no_object_are_refused(folder):
    path = made(folder)
    for text, words in (("[1]", ["object"]), ("", ["bad.json"]), ('{"a": }', ["bad.json"]),
                        ('{"a": 1}\0', ["bad.json", "NUL"]), (json.dumps({"a": "x" * 65536}), ["bad.json", "65536"])):
        (folder / "bad.json").write_text(text)
        refuse("store", "users", "put", *of(path), "--id", "jo", "--details", folder / "bad.json", words=words)
    refuse("store", "users", "put", *of(path), "--id", "jo", "--details", folder / "none.json", words=["none.json"])
    assert accounts(path, "users") == {}


@test
def all_that_is_held_on_a_lead_is_exported(folder):
    path = filled(folder)
    run("score", *of(path), "--as-of", AS_OF, "--all")
    out, _ = run("store", "export", *of(path), "--id", "lead-000042")
    held = json.loads(out)
    assert held["id"] == "lead-000042" and held["organization_id"] == "acme" and len(held["scores"]) == 1
    expected = [a for a in ndjson((sample() / "activities.ndjson").read_text()) if a["lead_id"] == "lead-000042"]
    assert len(held["activities"]) == len({(a.get("source", ""), a["id"]) for a in expected}) > 5
    assert run("store", "export", *of(path), "--id", "lead-000042", "-o", folder / "p.json") == ("", "")
    assert (folder / "p.json").read_text() == out
    refuse("store", "export", *of(path), "--id", "none", "-o", folder / "q.json", words=["none"])
    assert not (folder / "q.json").exists()
    run("store", "export", *of(path), "--id", "lead-000042", "-o", device(folder, "full"), code=SYSTEM)
    _, err = run("store", "export", *of(path), code=USAGE)
    assert "--id" in err


@test
def what_is_older_than_it_is_to_be_kept_goes(folder):
    path = filled(folder)
    before = stats(path)
    policy = ("--keep-activities", "1d", "--type", "Page Viewed", *of(path))
    counts = json.loads(run("store", "retain", *policy, "--dry-run")[0])
    assert counts["leads"] == counts["scores"] == 0 and counts["activities"] > 100, counts
    assert stats(path) == before
    assert json.loads(run("store", "retain", *policy)[0]) == counts
    assert stats(path)["activities"] == before["activities"] - counts["activities"]
    run("store", "check", "--store", path)
    counts = json.loads(run("store", "retain", "--keep-leads", "1d", *of(path))[0])
    assert counts["leads"] == before["leads"], counts
    assert b"lead-000042" not in path.read_bytes()
    _, err = run("store", "retain", *of(path), code=USAGE)
    assert "--keep-activities" in err
    _, err = run("store", "erase", *of(path), "--id", "a", "--keep-leads", "1d", code=USAGE)
    assert "does not go with erase" in err


@test
def an_erased_lead_leaves_no_trace(folder):
    path = filled(folder)
    before = stats(path)["leads"]
    trace = b"lead-000042"
    assert trace in path.read_bytes()
    run("store", "erase", *of(path), "--id", "lead-000042")
    assert trace not in path.read_bytes()
    assert stats(path)["leads"] == before - 1
    refuse("store", "erase", *of(path), "--id", "lead-000042", words=["lead-000042"])
    _, err = run("store", "erase", *of(path), code=USAGE)
    assert "--id" in err


@test
def taking_in_again_changes_nothing(folder):
    path = made(folder)
    out, _ = run("ingest", *of(path), *files())
    held = stats(path)
    assert out.startswith(f"700 leads, {held['activities']} new activities")
    out, _ = run("ingest", *of(path), *files(), "--batch", "7", "--durability", "off")
    assert out.startswith("700 leads, 0 new activities")
    again = stats(path)
    assert again == held


@test
def what_was_killed_is_begun_again(folder):
    whole = stats(filled(folder))
    path = made(folder, "killed.db")
    for tenths in (1, 2, 4):
        with subprocess.Popen([PROGRAM, "ingest", *map(str, (*of(path), *files())), "--batch", "50"],
                              stdout=subprocess.DEVNULL) as process:
            time.sleep(tenths / 10)
            process.send_signal(signal.SIGKILL)
        run("store", "check", "--store", path)
    run("ingest", *of(path), *files())
    held = stats(path)
    for name in ("leads", "activities", "outcomes"):
        assert held[name] == whole[name], name


@test
def bad_lines_are_set_aside(folder):
    path = made(folder)
    leads = folder / "leads.ndjson"
    leads.write_text('{"id": "a"}\n{"id": 01}\n{"id": "b"}\n')
    refuse("ingest", *of(path), "--leads", leads, words=["leads.ndjson:2: "])
    rejects = folder / "bad.ndjson"
    out, _ = run("ingest", *of(path), "--leads", leads, "--rejects", rejects)
    assert out.startswith("2 leads") and out.endswith("1 lines set aside\n")
    bad = ndjson(rejects.read_text())
    assert [(item["line"], item["status"], item["text"]) for item in bad] == [
        (2, "LSC_BAD_JSON", '{"id": 01}')]
    activity = {"lead_id": "new", "id": "1", "type": "t", "time": "2026-01-01"}
    line = json.dumps(activity)
    refuse("ingest", *of(path), "--activities", "-", stdin=line, words=["no lead", "new"])
    run("ingest", *of(path), "--activities", "-", "--make-leads", stdin=line)
    assert stats(path, "--organization", "acme")["leads"] == 3


@test
def organizations_see_their_own(folder):
    path = made(folder)
    made(folder, organization="globex")
    run("ingest", *of(path), "--leads", write_ndjson(folder / "l.ndjson", [{"id": "a"}]))
    assert stats(path)["organizations"] == 2
    assert stats(path, "--organization", "globex")["leads"] == 0
    run("store", "add-model", *of(path), "--model", starter(), "--activate")
    refuse("score", *of(path, "globex"), "--as-of", AS_OF, words=["no model", "active"])
    refuse("score", *of(path, "nobody"), "--as-of", AS_OF, words=["nobody"])


@test
def models_are_listed_and_activated(folder):
    path = made(folder)
    out, _ = run("store", "add-model", *of(path), "--model", starter())
    models = ndjson(run("store", "models", *of(path))[0])
    assert [(item["sha256"], item["active"]) for item in models] == [(out.strip(), False)]
    run("store", "activate", *of(path), "--model", out.strip())
    assert ndjson(run("store", "models", *of(path))[0])[0]["active"]
    refuse("store", "activate", *of(path), "--model", "0" * 64, words=["no model"])
    refuse("store", "add-model", *of(path), "--model", "-", stdin="junk", words=["zstd"])
    refuse("store", "add-model", *of(path), "--model", __file__, words=["test_cli_store.py: ", "zstd"])
    refuse("store", "activate", *of(path), "--model", "model.lsm", words=["'model.lsm'", "store models"])
    with contextlib.closing(sqlite3.connect(path)) as damaged:
        damaged.execute("DROP TABLE scoring_models")
    refuse("store", "add-model", *of(path), "--model", starter(), words=[f"leadscore: {path}: ", "scoring_models"])


@test
def what_is_no_store_is_refused(folder):
    text = folder / "text.db"
    text.write_text("no store " * 100)
    refuse("store", "check", "--store", text, words=["text.db"])
    refuse("store", "stats", "--store", folder / "absent.db", words=["absent.db"])
    refuse("store", "init", "--store", folder, words=[str(folder)], code=SYSTEM)
    assert text.read_text() == "no store " * 100


def key_file(folder, digits="c0ffee" * 10 + "abCD", name="backup.key"):
    path = folder / name
    path.write_text(digits + "\n")
    path.chmod(0o600)
    return path


@test
def a_store_is_backed_up_and_restored(folder):
    path = filled(folder)
    held = stats(path)
    for arguments in ((), ("--key-file", key_file(folder))):
        backup = folder / "s.backup"
        run("store", "backup", "--store", path, "-o", backup, *arguments)
        back = folder / f"back{len(arguments)}.db"
        run("store", "restore", backup, "--store", back, *arguments)
        assert stats(back) == held
        refuse("store", "restore", backup, "--store", back, *arguments, words=["back", "replaced"])
        run("store", "restore", backup, "--store", back, *arguments, "--force")
        run("store", "check", "--store", back)
    assert not [item.name for item in folder.iterdir() if item.name.startswith(".leadscore")]


@test
def a_backup_needs_its_key(folder):
    path = made(folder)
    backup = folder / "s.backup"
    run("store", "backup", "--store", path, "-o", backup, "--key-file", "-",
        stdin="0123456789abcdef" * 4)
    back = ("--store", folder / "back.db")
    refuse("store", "restore", backup, *back, words=["no key is given"])
    other = key_file(folder)
    refuse("store", "restore", backup, *back, "--key-file", other, words=["s.backup", "not with that"])
    run("store", "restore", backup, *back, "--key-file",
        key_file(folder, "0123456789ABCDEF" * 4, "right.key"))
    for digits in ("", "12", "0" * 63, "0" * 66, "g" * 64, "0" * 64 + " ", "1" * 64 + "\n2"):
        bad = key_file(folder, digits, "bad.key")
        refuse("store", "backup", "--store", path, "-o", backup, "--key-file", bad,
               words=["bad.key", "64 hex digits"])
    refuse("store", "backup", "--store", path, "-o", backup, "--key-file",
           key_file(folder, "0" * 64, "zero.key"), words=["all zero"])
    refuse("store", "backup", "--store", path, "-o", backup, "--key-file", folder / "none.key",
           words=["none.key"])
    other.chmod(0o644)
    _, err = run("store", "backup", "--store", path, "-o", backup, "--key-file", other)
    assert "others may read" in err, err


@test
def a_backup_that_is_stopped_leaves_nothing(folder):
    path = filled(folder)
    for hundredths in range(0, 10):
        with subprocess.Popen([PROGRAM, "store", "backup", "--store", path, "-o", folder / "s.backup",
                               "--key-file", key_file(folder)]) as process:
            time.sleep(hundredths / 100)
            process.send_signal(signal.SIGTERM)
        assert not [item.name for item in folder.iterdir() if item.name.startswith(".leadscore")]


@test
def a_signal_that_was_ignored_stays_so(folder):
    path = filled(folder)
    key = key_file(folder)
    for hundredths in range(0, 10):
        with subprocess.Popen([PROGRAM, "store", "backup", "--store", path, "-o", folder / "s.backup",
                               "--key-file", key],
                              preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as process:
            time.sleep(hundredths / 100)
            process.send_signal(signal.SIGHUP)
        assert process.returncode == 0, process.returncode


@test
def wrong_command_lines_are_refused(folder):
    path = made(folder)
    for arguments, words in (
            (("store",), "ACTION"), (("store", "look", "--store", path), "look"),
            (("store", "init"), "--store"), (("store", "models", "--store", path), "--organization"),
            (("store", "activate", *of(path)), "--model"),
            (("store", "backup", "--store", path), "--output"),
            (("store", "restore", "--store", path), "BACKUP"),
            (("store", "restore", "a", "b", "--store", path), "too many"),
            (("store", "users", *of(path)), "users needs list, put"),
            (("store", "users", "look", *of(path)), "no action 'users look'"),
            (("store", "users list", *of(path)), "no action 'users list'"),
            (("store", "users deactivate", *of(path), "--id", "jo"), "no action 'users deactivate'"),
            (("store", "users", "list", "put", *of(path)), "too many"),
            (("store", "users", "list", "--store", path), "--organization"),
            (("store", "users", "put", *of(path)), "--id ID is needed with users put"),
            (("store", "users", "delete", *of(path), "--id", "a", "--role", "b"), "--role ROLE does not go"),
            (("store", "integrations", "put", *of(path), "--id", "a"), "--role ROLE is needed"),
            (("store", "history", *of(path), "--id", "a", "--details", "b"), "--details does not go"),
            (("store", "check", "--store", path, "-o", "x"), "--output"), (("ingest", *of(path)), "--leads"),
            (("ingest", "--store", path), "--organization"),
            (("score", "--store", path, "--as-of", AS_OF), "--organization"),
            (("score", *of(path)), "--as-of"),
            (("score", *of(path), "--leads", "x", "--as-of", AS_OF), "together"),
            (("score", *of(path), "--all", "--id", "a", "--as-of", AS_OF), "--all"),
            (("score", *of(path), "--activities", "x", "--as-of", AS_OF), "--activities")):
        _, err = run(*arguments, code=USAGE)
        assert words in err, err


if __name__ == "__main__":
    sys.exit(main())
