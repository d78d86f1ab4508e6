#!/usr/bin/env python3
"""Kill what works on a store, again and again, and see that nothing is lost, doubled or torn.

    kill_store.py PROGRAM WRITER OLD_STORE FOLDER [--kills N] [--seed N] [--plant NAME]

PROGRAM is `leadscore`, WRITER is kill_writer, which says what it does, and OLD_STORE makes a store of an
older version. Each of N times (default 1000) one of them is killed by SIGKILL at a random moment; what was
said before is read from its pipe to the end. Then the store has to open and to be whole, and to hold all that was
acknowledged: leads at the version that was said last, or where that was under way at the one after it, all
leads of a transaction or none.

A fault that is planted in the writer must be found: with --plant the status is 0 where it was.
"""

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Of the tries, how many kill what.
SHARES = [("write", 10), ("ingest", 3), ("migrate", 3), ("rotate", 2), ("backup", 2), ("restore", 2)]

# After so many kills of writers a new store is begun: it grows, and is looked over whole each time.
FRESH_AFTER = 40

LEADS, ACTIVITIES = 200, 1000
BATCH = 20  # of kill_writer and of the program, as it is called here
OLD_LEADS = 4000


class Fault(Exception):
    """What does not hold."""


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise Fault(f"{' '.join(map(str, command[:2]))} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def remove(path):
    for end in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{end}").unlink(missing_ok=True)


class Killer:
    def __init__(self, options, folder):
        self.program, self.writer, self.old = options.program, options.writer, options.old_store
        self.plant = options.plant or ""
        self.dice = random.Random(options.seed)
        self.folder = folder
        self.paces = {}  # how long each kind of work takes when it is not killed, about
        self.killed = {name: 0 for name, _ in SHARES}
        self.finished = 0
        self.rounds_of_store = FRESH_AFTER
        self.make_inputs()

    def make_inputs(self):
        self.leads = self.folder / "leads.ndjson"
        self.leads.write_text("".join(
            f'{{"id": "in{i}", "email": "in{i}@x.example", "notes": "{"x" * 400}"}}\n'
            for i in range(LEADS)))
        self.activities = self.folder / "activities.ndjson"
        self.activities.write_text("".join(
            f'{{"lead_id": "in{i * 7 % LEADS}", "id": "{i}", "type": "t", "time": "2026-01-01"}}\n'
            for i in range(ACTIVITIES)))
        self.key = self.folder / "backup.key"
        self.key.write_text("5eed" * 16 + "\n")
        self.key.chmod(0o600)
        self.template = self.folder / "old.store"
        run(self.old, self.template, OLD_LEADS)

    def kill(self, kind, *command):
        """Start a program, kill it, and return the lines that it said. None where it had ended well."""
        pace = self.paces.get(kind, 0.2)
        begun = time.monotonic()
        with subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            time.sleep(self.dice.uniform(0, 1.2 * pace))
            process.send_signal(signal.SIGKILL)
            said, complaint = process.communicate()
        if process.returncode == -signal.SIGKILL:
            self.killed[kind] += 1
            # What is killed before it has begun shows nothing, what has ended neither.
            self.paces[kind] = min(1.1 * pace, 5)
            return said.splitlines(), False
        if process.returncode != 0:
            raise Fault(f"{kind}: it ended with {process.returncode}: {complaint}")
        self.finished += 1
        self.paces[kind] = max((time.monotonic() - begun) * 0.7, 0.01)
        return said.splitlines(), True

    def list(self, path, key=0):
        """What a store holds, once it is found whole: {lead: (version, activities)}, leads, activities."""
        held, totals = {}, None
        for line in run(self.writer, "list", path, key).splitlines():
            words = line.split()
            if words[0] == "all":
                totals = int(words[1]), int(words[2])
            else:
                held[int(words[0])] = int(words[1]), int(words[2])
        return held, *totals

    # Writers.

    def write(self):
        path = self.folder / "written.store"
        if self.rounds_of_store >= FRESH_AFTER:
            remove(path)
            run(self.writer, "open", path)
            self.rounds_of_store, self.expected = 0, {}
        self.rounds_of_store += 1
        said, _ = self.kill("write", self.writer, "write", path, self.dice.randrange(1 << 30),
                            self.plant)
        self.paces["write"] = 0.25  # it never ends
        under_way = self.follow(said)
        held, n_leads, n_activities = self.list(path)
        self.compare(held, under_way)
        if n_leads != len(held) or n_activities != sum(item[1] for item in held.values()):
            raise Fault(f"{n_leads} leads and {n_activities} activities in all, of {held}")

    def follow(self, said):
        """Take what was acknowledged into what is expected; return what was under way."""
        under_way = {}
        for line in said:
            if line.startswith("T "):
                under_way = {int(lead): int(version) for lead, version in
                             (word.split(":") for word in line[2:].split())}
            elif line == "A":
                self.expected.update(under_way)
                under_way = {}
        return under_way

    def compare(self, held, under_way):
        for lead, (version, activities) in held.items():
            if activities != version:
                raise Fault(f"lead {lead} is at version {version} with {activities} activities")
        versions = {lead: version for lead, (version, _) in held.items()}
        done = {lead: versions.get(lead, 0) == version for lead, version in under_way.items()}
        if len(set(done.values())) > 1:
            raise Fault(f"of a transaction {under_way} a part is there: {done}")
        if all(done.values()):
            self.expected.update(under_way)
        for lead in sorted({*versions, *self.expected}):
            if versions.get(lead, 0) != self.expected.get(lead, 0):
                raise Fault(f"lead {lead} is at version {versions.get(lead, 0)}, acknowledged was "
                            f"{self.expected.get(lead, 0)}; under way was {under_way}")

    # Taking in.

    def ingest(self):
        """Begin again with the same files until they are in, or for five kills."""
        path = self.folder / "taken.store"
        remove(path)
        run(self.program, "store", "init", "--store", path, "--organization", "acme")
        files = ("--leads", self.leads, "--activities", self.activities)
        by_program = self.dice.random() < 0.5
        if by_program:
            said, ended = self.kill("ingest", self.program, "ingest", "--store", path,
                                    "--organization", "acme", *files, "--batch", BATCH)
        else:
            said, ended = self.kill("ingest", self.writer, "ingest", path, *files[1::2])
        lines = max((int(line[2:]) for line in said if line.startswith("P ")), default=0)
        _, n_leads, n_activities = self.list(path)
        self.check_taken(lines, by_program or ended, n_leads, n_activities)
        run(self.program, "ingest", "--store", path, "--organization", "acme", *files)
        _, n_leads, n_activities = self.list(path)
        if (n_leads, n_activities) != (LEADS, ACTIVITIES):
            raise Fault(f"taken in again, there are {n_leads} leads and {n_activities} activities")

    def check_taken(self, lines, unsaid, n_leads, n_activities):
        """Batches come whole; what was said is there, and at most one batch besides."""
        there = n_leads + n_activities
        if there % BATCH != 0 or n_leads > LEADS or n_activities > ACTIVITIES:
            raise Fault(f"of batches of {BATCH} there are {n_leads} leads, {n_activities} activities")
        if not unsaid and not lines <= there <= lines + BATCH:
            raise Fault(f"{lines} lines were acknowledged, {there} are there")

    # What makes and replaces stores.

    def migrate(self):
        path = self.folder / "migrated.store"
        remove(path)
        shutil.copy(self.template, path)
        self.kill("migrate", self.writer, "open", path)
        run(self.writer, "open", path)
        _, n_leads, n_activities = self.list(path)
        if (n_leads, n_activities) not in ((OLD_LEADS, 2 * OLD_LEADS), (0, 0)):
            raise Fault(f"brought up to date, it has {n_leads} leads, {n_activities} activities")

    def copied(self):
        """A store of a known number of leads, made once."""
        path = self.folder / "copied.store"
        if not path.exists():
            run(self.program, "store", "init", "--store", path, "--organization", "acme")
            run(self.program, "ingest", "--store", path, "--organization", "acme", "--leads",
                self.leads, "--activities", self.activities)
        return path

    def rotate(self):
        """The key is the old one or the new one; what was begun is ended."""
        path = self.folder / "rotated.store"
        if not path.exists():
            self.copied()
            shutil.copy(self.folder / "copied.store", path)
            self.store_key = 0
        old, new = self.store_key, self.store_key % 250 + 1
        self.kill("rotate", self.writer, "rekey", path, old, new)
        try:
            self.list(path, new)
            self.store_key = new
        except Fault:
            self.list(path, old)
        self.expect_whole(path, (LEADS, ACTIVITIES), key=self.store_key)
        if self.store_key != 0:
            run(self.writer, "rekey", path, self.store_key, 0)
            self.expect_whole(path, (LEADS, ACTIVITIES), key=self.store_key)

    def with_key(self):
        return ("--key-file", self.key) if self.dice.random() < 0.5 else ()

    def expect_whole(self, path, *counts, key=0):
        _, n_leads, n_activities = self.list(path, key)
        if (n_leads, n_activities) not in counts:
            raise Fault(f"{path.name} has {n_leads} leads, {n_activities} activities")

    def sweep_aside(self):
        """What a kill leaves beside the file."""
        for path in self.folder.glob(".leadscore-*"):
            path.unlink()

    def backup(self):
        backup, back = self.folder / "killed.backup", self.folder / "back.store"
        key = self.with_key()
        if self.dice.random() < 0.5:
            remove(backup)
        elif not backup.exists() or self.backup_key != key:
            run(self.program, "store", "backup", "--store", self.copied(), "-o", backup, *key)
        self.backup_key = key
        self.kill("backup", self.program, "store", "backup", "--store", self.copied(), "-o", backup,
                  *key)
        if backup.exists():
            remove(back)
            run(self.program, "store", "restore", backup, "--store", back, *key)
            self.expect_whole(back, (LEADS, ACTIVITIES))
        self.sweep_aside()

    def restore(self):
        path, key = self.folder / "replaced.store", self.with_key()
        backup = self.folder / f"whole{len(key)}.backup"
        if not backup.exists():
            run(self.program, "store", "backup", "--store", self.copied(), "-o", backup, *key)
        remove(path)
        run(self.program, "store", "init", "--store", path, "--organization", "acme")
        self.kill("restore", self.program, "store", "restore", backup, "--store", path, "--force",
                  *key)
        self.expect_whole(path, (LEADS, ACTIVITIES), (0, 0))
        self.sweep_aside()

    def work(self, kills):
        names = [name for name, share in SHARES for _ in range(share)]
        if self.plant:
            names = ["write"]
        told = 0
        while sum(self.killed.values()) < kills:
            getattr(self, self.dice.choice(names))()
            hundreds = sum(self.killed.values()) // 100
            if hundreds > told:
                told = hundreds
                print(f"{hundreds}00 kills", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    for name in ("program", "writer", "old_store", "folder"):
        parser.add_argument(name)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plant", choices=["early", "torn", "twice"])
    options = parser.parse_args()
    Path(options.folder).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        killer = Killer(options, Path(folder))
        try:
            killer.work(options.kills)
            fault = None
        except Fault as found:
            fault = str(found)
    killed = ", ".join(f"{number} {name}" for name, number in killer.killed.items())
    print(f"seed {options.seed}: killed {killed}; {killer.finished} had ended before")
    if fault:
        print(f"{'found' if options.plant else 'FAULT'}: {fault}")
    good = (fault is None) != (options.plant is not None)
    print(f"TESTS 1 {0 if good else 1}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
