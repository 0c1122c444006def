#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What an owner of a run asks, each with one command: how many persons are on PF and LA only in a region; where a person's
# date of birth came from; how many cases cannot be told under a definition, and why.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/reconcile
fixture=$LACUNA_BIN/../tests/test_reconcile_fixture
fail() { echo "FAILED: $*" >&2; exit 1; }
[ -x "$fixture" ] || { echo "$fixture is not built"; exit 77; }
[ -x "$LACUNA" ] || { echo "$LACUNA is not built"; exit 77; }
rm -rf run store
mkdir store && cp "$here"/store/*.csv store
# V00 gets a second record, of children's services, that knows the day of birth where the police know the year; and a third
# that contradicts both
python3 - <<'EOF'
import csv
def load(name):
    with open(f"store/{name}.csv", newline="") as f:
        reader = csv.DictReader(f)
        return reader.fieldnames, list(reader)
def save(name, fields, rows):
    with open(f"store/{name}.csv", "w", newline="") as f:
        writer = csv.DictWriter(f, fields)
        writer.writeheader()
        writer.writerows(rows)
fields, records = load("records")
pfields, persons = load("persons")
v00 = next(i for i, p in enumerate(persons) if p["person_id"] == "V00")
la = next(i for i, r in enumerate(records) if r["list"] == "LA" and r["role"] == "VICTIM")
first = int(persons[v00]["record"])
records[first]["dob"] = "2010"
for row, dob in ((901, "2010-05-04"), (902, "2009-01-31")):
    r = dict(records[la], row=str(row), dob=dob, sex=records[first]["sex"], lad=records[first]["lad"], basis="SUSPECTED",
             offence_from=records[first]["offence_from"], offence_to="", age="")
    records.append(r)
    persons.append(dict(persons[v00], record=str(len(records) - 1), row=str(row), return_id="R-LA"))
save("records", fields, records)
save("persons", pfields, persons)
EOF
"$fixture" store run
"$LACUNA_BIN/lacuna-reconcile" --config "$here/config.yaml" --run run --quiet || fail "exit status $?"
show() { "$LACUNA" show run "$@" --csv; }
column() { # NAME: that column of a CSV without quotes
    awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) k = i; next } { print $k }'
}

# How many persons are on PF and LA only in the North East: V00 and V34.
show histories --where geography_code=E12000001 --where lists=PF+LA --where definition=D_IICSA --where variant=main \
    --where window_end=2025-12-31 >answer.csv
[ "$(column certain <answer.csv)" = 2 ] || fail "PF and LA only: $(cat answer.csv)"

# Where the date of birth of V00 came from: row 901 of children's services; the police knew the year, row 902 contradicts.
show persons --where person_id=V00 --where gives~date_of_birth >answer.csv
[ "$(column row <answer.csv)" = 901 ] || fail "date of birth: $(cat answer.csv)"
[ "$(column return_id <answer.csv)" = R-LA ] || fail "date of birth: $(cat answer.csv)"
show persons --where person_id=V00 --where contradicts~date_of_birth >answer.csv
[ "$(column row <answer.csv)" = 902 ] || fail "contradiction: $(cat answer.csv)"
[ "$(show people --where person_id=V00 --where definition=D_IICSA | column conflicts)" = 1 ] || fail "conflict not counted"
[ "$(show persons --where person_id=V15 | column evidence)" = none ] || fail "a record at risk alone is taken for evidence"
[ "$(show persons --where person_id=V32 | column evidence | sort -u)" = referred ] || fail "a referred record is not marked"

# How many cases cannot be told under a definition, and why.
show reasons --where unit=cases --where definition=D_IICSA --where verdict=cannot_tell --where geography_code=K04000001 \
    --where window_end=2025-12-31 >answer.csv
[ "$(column reason <answer.csv | tr '\n' ' ')" = "age persons exploitation " ] || fail "reasons: $(cat answer.csv)"
[ "$(column count <answer.csv | tr '\n' ' ')" = "1 3 1 " ] || fail "reasons: $(cat answer.csv)"

# Reasons of persons add up to the verdicts, for every definition, window and place; at-risk-only persons stand apart.
show verdicts >verdicts.csv
show reasons --where unit=persons >reasons.csv
awk -F, 'FNR == 1 { file++; next }
    file == 1 { if ($7 != "no_evidence") sum[$3, $4, $5, $6, $7] += $9; next }
    { k = $2 SUBSEP $3 SUBSEP $4 SUBSEP $5; n++
      if (sum[k, "in"] + 0 != $6 || sum[k, "cannot_tell"] + 0 != $7 || sum[k, "out"] + 0 != $8 || sum[k, "apart"] + 0 != $9) bad = 1 }
    END { exit bad || n < 100 }' reasons.csv verdicts.csv ||
    fail "reasons do not add up to the verdicts"
[ "$(show reasons --where reason=at_risk --where geography_code=K04000001 --where window_end=2025-12-31 | column count)" = 1 ] ||
    fail "at-risk-only persons are not counted apart"

# The referral mechanism knows V01 by referral of children's services alone; nobody has declared that it is derived.
show referrals --where list=NRM --where referrer=LA --where window_end=2025-12-31 --where window_start=2025-01-01 >answer.csv
[ "$(column referred_only <answer.csv)" = 1 ] || fail "referrals: $(cat answer.csv)"
[ "$(column declared <answer.csv)" = 0 ] || fail "referrals: $(cat answer.csv)"

# Only the owner may ask; a wrong question is refused with a remedy and does not repeat the value.
[ "$(stat -c %a run/store/histories.h5)" = 600 ] || fail "histories.h5 is not its owner's alone"
status=0
"$LACUNA" show run persons --where surnam=Secret 2>message || status=$?
[ $status = 2 ] || fail "a wrong column gives status $status"
grep -q "remedy" message || fail "no remedy"
! grep -q Secret message || fail "the value is repeated"
