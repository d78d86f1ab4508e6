#!/usr/bin/env python3
"""leadscore report, as far as it can be seen without a browser.    test_cli_report.py PROGRAM SCRATCH [WORD...]"""

import base64
import hashlib
import json
import re
import sys

from cli_support import (DATA, ROOT, SYSTEM, USAGE, main, model, refuse, run, starter, test, trained)

HOSTILE = '</script><img src=x onerror="alert(1)"><!--'


def report(bundle, folder, name="report.html"):
    out, err = run("report", bundle, "-o", folder / name)
    assert out == "" and err == "", out + err
    return (folder / name).read_bytes()


def data_of(page):
    found = re.findall(rb'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert len(found) == 1, len(found)
    return json.loads(found[0])


@test
def the_page_holds_what_the_bundle_does(folder):
    data = data_of(report(model(), folder))
    for key, name in (("manifest", "manifest.json"), ("metrics", "metrics.json"),
                      ("reference", "reference.json"), ("scorecard", "scorecard.json")):
        held = [member["name"] for member in data["manifest"]["members"]]
        if name in held:
            assert data[key] == json.loads(run("inspect", model(), "--member", name)[0]), key
        else:
            assert name == "manifest.json" or data[key] is None, key
    assert data["model"]["name"] == data["manifest"]["name"]
    assert len(data["features"]) == data["model"]["n_features"]


@test
def the_same_model_gives_the_same_bytes(folder):
    page = report(starter(), folder)
    assert page == report(starter(), folder, "again.html")
    done = run("report", starter(), "-o", "-")[0]
    assert done.encode() == page


@test
def only_the_scripts_of_the_page_may_run_and_nothing_be_fetched(folder):
    page = report(starter(), folder)
    policy = re.search(rb'Content-Security-Policy" content="([^"]*)"', page)[1].decode()
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'" and "connect-src" not in rules
    scripts = re.findall(rb"<script>(.*?)</script>", page, re.DOTALL)
    hashes = ["'sha256-" + base64.b64encode(hashlib.sha256(script).digest()).decode() + "'"
              for script in scripts]
    assert len(scripts) == 3 and rules["script-src"].split() == hashes
    before = page.partition(b"<script")[0]
    assert not re.search(rb"""\b(src|href)=["']?[^"'#]""", before), "something is fetched"
    assert b"@import" not in before and b"url(" not in before


@test
def the_licences_of_what_is_in_the_page_are_in_it(folder):
    page = report(starter(), folder).decode()
    for name in ("d3.LICENSE", "plot.LICENSE"):
        licence = (ROOT / "src" / "cli" / "page" / "vendor" / name).read_text()
        assert licence.strip() in page, name


@trained
def a_hostile_model_cannot_leave_its_place(folder):
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    rows = [f"label,{quoted},size"] + [f"{int((i * 7) % 11 < 5)},{quoted if i % 3 else 'b'},{(i * 37) % 101}"
                                       for i in range(300)]
    (folder / "table.csv").write_text("\n".join(rows) + "\n")
    run("train", "--csv", folder / "table.csv", "--label", "label", "--name", HOSTILE, "-o", folder / "m.lsm")
    page = report(folder / "m.lsm", folder)
    data = data_of(page)
    assert data["model"]["name"] == HOSTILE
    assert HOSTILE in [feature["name"] for feature in data["features"]]
    assert page.count(b"<img") == 0
    assert page.count(b"</script>") == report(starter(), folder).count(b"</script>")


@test
def what_cannot_be_reported_is_refused(folder):
    (folder / "bad.lsm").write_bytes(b"no bundle")
    refuse("report", folder / "bad.lsm", "-o", folder / "r.html", words=["bad.lsm"], code=DATA)
    assert not (folder / "r.html").exists()
    refuse("report", starter(), "-o", folder / "absent" / "r.html", words=["absent"], code=SYSTEM)
    for arguments, words in [([starter()], "-o FILE is needed"), (["-o", "f"], "a MODEL is needed"),
                             (["a", "b", "-o", "f"], "'b' is one argument too many")]:
        _, err = run("report", *arguments, code=USAGE)
        assert words in err, err


if __name__ == "__main__":
    sys.exit(main())
