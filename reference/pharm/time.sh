#!/usr/bin/env bash
# Times a population of the reference model by Entact (ensemble_bench) and by mrgsolve one after the other on one core, three rounds, and keeps
# timing.csv: CPU seconds a participant. mrgsolve is not in Debian: install it from CRAN or its sources. Usage: reference/pharm/time.sh [build/bench]
set -euo pipefail
cd "$(dirname "$0")/../.."
bench=${1:-build/bench}/ensemble_bench
one() { awk -F, -v name="$1" -v people="$2" 'index($1, name) { print $3 / 1000 / people }' <<<"$ours"; }
echo "round,what,entact_s,mrgsolve,mrgsolve_s,mrgsolve_error" >reference/pharm/timing.csv
for round in 1 2 3; do
  ours=$(taskset -c 0 "$bench" --benchmark_filter='tsitouras|means|full_rows' --benchmark_format=csv 2>/dev/null)
  peer=$(taskset -c 0 Rscript reference/pharm/time_mrgsolve.R)
  echo "$round,means and quantiles of 100000 people,$(one tsitouras 100000),$peer" >>reference/pharm/timing.csv
  echo "$round,means of 20000 people,$(one means 20000),$peer" >>reference/pharm/timing.csv
  echo "$round,every row of 10000 people,$(one full_rows 10000),$peer" >>reference/pharm/timing.csv
done
cat reference/pharm/timing.csv
