#!/usr/bin/env python3
"""Compare the coverage of the library's modules with its floor, tests/coverage.floor.

    check_coverage.py SUMMARY            SUMMARY: what gcovr --json-summary wrote
    check_coverage.py --raise SUMMARY    write the floor anew, where it is higher

The floor says, for each module, how many percent of its lines and of its branches the tests reach at
least. It only rises.
"""

import json
import math
import sys
from pathlib import Path

FLOOR = Path(__file__).resolve().parent / "coverage.floor"
MODULES = ["core", "lead", "features", "model", "score", "explain", "arrow"]
# What coverage.floor may lag behind before it is said, in percent.
LAG = 1.0


def measured(summary):
    """Percent of lines and branches reached, by module."""
    counts = {module: [0, 0, 0, 0] for module in MODULES}
    for entry in json.loads(Path(summary).read_text(encoding="utf-8"))["files"]:
        module = Path(entry["filename"]).parts[1]
        if module in counts:
            for i, key in enumerate(("line_covered", "line_total", "branch_covered",
                                     "branch_total")):
                counts[module][i] += entry[key]
    return {module: (100 * lines / max(of_lines, 1), 100 * branches / max(of_branches, 1))
            for module, (lines, of_lines, branches, of_branches) in counts.items()}


def read_floor():
    floor = {module: (0.0, 0.0) for module in MODULES}
    for line in FLOOR.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            module, lines, branches = line.split()
            floor[module] = (float(lines), float(branches))
    return floor


def raise_floor(now, floor):
    """Write the floor anew: what is measured, cut to a whole, and nowhere lower than it was."""
    head = [line for line in FLOOR.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    rows = []
    for module in MODULES:
        lines, branches = (max(float(math.floor(value)), least)
                           for value, least in zip(now[module], floor[module]))
        rows.append(f"{module:<9} {lines:6.1f} {branches:6.1f}")
    FLOOR.write_text("\n".join(head + rows) + "\n", encoding="utf-8")


def main(arguments):
    raising = arguments[:1] == ["--raise"]
    now, floor = measured(arguments[-1]), read_floor()
    if raising:
        raise_floor(now, floor)
        floor = read_floor()
    failed = False
    behind = False
    print(f"{'module':<9}  lines (floor)  branches (floor)")
    for module in MODULES:
        cells = []
        for value, least in zip(now[module], floor[module]):
            cells.append(f"{value:5.1f} ({least:5.1f}){' too low' if value < least else ''}")
            failed = failed or value < least
            behind = behind or value >= least + LAG
        print(f"{module:<9}  {'   '.join(cells)}")
    if failed:
        print("Coverage has fallen below tests/coverage.floor: test what is new.")
    elif behind:
        print("tests/coverage.floor can rise: make coverage-raise does it.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
