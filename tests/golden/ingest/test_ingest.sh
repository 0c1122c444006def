#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lacuna-ingest on a small folder: a version replaced, a return missing, one rejected, two nil, one nobody named.
set -u
data=$LACUNA_SOURCE/tests/golden/ingest/data
ingest=$LACUNA_BIN/lacuna-ingest
failed=0
say() { echo "FAILED: $*"; failed=1; }
expect() { # STATUS WHAT ARGUMENTS...
    local status=$1 what=$2 got
    shift 2
    "$ingest" "$@" >out 2>err
    got=$?
    [ "$got" = "$status" ] || { say "$what: exit status $got instead of $status"; cat out err; }
}
show() { # RUN TABLE: the table as CSV
    "$LACUNA" show "$1/store/records.h5" "$2" --csv
}
rm -rf ./*
mkdir returns

# --- the folder ---
cp "$data/clean.csv" returns/gmp-1.csv
sed 's/,N3,SUSPECT,/,N3,OFFENDER,/; s/^GMP.25.2,N4,VICTIM/,N4,VICTIM/' "$data/clean.csv" >returns/gmp-2.csv
sed 's/^GMP/KNT/; s/Zita/Zit\x81/' "$data/clean.csv" >returns/kent-1.csv
head -1 "$data/clean.csv" >returns/la-1.csv
{
    head -1 "$data/clean.csv"
    sed -n '2p;5p' "$data/clean.csv" | sed 's/^GMP.25/H/; s/E08000003/E08000035/; s/,71,CSE,/,88A,CSE,/'
} >returns/helpline-1.csv
printf 'x\n' >returns/stray.csv
mkdir returns/truth # folders are not looked into
sha=$(sha256sum returns/gmp-2.csv | cut -d' ' -f1)
q1=2025-01-01,2025-03-31,2025-04-02
cat >returns/returns.csv <<END
return_id,list,agency,force,period_start,period_end,extract_date,received_date,version,supersedes,coverage,layout,file,sha256,declared_rows
GMP-Q1-1,PF,Greater Manchester Police,E23000005,$q1,2025-04-10,1,,FULL,national-1,gmp-1.csv,,4
GMP-Q1-2,PF,Greater Manchester Police,E23000005,$q1,2025-06-20,2,GMP-Q1-1,FULL,national-1,gmp-2.csv,$sha,4
KNT-Q1-1,PF,Kent Police,Kent,$q1,2025-04-11,1,,FULL,national-1,kent-1.csv,,
LAN-Q1-1,PF,Lancashire,E23000003,$q1,,1,,MISSING,,,,
LA-Q1-1,LA,Manchester,E23000005,$q1,2025-05-30,1,,NIL,national-1,la-1.csv,,0
HLP-Q1-1,NGO,Helpline,,$q1,2025-04-12,1,,PARTIAL,national-1,helpline-1.csv,,2
END
cat >run.yaml <<END
run: { name: small, period_start: 2025-01-01, period_end: 2025-03-31 }
returns:
  folder: returns
  expected:
    - { list: PF, forces: [E23000005, E23000032, E23000003, E23000010] }
    - { list: NGO, agencies: [Helpline] }
lists: { PF: {}, LA: {}, NGO: {} }
link: { blocking: auto }
definitions: { files: [$LACUNA_SOURCE/configs/definitions/D_IICSA.yaml], headline: D_IICSA }
strata: {}
estimate: {}
publish: { title: Small, disclosure: $LACUNA_SOURCE/configs/disclosure/dfe-cin.yaml }
END

# --- everything received ---
expect 1 "all versions" --config run.yaml --run run --quiet
show run returns | cut -d, -f1,16- >returns.txt
diff - returns.txt <<'END' || say "states of the returns"
return_id,rows_read,rows_used,rows_quarantined,rows_superseded,rows_cancelled,state
GMP-Q1-1,4,0,0,4,0,SUPERSEDED
GMP-Q1-2,4,3,1,0,0,USED
KNT-Q1-1,0,0,0,0,0,REJECTED
LAN-Q1-1,0,0,0,0,0,MISSING
LA-Q1-1,0,0,0,0,0,NIL
HLP-Q1-1,2,2,0,0,0,USED
END
show run grid >grid.txt
diff - grid.txt <<'END' || say "grid"
list,agency,force,period_start,period_end,state
PF,Greater Manchester Police,E23000005,2025-01-01,2025-03-31,FULL
PF,Kent Police,E23000032,2025-01-01,2025-03-31,REJECTED
PF,Lancashire,E23000003,2025-01-01,2025-03-31,MISSING
PF,West Yorkshire,E23000010,2025-01-01,2025-03-31,MISSING
NGO,Helpline,,2025-01-01,2025-03-31,PARTIAL
LA,Manchester,E23000005,2025-01-01,2025-03-31,NIL
END
diff "$data/findings.csv" run/findings.csv || say "findings.csv"
diff - run/quarantine/GMP-Q1-2.csv <<END || say "quarantine"
reason,$(head -1 "$data/clean.csv")
F08j-reference-missing,$(sed -n 5p returns/gmp-2.csv)
END
[ "$(ls run/quarantine)" = GMP-Q1-2.csv ] || say "quarantine holds other files"
[ "$(stat -c %a run/findings.csv run/quarantine/GMP-Q1-2.csv run/store/records.h5 | sort -u)" = 600 ] ||
    say "files with personal data are readable by others"
[ "$(show run records | wc -l)" = 6 ] || say "number of records"
[ "$(show run cases | wc -l)" = 4 ] || say "number of cases"
# A wider agency's record has the force of the home district.
show run records | grep -q '^5,1,[0-9]*,NGO,E23000010,' || say "force of a wider agency's row"
! grep -rE 'Quillfeather|Bracken|2009-05-04' out err run/findings.csv || say "a person's value in a message"

# --- as at an earlier day ---
expect 1 "as at" --config run.yaml --run early --as-at 2025-06-01 --quiet
[ "$(show early returns | grep -c '^GMP-Q1-1,.*,4,4,0,0,0,USED$')" = 1 ] || say "as at: states"
! show early returns | grep -q '^GMP-Q1-2,' || say "as at: a line not yet received"
! grep -q GMP-Q1-2 early/findings.csv || say "as at: a return not yet known has findings"

# --- the same bytes at any thread count, and a digest of what was read ---
for threads in 1 2 7; do
    expect 1 "threads $threads" --config run.yaml --run "run$threads" --threads $threads --quiet
    cmp run/store/records.h5 "run$threads/store/records.h5" || say "threads $threads: other bytes"
    cmp run/findings.csv "run$threads/findings.csv" || say "threads $threads: other findings"
done
digest() { h5dump -a "$2" "$1/store/records.h5" 2>/dev/null | grep '(0)'; }
if command -v h5dump >/dev/null; then
    cp returns/helpline-1.csv saved.csv
    sed -i 's/,Zita,/,Zitta,/' returns/helpline-1.csv
    expect 1 "changed file" --config run.yaml --run changed --quiet
    [ "$(digest run input_digest)" != "$(digest changed input_digest)" ] || say "the digest does not see a changed file"
    mv saved.csv returns/helpline-1.csv
fi

# --- a clean folder, then one that cannot be used ---
mkdir -p good
cp returns/gmp-1.csv good
sed -n '1,2p' returns/returns.csv >good/returns.csv
sed -e 's/folder: returns/folder: good/; /NGO, agencies/d; s/forces: .*\]/forces: [E23000005]/' run.yaml >good.yaml
expect 0 "clean folder" --config good.yaml --run good-run
[ "$(wc -l <good-run/findings.csv)" = 1 ] || say "clean folder: findings"
sed -i 's/^return_id,list/return_id,lists/' good/returns.csv
expect 3 "register without a column" --config good.yaml --run bad-run
[ ! -e bad-run/store/records.h5 ] || say "a store was written without a register"
rm good/returns.csv
expect 5 "no register" --config good.yaml --run bad-run
expect 2 "no run folder" --config good.yaml
exit $failed
