#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Person identifiers from run to run on the demonstration nation, and the ledger of merges and splits.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/link
fail() { echo "FAIL: $*"; exit 1; }

rm -rf nation run again other ./*.yaml ./*.csv
cp "$here/run.yaml" .
cp "$LACUNA_SOURCE/configs/definitions/D_IICSA.yaml" definition.yaml
cp "$LACUNA_SOURCE/configs/disclosure/dfe-cin.yaml" disclosure.yaml
"$LACUNA_BIN/lacuna-simulate" "$LACUNA_SOURCE/configs/demo-nation.yaml" --out nation --quiet
status=0
"$LACUNA_BIN/lacuna-ingest" --config run.yaml --run run --quiet || status=$?
[ "$status" -le 1 ] || fail "ingest ended with $status"
"$LACUNA_BIN/lacuna-link" --config run.yaml --run run --quiet
show() { "$LACUNA" show "$1/store/links.h5" "$2" --csv; }
show run persons > first.csv

# Nothing changed: the same persons, an empty ledger.
cp -r run again
sed 's/blocking: auto/blocking: auto, previous: run/' run.yaml > again.yaml
"$LACUNA_BIN/lacuna-link" --config again.yaml --run again --quiet
show again persons | cmp - first.csv || fail "persons changed though nothing did"
[ "$(show again ledger | wc -l)" -eq 1 ] || fail "the ledger of an unchanged run is not empty"

# A doubtful prior: other persons. Names stay where most records stay, all are unique, every change is listed.
cp -r run other
sed 's/blocking: auto/blocking: [[surname], [dob]], prior_recall: 0.3, previous: run/' run.yaml > other.yaml
status=0
"$LACUNA_BIN/lacuna-link" --config other.yaml --run other --quiet || status=$?
[ "$status" -le 1 ] || fail "linking ended with $status"
show other persons > second.csv
show other ledger > ledger.csv
awk -F, '
    FNR == 1 { file++; next }
    file == 1 { before[$2 "," $4] = $6; next }
    file == 2 { now[$2 "," $4] = $6; if (($6 in number) && number[$6] != $7) bad = "one name for two persons"; number[$6] = $7; next }
    { listed[$2 "," $3 "," $4] = 1; events[$2]++ }
    END {
        for (r in now) { pair[now[r] "," before[r]]++; same += now[r] == before[r]; rows++ }
        for (p in pair) { split(p, s, ","); sources[s[1]]++; parts[s[2]]++ }
        for (p in pair) {
            split(p, s, ",")
            if (sources[s[1]] > 1) { merges++; if (!(("merge," p) in listed)) bad = "a merge is not listed" }
            if (parts[s[2]] > 1) { splits++; if (!(("split," p) in listed)) bad = "a split is not listed" }
        }
        printf "%d records, %d keep their name; %d rows of merges, %d of splits\n", rows, same, merges, splits
        if (merges + splits == 0) bad = "nothing changed"
        if (merges != events["merge"] || splits != events["split"]) bad = "the ledger lists other changes"
        if (events["gone"] + events["new"] > 0) bad = "records came or went"
        if (same < 0.9 * rows) bad = "too few names stay"
        if (bad != "") { print bad; exit 1 }
    }' first.csv second.csv ledger.csv || fail "the ledger"
show other link_quality | grep -q '^victims,ledger,split,' || fail "no counts in link_quality"

# The run itself cannot be its own earlier run; a folder without a run cannot either.
sed 's/blocking: auto/blocking: auto, previous: other/' run.yaml > self.yaml
status=0
"$LACUNA_BIN/lacuna-link" --config self.yaml --run other --quiet 2> message || status=$?
[ "$status" -eq 2 ] || fail "the run as its own earlier run ended with $status"
sed 's/blocking: auto/blocking: auto, previous: nation/' run.yaml > none.yaml
status=0
"$LACUNA_BIN/lacuna-link" --config none.yaml --run other --quiet 2> message || status=$?
[ "$status" -eq 5 ] || fail "a folder without a run ended with $status"
