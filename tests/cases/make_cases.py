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
from datetime import datetime, timedelta, timezone
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


def why(explained):
    """What a language gives beside the score, in a form of its own."""
    return {
        "base_value": bits(explained.base_value), "baseline": explained.baseline, "breakdown": dict(explained.breakdown),
        "contributions": [bits(item.value) for item in explained.contributions],
        "reasons": [[item.code, item.text, bits(item.contribution), list(item.activity_ids)]
                    for item in explained.reasons],
    }


def epoch_ms(time):
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
    return None if time is None else (time - epoch) // timedelta(milliseconds=1)


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
    receipt = {"as_of_ms": epoch_ms(explained.receipt.as_of), "input_sha256": explained.receipt.input_sha256,
               "result_sha256": explained.receipt.result_sha256}
    return {**case, "expect": {**expected(explained.result), **receipt}, "why": why(explained)}


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


def time_cases():
    """Times at their limits, as of which a lead is scored, and what is seen of it then."""
    lead = '{"id":"L1","email":"ada@example.com"}'
    for as_of, time in {
        "0001-01-01": "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.9999Z": "9999-12-31T23:59:59.999Z",
        "-62135596800000": "0001-01-01 00:00:00Z",
        "1969-12-31T23:59:59.0019Z": "1969-12-31T23:59:59.002Z",
        "1969-12-31T23:59:59.9999Z": "1970-01-01",
        "-86400000": "1969-12-31",
        "2016-12-31T23:59:60Z": "2017-01-01",
        "2024-02-29t00:00:00z": "2024-02-29T23:59:00+23:59",
        "2025-10-28 02:00:00.5+0200": "2025-10-27T23:59:59.9999999999-00:00",
    }.items():
        activities = json.dumps([{"id": "1", "type": "Demo Requested", "time": time}])
        yield {"name": f"as of {as_of}", "model": GBDT, "lead": lead, "activities": activities, "as_of": as_of}


def property_cases():
    """What is missing, one, or another in JSON."""
    for name, lead in {
        "null, empty and absent are missing": '{"id":"L1","email":"a@b.example","job_title":null,"phone":"",'
                                              '"company":{"industry":null,"technologies":[]},"address":{}}',
        "what is missing is absent": '{"id":"L1","email":"a@b.example"}',
        "white space and escapes": '\t{ "id" : "\\u004c\\u0031" ,\r\n"email":"a\\u0040b.example" } ',
        "numbers at their limits": '{"id":9007199254740991,"email":"a@b.example","x":123456789012345678901234567890,'
                                   '"company":{"annual_revenue":1.7976931348623157e308,"employee_count":-5e-324},'
                                   '"y":-0,"z":1E+2}',
        "numbers as texts": '{"id":"L1","email":"a@b.example",'
                            '"company":{"employee_count":"120","annual_revenue":"1,5"}}',
        "texts of all planes": '{"id":"L1","email":"A@B\u00dcCHER.EXAMPLE","job_title":"\u0130\u0131 \u1e9e e\u0301 '
                               '\u2028\u2029\ufeff\ufffe\uffff \U0010ffff","\u30ad\u30fc\U0001f511":"\u0085\u200d"}',
        "dotted names": '{"id":"L1","email":"a@b.example","company.industry":"software",'
                        '"company":{"employee_count":120}}',
        "names of HubSpot": '{"hs_object_id":"512","properties":'
                            '{"email":"a@b.example","jobtitle":"CTO","createdate":"2025-01-15"}}',
        "our own name wins": '{"id":"L1","jobtitle":"CTO","email":"a@b.example","job_title":"Intern"}',
        "names of objects in JavaScript": '{"id":"L1","email":"a@b.example","__proto__":{"job_title":"CTO"},'
                                          '"constructor":1,"2":"a","1":"b"}',
        "nested as deep as may be": '{"id":"L1","email":"a@b.example","x":' + '{"a":' * 31 + '1' + '}' * 31 + '}',
    }.items():
        yield {"name": name, "model": GBDT, "lead": lead, "as_of": AS_OF}


def activity_cases():
    """Which activities count, and as what."""
    lead = '{"id":"L1","email":"ada@example.com"}'
    demo = {"id": "1", "type": "Demo Requested", "time": "2025-10-01T09:00:00Z"}
    visit = {"id": "2", "type": "Page Viewed", "time": 1759309200000, "data": {"url": "/pricing"}}
    for name, listed in {
        "a duplicate that says otherwise": [demo, {**demo, "type": "Page Viewed"}],
        "the same id of another source": [demo, {**demo, "source": "web"}],
        "a bot's": [{**demo, "bot": True}],
        "recorded too late": [{**demo, "recorded_time": "2025-10-28T00:00:00.001Z"}],
        "in no order, at one time": [visit, {**demo, "id": "9"}, {**demo, "id": "10"}, {**visit, "source": "\ud7ff"},
                                     {**visit, "source": "\U00010000"}],
        "null members": [{**demo, "source": None, "recorded_time": None, "bot": None, "data": None, "lead_id": None}],
        "ids that are numbers": [{**demo, "id": 7}, {**demo, "id": "7"}, {**demo, "id": 9007199254740991}],
        "Segment's in an envelope": [{"specversion": "1.0", "id": "1", "source": "s", "type": "segment",
                                      "subject": "L1", "time": "2025-10-01T09:00:00Z",
                                      "recordedtime": "2025-10-02T09:00:00Z",
                                      "data": {"type": "track", "event": "Demo Requested", "properties": {"a": 1}}}],
        "an identify": [{"id": "1", "type": "identify", "time": "2025-10-01", "data": {"job_title": "CTO"}}],
    }.items():
        yield {"name": f"activities: {name}", "model": GBDT, "lead": lead, "as_of": AS_OF,
               "activities": json.dumps(listed, ensure_ascii=False)}
    line = json.dumps(demo)
    for name, text in {"an empty text": "", "an empty array": " [ ] ", "blank lines": "\r\n \t\n",
                       "lines that end as on Windows": f"{line}\r\n\r\n{json.dumps(visit)}\r\n",
                       "no end of the last line": f"{line}\n{json.dumps(visit)}"}.items():
        yield {"name": f"activities: {name}", "model": STARTER, "lead": lead, "as_of": AS_OF, "activities": text}
    within = lead[:-1] + f',"activities":[{json.dumps(visit)}]}}'
    yield {"name": "activities: within the lead and beside it", "model": GBDT, "lead": within, "as_of": AS_OF,
           "activities": f"[{line}]"}


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
        "an as-of time too early": {"lead": lead, "as_of": "0001-01-01T00:00:00+00:01"},
        "an as-of time before the first": {"lead": lead, "as_of": "-62135596800001"},
        "no as-of time": {"lead": lead, "as_of": ""},
        "an as-of time without a zone": {"lead": lead, "as_of": "2025-10-28T00:00:00"},
        "an as-of time of four digits": {"lead": lead, "as_of": "2025"},
        "an as-of time of seconds in words": {"lead": lead, "as_of": "1e12"},
        "an as-of time of no leap year": {"lead": lead, "as_of": "2025-02-29"},
        "an as-of time at hour 24": {"lead": lead, "as_of": "2025-10-28T24:00:00Z"},
        "a leap second in the day": {"lead": lead, "as_of": "2016-12-31T12:59:60Z"},
        "an as-of time with a space before it": {"lead": lead, "as_of": " 2025-10-28"},
        "an as-of time in other digits": {"lead": lead, "as_of": "\uff12\uff10\uff12\uff15-10-28"},
        "a byte order mark": {"lead": "\ufeff" + lead},
        "a NUL as an escape": {"lead": '{"id":"\\u0000"}'},
        "a control character": {"lead": '{"id":"a\tb"}'},
        "a key twice, once in escapes": {"lead": '{"id":"a","\\u0069d":"b"}'},
        "a key twice within": {"lead": '{"id":"\u00e9","company":{"name":"a","name":"b"}}'},
        "a path twice": {"lead": '{"id":"L1","company":{"name":"a"},"company.name":"b"}'},
        "a number too large": {"lead": '{"id":"L1","x":1e309}'},
        "an id too large": {"lead": '{"id":9007199254740992}'},
        "an id that is none": {"lead": '{"id":true}'},
        "a comma at the end": {"lead": '{"id":"L1",}'},
        "a comment": {"lead": '{"id":"L1"/**/}'},
        "nested too deep": {"lead": '{"x":' + '{"a":' * 32 + "1" + "}" * 33},
        "an activity that is null": {"lead": lead, "activities": "[null]"},
        "activities that end early": {"lead": lead, "activities": "["},
        "a bad second line": {"lead": lead, "activities": '{"id":"1","type":"x","time":"2025-01-01"}\n{"id":\n'},
        "a bot that is none": {"lead": lead, "activities": '[{"id":"1","type":"x","time":"2025-01-01","bot":1}]'},
        "data that are text": {"lead": lead, "activities": '[{"id":"1","type":"x","time":"2025-01-01","data":"{}"}]'},
        "an activity too late": {"lead": lead, "activities": '[{"id":"1","type":"x","time":"10000-01-01"}]'},
        "activities within that are text": {"lead": lead[:-1] + ',"activities":"[]"}'},
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
              "the largest below zero": [-3.4028234663852886e38] * width,
              "one number alone": [None] * (width - 1) + [2.5],
              "infinity": [0.0] * (width - 1) + [math.inf], "minus infinity": [-math.inf] + [0.0] * (width - 1)}
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
    write("leads.json", about, [*lead_cases(program), *time_cases(), *property_cases(), *activity_cases()])
    write("vectors.json", about, vector_cases())


if __name__ == "__main__":
    main(*sys.argv[1:])
