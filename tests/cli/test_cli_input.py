#!/usr/bin/env python3
"""What the command says to input that is not as it must be.    test_cli_input.py PROGRAM SCRATCH

Always one line that names place and value, exit code 1, and nothing half-written.
"""

import json
import os
import pty
import random
import resource
import signal
import subprocess
import sys

from cli_support import (AS_OF, PROGRAM, SYSTEM, USAGE, device, main, model, ndjson, refuse, run, sample,
                         sample_files, starter, table, test, trained, write_ndjson)

GOOD_LEAD = {"id": "a", "email": "a@b.example"}
GOOD_ACTIVITY = {"id": "1", "lead_id": "a", "type": "Page Viewed", "time": "2025-12-01T00:00:00Z"}


class Precious:
    """An output file that holds something; it must still do so, alone, after a refusal."""

    def __init__(self, folder):
        self.folder = folder / "out"
        self.folder.mkdir(exist_ok=True)
        self.path = self.folder / "precious"
        self.path.write_text("what stood there")

    def check(self):
        assert self.path.read_text() == "what stood there"
        assert os.listdir(self.folder) == ["precious"], os.listdir(self.folder)


def refuse_leads(folder, text, words, activities=None):
    """Score leads given as text or bytes, which must be refused."""
    precious = Precious(folder)
    leads = folder / "leads.ndjson"
    leads.write_bytes(text.encode() if isinstance(text, str) else text)
    arguments = ["--leads", leads]
    if activities is not None:
        path = folder / "activities.ndjson"
        path.write_bytes(activities.encode() if isinstance(activities, str) else activities)
        arguments += ["--activities", path]
    refuse("score", starter(), *arguments, "--as-of", AS_OF, "-o", precious.path, words=words)
    precious.check()


def refuse_table(folder, text, words):
    """Train on a table given as text or bytes, which must be refused."""
    precious = Precious(folder)
    path = folder / "rows.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    refuse("train", "--csv", path, "--label", "label", "--positive", "yes", "-o", precious.path,
           words=words)
    precious.check()


# Models

@test
def a_truncated_bundle_is_refused(folder):
    whole = model().read_bytes()
    path = folder / "cut.lsm"
    for part in [0, 1, 3, 4, 100, len(whole) // 3, len(whole) // 2, len(whole) - 5, len(whole) - 1]:
        path.write_bytes(whole[:part])
        refuse("inspect", path, words=["cut.lsm"])


@test
def a_bit_flipped_bundle_is_refused(folder):
    whole = model().read_bytes()
    path = folder / "flipped.lsm"
    chance = random.Random(7)
    for bit in [0, 7, 8 * len(whole) - 1, *chance.sample(range(8 * len(whole)), 50)]:
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        refuse("inspect", path, words=["flipped.lsm"])


@test
def what_is_no_bundle_is_refused(folder):
    for text in [b"", b"PK\x03\x04", b"{}", b"\0" * 4096, whole_tail()]:
        path = folder / "no.lsm"
        path.write_bytes(text)
        refuse("inspect", path, words=["no.lsm"])


def whole_tail():
    whole = model().read_bytes()
    return whole[len(whole) // 2:]


# Files that are not there

@test
def a_missing_file_is_named(folder):
    leads = write_ndjson(folder / "leads.ndjson", [GOOD_LEAD])
    absent = folder / "absent"
    for arguments in [
        ["inspect", absent],
        ["score", absent, "--leads", leads, "--as-of", AS_OF],
        ["score", starter(), "--leads", absent, "--as-of", AS_OF],
        ["score", starter(), "--leads", leads, "--activities", absent, "--as-of", AS_OF],
        ["score", starter(), "--csv", absent],
        ["explain", starter(), "--leads", absent, "--as-of", AS_OF],
        ["replay", starter(), "--leads", leads, "--receipt", absent],
        ["scorecard", "--rules", absent, "-o", folder / "m.lsm"],
        ["scorecard", "--spec", absent, "--rules", leads, "-o", folder / "m.lsm"],
    ]:
        refuse(*arguments, words=[str(absent)])
    assert not (folder / "m.lsm").exists()


@trained
def a_missing_file_of_training_is_named(folder):
    leads = write_ndjson(folder / "leads.ndjson", [GOOD_LEAD])
    absent = folder / "absent"
    for arguments in [["--leads", absent], ["--leads", leads, "--activities", absent],
                      ["--leads", leads, "--outcomes", absent],
                      ["--leads", leads, "--spec", absent],
                      ["--leads", leads, "--incumbent", absent],
                      ["--csv", absent, "--label", "label"]]:
        refuse("train", *arguments, "-o", folder / "m.lsm", words=[str(absent)])
    assert not (folder / "m.lsm").exists()


@test
def a_folder_is_no_file(folder):
    refuse("score", starter(), "--leads", folder, "--as-of", AS_OF, words=[str(folder)],
           code=SYSTEM)


@test
def a_place_that_cannot_be_written_is_a_fault_of_the_system(folder):
    leads = write_ndjson(folder / "leads.ndjson", [GOOD_LEAD])
    for place in [folder / "absent" / "out", leads / "out"]:
        refuse("score", starter(), "--leads", leads, "--as-of", AS_OF, "-o", place,
               words=[str(place)], code=SYSTEM)
        refuse("sample", "--leads", 1, "-o", place, words=[str(place)], code=SYSTEM)
    refuse("score", starter(), "--leads", leads, "--as-of", AS_OF, "-o", device(folder, "full"),
           words=[str(folder / "full"), "No space left"], code=SYSTEM)


# Leads and activities

@test
def broken_json_is_refused(folder):
    good = json.dumps(GOOD_LEAD)
    for broken in ['{"id": "b"', '{"id": "b",}', "{'id': 'b'}", '{"id": "b"} {"id": "c"}',
                   '{"id": 01}', '{"id": "b", "x": NaN}', '{"id": "b", "id": "c"}',
                   '{"id": "b\\u0000"}', '{"id": "\\ud800"}', "[]", '"b"', "null"]:
        refuse_leads(folder, f"{good}\n{broken}\n", ["leads.ndjson", "2"])


@test
def json_that_is_not_utf8_is_refused(folder):
    for broken in [b'{"id": "b\xff"}', b'{"id": "\xc3("}', b'{"id": "\xed\xa0\x80"}',
                   b'\xff\xfe{\0}\0']:
        refuse_leads(folder, json.dumps(GOOD_LEAD).encode() + b"\n" + broken + b"\n",
                     ["leads.ndjson", "2"])


@test
def deep_json_is_refused(folder):
    deep = '{"a":' * 40 + "1" + "}" * 40
    refuse_leads(folder, f'{{"id": "a", "x": {deep}}}\n', ["leads.ndjson", "32"])
    refuse_leads(folder, '{"id": "a", "x": ' + "[" * 1000000 + "\n", ["leads.ndjson", "32"])


@test
def huge_json_is_refused(folder):
    path = folder / "leads.ndjson"
    with open(path, "w") as out:
        out.write(json.dumps(GOOD_LEAD) + "\n")
        out.write('{"id": "' + "a" * (17 << 20) + '"}\n')
    refuse("score", starter(), "--leads", path, "--as-of", AS_OF, words=["leads.ndjson", "2"])


@test
def a_lead_without_an_id_is_refused(folder):
    refuse_leads(folder, '{"email": "a@b.example"}\n', ["leads.ndjson", "1", "id"])
    refuse_leads(folder, '{"id": "", "email": "a@b.example"}\n', ["leads.ndjson", "id"])


@test
def an_activity_that_lacks_something_is_refused(folder):
    lead = json.dumps(GOOD_LEAD) + "\n"
    for without in ["id", "time", "type", "lead_id"]:
        bad = {key: value for key, value in GOOD_ACTIVITY.items() if key != without}
        text = json.dumps({**GOOD_ACTIVITY, "id": "0"}) + "\n" + json.dumps(bad) + "\n"
        refuse_leads(folder, lead, ["activities.ndjson", "2", without], text)


@test
def an_activity_with_a_bad_value_is_refused(folder):
    lead = json.dumps(GOOD_LEAD) + "\n"
    for key, value in [("time", "yesterday"), ("time", "2025-13-01T00:00:00Z"), ("time", 1e30),
                       ("recorded_time", "soon"), ("data", [1])]:
        text = json.dumps({**GOOD_ACTIVITY, key: value}) + "\n"
        refuse_leads(folder, lead, ["activities.ndjson", "1", key], text)


@test
def an_activity_of_an_unknown_lead_is_refused(folder):
    text = json.dumps({**GOOD_ACTIVITY, "lead_id": "stranger"}) + "\n"
    refuse_leads(folder, json.dumps(GOOD_LEAD) + "\n", ["activities.ndjson", "1", "stranger"], text)


@test
def broken_activities_are_refused(folder):
    lead = json.dumps(GOOD_LEAD) + "\n"
    good = json.dumps(GOOD_ACTIVITY) + "\n"
    for broken in [b"{", b'{"id": "\xff"}', b"[" * 100000, b"nothing"]:
        refuse_leads(folder, lead, ["activities.ndjson", "2"], good.encode() + broken + b"\n")


@test
def a_fault_in_the_middle_of_a_stream_leaves_the_lines_before_it(folder):
    text = "".join(json.dumps({"id": f"{i}", "email": "a@b.example"}) + "\n" for i in range(500))
    out = refuse("score", starter(), "--leads", "-", "--as-of", AS_OF, "--format", "ndjson",
                 stdin=text + "{broken\n", words=["501"])
    assert [row["lead_id"] for row in ndjson(out)] == [f"{i}" for i in range(500)]


# Tables

HEAD = "size,plan,label\n"


def rows(n, label=lambda i: "yes" if i % 3 == 0 else "no"):
    return "".join(f"{i % 17},{'abc'[i % 3]},{label(i)}\n" for i in range(n))


@trained
def a_ragged_table_is_refused(folder):
    refuse_table(folder, HEAD + rows(100) + "1,a\n" + rows(100), ["rows.csv", "102"])
    refuse_table(folder, HEAD + rows(100) + "1,a,yes,more\n", ["rows.csv", "102"])
    refuse_table(folder, HEAD + rows(100) + '1,"a,yes\n', ["rows.csv", "102"])


@trained
def a_table_without_its_label_is_refused(folder):
    refuse_table(folder, "size,plan,result\n" + rows(100), ["rows.csv", "label"])


@trained
def a_table_of_one_class_is_refused(folder):
    refuse_table(folder, HEAD + rows(200, lambda i: "yes"), ["200"])
    refuse_table(folder, HEAD + rows(200, lambda i: "no"), ["200"])


@trained
def a_table_without_rows_is_refused(folder):
    refuse_table(folder, HEAD, [])
    refuse_table(folder, "", ["rows.csv"])


@trained
def a_table_with_a_doubtful_head_is_refused(folder):
    refuse_table(folder, "size,size,label\n" + rows(100), ["rows.csv", "size"])
    refuse_table(folder, "size,,label\n" + rows(100), ["rows.csv"])


@trained
def a_table_that_is_not_utf8_is_refused(folder):
    refuse_table(folder, HEAD.encode() + rows(100).encode() + b"1,\xff,no\n", ["rows.csv", "102"])


@trained
def a_mark_at_the_start_of_a_table_is_no_name(folder):
    path = folder / "rows.csv"
    path.write_bytes(b"\xef\xbb\xbf" + table().read_bytes())
    plain, marked = folder / "plain.lsm", folder / "marked.lsm"
    run("train", "--csv", table(), "--label", "label", "--positive", "yes", "-o", plain)
    run("train", "--csv", path, "--label", "label", "--positive", "yes", "-o", marked)
    assert plain.read_bytes() == marked.read_bytes()


@trained
def quoted_line_ends_stay_in_their_cell(folder):
    path = folder / "rows.csv"
    path.write_text('id,plan,label\n"first\nof ""two"", lines",a,yes\nb,c,no\n')
    out, _ = run("score", starter(), "--csv", path, "--id-column", "id", "--format", "ndjson")
    assert [row["lead_id"] for row in ndjson(out)] == ['first\nof "two", lines', "b"]
    out, _ = run("score", starter(), "--csv", path, "--id-column", "id", "--format", "csv")
    assert '"first\nof ""two"", lines",' in out


@trained
def an_all_missing_column_is_left_out(folder):
    text = table().read_text().splitlines()
    path = folder / "rows.csv"
    path.write_text("\n".join([text[0] + ",empty", *(line + "," for line in text[1:])]) + "\n")
    run("train", "--csv", path, "--label", "label", "--positive", "yes", "-o", folder / "m.lsm")
    told = json.loads(run("inspect", folder / "m.lsm", "--json")[0])
    assert "empty" not in [feature["name"] for feature in told["features"]]


@trained
def a_label_that_is_none_of_two_classes_is_refused(folder):
    precious = Precious(folder)
    path = folder / "rows.csv"
    path.write_text(HEAD + rows(100) + "1,a,perhaps\n" + rows(100))
    refuse("train", "--csv", path, "--label", "label", "-o", precious.path,
           words=["rows.csv:102", "\"label\"", "perhaps"])
    precious.check()


@trained
def a_table_with_too_few_outcomes_is_refused(folder):
    refuse_table(folder, HEAD + rows(300, lambda i: "yes" if i % 100 == 0 else "no"),
                 ["3 rows converted and 297 did not", "10 of each are needed"])


@trained
def a_column_that_changes_its_type_is_refused(folder):
    numbers = "".join(f"{i}.25,a,{'yes' if i % 3 == 0 else 'no'}\n" for i in range(200))
    refuse_table(folder, HEAD + numbers + "unknown,a,no\n" + numbers,
                 ["column \"size\"", "row 201", "\"unknown\""])


@trained
def a_file_that_may_not_grow_is_told_and_the_old_model_stays(folder):
    precious = Precious(folder)

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = subprocess.run([PROGRAM, "train", "--csv", table(), "--label", "label", "--positive",
                           "yes", "-o", precious.path], capture_output=True, preexec_fn=limit,
                          text=True)
    assert done.returncode == SYSTEM, done.stderr
    assert "cannot write: File too large" in done.stderr, done.stderr
    precious.check()


@trained
def an_interrupted_training_leaves_the_old_model(folder):
    precious = Precious(folder)
    process, terminal = pty.fork()
    if process == 0:
        os.execv(PROGRAM, [str(PROGRAM), "train", *map(str, sample_files()), "--outcomes",
                           str(sample() / "outcomes.ndjson"), "--folds", "20", "-o",
                           str(precious.path)])
    seen = b""
    while b"training the folds, " not in seen:
        seen += os.read(terminal, 4096)
    os.kill(process, signal.SIGINT)
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGINT, status
    precious.check()


# Events

MAP = {"id": "who", "time": {"column": "day", "format": "YYYYMMDD"}, "type": "Order",
       "data": {"amount": "sum"}, "outcome": {"types": ["Order"], "repeatable": True}}


def refuse_events(folder, text, a_map, words):
    precious = Precious(folder)
    (folder / "events.csv").write_text(text)
    (folder / "map.json").write_text(a_map if isinstance(a_map, str) else json.dumps(a_map))
    refuse("train", "--events", folder / "events.csv", "--map", folder / "map.json", "-o",
           precious.path, words=words)
    precious.check()


@trained
def events_that_are_wrong_are_refused(folder):
    good = "who,day,sum\na,20240101,5\n"
    refuse_events(folder, good + "a,2024-1-1,5\n", MAP, ["events.csv:3", "\"day\"", "YYYYMMDD"])
    refuse_events(folder, good + "a,20240102,five\n", MAP, ["events.csv:3", "\"sum\"", "five"])
    refuse_events(folder, good, {**MAP, "id": "whom"}, ["whom", "who, day, sum"])
    refuse_events(folder, good, {**MAP, "colour": 1}, ["map.json", "colour"])
    refuse_events(folder, good, "{", ["map.json"])
    refuse_events(folder, good, MAP, ["no lead of 1 has a row"])


@test
def events_and_their_map_go_together(folder):
    run("score", starter(), "--events", folder / "e.csv", code=USAGE)
    run("score", starter(), "--map", folder / "m.json", "--csv", folder / "e.csv", code=USAGE)


# Rules

@test
def rules_that_are_wrong_are_refused(folder):
    precious = Precious(folder)
    path = folder / "rules.json"
    for text, words in [("{", []), ('{"format": 1}', ["rules"]), ('{"format": 2}', ["2"]),
                        ('{"format": 1, "rules": [{"feature": "chairs"}]}', ["rules[0]", "chairs"])]:
        path.write_text(text)
        refuse("scorecard", "--rules", path, "-o", precious.path, words=["rules.json: ", *words])
        precious.check()


# Training on leads

@trained
def training_without_outcomes_is_refused(folder):
    precious = Precious(folder)
    (folder / "none.ndjson").write_text("")
    refuse("train", "--leads", sample() / "leads.ndjson", "--activities",
           sample() / "activities.ndjson", "--outcomes", folder / "none.ndjson", "-o",
           precious.path, words=[])
    precious.check()


@trained
def outcomes_that_are_wrong_are_refused(folder):
    precious = Precious(folder)
    outcomes = (sample() / "outcomes.ndjson").read_text().splitlines()
    first = json.loads(outcomes[0])
    for bad, word in [({"lead_id": "stranger"}, "stranger"), ({"label": "perhaps"}, "perhaps"),
                      ({"time": "never"}, "never")]:
        path = folder / "outcomes.ndjson"
        path.write_text("\n".join([json.dumps({**first, **bad}), *outcomes[1:]]) + "\n")
        refuse("train", "--leads", sample() / "leads.ndjson", "--activities",
               sample() / "activities.ndjson", "--outcomes", path, "-o", precious.path,
               words=["outcomes.ndjson", "1", word])
        precious.check()


@trained
def times_that_run_backwards_are_refused(folder):
    precious = Precious(folder)
    path = folder / "outcomes.ndjson"
    write_ndjson(path, [{**outcome, "time": "2001-01-01T00:00:00Z"} for outcome in
                        ndjson((sample() / "outcomes.ndjson").read_text())])
    refuse("train", *sample_files(), "--outcomes", path, "-o", precious.path,
           words=["times run backwards", "before they were created"])
    precious.check()


@trained
def as_of_times_that_are_none_are_a_wrong_command_line(folder):
    for when in ["never", "every:", "created", "created+soon", "before-outcome:x", "before-outcomes"]:
        run("train", *sample_files(), "--as-of", when, "-o", folder / "m.lsm", code=USAGE)


@trained
def a_spec_that_is_wrong_is_refused(folder):
    precious = Precious(folder)
    path = folder / "spec.json"
    for text, words in [("{", ["spec.json"]), ('{"format": 99, "features": []}', ["99"]),
                        ('{"format": 1, "name": "x", "groups": ["g"], "features": [{"name": "f", '
                         '"group": "g", "kind": "magic"}]}', ["magic"])]:
        path.write_text(text)
        refuse("train", "--leads", sample() / "leads.ndjson", "--spec", path, "-o", precious.path,
               words=words)
        precious.check()


if __name__ == "__main__":
    sys.exit(main())
