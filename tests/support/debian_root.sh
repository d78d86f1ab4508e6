#!/bin/bash
# Makes a minimal Debian 12 in FOLDER, with the mirror, the proxy and the certificates of this machine.
#
#     tests/support/debian_root.sh FOLDER PACKAGE,PACKAGE...     (as root)

set -euo pipefail

root=$1

mirror() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
        grep -v '^ *#' | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1
}

mkdir -p "$root"
debootstrap --variant=minbase --include="$2" bookworm "$root" "$(mirror)"
apt-config dump Acquire::Check-Date Acquire::Check-Valid-Until Acquire::http::Proxy \
    Acquire::https::Proxy >"$root/etc/apt/apt.conf.d/90host"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
find /usr/local/share/ca-certificates -name '*.crt' -exec \
    cp {} "$root/usr/local/share/ca-certificates/" \;
chroot "$root" update-ca-certificates
