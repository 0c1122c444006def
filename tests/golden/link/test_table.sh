#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Links a table of invented persons through the researchers' entry.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/link
fail() { echo "FAIL: $*"; exit 1; }
link() { "$LACUNA_BIN/lacuna-link" --quiet "$@"; }

# 600 persons, two records each, the second with errors; the person is the number after the dash of the id.
awk 'function below(n) { s = (s * 69069 + 1) % 4294967296; return int(s / 65536) % n }
function name(i,  k, t) { t = ""; for (k = 0; k < 3; k++) { t = t substr("bakodenlirmansotervawin", 1 + i * 7 % 21, 2); i = int(i / 3) + 5 } return t }
BEGIN { s = 7; print "id,list,given,family,born,postcode,sex,comment"
  for (p = 0; p < 600; p++) { g[p] = name(below(90)); f[p] = name(100 + below(300)); y[p] = 1960 + below(50); m[p] = 1 + below(12); d[p] = 1 + below(28)
    c[p] = "ab" (1 + below(40)) " " below(10) "xy"; x[p] = below(2) ? "F" : "M" }
  for (r = 0; r < 2; r++) for (q = 0; q < 600; q++) { p = r ? (q * 7 + 3) % 600 : q
    given = g[p]; family = f[p]; year = y[p]; day = d[p]; code = c[p]
    if (r) { e = below(12)
      if (e == 0) given = substr(given, 1, 3) "q" substr(given, 5); if (e == 1) { given = f[p]; family = g[p] }
      if (e == 2) day = 1 + day % 28; if (e == 3 || e == 4) code = ""; if (e == 5) given = substr(given, 1, 1) }
    printf "%d-%d,%s,%s,%s,%02d/%02d/%d,%s,%s,\"a, \"\"b\"\"\"\n", r, p, r ? "B" : "A", given, family, day, m[p], year, code, x[p] } }' > table.csv
link --records table.csv --model "$here/model.yaml" --clusters clusters.csv --pairs pairs.csv --json report.json --threads 1
link --records table.csv --model "$here/model.yaml" --clusters clusters3.csv --pairs pairs3.csv --threads 3
cmp clusters.csv clusters3.csv || fail "clusters differ between 1 and 3 threads"
cmp pairs.csv pairs3.csv || fail "pairs differ between 1 and 3 threads"
# Rows in another order: the same persons under the same names, the same pairs.
awk 'NR == 1 { print; next } { row[(NR * 7919) % 1201] = $0 } END { for (k = 0; k < 1201; k++) if (k in row) print row[k] }' table.csv > shuffled.csv
cmp -s table.csv shuffled.csv && fail "the rows are not shuffled"
link --records shuffled.csv --model "$here/model.yaml" --clusters shuffled-clusters.csv --pairs shuffled-pairs.csv
cmp <(sort clusters.csv) <(sort shuffled-clusters.csv) || fail "clusters depend on the order of rows"
cmp pairs.csv shuffled-pairs.csv || fail "pairs depend on the order of rows"
[ "$(head -1 clusters.csv)" = "record_id,cluster_id" ] || fail "header of clusters"
[ "$(head -1 pairs.csv)" = "record_id_l,record_id_r,probability,weight,rule_mask" ] || fail "header of pairs"
[ "$(wc -l < clusters.csv)" -eq 1201 ] || fail "not one line per record"
awk -F'[,-]' 'NR > 1 { n[$3 "-" $4]++; good[$3 "-" $4] += $2 == $4 } END { for (k in n) { l += n[k] * (n[k] - 1) / 2; b += good[k] * (good[k] - 1) / 2 }
  printf "precision %.4f recall %.4f\n", b / l, b / 600; exit !(b / l > 0.99 && b / 600 > 0.98) }' clusters.csv || fail "worse than 0.99 and 0.98"
for key in '"schema": "lacuna-link/1"' '"records": 1200' '"largest_clusters"' '"missed_blocking"' '"levels"' '"seconds"'; do
    grep -q "$key" report.json || fail "no $key in the report"
done
link --records table.csv --model "$here/model.yaml" --json - > stdout.json
grep -q lacuna-link/1 stdout.json || fail "no report on standard output"

# within_source: false keeps the two records of one list apart.
sed 's/^source: list/source: list\nwithin_source: false/' "$here/model.yaml" > apart.yaml
link --records table.csv --model apart.yaml --clusters apart.csv --json apart.json
awk -F'[,-]' 'NR > 1 && ++n[$1 "," $3 "-" $4] > 1 { exit 1 }' apart.csv || fail "two records of one list in a person"

# Every pair of lists has a prior and u of its own; inside a list of which a person is once there is no match.
python3 - report.json apart.json <<'PY' || fail "priors of pairs of lists"
import json, sys
free, apart = ({tuple(c["lists"]): c for c in json.load(open(path))["lists"]} for path in sys.argv[1:])
for lists in free, apart:
    assert sorted(lists) == [("A", "A"), ("A", "B"), ("B", "B")], sorted(lists)
    between = lists["A", "B"]
    assert between["comparable_pairs"] == 360000 and abs(between["prior"] * 600 - 1) < 0.1, between["prior"]
    assert all(abs(sum(f["u"]) - 1) < 1e-9 for c in lists.values() for f in c["fields"])
for inside in ("A", "A"), ("B", "B"):
    assert apart[inside]["prior"] == 0 and apart[inside]["comparable_pairs"] == 0
    assert 0 < free[inside]["prior"] < free["A", "B"]["prior"] / 50, free[inside]["prior"]
PY

# What is wrong ends with the status of the contract and says where.
expect() { local want=$1 word=$2 status=0; shift 2; link "$@" 2> message || status=$?
    [ "$status" -eq "$want" ] || fail "$* ended with $status, not $want"; grep -q -- "$word" message || fail "$*: no '$word' in the message"; }
sed 's/compare: postcode/compare: postcod/' "$here/model.yaml" > bad.yaml
expect 2 postcode --records table.csv --model bad.yaml --clusters x.csv
sed 's/name: family/name: surname/' "$here/model.yaml" > bad.yaml
expect 3 surname --records table.csv --model bad.yaml --clusters x.csv
printf 'blocking: [[family, year(bron)]]\n' | cat "$here/model.yaml" - > bad.yaml
expect 2 born --records table.csv --model bad.yaml --clusters x.csv
expect 2 records --records table.csv --clusters x.csv
expect 2 threshold --records table.csv --model "$here/model.yaml" --clusters x.csv --threshold 2
expect 5 none.csv --records none.csv --model "$here/model.yaml" --clusters x.csv
[ ! -e x.csv ] || fail "a failed run left a file"
head -1 table.csv > empty.csv
link --records empty.csv --model "$here/model.yaml" --clusters empty-out.csv
[ "$(wc -l < empty-out.csv)" -eq 1 ] || fail "an empty table gives a header alone"
