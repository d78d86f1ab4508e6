"""The cases that every binding runs (tests/cases), through the program."""

import struct
import sys

from cli_support import DATA, ROOT, USAGE, json, main, run, test


def cases(name):
    return json.loads((ROOT / "tests" / "cases" / name).read_text())["cases"]


# What the program takes no other way than it is written in files: leads without an id, an empty line, activities in both
# places, and white space that would end the line.
OTHERS = {"an empty lead", "no JSON at all", "activities: within the lead and beside it", "white space and escapes"}


def score(case, code):
    """A lead with its activities, given as one line."""
    lead = case["lead"]
    arguments = ["score", ROOT / case["model"], "--leads", "-", "--as-of", case["as_of"],
                 "--explain", "--format", "ndjson"]
    if "activities" in case:
        listed = case["activities"]
        if not listed.lstrip().startswith(("[", '"')):
            listed = "[" + ",".join(line for line in listed.split("\n") if line.strip()) + "]"
        lead = lead.replace("{", '{"activities": ' + listed + ",", 1)
    out, _ = run(*arguments, stdin=lead.encode("utf-8", "surrogatepass") + b"\n", code=code)
    return out


def bits(number, kind=">d"):
    return None if number is None else struct.pack(kind, number).hex()


def check_why(got, expect):
    assert bits(got["base_value"]) == expect["base_value"]
    assert [bits(item["value"]) for item in got["contributions"]] == expect["contributions"]
    points = list(got["breakdown"].items())[1:] if got["breakdown"] else []
    assert points == list(expect["breakdown"].items()), (points, expect["breakdown"])
    assert expect["reasons"] == [
        [reason["code"], reason["text"], bits(reason["contribution"]), reason["activities"]]
        for reason in got["reasons"]]


@test
def leads_score_as_in_every_language(_):
    for case in cases("leads.json"):
        if case["name"] in OTHERS:
            continue
        got, expect = json.loads(score(case, 0)), case["expect"]
        assert got["status"] == expect["status"], case["name"]
        assert got["score"] == expect["score"], (case["name"], got["score"])
        assert got["grade"] == expect["grade"], case["name"]
        for name in ("probability", "probability_low", "probability_high", "confidence"):
            assert bits(got[name]) == expect[name], (case["name"], name)
        for name in ("input_sha256", "result_sha256"):
            assert got["receipt"][name] == expect[name], (case["name"], name)
        assert bits(got["raw"]["margin"], ">f") == expect["margin"], case["name"]
        assert bits(got["raw"]["probability"], ">f") == expect["raw_probability"], case["name"]
        assert bits(got.get("points")) == expect["points"], case["name"]
        check_why(got, case["why"])


@test
def errors_are_refused_as_in_every_language(_):
    for case in cases("errors.json"):
        if case["name"] in OTHERS:
            continue
        # A time is an argument of the command.
        score(case, USAGE if case["error"]["status"] == "LSC_INVALID_ARG" else DATA)


if __name__ == "__main__":
    sys.exit(main())
