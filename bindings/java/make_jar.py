#!/usr/bin/env python3
"""Compile the classes and put the jar together, native code and licences within.

    make_jar.py JAVAC SOURCES GENERATED NATIVE JAR VERSION SCRATCH

The same sources and compilers give the same bytes.
"""

import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# What stands in the native code, by Debian's names: their licences come along.
PARTS = ["libcjson-dev", "libzstd-dev", "libssl-dev", "libsqlite3-dev"]
# Of all entries: a time is none of the sources.
DATE = "2000-01-01T00:00:00Z"


def beside(native):
    """The libraries that are loaded from beside it, as the loader finds them here."""
    found = subprocess.run(["ldd", native], check=True, text=True, stdout=subprocess.PIPE).stdout
    return [Path(path) for path in re.findall(r"^\s*libcjson\S* => (\S+)", found, re.MULTILINE)]


def add_native(native, folder):
    folder.mkdir(parents=True)
    names = []
    for path in [*beside(native), native]:
        name = re.sub(r"(\.so\.\d+).*", r"\1", path.name)
        shutil.copyfile(path, folder / name)
        names.append(name)
    subprocess.run(["strip", "--strip-unneeded", folder / names[-1]], check=True)
    (folder / "files").write_text("\n".join(names) + "\n")


def add_licences(folder):
    folder.mkdir(parents=True)
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE")
    for part in PARTS:
        licence = Path("/usr/share/doc", part, "copyright")
        if licence.exists():
            shutil.copyfile(licence, folder / f"{part.removesuffix('-dev')}.txt")


def add_coordinates(folder, version):
    """What Maven knows the jar by when it is installed from its file."""
    folder.mkdir(parents=True)
    (folder / "pom.xml").write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0">\n  <modelVersion>4.0.0</modelVersion>\n'
        "  <groupId>org.leadscore</groupId>\n  <artifactId>leadscore</artifactId>\n"
        f"  <version>{version}</version>\n"
        "  <licenses>\n    <license>\n      <name>Apache-2.0</name>\n    </license>\n  </licenses>\n</project>\n")


def main():
    javac, sources, generated, native, jar, version, scratch = sys.argv[1:]
    content = Path(scratch, "content")
    shutil.rmtree(content, ignore_errors=True)
    content.mkdir(parents=True)
    files = sorted(Path(sources).rglob("*.java")) + sorted(Path(generated).glob("*.java"))
    subprocess.run([javac, "--release", "17", "-Xlint:all", "-Werror", "-encoding", "UTF-8", "-d", content, *files],
                   check=True)
    place = f"{platform.system().lower()}-{platform.machine()}"
    add_native(Path(native), content / "org/leadscore/native" / place)
    add_licences(content / "META-INF/licenses")
    add_coordinates(content / "META-INF/maven/org.leadscore/leadscore", version)
    manifest = Path(scratch, "manifest")
    manifest.write_text("Automatic-Module-Name: org.leadscore\n"
                        f"Implementation-Title: leadscore\nImplementation-Version: {version}\n")
    # The archiver of the same JDK.
    archiver = Path(javac).resolve().parent / "jar"
    subprocess.run([archiver, "--create", "--file", jar, "--date", DATE, "--manifest", manifest, "-C", content, "."],
                   check=True)


if __name__ == "__main__":
    main()
