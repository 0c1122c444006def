#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Files that cannot be read: status 3, one finding that says where and what to do, and nothing of the content.
set -u
check=$LACUNA_BIN/lacuna-check
failed=0
say() { echo "FAILED: $*"; failed=1; }
refuse() { # FILE RULE ROW MESSAGE
    local file=$1 rule=$2 row=$3 message=$4 got
    "$check" "$file" >out 2>err
    got=$?
    [ "$got" = 3 ] || say "$file: exit status $got instead of 3"
    head -1 out | grep -q "^$file: cannot be used$" || say "$file: not called unusable"
    grep -q "\[$rule\]" out || { say "$file: no finding $rule"; cat out; }
    [ -z "$row" ] || grep -qE "^    1 row: $row$" out || { say "$file: not row $row"; cat out; }
    grep -q -- "$message" out || { say "$file: does not say '$message'"; cat out; }
    ! grep -qE 'Quillfeather|Secretname' out err || say "$file: a person's value in a message"
}
rm -f ./*
header=local_ref,person_ref,role,forename,surname
row=1,N1,VICTIM,Zita,Quillfeather

printf '%s\n%s\n2,N2,VICTIM,"Secretname,x\n3,N3,VICTIM,A,B\n' "$header" "$row" >quote.csv
refuse quote.csv F08f-broken-csv 2 'never closed'
printf '%s\n%s\n2,N2,VICTIM,"A"B,Secretname\n' "$header" "$row" >inside.csv
refuse inside.csv F08f-broken-csv 2 'quote'
printf '%s\n1,N1,VICTIM,Secret\0name,B\n' "$header" >nul.csv
refuse nul.csv F08f-broken-csv 1 'NUL'
{
    printf '%s\n%s\n2,N2,VICTIM,Ann,' "$header" "$row"
    head -c 1048576 /dev/zero | tr '\0' x
    printf '\n'
} >large.csv
refuse large.csv F08f-broken-csv 2 'longer than 65536 bytes'
printf 'reference;role;name\n1;VICTIM;Quillfeather\n' >header.csv
refuse header.csv F08e-required-column '' 'no column local_ref'
printf '%s\n2,N2,VICTIM,Ann,Secretname\n' "$row" >noheader.csv
refuse noheader.csv F08e-required-column '' 'no column role'
printf '%s\n%s\n2,N2,VICTIM,Ren\x81,Secretname\n' "$header" "$row" >latin.csv
refuse latin.csv F09b-not-utf8 2 'CSV UTF-8'
grep -q 'column forename' out || say "latin.csv: the column is not named"
printf '%s\n' "$header" | iconv -f UTF-8 -t UTF-16LE >utf16.csv 2>/dev/null && refuse utf16.csv F08f-broken-csv '' 'NUL'
: >empty.csv
refuse empty.csv F08f-broken-csv '' 'no header'
printf 'local_ref,role,role\n1,VICTIM,VICTIM\n' >repeat.csv
refuse repeat.csv F08f-broken-csv '' 'same name'

# A usable file beside an unusable one is still checked.
printf '%s\n%s\n' "$header" "$row" >usable.csv
"$check" latin.csv usable.csv >out 2>err
[ $? = 3 ] || say "mixed files: not status 3"
grep -q '^usable.csv: 1 rows, 1 usable' out || say "mixed files: the usable one was not checked"
grep -q '1 of 2 files cannot be used' err || say "mixed files: not said"
# A return without rows is a nil return.
printf '%s\n' "$header" >nil.csv
"$check" nil.csv >out 2>err
grep -q '^nil.csv: 0 rows, 0 usable' out || say "header only: not read as nil"
exit $failed
