#!/usr/bin/env bash
# The whole plan of a synthetic study, from its folder.
set -euo pipefail
cd "$(dirname "$0")/../.."
ENTACT=$(realpath "${ENTACT:-build/dev/bin/entact}")
cd examples/06_analysis_plan

"$ENTACT" analyze PLAN.toml --quiet
