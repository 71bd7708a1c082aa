#!/usr/bin/env bash
# CPU time of 10,000 trials by entact, beside a loop in R that does the same (simulate.R): writes timing.csv. Usage: time.sh ENTACT [R_REPLICATES]
set -euo pipefail
entact=$(realpath "$1")
cd "$(dirname "$0")"
TIMEFORMAT='%U %S'
ours=$({ time "$entact" trial trial.toml --quiet --threads 2 >/dev/null; } 2>&1 | awk '{print ($1 + $2) / 10000}')
Rscript simulate.R "${2:-100}" 1 >r_timed.json
peer=$(sed 's/.*"seconds_a_replicate": \([0-9.]*\).*/\1/' r_timed.json)
rm r_timed.json
printf 'task,entact_s,peer,peer_s\n' >timing.csv
printf 'one trial of 104 participants at 4 visits with dropout (us model and responders; ours with Kenward-Roger),%s,R loop with nlme gls,%s\n' \
  "$ours" "$peer" >>timing.csv
cat timing.csv
