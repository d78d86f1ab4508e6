#!/usr/bin/env python3
"""Make what the fuzzers begin with, of the project's own small inputs.

    make_seeds.py PROGRAM TOOLS FOLDER

PROGRAM is `leadscore`, which makes the sample that leads, activities and tables are cut from, and a
scorecard. TOOLS is the folder of make_boosters and make_bundles. FOLDER gets a folder a fuzzer.
"""

import json
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Seeds:
    def __init__(self, folder):
        self.folder = folder
        self.numbers = {}

    def add(self, fuzzer, content):
        folder = self.folder / fuzzer
        folder.mkdir(parents=True, exist_ok=True)
        number = self.numbers.get(fuzzer, 0)
        self.numbers[fuzzer] = number + 1
        data = content.encode() if isinstance(content, str) else content
        (folder / f"seed{number:03}").write_bytes(data)


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def fenced(page, language):
    """The blocks of a page of docs/ in a language."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def first_of_each_type(activities):
    seen = {}
    for activity in activities:
        seen.setdefault(activity["type"], activity)
    return list(seen.values())


def cloud_event(activity):
    """A flat activity as a CloudEvents envelope with a Segment body."""
    body = {"type": "track", "event": activity["type"], "messageId": activity["id"],
            "userId": activity["lead_id"], "timestamp": activity["time"],
            "properties": activity.get("data", {}), "context": {"ip": "192.0.2.1"}}
    return {"specversion": "1.0", "id": activity["id"], "type": "com.segment.track",
            "source": activity.get("source", "web"), "time": activity["time"],
            "recordedtime": activity.get("recorded_time", activity["time"]),
            "subject": activity["lead_id"], "datacontenttype": "application/json", "data": body}


def add_leads(seeds, sample):
    leads = [json.loads(line) for line in (sample / "leads.ndjson").read_text().splitlines()]
    activities = [json.loads(line)
                  for line in (sample / "activities.ndjson").read_text().splitlines()]
    for lead in leads[:6]:
        own = [activity for activity in activities if activity["lead_id"] == lead["id"]]
        seeds.add("lead", compact(lead))
        seeds.add("lead", compact({**lead, "activities": first_of_each_type(own)[:4]}))
    for activity in first_of_each_type(activities):
        mine = {**activity, "lead_id": "lead"}
        seeds.add("activity", compact([mine]))
        seeds.add("activity", compact([cloud_event(mine)]))
    lines = [compact({**activity, "lead_id": "lead"}) for activity in activities[:3]]
    seeds.add("activity", "\n".join(lines) + "\n")
    for block in fenced("lead.md", "json"):
        seeds.add("lead", block)
        seeds.add("activity", "[" + block + "]")


def add_files(seeds, program, sample):
    files = {name: [json.loads(line) for line in (sample / f"{name}.ndjson").read_text().splitlines()]
             for name in ("leads", "activities", "outcomes")}
    for first in range(0, 6, 2):
        leads = files["leads"][first:first + 2]
        parts = [leads, *([row for row in files[name] if row["lead_id"] in
                           [lead["id"] for lead in leads]][:2] for name in ("activities", "outcomes"))]
        seeds.add("files", "--\n".join("".join(compact(row) + "\n" for row in part)
                                       for part in parts))
    lead = json.loads((ROOT / "tests/fuzz/leads/lead1.json").read_text())
    done = subprocess.run([program, "explain", ROOT / "models/starter.lsm", "--leads", "-", "--json",
                           "--as-of", "2026-01-01T00:00:00Z"], check=True, text=True,
                          input=compact(lead), stdout=subprocess.PIPE)
    whole = json.loads(done.stdout)
    seeds.add("receipt", compact(whole))
    seeds.add("receipt", compact(whole["receipt"]))
    few = {key: value for key, value in whole.items() if key not in ("contributions", "reasons")}
    seeds.add("receipt", compact({**few, "contributions": whole["contributions"][:2]}))


def add_tables(seeds, sample):
    rows = [json.loads(line) for line in (sample / "leads.ndjson").read_text().splitlines()[:12]]
    for delimiter in ",;\t|":
        table = [["id", "country", "employees", "created", "marketing", "y"]]
        for number, lead in enumerate(rows):
            company = lead.get("company", {})
            table.append([lead["id"], lead.get("address", {}).get("country", ""),
                          str(company.get("employee_count", "")), lead["created_at"],
                          str(lead.get("consent", {}).get("marketing", "")).lower(),
                          "yes" if number % 3 == 0 else "no"])
        seeds.add("csv", "\n".join(delimiter.join(row) for row in table) + "\n")
    seeds.add("csv", "\ufeffid,y\r\n\"a\"\"b\",1\r\n\"c\n,\",0\r\n")


def add_specs(seeds):
    spec = json.loads((ROOT / "src/features/default_spec.json").read_text(encoding="utf-8"))
    kinds = {}
    for feature in spec["features"]:
        kinds.setdefault(feature["kind"], feature)
    for feature in kinds.values():
        seeds.add("spec", compact({**spec, "features": [feature]}))
    for block in fenced("feature-spec.md", "json"):
        seeds.add("spec", block)
        seeds.add("spec", compact({**spec, "features": []}).replace("[]}", f"[{block}]}}"))
    rules = json.loads((ROOT / "models/starter-rules.json").read_text(encoding="utf-8"))
    seeds.add("scorecard", compact(rules))
    for rule in rules["rules"]:
        seeds.add("scorecard", compact({**rules, "rules": [rule]}))
    for block in fenced("scorecard.md", "json"):
        seeds.add("scorecard", block)


def add_arrow(seeds):
    """Tables as fuzz_arrow.c makes them of bytes: of each type of column, under each name."""
    n_kinds, n_names, activities, ignore_unknown = 30, 40, 26, 2
    for flags in range(0, 32, 2):
        for kind in range(0, n_kinds * 6, 7):
            seeds.add("arrow", bytes([flags, 5 + kind, 2, 0, *(kind, kind * 3 % 256, kind % 2) * 20]))
    for name in range(n_names):
        columns = [column for kind in (1, name % n_kinds) for column in (name, kind, name * 5, 0)]
        seeds.add("arrow", bytes([1, 8, 2, *columns]))
        for flags in (1, 1 | ignore_unknown):
            member = [name, name % n_kinds, 5, 0]
            seeds.add("arrow", bytes([flags, 8, 2, 0, 1, 5, 0, 8, activities, name, 2, *member, *member]))
    for what in range(24):
        for byte in (0, 1, 9, 77, 130, 250):
            seeds.add("arrow", bytes([1 | byte & 2, 8, 3, 1, 1, 5, 224, what, byte, 8, activities, 6, 1,
                                      3, what, 5, 225, what, byte, what, byte]))
    seeds.add("arrow", bytes([1, 1, 1, *[3, 4, 1] * 36, 3, 1]))
    for past in (4, 5):  # an index just past its dictionary
        seeds.add("arrow", bytes([1, 1, 1, 1, 23, 0, 0, 0, 228, 3, past, 0]))


def add_maps(seeds):
    base = {"id": "who", "time": "at", "type": "Order", "outcome": {"types": ["Order"]}}
    for change in [
        {}, {"time": {"column": "day", "format": "YYYYMMDD"}},
        {"time": {"column": "seconds", "format": "seconds"}}, {"time": {"column": "at"}},
        {"type": {"column": "kind"}}, {"data": {"amount": "sum", "count": "n"}},
        {"outcome": {"types": ["Order", "View"], "repeatable": True}},
        {"outcome": {"types": ["Other"]}}, {"format": 1}, {"format": 2}, {"id": "nobody"},
        {"time": {"column": "day", "format": "DD.MM.YYYY hh:mm:ss"}}, {"data": {}}, {"more": 1},
    ]:
        seeds.add("events", compact({**base, **change}))
    seeds.add("events", compact({key: base[key] for key in ("id", "time", "type")}))
    for block in fenced("events.md", "json"):
        seeds.add("events", block)


def small_spec():
    """The first features of the default spec of a few kinds."""
    spec = json.loads((ROOT / "src/features/default_spec.json").read_text(encoding="utf-8"))
    names = ["email_open_rate", "last_activity_days", "company_size_score", "industry_fit_score"]
    return {**spec, "features": [f for f in spec["features"] if f["name"] in names]}


def add_scorecards(seeds, program, folder):
    spec, rules, bundle = folder / "spec.json", folder / "rules.json", folder / "card.lsm"
    spec.write_text(compact(small_spec()))
    rules.write_text(compact({"format": 1, "base": 20, "rules": [
        {"feature": "email_open_rate", "points": 30, "per": "unit", "cap": 25},
        {"feature": "last_activity_days", "points": -10, "least": 30}]}))
    subprocess.run([program, "scorecard", "--spec", spec, "--rules", rules, "-o", bundle],
                   check=True, stdout=subprocess.DEVNULL)
    seeds.add("bundle", bundle.read_bytes())
    seeds.add("bundle", (ROOT / "models/starter.lsm").read_bytes())


def as_xgboost_3(model, names):
    """The same model in the form of XGBoost 3: base_score in brackets, names, the names of categories."""
    learner = model["learner"]
    learner["learner_model_param"]["base_score"] = "[5E-1]"
    learner["attributes"] = {"best_iteration": "0", "best_score": "0.5"}
    learner["feature_names"] = ["a", "b", "c", "d"]
    learner["feature_types"] = ["float", "int", "q", "c"]
    none = {"offsets": [], "values": []}
    learner["gradient_booster"]["model"]["cats"] = {
        "enc": [none, none, none, names], "feature_segments": [0, 0, 0, 0, 5], "sorted_idx": [0, 1]}
    model["version"] = [3, 1, 0]
    return model


def ubjson(value):
    """As UBJSON, every number of eight bytes."""
    def text(string):
        data = string.encode()
        return b"L" + struct.pack(">q", len(data)) + data
    if isinstance(value, dict):
        return b"{" + b"".join(text(key) + ubjson(item) for key, item in value.items()) + b"}"
    if isinstance(value, list):
        return b"[" + b"".join(ubjson(item) for item in value) + b"]"
    if isinstance(value, bool) or value is None:
        return {True: b"T", False: b"F", None: b"Z"}[value]
    if isinstance(value, str):
        return b"S" + text(value)
    return b"L" + struct.pack(">q", value) if isinstance(value, int) else b"D" + struct.pack(">d", value)


def add_newer_boosters(seeds, folder):
    texts = {"offsets": [0, 1, 2, 4, 4, 6], "values": list("abcc".encode()) + [0xC3, 0xA9]}
    plain = {"offsets": [0, 1, 2, 4, 5, 6], "values": list(b"abccde")}
    numbers = {"type": 14, "values": [3, 1, 4, 15, -1]}
    for name, categories in (("category", texts), ("onehot", numbers), ("pruned", plain)):
        model = as_xgboost_3(json.loads((folder / f"{name}.json").read_text()), categories)
        seeds.add("xgboost_json", compact(model))
        seeds.add("ubjson", ubjson(model))


def add_boosters(seeds, tools, folder):
    subprocess.run([tools / "make_boosters", folder], check=True, stderr=subprocess.DEVNULL)
    models = sorted(folder.glob("*.ubj"))
    for path in models:
        seeds.add("ubjson", path.read_bytes())
        seeds.add("xgboost_json", path.with_suffix(".json").read_bytes())
    add_newer_boosters(seeds, folder)
    subprocess.run([tools / "make_bundles", folder, *models], check=True)
    for path in sorted(folder.glob("[0-9]*.lsm")):
        seeds.add("bundle", path.read_bytes())


def add_stores(seeds, program, folder):
    """Encrypted backups by the fuzzer's key, cut; and changes to a store of each kind."""
    store, key, backup = folder / "s.db", folder / "key", folder / "s.backup"
    key.write_text("05060708" + "00" * 28 + "\n")
    key.chmod(0o600)
    subprocess.run([program, "store", "init", "--store", store], check=True)
    subprocess.run([program, "store", "backup", "--store", store, "-o", backup, "--key-file", key],
                   check=True)
    data = backup.read_bytes()
    for length in (100, 192, 208, 400):
        seeds.add("backup", data[:length])
        seeds.add("backup", data[:16] + struct.pack("<Q", max(length - 208, 0)) + data[24:length])
    for page in range(0, 90, 3):
        for what, text in ((0, b"\xff"), (3, b"\x0d\x00\x00\xff"), (7, b"{\"a\": 1}"), (70, b""),
                           (130 + page % 50, b""), (200, b"")):
            change = struct.pack("<HHB", page, page * 37 % 960, what) + text
            seeds.add("store", bytes([page * 5 % 128]) + change)
            seeds.add("backup", change)


def main(program, tools, folder):
    seeds = Seeds(Path(folder))
    with tempfile.TemporaryDirectory() as temporary:
        sample = Path(temporary)
        subprocess.run([program, "sample", "--leads", "60", "-o", sample], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        add_leads(seeds, sample)
        add_tables(seeds, sample)
        add_files(seeds, program, sample)
        add_scorecards(seeds, program, sample)
        add_boosters(seeds, Path(tools), sample)
        add_stores(seeds, program, sample)
    add_specs(seeds)
    add_maps(seeds)
    add_arrow(seeds)
    for fuzzer, number in sorted(seeds.numbers.items()):
        print(f"{fuzzer}: {number}")


if __name__ == "__main__":
    main(*sys.argv[1:])
