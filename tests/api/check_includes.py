#!/usr/bin/env python3
"""Hold the sources to the dependency law of docs/ARCHITECTURE.md, over their #include lines.

    check_includes.py [ROOT]

A module includes its own headers and those of the modules below it; programs that use the library
see its public headers only; one file or folder owns each third party; and no two files share a name.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

# What each module stands on, itself included.
BELOW = {"core": ["core"]}
BELOW["lead"] = ["lead", *BELOW["core"]]
BELOW["features"] = ["features", *BELOW["lead"]]
BELOW["model"] = ["model", *BELOW["features"]]
BELOW["score"] = ["score", *BELOW["model"]]
BELOW["explain"] = ["explain", *BELOW["score"]]
BELOW["arrow"] = ["arrow", *BELOW["explain"]]
BELOW["train"] = ["train", *BELOW["score"]]
BELOW["store"] = ["store", *BELOW["core"]]
BELOW["pipeline"] = ["pipeline", "store", *BELOW["explain"]]

# Folders whose files see the public headers and their own, and nothing else of the project.
CLIENTS = ["src/cli", "examples", "bindings"]

# Clients of several folders: their files name one another from here.
HOSTS = ["examples/server", "bindings"]

# Third parties: a pattern of headers, and of the files that may include them. The program does not see
# core, so it has its own reader of JSON.
OWNERS = {
    r"(cjson/)?cJSON.*\.h": r"src/(core/json|cli/json_in)\.c",
    r"openssl/.*": r"src/core/(aes_gcm|hash|crypto_context|ed25519|key_pem|mac|secret)\.[ch]",
    r"sys/random\.h": r"src/core/secret\.c",
    r"zstd.*\.h": r"src/model/(bundle|zstd)\w*\.[ch]",
    r"xgboost/.*": r"src/train/\w+\.[ch]|bindings/common/find_xgboost\.c",
    r"argp\.h": r"src/cli/\w+\.[ch]",
    # The host is a project of its own, with libraries of its own (docs/dependencies.md).
    r"(curl/curl|getopt|jansson|libwebsockets|liboath/oath|microhttpd|rhonabwy|sodium|uthash|zlib)\.h|"
    r"hiredis/hiredis\.h|ev\.h": r"examples/server/.*",
    r"(imm|emm)intrin\.h|arm_neon\.h": r"src/(score/score|explain/shap|arrow/tile)_(portable|avx2|avx512)\.c",
    r"sqlite3\.h": r"src/store/database\.c|examples/server/auth/auth_db\.c",
    r"node_api\.h": r"bindings/node/src/node_values\.h",
}

# Headers of C11 and POSIX.1-2008 are anyone's.
STANDARD = set("""
    assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign
    stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar
    wchar wctype
    arpa/inet dirent dlfcn fcntl langinfo netdb netinet/in poll pthread regex strings unistd sys/ioctl
    sys/mman sys/resource sys/socket sys/stat sys/time sys/types sys/wait termios
""".split())

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def sources(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in (".c", ".h", ".def"))


class Law:
    def __init__(self, root):
        self.root = root
        self.public = {path.name for path in sources(root / "include" / "leadscore")}
        self.faults = []

    def fault(self, path, line, words):
        self.faults.append(f"{path.relative_to(self.root)}:{line}: {words}")

    def check(self):
        for path in sources(self.root / "include"):
            self.check_file(path, self.public_header)
        for path in sources(self.root / "src"):
            module = path.relative_to(self.root / "src").parts[0]
            if "src/" + module in CLIENTS:
                self.check_file(path, self.client)
            elif module in BELOW:
                self.check_file(path, self.module_file(BELOW[module]))
            else:
                self.fault(path, 1, f"src/{module} is no module of docs/ARCHITECTURE.md")
        for folder in CLIENTS:
            if not folder.startswith("src/"):
                for path in sources(self.root / folder):
                    self.check_file(path, self.client)
        self.check_names()
        return self.faults

    def check_file(self, path, allowed):
        text = path.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            quoted, header = match[1] == '"', match[2]
            why_not = allowed(path, quoted, header)
            if why_not:
                self.fault(path, line, f"includes {header}, {why_not}")

    def system(self, path, header):
        """Why a header in angle brackets that is none of ours is not allowed; None when it is."""
        if header.removesuffix(".h") in STANDARD:
            return None
        place = path.relative_to(self.root).as_posix()
        for pattern, owner in OWNERS.items():
            if re.fullmatch(pattern, header):
                return None if re.fullmatch(owner, place) else f"which only {owner} may"
        return "which is no header of C11, POSIX or a dependency of ours"

    def public_header(self, path, quoted, header):
        if quoted:
            return None if header in self.public else "which is no public header"
        standard = header.removesuffix(".h") in STANDARD
        return None if standard else "public headers include C11 and each other only"

    def client(self, path, quoted, header):
        if quoted:
            hosts = [self.root / host for host in HOSTS]
            own = (path.parent / header).exists() or any(
                host in path.parents and (host / header).exists() for host in hosts)
            return None if own else "which is not beside it: clients see public headers only"
        if header.startswith("leadscore/"):
            public = header.removeprefix("leadscore/") in self.public
            return None if public else "which is no public header"
        return self.system(path, header)

    def module_file(self, below):
        def allowed(path, quoted, header):
            if not quoted:
                if header.startswith("leadscore/"):
                    public = header.removeprefix("leadscore/") in self.public
                    return None if public else "which is no public header"
                return self.system(path, header)
            if (path.parent / header).exists():
                return None
            if not (self.root / "src" / header).exists():
                return "which is neither beside it nor below src/"
            module = header.split("/")[0]
            return None if module in below else f"but {below[0]} does not stand on {module}"
        return allowed

    def check_names(self):
        """File names are unique: an #include says all, and so does the name in a message."""
        places = defaultdict(list)
        held = self.root / "tests" / "abi"  # headers of older releases
        for folder in ("include", "src", "examples", "bindings", "tests"):
            for path in sources(self.root / folder):
                if held not in path.parents:
                    places[path.name].append(path)
        for name, paths in sorted(places.items()):
            if len(paths) > 1:
                others = ", ".join(str(path.relative_to(self.root)) for path in paths[1:])
                self.fault(paths[0], 1, f"shares its name with {others}")


def main(arguments):
    root = Path(arguments[0] if arguments else __file__ + "/../../..").resolve()
    faults = Law(root).check()
    for fault in faults:
        print(fault)
    print(f"TESTS 1 {1 if faults else 0}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
