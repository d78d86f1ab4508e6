#!/bin/sh
# The package's types, by TypeScript's own compiler, which npm installs below FOLDER:
#
#     check_types.sh PACKAGE_FOLDER FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
package=$(realpath "$1")
mkdir -p "$2"
cd "$2"
if ! cmp -s "$here/package.json" package.json || [ ! -d node_modules/typescript ]; then
    cp "$here/package.json" .
    npm install --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error
fi
rm -rf node_modules/leadscore
ln -s "$package" node_modules/leadscore
cp "$here"/types* "$here/tsconfig.json" .
failed=0
node_modules/.bin/tsc -p tsconfig.json || failed=1
echo "TESTS 1 $failed"
exit "$failed"
