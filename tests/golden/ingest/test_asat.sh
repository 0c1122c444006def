#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# As at a day: three quarters with revisions. Each quarter's run, rebuilt later from the last state of the folder, has
# the bytes it had then. What a version changed is told; what vanished or changed without a new version is found.
set -u
data=$LACUNA_SOURCE/tests/golden/ingest/data
ingest=$LACUNA_BIN/lacuna-ingest
failed=0
say() { echo "FAILED: $*"; failed=1; }
expect() { # STATUS CONFIGURATION ARGUMENTS...
    local status=$1 what=$2 got
    shift 2
    "$ingest" --config "$what.yaml" --quiet "$@" >out 2>err
    got=$?
    [ "$got" = "$status" ] || { say "$what $*: exit status $got instead of $status"; cat out err; }
}
rm -rf ./*
mkdir returns
cat >run.yaml <<END
run: { name: small, period_start: 2025-01-01, period_end: 2025-09-30 }
returns: { folder: returns, expected: [ { list: PF, forces: [E23000005, E23000032] } ] }
lists: { PF: {}, LA: {} }
link: { blocking: auto }
definitions: { files: [$LACUNA_SOURCE/configs/definitions/D_IICSA.yaml], headline: D_IICSA }
strata: {}
estimate: {}
publish: { title: Small, disclosure: $LACUNA_SOURCE/configs/disclosure/dfe-cin.yaml }
END
quarter() { # NUMBER: the clean return moved into that quarter
    local month=$(($1 * 3 - 1))
    sed "s/2025-02-01/2025-0$month-20/g; s/2025-01-10/2025-0$month-02/g; s/2025-01-20/2025-0$month-09/g; s/GMP.25/GMP\/25Q$1/g" \
        "$data/clean.csv"
}
line() { echo "$*" >>returns/returns.csv; }

# --- first quarter: one return ---
line return_id,list,agency,force,period_start,period_end,extract_date,received_date,version,supersedes,coverage,layout,file,sha256,declared_rows
quarter 1 >returns/g1.csv
line G1,PF,Greater Manchester Police,E23000005,2025-01-01,2025-03-31,2025-04-02,2025-04-10,1,,FULL,national-1,g1.csv,,
expect 1 run --run q1 --as-at 2025-05-20
# --- second: a revision of the first (a row gone, one changed, one new), Kent, the second quarter ---
{
    quarter 1 | sed '3d; s/,Zita,Quillfeather,/,Zita Anne,Quillfeather,/'
    quarter 1 | sed -n 2p | sed 's/25Q1.1/25Q1\/9/; s/,N1,/,N19,/'
} >returns/g1b.csv
quarter 2 >returns/g2.csv
sed 's/^GMP/KNT/; s/E08000003/E07000105/g; s/M1 1AE/TN23 1AA/; s/M4 5JD/TN23 1AB/' <(quarter 1) >returns/k1.csv
line G1B,PF,Greater Manchester Police,E23000005,2025-01-01,2025-03-31,2025-06-20,2025-07-01,2,G1,FULL,national-1,g1b.csv,,
line G2,PF,Greater Manchester Police,E23000005,2025-04-01,2025-06-30,2025-07-02,2025-07-10,1,,FULL,national-1,g2.csv,,
line K1,PF,Kent Police,E23000032,2025-01-01,2025-03-31,2025-07-02,2025-07-11,1,,FULL,national-1,k1.csv,,
expect 1 run --run q2 --as-at 2025-08-20
# --- third: the second quarter revised, and the third ---
quarter 2 | sed 's/,Orlo,/,Orlow,/' >returns/g2b.csv
quarter 3 >returns/g3.csv
line G2B,PF,Greater Manchester Police,E23000005,2025-04-01,2025-06-30,2025-09-20,2025-10-01,2,G2,FULL,national-1,g2b.csv,,
line G3,PF,Greater Manchester Police,E23000005,2025-07-01,2025-09-30,2025-10-02,2025-10-10,1,,FULL,national-1,g3.csv,,
expect 1 run --run q3 --as-at 2025-11-20

# --- later, from the last state of the folder ---
n=1
for day in 2025-05-20 2025-08-20 2025-11-20; do
    expect 1 run --run "again$n" --as-at $day --threads 2
    cmp "q$n/store/records.h5" "again$n/store/records.h5" || say "quarter $n: other bytes"
    diff -r --exclude store "q$n" "again$n" >/dev/null || say "quarter $n: other findings or rows set aside"
    n=$((n + 1))
done
! cmp -s q1/store/records.h5 q2/store/records.h5 || say "quarters are alike"
[ "$("$LACUNA" show q1/store/records.h5 returns --csv | wc -l)" = 2 ] || say "returns known at the first day"
! grep -qE 'G1B|k1.csv|g2' q1/findings.csv || say "what came later is told"

# --- every version is kept with its digest, and what it changed is told ---
"$LACUNA" show q3/store/records.h5 returns --csv >returns.txt
for file in g1 g1b g2 g2b g3 k1; do
    grep -q "$(sha256sum <returns/$file.csv | cut -d' ' -f1)" returns.txt || say "$file: no digest"
done
"$LACUNA" show q3/store/records.h5 revisions --csv >revisions.txt
rows=$(($(wc -l <"$data/clean.csv") - 1))
changed=$(grep -c ',Orlo,' "$data/clean.csv")
diff - revisions.txt <<END || say "revisions"
return_id,supersedes,added,changed,removed,same
G1B,G1,1,1,1,$((rows - 2))
G2B,G2,0,$changed,0,$((rows - changed))
END
grep -q '^G1B,g1b.csv,,,F05f-revision,note,"against return G1: 1 rows added, 1 changed, 1 removed"' q3/findings.csv || say "F05f"

# --- against an earlier run: a line taken out, a file changed in its place ---
sed 's/^returns: { folder: returns,/returns: { folder: returns, previous: q3,/' run.yaml >later.yaml
expect 1 later --run same --as-at 2025-11-20
! grep -qE 'F06[de]' same/findings.csv || say "F06: nothing changed"
sed -i '/^K1,/d' returns/returns.csv
rm returns/k1.csv
sed -i '$d' returns/g3.csv
expect 1 later --run changed --as-at 2025-11-20
grep -q "F06d-return-vanished,error,\"the earlier run knew return K1 ($rows rows used), which" changed/findings.csv || say "F06d"
grep -q "^G3,g3.csv,,,F06e-restated,error,\"an earlier run read another file under this return_id: $rows rows then, $((rows - 1)) now\"" \
    changed/findings.csv || say "F06e"
[ "$(grep -cE 'F06[de]' changed/findings.csv)" = 2 ] || say "F06: more than was changed"
exit $failed
