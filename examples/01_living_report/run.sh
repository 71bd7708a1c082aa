#!/usr/bin/env bash
# The report of a past day as JSON, read by a script.
set -euo pipefail
cd "$(dirname "$0")/../.."
ENTACT=${ENTACT:-build/dev/bin/entact}
report=$(mktemp --suffix=.json)
trap 'rm -f "$report"' EXIT

"$ENTACT" report --data data --as-of 2023-12-31 --out "$report" --quiet
node -e '
  const report = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
  const numbers = Object.values(report.numbers);
  const bare = numbers.filter((n) => !n.command && !(n.facts ?? []).length);
  console.log(report.title);
  console.log(`as of ${report.provenance.as_of}, ${report.provenance.command}`);
  console.log(`more than 500 numbers: ${numbers.length > 500}`);
  console.log(`numbers without facts and without a command: ${bare.length}`);
  console.log(`a section of clinical trials: ${report.sections.some((s) => s.id === "trials")}`);
' "$report"
