#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The clerical round trip on the demonstration nation: pairs out, judged by the truth, read back.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/link
fail() { echo "FAIL: $*"; exit 1; }

rm -rf nation run ./*.yaml ./*.csv
cp "$here/run.yaml" .
cp "$LACUNA_SOURCE/configs/definitions/D_IICSA.yaml" definition.yaml
cp "$LACUNA_SOURCE/configs/disclosure/dfe-cin.yaml" disclosure.yaml
"$LACUNA_BIN/lacuna-simulate" "$LACUNA_SOURCE/configs/demo-nation.yaml" --out nation --quiet
status=0
"$LACUNA_BIN/lacuna-ingest" --config run.yaml --run run --quiet || status=$?
[ "$status" -le 1 ] || fail "ingest ended with $status"
"$LACUNA_BIN/lacuna-link" --config run.yaml --run run --quiet
pairs=run/clerical/pairs.csv
[ "$(stat -c %a $pairs)" = 600 ] || fail "pairs.csv is readable by others"
"$LACUNA" show run/store/links.h5 link_quality --csv > before.csv
grep -q '^victims,labels,,0,' before.csv || fail "link_quality does not say that nothing was judged"
grep '^victims,expected_false_links' before.csv | grep -q uncalibrated || fail "expected errors do not say uncalibrated"

# Two judges: the truth, and one who is wrong in every twentieth pair; they agree on the truth.
awk -F, -v OFS=, '
    FNR == 1 { file++ }
    file == 1 { person[$1 "," $3] = $4; next }
    FNR == 1 { print; next }
    { a = person[$2 "," $3]; b = person[$4 "," $5]; right = a == b ? "Y" : "N"; wrong = a == b ? "N" : "Y"
      sub(/,,,$/, ""); print $0, right, (FNR % 20 ? right : wrong), (FNR % 20 ? "" : right) }
' nation/truth/records.csv $pairs > judged.csv
sed 's/blocking: auto/blocking: auto, judged: [judged.csv]/' run.yaml > judged.yaml
for threads in 1 3; do
    "$LACUNA_BIN/lacuna-link" --config judged.yaml --run run --threads "$threads" --quiet
    sha256sum < run/store/links.h5 > "$threads.sum"
done
cmp 1.sum 3.sum || fail "links.h5 differs between 1 and 3 threads"
"$LACUNA" show run/store/links.h5 link_quality --csv > after.csv
figure() { awk -F, -v measure="$1" -v item="$2" '$1 == "'"${3:-victims}"'" && $2 == measure && $3 == item { print $4 }' after.csv; }
grep '^victims,expected_false_links' after.csv | grep -q 'calibrated by judged' || fail "expected errors do not say calibrated"
asked=$(($(wc -l < judged.csv) - 1))
[ "$(figure judged_pairs '' all)" = "$asked" ] || fail "not every judged pair was read"
[ "$(figure judged_unknown '' all)" = 0 ] || fail "judged pairs were not found"
awk -v k="$(figure judged_kappa '' all)" 'BEGIN { exit !(k > 0.7 && k < 0.95) }' || fail "kappa is not that of one error in 20"
[ "$(($(wc -l < $pairs) - 1))" -lt "$((asked / 2))" ] || fail "judged pairs are asked again"

# True pairs: within three standard errors, and 1 % for what blocking missed.
"$LACUNA" show run/store/links.h5 persons --csv > persons.csv
truth=$(awk -F, '
    FNR == 1 { file++; next }
    file == 1 { person[$1 "," $3] = $4; next }
    $5 == "victims" { n[person[$2 "," $4]]++ }
    END { for (p in n) t += n[p] * (n[p] - 1) / 2; print t }
' nation/truth/records.csv persons.csv)
echo "true pairs $truth, estimated $(figure true_pairs 'p above 0.001') +- $(figure true_pairs 'standard error')"
awk -v t="$truth" -v e="$(figure true_pairs 'p above 0.001')" -v s="$(figure true_pairs 'standard error')" \
    'BEGIN { exit !(s < 0.01 * t && e > t - 3 * s - 0.01 * t && e < t + 3 * s) }' || fail "calibrated total far from the truth"

# Answers in the file are not overwritten; an answer that is none stops with status 3.
cp judged.csv $pairs
"$LACUNA_BIN/lacuna-link" --config run.yaml --run run --quiet 2> message
cmp -s judged.csv $pairs || fail "answers were overwritten"
sed '2s/,[YN],/,maybe,/' judged.csv > wrong.csv
sed 's/blocking: auto/blocking: auto, judged: [wrong.csv]/' run.yaml > wrong.yaml
status=0
"$LACUNA_BIN/lacuna-link" --config wrong.yaml --run run --quiet 2> message || status=$?
[ "$status" -eq 3 ] || fail "a wrong answer ended with $status"
grep -q 'row 1' message || fail "no row in the message"
