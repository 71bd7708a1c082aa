#!/usr/bin/env bash
# Times Entact (mmrm_bench) and R's nlme one after the other on one core, CPU time, and keeps timing.csv.
# Usage: reference/mmrm/time.sh [build/bench]     (R's mmrm is not in Debian; README.md gives its published times)
set -euo pipefail
cd "$(dirname "$0")/../.."
bench=${1:-build/bench}/mmrm_bench
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
peer=$(taskset -c 0 Rscript reference/mmrm/time_nlme.R)
ours=$(taskset -c 0 "$bench" --benchmark_filter='reference' --benchmark_format=csv --benchmark_min_time=0.5 2>/dev/null)
echo "task,entact_s,peer,peer_s" >reference/mmrm/timing.csv
while IFS=, read -r task seconds; do
  name=$([[ $task == *"10 visits"* ]] && echo reference/long10_n300 || echo reference/mapp_like)
  mine=$(grep "\"$name\"" <<<"$ours" | cut -d, -f4)
  echo "$task (ours with Kenward-Roger and means),$(awk "BEGIN { print $mine / 1000 }"),nlme gls,$seconds" >>reference/mmrm/timing.csv
done <<<"$peer"
cat reference/mmrm/timing.csv
