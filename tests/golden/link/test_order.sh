#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The rows of every return, and of the register, in another order: the same persons under the same names, the same drawn
# linkages, and the same sample to be judged, at 1, 2 and 3 threads. A record is known by its return and its line.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/link
fail() { echo "FAIL: $*"; exit 1; }

rm -rf nation shuffled run other ./*.yaml ./*.csv ./*.txt
cp "$here/run.yaml" .
cp "$LACUNA_SOURCE/configs/definitions/D_IICSA.yaml" definition.yaml
cp "$LACUNA_SOURCE/configs/disclosure/dfe-cin.yaml" disclosure.yaml
"$LACUNA_BIN/lacuna-simulate" "$LACUNA_SOURCE/configs/demo-nation.yaml" --out nation --quiet

# shuffle STEP FILE: line k of n goes to k * STEP modulo a prime above n; the header stays.
shuffle() {
    awk -v step="$1" 'NR == 1 { print; next } { line[n++] = $0 }
        END { p = n + 1; do { prime = 1; for (d = 2; d * d <= p; d++) if (p % d == 0) { prime = 0; p++; break } } while (!prime)
              for (k = 0; k < n; k++) to[(k + 1) * step % p] = k; for (k = 0; k < p; k++) if (k in to) print line[to[k]] }' "$2"
}
mkdir shuffled
for file in nation/*.csv; do shuffle 7919 "$file" > "shuffled/${file#nation/}"; done
awk -F, -v OFS=, 'NR > 1 { $14 = "" } { print }' nation/returns.csv > register.csv # digests are those of the files as they were
cp register.csv nation/returns.csv
shuffle 31 register.csv > shuffled/returns.csv
moved=0
for file in nation/*.csv; do
    cmp -s "$file" "shuffled/${file#nation/}" || moved=$((moved + 1))
    cmp <(sort "$file") <(sort "shuffled/${file#nation/}") || fail "$file lost a row"
done
[ "$moved" -gt 20 ] || fail "only $moved files were shuffled"

sed 's/folder: nation/folder: shuffled/' run.yaml > other.yaml
for run in run other; do
    status=0
    "$LACUNA_BIN/lacuna-ingest" --config $run.yaml --run $run --quiet || status=$?
    [ "$status" -le 1 ] || fail "ingest of $run ended with $status"
done
show() { "$LACUNA" show "$1/store/links.h5" "$2" --csv; }
# said FOLDER RUN TABLE: persons by record, or draws by draw and record, with records and the persons of a draw named by
# return and line; sorted.
said() {
    show "$2" persons > "$2-persons.csv"
    show "$2" "$3" > "$2-$3.csv"
    awk -F, -v folder="$1" -v table="$3" '
        FNR == 1 { file++; next }
        file == 1 {
            if (!($3 in read)) { read[$3] = n = 0; while ((getline text < (folder "/" $3)) > 0) line[$3 "," n++] = text; close(folder "/" $3) }
            say[$1] = $2 " " line[$3 "," $4]; number[$7] = $6; rows = $1 + 1
            if (table == "persons") print $6, $5, say[$1]
            next
        }
        table == "partitions" { print $1, say[$2], $3 in number ? number[$3] : "of " say[$3 - rows] }
        table == "pairs" { a = say[$1]; b = say[$2]; print (a < b ? a " & " b : b " & " a), $3, $4, $5, $6 }
    ' "$2-persons.csv" "$2-$3.csv" | LC_ALL=C sort
}
for threads in 1 2 3; do
    for run in run other; do
        "$LACUNA_BIN/lacuna-link" --config $run.yaml --run $run --threads $threads --quiet
        sha256sum < $run/store/links.h5 > $run-$threads.sum
        cmp $run-1.sum $run-$threads.sum || fail "$run: links.h5 differs between 1 and $threads threads"
    done
done
for table in persons pairs partitions; do
    said nation run $table > run.txt
    said shuffled other $table > other.txt
    [ "$(wc -l < run.txt)" -gt 1000 ] || fail "hardly any $table"
    cmp run.txt other.txt || fail "$table depend on the order of rows"
done
[ "$(sort -u run-persons.csv | wc -l)" -gt 5000 ] || fail "no persons"
awk -F, 'NR > 1 { if (($6 in number) && number[$6] != $7) exit 1; number[$6] = $7 }' run-persons.csv || fail "one name for two persons"
for table in link_quality model link_weights; do
    cmp <(show run $table) <(show other $table) || fail "$table depends on the order of rows"
done
cmp <(show run link_groups | sort) <(show other link_groups | sort) || fail "link_groups depends on the order of rows"
# What the judges see, without returns, rows and sides, in the order in which they see it.
sides() { awk -F, 'NR > 1 { text = ""; for (k = 6; k <= NF; k++) { v = $k; for (at = k - 1; at > 5 && $at > v; at--) $(at + 1) = $at; $(at + 1) = v }
    for (k = 6; k <= NF; k++) text = text "," $k; print $1 text }' "$1/clerical/pairs.csv"; }
[ "$(sides run | wc -l)" -gt 100 ] || fail "no pairs to judge"
cmp <(sides run) <(sides other) || fail "the sample to be judged depends on the order of rows"

# A run after the shuffled one knows every record again.
sed 's/blocking: auto/blocking: auto, previous: run/' other.yaml > after.yaml
"$LACUNA_BIN/lacuna-link" --config after.yaml --run other --quiet
[ "$(show other ledger | wc -l)" -eq 1 ] || fail "shuffled rows made a ledger"
said nation run persons > run.txt
said shuffled other persons > other.txt
cmp run.txt other.txt || fail "names of the earlier run were lost"
