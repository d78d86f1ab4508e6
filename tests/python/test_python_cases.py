"""The cases that C, the program and every binding run (tests/cases)."""

import json
import struct

import pytest

import leadscore
from conftest import ROOT


def cases(name):
    listed = json.loads((ROOT / "tests" / "cases" / name).read_text())["cases"]
    return [pytest.param(case, id=case["name"]) for case in listed]


def number(text):
    """The bits of a float, as hex digits; None is none."""
    if text is None:
        return None
    return struct.unpack(">d" if len(text) == 16 else ">f", bytes.fromhex(text))[0]


def run(case):
    model = leadscore.Model.load(ROOT / case["model"])
    if "vector" in case:
        vector = [number(value) for value in case["vector"]]
        explained = model.explain_vector(vector)
        assert model.score_vector(vector) == explained.result
        return explained
    explained = model.explain(case["lead"], case.get("activities"), as_of=case["as_of"])
    assert model.score(case["lead"], case.get("activities"), as_of=case["as_of"]) == explained.result
    return explained


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
    for name in ("input_sha256", "result_sha256"):
        assert getattr(explained.receipt, name) == expect.pop(name)
    for name, value in expect.items():
        wanted = value if name in ("status", "score", "grade") else number(value)
        assert getattr(explained.result, name) == wanted, name
