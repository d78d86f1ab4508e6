"""The cases that C, the program and every binding run (tests/cases)."""

import json
import struct
from datetime import datetime, timedelta, timezone

import pytest

import leadscore
from conftest import ROOT


EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def cases(name):
    listed = json.loads((ROOT / "tests" / "cases" / name).read_text())["cases"]
    return [pytest.param(case, id=case["name"]) for case in listed]


def number(text):
    """The bits of a float, as hex digits; None is none."""
    if text is None:
        return None
    return struct.unpack(">d" if len(text) == 16 else ">f", bytes.fromhex(text))[0]


def bits(value, kind=">d"):
    """The same of a float: 0 and -0 are not one."""
    return None if value is None else struct.pack(kind, value).hex()


def as_objects(case):
    """Lead and activities as mappings; None where there are none."""
    activities = case.get("activities")
    if activities is not None:
        lines = activities.splitlines() if "{" in activities[:1] else [activities]
        read = [json.loads(line) for line in lines if line.strip()]
        activities = read[0] if read and isinstance(read[0], list) else read
    return json.loads(case["lead"]), activities


def run(case):
    model = leadscore.Model.load(ROOT / case["model"])
    if "vector" in case:
        vector = [number(value) for value in case["vector"]]
        explained = model.explain_vector(vector)
        assert model.score_vector(vector) == explained.result
        return explained
    explained = model.explain(case["lead"], case.get("activities"), as_of=case["as_of"])
    assert model.score(case["lead"], case.get("activities"), as_of=case["as_of"]) == explained.result
    if "expect" in case:
        assert model.explain(*as_objects(case), as_of=explained.receipt.as_of) == explained
    return explained


def check_why(expect, explained):
    assert bits(explained.base_value) == expect["base_value"]
    assert explained.baseline == expect["baseline"]
    assert list(explained.breakdown.items()) == list(expect["breakdown"].items())
    assert [bits(item.value) for item in explained.contributions] == expect["contributions"]
    assert expect["reasons"] == [
        [reason.code, reason.text, bits(reason.contribution), list(reason.activity_ids)]
        for reason in explained.reasons]


@pytest.mark.parametrize("case", cases("leads.json") + cases("vectors.json") + cases("errors.json"))
def test_python_says_what_every_language_says(case):
    if "error" in case:
        with pytest.raises(leadscore.Error) as caught:
            run(case)
        assert (caught.value.status, caught.value.offset) == (
            case["error"]["status"], case["error"]["offset"])
        return
    expect = dict(case["expect"])
    explained = run(case)
    as_of = explained.receipt.as_of
    assert (as_of and (as_of - EPOCH) // timedelta(milliseconds=1)) == expect.pop("as_of_ms")
    for name in ("input_sha256", "result_sha256"):
        assert getattr(explained.receipt, name) == expect.pop(name)
    for name, value in expect.items():
        got = getattr(explained.result, name)
        if name not in ("status", "score", "grade"):
            got = bits(got, ">f" if name in ("margin", "raw_probability") else ">d")
        assert got == value, name
    check_why(case["why"], explained)
