#!/usr/bin/env bash
# Times `entact impute` (the whole command) and R's mice one after the other on one core, CPU time of user and system, and keeps timing.csv.
# mice imputes by chained regressions, Entact by one multivariate normal model: both under missing at random. rbmi is not in Debian; README.md
# gives what was measured elsewhere. Usage: reference/impute/time.sh [build/dev]
set -euo pipefail
cd "$(dirname "$0")/../.."
entact=${1:-build/dev}/bin/entact
rounds=5
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
peer=$(taskset -c 0 Rscript reference/impute/time_mice.R)
run() { for _ in $(seq $rounds); do taskset -c 0 "$entact" impute reference/impute/mapp_like.csv \
  --formula 'CHG ~ BASE*AVISIT + ARM*AVISIT + us(AVISIT | USUBJID)' --analysis 'ancova: CHG ~ BASE + ARM' --reference PBO --method bayes \
  --draws 500 --threads 1 --format json --quiet >/dev/null; done; }
ours=$({ TIMEFORMAT='%U %S'; time run; } 2>&1)
echo "task,entact_s,peer,peer_s" >reference/impute/timing.csv
echo "${peer%,*} (ours the whole command),$(awk "BEGIN { split(\"$ours\", t, \" \"); print (t[1] + t[2]) / $rounds }"),mice,${peer##*,}" >>reference/impute/timing.csv
cat reference/impute/timing.csv
