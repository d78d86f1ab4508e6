#!/usr/bin/env python3
"""Print the folder of the JDK of a javac, and fail where it is older than 17 or has no headers of JNI."""

import re
import subprocess
import sys
from pathlib import Path

javac = Path(sys.argv[1]).resolve()
said = subprocess.run([javac, "-version"], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
version = int(re.search(r"\d+", said.stdout)[0])
home = javac.parent.parent
if version < 17:
    sys.exit(f"{javac} is of Java {version}: at least 17 is needed")
if not (home / "include" / "jni.h").exists():
    sys.exit(f"{home} has no include/jni.h")
print(home)
