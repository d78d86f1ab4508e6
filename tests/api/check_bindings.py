#!/usr/bin/env python3
"""Compare the public functions with what each binding calls, or leaves out on purpose.

    check_bindings.py ROOT

bindings/coverage.json names for each binding its sources, how a call looks in them (a regular expression
with the name as its group), and the functions that it does without, each with the reason. A function of the map files that is in neither place is a fault: so a new one gets its
binding, or a reason. So is a reason for a function that is called, or is none.
"""

import json
import re
import sys
from pathlib import Path

from check_symbols import map_nodes


def public_functions(root):
    """The functions of the public nodes of all map files."""
    names = set()
    for path in sorted((root / "src").glob("*.map")):
        for node, functions in map_nodes(path).items():
            if "_PRIVATE_" not in node:
                names |= functions
    return names


def faults_of(name, binding, root, public):
    sources = sorted(root.glob(binding["sources"]))
    if not sources:
        yield f"{name}: {binding['sources']} are no files"
    called = {word for path in sources for word in re.findall(binding["calls"], path.read_text())}
    left_out = binding["left out"]
    for function in sorted(public - called - set(left_out)):
        yield f"{name}: {function}() is not called, and bindings/coverage.json has no reason why"
    for function, reason in sorted(left_out.items()):
        if function not in public:
            yield f"{name}: {function}() is left out, and is no public function"
        elif function in called:
            yield f"{name}: {function}() is left out, and called all the same"
        elif not reason.strip():
            yield f"{name}: {function}() is left out without a reason"


def main(arguments):
    root = Path(arguments[0])
    bindings = json.loads((root / "bindings" / "coverage.json").read_text())
    public = public_functions(root)
    faults = {name: list(faults_of(name, binding, root, public))
              for name, binding in bindings.items()}
    for fault in sum(faults.values(), []):
        print(fault)
    print(f"TESTS {len(bindings)} {sum(bool(found) for found in faults.values())}")
    return 1 if any(faults.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
