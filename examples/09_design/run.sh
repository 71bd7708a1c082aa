#!/usr/bin/env bash
# How large a trial: one look, interim looks, and repeated measures with dropout.
set -euo pipefail
design() {
  echo "\$ entact design $*"
  "$ENTACT" design "$@"
  echo
}
design --difference 0.5
design --difference 0.5 --looks 0.5,0.75 --futility hwang-shih-decani
design --measure mmrm --difference 6 --sd 12 --correlation 0.6 --retained 1,0.95,0.9,0.85
