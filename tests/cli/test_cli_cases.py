"""The cases that every binding runs (tests/cases), through the program."""

import struct
import sys

from cli_support import DATA, ROOT, USAGE, json, main, run, test


def cases(name):
    return json.loads((ROOT / "tests" / "cases" / name).read_text())["cases"]


def score(case, code):
    """A lead with its activities, given as one line."""
    lead = case["lead"]
    arguments = ["score", ROOT / case["model"], "--leads", "-", "--as-of", case["as_of"],
                 "--explain", "--format", "ndjson"]
    if "activities" in case:
        listed = case["activities"]
        if not listed.lstrip().startswith(("[", '"')):
            listed = "[" + ",".join(listed.split("\n")[:-1]) + "]"
        lead = lead.replace("{", '{"activities": ' + listed + ",", 1)
    out, _ = run(*arguments, stdin=lead.encode("utf-8", "surrogatepass") + b"\n", code=code)
    return out


def bits(number):
    return None if number is None else struct.pack(">d", number).hex()


@test
def leads_score_as_in_every_language(_):
    for case in cases("leads.json"):
        if not json.loads(case["lead"]).get("id"):
            continue  # the program takes leads with an id alone
        got, expect = json.loads(score(case, 0)), case["expect"]
        assert got["status"] == expect["status"], case["name"]
        assert got["score"] == expect["score"], (case["name"], got["score"])
        assert got["grade"] == expect["grade"], case["name"]
        for name in ("probability", "probability_low", "probability_high", "confidence"):
            assert bits(got[name]) == expect[name], (case["name"], name)
        for name in ("input_sha256", "result_sha256"):
            assert got["receipt"][name] == expect[name], (case["name"], name)


@test
def errors_are_refused_as_in_every_language(_):
    for case in cases("errors.json"):
        if not case["lead"]:
            continue  # an empty line is none
        # A time is an argument of the command.
        score(case, USAGE if case["error"]["status"] == "LSC_INVALID_ARG" else DATA)


if __name__ == "__main__":
    sys.exit(main())
