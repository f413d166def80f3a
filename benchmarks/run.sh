#!/usr/bin/env bash
# Builds Firn and measures it beside others. Needs a JDK 17 and Maven, nothing else.
#   benchmarks/run.sh               all of it
#   benchmarks/run.sh --brief       the same with little data, to see that it works
#   benchmarks/run.sh ingest        one part: ingest, workloads or checkpoints
#   benchmarks/run.sh --only=firn,reference
#   benchmarks/run.sh amplification [rows=200000 changes=50000 workload=zipf …]
#   benchmarks/run.sh restore [rows=100000000 threads=1,2,4 key=uuid latency=30 directory=…]
#   benchmarks/run.sh stored-indexes
#   benchmarks/run.sh micro [--brief] [names]
#   benchmarks/run.sh --report      the report of the last run again
#   … --write-docs                  puts the report into docs/benchmarks.md too
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
for tool in "$java" mvn; do
  if ! command -v "$tool" > /dev/null; then
    echo "The benchmarks need '$tool', which was not found. Install a JDK 17 and Maven 3.8.7 or newer." >&2
    exit 1
  fi
done

echo "Building Firn; the first time Maven downloads more than 500 MB …"
mvn ${MAVEN_OPTIONS:-} -q -B -ntp -DskipTests -pl benchmarks,runtimes/spark -am package

classes="benchmarks/target/classes:$(< benchmarks/target/classpath)"
case "${1:-}" in
  amplification)
    exec "$java" -Xmx3g -cp "$classes" dev.firn.benchmarks.amplification.Amplification "${@:2}"
    ;;
  restore)
    exec "$java" -Xmx2g -cp "$classes" dev.firn.sink.Restores "${@:2}"
    ;;
  stored-indexes)
    exec "$java" -Xmx2g -cp "$classes" dev.firn.index.StoredIndexes
    ;;
  micro)
    exec "$java" -cp "$classes" dev.firn.benchmarks.Microbenchmarks "${@:2}"
    ;;
  *)
    exec "$java" -Xmx512m -Djava.awt.headless=true -cp "$classes" dev.firn.benchmarks.contest.Contest . "$@"
    ;;
esac
