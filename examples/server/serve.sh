#!/bin/bash
# Starts the server on sample data, which is made where there is none.
#
#     examples/server/serve.sh FOLDER [DATA]
#
# FOLDER is where `make server` built: the libraries in FOLDER/prefix, the server in FOLDER/host. What it
# holds is in DATA, by default FOLDER/data: remove that to begin anew.

set -euo pipefail

folder=$(realpath "$1")
export LD_LIBRARY_PATH=$folder/prefix/lib
leadscore=$folder/prefix/bin/leadscore
server=$folder/host/leadscore-server
data=$(realpath -m "${2:-$1/data}")
owner=owner@acme.example
port=${LEADSCORE_SERVER_PORT:-8080}
events_port=${LEADSCORE_SERVER_EVENTS_PORT:-8081}

make_data() {
    echo "Making sample data in $data ..."
    rm -rf "$data"
    mkdir -p "$data"
    cd "$data"
    "$leadscore" sample --leads 500 --seed 7 -o sample
    "$leadscore" store init --store leadscore.db --organization acme --name 'Acme Corp'
    "$leadscore" ingest --store leadscore.db --organization acme --leads sample/leads.ndjson \
        --activities sample/activities.ndjson --outcomes sample/outcomes.ndjson
    "$leadscore" store add-model --store leadscore.db --organization acme --activate \
        --model "$folder/prefix/share/leadscore/models/starter.lsm"
    (umask 077 && "$server" --first-owner "acme:$owner" >first-login)
}

[ -s "$data/first-login" ] || make_data
cd "$data"
echo
echo "    http://127.0.0.1:$port        the API; http://127.0.0.1:$port/docs describes it"
echo "    ws://127.0.0.1:$events_port/api/v1/events    what happens, as it happens"
echo "    $owner    $(cat first-login)    the first login"
echo
echo "Ctrl-C ends it. What follows is its log."
exec "$server"
