#!/usr/bin/env bash
# Two sessions four weeks apart: paroxetine and weight change between them.
set -euo pipefail
cd "$(dirname "$0")/../.."
ENTACT=${ENTACT:-build/dev/bin/entact}
ask=(simulate mdma --data data --events examples/10_changing_people/events.csv --output concentration --n 0 --quiet)

for session in 0:24:0.25 672:696:0.25; do
  echo "hours $session:"
  "$ENTACT" "${ask[@]}" --times "$session" | sed -n '/^ID/,$p'
done
echo "a row's values hold from it until the next:"
"$ENTACT" "${ask[@]}" --times 672:696:0.25 --carry forward | sed -n '/^ID tapered/,/^$/p'
