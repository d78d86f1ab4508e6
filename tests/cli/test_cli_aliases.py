#!/usr/bin/env python3
"""Leads by the names of other systems.    test_cli_aliases.py PROGRAM SCRATCH [WORD...]"""

import csv
import json

from cli_support import (AS_OF, HAS_TRAINING, ROOT, USAGE, main, model, ndjson, refuse, run, sample,
                         starter, test, write_ndjson)

SYSTEMS = ["hubspot", "salesforce", "mailchimp", "segment"]
OWN_TABLE = {"format": 1, "wrapper": "record",
             "fields": {"email": ["Mail"], "job_title": ["Role"]}, "other": {"budget": ["B"]}}


def flat(value, path=""):
    """A lead as dotted names and values."""
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from flat(inner, f"{path}{name}.")
        else:
            yield path + name, inner


def renamed(lead, system):
    """The lead as a system has it: by its first name for each property, within its wrapper."""
    held = json.loads((ROOT / "src" / "lead" / "aliases" / f"{system}.json").read_text())
    named = {held["fields"].get(name, [name])[0]: value for name, value in flat(lead)}
    return {held["wrapper"]: named} if "wrapper" in held else named


def sample_leads():
    return ndjson((sample() / "leads.ndjson").read_text())


def scored(leads, *arguments):
    return run("score", model(), "--leads", leads, "--activities", sample() / "activities.ndjson",
               "--as-of", AS_OF, "--format", "ndjson", *arguments)[0]


@test
def leads_score_the_same_by_every_systems_names(folder):
    expected = scored(sample() / "leads.ndjson")
    for system in SYSTEMS:
        theirs = write_ndjson(folder / f"{system}.ndjson",
                              [renamed(lead, system) for lead in sample_leads()])
        assert scored(theirs, "--aliases", system) == expected, system
        assert scored(theirs, "--aliases", "all") == expected, system
        assert scored(theirs) == expected, system
    one = "lead-000042"
    why = [run("explain", model(), "--leads", leads, "--activities", sample() / "activities.ndjson",
               "--as-of", AS_OF, "--id", one, "--json", *more)[0]
           for leads, more in [(sample() / "leads.ndjson", []),
                               (folder / "hubspot.ndjson", ["--aliases", "hubspot"])]]
    assert why[0] == why[1]


@test
def another_systems_table_does_not_know_the_names(folder):
    lead = {"Id": "a", "Email": "ada@firm.example", "Title": "CTO"}
    leads = write_ndjson(folder / "leads.ndjson", [lead])
    refuse("score", starter(), "--leads", leads, "--aliases", "hubspot", "--as-of", AS_OF,
           words=["leads.ndjson:1", "id is missing"])
    refuse("score", starter(), "--leads", leads, "--aliases", "none", "--as-of", AS_OF,
           words=["leads.ndjson:1", "id is missing"])


@test
def an_exported_table_is_named_by_what_its_columns_mean(folder):
    rows = [["Lead ID", "Title", "Company / Account", "Employees", "Lead Source", "Email"],
            ["00Q1", "VP Engineering", "Engines AG", "250", "Web", "ada@engines.example"],
            ["00Q2", "Intern", "", "", "", "b@gmail.com"]]
    path = folder / "report.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    leads = write_ndjson(folder / "leads.ndjson", [
        {"id": "00Q1", "job_title": "VP Engineering", "email": "ada@engines.example", "source": "Web",
         "company": {"name": "Engines AG", "employee_count": "250"}},
        {"id": "00Q2", "job_title": "Intern", "email": "b@gmail.com"}])
    table = run("score", starter(), "--csv", path, "--aliases", "salesforce", "--as-of", AS_OF,
                "--format", "ndjson")[0]
    assert table == run("score", starter(), "--leads", leads, "--as-of", AS_OF,
                        "--format", "ndjson")[0]
    plain = ndjson(run("score", starter(), "--csv", path, "--format", "ndjson")[0])
    assert [row["lead_id"] for row in plain] == ["1", "2"]


@test
def a_table_of_ones_own_is_a_file(folder):
    table = folder / "own.json"
    table.write_text(json.dumps(OWN_TABLE))
    theirs = write_ndjson(folder / "theirs.ndjson",
                          [{"record": {"id": "a", "Mail": "ada@firm.example", "Role": "CTO"}}])
    ours = write_ndjson(folder / "ours.ndjson",
                        [{"id": "a", "email": "ada@firm.example", "job_title": "CTO"}])
    assert (run("score", starter(), "--leads", theirs, "--aliases", table, "--as-of", AS_OF)
            == run("score", starter(), "--leads", ours, "--as-of", AS_OF))


@test
def what_is_no_table_is_refused(folder):
    leads = write_ndjson(folder / "leads.ndjson", [{"id": "a"}])
    score = ["score", starter(), "--leads", leads, "--as-of", AS_OF, "--aliases"]
    refuse(*score, "hubspt", words=["--aliases is 'hubspt', neither a file nor one of hubspot"])
    bad = folder / "bad.json"
    bad.write_text('{"format": 1, "fields": {"emial": ["Mail"]}}')
    refuse(*score, bad, words=["bad.json: aliases.fields has the property \"emial\""])
    bad.write_text("{")
    refuse(*score, bad, words=["bad.json: "])
    bad.write_text(" " * ((1 << 20) + 1))
    refuse(*score, bad, words=["bad.json: more than 1048576 bytes"])
    run("score", starter(), "--events", leads, "--map", leads, "--as-of", AS_OF, "--aliases", "all",
        code=USAGE)


def a_model_is_the_same_to_the_byte_by_a_systems_names(folder):
    theirs = write_ndjson(folder / "theirs.ndjson",
                          [renamed(lead, "hubspot") for lead in sample_leads()])
    path = folder / "model.lsm"
    run("train", "--leads", theirs, "--activities", sample() / "activities.ndjson", "--outcomes",
        sample() / "outcomes.ndjson", "--horizon", "90d", "--gate-auc", "0.5", "--aliases", "hubspot",
        "-o", path)
    assert path.read_bytes() == model().read_bytes()


if HAS_TRAINING:
    test(a_model_is_the_same_to_the_byte_by_a_systems_names)

main()
