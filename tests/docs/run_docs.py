#!/usr/bin/env python3
"""Run every command and snippet of the documentation.

    run_docs.py BUILD_ROOT [PAGE.md ...]        (default: all of README.md, docs/ and models/)

A page runs in a folder of its own, its blocks in order, from the top:

    ```sh          run by bash, as one script that stops at the first error; `leadscore` and the
                   real data sets are at hand
    ```sh no-run: REASON
                   not run, and REASON printed
    ```text output the same as what the block before it printed; a line "..." stands for any lines,
                   and " ..." at the end of a line for its rest
    ```text output roughly
                   likewise, and numbers, bars and the width of blanks may differ: what training
                   gives depends on the version of XGBoost and the processor
    ```c           a program is compiled and run; functions without a main() are compiled, and so
                   are statements, as the body of a function; "```c of=FILE" is that file
    ```js          a module for Node, which has the package `leadscore` of this build
    ```java        a program of one file, which has the jar of this build
    ```python      run by the Python that the package was built for, where it was; or by the one that
                   DOCS_PYTHON names, which has the package. With needs=MODULE, where that has it
    ```json        strict JSON; ```ndjson: an object a line. "```json file=NAME" also writes the
                   file, and ```ndjson and ```csv do likewise
    ```text        or no word at all: not looked at, but must not begin a line with a command

A comment <!-- sh ... --> is run like a block of sh. It makes what a page takes for granted, such as
sample data. Where a block names a real data set that is absent, the rest of the page is skipped,
loudly. What a page links to in this repository must be there.
`leadscore train` with the same words and data trains once for all pages (train_once.py).
"""

import functools
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DATA_SETS = ["bank_marketing.csv", "online_shoppers.csv", "cdnow_events.csv"]
SECONDS = 600
# As in tests/run.py, and not whichever comes first in the path.
PYTHON = os.environ.get("DOCS_PYTHON", "/usr/bin/python3")

BLOCK = re.compile(
    r"^<!-- sh\n(?P<hidden>.*?)^-->$"
    r"|^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL)

FRAGMENT = """#include <leadscore/leadscore.h>
#include <leadscore/store.h>
#include <leadscore/train.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
"""


class Fault(Exception):
    """What is wrong with a block."""


class Skip(Exception):
    """Why a block cannot be run here."""


class Block:
    def __init__(self, page, match):
        text = match.string
        hidden = match["hidden"] is not None
        self.place = f"{page.name}:{text.count(chr(10), 0, match.start()) + 1}"
        self.info = "sh" if hidden else match["info"].strip()
        self.body = match["hidden"] if hidden else unindent(match["body"], match["indent"])

    @property
    def language(self):
        return self.info.split(" ")[0]

    def parameter(self, name):
        """The value of "name=value" after the language, or None."""
        named = re.search(rf"\b{name}=(\S+)", self.info)
        return named and named[1]


def unindent(body, indent):
    return "".join(line.removeprefix(indent) for line in body.splitlines(keepends=True))


@functools.lru_cache(maxsize=None)
def has_module(name):
    done = subprocess.run([PYTHON, "-c", f"import {name}"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL)
    return done.returncode == 0


class Page:
    """Runs the blocks of a page, in a folder of its own."""

    def __init__(self, path, build, scratch, root=ROOT):
        text = path.read_text()
        self.path = path
        self.blocks = [Block(path, match) for match in BLOCK.finditer(text)]
        self.links = re.findall(r"\]\((?!https?:)([^)#\s]+)", BLOCK.sub("", text))
        self.build = build
        self.commands = scratch / "commands"
        self.folder = scratch / "-".join(path.with_suffix("").relative_to(root).parts)
        self.printed = ""

    def make_folder(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for name in DATA_SETS:
            if (data_folder() / name).exists():
                (self.folder / name).symlink_to(data_folder() / name)
        (self.folder / "models").symlink_to(ROOT / "models")
        (self.folder / "examples").symlink_to(ROOT / "examples")

    def environment(self):
        libraries = [str(self.build), str(self.build / "src" / "train"),
                     str(self.build / "src" / "pipeline")]
        return {
            **os.environ,
            "PATH": f"{self.commands}:{self.build}:{os.environ['PATH']}",
            "LD_LIBRARY_PATH": ":".join(libraries),
            "C_INCLUDE_PATH": str(ROOT / "include"),
            "LIBRARY_PATH": ":".join(libraries),
            "NO_COLOR": "1",
        }

    def execute(self, command, what):
        done = subprocess.run(command, cwd=self.folder, env=self.environment(), text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=SECONDS)
        if done.returncode != 0:
            raise Fault(f"{what} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        self.printed = done.stdout

    def run_sh(self, block):
        for name in DATA_SETS:
            if name in block.body and not (self.folder / name).exists():
                raise Skip(f"{name} is not there; set LEADSCORE_TEST_DATA to its folder")
        self.execute(["bash", "-euo", "pipefail", "-c", block.body], "the script")

    def run_c(self, block):
        original = block.parameter("of")
        if original and (ROOT / original).read_text() != block.body:
            raise Fault(f"differs from {original}")
        whole = re.search(r"\bmain\(", block.body)
        source = self.folder / "snippet.c"
        source.write_text(block.body if whole else fragment(block.body))
        command = [os.environ.get("CC", "gcc"), "-std=c11", "-Wall", "-Wextra", "-Werror",
                   "-D_POSIX_C_SOURCE=200809L", "snippet.c"]
        if not whole:
            self.execute([*command, "-Wno-unused", "-fsyntax-only"], "the compiler")
            return
        store = ["-lleadscore-store"] if "leadscore/store.h" in block.body else []
        self.execute([*command, "-o", "snippet", *store, "-lleadscore"], "the compiler")
        self.execute(["./snippet"], "the program")

    def run_js(self, block):
        addon = self.build / "bindings" / "node" / "leadscore-node.node"
        package = self.folder / "node_modules" / "leadscore"
        if not addon.exists():
            raise Skip("the addon for Node is not built: its headers or static libraries are missing")
        if not package.exists():
            assemble = str(ROOT / "bindings" / "node" / "assemble.js")
            self.execute(["node", assemble, str(addon), str(package)], "assembling the package")
        (self.folder / "snippet.mjs").write_text(block.body)
        self.execute(["node", "snippet.mjs"], "the program")

    def run_java(self, block):
        jar = self.build / "bindings" / "java" / "leadscore.jar"
        if not jar.exists():
            raise Skip("the jar for Java is not built: SWIG or a JDK is missing")
        (self.folder / "Snippet.java").write_text(block.body)
        # Little is compiled twice: what is gone in a second is not worth the second compiler.
        self.execute(["java", "-XX:TieredStopAtLevel=1", "-cp", str(jar), "Snippet.java"], "the program")

    def run_python(self, block):
        package = self.build / "bindings" / "python"
        path = [f"PYTHONPATH={package}"]
        if "DOCS_PYTHON" in os.environ:
            path = ["-u", "LD_LIBRARY_PATH"]  # the libraries are in the package
        elif not any(package.glob("leadscore/*.so")):
            raise Skip("this build has no Python package: set its option python")
        self.execute(["/usr/bin/env", *path, PYTHON, "-B", "-c", block.body], "the script")

    def run_json(self, block):
        texts = [block.body] if block.language == "json" else block.body.splitlines()
        try:
            for text in texts:
                json.loads(text)
        except json.JSONDecodeError as error:
            raise Fault(f"not JSON: {error}") from error

    def check_output(self, block):
        pattern = "".join(line_pattern(line) for line in block.body.splitlines())
        if block.info.endswith("roughly"):
            pattern = loosen(pattern)
        if not re.fullmatch(pattern, self.printed.rstrip("\n") + "\n", re.DOTALL):
            raise Fault(f"the page shows\n{block.body}and the block before it prints\n{self.printed}")

    def why_not(self, block):
        """Why a block is not run, or None."""
        if block.language in ("sh", "python") and "no-run" in block.info:
            reason = block.info.partition("no-run:")[2].strip()
            if not reason:
                raise Fault("no-run needs a reason")
            return reason
        needed = block.parameter("needs")
        return f"{PYTHON} has no {needed}" if needed and not has_module(needed) else None

    def run_block(self, block):
        """Run one block. False when there is nothing to run in it."""
        why_not = self.why_not(block)
        if why_not is not None:
            print(f"{block.place}: not run: {why_not}")
            self.printed = self.printed if "no-run" in block.info else None
            return False
        if block.info in ("text output", "text output roughly"):
            if self.printed is None:  # what it shows needs what is not there
                return False
            self.check_output(block)
        elif block.language in ("", "text"):
            if re.search(r"^(leadscore|make|cc|gcc) ", block.body, re.MULTILINE):
                raise Fault("there is a command in a block that is not run: mark it ```sh")
            return False
        elif block.language == "sh":
            self.run_sh(block)
        elif block.language == "c":
            self.run_c(block)
        elif block.language == "js":
            self.run_js(block)
        elif block.language == "java":
            self.run_java(block)
        elif block.language == "python":
            self.run_python(block)
        elif block.language in ("json", "ndjson"):
            self.run_json(block)
        elif block.language != "csv":
            raise Fault(f"no one knows how to run ```{block.info}")
        if block.parameter("file"):
            (self.folder / block.parameter("file")).write_text(block.body)
        return True

    def run(self):
        """Links and blocks looked at, and those that are wrong."""
        n_run = n_failed = 0
        self.make_folder()
        for link in self.links:
            n_run += 1
            if not (self.path.parent / link).exists():
                print(f"{self.path.name}: links to {link}, which is not there")
                n_failed += 1
        for block in self.blocks:
            try:
                n_run += self.run_block(block)
            except Skip as why:
                print(f"SKIPPED: {block.place} and the rest of the page: {why}")
                break
            except (Fault, subprocess.TimeoutExpired) as fault:
                print(f"{block.place}: {fault}")
                n_run += 1
                n_failed += 1
        return n_run, n_failed


def make_commands(build, scratch):
    """`leadscore` as pages find it: what trains does so once, and all else is the program."""
    commands = scratch / "commands"
    shutil.rmtree(commands, ignore_errors=True)
    commands.mkdir(parents=True)
    program = shlex.quote(str(build / "leadscore"))
    once = shlex.join([sys.executable, "-B", str(ROOT / "tests" / "docs" / "train_once.py")])
    kept = shlex.quote(str(commands / "trained"))
    (commands / "leadscore").write_text(
        f'#!/bin/sh\n[ "$1" = train ] || exec {program} "$@"\nexec {once} {program} {kept} "$@"\n')
    (commands / "leadscore").chmod(0o755)


def all_pages():
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")),
            *sorted((ROOT / "models").glob("*.md"))]


def data_folder():
    return Path(os.environ.get("LEADSCORE_TEST_DATA", ROOT.parent / "shared" / "data"))


def fragment(body):
    """A snippet without main() as a source: functions as they are, statements within one."""
    lines = body.splitlines(keepends=True)
    includes = "".join(line for line in lines if line.startswith("#include"))
    rest = "".join(line for line in lines if not line.startswith("#include"))
    if not re.search(r"^\{", body, re.MULTILINE):
        rest = f"int snippet(void)\n{{\n{rest}return 0;\n}}\n"
    return FRAGMENT + includes + rest


def line_pattern(line):
    """A line of shown output as a regular expression."""
    if line.strip() == "...":
        return r"(?:[^\n]*\n)*?"
    if line.endswith(" ..."):
        return re.escape(line.removesuffix("...").rstrip()) + r"[^\n]*\n"
    return re.escape(line) + r"\n"


def loosen(pattern):
    """The same pattern, whatever the numbers, bars and widths of blanks."""
    pattern = re.sub(r"(\\[-+.]|\d)*\d", lambda _: r"[-+.\d]+", pattern)
    pattern = re.sub(r"[█░]+", "[█░]*", pattern)
    return re.sub(r"(\\ )+", lambda _: r" *", pattern)


def main(arguments):
    if not arguments or not (Path(arguments[0]) / "build.ninja").exists():
        sys.exit(__doc__.strip())
    build = Path(arguments[0]).resolve()
    pages = [Path(page).resolve() for page in arguments[1:]]
    scratch = build / "test-files" / "docs"
    n_run = n_failed = 0
    make_commands(build, scratch)
    for path in pages or all_pages():
        page = Page(path, build, scratch)
        run, failed = page.run()
        print(f"{path.name}: {run} checks, {failed} failed", flush=True)
        n_run += run
        n_failed += failed
    print(f"TESTS {n_run} {n_failed}")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
