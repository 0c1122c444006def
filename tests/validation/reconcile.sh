#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# script/validate reconcile [--seeds LIST] [--times N]: histories against the truth.
#
# Nations with complete records (tests/golden/reconcile/complete-nation.yaml), N times (15) as many persons of every
# kind, a nation for each seed (101,102,103), with their true links: the histories of every definition, window,
# population and place must equal the truth. A few seconds each. Status 1 when a cell differs.
set -euo pipefail

seeds=101,102,103 times=15
while [ $# -gt 0 ]; do
    case $1 in
    --seeds) seeds=${2:?--seeds needs a list} && shift 2 ;;
    --times) times=${2:?--times needs a number} && shift 2 ;;
    *) sed -n '3,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2 && exit 2 ;;
    esac
done
build=build/release
[ -f $build/build.ninja ] || cmake --preset release >/dev/null
cmake --build $build --target lacuna lacuna-simulate lacuna-ingest lacuna-reconcile lacuna-truth >/dev/null
LACUNA_SOURCE=$PWD LACUNA_BIN=$PWD/$build/bin LACUNA=$PWD/$build/bin/lacuna
export LACUNA_SOURCE LACUNA_BIN LACUNA
work=$(mktemp -d "${TMPDIR:-/tmp}/lacuna-validate.XXXXXX")
trap 'rm -rf "$work"' EXIT
awk -v n="$times" '/^  (victims|familial|institutional|ritualistic|image_only|one_suspect|at_risk|cancelled|non_recent):/ { $2 *= n; print "  " $0; next } { print }' \
    tests/golden/reconcile/complete-nation.yaml >"$work/nation.yaml"
cd "$work"
# shellcheck disable=SC2086  # a list of seeds
bash "$LACUNA_SOURCE/tests/golden/reconcile/perfect.sh" nation.yaml ${seeds//,/ }
