#!/bin/sh
# As a new user would: install the packed package into an empty folder, with no compiler on the PATH, no
# network and no install scripts, and score a lead.
#
#     new_user.sh PACKAGE.tgz FOLDER
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
package=$(realpath "$1")
folder=$(realpath -m "$2")
n_run=0
n_failed=0

fact() {
    n_run=$((n_run + 1))
    name=$1
    shift
    if ! "$@"; then
        echo "$name: failed"
        n_failed=$((n_failed + 1))
    fi
}

# Nothing on the PATH but Node and npm.
alone() {
    (cd "$folder/app" && env -i PATH="$folder/bin" HOME="$folder/home" "$@")
}

rm -rf "$folder"
mkdir -p "$folder/bin" "$folder/app" "$folder/home"
for program in node npm; do
    ln -s "$(command -v "$program")" "$folder/bin/$program"
done
ln -s "$root/models" "$folder/app/models"
echo '{"name": "app", "private": true}' >"$folder/app/package.json"

no_compiler() {
    ! alone node -e 'require("child_process").execFileSync("cc", ["--version"])' 2>/dev/null
}

# The recipe of the page, as it stands there.
recipe() {
    sed -n '/^```js$/,/^```$/p;/^```text output$/q' "$root/docs/node.md" | grep -v '^```' >"$folder/app/recipe.mjs"
    [ "$(alone node recipe.mjs)" = 'scored 44 C' ]
}

common() {
    [ "$(alone node -p 'require("leadscore").loadModel("models/starter.lsm").info.name')" = starter ]
}

# With the system's XGBoost, which is nowhere on the PATH.
trained() {
    cat >"$folder/app/train.mjs" <<'END'
import { writeFileSync } from 'node:fs';
import { loadModel, train } from 'leadscore';
const rows = Array.from({ length: 300 }, (_, i) => `${(i * 7919) % 1009},${(i * 31) % 29},${(i * 31) % 29 > 9 + i % 9}`);
writeFileSync('leads.csv', ['size,visits,won', ...rows].join('\n'));
const { bundle } = await train({ table: 'leads.csv', label: 'won' }, { effort: 'quick' });
console.log(loadModel(bundle, { selfTest: true }).score({ visits: 20 }, { asOf: 0 }).status);
END
    [ "$(alone node train.mjs)" = scored ]
}

licences() {
    for name in libcjson libzstd libssl libsqlite3; do
        [ -s "$folder/app/node_modules/leadscore/licenses/$name.txt" ] || return 1
    done
    [ -s "$folder/app/node_modules/leadscore/LICENSE" ]
}

# What docs/node.md says.
old_glibc() {
    newest=$(readelf --version-info "$folder"/app/node_modules/leadscore/prebuilds/*/* |
        grep -oE 'GLIBC_[0-9.]+' | sort -Vu | tail -n 1)
    [ "$newest" = GLIBC_2.34 ] || { echo "it asks for $newest"; return 1; }
}

fact there_is_no_compiler no_compiler
fact it_installs_without_scripts_and_network alone npm install --ignore-scripts --offline --no-audit \
    --no-fund --loglevel=error "$package"
fact the_recipe_runs recipe
fact it_can_be_required common
fact a_model_is_trained trained
fact licences_come_along licences
fact it_asks_for_no_newer_c_library old_glibc
echo "TESTS $n_run $n_failed"
[ "$n_failed" -eq 0 ]
