#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tables and options that cannot be used: exit status and what the message says.
set -u
estimate=$LACUNA_BIN/lacuna-estimate
failures=0

# refuse STATUS PATTERN CSV OPTION...: the run must end with the status and a message that matches
refuse() {
    local status=$1 pattern=$2 got
    printf '%b' "$3" >table.csv
    shift 3
    "$estimate" --table table.csv "$@" >out.txt 2>err.txt
    got=$?
    if [ "$got" -ne "$status" ] || ! grep -Eq -- "$pattern" err.txt || ! grep -q 'remedy: ' err.txt; then
        echo "FAILED: status $got (expected $status), pattern '$pattern', options: $*"
        cat err.txt
        failures=$((failures + 1))
    fi
}
good='A,B,count\n1,0,7\n0,1,8\n1,1,3\n'

# the table
refuse 3 'table.csv: row 1: column count: .*negative \[table-count\]' 'A,B,count\n1,0,-5\n0,1,3\n'
refuse 3 'row 2: column count: .*whole number.*\[table-count\]' 'A,B,count\n1,0,5\n0,1,2.5\n'
refuse 3 'row 1: column count: .*\[table-count\]' 'A,B,count\n1,0,99999999999999999999\n0,1,3\n'
refuse 3 'row 1: column count: .*too large \[table-count\]' 'A,B,count\n1,0,9007199254740993\n0,1,3\n'
refuse 3 'row 2: column count: .*add up.*\[table-count\]' 'A,B,count\n1,0,9007199254740992\n0,1,3\n'
refuse 3 'row 2: column count: .*empty \[table-count\]' 'A,B,count\n1,0,5\n0,1,\n'
refuse 3 'row 2: column B: .*\[table-entry\]' 'A,B,count\n1,0,5\n0,2,3\n1,1,1\n'
refuse 3 'row 1: column B: .*\[table-entry\]' 'A,B,count\n1,2,5\n0,1,3\n1,1,1\n'
refuse 3 'row 2: column A: .*\[table-entry\]' 'A,B,count\n1,0,5\n,1,3\n1,1,1\n'
refuse 3 'no column .count. \[table-count-column\]' 'A,B,n\n1,0,5\n0,1,3\n'
refuse 3 '1 list; 2 to 16 .*\[table-lists\]' 'A,count\n1,5\n0,\n'
refuse 3 'column C: .*no person.*\[table-list-empty\]' 'A,B,C,count\n1,0,0,5\n0,1,0,3\n0,1,1,0\n'
refuse 3 'no persons.*\[table-empty\]' 'A,B,count\n1,0,0\n0,1,0\n'
refuse 3 'no persons.*\[table-empty\]' 'A,B,count\n'
refuse 3 'row 1: column count: .*zeros.*\[table-zero-row\]' 'A,B,count\n0,0,7\n0,1,3\n1,1,3\n'
refuse 3 'same name' 'A,B,A,count\n1,0,1,7\n'
refuse 3 'column 2 has no name \[table-header\]' 'A,,count\n1,0,7\n'
refuse 3 'never closed' 'A,B,count\n1,0,"7\n'
refuse 3 '' 'A,B,count\n1,0\n0,1,3\n'
refuse 3 '' ''

# options
refuse 2 'pvalue makes no sense for chao' "$good" --method chao --pvalue 0.1
refuse 2 'top makes no sense for loglinear-average' "$good" --method loglinear-average --top 5
refuse 2 'model makes no sense' "$good" --method loglinear-all --model 'A + B'
refuse 4 'three lists' "$good" --method latent-class
refuse 4 'three lists' "$good" --method decomposable
refuse 2 'draws makes no sense for chao' "$good" --method chao --draws 1000
refuse 2 'did you mean .loglinear' "$good" --method lorglinear
refuse 2 'needs a model' "$good" --method loglinear
refuse 2 'model' "$good" --method loglinear --model 'A*B'
refuse 2 'Q' "$good" --method loglinear --model 'A + Q'
refuse 2 'wald lognormal profile' "$good" --method loglinear --model 'A + B' --interval symmetric
refuse 2 'needs replicates' "$good" --method loglinear-stepwise --interval bca --bootstrap 0
refuse 2 'bootstrap makes no sense with --interval wald' "$good" --method loglinear-stepwise --interval wald --bootstrap 9
refuse 2 'pair of two different lists' "$good" --method chapman --model A,A
refuse 2 'no stratum' "$good" --strata region
refuse 2 'does not go with' "$good" --config x.yaml

# no estimate: status 4, and the reasons both on stderr and in the JSON
refuse 4 'infinite' 'A,B,count\n1,0,7\n0,1,8\n' --method loglinear-stepwise --json none.json
if ! grep -q '"status": "infinite"' none.json || ! grep -q '"estimate": null' none.json; then
    echo "FAILED: the JSON of an infinite estimate"
    failures=$((failures + 1))
fi
artificial='A,B,C,count\n1,0,0,40\n0,1,0,30\n0,0,1,20\n1,1,0,6\n'
refuse 4 'not-identifiable' "$artificial" --method loglinear --model 'A*B + A*C + B*C'
refuse 4 'infinite' "$artificial" --method loglinear --model 'A*B + C'

# several methods: one estimate is enough
printf '%b' "$artificial" >table.csv
"$estimate" --table table.csv --method loglinear --model 'A*B + C' --method chao --quiet >/dev/null || {
    echo "FAILED: several methods, one of them infinite: status $?"
    failures=$((failures + 1))
}

# a file that is not there, and nothing to do
"$estimate" --table absent.csv 2>/dev/null
[ $? -eq 5 ] || { echo "FAILED: an absent file"; failures=$((failures + 1)); }
"$estimate" 2>/dev/null
[ $? -eq 2 ] || { echo "FAILED: no arguments"; failures=$((failures + 1)); }

exit $((failures > 0))
