#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Two records that only an alias brings together, and a record with a hundred aliases.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/link
fail() { echo "FAIL: $*"; exit 1; }

rm -rf nation run ./*.yaml ./*.csv
cp "$here/run.yaml" .
cp "$LACUNA_SOURCE/configs/definitions/D_IICSA.yaml" definition.yaml
cp "$LACUNA_SOURCE/configs/disclosure/dfe-cin.yaml" disclosure.yaml
"$LACUNA_BIN/lacuna-simulate" "$LACUNA_SOURCE/configs/demo-nation.yaml" --out nation --quiet
awk -F, -v OFS=, 'NR > 1 { $14 = $15 = "" } { print }' nation/returns.csv > register.csv # other rows, other digests
mv register.csv nation/returns.csv
police=$(ls nation/PF-E23000001-2025Q1-v*.csv | tail -1) council=$(ls nation/LA-*2025Q1-v*.csv | head -1)

# row REF FORENAME,SURNAME ALIASES DOB AGE: one victim without an address.
row() { echo "$1,,VICTIM,$2,$3,$4,$5,F,,,,GBR,,,2025-01-10,2025-01-12,2025-01-15,71,CSE,Y,N,N,2,0,1,,,LIVE,CONFIRMED,,,,"; }
hundred=$(awk 'BEGIN { for (k = 0; k < 100; k++) printf "%sX%c%c Y%c%c", k ? ";" : "", 65 + k / 10, 66 + k % 10, 67 + k / 10, 66 + k % 10 }')
cp "$police" police.csv
cp "$council" council.csv
for aliases in yes no; do
    cp police.csv "$police"
    cp council.csv "$council"
    {
        if [ $aliases = yes ]; then row A/1 Quenby,Throssell "Zillah Marchbanks" 2010-03-04 14; else row A/1 Quenby,Throssell "" 2010-03-04 14; fi
        row A/2 Wystan,Overthwaite "$hundred" 2011-07-09 13
    } >> "$police"
    row A/3 Zillah,Marchbanks "" "" 14 >> "$council"
    rm -rf run
    status=0
    "$LACUNA_BIN/lacuna-ingest" --config run.yaml --run run --quiet || status=$?
    [ "$status" -le 1 ] || fail "ingest ended with $status"
    (ulimit -t 60 && exec "$LACUNA_BIN/lacuna-link" --config run.yaml --run run 2> $aliases.log) ||
        fail "link ended with $?, perhaps for 60 s of processor time"
    "$LACUNA" show run/store/records.h5 records --csv > records.csv
    "$LACUNA" show run/store/links.h5 persons --csv > persons.csv
    python3 - records.csv persons.csv $aliases <<'PY' || fail "persons with aliases: $aliases"
import csv, sys
records, persons = (list(csv.DictReader(open(path))) for path in sys.argv[1:3])
who = [p["person_id"] for p in persons]
at = {r["local_ref"]: k for k, r in enumerate(records) if r["local_ref"].startswith("A/")}
assert len(at) == 3, at
assert (who[at["A/1"]] == who[at["A/3"]]) == (sys.argv[3] == "yes"), "one person through the alias"
assert who.count(who[at["A/2"]]) == 1, "a hundred aliases draw others in"
open("pair.txt", "w").write(",".join("%s:%s" % (persons[at[k]]["return_id"], persons[at[k]]["row"]) for k in ("A/1", "A/3")))
PY
    "$LACUNA" show run/store/links.h5 link_quality --csv > quality.csv
    awk -F, '$1 == "victims" && $2 == "aliases_dropped" && $4 > 0 { n++ } END { exit n != 2 }' quality.csv || fail "dropped aliases are not counted"
    grep -q "aliases beyond 16 names" $aliases.log || fail "dropped aliases are not logged"
    [ $aliases = no ] && continue
    # The explanation says that it rests on an alias, and not on which.
    "$LACUNA_BIN/lacuna-link" --config run.yaml --run run --quiet --explain "$(cat pair.txt)" > text
    [ "$(grep -c "exact, best of 2 with aliases" text)" -eq 2 ] || fail "the explanation does not name the alias"
    grep -q "Proposed by [1-9]" text || fail "no rule proposed the pair"
    grep -qi "zillah\|marchbanks\|quenby" text && fail "a name in the explanation"
    for threads in 1 3; do
        "$LACUNA_BIN/lacuna-link" --config run.yaml --run run --threads $threads --quiet
        sha256sum < run/store/links.h5 > $threads.sum
    done
    cmp 1.sum 3.sum || fail "links.h5 differs between 1 and 3 threads"
done
