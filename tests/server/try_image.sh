#!/bin/bash
# Builds the image of examples/server/deploy, without docker, and logs in to what runs in it.
#
#     tests/server/try_image.sh FOLDER     (as root; FOLDER is made anew)
#
# buildah builds the committed state. In place of debian:bookworm-slim it is given a minimal Debian 12 from this machine's
# mirror, so that no registry of images is asked.

set -euo pipefail

repository=$(realpath "$(dirname "$0")/../..")
folder=$(realpath -m "$1")
port=18080
owner=owner@acme.example

rm -rf --one-file-system "$folder"
mkdir -p "$folder/source"
images=(buildah --root "$folder/images" --runroot "$folder/run" --storage-driver vfs)

make_base() {
    "$repository/tests/support/debian_root.sh" "$folder/debian" ca-certificates >"$folder/debian.log"
    base=$("${images[@]}" from scratch)
    "${images[@]}" copy --quiet "$base" "$folder/debian" / >/dev/null
    "${images[@]}" config --cmd /bin/bash "$base"
    "${images[@]}" commit --quiet "$base" docker.io/library/debian:bookworm-slim >/dev/null
    "${images[@]}" rm "$base" >/dev/null
}

build() {
    git -C "$repository" archive HEAD | tar -x -C "$folder/source"
    "${images[@]}" bud --quiet --isolation chroot --network host --pull-never --format docker -t leadscore-server \
        -f "$folder/source/examples/server/deploy/Dockerfile" "$folder/source" >"$folder/build.log" 2>&1 ||
        { tail -n 40 "$folder/build.log" >&2 && exit 1; }
}

inside() {
    "${images[@]}" run --isolation chroot --user 10001 "$container" -- "$@"
}

make_base
build
container=$("${images[@]}" from --pull-never leadscore-server)
inside leadscore store init --store leadscore.db --organization acme
password=$(inside leadscore-server --first-owner "acme:$owner")
# buildah hands no signal on: the server is stopped from inside.
inside sh -c "leadscore-server --set address=127.0.0.1 --set port=$port --set events_port=0 &
    until [ -e stop ]; do sleep 0.2; done
    kill \$!
    wait \$!" >"$folder/log" &
server=$!
trap 'inside touch stop' EXIT
for _ in {1..100}; do
    grep -q '"event":"started"' "$folder/log" && break
    sleep 0.1
done
curl --silent --show-error --fail http://127.0.0.1:$port/healthz
curl --silent --show-error --fail http://127.0.0.1:$port/api/v1/auth/login -H 'Content-Type: application/json' \
    -d "{\"email\": \"$owner\", \"password\": \"$password\"}" | grep -q '"access_token":'
echo
trap - EXIT
inside touch stop
wait "$server"
echo "the image is built, and $owner logged in"
