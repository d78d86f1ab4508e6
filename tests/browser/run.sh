#!/bin/sh
# Open the pages of `leadscore report` in Chromium:    run.sh PROGRAM FOLDER
# Playwright and axe are installed below FOLDER, at the versions of package.json.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$2"
if ! cmp -s "$here/package.json" "$2/package.json" || [ ! -d "$2/node_modules" ]; then
    cp "$here/package.json" "$2/"
    (cd "$2" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts)
fi
exec node "$here/test_report.mjs" "$1" "$2"
