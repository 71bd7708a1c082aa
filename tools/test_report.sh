#!/usr/bin/env bash
# Makes the report and holds it against its schema, its own commands, its HTML, a browser, itself made twice, and a past day.
# Needs the dev build and the web view. ENTACT_UPDATE_SCREENSHOT=1 renews the picture of the README.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/build/dev/bin:$PATH"
folder=build/report
report=$folder/entact-report
day=2024-08-09
mkdir -p "$folder"

measured=()
[ -x /usr/bin/time ] && measured=(/usr/bin/time -f "made in %e s, at most %M KiB of memory")
"${measured[@]}" entact report --quiet --out "$report.html" --out "$report.json"

node web/test/schema.mjs "$report.json"
node web/test/commands.mjs "$report.json"
node web/test/embedded.mjs "$report.html" "$report.json"

for again in 1 2; do entact report --quiet --format json >"$folder/again-$again.json"; done
cmp "$folder/again-1.json" "$folder/again-2.json"
cmp "$folder/again-1.json" "$report.json"

entact report --quiet --as-of "$day" --out "$folder/$day.json"
node web/test/schema.mjs "$folder/$day.json"
node web/test/replay.mjs "$folder/$day.json" "$report.json"
node web/test/commands.mjs "$folder/$day.json"

screenshot=$folder/report.png
[ "${ENTACT_UPDATE_SCREENSHOT:-}" = 1 ] && screenshot=docs/report.png
ENTACT_SCREENSHOT=$screenshot node web/test/browser.mjs "$report.html"
