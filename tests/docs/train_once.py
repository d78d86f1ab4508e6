#!/usr/bin/env python3
"""leadscore train, as the pages of the documentation call it: once for the same words and the same data.

    train_once.py PROGRAM KEPT train ARGUMENT...

What a page asks for that another page had trained before is put where it is asked for, with all that was printed.
Training gives the same bytes again, which tests/cli and tests/train see to; so does whatever reads them.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path


def key_of(arguments, output):
    """Of every word, and of every file that one names; but not of the file that is to be written."""
    digest = hashlib.sha256()
    for argument in arguments:
        digest.update(argument.encode() + b"\0")
        if argument != output and Path(argument).is_file():
            digest.update(hashlib.sha256(Path(argument).read_bytes()).digest())
    return digest.hexdigest()


def prints_together():
    """Whether output and errors go to one place, where their order would be another."""
    return os.path.sameopenfile(1, 2)


def train(program, arguments, output, place):
    """Train, and keep what came of it. The status of the program."""
    done = subprocess.run([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode == 0:
        place.mkdir(parents=True)
        (place / "printed").write_bytes(done.stdout)
        (place / "warned").write_bytes(done.stderr)
        shutil.copyfile(output, place / "model.lsm")
    else:
        sys.stdout.buffer.write(done.stdout)
        sys.stderr.buffer.write(done.stderr)
    return done.returncode


def main(program, kept, *arguments):
    output = arguments[arguments.index("-o") + 1] if "-o" in arguments[:-1] else "-"
    # A store is written to: that it was read is noted there.
    if output == "-" or "-" in arguments or "--store" in arguments or prints_together():
        os.execv(program, [program, *arguments])
    place = Path(kept, key_of(arguments, output))
    if not place.exists():
        status = train(program, arguments, output, place)
        if status != 0:
            return status
    shutil.copyfile(place / "model.lsm", output)
    sys.stdout.buffer.write((place / "printed").read_bytes())
    sys.stderr.buffer.write((place / "warned").read_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
