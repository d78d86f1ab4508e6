#!/usr/bin/env python3
"""Install into a folder of the build, and use nothing but what was installed.

    check_install.py SOURCE_ROOT BUILD_ROOT

pkg-config is pointed at the installed .pc files alone, as on a machine that has no development
files of cJSON, zstd and OpenSSL.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

source, build = (Path(argument).resolve() for argument in sys.argv[1:])
folder = build / "test-files" / "install"
failures = []
NAMES = ("leadscore", "leadscore-store", "leadscore-train")
n_run = 0


def fact(name):
    """Run a function as a test of that name."""

    def run(function):
        global n_run
        n_run += 1
        try:
            function()
        except (AssertionError, subprocess.CalledProcessError) as error:
            failures.append(name)
            print(f"{name}: {error}\n{getattr(error, 'stderr', None) or ''}")

    return run


def output(*command):
    done = subprocess.run(command, check=True, text=True, env=environment, cwd=folder,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout.strip()


def pkg_config(*arguments):
    return output("pkg-config", f"--define-variable=prefix={prefix}", *arguments).split()


shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
environment = dict(os.environ, DESTDIR=str(folder))
environment.pop("PKG_CONFIG_PATH", None)
output("meson", "install", "-C", str(build), "--no-rebuild", "--quiet")

pc_file = next(folder.rglob("leadscore.pc"))
configured_prefix = re.search(r"^prefix=(.*)$", pc_file.read_text(), re.MULTILINE)[1]
prefix = folder / configured_prefix.lstrip("/")
libraries = pc_file.parent.parent
environment.update(PKG_CONFIG_LIBDIR=str(pc_file.parent), LD_LIBRARY_PATH=str(libraries))


@fact("what_is_installed_is_what_is_meant_to_be")
def _():
    installed = {str(path.relative_to(folder / configured_prefix.lstrip("/")))
                 for path in folder.rglob("*") if not path.is_dir()}
    headers = {f"include/leadscore/{path.name}"
               for path in (source / "include/leadscore").glob("*.h")}
    place = libraries.relative_to(prefix)
    version = (source / "include/leadscore/version.h").read_text()
    version = re.search(r'LSC_VERSION "(.*)"', version)[1]
    expected = headers | {"bin/leadscore"}
    expected |= {f"{place}/pkgconfig/{name}.pc" for name in NAMES}
    expected |= {f"{place}/lib{name}.so{end}" for name in NAMES
                 for end in ("", ".0", f".{version}")}
    expected |= {f"share/doc/leadscore/{name}.LICENSE" for name in ("d3", "plot")}
    extra = {path for path in installed - expected if not path.startswith("share/leadscore/")}
    assert not expected - installed, f"not installed: {sorted(expected - installed)}"
    assert not extra, f"installed without a reason: {sorted(extra)}"


@fact("flags_are_given_where_no_other_pc_file_is")
def _():
    flags = pkg_config("--cflags", "--libs", "leadscore")
    assert "-lleadscore" in flags, flags
    assert not [flag for flag in flags if re.search("cjson|zstd|crypto|xgboost", flag)], flags


@fact("training_asks_for_the_scoring_library_too")
def _():
    flags = pkg_config("--cflags", "--libs", "leadscore-train")
    assert {"-lleadscore", "-lleadscore-train"} <= set(flags), flags
    assert "-lxgboost" not in flags, flags


@fact("a_store_asks_for_the_scoring_library_too")
def _():
    flags = pkg_config("--cflags", "--libs", "leadscore-store")
    assert {"-lleadscore", "-lleadscore-store"} <= set(flags), flags
    assert "-lsqlite3" not in flags, flags
    assert "-lsqlite3" in pkg_config("--static", "--libs", "leadscore-store")


@fact("static_linking_names_every_library_below")
def _():
    flags = pkg_config("--static", "--libs", "leadscore-train")
    assert {"-lcjson", "-lzstd", "-lcrypto", "-lxgboost"} <= set(flags), flags


def builds_and_scores(*compiler):
    flags = pkg_config("--cflags", "--libs", "leadscore")
    output(*compiler, "-Wall", "-Wextra", "-Wpedantic", "-Werror",
           str(source / "examples/one_lead.c"), "-x", "none", "-o", "one_lead", *flags)
    (folder / "models").unlink(missing_ok=True)
    (folder / "models").symlink_to(prefix / "share/leadscore/models")
    printed = output("./one_lead")
    assert re.fullmatch(r"score \d+, grade [A-F]", printed), printed


@fact("the_example_scores_a_lead_in_c")
def _():
    builds_and_scores("gcc", "-std=c11")


@fact("the_example_scores_a_lead_in_cxx")
def _():
    builds_and_scores("g++", "-std=c++17", "-x", "c++")


@fact("a_missing_model_is_an_error_with_its_name")
def _():
    done = subprocess.run([folder / "one_lead"], cwd=prefix, env=environment, text=True,
                          stdout=subprocess.PIPE, check=False)
    assert done.returncode != 0 and "models/starter.lsm" in done.stdout, done.stdout


@fact("the_scoring_library_loads_no_xgboost")
def _():
    needed = output("ldd", str(libraries / "libleadscore.so.0"))
    assert "xgboost" not in needed and "libstdc++" not in needed, needed
    assert "sqlite" not in needed, needed


@fact("the_store_loads_no_xgboost")
def _():
    needed = output("ldd", str(libraries / "libleadscore-store.so.0"))
    assert "sqlite3" in needed and "xgboost" not in needed, needed


@fact("the_installed_program_runs")
def _():
    assert "leadscore" in output(str(prefix / "bin/leadscore"), "--version")


print(f"TESTS {n_run} {len(failures)}")
sys.exit(1 if failures else 0)
