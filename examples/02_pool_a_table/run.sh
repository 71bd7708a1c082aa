#!/usr/bin/env bash
# Six trials from a CSV file: the default, then the model of older reviews.
set -euo pipefail
cd "$(dirname "$0")/../.."
ENTACT=${ENTACT:-build/dev/bin/entact}
studies=examples/02_pool_a_table/studies.csv

"$ENTACT" pool "$studies" --measure SMD --slab study --quiet
echo
"$ENTACT" pool "$studies" --measure SMD --slab study --method DL --test z --quiet | sed -n 1,4p
