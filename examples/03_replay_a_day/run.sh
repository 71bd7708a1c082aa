#!/usr/bin/env bash
# One pooled number as it stood on three days.
set -euo pipefail
cd "$(dirname "$0")/../.."
ENTACT=${ENTACT:-build/dev/bin/entact}

for day in 2018-12-31 2021-12-31 2023-12-31; do
  echo "known on $day:"
  "$ENTACT" pool --data data --analysis ptsd_caps_smd --as-of "$day" --quiet | sed -n 2,4p
done
