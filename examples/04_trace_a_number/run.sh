#!/usr/bin/env bash
# The effect of one trial in the pooled number, back to its source and computed again.
set -euo pipefail
cd "$(dirname "$0")/../.."
ENTACT=${ENTACT:-build/dev/bin/entact}

echo "1. in the pooled number"
"$ENTACT" pool --data data --analysis ptsd_caps_smd --quiet | grep MAPP1
echo "2. computed from"
"$ENTACT" evidence list analysis_members --data data --where analysis_id=ptsd_caps_smd --where study_id=MAPP1 \
  --columns fact_treatment,fact_control --format csv
for arm in mdma placebo; do
  echo "3. $arm: read where"
  "$ENTACT" evidence show "cont.mapp1.$arm.caps5.w18.mean" --data data |
    grep -E '^  (n|value|sd|source|locator|verified) ='
done
echo "4. computed again"
"$ENTACT" effect --measure SMD --m1i 19.6 --sd1i 13.61 --n1i 42 --m2i 29.9 --sd2i 12.77 --n2i 37
