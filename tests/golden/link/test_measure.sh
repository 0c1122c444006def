#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The measuring of labelled sets: hides ids and truth, shuffles, and counts pairs rightly.
set -euo pipefail
fail() { echo "FAIL: $*"; exit 1; }
command -v python3 > /dev/null || exit 77

# 60 persons twice, the same values both times; person 60 is in truth the same as person 61, but unlike it.
awk 'BEGIN { print "record_id,name,born,entity_id"
  for (r = 0; r < 2; r++) for (p = 1; p <= 61; p++) { n = ""; h = p * 1299709 % 11881376
    for (k = 0; k < 5; k++) { n = n substr("abcdefghijklmnopqrstuvwxyz", 1 + h % 26, 1); h = int(h / 26) }
    printf "%d-%d,%s,%d-%02d-%02d,%d\n", p, r, n, 1950 + p, 1 + p % 12, 1 + p % 28, p < 60 ? p : 60 } }' > set.csv
cat > set.yaml <<'MODEL'
id: record_id
fields:
  - { name: name, compare: text }
  - { name: born, compare: date }
MODEL
echo "set,program,version,what,precision,recall,f1" > known.csv
rm -rf scratch && mkdir scratch
python3 "$LACUNA_SOURCE/tests/validation/link/measure.py" . "$LACUNA_BIN/lacuna-link" scratch --models . --samples 1 --labels 40 > report.md
IFS='| ' read -r _ set rows precision recall f1 best rest < <(grep '^| set | 122' report.md)
[ "$set $rows $precision $best" = "set 122 1.0000 -" ] || fail "first columns: $(grep '^| set' report.md)"
# 61 pairs found, 59 + 6 true ones
[ "$recall $f1" = "0.9385 0.9683" ] || fail "recall and F1: $recall $f1 $rest"
grep -q '^| set | 0 | 0.9683 | [0-9]* / 0 | [0-9]* / 4' report.md || fail "false and missed links"
# Judged: two rounds, no pair twice, and the answers are the truth.
labels=$(($(wc -l < scratch/set/judged.csv) - 1))
[ "$labels" -ge 20 ] && [ "$labels" -le 70 ] || fail "$labels pairs judged"
[ "$(cut -d, -f2,3 scratch/set/judged.csv | sort | uniq -d | wc -l)" -eq 0 ] || fail "a pair was judged twice"
grep -q "^| set | $labels | " report.md || fail "no figures with judged pairs"
[ "$(grep -c 'Y,Y,$' scratch/set/judged.csv)" -gt 0 ] || fail "no match among the judged pairs"
grep -q '^| set, [0-9]* |.* / 1.000 ' report.md || fail "no bin of matches"
grep -q entity_id <(head -1 ./set.csv) || fail "the set was overwritten"
grep -q entity_id <(head -1 scratch/set/hidden.csv) && fail "the truth was not hidden"
exit 0
