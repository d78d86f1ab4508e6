#!/bin/bash
# From nothing to scored leads and the reasons for a score. Shows each command that it runs.
#
#     examples/demo.sh PROGRAM FOLDER
#
# What an earlier run left in FOLDER, with the same program, is used again.

set -euo pipefail

program=$(realpath "$1")
folder=$2
leads=(--leads leads.ndjson --activities activities.ndjson)
as_of=2026-04-01T00:00:00Z

say() {
    printf '\n%s\n' "$1"
}

# Show a command, folded before an option, and run it.
leadscore() {
    local line='    $ leadscore' word
    echo
    for word in "$@"; do
        if [[ $word == -* && ${#line} -gt 64 ]]; then
            printf '%s \\\n' "$line"
            line='         '
        fi
        line+=" $word"
    done
    printf '%s\n\n' "$line"
    "$program" "$@"
}

# Whether a file is there and newer than the program.
is_made() {
    [ "$1" -nt "$program" ]
}

mkdir -p "$folder"
cd "$folder"

say '1. Sample data: 5000 leads, what they did, and which of them became customers.'
if is_made outcomes.ndjson; then
    say "    They are there already, in $folder."
else
    leadscore sample --leads 5000 --seed 7 -o .
fi

say '2. Train: who becomes a customer within 90 days, seen from many days of the past.'
if is_made model.lsm; then
    say "    It is there already, in $folder/model.lsm."
    leadscore inspect model.lsm
else
    leadscore train "${leads[@]}" --outcomes outcomes.ndjson --horizon 90d -o model.lsm
fi

say '3. Score all leads as of 1 April 2026. The ten best:'
leadscore score model.lsm "${leads[@]}" --as-of $as_of --top 10 --format table

say '4. Explain the score of the best.'
best=$("$program" score model.lsm "${leads[@]}" --as-of $as_of --top 1 --format csv | tail -n 1)
leadscore explain model.lsm "${leads[@]}" --as-of $as_of --id "${best%%,*}"

say "All of it is in $folder. Now try your own data: leadscore train --help."
