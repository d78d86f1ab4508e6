#!/usr/bin/env python3
"""Write the cases that C, the program and every binding run (docs/testing.md), from what the library
says now. Only where a release gives other bits on purpose; then the changelog says so.

    PYTHONPATH=build/test/gcc/bindings/python make_cases.py PROGRAM
"""

import json
import math
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import leadscore

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
GBDT, STARTER = "tests/golden/gbdt.lsm", "models/starter.lsm"
AS_OF = "2025-10-28T00:00:00Z"


def bits(number):
    return None if number is None or math.isnan(number) else struct.pack(">d", number).hex()


def bits32(number):
    return None if number is None or math.isnan(number) else struct.pack(">f", number).hex()


def expected(result):
    return {
        "status": result.status, "score": result.score, "grade": result.grade,
        "probability": bits(result.probability), "probability_low": bits(result.probability_low),
        "probability_high": bits(result.probability_high), "confidence": bits(result.confidence),
        "margin": bits32(result.margin), "raw_probability": bits32(result.raw_probability),
        "points": bits(result.points),
    }


def run(case):
    """The case with what the library says to it."""
    try:
        model = leadscore.Model.load(ROOT / case["model"])
        if "vector" in case:
            vector = [None if value is None else struct.unpack(">f", bytes.fromhex(value))[0]
                      for value in case["vector"]]
            explained = model.explain_vector(vector)
        else:
            explained = model.explain(case["lead"], case.get("activities"), as_of=case["as_of"])
    except leadscore.Error as error:
        return {**case, "error": {"status": error.status, "offset": error.offset}}
    receipt = {"input_sha256": explained.receipt.input_sha256,
               "result_sha256": explained.receipt.result_sha256}
    return {**case, "expect": {**expected(explained.result), **receipt}}


def sample(program, count):
    """Leads of the made sample, with their activities, as text."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "sample", "--leads", "200", "--seed", "3", "-o", folder], check=True,
                       stdout=subprocess.DEVNULL)
        leads = Path(folder, "leads.ndjson").read_text().splitlines()
        activities = [json.loads(line) for line in
                      Path(folder, "activities.ndjson").read_text().splitlines()]
    chosen = sorted(leads, key=lambda line: sum(
        activity["lead_id"] == json.loads(line)["id"] for activity in activities))
    for line in chosen[::len(chosen) // count][:count]:
        own = [activity for activity in activities if activity["lead_id"] == json.loads(line)["id"]]
        yield line, json.dumps(own[:25], separators=(",", ":"))


def lead_cases(program):
    for number, (lead, activities) in enumerate(sample(program, 5)):
        for model in (GBDT, STARTER):
            yield {"name": f"sample {number} by {Path(model).stem}", "model": model, "lead": lead,
                   "activities": activities, "as_of": AS_OF}
    lead = '{"id":"L1","email":"ada@example.com","job_title":"Chief Technology Officer"}'
    demo = '{"id":"1","type":"Demo Requested","time":"2025-10-01T09:00:00+02:00"}'
    for name, given in {
        "no activities": {"lead": lead},
        "activities an object a line": {"lead": lead, "activities": demo + "\n"
                                        + demo.replace('"1"', '"2"') + "\n"},
        "an activity that is not seen yet": {"lead": lead, "activities": f"[{demo}]",
                                             "as_of": "2025-10-01T06:59:59.999Z"},
        "an activity that is just seen": {"lead": lead, "activities": f"[{demo}]",
                                          "as_of": "2025-10-01T07:00:00Z"},
        "epoch milliseconds": {"lead": lead, "activities": f"[{demo}]", "as_of": "1761609600000"},
        "a duplicate": {"lead": lead, "activities": f"[{demo},{demo}]"},
        "names beyond ASCII": {"lead": '{"id":"\\u00e9\\ud83d\\ude00","email":"zo\u00eb@b\u00fccher.example",'
                                       '"company":{"name":"\u65e5\u672c"}}'},
        "too little is known": {"lead": '{"id":"L1"}'},
        "profiling is refused": {"lead": '{"id":"L1","email":"a@example.com",'
                                         '"consent":{"profiling":false}}', "activities": f"[{demo}]"},
        "an empty lead": {"lead": "{}"},
    }.items():
        yield {"name": name, "model": GBDT, "as_of": AS_OF, **given}


def error_cases():
    lead = '{"id":"L1","email":"ada@example.com"}'
    for name, given in {
        "no JSON at all": {"lead": ""},
        "JSON that ends early": {"lead": '{"id": "L1"'},
        "a leading zero": {"lead": '{"score": 01}'},
        "a key twice": {"lead": '{"id":"a","id":"b"}'},
        "a lone surrogate": {"lead": '{"id":"\\ud83d"}'},
        "NaN": {"lead": '{"id":"L1","x":NaN}'},
        "a list for a lead": {"lead": "[]"},
        "text after the lead": {"lead": lead + "x"},
        "a time that is none": {"lead": '{"id":"L1","created_at":"yesterday"}'},
        "activities that are no array": {"lead": lead, "activities": '"x"'},
        "an activity without a time": {"lead": lead, "activities": '[{"id":"1","type":"x"}]'},
        "an activity of another lead": {
            "lead": lead, "activities": '[{"id":"1","type":"x","lead_id":"L2","time":"2025-01-01"}]'},
        "an as-of time that is none": {"lead": lead, "as_of": "2025-13-01"},
        "an as-of time too late": {"lead": lead, "as_of": "253402300800000"},
        "a model that is not there": {"lead": lead, "model": "tests/cases/no.lsm"},
        "a model that is none": {"lead": lead, "model": "README.md"},
    }.items():
        yield {"name": name, "model": STARTER, "as_of": AS_OF, **given}


def vector_cases():
    width = leadscore.Model.load(ROOT / GBDT).n_columns
    values = {"all missing": [None] * width, "zeros": [0.0] * width,
              "negative zeros": [-0.0] * width,
              "ones and missing": [1.0, None] * (width // 2) + [1.0] * (width % 2),
              "the largest": [3.4028234663852886e38] * width, "the least": [1e-45] * width,
              "rising": [i / 4 for i in range(width)], "too short": [0.0] * (width - 1),
              "too long": [0.0] * (width + 1), "none": [],
              "infinity": [0.0] * (width - 1) + [math.inf]}
    for name, vector in values.items():
        yield {"name": name, "model": GBDT, "vector": [bits32(value) for value in vector]}


def write(name, about, cases):
    """A case a line."""
    lines = ",\n  ".join(json.dumps(run(case)) for case in cases)
    text = f'{{"about": {json.dumps(about)},\n "cases": [\n  {lines}\n ]}}\n'
    (HERE / name).write_text(text)


def main(program):
    about = ("Paths are below the root of the sources. Numbers are the bits of a double (16 hex digits) "
             "or a float32 (8), the most significant first; null is none.")
    write("errors.json", about, error_cases())
    write("leads.json", about, lead_cases(program))
    write("vectors.json", about, vector_cases())


if __name__ == "__main__":
    main(*sys.argv[1:])
