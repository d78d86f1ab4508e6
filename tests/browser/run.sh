#!/bin/sh
# Open the pages of `leadscore report` in Chromium:    run.sh PROGRAM FOLDER
# Playwright and axe are installed below FOLDER, at the versions of package.json.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../support/npm_folder.sh" "$here/package.json" "$2"
exec node "$here/test_report.mjs" "$1" "$2"
