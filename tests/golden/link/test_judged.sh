#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The clerical round trip of a table: pairs out, answered by the truth in two rounds, read back. The table breaks the
# model's independence on purpose: one person in three has brothers who share surname, postcode and list.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/link
fail() { echo "FAIL: $*"; exit 1; }
link() { "$LACUNA_BIN/lacuna-link" --quiet --records table.csv --model model.yaml "$@"; }
rm -f ./*.csv ./*.yaml ./*.json message

# The person is the number after the dash of the identifier; some identifiers look like formulas.
awk 'function below(n) { s = (s * 69069 + 1) % 4294967296; return int(s / 65536) % n }
function name(i,  k, t) { t = ""; for (k = 0; k < 3; k++) { t = t substr("bakodenlirmansotervawin", 1 + i * 7 % 21, 2); i = int(i / 3) + 5 } return t }
BEGIN { s = 9; print "id,list,given,family,born,postcode,sex,=comment"
  for (p = 0; p < 1200; p++) { g[p] = name(below(60)); f[p] = name(100 + below(200)); y[p] = 1960 + below(50); m[p] = 1 + below(12); d[p] = 1 + below(28)
    c[p] = "ab" (1 + below(40)) " " below(10) "xy"; x[p] = below(2) ? "F" : "M"
    if (p % 3 == 2) { f[p] = f[p - 1]; c[p] = c[p - 1]; x[p] = x[p - 1]; if (p % 2) { y[p] = y[p - 1]; m[p] = m[p - 1]; d[p] = d[p - 1] } } }
  for (r = 0; r < 2; r++) for (q = 0; q < 1200; q++) { p = r ? (q * 7 + 3) % 1200 : q
    given = g[p]; family = f[p]; year = y[p]; day = d[p]; code = c[p]
    if (r) { e = below(8)
      if (e == 0) given = substr(given, 1, 3) "q" substr(given, 5); if (e == 1) given = name(below(60))
      if (e == 2) day = 1 + day % 28; if (e == 3 || e == 4) code = ""; if (e == 5) given = substr(given, 1, 1) }
    printf "%s%d-%d,%s,%s,%s,%02d/%02d/%d,%s,%s,\"=a, \"\"b\"\"\"\n", q % 50 ? "" : "=", r, p, r ? "B" : "A", given, family, day, m[p], year, code, x[p] } }' > table.csv
cp "$here/model.yaml" model.yaml
link --clusters clusters.csv --json before.json
grep -q '"basis": "model-based, uncalibrated"' before.json || fail "nothing was judged, and the report does not say so"
grep -q '"calibration": null' before.json || fail "a calibration without judged pairs"

# answer ROUND FILE: a judge who knows, and one who is wrong in every twentieth pair and is put right.
answer() { awk -F, -v OFS=, 'NR == 1 { print; next }
    { a = $2; b = $3; sub(/.*-/, "", a); sub(/.*-/, "", b); right = a == b ? "Y" : "N"; wrong = a == b ? "N" : "Y"
      sub(/,,,$/, ""); print $0, right, (NR % 20 ? right : wrong), (NR % 20 ? "" : right) }' "$1"; }
printf 'label_count: 150\n' >> model.yaml
link --clerical sample.csv --json sample.json
[ "$(stat -c %a sample.csv)" = 600 ] || fail "the sample is readable by others"
rows=$(($(wc -l < sample.csv) - 1))
[ "$rows" -ge 100 ] && [ "$rows" -le 160 ] || fail "$rows pairs to judge, not about 150"
head -1 sample.csv | grep -q '^pair,left,right,left_list,right_list,left_given,right_given,.*"\?left_=comment"\?,.*,judge_1,judge_2,agreed$' ||
    fail "the columns are not those of the table"
grep -q "'=a" sample.csv || fail "a formula is a formula"
grep -qi -e weight -e probab -e strat sample.csv && fail "the judges see what the program thinks"
answer sample.csv > judged.csv
cp judged.csv sample.csv
link --clerical sample.csv 2> message
cmp -s judged.csv sample.csv || fail "answers were overwritten"
grep -q 'holds answers' message || fail "answers were spared without a word"

# The second round asks for other pairs; both together count.
sed 's/label_count: 150/label_count: 300/' model.yaml > more.yaml && mv more.yaml model.yaml
link --judged judged.csv --clerical second.csv
[ "$(awk -F, 'NR > 1 { print $2, $3 }' judged.csv second.csv | sort | uniq -d | wc -l)" -eq 0 ] || fail "judged pairs are asked again"
answer second.csv > judged2.csv
for threads in 1 2 3; do
    link --judged judged.csv --judged judged2.csv --clusters clusters$threads.csv --pairs pairs$threads.csv --pairs-from 0.001 --json after.json --threads $threads
    cmp clusters1.csv clusters$threads.csv || fail "clusters differ between 1 and $threads threads"
    cmp pairs1.csv pairs$threads.csv || fail "pairs differ between 1 and $threads threads"
done
{ head -1 table.csv; tail -n +2 table.csv | tac; } > turned.csv
"$LACUNA_BIN/lacuna-link" --quiet --records turned.csv --model model.yaml --judged judged2.csv --judged judged.csv --pairs pairs4.csv --pairs-from 0.001 --clusters turned-out.csv
cmp pairs1.csv pairs4.csv || fail "pairs depend on the order of rows"
cmp <(sort clusters1.csv) <(sort turned-out.csv) || fail "clusters depend on the order of rows"
asked=$(($(wc -l < judged.csv) + $(wc -l < judged2.csv) - 2))
grep -q "\"rows\": $asked," after.json || fail "not every judged pair was read"
grep -q '"unknown": 0' after.json || fail "judged pairs were not found"
grep -q '"basis": "calibrated by judged pairs"' after.json || fail "the report does not say that pairs were judged"
figure() { sed -n "s/.*\"$1\": \([0-9.eE+-]*\),*$/\1/p" "$2" | head -1; }
awk -v k="$(figure kappa after.json)" 'BEGIN { exit !(k > 0.7 && k < 0.97) }' || fail "kappa is not that of one error in 20"

# False links: the model expects far too few; with judged pairs the expectation is near.
errors() { awk -F'[,-]' 'NR > 1 { sub(/=/, "", $3); n[$3 "-" $4]++; good[$3 "-" $4 "-" $2]++ } END { for (k in n) l += n[k] * (n[k] - 1) / 2
    for (k in good) b += good[k] * (good[k] - 1) / 2; print l - b, 1200 - b }' "$1"; }
read -r false missed < <(errors clusters1.csv)
read -r false_before _ < <(errors clusters.csv)
echo "false links: expected by the model $(figure false_links before.json), actual $false_before; judged: expected $(figure false_links after.json), actual $false; missed $missed"
awk -v e="$(figure false_links after.json)" -v a="$false" 'BEGIN { d = e - a; exit !(d * d < 9 * (a + 4) || (e > a * 0.6 && e < a * 1.6)) }' ||
    fail "expected false links are far from the actual ones"

# The weight of a pair is that of --explain with the same judged pairs.
IFS=, read -r left right _ weight _ < <(awk -F, 'NR > 1 && $3 > 0.2 && $3 < 0.8' pairs1.csv | head -1)
link --judged judged.csv --judged judged2.csv --explain "$left,$right" --plots plots > text
grep -q 'calibrated by [0-9]* judged pairs' text || fail "judged pairs are not named"
awk -F, -v w="$weight" 'END { d = $5 - w; exit !($1 == "calibrated" && d * d < 1e-12) }' plots/pair.csv || fail "not the calibrated weight"

# An answer that is none, a file that is none, and records that are not there.
expect() { local want=$1 word=$2 status=0; shift 2; link "$@" 2> message || status=$?
    [ "$status" -eq "$want" ] || fail "$* ended with $status, not $want"; grep -q -- "$word" message || fail "$*: no '$word' in the message"; }
sed '2s/,[YN],/,maybe,/' judged.csv > wrong.csv
expect 3 'row 1' --judged wrong.csv --clusters x.csv
grep -q maybe message && fail "the answer stands in the message"
expect 3 'left' --judged table.csv --clusters x.csv
expect 5 'none.csv' --judged none.csv --clusters x.csv
expect 2 '--pairs-from' --pairs-from 2 --pairs x.csv
[ ! -e x.csv ] || fail "a failed run left a file"
sed '2s/^\([^,]*\),[^,]*/\1,nobody/' judged.csv > stranger.csv
link --judged stranger.csv --json stranger.json
grep -q '"unknown": 1' stranger.json || fail "a record that is not there was not counted"
