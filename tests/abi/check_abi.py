#!/usr/bin/env python3
"""Compare the binary interface of the libraries with the one that is held in this folder.

    check_abi.py LIBRARY...            fails where an interface is not the held one
    check_abi.py --update LIBRARY...   takes additions into what is held; refuses what breaks clients

libNAME.abi lists, a line each, what clients rely on: the functions of the public nodes of
src/NAME.map with their types, and the members and values of the types that they reach, as abidw
(libabigail) reads them from the debug information. A line that is gone breaks clients; a new line is
an addition. A struct that begins with its size has no line for it, since it may grow at its end.
docs/abi.md says more.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def stem(library):
    return re.sub(r"^lib|\.so.*$", "", Path(library).name)


def public_names(map_text):
    """The functions of the public nodes of a map file."""
    names = set()
    for node, body in re.findall(r"^(\w[\w.]*)\s*\{([^}]*)\}", map_text, re.MULTILINE):
        if "_PRIVATE_" not in node:
            names |= set(re.findall(r"\b(lsc_\w+)\s*;", body))
    return names


def dump(library):
    """What abidw makes of a library."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "abi"
        done = subprocess.run(["abidw", "--exported-interfaces-only", "--out-file", str(out), library],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0 or not out.exists():
            sys.exit(f"check_abi.py: abidw {library}: {done.stdout}")
        return ElementTree.parse(out).getroot()


class Interface:
    """The lines of a library, and the types that were met on the way and are not yet told of."""

    def __init__(self, corpus, names, open_types):
        self.types = {}
        self.open_types = open_types  # those that the headers show the inside of
        for item in corpus.iter():
            if "id" in item.attrib:
                self.types.setdefault(item.get("id"), item)
        self.lines = set()
        self.told = set()
        for function in corpus.iter("function-decl"):
            symbol = function.get("elf-symbol-id", "")
            if re.split("@", symbol)[0] in names:
                self.lines.add(f"function {symbol}: {self.signature(function)}")

    def signature(self, function):
        parameters = [self.name(parameter.get("type-id")) if "type-id" in parameter.attrib else "..."
                      for parameter in function.findall("parameter")]
        return f"{self.name(function.find('return').get('type-id'))}({', '.join(parameters)})"

    def name(self, type_id):
        """How C would more or less write a type. What is ours and met is told of too."""
        item = self.types[type_id]
        if item.tag == "pointer-type-def":
            return f"{self.name(item.get('type-id'))}*"
        if item.tag == "qualified-type-def":
            words = [word for word in ("const", "volatile", "restrict") if item.get(word) == "yes"]
            return f"{self.name(item.get('type-id'))} {' '.join(words)}"
        if item.tag == "array-type-def":
            lengths = "".join(f"[{part.get('length')}]" for part in item.findall("subrange"))
            return f"{self.name(item.get('type-id'))}{lengths}"
        if item.tag == "function-type":
            return f"({self.signature(item)})"
        if item.get("name").startswith("lsc_"):
            self.tell(item)
        return item.get("name")

    def tell(self, item):
        key = (item.tag, item.get("name"))
        if key in self.told or item.get("is-declaration-only") == "yes":
            return
        self.told.add(key)
        if item.tag == "typedef-decl":
            target = self.name(item.get("type-id"))
            if target != item.get("name"):
                self.lines.add(f"typedef {item.get('name')}: {target}")
        elif item.get("name") not in self.open_types:
            return
        elif item.tag == "enum-decl":
            for value in item.findall("enumerator"):
                self.lines.add(f"enum {item.get('name')}: {value.get('name')} = {value.get('value')}")
        elif item.tag == "class-decl":
            self.tell_struct(item)

    def tell_struct(self, item):
        members = [(int(member.get("layout-offset-in-bits")) // 8, member.find("var-decl"))
                   for member in item.findall("data-member")]
        if [(at, member.get("name")) for at, member in members[:1]] != [(0, "size")]:
            self.lines.add(f"struct {item.get('name')}: {int(item.get('size-in-bits')) // 8} bytes")
        for at, member in members:
            self.lines.add(f"struct {item.get('name')}: at {at:3}, {member.get('name')}: "
                           f"{self.name(member.get('type-id'))}")


def interface(library):
    map_text = (ROOT / "src" / f"{stem(library)}.map").read_text(encoding="utf-8")
    headers = "".join(path.read_text(encoding="utf-8")
                      for path in (ROOT / "include" / "leadscore").glob("*.h"))
    open_types = set(re.findall(r"\b(?:struct|enum) (\w+) \{", headers))
    return Interface(dump(library), public_names(map_text), open_types).lines


def check(library, update):
    """True where the library is as it should be."""
    held_file = HERE / f"lib{stem(library)}.abi"
    held = set(held_file.read_text().splitlines()) if held_file.exists() else set()
    made = interface(library)
    for line in sorted(held - made):
        print(f"{held_file.name}: gone, which breaks clients: {line}")
    for line in sorted(made - held):
        print(f"{held_file.name}: new{'' if update else ', make abi-update takes it in'}: {line}")
    if update and held <= made:
        held_file.write_text("".join(f"{line}\n" for line in sorted(made)))
        return True
    return held == made


def main(arguments):
    if shutil.which("abidw") is None:
        print("SKIPPED: no abidw, so the binary interface is not compared; it is of abigail-tools")
        return 0
    update = arguments[:1] == ["--update"]
    libraries = arguments[1:] if update else arguments
    failed = sum(not check(library, update) for library in libraries)
    print(f"TESTS {len(libraries)} {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
