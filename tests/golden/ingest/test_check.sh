#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lacuna-check on a clean file, on one with more than a dozen defects, on several, and wrong usage.
set -u
data=$LACUNA_SOURCE/tests/golden/ingest/data
check=$LACUNA_BIN/lacuna-check
failed=0
say() { echo "FAILED: $*"; failed=1; }
expect() { # STATUS WHAT COMMAND... : standard output to out, standard error to err
    local status=$1 what=$2 got
    shift 2
    "$@" >out 2>err
    got=$?
    [ "$got" = "$status" ] || { say "$what: exit status $got instead of $status"; cat out err; }
}
rm -rf ./*
cp "$data"/clean.csv "$data"/dozen.csv .

expect 0 "clean file" "$check" clean.csv
[ ! -s err ] || say "clean file: something on standard error"

expect 1 "dozen defects" "$check" dozen.csv
diff "$data/dozen.txt" out || say "dozen defects: summary"
! grep -E 'Quillfeather|Bracken|2009-05-04|1900|2010-02-30|Boyfriend|Flat 2|20/01/2025' out err || say "a person's value in the summary"

expect 1 "two files" "$check" --json both.json clean.csv dozen.csv
grep -q '^clean.csv: 4 rows' out && grep -q '^dozen.csv: 12 rows' out || say "two files: summary"
grep -q '"schema": "lacuna-check/1"' both.json || say "JSON: schema"
[ "$(grep -c '"rule":' both.json)" = "$(sed -n 's/^total //p' "$data/dozen.count")" ] || say "JSON: number of findings"
grep -q '"set_aside": 7' both.json || say "JSON: rows set aside"

expect 1 "JSON alone" "$check" --json - dozen.csv
[ "$(head -c 1 out)" = "{" ] || say "JSON on standard output has something before it"

# The page: a good, a poor and a hopeless file. Structure as WCAG 2.1 AA asks, no script, nothing from elsewhere, no value.
printf 'Case number,Last name,D.O.B.,How sure\n1,Quillfeather,4/5/2009,sure\n' >hopeless.csv
page() { # STATUS NAME VERDICT
    expect "$1" "page of $2" "$check" --html "$2.html" "$2.csv"
    grep -q "$3" "$2.html" || say "page of $2: verdict"
    grep -q '<html lang="en-GB">' "$2.html" && grep -q "<title>Check of $2.csv before sending</title>" "$2.html" ||
        say "page of $2: language or title"
    [ "$(grep -o '<h1>' "$2.html" | wc -l)" = 1 ] || say "page of $2: not one h1"
    ! grep -qiE '<script|https?://|url\(|@import|<img|<link' "$2.html" || say "page of $2: script or something from elsewhere"
    ! grep -qE 'Quillfeather|Bracken|2009-05-04|4/5/2009|1900|2010-02-30|Boyfriend|Flat 2' "$2.html" || say "page of $2: a person's value"
    ! grep -E '<th[ >]' "$2.html" | grep -qE '<th(>| class)' || say "page of $2: a header cell without scope"
    [ "$(grep -o '<table>' "$2.html" | wc -l)" = "$(grep -oE '<caption( id="[^"]*")?>' "$2.html" | wc -l)" ] || say "page of $2: a table without caption"
    # Headings go down one level at a time; identifiers are unique; links lead somewhere.
    grep -oE '<h[1-6]' "$2.html" | cut -c3 | awk '$1 > last + 1 { bad = 1 } { last = $1 } END { exit bad }' || say "page of $2: a heading level is left out"
    [ -z "$(grep -oE ' id="[^"]*"' "$2.html" | sort | uniq -d)" ] || say "page of $2: an identifier twice"
    grep -oE 'href="#[^"]*"' "$2.html" | cut -d'#' -f2 | tr -d '"' | while read -r id; do
        grep -q "id=\"$id\"" "$2.html" || echo "$id"
    done | grep . && say "page of $2: a link to nowhere"
}
page 0 clean 'Nothing to correct'
page 1 dozen 'Correct the errors before sending'
page 3 hopeless 'cannot be used'
for file in clean hopeless; do
    "$check" --json "$file.json" "$file.csv" >"$file.txt" 2>/dev/null
    diff "$data/$file.txt" "$file.txt" || say "$file: summary"
    diff "$data/$file.json" "$file.json" || say "$file: JSON"
done
grep -q 'fits layout charity-log better' hopeless.html || say "page of a hopeless file: the nearest layout"
grep -q 'What to do' dozen.html && grep -q '<dt>Rows</dt><dd>\|<dt>Row</dt><dd>' dozen.html || say "page: says neither rows nor what to do"
grep -q "SHA-256 of the file: $(sha256sum dozen.csv | cut -d' ' -f1)" dozen.html || say "page: digest"
expect 1 "page of two" "$check" --html two.html clean.csv dozen.csv
[ "$(grep -c '<h2>' two.html)" = 2 ] || say "page of two files: headings"
expect 5 "page that cannot be written" "$check" --html absent/page.html clean.csv

# The same rules and the same bytes in any folder, without a configuration.
mkdir elsewhere && cp dozen.csv elsewhere
(cd elsewhere && "$check" dozen.csv >../out2)
diff "$data/dozen.txt" out2 || say "another folder: summary"

expect 2 "no file" "$check"
expect 2 "unknown layout" "$check" --layout nationel-1 clean.csv
grep -q 'did you mean national-1' err || say "unknown layout: no suggestion"
expect 5 "absent file" "$check" absent.csv
expect 0 "help" "$check" --help
exit $failed
