#!/usr/bin/env python3
"""That nothing of the library is lost when Python replaces, closes and drops what it made.

    leaks.py PYTHON [PACKAGE]     PACKAGE holds the package `leadscore`, unless PYTHON has it

Runs itself under valgrind: eight threads score with a model that is replaced, stores and sources are
opened, dropped and closed, callbacks raise. Python itself loses blocks at its end: only those count in whose
stack a function of the library stands.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
REPLACED = 1000
#: A function of the library or its modules, whose names a wheel does not have. That Python and CFFI lose
#: some names of their own when a module is made, once a process, is not ours.
OURS = re.compile(r": (?:lsc_|lscpy_|(?!PyInit_)\S+ \(in .*/"
                  r"(?:libleadscore[^/]*|_(?:training_)?native\.abi3)\.so)")
LOSS = re.compile(r"(?:definitely|indirectly) lost in loss record.*?\n==\d+== *\n", re.DOTALL)


class Desk:
    model = None


def replace_under_threads(leadscore, bundle):
    """Right answers are what the tests look at."""
    lead = {"id": "L1", "email": "ada@example.com", "job_title": "CTO"}
    names = leadscore.Aliases.parse({"format": 1, "fields": {"job_title": ["Role"]}})
    done = threading.Event()
    Desk.model = leadscore.Model.load(bundle)

    def work():
        while not done.is_set():
            model = Desk.model
            try:
                model.explain(lead, as_of=0)
                model.score(lead, as_of=0, aliases=names)
                model.score_vector([None] * model.n_columns)
                model.score("{", as_of=0)
            except (leadscore.ClosedError, leadscore.BadJsonError):
                continue

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for number in range(REPLACED):
        old, Desk.model = Desk.model, leadscore.Model.load(bundle)
        if number % 3:
            old.close()
    done.set()
    for thread in threads:
        thread.join()
    Desk.model = None


def use_stores(leadscore, bundle):
    def fail(*news):
        raise ZeroDivisionError

    for _ in range(3):
        store = leadscore.Store(key=bytes(range(32)))
        store.set_actor(now=lambda: 0)
        store.set_audited(True)
        store.add_organization("acme")
        for number in range(20):
            store.put_lead("acme", {"id": str(number), "email": f"{number}@example.com"})
        store.activate_model("acme", store.add_model("acme", bundle), force=True)
        model = store.load_model("acme")
        try:
            store.score_all("acme", model, as_of=0, progress=fail)
        except ZeroDivisionError:
            pass
        list(store.scores("acme", min_score=-1))
        next(store.leads("acme"))  # a list that is not read to its end
        store.erase_lead("acme", "7")
        store.performance("acme", since=0, until=1, horizon_days=1, known_until="2026-01-01")
        try:
            store.retain("acme", scores_before=1, progress=fail)
        except ZeroDivisionError:
            pass
        try:
            leadscore.Aliases.parse({"format": 1, "fields": {"job_titel": ["Role"]}})
        except leadscore.BadSpecError:
            pass
        try:
            leadscore.Source.table(HERE / "none.csv")
        except leadscore.NotFoundError:
            pass


def exercise():
    import leadscore

    bundle = (ROOT / "tests" / "golden" / "gbdt.lsm").read_bytes()
    replace_under_threads(leadscore, bundle)
    use_stores(leadscore, bundle)


def lost(said):
    """The records of what was lost with a function of the library in their stacks."""
    return [record for record in LOSS.findall(said + "\n") if OURS.search(record)]


def main(python, package=None):
    if shutil.which("valgrind") is None:
        print("SKIPPED: leaks: there is no valgrind")
        return 0
    environment = {**os.environ, "PYTHONMALLOC": "malloc", **({"PYTHONPATH": package} if package else {})}
    done = subprocess.run(["valgrind", "--leak-check=full", "--show-leak-kinds=definite,indirect",
                           "--num-callers=40", python, "-B", str(HERE / "leaks.py"), "exercise"],
                          env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    records = lost(done.stdout)
    print("\n".join(records) or f"leaks: nothing of the library is lost ({REPLACED} models replaced)")
    if done.returncode != 0 or "LEAK SUMMARY" not in done.stdout:
        print(done.stdout[-3000:])
        return 1
    return 1 if records else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["exercise"]:
        exercise()
    else:
        sys.exit(main(*sys.argv[1:]))
