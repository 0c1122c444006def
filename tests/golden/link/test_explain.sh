#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lacuna link --explain on a finished run and on a table: the odds add up to the store's, and no value is printed.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/link
fail() { echo "FAIL: $*"; exit 1; }

rm -rf nation run plots other first ./*.yaml ./*.csv
cp "$here/run.yaml" .
cp "$LACUNA_SOURCE/configs/definitions/D_IICSA.yaml" definition.yaml
cp "$LACUNA_SOURCE/configs/disclosure/dfe-cin.yaml" disclosure.yaml
"$LACUNA_BIN/lacuna-simulate" "$LACUNA_SOURCE/configs/demo-nation.yaml" --out nation --quiet
status=0
"$LACUNA_BIN/lacuna-ingest" --config run.yaml --run run --quiet || status=$?
[ "$status" -le 1 ] || fail "ingest ended with $status"
explain() { "$LACUNA_BIN/lacuna-link" --config "${config:-run.yaml}" --run run --quiet --explain "$@"; }
expect() { local want=$1 word=$2 status=0; shift 2; explain "$@" > out 2> message || status=$?
    [ "$status" -eq "$want" ] || fail "$* ended with $status, not $want"; grep -q -- "$word" message || fail "$*: no '$word' in the message"
    [ ! -s out ] || fail "$* printed an explanation"; }
expect 5 "finished run" R:1,R:2
"$LACUNA_BIN/lacuna-link" --config run.yaml --run run --quiet
"$LACUNA" show run/store/links.h5 persons --csv > persons.csv
"$LACUNA" show run/store/links.h5 pairs --csv > pairs.csv
sum=$(sha256sum < run/store/links.h5)

# name ROW: RETURN:ROW of a row of `records`.
name() { awk -F, -v row="$1" 'NR > 1 && $1 == row { print $2 ":" $4; exit }' persons.csv; }
check() { # LEFT RIGHT WEIGHT RULES: an explanation of the pair
    local a b; a=$(name "$1"); b=$(name "$2")
    explain "$a,$b" --plots plots > text
    [ -s other ] || explain "$b,$a" > other
    [ -s first ] || cp text first
    cmp <(sed 1,2d first | grep -v '^Person') <(sed 1,2d other | grep -v '^Person') || fail "$a,$b: the order of the two matters"
    awk -F, -v w="$3" 'NR > 1 { sum += $4; last = $5 } END { d = last - w; e = sum - w; exit !(d * d < 1e-12 && e * e < 1e-12) }' \
        plots/pair.csv || fail "$a,$b: the steps do not add up to the store's $3"
    grep -q "Proposed by $4" text || fail "$a,$b: not $4"
}
# A doubtful pair, and one that was added in a component.
while IFS=, read -r left right _ weight _ mask; do
    rules=0
    for ((m = mask; m; m >>= 1)); do rules=$((rules + m % 2)); done
    [ "$rules" -eq 0 ] && rules=no
    check "$left" "$right" "$weight" "$rules"
done < <(awk -F, 'NR > 1 && (($5 > 0.3 && $5 < 0.9 && a++ < 1) || ($6 == 0 && c++ < 1))' pairs.csv)
for kind in svg png; do [ -s plots/pair.$kind ] || fail "no picture pair.$kind"; done
grep -q 'for one person' plots/pair.svg || fail "no key in the picture"

# A pair that no rule proposed; nothing that a record says is printed.
stranger=$(awk -F, 'NR == 2 { person = $6 } NR > 2 && $5 == "victims" && $6 != person { print $1; exit }' persons.csv)
explain "$(name 0),$(name "$stranger")" > text
grep -q '^Not scored' text || fail "two strangers were scored"
grep -q '^Decision: two persons' text || fail "two strangers are one person"
"$LACUNA" show run/store/records.h5 records --csv | awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^(forename|surname|dob|postcode)/) want[i]; next }
    NR == 2 || NR == '"$((stranger + 2))"' { for (i in want) if (length($i) > 2) print $i }' > values
[ -s values ] || fail "no values to look for"
if grep -qiFf values text; then fail "a value stands in the explanation"; fi

expect 2 "no record is called .nowhere:1" "nowhere:1,$(name "$stranger")"
expect 2 "no record is called" "$(name 0),$(name "$stranger")9999"
expect 2 "two records are needed" "$(name 0)"
expect 2 "not twice" "$(name 0),$(name 0)"
suspect=$(awk -F, 'NR > 1 && $5 == "suspects" { print $2 ":" $4; exit }' persons.csv)
expect 2 "never compared" "$(name 0),$suspect"
sed 's/blocking: auto/blocking: [[surname, dob], [postcode]]/' run.yaml > other.yaml
config=other.yaml expect 2 "other settings" "$(name 0),$(name "$stranger")"
[ "$sum" = "$(sha256sum < run/store/links.h5)" ] || fail "an explanation changed the store"

# Judged pairs are a step of their own.
awk -F, -v OFS=, '
    FNR == 1 { file++ }
    file == 1 { person[$1 "," $3] = $4; next }
    FNR == 1 { print; next }
    { sub(/,,,$/, ""); a = person[$2 "," $3] == person[$4 "," $5] ? "Y" : "N"; print $0, a, a, "" }
' nation/truth/records.csv run/clerical/pairs.csv > judged.csv
sed 's/blocking: auto/blocking: auto, judged: [judged.csv]/' run.yaml > judged.yaml
"$LACUNA_BIN/lacuna-link" --config judged.yaml --run run --quiet
IFS=, read -r left right _ weight _ < <("$LACUNA" show run/store/links.h5 pairs --csv | awk -F, 'NR > 1 && $5 > 0.3 && $5 < 0.9' | head -1)
config=judged.yaml explain "$(name "$left"),$(name "$right")" --plots plots > text
grep -q 'calibrated by [0-9]* judged pairs' text || fail "judged pairs are not named"
awk -F, -v w="$weight" 'END { d = $5 - w; exit !($1 == "calibrated" && d * d < 1e-12) }' plots/pair.csv || fail "not the calibrated weight"

# A table of persons, by its identifiers.
awk 'BEGIN { s = 5; print "id,list,given,family,born,postcode,sex"; for (i = 0; i < 400; i++) { p = i % 200
    printf "k%d,%s,%s,%s,%02d/%02d/%d,ab%d %dxy,%s\n", i, i < 200 ? "A" : "B", "na" substr("bakodenlirmansotervawin", 1 + p % 20, 3), \
        "fa" substr("winvatersomanlirdenkoba", 1 + p * 7 % 20, 3), 1 + p % 28, 1 + p % 12, 1960 + p % 41, 1 + p % 30, p % 9, p % 2 ? "F" : "M" } }' > table.csv
table() { "$LACUNA_BIN/lacuna-link" --quiet --records table.csv --model "$here/model.yaml" "$@"; }
table --pairs table-pairs.csv
table --explain k3,k203 --plots plots > text
grep -q '^k3 and k203$' text || fail "the table's identifiers are not named"
grep -q '^Decision: one person' text || fail "k3 and k203 are two persons"
awk -F, 'FNR == 1 { file++ } file == 1 && (($1 == "k3" && $2 == "k203") || ($1 == "k203" && $2 == "k3")) { w = $4 } file == 2 { last = $5 }
    END { d = w - last; exit !(w && d * d < 1e-12) }' table-pairs.csv plots/pair.csv || fail "not the weight of --pairs"
wrong() { local word=$1 status=0; shift; table "$@" > out 2> message || status=$?
    [ "$status" -eq 2 ] || fail "$* ended with $status, not 2"; grep -q -- "$word" message || fail "$*: no '$word' in the message"; }
wrong "no record is called .k999" --explain k3,k999
wrong "does not go with" --explain k3,k4 --clusters x.csv
wrong "with --explain" --plots plots --clusters x.csv
sed 's/^source: list/source: list\nwithin_source: false/' "$here/model.yaml" > apart.yaml
"$LACUNA_BIN/lacuna-link" --quiet --records table.csv --model apart.yaml --explain k3,k4 > text
grep -q 'both records are of one source' text || fail "two records of one source are not said to be apart"
