#!/bin/sh
# Times R's survival and Entact side by side, in turn, on one core, CPU time. Usage: reference/survival/time.sh [build/bench] [rounds]
set -e
here=$(dirname "$0")
bench=${1:-$here/../../build/bench}/cox_bench
lscpu | grep -E 'Model name|^CPU\(s\)'
for round in $(seq "${2:-3}"); do
  OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 taskset -c 0 Rscript "$here/time_survival.R"
  taskset -c 0 "$bench" --benchmark_repetitions=3 --benchmark_report_aggregates_only=true --benchmark_min_time=0.2
done
