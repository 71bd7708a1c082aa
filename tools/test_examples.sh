#!/usr/bin/env bash
# Runs every example and compares what it prints with its expected.txt; --update stores what it prints instead.
# ENTACT names the program; build/dev/bin/entact unless set.
set -euo pipefail
cd "$(dirname "$0")/.."
export ENTACT=${ENTACT:-build/dev/bin/entact}
failed=0
for folder in examples/*/; do
  if [ "${1:-}" = --update ]; then
    bash "$folder/run.sh" >"$folder/expected.txt"
  elif ! diff -u --label "${folder}expected.txt" --label "what it prints" "$folder/expected.txt" <(bash "$folder/run.sh" || echo "failed: $?"); then
    failed=1
  fi
done
exit $failed
