#!/bin/sh
# Makes starter.lsm of starter-rules.json and the library's default feature spec.
#
#     models/make-starter.sh [PROGRAM] [OUTPUT]     (default: build/leadscore, models/starter.lsm)

set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=${1:-$here/../build/leadscore}
output=${2:-$here/starter.lsm}

"$program" scorecard --name starter --rules "$here/starter-rules.json" -o "$output"
