#!/bin/sh
# Runs the tests as a project of Maven does, which has the jar from its file and all else from the registry.
#
#     with_maven.sh JAR FOLDER

set -eu

jar=$(realpath "$1")
folder=$(realpath -m "$2")
here=$(dirname "$(realpath "$0")")
rm -rf "$folder/scratch"
mkdir -p "$folder"
version=$(cd "$folder" && jar --extract --file "$jar" META-INF/MANIFEST.MF &&
    tr -d '\r' <META-INF/MANIFEST.MF | sed -n 's/^Implementation-Version: //p')

quiet="mvn --batch-mode --quiet -Dmaven.repo.local=$folder/repository"
$quiet org.apache.maven.plugins:maven-install-plugin:3.1.1:install-file "-Dfile=$jar"
$quiet -f "$here/maven/pom.xml" "-Dscratch=$folder/scratch" "-Dleadscore.version=$version" \
    "-Dleadscore.root=$(realpath "$here/../..")" test
grep -ho 'tests="[0-9]*" errors="[0-9]*" skipped="[0-9]*" failures="[0-9]*"' "$folder"/scratch/surefire-reports/*.xml |
    tr -c '0-9\n' ' ' | awk '{ run += $1 - $3; failed += $2 + $4 }
        END { print run - failed " passed, " failed " failed"; exit run == 0 || failed > 0 }'
