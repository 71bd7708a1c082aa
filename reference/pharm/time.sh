#!/usr/bin/env bash
# Times a population of the reference model by Entact (ensemble_bench, rtol 1e-6) and by mrgsolve one after the other on one core, three rounds, and
# keeps timing.csv: seconds a participant for the same answer, the middle of three, by mrgsolve at the same tolerance and at the first one of a list
# that makes it as exact as Entact. mrgsolve is not in Debian: install it from CRAN or its sources, and r-cran-matrixstats.
# Usage: reference/pharm/time.sh [build/bench]
set -euo pipefail
cd "$(dirname "$0")/../.."
bench=${1:-build/bench}/ensemble_bench
rounds=$(mktemp)
trap 'rm -f "$rounds"' EXIT
for round in 1 2 3; do
  ours=$(taskset -c 0 "$bench" --benchmark_filter='tsitouras|means|full_rows' --benchmark_format=csv 2>/dev/null)
  one() { awk -F, -v name="$1" -v people="$2" 'index($1, name) { print $3 / 1000 / people }' <<<"$ours"; }
  taskset -c 0 Rscript reference/pharm/time_mrgsolve.R |
    awk -F, -v OFS=, -v all="$(one tsitouras 100000)" -v means="$(one means 20000)" -v rows="$(one full_rows 10000)" \
      '{ own = $2 == "every row" ? rows : $2 == "means" ? means : all; print $2, own, $1, $3, $4, $5 }' >>"$rounds"
done
echo "task,entact_s,peer,peer_s,peer_rtol,peer_error" >reference/pharm/timing.csv
for key in $(awk -F, '{ gsub(" ", "_", $1); print $1 "," $4 }' "$rounds" | sort -u); do
  middle() { awk -F, -v key="$key" -v at="$1" '{ what = $1; gsub(" ", "_", what); if (what "," $4 == key) print $at }' "$rounds" | sort -g | sed -n 2p; }
  version=$(cut -d, -f3 "$rounds" | head -1)
  echo "one participant of the six-state model: $(cut -d, -f1 <<<"${key//_/ }"),$(middle 2),mrgsolve $version at rtol $(cut -d, -f2 <<<"$key"),$(middle 5),$(cut -d, -f2 <<<"$key"),$(middle 6)" >>reference/pharm/timing.csv
done
cat reference/pharm/timing.csv
