#!/usr/bin/env bash
# Five designs (and a sixth) for the next trial, and the second phase 3 trial replicated from half of its numbers.
set -euo pipefail
cd "$(dirname "$0")/../.."
ENTACT=$(realpath "${ENTACT:-build/dev/bin/entact}")
export ENTACT_DATA=$PWD/data
cd examples/08_virtual_trial

"$ENTACT" trial mapp3.toml --quiet
echo
"$ENTACT" trial --replicate MAPP2 --replicates 500 --quiet
