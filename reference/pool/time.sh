#!/bin/sh
# Times metafor and Entact side by side, in turn and three times, on one idle core. Usage: reference/pool/time.sh [build/bench]
set -e
here=$(dirname "$0")
bench=${1:-$here/../../build/bench}/pool_bench
lscpu | grep -E 'Model name|^CPU\(s\)'
for round in 1 2 3; do
  OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 taskset -c 0 Rscript "$here/time_metafor.R" "$here/input.json"
  taskset -c 0 "$bench" --benchmark_repetitions=11 --benchmark_report_aggregates_only=true --benchmark_min_time=0.2
done
