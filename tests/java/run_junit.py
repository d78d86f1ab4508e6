#!/usr/bin/env python3
"""Compile the tests of this folder against the jar, run them by JUnit, and count them.

    run_junit.py JAR FOLDER [CLASS ...]     (default: all)
    run_junit.py --leaks JAR FOLDER         under LeakSanitizer, which must also find what a control loses

What is trained is compared with what the program makes that LEADSCORE_PROGRAM names. JUnit is Debian's junit5;
LEADSCORE_JUNIT names another folder with its jars and theirs. What JNI forbids is looked for by the JVM itself
(-Xcheck:jni) and fails the run.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
JUNIT = Path(os.environ.get("LEADSCORE_JUNIT", "/usr/share/java"))
JARS = ["junit-platform-console", "junit-platform-commons", "junit-platform-engine", "junit-platform-launcher",
        "junit-platform-reporting", "junit-jupiter-api", "junit-jupiter-engine", "opentest4j", "apiguardian-api",
        "opentest4j-reporting-events", "opentest4j-reporting-schema", "picocli"]
# A heap of one size, so that what grows is not it.
CHECKED = ["-Xcheck:jni", "-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch"]
# Those that close what they open. Java's own libraries keep memory until the end, and are not ours to judge.
CLOSING = ["ThreadsTest", "ModelTest", "ScorerTest", "StoreTest", "SharedCasesTest", "AliasesTest", "BundlesTest",
           "MetricsTest", "TrainingTest", "StoreAnalyticsTest", "StoreAuditTest", "StoreBulkTest", "StoreKeysTest",
           "StorePrivacyTest", "StoreRescoringTest"]
NOT_OURS = ["libxgboost", "libgomp", "libjvm", "libjli", "libjava", "libzip", "libnio", "libjimage", "ld-linux"]
LEAKED = 23  # the status of a process that did
# Of the two buffers that a scorer copies tables to, 128 KiB and more, one has room.
ONE_BUFFER = "-XX:MaxDirectMemorySize=200k"


class Tests:
    """The tests, compiled into a folder."""

    def __init__(self, jar, folder):
        self.folder = Path(folder).resolve()
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "classes").mkdir(parents=True)
        path = ":".join([str(Path(jar).resolve()), *(str(JUNIT / f"{name}.jar") for name in JARS)])
        subprocess.run(["javac", "--release", "17", "-Xlint:all,-path,-processing", "-Werror", "-encoding", "UTF-8",
                        "-cp", path, "-d", self.folder / "classes", *sorted(HERE.glob("src/client/*.java"))],
                       check=True)
        self.path = f"{self.folder / 'classes'}:{path}"

    def java(self, *arguments, environment=None):
        """The status and the output of a program."""
        done = subprocess.run(["java", f"-Djava.io.tmpdir={self.folder}", f"-Dleadscore.root={ROOT}", "-cp",
                               self.path, *arguments], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              cwd=self.folder, env=environment, check=False)
        return done.returncode, done.stdout

    def junit(self, options, classes, environment=None):
        """Tests run, failed, and whether all is well: what is not is printed."""
        chosen = [f"--select-class=client.{name}" for name in classes]
        status, said = self.java(*options, "org.junit.platform.console.ConsoleLauncher", "--disable-banner",
                                 "--disable-ansi-colors", "--details=summary", f"--reports-dir={self.folder}",
                                 *(chosen or [f"--scan-classpath={self.folder / 'classes'}"]),
                                 environment=environment)
        counted = {word: int(number) for number, word in
                   re.findall(r"^\[ *(\d+) tests (successful|failed) *\]", said, re.MULTILINE)}
        failed = counted.get("failed", 0)
        run = counted.get("successful", 0) + failed
        warned = re.search(r"^(WARNING: JNI|(WARNING|FATAL ERROR) in native method).*", said, re.MULTILINE)
        well = status == 0 and run > 0 and not warned
        if not well:
            print(said)
        self.say_skipped()
        return run, failed or int(not well)

    def say_skipped(self):
        """What the tests assume and is not so here."""
        for report in self.folder.glob("TEST-*.xml"):
            for case in ElementTree.parse(report).iter("testcase"):
                for why in case.iter("skipped"):
                    reason = why.text.strip().splitlines()[0].rpartition("Assumption failed: ")[2]
                    print(f"SKIPPED: java: {case.get('name')}: {reason}")


def left_behind(folder):
    left = [each.name for each in folder.glob("leadscore*")]
    if left:
        print(f"unpacked code is left behind: {left}")
    return len(left)


def check_leaks(tests):
    """One test: what is closed leaves nothing, and what is lost is found."""
    runtime = subprocess.run(["gcc", "-print-file-name=liblsan.so"], text=True, stdout=subprocess.PIPE, check=True)
    suppressions = tests.folder / "suppressions"
    suppressions.write_text("".join(f"leak:{name}\n" for name in NOT_OURS))
    environment = {**os.environ, "LD_PRELOAD": runtime.stdout.strip(),
                   "LSAN_OPTIONS": f"suppressions={suppressions}:exitcode={LEAKED}"}
    run, failed = tests.junit([], CLOSING, environment)
    # Interpreted: the compiler's own threads lose memory too, and make the report long.
    status, said = tests.java("-Xint", "client.LosesModels", environment=environment)
    found = status == LEAKED and "libleadscore-java.so" in said
    if not found:
        print(f"a program that loses its models ended with {status}:\n{said}")
    return run + 1, failed + int(not found)


def check_memory(tests):
    """One test: a scorer that lacks memory says so, and a folder for temporary files may be a relative one."""
    status, said = tests.java("-Xcheck:jni", ONE_BUFFER, "-Djava.io.tmpdir=.", "client.LacksMemory")
    if status != 0:
        print(f"a program that lacks memory ended with {status}:\n{said}")
    return 1, int(status != 0)


def check(tests, classes):
    run, failed = tests.junit(CHECKED, classes)
    if classes:
        return run, failed
    more, more_failed = check_memory(tests)
    return run + more, failed + more_failed


def main(*arguments):
    leaks = arguments[0] == "--leaks"
    jar, folder, *classes = arguments[leaks:]
    missing = [name for name in JARS if not (JUNIT / f"{name}.jar").exists()]
    if missing:
        print(f"SKIPPED: java: {JUNIT} has no {missing[0]}.jar; .ci/setup java installs it")
        return 0
    tests = Tests(jar, folder)
    run, failed = check_leaks(tests) if leaks else check(tests, classes)
    failed += left_behind(tests.folder)
    print(f"TESTS {run} {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
