#!/usr/bin/env bash
# Installs what building and testing need on Debian 12, and nothing that is there already.
# Usage: tools/install.sh [build|test]   (test adds the sanitizer compiler, the browser and fonts)
set -euo pipefail
cd "$(dirname "$0")/.."

build_packages=(g++ cmake ninja-build ccache lld libeigen3-dev libboost-math-dev libfmt-dev nlohmann-json3-dev
  libcli11-dev libgtest-dev libssl-dev zlib1g-dev libreadstat-dev libtomlplusplus-dev libtbb-dev librandom123-dev
  libxsimd-dev libceres-dev)
# The optional parts are tested too: CVODES (stiff reference), libsbml (model import), OpenMPI (ranks).
test_packages=(clang-19 libclang-rt-19-dev clang-format-14 libbenchmark-dev chromium fonts-dejavu-core
  libsundials-dev libsbml5-dev libopenmpi-dev openmpi-bin)

wanted=("${build_packages[@]}")
[ "${1:-build}" = test ] && wanted+=("${test_packages[@]}")
# Any Node from 18 on will do; Debian's own is taken only where there is none.
if ! command -v npm >/dev/null || ! node -e 'process.exit(process.versions.node.split(".")[0] < 18 ? 1 : 0)'; then
  wanted+=(nodejs npm)
fi

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done

if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing: ${missing[*]}" >&2
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# The web view's packages, at the versions of the lock file.
if [ -f package-lock.json ] && ! cmp -s package-lock.json node_modules/.installed-lock; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  cp package-lock.json node_modules/.installed-lock
fi

# The header of DuckDB's C interface, at the version of its library in the lock file. The package is 11 MB of sources with 60
# dependencies, so it is unpacked for this one file instead of installed.
header=node_modules/duckdb-header/duckdb.h
if [ ! -f "$header" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  npm pack duckdb@1.4.4 --silent --pack-destination "$folder" >/dev/null
  echo "5bb967dcbcd517670ba5f169f238fb9d6787e53752c60ebe24386169d76941ed  $folder/duckdb-1.4.4.tgz" | sha256sum --check --quiet >&2
  mkdir -p "$(dirname "$header")"
  tar -xzf "$folder/duckdb-1.4.4.tgz" -C "$folder" package/src/duckdb/src/include/duckdb.h
  mv "$folder/package/src/duckdb/src/include/duckdb.h" "$header"
fi
