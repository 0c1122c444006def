#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Links the demonstration nation and compares the persons with the truth; the same bytes at 1 and 3 threads.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/link
fail() { echo "FAIL: $*"; exit 1; }

rm -rf nation run one three ./*.yaml ./*.csv
cp "$here/run.yaml" .
cp "$LACUNA_SOURCE/configs/definitions/D_IICSA.yaml" definition.yaml
cp "$LACUNA_SOURCE/configs/disclosure/dfe-cin.yaml" disclosure.yaml
"$LACUNA_BIN/lacuna-simulate" "$LACUNA_SOURCE/configs/demo-nation.yaml" --out nation --quiet
status=0
"$LACUNA_BIN/lacuna-ingest" --config run.yaml --run run --quiet || status=$?
[ "$status" -le 1 ] || fail "ingest ended with $status"

for threads in 1 3; do
    "$LACUNA_BIN/lacuna-link" --config run.yaml --run run --threads "$threads" --quiet
    sha256sum < run/store/links.h5 > "$threads.sum"
done
cmp 1.sum 3.sum || fail "links.h5 differs between 1 and 3 threads"

"$LACUNA" show run/store/links.h5 persons --csv > persons.csv
"$LACUNA" show run/store/records.h5 records --csv > records.csv
[ "$(wc -l < persons.csv)" -eq "$(wc -l < records.csv)" ] || fail "not one row of persons per record"
for population in victims suspects; do
    awk -F, -v population=$population -f "$here/agreement.awk" nation/truth/records.csv persons.csv > agreement.txt
    cat agreement.txt
    awk '{ exit !($4 == 0 && $10 > 0.98 && $12 > 0.98 && $6 / $8 > 0.99 && $6 / $8 < 1.01) }' agreement.txt ||
        fail "$population: worse than 0.98, or persons 1 % off"
done
"$LACUNA" show run/store/links.h5 link_quality --csv > quality.csv
for measure in records persons candidate_pairs rule_pairs training_lambda expected_precision expected_recall; do
    grep -q "^victims,$measure," quality.csv || fail "no $measure in link_quality"
done

# Priors and u of pairs of lists: every list against itself and every other, u summing to 1 over the levels of a field.
"$LACUNA" show run/store/links.h5 model --csv > model.csv
python3 - model.csv <<'PY' || fail "the model by pairs of lists"
import collections, csv, sys
prior, u = {}, collections.Counter()
for r in csv.DictReader(open(sys.argv[1])):
    if r["population"] != "victims" or not r["lists"]:
        continue
    if r["field"] == "prior":
        prior[r["lists"]] = float(r["m"])
    else:
        u[r["lists"], r["field"]] += float(r["u"])
lists = sorted({part for name in prior for part in name.split("-")})
assert len(lists) >= 4 and len(prior) == len(lists) * (len(lists) + 1) // 2, sorted(prior)
assert all(0 < p < 0.01 for p in prior.values()), prior
assert prior["LA-LA"] > 1.2 * prior["LA-PF"], prior  # repetition inside a list is more than overlap
assert u and all(abs(sum_of - 1) < 1e-9 for sum_of in u.values()), u
PY
grep -q "^victims,prior,LA-PF," quality.csv || fail "no prior of a pair of lists in link_quality"

# An unknown blocking key: status 2 and the nearest key. No records: status 5 and what to run.
sed 's/blocking: auto/blocking: [[surnam, dob]]/' run.yaml > bad.yaml
status=0
"$LACUNA_BIN/lacuna-link" --config bad.yaml --run run 2> message || status=$?
[ "$status" -eq 2 ] || fail "unknown key ended with $status"
grep -q 'surname' message || fail "no suggestion for the unknown key"
status=0
"$LACUNA_BIN/lacuna-link" --config run.yaml --run empty 2> message || status=$?
[ "$status" -eq 5 ] || fail "no records ended with $status"
# Too many pairs: refused, and the run keeps its earlier links.
sed 's/blocking: auto/blocking: [[sex]], pair_budget: 1000/' run.yaml > wide.yaml
status=0
"$LACUNA_BIN/lacuna-link" --config wide.yaml --run run 2> message || status=$?
[ "$status" -eq 4 ] || fail "too many pairs ended with $status"
sha256sum < run/store/links.h5 | cmp - 1.sum || fail "a refused run changed links.h5"
