#!/usr/bin/env python3
"""Turn an ASCII text file into a C array: embed_text.py INPUT OUTPUT NAME."""
import sys

BYTES_A_LINE = 20


def main():
    source, target, name = sys.argv[1:]
    with open(source, "rb") as file:
        text = file.read()
    text.decode("ascii")
    lines = [
        " ".join(f"{byte}," for byte in text[at : at + BYTES_A_LINE])
        for at in range(0, len(text), BYTES_A_LINE)
    ]
    with open(target, "w", encoding="ascii") as file:
        file.write("#include <stddef.h>\n\n#include \"features/default_spec.h\"\n\n")
        file.write(f"const char {name}[] = {{\n")
        file.writelines(f"    {line}\n" for line in lines)
        file.write(f"}};\nconst size_t {name}_length = {len(text)};\n")


main()
