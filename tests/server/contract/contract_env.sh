#!/bin/bash
# Installs Schemathesis (PyPI) and Spectral (npm) below a folder, where they are not there yet.
#
#     tests/server/contract/contract_env.sh FOLDER

set -euo pipefail

here=$(dirname "$0")
version=4.32.5
if [ "$(cat "$1/schemathesis-version" 2>/dev/null)" != $version ]; then
    python3 -m venv "$1/python"
    "$1/python/bin/pip" install --quiet --disable-pip-version-check schemathesis==$version
    echo $version >"$1/schemathesis-version"
fi
"$here/../../support/npm_folder.sh" "$here/package.json" "$1" >/dev/null
