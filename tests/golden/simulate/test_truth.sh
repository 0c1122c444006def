#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lacuna-truth on a store of four records and two estimates, against a truth written by hand.
set -euo pipefail
fail() { echo "FAILED: $*" >&2; exit 1; }
truth=$LACUNA_BIN/lacuna-truth

rm -rf truth run
mkdir truth run
"$LACUNA_BIN/../tests/test_simulate_store" run
cat >truth/records.csv <<'CSV'
return_id,file,row,person_id,list,live,copy,evidence
R1,R1.csv,1,V0000001,PF,Y,first,Y
R1,R1.csv,2,V0000002,PF,Y,first,Y
R2,R2.csv,1,V0000001,LA,Y,first,Y
R2,R2.csv,2,V0000003,LA,Y,first,Y
CSV
cat >truth/totals.csv <<'CSV'
definition,population,window_start,window_end,geography,geography_code,persons,seen
D_IICSA,victims,2025-01-01,2025-12-31,nation,K04000001,25,11
D_IICSA,victims,2025-01-01,2025-12-31,region,E12000001,9,3
D_IICSA,victims,2025-01-01,2025-03-31,nation,K04000001,7,2
CSV

"$truth" --truth truth --run run >out.txt
diff - out.txt <<'TEXT' || fail "text"
linkage of victims: 4 records of 3 true persons, linked to 2; pairwise precision 0.3333, recall 1.0000
victims, definition D_IICSA, 2025-01-01/2025-12-31
observed: 10 persons; the returns show 11 of the 25 true ones
estimate (loglinear-average): 20, 95 % interval 15 to 30; the truth is 25: inside, error -20.0 %
regions: the truth lies in 0 of 1 intervals
TEXT
"$truth" --truth truth --run run --json - >out.json
grep -q '"schema": "lacuna-truth/1"' out.json || fail "schema"
[ "$(grep -c '"covered": true' out.json)" = 1 ] || fail "covered"
grep -q '"true_persons": 25' out.json || fail "true persons"

# Another population: no estimate of it stands in this run.
"$truth" --truth truth --run run --population suspects >out.txt
grep -q '^suspects, definition D_IICSA, no estimate in this run' out.txt || fail "suspects: $(cat out.txt)"
got=0; "$truth" --truth truth --run run --population groups 2>err.txt || got=$?; [ $got = 2 ] || fail "groups give $got"

# Before the estimate there is the linkage alone.
mv run/store/estimates.h5 estimates.h5
"$truth" --truth truth --run run >out.txt
grep -q 'no estimate in this run' out.txt || fail "a run without estimate"

# A row of the run that the truth does not know is said, not swallowed.
sed -i '/^R2,R2.csv,2/d' truth/records.csv
"$truth" --truth truth --run run >out.txt 2>err.txt
grep -q '1 records of the run are not in the truth' err.txt || fail "unknown record: $(cat err.txt)"

got=0; "$truth" --truth truth 2>err.txt || got=$?; [ $got = 2 ] || fail "usage gives $got"
got=0; "$truth" --truth truth --run nowhere 2>err.txt || got=$?; [ $got = 5 ] || [ $got = 3 ] || fail "no run gives $got"
got=0; "$truth" --truth nowhere --run run 2>err.txt || got=$?; [ $got = 5 ] || fail "no truth gives $got"
