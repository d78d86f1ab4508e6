#!/bin/bash
# The two commands of the README, on a machine with nothing on it.
#
#     tests/bare/run.sh FOLDER [COMMAND...]     (as root; FOLDER is made anew, and left for a look)
#
# Makes a minimal Debian 12 with only git, make and ca-certificates added, clones the committed
# state of this repository into it, and runs "make demo" and "make test" there, or the given
# commands. Each is then run again with the network cut off: that must work, and install nothing.
#
# The mirror, the proxy and the certificates are those of this machine.

set -euo pipefail

# In a mount namespace of its own, so that nothing stays mounted.
if [ -z "${IN_OWN_NAMESPACE:-}" ]; then
    IN_OWN_NAMESPACE=1 exec unshare --mount --propagation private "$0" "$@"
fi

root=$(realpath -m "$1")
shift
if [ $# -eq 0 ]; then
    set -- 'make demo' 'make test'
fi
repository=$(realpath "$(dirname "$0")/../..")
clone=/srv/leadscore

make_root() {
    rm -rf --one-file-system "$root"
    "$repository/tests/support/debian_root.sh" "$root" git,make,ca-certificates

    mount -t proc proc "$root/proc"
    mkdir -p "$root/dev/pts"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
    ln -sf pts/ptmx "$root/dev/ptmx"
    mkdir "$root/mnt/repository"
    mount --bind "$repository" "$root/mnt/repository"
    mount -o remount,bind,ro "$root/mnt/repository"
    in_root git clone --quiet /mnt/repository "$clone"
    umount "$root/mnt/repository"
}

in_root() {
    chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

without_network() {
    unshare --net chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

packages() {
    in_root dpkg-query --show
}

twice() {
    echo "== $1"
    SECONDS=0
    in_root sh -c "cd $clone && $1" </dev/null
    echo "== $1: $SECONDS s"

    installed=$(packages)
    echo "== $1, again, without a network"
    SECONDS=0
    without_network sh -c "cd $clone && $1" </dev/null
    echo "== $1, again, without a network: $SECONDS s"
    if [ "$installed" != "$(packages)" ]; then
        echo "== $1, again, installed something" >&2
        exit 1
    fi
}

make_root
for command in "$@"; do
    twice "$command"
done
echo "== in a bare Debian $(cat "$root/etc/debian_version"): all of it works"
