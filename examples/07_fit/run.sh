#!/usr/bin/env bash
# Theophylline in twelve people: the fit, the same by Laplace's method, and each person's parameters.
set -euo pipefail
cd "$(dirname "$0")/../.."
ENTACT=${ENTACT:-build/dev/bin/entact}
model=examples/07_fit/MODEL.toml
data=examples/07_fit/theophylline.csv

"$ENTACT" fit "$model" "$data" | sed 's/ after .* iterations//'
echo
"$ENTACT" fit "$model" "$data" --method laplace --replicates 0 --format json |
  node -e 'for (const e of JSON.parse(require("fs").readFileSync(0)).result.estimates) console.log(e.name.padEnd(34), e.estimate.toPrecision(4), "se", e.se.toPrecision(2))'
echo
"$ENTACT" fit "$model" "$data" --replicates 0 --format json |
  node -e 'for (const p of JSON.parse(require("fs").readFileSync(0)).result.people.slice(0, 4)) console.log(p.id, Object.entries(p.parameters).map(([k, v]) => k + " " + v.toPrecision(3)).join(", "))'
