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
diff - out <<'END' || say "clean file: summary"
clean.csv: 4 rows, 4 usable, 0 set aside
nothing found
END
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
