#!/bin/sh
# Runs the tests with every JDK from 17 on, that of the PATH and those below /usr/lib/jvm, and then once under
# LeakSanitizer.
#
#     everywhere.sh JAR FOLDER

set -eu

jar=$(realpath "$1")
folder=$(realpath -m "$2")
here=$(dirname "$(realpath "$0")")
mkdir -p "$folder"

homes=$(for javac in "$(command -v javac)" /usr/lib/jvm/*/bin/javac; do
    [ ! -x "$javac" ] || dirname "$(dirname "$(realpath "$javac")")"
done | sort -u)

run=0
failed=0

# add HOME ARGUMENTS: what the tests came to with a JDK
add() {
    home=$1
    shift
    counts=$(PATH="$home/bin:$PATH" python3 -B "$here/run_junit.py" "$@" | tee /dev/stderr | tail -n 1)
    run=$((run + $(echo "$counts" | cut -d ' ' -f 2)))
    failed=$((failed + $(echo "$counts" | cut -d ' ' -f 3)))
}

for home in $homes; do
    version=$("$home/bin/javac" -version 2>&1 | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    [ "$version" -ge 17 ] || continue
    echo "== Java $version: $home"
    add "$home" "$jar" "$folder/$version"
done
echo "== leaks"
add "$(dirname "$(dirname "$(realpath "$(command -v javac)")")")" --leaks "$jar" "$folder/leaks"

echo "$((run - failed)) passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$run" -gt 0 ]
