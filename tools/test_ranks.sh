#!/usr/bin/env bash
# A virtual trial gives the same bytes on any number of ranks, ends all ranks on an error, and goes on after kill -9.
# Usage: tools/test_ranks.sh ENTACT
set -euo pipefail
entact=$(realpath "$1")
if ! command -v mpirun >/dev/null || [ ! -x "$(dirname "$entact")/entact-mpi" ]; then
  echo "skipped: no mpirun, or entact-mpi is not built"
  exit 0
fi
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
fault() {
  echo "  FAIL $*" >&2
  exit 1
}
ranks() {
  local n=$1
  shift
  mpirun --oversubscribe -n "$n" "$entact" trial "$@"
}

cat >trial.toml <<'TOML'
title = "Two arms"
[design]
n = 40
visits = [4, 8, 18]
[[arm]]
name = "MDMA"
dose_mg = 120
[[arm]]
name = "Placebo"
[truth]
sd = 12
correlation = 0.5
effect = -9
[looks]
at = [0.5]
reestimate = {rule = "promising zone", n_max = 60}
allocate = {rule = "thompson"}
[simulation]
replicates = 300
TOML
"$entact" trial trial.toml --format json --threads 1 >one.json

for n in 2 3; do
  ranks $n trial.toml --format json --out "ranks$n.json" >out 2>err || fault "$n ranks: $(cat err)"
  [ ! -s out ] || fault "$n ranks also print: $(head -c 80 out)"
  cmp -s one.json "ranks$n.json" || fault "$n ranks change the answer"
done
ranks 2 trial.toml --format json --threads 2 >out 2>err
cmp -s one.json out || fault "2 ranks of 2 threads change the answer, or print it twice"

# An error of every rank: told once, with its code.
if ranks 2 none.toml >out 2>err; then fault "2 ranks: no error without a file"; fi
[ "$(grep -c '^entact: ' err)" = 1 ] || fault "2 ranks: not one error but $(cat err)"

# kill -9 in the middle, on 2 ranks; resumed on 3, and on one process.
setsid mpirun --oversubscribe -n 2 "$entact" trial trial.toml --replicates 200000 --checkpoint kept >/dev/null 2>&1 &
both_kept() { [ "$(find . -name 'kept*' -size +20000c | wc -l)" -ge 2 ]; }
for _ in $(seq 600); do
  both_kept && break
  sleep 0.05
done
kill -9 -- -$!
wait $! 2>/dev/null || true
for _ in $(seq 100); do
  pgrep -s $! >/dev/null || break
  pkill -9 -s $! || true
  sleep 0.05
done
cp -r . ../copy.$$ && mv ../copy.$$ copy
before=$(cat kept kept.1 | wc -c)
ranks 3 trial.toml --format json --checkpoint kept >out 2>err || fault "resumed: $(cat err)"
cmp -s one.json out || fault "resumed on 3 ranks: another answer"
"$entact" trial trial.toml --format json --checkpoint copy/kept >out
cmp -s one.json out || fault "resumed on one process: another answer"
[ "$before" -gt 40000 ] || fault "the killed run has kept only $before bytes"
if "$entact" trial trial.toml --seed 5 --checkpoint kept >out 2>err; then fault "a checkpoint of another seed is taken"; fi
grep -qF '[answer.checkpoint.other]' err || fault "another seed: $(cat err)"
echo "ranks: all agree"
