#!/usr/bin/env python3
"""Install into a folder of the build, move what was installed, and use nothing but that.

    check_install.py SOURCE_ROOT BUILD_ROOT

pkg-config is pointed at the installed .pc files alone, as on a machine that has no development
files of cJSON, zstd and OpenSSL. It and CMake must find everything from where their files stand now.
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


def output(*command, env=None):
    done = subprocess.run(command, check=True, text=True, env=env or environment, cwd=folder,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout.strip()


def pkg_config(*arguments):
    return output("pkg-config", *arguments).split()


shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
environment = dict(os.environ, DESTDIR=str(folder))
environment.pop("PKG_CONFIG_PATH", None)
output("meson", "install", "-C", str(build), "--no-rebuild", "--quiet")

prefix = folder / "moved"
installed = next(folder.rglob("include/leadscore")).parent.parent
installed.rename(prefix)
pc_file = next(prefix.rglob("leadscore.pc"))
libraries = pc_file.parent.parent
environment.update(PKG_CONFIG_LIBDIR=str(pc_file.parent), CMAKE_PREFIX_PATH=str(prefix),
                   LD_LIBRARY_PATH=str(libraries))
(folder / "models").symlink_to(prefix / "share/leadscore/models")


@fact("what_is_installed_is_what_is_meant_to_be")
def _():
    installed = {str(path.relative_to(prefix)) for path in prefix.rglob("*") if not path.is_dir()}
    headers = {f"include/leadscore/{path.name}"
               for path in (source / "include/leadscore").glob("*.h")}
    place = libraries.relative_to(prefix)
    version = (source / "include/leadscore/version.h").read_text()
    version = re.search(r'LSC_VERSION "(.*)"', version)[1]
    expected = headers | {"bin/leadscore"}
    expected |= {f"{place}/pkgconfig/{name}.pc" for name in NAMES}
    expected |= {f"{place}/lib{name}.so{end}" for name in NAMES
                 for end in ("", ".0", f".{version}")}
    expected |= {f"{place}/lib{name}.a" for name in NAMES}
    expected |= {f"{place}/cmake/leadscore/leadscore-config{end}.cmake" for end in ("", "-version")}
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
    printed = output("./one_lead")
    assert re.fullmatch(r"score \d+, grade [A-F]", printed), printed


@fact("the_example_scores_a_lead_in_c")
def _():
    builds_and_scores("gcc", "-std=c11")


@fact("the_example_scores_a_lead_in_cxx")
def _():
    builds_and_scores("g++", "-std=c++17", "-x", "c++")


def examples_run(where, static_needs):
    """The programs of an example score; those with static libraries load none of leadscore."""
    for name in ("one_lead", "keep_lead", "one_lead_static", "keep_lead_static"):
        printed = output(str(where / name))
        assert re.fullmatch(r"(kept: )?score \d+, grade [A-F]", printed), f"{name}: {printed}"
        loaded = output("ldd", str(where / name))
        assert ("libleadscore" in loaded) != name.endswith("static"), f"{name}: {loaded}"
        assert name != "one_lead_static" or static_needs in loaded, loaded


@fact("the_example_for_pkg_config_builds_and_runs")
def _():
    example = folder / "pkgconfig-example"
    shutil.copytree(source / "examples", example)
    output("make", "--no-print-directory", "-C", str(example / "pkgconfig"),
           "CFLAGS=-std=c11 -Wall -Wextra -Werror")
    examples_run(example / "pkgconfig", "libcjson")


# What is given as a part holds the whole, which the collector would else free. What C takes is none of nil.
RUBY_VIEWS = """
lead = '{"id": "a1", "email": "jo@acme.example", "job_title": "CTO"}'
scorer = Leadscore.scorer_new(Leadscore.model_file(ARGV[0], nil))
reason = Leadscore.reason(Leadscore.explain_json(scorer, lead, nil, Leadscore.time_parse('2026-04-01')), 0)
scorer = nil
20.times { GC.start; Array.new(1000) { 'x' * 100 } }
puts reason.text
begin
  Leadscore.score_json(nil, lead, nil, 0)
rescue ArgumentError
  puts 'True'
end

# What was explained goes with the next call, and with nothing else.
def refused
  yield
rescue StandardError => error
  puts error.message
end

model = Leadscore.model_file(ARGV[0], nil)
scorer = Leadscore.scorer_new(model)
refused { Leadscore.explanation_json(scorer, nil) }
Leadscore.explain_json(scorer, lead, nil, 0)
puts Leadscore.explanation_json(scorer, 'a1')[0, 14]
Leadscore.score_json(scorer, lead, nil, 0)
refused { Leadscore.explanation_json(scorer, nil) }
refused { Leadscore.load_trust(nil, lead) }
puts Leadscore.model_member(model, nil).inspect

# Of several things that a call is given, each is held that its answer points into.
def settle
  30.times { GC.start; Array.new(2000) { |i| 'x' * (i % 700) } }
end

def filled(bundle)
  store = Leadscore.store_open(nil, false, false, 0, 0, false)
  Leadscore.store_add_organization(store, 'acme', nil)
  Leadscore.store_put_lead_json(store, 'acme', '{"id": "a1", "email": "jo@acme.example", "job_title": "CTO"}')
  Leadscore.store_activate_model(store, 'acme', Leadscore.store_add_model(store, 'acme', bundle, nil), true)
  store
end

def explained(store)
  scorer = Leadscore.scorer_new(Leadscore.store_load_model(store, 'acme', nil, nil))
  Leadscore.store_score_lead(store, 'acme', 'a1', scorer, Leadscore.time_parse('2026-04-01'))
end

info = Leadscore.model_info(Leadscore.model_file(ARGV[0], nil))
page = Leadscore.store_list_leads(filled(File.binread(ARGV[0])), 'acme', nil, nil, nil, 0)
why = explained(filled(File.binread(ARGV[0])))

def explained_and_gone(scorer, bundle)
  store = filled(bundle)
  demo = '[{"id": "asked-for-a-demo", "type": "Demo Requested", "time": "2026-03-30T09:00:00Z"}]'
  Leadscore.store_add_activities(store, 'acme', 'a1', demo)
  Leadscore.store_score_lead(store, 'acme', 'a1', scorer, Leadscore.time_parse('2026-04-01'))
end

explained_and_gone(scorer, File.binread(ARGV[0]))
settle
puts Leadscore.explanation_json(scorer, nil)[/asked-for-a-demo/]
puts info.sha256.length, Leadscore.page_lead(page, 0).id, Leadscore.reason(why, 0).text
"""


@fact("the_example_for_ruby_scores_a_lead")
def _():
    if not shutil.which("ruby") or not shutil.which("swig"):
        print("SKIPPED: the example for Ruby: ruby or swig is missing; .ci/setup ruby installs them")
        return
    example = folder / "ruby-example"
    example.mkdir()
    output("ruby", "-C", str(example), str(source / "examples/ruby/extconf.rb"))
    output("make", "-C", str(example))
    model = str(prefix / "share/leadscore/models/starter.lsm")
    lines = output("ruby", "-I", str(example), str(source / "examples/ruby/score_lead.rb"), model).splitlines()
    assert re.fullmatch(r"score \d+, grade [A-F]", lines[0]), lines
    assert lines[1].startswith("+ ") and lines[-1] == "LSC_BAD_JSON at byte 12", lines
    kept = output("ruby", "-I", str(example), "-r", "leadscore", "-e", RUBY_VIEWS, model)
    nothing = "the last call of the scorer explained nothing"
    assert kept.split("\n") == ["The job title is CTO", "True", nothing, '{"lead_id":"a1', nothing, "load is nil",
                                "nil", "asked-for-a-demo", "64", "a1", "The job title is CTO"], kept


def cmake(where, *arguments):
    # Not by pkg-config, and not by what else may be installed.
    output("cmake", "-G", "Ninja", "-S", str(where), "-B", str(where / "build"), "-Wno-dev",
           "-DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF", "-DCMAKE_C_FLAGS=-Wall -Wextra -Werror", *arguments)
    output("cmake", "--build", str(where / "build"))


@fact("the_example_for_cmake_builds_and_runs")
def _():
    example = folder / "cmake-example"
    shutil.copytree(source / "examples", example)
    cmake(example / "cmake")
    examples_run(example / "cmake/build", "libcjson")


def cmake_project(name, *lines):
    where = folder / name
    where.mkdir()
    (where / "CMakeLists.txt").write_text("\n".join([
        "cmake_minimum_required(VERSION 3.16)", "project(client C)", *lines, ""]))
    (where / "client.c").write_text(
        "#include <leadscore/train.h>\n#include <stdio.h>\n"
        "int main(void)\n{\n    lsc_train options;\n"
        "    lsc_train_init(&options, sizeof options);\n"
        "    return printf(\"%d\\n\", options.size == sizeof options) < 0;\n}\n")
    return where


@fact("cmake_finds_what_trains")
def _():
    client = cmake_project("cmake-train", "find_package(leadscore 0.1 REQUIRED COMPONENTS train)", *[
        f"add_executable({kind} client.c)\ntarget_link_libraries({kind} leadscore::{kind})"
        for kind in ("train", "train_static")])
    cmake(client)
    for kind in ("train", "train_static"):
        assert output(str(client / "build" / kind)) == "1"


@fact("cmake_finds_headers_outside_the_prefix")
def _():
    other = folder / "elsewhere"
    output("meson", "setup", str(other), str(source), "--includedir=/elsewhere/include", "-Dtests=false",
           "-Dtraining=disabled", "-Dstore=disabled", env=os.environ)
    made = (other / "pkgconfig/cmake/leadscore-config.cmake").read_text()
    assert '_leadscore_include "/elsewhere/include"' in made, made


def cmake_refuses(name, arguments, words):
    try:
        cmake(cmake_project(name, f"find_package(leadscore {arguments} REQUIRED)"))
    except subprocess.CalledProcessError as error:
        assert words in " ".join(error.stderr.split()), error.stderr
    else:
        raise AssertionError(f"find_package(leadscore {arguments}) found one")


@fact("cmake_is_told_of_a_component_that_is_not_there")
def _():
    cmake_refuses("cmake-component", "COMPONENTS crystal_ball", "without its component crystal_ball")


@fact("cmake_takes_no_version_that_does_not_fit")
def _():
    for number, version in enumerate(("0.999", "1.0")):
        cmake_refuses(f"cmake-version-{number}", version, f'compatible with requested version "{version}"')
    for number, versions in enumerate(("0.0...<0.1", "0.0...0.0.9")):
        cmake_refuses(f"cmake-range-{number}", versions, f'compatible with requested version range "{versions}"')


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
