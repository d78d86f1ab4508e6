#!/usr/bin/env python3
"""Compile each public header alone: as C11, as C17 and as C++17, with every compiler that is there.
Structs that grow with releases have their initialisers.

    check_headers.py ROOT [COMPILER...]         (default: cc, gcc, clang, c++, g++, clang++)
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

WARNINGS = ["-pedantic", "-Wall", "-Wextra", "-Wshadow", "-Wundef", "-Wconversion", "-Werror"]


def program(path):
    """Include the header twice, so that a missing guard shows, and use its initialisers."""
    lines = [f"#include <leadscore/{path.name}>"] * 2 + ["int used;"]
    for name in re.findall(r"^#define LSC_(\w+)_INIT\b", path.read_text(), re.MULTILINE):
        lines += [f"extern lsc_{name.lower()} made_{name};",
                  f"lsc_{name.lower()} made_{name} = LSC_{name}_INIT;"]
    return "\n".join(lines) + "\n"


def structs_without_init(path):
    """Structs that begin with their size have a macro LSC_..._INIT and a function lsc_..._init()."""
    text = path.read_text()
    for name in re.findall(r"^typedef struct lsc_(\w+) \{\n    size_t size;", text, re.MULTILINE):
        if not re.search(rf"^#define LSC_{name.upper()}_INIT\b", text, re.MULTILINE):
            yield f"{path.name}: lsc_{name} has no LSC_{name.upper()}_INIT"
        if f" lsc_{name}_init(" not in text:
            yield f"{path.name}: lsc_{name} has no lsc_{name}_init()"


def languages(compiler):
    return [["-x", "c++", "-std=c++17"]] if compiler.endswith("++") else [
        ["-x", "c", "-std=c11", "-Wstrict-prototypes"],
        ["-x", "c", "-std=c17"],
    ]


def compiles(compiler, language, root, path):
    command = [compiler, *language, *WARNINGS, "-I", str(root / "include"), "-fsyntax-only", "-"]
    done = subprocess.run(command, input=program(path), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        print(f"{' '.join(command)}  # <leadscore/{path.name}>\n{done.stdout}")
    return done.returncode == 0


def known_as(compiler):
    """What tells a compiler from others: cc is gcc on most systems, and says so but for its own name."""
    said = subprocess.run([compiler, "--version"], stdout=subprocess.PIPE, text=True).stdout
    return compiler.endswith("++"), said.removeprefix(Path(compiler).name)


def main(arguments):
    root = Path(arguments[0])
    wanted = arguments[1:] or ["cc", "gcc", "clang", "c++", "g++", "clang++"]
    compilers = {known_as(compiler): compiler for compiler in wanted if shutil.which(compiler)}.values()
    if not any(compiler.endswith("++") for compiler in compilers):
        print("SKIPPED: no C++ compiler is there; headers are compiled as C only")
    headers = sorted((root / "include" / "leadscore").glob("*.h"))
    outcomes = [compiles(compiler, language, root, path)
                for compiler in compilers for language in languages(compiler)
                for path in headers]
    for path in headers:
        faults = list(structs_without_init(path))
        print(*faults, sep="\n", end="\n" if faults else "")
        outcomes.append(not faults)
    print(f"TESTS {len(outcomes)} {outcomes.count(False)}")
    return 0 if all(outcomes) and outcomes else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
