#!/usr/bin/env python3
"""The forms of the command that scripts rely on.    test_cli_forms.py PROGRAM SCRATCH [WORD...]"""

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys

from cli_support import (AS_OF, DATA, HAS_TRAINING, PROGRAM, ROOT, USAGE, Skip, device, main, model, ndjson, refuse,
                         run, sample, sample_files, starter, test, trained, write_ndjson)

COMMANDS = ["sample", "train", "scorecard", "import", "score", "explain", "evaluate", "report", "drift", "inspect",
            "sign", "store", "ingest", "replay"]


def on_terminal(*arguments, env=None):
    """What a person sees: the output of a command on a pseudo-terminal."""
    try:
        ours, theirs = pty.openpty()
    except OSError as error:
        raise Skip(f"no terminal can be made here: {error}") from error
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm", **(env or {})}
    if not env:
        environment.pop("NO_COLOR", None)
    process = subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=theirs, stderr=theirs,
                               stdin=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    seen = b""
    try:
        while chunk := os.read(ours, 65536):
            seen += chunk
    except OSError:
        pass  # the other end is closed
    os.close(ours)
    process.wait()
    return seen.decode()


def one_lead(lead_id="lead-000001"):
    return next(lead for lead in ndjson((sample() / "leads.ndjson").read_text())
                if lead["id"] == lead_id)


def scored_id():
    """The id of a lead of the sample that has a score."""
    out, _ = run("score", model(), *sample_files(), "--as-of", AS_OF, "--format", "ndjson")
    return max((row for row in ndjson(out) if row["status"] == "scored"),
               key=lambda row: row["score"])["lead_id"]


# Help

@test
def help_lists_every_command_and_the_exit_codes(folder):
    out, _ = run("--help")
    listed = out.partition("COMMANDS\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in listed] == COMMANDS, listed
    assert "EXIT CODES" in out and "EXAMPLES" in out


@test
def each_command_teaches_by_example(folder):
    for command in COMMANDS:
        if command in ("train", "evaluate", "drift") and not HAS_TRAINING:
            continue
        out, _ = run(command, "--help")
        assert f"leadscore {command} " in out, command
        assert "EXAMPLES" in out and "EXIT CODES" in out, command
        assert run("help", command)[0] == out, command
        examples = out.partition("EXAMPLES\n")[2].partition("\n\n")[0].splitlines()
        assert examples and all(line.startswith("  ") for line in examples), examples


@test
def the_version_is_that_of_the_library(folder):
    out, _ = run("--version")
    assert re.fullmatch(r"leadscore \d+\.\d+\.\d+\n", out), out
    assert run("score", "--version")[0] == out


@test
def no_command_is_wrong_usage(folder):
    _, err = run(code=USAGE)
    assert "COMMANDS" in err


@test
def a_wrong_command_is_answered_with_the_nearest(folder):
    _, err = run("explian", code=USAGE)
    assert "did you mean explain?" in err
    _, err = run("qwertyuiop", code=USAGE)
    assert "did you mean" not in err


@test
def a_wrong_option_is_answered_with_the_nearest(folder):
    _, err = run("score", model(), "--lead", "x", "--as-off", "now", code=USAGE)
    assert "no option --as-off; did you mean --as-of?" in err
    _, err = run("sample", "--sede", "7", code=USAGE)
    assert "did you mean --seed?" in err


@test
def a_value_that_looks_like_an_option_is_a_value(folder):
    _, err = run("score", "--id", "--odd", "m.lsm", "--csv", "absent.csv", code=DATA)
    assert "m.lsm" in err


@test
def wrong_values_of_options_are_named(folder):
    for arguments, words in [
        (["sample", "--leads", "0", "-o", folder], "--leads is '0'"),
        (["sample", "--leads", "1000001", "-o", folder], "--leads is '1000001'"),
        (["sample", "--leads", "ten", "-o", folder], "--leads is 'ten'"),
        (["sample", "--seed", "-1", "-o", folder], "--seed is '-1'"),
        (["sample", "--seed", "18446744073709551616", "-o", folder], "--seed is"),
        (["score", "m", "--leads", "f", "--as-of", "yesterday"], "--as-of is 'yesterday'"),
        (["score", "m", "--leads", "f", "--as-of", "now", "--format", "xml"],
         "must be ndjson, csv or table"),
        (["score", "m", "--leads", "f"], "--as-of TIME is needed"),
        (["explain", "m", "--events", "f", "--map", "f"], "--as-of TIME is needed with --events"),
        (["explain", "m", "--store", "f", "--organization", "acme"], "--as-of TIME is needed with --store"),
        (["score", "m"], "--leads, --csv, --events or --store FILE is needed"),
        (["score", "m", "--csv", "f", "--leads", "f", "--as-of", "now"], "cannot go together"),
        (["score", "m", "--csv", "f", "--activities", "f"], "go with --leads"),
        (["score", "m", "--leads", "-", "--activities", "-", "--as-of", "now"],
         "only one file can be standard input"),
        (["score", "m", "n", "--csv", "f"], "'n' is one argument too many"),
        (["score", "--csv", "f"], "a MODEL is needed"),
        (["score", "m", "--csv", "f", "--delimiter", "ab"], "must be one character"),
        (["replay", "m", "--csv", "f"], "--receipt FILE"),
        (["inspect", "m", "--json", "--member", "x"], "cannot go together"),
        (["scorecard", "-o", "m"], "--rules FILE"),
    ]:
        _, err = run(*arguments, code=USAGE)
        assert words in err, f"no '{words}' in: {err}"


@trained
def wrong_values_of_training_options_are_named(folder):
    for arguments, words in [
        (["--leads", "f", "--horizon", "90", "-o", "m"], "--horizon is '90'"),
        (["--leads", "f", "--horizon", "0d", "-o", "m"], "--horizon is '0d'"),
        (["--leads", "f", "--horizon", "36526d", "-o", "m"], "--horizon is '36526d'"),
        (["--leads", "f", "--horizon", "90days", "-o", "m"], "--horizon is '90days'"),
        (["--leads", "f", "--gate-auc", "1.5", "-o", "m"], "--gate-auc is '1.5'"),
        (["--leads", "f", "--gate-auc", "nan", "-o", "m"], "--gate-auc is 'nan'"),
        (["--leads", "f", "--model-type", "mixed", "-o", "m"],
         "must be behavioral, demographic or composite"),
        (["--leads", "f", "--fold-repeats", "21", "-o", "m"], "--fold-repeats is '21'"),
        (["--leads", "f", "--validation", "none", "-o", "m"], "must be usual or both"),
        (["--leads", "f", "--learner", "net", "-o", "m"], "must be trees, additive or ladder"),
        (["--leads", "f"], "-o FILE is needed"),
        (["--leads", "f", "--exclude", "a", "-o", "m"], "--exclude and --include go with --csv"),
        (["--csv", "f", "-o", "m"], "--csv needs --label"),
        (["--csv", "f", "--label", "y", "--horizon", "9d", "-o", "m"], "go with --leads"),
        (["--leads", "f", "--positive", "y", "-o", "m"], "--positive needs --label"),
    ]:
        _, err = run("train", *arguments, code=USAGE)
        assert words in err, f"no '{words}' in: {err}"


# Score

@test
def scores_agree_in_all_formats(folder):
    base = ["score", model(), *sample_files(), "--as-of", AS_OF]
    lines = ndjson(run(*base, "--format", "ndjson")[0])
    cells = list(csv.DictReader(io.StringIO(run(*base, "--format", "csv")[0])))
    assert len(lines) == len(cells) == 700
    for line, row in zip(lines, cells):
        assert list(line) == list(row)
        for key, value in line.items():
            text = row[key]
            held = None if text == "" else float(text) if isinstance(value, float | int) else text
            assert held == value, (key, value, text)


@test
def a_row_keeps_the_contract_of_results(folder):
    out, _ = run("score", model(), *sample_files(), "--as-of", AS_OF, "--format", "ndjson")
    statuses = set()
    for row in ndjson(out):
        statuses.add(row["status"])
        assert row["as_of"] == AS_OF
        if row["status"] != "scored":
            assert row["score"] is None and row["grade"] is None and row["probability"] is None
            continue
        assert row["grade"] in "ABCDF" and 0 <= row["score"] <= 100
        if HAS_TRAINING:
            assert row["score"] == int(100 * row["probability"] + 0.5)
            assert row["probability_low"] <= row["probability"] <= row["probability_high"]
            width = row["probability_high"] - row["probability_low"]
            assert abs(row["confidence"] - (1 - width)) < 1e-12
    assert "scored" in statuses and "suppressed" in statuses, statuses


@test
def the_id_picks_one_lead(folder):
    base = ["score", model(), *sample_files(), "--as-of", AS_OF, "--format", "ndjson"]
    everyone = ndjson(run(*base)[0])
    assert ndjson(run(*base, "--id", "lead-000300")[0]) == [
        row for row in everyone if row["lead_id"] == "lead-000300"]
    refuse(*base, "--id", "nobody", words=["nobody"])


@test
def the_top_is_the_best_of_all(folder):
    base = ["score", model(), *sample_files(), "--as-of", AS_OF, "--format", "ndjson"]
    everyone = ndjson(run(*base)[0])
    rank = lambda row: -(row["probability"] if row["probability"] is not None
                         else -1 if row["score"] is None else row["score"] / 100)
    best = ndjson(run(*base, "--top", 25)[0])
    assert best == sorted(everyone, key=rank)[:25]
    assert sorted(ndjson(run(*base, "--top", 1000)[0]), key=lambda row: row["lead_id"]) == everyone


@test
def a_line_of_score_explain_is_what_explain_says(folder):
    lead = scored_id()
    arguments = [model(), *sample_files(), "--as-of", AS_OF, "--id", lead]
    line, _ = run("score", *arguments, "--explain")
    whole, _ = run("explain", *arguments, "--json")
    assert json.loads(line) == json.loads(whole)
    assert line.count("\n") == 1


@test
def leads_may_embed_their_activities(folder):
    activities = ndjson((sample() / "activities.ndjson").read_text())
    mine = [item for item in activities if item["lead_id"] == "lead-000300"]
    path = write_ndjson(folder / "leads.ndjson",
                        [{**one_lead("lead-000300"), "activities": mine}])
    embedded, _ = run("score", model(), "--leads", path, "--as-of", AS_OF, "--format", "ndjson")
    apart, _ = run("score", model(), *sample_files(), "--as-of", AS_OF, "--format", "ndjson",
                   "--id", "lead-000300")
    assert embedded == apart and mine
    piped, _ = run("score", model(), "--leads", "-", "--as-of", AS_OF, "--format", "ndjson",
                   stdin=path.read_bytes())
    assert piped == apart


@test
def the_model_may_come_from_standard_input(folder):
    base = [*sample_files(), "--as-of", AS_OF, "--format", "csv"]
    assert run("score", "-", *base, stdin=model().read_bytes())[0] == run("score", model(), *base)[0]


@test
def an_output_file_is_what_standard_output_would_be(folder):
    base = ["score", model(), *sample_files(), "--as-of", AS_OF, "--format", "csv"]
    path = folder / "scores.csv"
    out, _ = run(*base, "-o", path)
    assert out == "" and path.read_text() == run(*base)[0]
    assert os.listdir(folder) == ["scores.csv"]
    assert path.stat().st_mode & 0o777 == 0o666 & ~os.umask(os.umask(0o22))
    assert run(*base, "-o", "-")[0] == path.read_text()


@test
def a_device_is_written_and_not_replaced(folder):
    null = device(folder, "null")
    run("score", model(), *sample_files(), "--as-of", AS_OF, "-o", null)
    assert null.is_symlink() and null.is_char_device()


@test
def now_is_a_time(folder):
    out, _ = run("score", starter(), *sample_files(), "--as-of", "now", "--format", "ndjson",
                 "--id", "lead-000001")
    assert ndjson(out)[0]["as_of"] > "2025"


@test
def activities_of_unknown_leads_can_be_dropped(folder):
    leads = write_ndjson(folder / "leads.ndjson", [one_lead()])
    base = ["score", starter(), "--leads", leads, "--activities", sample() / "activities.ndjson",
            "--as-of", AS_OF, "--format", "ndjson"]
    refuse(*base, words=["activities.ndjson", "lead-000"])
    assert len(ndjson(run(*base, "--ignore-unknown")[0])) == 1


# What people see

@test
def a_terminal_gets_a_table_and_colour(folder):
    base = ["score", model(), *sample_files(), "--as-of", AS_OF, "--top", 5]
    colour = re.compile("\033\\[[0-9]*m")
    seen = on_terminal(*base)
    assert "SCORE" in seen and colour.search(seen)
    assert not colour.search(on_terminal(*base, env={"NO_COLOR": "1"}))
    assert not colour.search(on_terminal(*base, env={"TERM": "dumb"}))
    assert "\033[" not in run(*base, "--format", "table")[0]
    assert run(*base)[0].startswith("{")


@test
def a_table_is_aligned_whatever_the_script(folder):
    import unicodedata
    leads = write_ndjson(folder / "leads.ndjson", [
        {"id": lead_id, "email": "a@b.example"}
        for lead_id in ["a", "Zoë", "Zoe\u0308", "李雷", "こんにちは", "x" * 30]])
    out, _ = run("score", starter(), "--leads", leads, "--as-of", AS_OF, "--format", "table")
    def place(line):
        before = line[:line.rindex("scored") if "scored" in line else line.index("STATUS")]
        return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF"
                   else 1 for c in before)
    assert len({place(line) for line in out.splitlines()}) == 1, out


@test
def text_from_outside_cannot_steer_the_terminal(folder):
    leads = write_ndjson(folder / "leads.ndjson", [
        {"id": "a\u001b[2Jb\u009bc\u202ed", "email": "a@b.example", "job_title": "\u001b]0;x\u0007"}])
    base = ["--leads", leads, "--as-of", AS_OF]
    for out in (run("score", starter(), *base, "--format", "table")[0],
                run("explain", starter(), *base)[0]):
        assert "a?[2Jb?c?d" in out
        assert not re.search("[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]", out)


@test
def bars_are_plain_where_the_locale_is(folder):
    base = ["explain", model(), *sample_files(), "--as-of", AS_OF, "--id", scored_id()]
    assert "█" in run(*base)[0]
    assert run(*base, env={"LC_ALL": "C"})[0].isascii()


@test
def output_for_people_fits_100_columns(folder):
    base = [*sample_files(), "--as-of", AS_OF]
    for arguments in (["score", model(), *base, "--format", "table"],
                      ["explain", model(), *base, "--id", scored_id()], ["inspect", model()]):
        for line in run(*arguments)[0].splitlines():
            assert len(line) <= 100 and line == line.rstrip(), line


@test
def a_comma_decimal_locale_changes_nothing(folder):
    german = {"LC_ALL": "de_DE.UTF-8", "LOCPATH": str(folder)}
    subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", folder / "de_DE.UTF-8"],
                   capture_output=True)
    said = subprocess.run(["locale", "decimal_point"], env={**os.environ, **german},
                          capture_output=True, text=True).stdout
    if said != ",\n":
        raise Skip("no locale with a decimal comma can be made; install the package locales")
    for base in (["score", model(), *sample_files(), "--as-of", AS_OF, "--format", "csv"],
                 ["explain", model(), *sample_files(), "--as-of", AS_OF, "--json"],
                 ["inspect", model()]):
        assert run(*base, env=german)[0] == run(*base)[0]


# Explain and replay

@test
def an_explanation_says_what_its_json_says(folder):
    base = ["explain", model(), *sample_files(), "--as-of", AS_OF, "--id", scored_id()]
    said, _ = run(*base)
    told = json.loads(run(*base, "--json")[0])
    assert f"{told['score']} {told['grade']}" in said
    for reason in told["reasons"]:
        assert reason["text"] in re.sub(r"\n +", " ", said), reason
    for part, points in told["breakdown"].items():
        assert re.search(rf"{part} +{re.escape(format(points, '+d'))}\b", said), part
    assert sum(told["breakdown"].values()) == told["score"]
    assert told["receipt"]["input_sha256"] in said


@test
def an_unscored_lead_is_explained_as_such(folder):
    leads = write_ndjson(folder / "leads.ndjson", [
        {"id": "shy", "email": "a@b.example", "consent": {"profiling": False}},
        {"id": "blank"}])
    base = ["explain", starter(), "--leads", leads, "--as-of", AS_OF]
    assert "does not consent" in run(*base, "--id", "shy")[0]
    assert "too little is known" in run(*base, "--id", "blank")[0]
    assert json.loads(run(*base, "--id", "blank", "--json")[0])["score"] is None


@test
def a_receipt_replays(folder):
    why = folder / "why.json"
    run("explain", model(), *sample_files(), "--as-of", AS_OF, "--id", scored_id(), "--json",
        "-o", why)
    receipt = folder / "receipt.json"
    receipt.write_text(json.dumps(json.loads(why.read_text())["receipt"]))
    for held in (why, receipt):
        out, _ = run("replay", model(), *sample_files(), "--receipt", held)
        assert out.startswith(scored_id()) and "agree" in out
    run("replay", model(), *sample_files(), "--receipt", "-", stdin=why.read_bytes())


def replay_files(folder):
    """A lead, its activities and its receipt, in files of their own."""
    lead_id = scored_id()
    activities = [item for item in ndjson((sample() / "activities.ndjson").read_text())
                  if item["lead_id"] == lead_id]
    leads = write_ndjson(folder / "leads.ndjson", [one_lead(lead_id)])
    write_ndjson(folder / "activities.ndjson", activities)
    files = ("--leads", leads, "--activities", folder / "activities.ndjson")
    out, _ = run("explain", model(), *files, "--as-of", AS_OF, "--json")
    (folder / "why.json").write_text(out)
    (folder / "receipt.json").write_text(json.dumps(json.loads(out)["receipt"]))
    return files, activities


@test
def a_changed_input_does_not_replay(folder):
    files, activities = replay_files(folder)
    visible = [item for item in activities if item["time"] < AS_OF
               and item.get("recorded_time", "") < AS_OF]
    visible[0]["time"] = "2020-01-01T00:00:00Z"
    write_ndjson(folder / "activities.ndjson", activities)
    for receipt in ("why.json", "receipt.json"):
        refuse("replay", model(), *files, "--receipt", folder / receipt, words=["input"])


@test
def what_is_later_does_not_matter_to_a_replay(folder):
    files, activities = replay_files(folder)
    write_ndjson(folder / "activities.ndjson", activities + [
        {"id": "later", "lead_id": activities[0]["lead_id"], "type": "Demo Requested",
         "time": "2026-01-01T00:00:00.001Z"}])
    run("replay", model(), *files, "--receipt", folder / "why.json")


@trained
def another_model_does_not_replay(folder):
    files, _ = replay_files(folder)
    refuse("replay", starter(), *files, "--receipt", folder / "why.json", words=["model"])
    refuse("replay", starter(), *files, "--receipt", folder / "receipt.json", words=["model"])


@test
def an_input_that_is_gone_is_not_held(folder):
    replay_files(folder)
    leads = write_ndjson(folder / "others.ndjson", [{"id": "a", "email": "a@b.example"},
                                                    {"id": "b", "email": "b@b.example"}])
    for receipt in ("why.json", "receipt.json"):
        refuse("replay", model(), "--leads", leads, "--receipt", folder / receipt,
               words=["not held", "others.ndjson"])


@test
def what_is_no_receipt_is_refused(folder):
    for text, words in [("{", "not JSON"), ("{}", "as_of"), ("[1]", "as_of"),
                        ('{"as_of": "soon", "input_sha256": "a"}', "soon")]:
        path = folder / "receipt.json"
        path.write_text(text)
        refuse("replay", model(), *sample_files(), "--receipt", path, words=[words])


# Inspect and scorecards

@test
def inspect_json_holds_the_manifest(folder):
    told = json.loads(run("inspect", model(), "--json")[0])
    assert told["manifest"]["name"] == told["name"]
    assert len(told["features"]) == told["n_features"]
    if HAS_TRAINING:
        assert told["metrics"]["roc_auc"]["low"] <= told["metrics"]["roc_auc"]["value"]
    said, _ = run("inspect", model())
    for feature in told["features"]:
        assert feature["name"] in said
    for member in told["manifest"]["members"]:
        assert member["sha256"] in said


@test
def a_member_is_printed_as_it_is(folder):
    out, _ = run("inspect", model(), "--member", "manifest.json")
    assert json.loads(out) == json.loads(run("inspect", model(), "--json")[0])["manifest"]
    refuse("inspect", model(), "--member", "nothing.json", words=["nothing.json"])


@test
def a_member_cannot_steer_a_terminal(folder):
    seen = on_terminal("inspect", starter(), "--member", "manifest.json")
    assert seen.replace("\r\n", "\n") == run("inspect", starter(), "--member", "manifest.json")[0]
    rules = folder / "rules.json"
    rules.write_text(json.dumps({"format": 1, "rules": []}) + "\t\n")
    run("scorecard", "--rules", rules, "-o", folder / "m.lsm")
    assert "[]}?\r\n" in on_terminal("inspect", folder / "m.lsm", "--member", "scorecard.json")


@test
def the_starter_is_what_its_script_makes(folder):
    made = folder / "starter.lsm"
    subprocess.run([ROOT / "models" / "make-starter.sh", PROGRAM, made], check=True)
    manifest = lambda path: run("inspect", path, "--member", "manifest.json")[0]
    assert manifest(made) == manifest(starter()), "run models/make-starter.sh"


@test
def the_starter_scores_the_sample_without_training(folder):
    out, _ = run("score", starter(), *sample_files(), "--as-of", AS_OF, "--format", "ndjson")
    rows = [row for row in ndjson(out) if row["status"] == "scored"]
    assert len({row["score"] for row in rows}) > 30
    assert len({row["grade"] for row in rows}) == 5
    assert all(row["probability"] is None for row in rows)


@test
def a_scorecard_takes_a_spec_of_ones_own(folder):
    (folder / "spec.json").write_text(json.dumps({
        "format": 1, "name": "mine", "groups": ["fit"],
        "features": [{"name": "seats", "group": "fit", "kind": "number", "property": "seats"}]}))
    (folder / "rules.json").write_text(json.dumps({
        "format": 1, "rules": [{"feature": "seats", "points": 2, "per": "unit", "cap": 50}]}))
    made = folder / "mine.lsm"
    run("scorecard", "--spec", folder / "spec.json", "--rules", folder / "rules.json", "--name",
        "mine", "-o", made)
    leads = write_ndjson(folder / "leads.ndjson", [{"id": "a", "seats": 12}])
    out, _ = run("score", made, "--leads", leads, "--as-of", AS_OF, "--format", "ndjson")
    assert ndjson(out)[0]["score"] == 24
    (folder / "rules.json").write_text('{"format": 1, "rules": [{"feature": "chairs"}]}')
    refuse("scorecard", "--spec", folder / "spec.json", "--rules", folder / "rules.json", "-o",
           made, words=["chairs"])


if __name__ == "__main__":
    sys.exit(main())
