#!/usr/bin/env python3
"""Compare what the libraries export with what the headers declare and the map files list.

    check_symbols.py ROOT LIBRARY...

For each library: the functions its public headers declare LSC_API, the names in the public nodes of
its map file, and the symbols that `nm -D` shows in those nodes, are the same. A private node holds
only functions that internal headers declare LSC_SHARED, and nothing else is exported.
"""

import re
import subprocess
import sys
from pathlib import Path

# The public headers of a library that has others besides; all that fit none here are libleadscore's.
HEADERS = {"leadscore-train": "train.h", "leadscore-store": "store*.h"}

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
NODE = re.compile(r"(?P<name>\w[\w.]*)\s*\{(?P<body>[^}]*)\}\s*(?P<parent>\w[\w.]*)?\s*;")


def declared(path, mark):
    """Functions that a header declares with `mark`."""
    text = COMMENT.sub(" ", path.read_text(encoding="utf-8"))
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", " ", text, flags=re.MULTILINE)
    names = set()
    for found in re.finditer(rf"\b{mark}\b([^;{{(]*)\(", text):
        names.add(re.findall(r"\w+", found[1])[-1])
    return names


def map_nodes(path):
    """The global names of each version node."""
    nodes = {}
    for node in NODE.finditer(COMMENT.sub(" ", path.read_text(encoding="utf-8"))):
        exported = re.search(r"global:(.*?)(?:local:|$)", node["body"], re.DOTALL)
        nodes[node["name"]] = set(re.findall(r"[\w*]+", exported[1] if exported else ""))
    return nodes


def exported(library):
    """The symbols that the library defines, by version node."""
    listing = subprocess.run(["nm", "-D", "--defined-only", "--with-symbol-versions", library],
                             check=True, capture_output=True, text=True).stdout
    symbols = {}
    for line in listing.splitlines():
        kind, name = line.split()[-2:]
        name, _, version = name.partition("@")
        if kind != "A":  # the nodes themselves
            symbols.setdefault(version.lstrip("@"), set()).add(name)
    return symbols


def differences(left, right, left_words, right_words):
    for name in sorted(left - right):
        yield f"{name} is {left_words}, but not {right_words}"
    for name in sorted(right - left):
        yield f"{name} is {right_words}, but not {left_words}"


def check_library(root, library):
    stem = re.sub(r"^lib|\.so.*$", "", Path(library).name)
    folder = root / "include" / "leadscore"
    others = {path for pattern in HEADERS.values() for path in folder.glob(pattern)}
    mine = set(folder.glob(HEADERS[stem])) if stem in HEADERS else set(folder.glob("*.h")) - others
    public = set().union(*(declared(path, "LSC_API") for path in mine))
    shared = set().union(*(declared(path, "LSC_SHARED")
                           for path in sorted((root / "src").rglob("*.h"))))
    nodes = map_nodes(root / "src" / f"{stem}.map")
    symbols = exported(library)

    listed = set()
    held = set()
    for node, names in nodes.items():
        if "_PRIVATE_" in node:
            for name in sorted(symbols.get(node, set()) - shared):
                yield f"{name} is exported in {node}, but no header declares it LSC_SHARED"
            continue
        listed |= names
        held |= symbols.get(node, set())
    yield from differences(public, listed, "declared LSC_API", f"in {stem}.map")
    yield from differences(listed, held, f"in {stem}.map", "exported by the library")
    for node in sorted(set(symbols) - set(nodes)):
        yield f"{', '.join(sorted(symbols[node]))}: exported in {node or 'no node'}"


def main(arguments):
    root, *libraries = arguments
    faults = [f"{Path(library).name}: {fault}"
              for library in libraries for fault in check_library(Path(root), library)]
    for fault in faults:
        print(fault)
    print(f"TESTS {len(libraries)} {len({fault.split(':')[0] for fault in faults})}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
