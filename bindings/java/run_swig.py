#!/usr/bin/env python3
"""Let SWIG write the wrapper for Java: run_swig.py SWIG INTERFACE WRAPPER.c FOLDER_OF_CLASSES"""

import shutil
import subprocess
import sys
from pathlib import Path

swig, interface, wrapper, classes = sys.argv[1:]
shutil.rmtree(classes, ignore_errors=True)
Path(classes).mkdir(parents=True)
sys.exit(subprocess.run([swig, "-Wall", "-Werror", "-java", "-module", "Native", "-package", "org.leadscore",
                         "-outdir", classes, "-o", wrapper, interface], check=False).returncode)
