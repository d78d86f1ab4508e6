#!/usr/bin/env python3
"""Facts about check_includes.py and check_symbols.py: on trees with one fault each, they find it."""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run(script, *arguments):
    done = subprocess.run([sys.executable, HERE / script, *map(str, arguments)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


class Tree(unittest.TestCase):
    """A small project that keeps the law."""

    FILES = {
        "include/leadscore/lead.h": '#include <stddef.h>\n#include "status.h"\n'
                                    "LSC_API int lsc_lead_new(int a,\n                 int b);\n",
        "include/leadscore/status.h": "/* LSC_API int lsc_not_one(void); */\n"
                                      "#define LSC_API __attribute__((visibility(\"default\")))\n",
        "include/leadscore/train.h": "LSC_API int lsc_train_model(void);\n",
        "src/core/json.c": '#include "json.h"\n#include <cjson/cJSON.h>\n',
        "src/core/json.h": "#include <leadscore/status.h>\n",
        "src/lead/timeline.h": '#include "core/json.h"\nLSC_SHARED int lsc_lead_settle(void);\n',
        "src/score/margin.h": '#include "lead/timeline.h"\n',
        "src/cli/main.c": "#include <argp.h>\n#include <leadscore/lead.h>\n",
        "src/leadscore.map": "LEADSCORE_0.1 { global: lsc_lead_new; local: *; };\n"
                             "LEADSCORE_PRIVATE_0.1.0 { global: lsc_*; };\n",
    }

    def setUp(self):
        self.root = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for place, text in self.FILES.items():
            self.write(place, text)

    def write(self, place, text):
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class Includes(Tree):
    def check(self, *words):
        code, printed = run("check_includes.py", self.root)
        self.assertEqual(code, 1 if words else 0, printed)
        for word in words:
            self.assertIn(word, printed)

    def test_a_tree_that_keeps_the_law_passes(self):
        self.check()

    def test_a_module_may_not_include_one_above(self):
        self.write("src/lead/wrong.c", '#include "timeline.h"\n\n#include "score/margin.h"\n')
        self.check("src/lead/wrong.c:3: includes score/margin.h, but lead does not stand on score")

    def test_the_program_sees_public_headers_only(self):
        self.write("src/cli/wrong.c", '#include "core/json.h"\n')
        self.check("src/cli/wrong.c:1: includes core/json.h, which is not beside it")
        self.write("src/cli/wrong.c", "#include <leadscore/secret.h>\n")
        self.check("which is no public header")

    def test_a_third_party_has_one_owner(self):
        self.write("src/lead/wrong.c", "#  include <cjson/cJSON.h>\n")
        self.check("src/lead/wrong.c:1: includes cjson/cJSON.h, which only src/(core/json|")
        self.write("src/lead/wrong.c", "#include <xgboost/c_api.h>\n")
        self.check("which only src/train/")

    def test_public_headers_include_c_and_each_other_only(self):
        self.write("include/leadscore/wrong.h", "#include <sys/types.h>\n")
        self.write("include/leadscore/worse.h", "#include <zstd.h>\n")
        self.write("include/leadscore/worst.h", '#include "core/json.h"\n')
        self.check("worse.h:1: includes zstd.h, public headers", "worst.h:1: includes core/json.h")

    def test_an_unknown_header_or_module_is_told(self):
        self.write("src/core/wrong.c", "#include <expat.h>\n")
        self.write("src/misc/wrong2.c", "")
        self.check("src/core/wrong.c:1: includes expat.h, which is no header of C11",
                   "src/misc is no module")

    def test_no_two_files_share_a_name(self):
        self.write("src/lead/json.h", "")
        self.check("src/core/json.h:1: shares its name with src/lead/json.h")
        (self.root / "src/lead/json.h").unlink()
        self.write("tests/core/test_json.c", "")
        self.check()
        self.write("tests/lead/test_json.c", "")
        self.check("tests/core/test_json.c:1: shares its name with tests/lead/test_json.c")


@unittest.skipUnless(shutil.which("cc"), "no C compiler")
class Symbols(Tree):
    SOURCE = ("#define EXPORTED __attribute__((visibility(\"default\")))\n"
              "EXPORTED int lsc_lead_new(int a, int b) { return a + b; }\n"
              "EXPORTED int lsc_lead_settle(void) { return 0; }\n")

    def check(self, source, *words):
        self.write("library.c", source)
        library = self.root / "libleadscore.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-fvisibility=hidden",
                        f"-Wl,--version-script={self.root}/src/leadscore.map",
                        self.root / "library.c", "-o", library], check=True)
        code, printed = run("check_symbols.py", self.root, library)
        self.assertEqual(code, 1 if words else 0, printed)
        for word in words:
            self.assertIn(word, printed)

    def test_headers_map_and_library_that_agree_pass(self):
        self.check(self.SOURCE)

    def test_a_declaration_that_the_map_lacks_is_told(self):
        self.write("include/leadscore/model.h", "LSC_API const char *const *lsc_model_new(void);\n")
        self.check(self.SOURCE, "lsc_model_new is declared LSC_API, but not in leadscore.map")

    def test_a_name_in_the_map_that_nothing_defines_is_told(self):
        self.write("src/leadscore.map", "LEADSCORE_0.1 { global: lsc_lead_new; lsc_gone; local: "
                                        "*; };\nLEADSCORE_PRIVATE_0.1.0 { global: lsc_*; };\n")
        self.check(self.SOURCE, "lsc_gone is in leadscore.map, but not exported",
                   "lsc_gone is in leadscore.map, but not declared")

    def test_an_export_that_no_header_shares_is_told(self):
        self.check(self.SOURCE + "EXPORTED int lsc_secret(void) { return 0; }\n",
                   "lsc_secret is exported in LEADSCORE_PRIVATE_0.1.0, but no header declares")


if __name__ == "__main__":
    result = unittest.main(exit=False).result
    print(f"TESTS {result.testsRun} {len(result.failures) + len(result.errors)}")
    sys.exit(0 if result.wasSuccessful() else 1)
