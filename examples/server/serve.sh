#!/bin/bash
# Starts the server on sample data, which is made where there is none.
#
#     examples/server/serve.sh FOLDER
#
# FOLDER is where `make server` built: the libraries in FOLDER/prefix, the server in FOLDER/host. What it
# holds is in FOLDER/data: remove that to begin anew.

set -euo pipefail

folder=$(realpath "$1")
export LD_LIBRARY_PATH=$folder/prefix/lib
leadscore=$folder/prefix/bin/leadscore
data=$folder/data
port=${LEADSCORE_SERVER_PORT:-8080}

make_data() {
    echo "Making sample data in $data ..."
    mkdir -p "$data"
    "$leadscore" sample --leads 500 --seed 7 -o "$data/sample"
    "$leadscore" store init --store "$data/new.db" --organization acme
    "$leadscore" ingest --store "$data/new.db" --organization acme --leads "$data/sample/leads.ndjson" \
        --activities "$data/sample/activities.ndjson" --outcomes "$data/sample/outcomes.ndjson"
    mv "$data/new.db" "$data/leadscore.db"
}

[ -e "$data/leadscore.db" ] || make_data
echo "Listening on http://127.0.0.1:$port, its API on http://127.0.0.1:$port/docs. Ctrl-C ends it."
cd "$data"
exec "$folder/host/leadscore-server"
