#!/usr/bin/env python3
"""Put the page of `leadscore report` together, as a C array.

    build_page.py OUTPUT.c

Styles, our script and the libraries in vendor/ go into report.html, which is cut in two where the
model's data will stand. Only scripts with the hashes named in the page's policy can run, so nothing
in a model can add one. A library that is not the one in vendor/SHA256SUMS ends the build.
"""

import base64
import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENDOR = HERE / "vendor"
OURS = ["kit.js", "measures.js", "features.js", "report.js"]  # one script, in this order
DATA = b"@DATA@"
BYTES_A_LINE = 20


def vendored():
    """The library files by name, each checked."""
    files = {}
    for line in (VENDOR / "SHA256SUMS").read_text(encoding="ascii").splitlines():
        digest, name = line.split()
        files[name] = (VENDOR / name).read_bytes()
        if hashlib.sha256(files[name]).hexdigest() != digest:
            sys.exit(f"build_page.py: vendor/{name} is not what vendor/SHA256SUMS says")
    return files


def source_hash(script):
    return "'sha256-" + base64.b64encode(hashlib.sha256(script).digest()).decode("ascii") + "'"


def checked(name, script):
    if b"</script" in script.lower() or b"<!--" in script:
        sys.exit(f"build_page.py: {name} cannot stand in a page")
    return script


def page():
    files = vendored()
    scripts = {
        "@D3@": files["d3.min.js"],
        "@PLOT@": files["plot.umd.min.js"],
        "@SCRIPT@": b'"use strict";\n' + b"".join((HERE / name).read_bytes() for name in OURS),
    }
    text = (HERE / "report.html").read_bytes()
    hashes = " ".join(source_hash(checked(*item)) for item in scripts.items())
    licences = files["d3.LICENSE"] + b"\n\n" + files["plot.LICENSE"]
    for mark, content in [("@HASHES@", hashes.encode("ascii")),
                          ("@STYLE@", (HERE / "report.css").read_bytes()),
                          ("@LICENCES@", licences.replace(b"&", b"&amp;").replace(b"<", b"&lt;")),
                          *scripts.items()]:
        if text.count(mark.encode("ascii")) != 1:
            sys.exit(f"build_page.py: report.html has {mark} not once")
        text = text.replace(mark.encode("ascii"), content)
    before, data, after = text.partition(DATA)
    if not data or DATA in after:
        sys.exit("build_page.py: report.html has the data's place not once")
    return before, after


def array(name, text):
    lines = [" ".join(f"{byte}," for byte in text[at: at + BYTES_A_LINE])
             for at in range(0, len(text), BYTES_A_LINE)]
    return (f"const unsigned char {name}[] = {{\n" + "".join(f"    {line}\n" for line in lines)
            + f"}};\nconst size_t {name}_size = {len(text)};\n")


def main():
    before, after = page()
    with open(sys.argv[1], "w", encoding="ascii") as file:
        file.write('#include "report_page.h"\n\n' + array("lsc_page_before", before) + "\n"
                   + array("lsc_page_after", after))


main()
