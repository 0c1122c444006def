#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Editing a definition changes the digest of the settings, runs reconcile again and not what comes before it, and `lacuna
# diff` says which key changed.
set -euo pipefail
fail() { echo "FAILED: $*" >&2; exit 1; }
for program in lacuna-simulate lacuna-ingest lacuna-link lacuna-reconcile; do
    [ -x "$LACUNA_BIN/$program" ] || { echo "$program is not built"; exit 77; }
done
rm -rf a b returns ./*.yaml
export LACUNA_DATA="$LACUNA_SOURCE"
sed -e 's/victims: 6000/victims: 150/' "$LACUNA_SOURCE/configs/demo-nation.yaml" >nation.yaml
"$LACUNA" simulate nation.yaml --out returns --quiet
cp "$LACUNA_SOURCE"/configs/definitions/D_{IICSA,COCAD_ALL,COCAD_CSE}.yaml .
sed -e '/^definitions:/,/headline:/d' -e 's#\.\./out/demo/returns#returns#' -e '/  out:/d' \
    -e "s#disclosure/#$LACUNA_SOURCE/configs/disclosure/#" "$LACUNA_SOURCE/configs/demo.yaml" >c.yaml
echo 'definitions: { files: [D_IICSA.yaml, D_COCAD_ALL.yaml, D_COCAD_CSE.yaml], headline: D_IICSA }' >>c.yaml

run() { # FOLDER
    local status=0
    "$LACUNA" run c.yaml --out "$1" --to reconcile --quiet 2>log || status=$?
    [ $status -le 1 ] || fail "run $1: status $status: $(cat log)"
}
cause() { # FOLDER STAGE: what the stage was started by
    python3 -c 'import json, sys
m = json.load(open(sys.argv[1] + "/manifest.json"))
print([s["cause"]["configuration"] + " " + s["started"] for s in m["stages"] if s["name"] == sys.argv[2]][0])' "$1" "$2"
}
run a
cp -r a b
run b
[ "$(cause a reconcile)" = "$(cause b reconcile)" ] || fail "reconcile ran again for nothing"
"$LACUNA" diff a b >same.txt
grep -A1 '^definitions:' same.txt | grep -q '^published figures: A has none' || fail "equal runs differ: $(cat same.txt)"

sed -i -e 's/^min_persons: 2/min_persons: 3/' D_COCAD_CSE.yaml
run b
[ "$(cause a link)" = "$(cause b link)" ] || fail "link ran again"
[ "$(cause a reconcile | cut -d' ' -f1)" != "$(cause b reconcile | cut -d' ' -f1)" ] || fail "the digest is the same"
"$LACUNA" diff a b >diff.txt
sed -n '/^inputs:/,$p' diff.txt >changed.txt
diff -u - changed.txt <<'EOF' || fail "diff does not say what changed"
inputs:
  reconcile: D_COCAD_CSE.yaml differs
definitions:
  D_COCAD_CSE: changed, but both say version 1.0
    - min_persons: 2
    + min_persons: 3
published figures: A has none
published figures: B has none
EOF

sed -i -e 's/^version: "1.0"/version: "1.1"/' D_COCAD_CSE.yaml
sed -i -e 's/D_COCAD_ALL.yaml, //' c.yaml && sed -i -e '/subset_of/d' D_COCAD_CSE.yaml
run b
"$LACUNA" diff a b | sed -n '/^definitions:/,/^published/p' >changed.txt
diff -u - changed.txt <<'EOF' || fail "diff does not say what changed"
definitions:
  D_COCAD_ALL: only A has it
  D_COCAD_CSE: version 1.0 and 1.1
    - version: "1.0"
    - min_persons: 2
    - subset_of: ["D_COCAD_ALL"]
    + version: "1.1"
    + min_persons: 3
    + subset_of: []
published figures: A has none
EOF
[ "$("$LACUNA" show b verdicts --csv | grep -c D_COCAD_ALL)" = 0 ] || fail "the store still has the definition"
