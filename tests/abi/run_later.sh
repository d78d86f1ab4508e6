#!/bin/sh
# Runs the client of an older release with a library of a later one: the sources of today, in whose
# headers each struct that begins with its size has one member more.
#
#     tests/abi/run_later.sh FOLDER      FOLDER is made anew
#
# lsc_result stays as it is: it is part of lsc_explanation, where it could not grow (explain.h).

set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
folder=$1

rm -rf "$folder"
mkdir -p "$folder/source" "$folder/files"
for part in include src bindings pkgconfig models meson.build meson_options.txt; do
    cp -r "$root/$part" "$folder/source/"
done
mkdir "$folder/source/tests"
touch "$folder/source/tests/meson.build"

sed -i -E '/^typedef struct lsc_result \{/,/^\}/b
/^typedef struct \w+ \{/,/^\}/{
    /^    size_t size;/h
    /^\} \w+;/{
        x
        /size_t size/s/.*/    uint64_t added_later;/p
        s/.*//
        x
    }
}' "$folder"/source/include/leadscore/*.h
n_grown=$(grep -c added_later "$folder"/source/include/leadscore/*.h | awk -F: '{n += $2} END {print n}')
echo "$n_grown structs have a member more"
[ "$n_grown" -ge 8 ]

meson setup "$folder/build" "$folder/source" -Dtraining=disabled -Dtests=false >"$folder/log" &&
    ninja -C "$folder/build" >>"$folder/log" || { tail -n 40 "$folder/log"; exit 1; }
cc -std=c11 -I "$here/0.1" "$here/client.c" -o "$folder/client" -L "$folder/build" -lleadscore
LD_LIBRARY_PATH=$folder/build "$folder/client" "$root/tests/golden/gbdt.lsm" "$folder/files"
