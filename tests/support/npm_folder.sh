#!/bin/sh
# Install what a package.json names below a folder, where it is not there yet:    npm_folder.sh PACKAGE_JSON FOLDER
set -eu
mkdir -p "$2"
if ! cmp -s "$1" "$2/package.json" || [ ! -d "$2/node_modules" ]; then
    cp "$1" "$2/package.json"
    (cd "$2" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts)
fi
