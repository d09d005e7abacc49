#!/usr/bin/env bash
# Runs Nextflow from its published jars, without its installer and without network: run.sh NEXTFLOW-ARGUMENTS
# The jars are fetched once with Maven into target/nextflow (needs Java 17 or later and mvn).
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
home="${BREAKAPART_NEXTFLOW:-$here/../../target/nextflow}"
if ! ls "$home"/lib/nextflow-*.jar >/dev/null 2>&1; then
    command -v mvn >/dev/null || { echo "run.sh: mvn is needed once, to fetch Nextflow" >&2; exit 1; }
    mkdir -p "$home"
    mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$(cd "$home" && pwd)/lib"
fi
export NXF_OFFLINE=true NXF_DISABLE_CHECK_LATEST=true NXF_ANSI_LOG="${NXF_ANSI_LOG:-false}" NXF_HOME="${NXF_HOME:-$home/home}"
# Packages that Nextflow's serialiser and file systems access by reflection, since Java 17.
open=()
for package in java.lang java.io java.nio java.net java.util java.util.concurrent java.util.concurrent.atomic \
    java.util.concurrent.locks java.util.regex sun.nio.ch sun.nio.fs sun.net.www.protocol.http \
    sun.net.www.protocol.https sun.net.www.protocol.ftp sun.net.www.protocol.file jdk.internal.misc jdk.internal.vm; do
    open+=("--add-opens=java.base/$package=ALL-UNNAMED")
done
exec java "${open[@]}" -XX:+UseSerialGC -Xmx1g -cp "$home/lib/*" nextflow.cli.Launcher "$@"
