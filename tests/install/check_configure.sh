#!/bin/sh
# A build folder that was set up with other options is set up again, and one that has them is left as it is.
#
#     check_configure.sh ROOT FOLDER

set -eu

configure=$1/.ci/configure
folder=$2
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
echo "project('options')" >meson.build
echo "message('made with ' + get_option('jar') + ' and ' + get_option('other'))" >>meson.build
echo "option('jar', type: 'string', value: 'nothing')" >meson_options.txt
echo "option('other', type: 'string', value: 'nothing')" >>meson_options.txt

run=0
failed=0

# configured MESSAGE ARGUMENTS: whether the folder was made anew with that, or with "" was left
configured() {
    wanted=$1
    shift
    rm -f build/meson-logs/meson-log.txt
    "$configure" build "$@"
    run=$((run + 1))
    found=$(sed -n 's/^Message: //p' build/meson-logs/meson-log.txt 2>/dev/null || true)
    if [ "$found" != "$wanted" ]; then
        failed=$((failed + 1))
        echo "$*: \"$found\", must be \"$wanted\""
    fi
}

meson setup build -Djar=no >/dev/null
configured ''
configured '' -Djar=no
configured 'made with no and some' -Djar=no -Dother=some
configured 'made with yes and some' -Djar=yes
configured '' -Djar=yes -Dother=some
configured '' . -Djar=yes
rm -r build
configured 'made with yes and nothing' . -Djar=yes

# What Meson says is seen where it fails, and else is not.
run=$((run + 1))
good=$("$configure" build . -Djar=no 2>&1)
bad=$("$configure" other missing 2>&1) || true
if [ -n "$good" ] || [ "$bad" = "${bad#*ERROR}" ]; then
    failed=$((failed + 1))
    echo "said where it works: \"$good\"; and where it fails: \"$bad\""
fi

echo "TESTS $run $failed"
[ "$failed" -eq 0 ]
