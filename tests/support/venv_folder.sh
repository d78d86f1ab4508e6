#!/bin/sh
# Make an environment of Python with what a requirements.txt names, where it is not there yet:
#     venv_folder.sh REQUIREMENTS FOLDER
set -eu
if ! cmp -s "$1" "$2/requirements.txt"; then
    rm -rf "$2"
    /usr/bin/python3 -m venv "$2"
    "$2/bin/pip" install --quiet --disable-pip-version-check -r "$1"
    cp "$1" "$2/requirements.txt"
fi
