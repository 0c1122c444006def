#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Input that no honest return holds: bounded time and memory, the right status, a message that says what to do.
set -euo pipefail
fail() { echo "FAIL: $*"; exit 1; }
program=$LACUNA_BIN/lacuna-link
memory=1500000 # kB of address space, far below all pairs of 100,000 records (80 GB)
if ldd "$program" | grep -q -e asan -e tsan; then memory=unlimited; fi # sanitizers reserve address space

# expect STATUS WORD TABLE [MODEL]: links the table within a minute and the memory; WORD is in what it says.
expect() {
    local want=$1 word=$2 table=$3 model=${4:-auto.yaml} status=0
    rm -f clusters.csv
    (ulimit -v "$memory" && exec timeout 60 "$program" --records "$table" --model "$model" --clusters clusters.csv \
        --json report.json --threads 2) 2> message || status=$?
    [ "$status" -eq "$want" ] || fail "$table with $model ended with $status, not $want: $(cat message)"
    grep -q -- "$word" message || fail "$table with $model: no '$word' in: $(cat message)"
    case $want in
    0 | 1) [ "$(wc -l < clusters.csv)" -eq "$(wc -l < "$table")" ] || fail "$table: not one line per record" ;;
    *) [ ! -e clusters.csv ] || fail "$table: a refused run left a file" ;;
    esac
}
# table NAME RECORDS AWK: AWK gives a row without its id for record i; s is a random number below n by below(n).
table() {
    awk -v records="$2" "function below(n) { s = (s * 69069 + 1) % 4294967296; return int(s / 65536) % n }
        function word(n) { return sprintf(\"%c%c%c%c\", 97 + n % 26, 97 + int(n / 26) % 26, 97 + n * 7 % 26, 97 + n * 11 % 23) }
        function spread(p, k) { return int(p * (7919 + 2 * k) * 104729 % 1000003 / 7) }
        function spoilt(p, again) { # a person and again, now and then with another value
            return (again && p % 10 == 1 ? \"x\" : \"\") word(spread(p, 1) % 2000) \\
                \",\" word(2000 + spread(p, 2) % 4999 + (again && p % 10 == 2)) \\
                \",\" 1950 + spread(p, 3) % 50 + (again && p % 10 == 3) \"-0\" 1 + spread(p, 4) % 9 \"-1\" spread(p, 5) % 10 \\
                \",AB\" 1 + spread(p, 6) % 9 \" \" (again && p % 4 == 3 ? 9 : spread(p, 7) % 8) \"X\" \\
                substr(\"ABDEFGHJLN\", 1 + spread(p, 8) % 10, 1) \",F\" }
        BEGIN { s = 11; print \"id,given,family,born,postcode,sex\"; for (i = 0; i < records; i++) print i \",\" ($3) }" > "$1"
}
cat > auto.yaml <<'MODEL'
id: id
fields:
  - { name: given, compare: name, term_frequency: true }
  - { name: family, compare: name, term_frequency: true, household: true }
  - { name: born, compare: date }
  - { name: postcode, compare: postcode, household: true }
  - { name: sex, compare: exact }
MODEL
rules() { cat auto.yaml; printf '%s\n' "$@"; }

# One surname and no date of birth: nothing to train on, with rules of the program's choice or one's own.
table surname.csv 100000 'word(below(300)) ",smith,,," (i % 2 ? "F" : "M")'
expect 4 "family. has one value" surname.csv
rules 'blocking: [[family], [given]]' 'training: [[family], [given]]' > wide.yaml
expect 4 "family. has one value" surname.csv wide.yaml
rules 'blocking: [[family]]' 'block_maximum: 1000000' > budget.yaml
expect 4 "pair_budget" surname.csv budget.yaml

# The same person 100,000 times.
table same.csv 100000 '"ann,smith,1990-02-01,AB1 2CD,F"'
expect 4 "has one value" same.csv

# Empty fields everywhere: records of their own. Only every thousandth knows anything.
table empty.csv 100000 '",,,,"'
expect 0 "100000 persons" empty.csv
table sparse.csv 100000 'i % 1000 ? ",,,," : word(int(i / 2000)) ",jones,1970-01-" 10 + int(i / 2000) % 18 ",,"'
expect 0 "100000 records" sparse.csv

# A placeholder person beside real ones: blocks of placeholders are refined, dropped and told.
table placeholder.csv 30000 'i % 3 == 0 ? "unknown,unknown,1900-01-01,," : spoilt(int(i / 3), i % 3 == 2)'
rules 'blocking: [[family, born], [given, family], [postcode]]' 'training: [[family, born], [postcode]]' > real.yaml
expect 1 "were not compared" placeholder.csv real.yaml

# A hundred names in one value, twice.
table alias.csv 3000 'word(i % 700) ",," 1950 + i % 47 "-01-1" i % 10 ",,"'
awk -F, -v OFS=, 'NR == 9 || NR == 12 { n = $2; for (k = 0; k < 99; k++) n = n ";" $2 k; $2 = n } { print }' alias.csv > aliases.csv
sed 's/given, compare: name/given, compare: set/' auto.yaml > set.yaml
expect 0 "3000 records" aliases.csv set.yaml

# Not UTF-8: the line, not the name.
printf 'id,given,family,born,postcode,sex\n1,ann,sm\xffith,1990-01-01,AB1 2CD,F\n' > bytes.csv
expect 3 "line 2.*UTF-8" bytes.csv
grep -q smith message && fail "a value stands in the message"
# A value of 60,000 letters is missing, not a crash; one record and none are tables too.
printf 'id,given,family,born,postcode,sex\n1,%060000d,smith,1990-01-01,AB1 2CD,F\n2,ann,smith,1990-13-45,ZZZZ,\n' 0 > long.csv
expect 0 "2 records, 2 persons" long.csv
head -2 surname.csv > one.csv
expect 0 "1 records, 1 persons" one.csv
head -1 surname.csv > none.csv
expect 0 "0 records" none.csv
