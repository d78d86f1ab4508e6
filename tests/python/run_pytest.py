#!/usr/bin/env python3
"""Run the tests of the Python package, and count them.

    run_pytest.py FOLDER [ARGUMENTS]   FOLDER holds the package `leadscore`; "installed": it is installed
"""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


class Count:
    """What ran, and what failed."""

    def __init__(self):
        self.run = self.failed = 0

    def pytest_runtest_logreport(self, report):
        if report.when == "call" and not report.skipped or report.failed:
            self.run += 1
            self.failed += report.failed
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            print(f"\nSKIPPED: {report.nodeid.partition('::')[2]}: {reason}")

    def pytest_collectreport(self, report):
        if report.skipped:  # a file as a whole
            print(f"\nSKIPPED: {report.nodeid}: {report.longrepr[2]}")
        if report.failed:
            self.run += 1
            self.failed += 1


def main(folder, *arguments):
    if folder != "installed":
        sys.path.insert(0, folder)
        os.environ["PYTHONPATH"] = folder
    sys.dont_write_bytecode = True
    count = Count()
    code = pytest.main(["-q", "-p", "no:cacheprovider", str(HERE), *arguments], plugins=[count])
    print(f"TESTS {count.run} {count.failed}")
    return 1 if code != 0 or count.run == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
