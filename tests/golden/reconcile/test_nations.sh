#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Three nations with complete records and true links: the histories of every definition, window, population, place and
# variant equal the truth, cell by cell. `perfect.sh NATION SEED...` of this folder does it for any nation of that kind.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/reconcile
truth=$LACUNA_BIN/lacuna-truth
fail() { echo "FAILED: $*" >&2; exit 1; }
for program in "$LACUNA" "$truth" "$LACUNA_BIN/lacuna-ingest" "$LACUNA_BIN/lacuna-reconcile"; do
    [ -x "$program" ] || { echo "$program is not built"; exit 77; }
done

bash "$here/perfect.sh" "$here/complete-nation.yaml" 1 2 3 >out.txt || fail "$(tail -3 out.txt)"
# 3 populations, 11 definitions, 5 windows, 1 + 10 + 43 places; most of 30,000 cells hold few persons.
[ "$(grep -c '^seed [123]: histories: 8910 tables, [0-9]* cells with [0-9]* persons; 0 cells differ from the truth$' out.txt)" = 3 ] ||
    fail "$(cat out.txt)"
awk '{ if ($6 < 30000 || $9 < 100000) exit 1 }' out.txt || fail "few cells: $(cat out.txt)"

# The comparison sees one person in the wrong cell, one person too many, and one the truth does not have.
compare() { local status=0; "$truth" --truth nation/truth --run run --histories >out.txt || status=$?; [ $status = "$1" ] || fail "status $status instead of $1"; }
cp nation/truth/histories.csv true.csv
sed -i '/^suspects,D_FLAG,2025-01-01,2025-12-31,K04000001,main,PF,/s/,[0-9]*$/,1/' nation/truth/histories.csv
compare 1
grep -q '; 1 cells differ' out.txt && grep -q $'^suspects\tD_FLAG\t2025-01-01\t2025-12-31\tK04000001\tmain\tPF: truth 1, run [0-9]* and 0 it' out.txt ||
    fail "a wrong cell: $(cat out.txt)"
grep -v '^victims,D_OCG,2025-04-01,2025-06-30,K04000001,own,LA,' true.csv >nation/truth/histories.csv
compare 1
grep -q 'truth 0' out.txt || fail "a cell of the run alone: $(cat out.txt)"
cp true.csv nation/truth/histories.csv
compare 0

# Links that are not true: nobody on two lists.
awk -F, -v OFS=, 'FNR > 1 && $5 == "LA" { $4 = $4 "b" } { print }' nation/truth/records.csv >split.csv && mv split.csv nation/truth/records.csv
"$truth" --truth nation/truth --run run --links
"$LACUNA_BIN/lacuna-reconcile" --config config.yaml --run run --quiet
compare 1

# Records that the truth does not know.
head -n 100 nation/truth/records.csv >short && mv short nation/truth/records.csv
status=0; "$truth" --truth nation/truth --run run --links 2>message || status=$?
[ $status = 3 ] && grep -q 'not in the truth' message || fail "status $status: $(cat message)"
