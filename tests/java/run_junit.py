#!/usr/bin/env python3
"""Compile the tests of this folder against the jar, run them by JUnit, and count them.

    run_junit.py JAR FOLDER [CLASS ...]     (default: all)

JUnit is Debian's junit5; LEADSCORE_JUNIT names another folder with its jars and theirs. What JNI forbids is
looked for by the JVM itself (-Xcheck:jni) and fails the run.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
JUNIT = Path(os.environ.get("LEADSCORE_JUNIT", "/usr/share/java"))
JARS = ["junit-platform-console", "junit-platform-commons", "junit-platform-engine", "junit-platform-launcher",
        "junit-platform-reporting", "junit-jupiter-api", "junit-jupiter-engine", "opentest4j", "apiguardian-api",
        "opentest4j-reporting-events", "opentest4j-reporting-schema", "picocli"]


def main(jar, folder, *names):
    jar, folder = Path(jar).resolve(), Path(folder).resolve()
    missing = [name for name in JARS if not (JUNIT / f"{name}.jar").exists()]
    if missing:
        print(f"SKIPPED: java: {JUNIT} has no {missing[0]}.jar; .ci/setup java installs it")
        return 0
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "classes").mkdir(parents=True)
    path = ":".join([str(jar), *(str(JUNIT / f"{name}.jar") for name in JARS)])
    subprocess.run(["javac", "--release", "17", "-Xlint:all,-path,-processing", "-Werror", "-encoding", "UTF-8",
                    "-cp", path, "-d", folder / "classes", *sorted(HERE.glob("src/client/*.java"))], check=True)
    chosen = [f"--select-class=client.{name}" for name in names] or [f"--scan-classpath={folder / 'classes'}"]
    # A heap of one size, so that what grows is not it. Compiled code of calls that only tests make is no gain.
    done = subprocess.run(
        ["java", "-Xcheck:jni", "-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch", f"-Djava.io.tmpdir={folder}",
         f"-Dleadscore.root={ROOT}", "-cp", f"{folder / 'classes'}:{path}",
         "org.junit.platform.console.ConsoleLauncher", "--disable-banner", "--disable-ansi-colors",
         "--details=summary", f"--reports-dir={folder}", *chosen],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder, check=False)
    counted = {word: int(number) for number, word in
               re.findall(r"^\[ *(\d+) tests (successful|failed|aborted) *\]", done.stdout, re.MULTILINE)}
    run = counted.get("successful", 0) + counted.get("failed", 0)
    warned = re.search(r"^(WARNING|FATAL ERROR) in native method.*", done.stdout, re.MULTILINE)
    left = [each.name for each in folder.glob("leadscore*")]
    failed = counted.get("failed", 0) + bool(warned) + bool(left)
    if failed or run == 0 or done.returncode != 0:
        print(done.stdout)
        failed = failed or 1
    if left:
        print(f"unpacked code is left behind: {left}")
    print(f"TESTS {run} {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
