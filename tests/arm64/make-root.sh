#!/bin/sh
# Unpacks what the tests link on arm64 from Debian's packages, and writes the Meson cross file.
#
#     tests/arm64/make-root.sh FOLDER
#
# FOLDER/tree is then a system root for the cross compiler and for qemu, FOLDER/cross.ini tells
# Meson of both. Nothing of this machine's own packages is touched: apt works in FOLDER alone. Where
# all is there already it does nothing.

set -eu
folder=$(realpath -m "$1")
packages='libc6 libc6-dev linux-libc-dev libgcc-s1 libcjson1 libcjson-dev libzstd1 libzstd-dev libssl3
    libssl-dev libsqlite3-0 libsqlite3-dev check libsubunit0 libsubunit-dev'

if [ "$(cat "$folder/complete" 2>/dev/null)" = "$packages" ]; then
    exit 0
fi
rm -rf "$folder"
mkdir -p "$folder/apt/state/lists/partial" "$folder/apt/cache/archives/partial" "$folder/tree"
touch "$folder/apt/status"

apt_arm64() {
    apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State="$folder/apt/state" \
        -o Dir::State::status="$folder/apt/status" -o Dir::Cache="$folder/apt/cache" \
        -o APT::Sandbox::User=root "$@"
}

echo 'Fetching libraries for arm64'
apt_arm64 update
cd "$folder/apt"
# shellcheck disable=SC2086 # one word a package
apt_arm64 download $packages
for package in ./*.deb; do
    dpkg-deb --extract "$package" "$folder/tree"
done

cat >"$folder/cross.ini" <<END
[binaries]
c = 'aarch64-linux-gnu-gcc'
ar = 'aarch64-linux-gnu-ar'
strip = 'aarch64-linux-gnu-strip'
pkgconfig = 'pkg-config'
exe_wrapper = ['qemu-aarch64', '-L', '$folder/tree']

[built-in options]
c_args = ['--sysroot=$folder/tree']
c_link_args = ['--sysroot=$folder/tree']

[properties]
sys_root = '$folder/tree'
pkg_config_libdir = '$folder/tree/usr/lib/aarch64-linux-gnu/pkgconfig'

[host_machine]
system = 'linux'
cpu_family = 'aarch64'
cpu = 'aarch64'
endian = 'little'
END
printf '%s\n' "$packages" >"$folder/complete"
