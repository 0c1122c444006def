#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Degenerate tables through every method: the right status, and a sentence a researcher understands.
set -u
estimate=$LACUNA_BIN/lacuna-estimate
failures=0

# run STATUS PATTERN NAME OPTION...: table from standard input; the pattern in the message or the output
run() {
    local status=$1 pattern=$2 name=$3 got
    shift 3
    cat >table.csv
    timeout 120 "$estimate" --table table.csv "$@" >out.txt 2>err.txt
    got=$?
    if [ "$got" -ne "$status" ] || ! cat out.txt err.txt | tr '\n' ' ' | tr -s ' ' | grep -Eq -- "$pattern"; then
        echo "FAILED: $name: status $got (expected $status), pattern '$pattern'"
        head -40 err.txt out.txt
        failures=$((failures + 1))
    fi
    if grep -Eiq 'sanitizer|nan|-inf' out.txt err.txt; then
        echo "FAILED: $name: not a number in the output"
        failures=$((failures + 1))
    fi
}

printf 'A,count\n1,5\n' | run 3 'the table has 1 list; 2 to 16 are needed' 'one list' --method all
printf 'A,B,count\n' | run 3 'the table has no persons' 'empty' --method all
printf '' | run 3 'remedy' 'no header' --method all
printf 'A,B,count\n0,0,\n1,0,0\n' | run 3 'the table has no persons' 'zeros only' --method all
printf 'A,B,C,count\n1,0,0,7\n0,1,0,8\n0,0,1,9\n' |
    run 4 'too few persons are on more than one list' 'no overlap' --method lincoln-petersen
printf 'A,B,C,count\n1,0,0,7\n0,1,0,8\n0,0,1,9\n' |
    run 4 'none of 8 models has an estimate' 'no overlap' --method loglinear-all
printf 'A,B,C,count\n1,0,0,7\n0,1,0,8\n0,0,1,9\n' | run 0 '3 pairs of lists share nobody' 'no overlap' --method all
printf 'A,B,count\n1,1,1\n' | run 0 '1 persons on 2 lists' 'one person' --method all
printf 'A,B,C,count\n1,0,0,1\n1,1,1,1\n' | run 0 '2 persons on 3 lists' 'two persons' --method all
printf 'A,B,C,count\n1,1,1,50\n' | run 0 'chao' 'everybody on every list' --method all
printf 'A,B,C,count\n1,1,0,50\n1,1,1,20\n0,0,1,9\n' | run 0 'A' 'a list that is a copy of another' --method all
printf 'A,B,C,count\n1,0,0,1000000000\n0,1,0,900000000\n0,0,1,800000000\n1,1,0,100000000\n1,0,1,90000000\n0,1,1,80000000\n1,1,1,9000000\n' |
    run 0 '2979000000 persons on 3 lists' 'counts of 1e9' --method all --bootstrap 50
printf 'A,B,C,count\n1,0,0,9007199254740992\n0,1,0,1\n' | run 3 'add up to more than' 'counts that overflow' --method all
printf 'A,B,count\n1,0,1e9\n0,1,3\n' | run 3 'not a whole number' 'a count in exponent form' --method all
awk 'BEGIN { for (i = 1; i <= 12; i++) printf "L%d,", i; print "count"
    for (i = 1; i <= 12; i++) { for (k = 1; k <= 12; k++) printf "%d,", k == i; print 100 + i }
    for (i = 1; i < 12; i++) for (j = i + 1; j <= 12; j++) { for (k = 1; k <= 12; k++) printf "%d,", k == i || k == j; print 5 + (i * j) % 4 } }' |
    run 0 'merge' 'twelve lists' --method chao --method chao-mt --method m0 --method loglinear-average
awk 'BEGIN { for (i = 1; i <= 17; i++) printf "L%d,", i; print "count"
    for (i = 1; i <= 17; i++) { for (k = 1; k <= 17; k++) printf "%d,", k == i; print 9 } }' |
    run 3 '17 lists; 2 to 16 are needed' 'seventeen lists' --method all

# how many were seen how often
printf 'ncaptures,count\n1,187\n2,56\n3,28\n' | run 0 'needs to know on which lists' 'frequencies' --method all
printf 'ncaptures,count\n1,187\n2,56\n3,28\n' | run 4 'needs to know on which lists' 'frequencies, two lists' --method chapman
printf 'ncaptures,count\n1,187\n2,56\n3,28\n' | run 2 'persons seen 3 times' 'frequencies above K' --method m0 --lists 2
printf 'ncaptures,count\n1,187\n' | run 3 'nobody was seen more than once' 'frequencies of one' --method m0
printf 'ncaptures,count\n1.5,187\n2,4\n' | run 3 'row 1: column ncaptures: .*\[table-captures\]' 'half a capture' --method m0
printf 'ncaptures,count\n0,12\n1,187\n2,4\n' | run 3 'nobody can count the unseen' 'never captured' --method m0
printf 'A,ncaptures,count\n0,1,187\n1,2,4\n' | run 3 'column A: .*\[table-form\]' 'both forms' --method m0
printf 'A,B,count\n1,0,12\n1,1,3\n' | run 2 'a column for each list' 'K of a history table' --method chao --lists 3
exit $((failures > 0))
