#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every failure mode of modes.txt: its rule fires on the smallest return that shows it, and is silent on the near miss.
set -u
export LC_ALL=C
here=$LACUNA_SOURCE/tests/golden/ingest
failed=0
say() { echo "FAILED: $*"; failed=1; }
rm -rf ./*
mkdir check
header=local_ref,person_ref,role,forename,surname,aliases,dob,age,sex,ethnicity,ethnicity_frame,ethnicity_source,nationality,postcode,lad,offence_from,offence_to,recorded_date,offence_code,criterion,cse_flag,image_only,online_flag,n_suspects,n_suspects_unidentified,n_victims,group_ref,operation,status,basis,referral_source,national_ref,transfer_force,transfer_ref
clean='GMP/25/#,N#,VICTIM,Zita,Quillfeather,,2009-05-04,15,F,W1,SDE18,SELF,GBR,M1 1AE,E08000003,2025-01-10,2025-01-20,2025-02-01,71,CSE,Y,N,N,2,2,1,,,LIVE,CONFIRMED,,,,'
awk -v header="$header" -v clean="$clean" -v source="$LACUNA_SOURCE" -f "$here/modes.awk" "$here/modes.txt" || exit 1

# The checker, all files of one kind at once; a line RULE FOUND for each finding of the file RULE.
check_all() { # bad|good
    "$LACUNA_BIN/lacuna-check" --json "$1.json" check/*."$1".csv >"$1.out" 2>"$1.err"
    [ $? -le 3 ] || say "checker on $1 files: exit status"
    awk -F'"' -v kind=".$1.csv" '$2 == "file" { file = $4; sub(/^check\//, "", file); sub(kind "$", "", file) }
        $2 == "rule" { print file, $4 }' "$1.json" >"$1.found"
}
check_all bad
check_all good

# Ingest, a folder each.
run_one() {
    "$LACUNA_BIN/lacuna-ingest" --config "$1.yaml" --run "$1.run" --threads 1 --quiet >"$1.out" 2>&1
    [ $? -le 1 ] || { echo "FAILED: $1: ingest ended with an error"; cat "$1.out"; exit 1; }
    tail -n +2 "$1.run/findings.csv" | awk -F, -v rule="${1%.*}" '{ print rule, $5 }' >"$1.found"
}
export -f run_one
awk '$3 == "ingest" { print $1 "." $2 }' expect.txt | xargs -P 2 -I {} bash -c 'run_one {}' || failed=1
cat ./*.bad.found >>bad.found
cat ./*.good.found >>good.found

while read -r rule kind how; do
    if [ "$kind" = bad ]; then
        grep -qx "$rule $rule" bad.found || say "$rule is silent on the case that shows it ($how)"
    else
        ! grep -qx "$rule $rule" good.found || say "$rule fires on the near miss ($how)"
    fi
done <expect.txt

# Every failure mode has a case, and every case a near miss.
for n in $(seq -w 1 44); do
    grep -q "^F$n" expect.txt || say "no case of F$n"
done
[ "$(awk '{ print $1 }' expect.txt | sort | uniq -c | awk '$1 != 2' | wc -l)" = 0 ] || say "a case without its other half"
! grep -rE 'Quillfeather|2009-05-04' bad.out bad.err bad.json ./*.bad.out ./*.bad.run/findings.csv || say "a person's value in a message"
[ $failed = 0 ] && echo "$(awk '{ print $1 }' expect.txt | sort -u | wc -l) cases"
exit $failed
