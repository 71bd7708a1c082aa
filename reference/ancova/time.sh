#!/usr/bin/env bash
# Times `entact ancova` (the whole command: start, reading, every form of the answer) and R's lm and emmeans (in a session that is open)
# one after the other on one core, CPU time of user and system, and keeps timing.csv. Usage: reference/ancova/time.sh [build/dev]
set -euo pipefail
cd "$(dirname "$0")/../.."
entact=${1:-build/dev}/bin/entact
rounds=50
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
peer=$(taskset -c 0 Rscript reference/ancova/time_lm.R)
run() { for _ in $(seq $rounds); do taskset -c 0 "$entact" ancova reference/ancova/input.csv --formula 'CHG ~ BASE + ARM' --by AVISIT \
  --reference PLACEBO --format json --quiet >/dev/null; done; }
ours=$({ TIMEFORMAT='%U %S'; time run; } 2>&1)
echo "task,entact_s,peer,peer_s" >reference/ancova/timing.csv
echo "${peer%,*} (ours the whole command),$(awk "BEGIN { split(\"$ours\", t, \" \"); print (t[1] + t[2]) / $rounds }"),lm and emmeans,${peer##*,}" >>reference/ancova/timing.csv
cat reference/ancova/timing.csv
