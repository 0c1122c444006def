#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# 1, 3 and 7 shards give the bytes of the plain command, in any order and with strata, draws and all populations; a part that
# is missing, damaged, or of other settings is refused; a wrong --shard is a wrong usage.
set -euo pipefail
fail() { echo "FAILED: $*" >&2; exit 1; }
for program in lacuna-simulate lacuna-ingest lacuna-link lacuna-reconcile; do
    [ -x "$LACUNA_BIN/$program" ] || { echo "$program is not built"; exit 77; }
done
rm -rf nation run ./*.yaml
export LACUNA_DATA="$LACUNA_SOURCE"
sed -e 's/victims: 6000/victims: 500/' "$LACUNA_SOURCE/configs/demo-nation.yaml" >nation.yaml
cat >config.yaml <<YAML
run: { name: shards, period_start: 2025-01-01, period_end: 2025-12-31, seed: 1 }
returns: { folder: nation }
lists: { PF: {}, LA: {}, NRM: {}, HEALTH: {}, NGO: {} }
link: { draws: 20 }
definitions:
  files: [$LACUNA_SOURCE/configs/definitions/D_IICSA.yaml, $LACUNA_SOURCE/configs/definitions/D_HO2020.yaml]
  headline: D_IICSA
strata: { geographies: [nation, region, force], windows: [year, quarter], by: [age_band], populations: [victims, suspects, groups] }
publish: { title: T, disclosure: none.yaml }
YAML
"$LACUNA" simulate nation.yaml --out nation --quiet
"$LACUNA_BIN/lacuna-ingest" --config config.yaml --run run --quiet 2>log || [ $? = 1 ] || fail "ingest: $(cat log)"
"$LACUNA_BIN/lacuna-link" --config config.yaml --run run --quiet 2>log || [ $? = 1 ] || fail "link: $(cat log)"
reconcile() { "$LACUNA_BIN/lacuna-reconcile" --config config.yaml --run run --quiet "$@"; }
reconcile || fail "plain: status $?"
mv run/store/histories.h5 plain.h5
for shards in 1 3 7; do
    for ((i = shards; i >= 1; i--)); do reconcile --shard $i/$shards || fail "shard $i of $shards: status $?"; done
    [ ! -e run/store/histories.h5 ] || fail "a shard wrote histories.h5"
    [ "$(stat -c %a run/store/parts/reconcile-1-of-$shards.part)" = 600 ] || fail "a part is not its owner's alone"
    reconcile --shard reduce/$shards || fail "reduce of $shards: status $?"
    cmp plain.h5 run/store/histories.h5 || fail "$shards shards give other bytes"
    [ ! -e run/store/parts ] || fail "parts were left: $(ls run/store/parts)"
    rm run/store/histories.h5
done
# every shard has work of its own
for i in 1 2; do reconcile --shard $i/2; done
! cmp -s run/store/parts/reconcile-1-of-2.part run/store/parts/reconcile-2-of-2.part || fail "two shards did the same"

refuse() { # STATUS WORD OPTION...
    local wanted=$1 word=$2 status=0
    shift 2
    reconcile "$@" 2>message || status=$?
    [ $status = "$wanted" ] || fail "$*: status $status instead of $wanted: $(cat message)"
    grep -q -e "$word" message || fail "$*: no '$word' in $(cat message)"
    [ ! -e run/store/histories.h5 ] || fail "$*: histories.h5 was written"
}
refuse 5 "shard 1/3" --shard reduce/3
cp run/store/parts/reconcile-2-of-2.part part
truncate -s -8 run/store/parts/reconcile-2-of-2.part
refuse 3 "shard 2/2" --shard reduce/2
cp part run/store/parts/reconcile-2-of-2.part
refuse 3 "shard 1/2" --shard reduce/2 --seed 2
sed -i 's/draws: 20/draws: 30/' config.yaml
refuse 3 "settings of this run" --shard reduce/2
for wrong in 0/3 4/3 3 a/b /3 reduce reduce/0 1/100000; do refuse 2 "neither I/N" --shard $wrong; done
