#!/usr/bin/env python3
"""That run_docs.py sees what is wrong with a page.    check_run_docs.py BUILD_ROOT"""

import contextlib
import io
import sys
import tempfile
from pathlib import Path

import run_docs

RUNS_PYTHON = "a_block_that_needs_what_is_there_is_run"

# A page, how many of its links and blocks are checked, and how many of them are wrong.
PAGES = {
    "a_script_runs": ("```sh\ntrue\n```\n", 1, 0),
    "a_script_that_fails_is_seen": ("```sh\nfalse\n```\n", 1, 1),
    "a_script_stops_at_the_first_error": ("```sh\nfalse\ntrue\n```\n", 1, 1),
    "a_pipe_fails_as_a_whole": ("```sh\nfalse | cat\n```\n", 1, 1),
    "a_later_block_finds_the_files_of_an_earlier": ("```sh\n: >a\n```\n```sh\ncat a\n```\n", 2, 0),
    "a_hidden_block_runs": ("<!-- sh\n: >a\n-->\n```sh\ncat a\n```\n", 2, 0),
    "a_block_that_is_not_run_says_why": ("```sh no-run: takes root\nfalse\n```\n", 0, 0),
    "a_block_that_is_not_run_and_does_not_say_why_is_seen": ("```sh no-run\nfalse\n```\n", 1, 1),
    "shown_output_agrees": ("```sh\necho a\n```\n```text output\na\n```\n", 2, 0),
    "shown_output_that_differs_is_seen": ("```sh\necho a\n```\n```text output\nb\n```\n", 2, 1),
    "dots_stand_for_lines": ("```sh\nseq 9\n```\n```text output\n1\n...\n9\n```\n", 2, 0),
    "dots_stand_for_the_rest_of_a_line": ("```sh\necho a b\n```\n```text output\na ...\n```\n", 2, 0),
    "dots_do_not_hide_what_differs": ("```sh\nseq 9\n```\n```text output\n1\n...\n8\n```\n", 2, 1),
    "numbers_may_differ_where_they_are_rough": (
        "```sh\necho 'a  -1.5 % ██░ 7'\n```\n```text output roughly\na 0.25 %  █  8\n```\n", 2, 0),
    "words_may_not_differ_where_numbers_are_rough": (
        "```sh\necho 'a 1 b'\n```\n```text output roughly\na 2 c\n```\n", 2, 1),
    "a_block_that_needs_what_is_not_there_is_not_run": (
        "```python needs=no_such_module\nraise SystemExit(1)\n```\n", 0, 0),
    "what_it_would_print_is_not_looked_for": (
        "```sh\necho a\n```\n```python needs=no_such_module\n```\n```text output\nb\n```\n", 1, 0),
    RUNS_PYTHON: (
        "```python needs=json\nraise SystemExit(1)\n```\n", 1, 1),
    "the_same_model_is_trained_once": (
        "```sh\nseq 100 | awk 'BEGIN { print \"x,y\" } { print $1 % 10 \",\" ($1 % 10 > 4) }' >t.csv\n"
        "train() { leadscore train --csv t.csv --label y --effort quick -o $1; }\n"
        "train a.lsm >a; train a.lsm >b; cp a.lsm c.lsm; echo 3,1 >>t.csv; train a.lsm >c\n"
        "cmp a b; cmp -s a c && exit 1; cmp -s a.lsm c.lsm && exit 1\n"
        "ls \"$(dirname \"$(command -v leadscore)\")/trained\" | wc -l\n```\n```text output\n2\n```\n", 2, 0),
    "a_training_that_fails_is_seen": ("```sh\nleadscore train --csv none.csv --label y -o m\n```\n", 1, 1),
    "a_program_compiles_and_runs": ("```c\nint main(void) { return 0; }\n```\n", 1, 0),
    "a_program_that_fails_is_seen": ("```c\nint main(void) { return 1; }\n```\n", 1, 1),
    "a_fragment_compiles": ("```c\nlsc_error error = LSC_ERROR_INIT;\n```\n", 1, 0),
    "functions_without_a_program_compile": ("```c\nint f(void)\n{\n    return 0;\n}\n```\n", 1, 0),
    "a_fragment_of_unknown_names_is_seen": ("```c\nlsc_nothing();\n```\n", 1, 1),
    "json_is_json": ('```json\n{"a": 1}\n```\n', 1, 0),
    "lines_of_json_are_json": ('```ndjson\n{"a": 1}\n{"a": 2}\n```\n', 1, 0),
    "json_that_is_broken_is_seen": ('```json\n{"a": }\n```\n', 1, 1),
    "a_named_block_is_a_file": ('```json file=a\n{}\n```\n```sh\ncat a\n```\n', 2, 0),
    "an_unknown_language_is_seen": ("```cobol\n```\n", 1, 1),
    "a_block_in_a_list_runs": ("- so:\n\n  ```sh\n  true\n  ```\n", 1, 0),
    "a_command_in_text_is_seen": ("```\nleadscore score\n```\n", 1, 1),
    "a_link_leads_somewhere": ("[this](a_link_leads_somewhere.md#top), [web](https://a.b/c)\n", 1, 0),
    "a_link_that_leads_nowhere_is_seen": ("[that](nowhere.md)\n", 1, 1),
    "text_is_left_alone": ("```text\n$ false\n```\n```\nfalse\n```\n", 0, 0),
}


def main(build):
    n_failed = 0
    pages = dict(PAGES)
    if not any(Path(build, "bindings/python/leadscore").glob("*.so")):
        del pages[RUNS_PYTHON]
        print(f"SKIPPED: {RUNS_PYTHON}: this build has no Python package")
    with tempfile.TemporaryDirectory() as folder:
        run_docs.make_commands(Path(build).resolve(), Path(folder, "runs"))
        for name, (text, n_run, n_wrong) in pages.items():
            path = Path(folder, f"{name}.md")
            path.write_text(text)
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                found = run_docs.Page(path, Path(build).resolve(), Path(folder, "runs"),
                                      Path(folder)).run()
            if found != (n_run, n_wrong):
                print(f"{name}: {found}, not {(n_run, n_wrong)}\n{printed.getvalue()}")
                n_failed += 1
    print(f"TESTS {len(pages)} {n_failed}")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
