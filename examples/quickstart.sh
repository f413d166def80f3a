#!/usr/bin/env bash
# Builds Firn and runs the quick start. Needs a JDK 17 and Maven, nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
for tool in "$java" mvn; do
  if ! command -v "$tool" > /dev/null; then
    echo "The quick start needs '$tool', which was not found. Install a JDK 17 and Maven 3.8.7 or newer." >&2
    exit 1
  fi
done

echo "Building Firn; the first time Maven downloads about 300 MB …"
mvn -q -B -ntp -Dmaven.test.skip -pl examples -am package

work=examples/target/quickstart
rm -rf "$work"
mkdir -p "$work/tmp"
"$java" -Xmx1g -Djava.io.tmpdir="$PWD/$work/tmp" -Dlog.file="$work/flink.log" -cp "examples/target/classes:$(< examples/target/classpath)" \
  dev.firn.examples.Quickstart examples/data/pgbench-cdc "$work/run" || {
  code=$?
  echo >&2
  echo "The quick start failed; Flink's log is in $work/flink.log" >&2
  exit "$code"
}
