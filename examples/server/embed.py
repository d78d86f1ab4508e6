#!/usr/bin/env python3
"""Write files as C: embed.py FILE... > embedded.c. openapi.json becomes srv_openapi_json."""

import sys
from pathlib import Path

print('#include "embedded.h"')
for path in map(Path, sys.argv[1:]):
    name = "srv_" + path.name.replace(".", "_")
    data = path.read_bytes()
    print(f"\nconst unsigned char {name}[] = {{")
    for start in range(0, len(data), 20):
        print("    " + ", ".join(map(str, data[start:start + 20])) + ",")
    print(f"    0}};\nconst size_t {name}_length = {len(data)};")
