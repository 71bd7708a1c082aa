#!/usr/bin/env bash
# A synthetic trial with three visits: the model of the phase 3 trials, then a simpler covariance beside it.
set -euo pipefail
cd "$(dirname "$0")/../.."
ENTACT=${ENTACT:-build/dev/bin/entact}
trial=examples/05_mmrm/trial.csv
formula='CHG ~ BASE + ARM*AVISIT + us(AVISIT | USUBJID)'

"$ENTACT" mmrm "$trial" --formula "$formula" --reference PBO --df kenward-roger --contrast 'late = 0.5 MDMA@V3 + 0.5 MDMA@V4 - 0.5 PBO@V3 - 0.5 PBO@V4' | sed 's/, largest gradient.*//'
echo
"$ENTACT" mmrm "$trial" --formula "$formula" --reference PBO --compare toeph,ar1h,cs --format json |
  node -e 'for (const c of JSON.parse(require("fs").readFileSync(0)).result.compare) console.log(c.structure.padEnd(6), c.parameters, "parameters, AIC", c.aic.toFixed(2))'
