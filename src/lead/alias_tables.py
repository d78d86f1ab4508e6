#!/usr/bin/env python3
"""Compile tables of aliases into C: alias_tables.py OUTPUT COMMON.json TABLE.json...

Each table becomes an array sorted by the names of the other system; the names of COMMON are in each, and
count behind its own. All tables together become one more, "all", in which the first counts before the
next. What must hold of a table is checked by the tests, which read the same files with
lsc_aliases_parse().
"""
import json
import os
import sys

# How our own names may be written besides.
OWN = [("lead_id", "id"), ("outcome", "outcome.label")]


def pairs(table):
    return [(name, ours) for ours, names in table["fields"].items() for name in names]


def join(*lists):
    """Names with their property and rank: the first of each counts."""
    joined = {}
    for rank, (theirs, ours) in enumerate(pair for one in lists for pair in one):
        if joined.setdefault(theirs, (ours, rank))[0] != ours:
            sys.exit(f"alias_tables.py: {theirs} means {joined[theirs][0]} and {ours}")
    return joined


def text(value):
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_array(out, name, entries):
    out.write(f"static const lsc_alias {name}[] = {{\n")
    for theirs, (ours, rank) in sorted(entries.items(), key=lambda item: item[0].encode()):
        out.write(f"    {{{text(theirs)}, {text(ours)}, {rank}}},\n")
    out.write("};\n\n")


def table(array, wrapper):
    prefix = wrapper + "." if wrapper else ""
    return f"{{{array}, sizeof {array} / sizeof {array}[0], {text(prefix)}, {len(prefix)}}}"


def main():
    target, *paths = sys.argv[1:]
    tables = {}
    for path in paths:
        with open(path, encoding="ascii") as file:
            tables[os.path.splitext(os.path.basename(path))[0]] = json.load(file)
    common, *others = tables
    shared = pairs(tables[common]) + OWN
    wrapper = next((t["wrapper"] for t in tables.values() if "wrapper" in t), "")
    with open(target, "w", encoding="ascii") as out:
        out.write('#include "lead/alias_lookup.h"\n\n')
        for name in tables:
            write_array(out, name, join(pairs(tables[name]), shared))
        write_array(out, "shared", join(shared))
        write_array(out, "together", join(*(pairs(tables[name]) for name in others), shared))
        out.write(f"const lsc_alias_table lsc_common_aliases = {table('shared', '')};\n")
        out.write(f"const lsc_alias_table lsc_all_aliases = {table('together', wrapper)};\n\n")
        out.write("const lsc_named_aliases lsc_alias_tables[] = {\n")
        for name in others + [common]:
            out.write(f"    {{{text(name)}, {table(name, tables[name].get('wrapper', ''))}}},\n")
        out.write(f"    {{\"all\", {table('together', wrapper)}}},\n")
        out.write("    {NULL, {NULL, 0, NULL, 0}},\n};\n")


main()
