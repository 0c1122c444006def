#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lacuna-ingest killed at several moments, and on a full disk: no partial file under its final name, and the same command
# again gives the bytes of a run that was left alone.
set -u
data=$LACUNA_SOURCE/tests/golden/ingest/data
failed=0
say() { echo "FAILED: $*"; failed=1; }
rm -rf ./*
mkdir returns
echo return_id,list,agency,force,period_start,period_end,extract_date,received_date,version,supersedes,coverage,layout,file,sha256,declared_rows >returns/returns.csv
for i in 1 2 3; do
    awk -v q="$i" 'NR == 1 { print; next } { row[NR] = $0 }
        END { for (k = 1; k <= 5000; k++) for (r = 2; r <= NR; r++) { t = row[r]; sub(/^GMP/, "GMP" q "/" k, t); print t } }' \
        "$data/clean.csv" >returns/r$i.csv
    echo "R$i,PF,Agency $i,E23000005,2025-01-01,2025-03-31,2025-04-02,2025-04-10,1,,FULL,national-1,r$i.csv,," >>returns/returns.csv
done
cat >run.yaml <<END
run: { name: small, period_start: 2025-01-01, period_end: 2025-03-31 }
returns: { folder: returns }
lists: { PF: {}, LA: {} }
link: { blocking: auto }
definitions: { files: [$LACUNA_SOURCE/configs/definitions/D_IICSA.yaml], headline: D_IICSA }
strata: {}
estimate: {}
publish: { title: Small, disclosure: $LACUNA_SOURCE/configs/disclosure/dfe-cin.yaml }
END
ingest() { "$LACUNA_BIN/lacuna-ingest" --config run.yaml --quiet --threads 2 --run "$1" >out 2>err; }
ingest whole
[ -s whole/store/records.h5 ] || { cat err; exit 1; }

for moment in 0.05 0.2 0.5; do
    rm -rf killed
    "$LACUNA_BIN/lacuna-ingest" --config run.yaml --quiet --threads 2 --run killed >out 2>err &
    sleep $moment
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    [ ! -e killed/store/records.h5 ] || cmp -s whole/store/records.h5 killed/store/records.h5 || say "killed: a partial store"
    ingest killed
    diff -rq whole killed || say "killed after $moment s: other files than a run left alone"
done

if [ "$(id -u)" = 0 ] && mkdir disk && mount -t tmpfs -o size=300k tmpfs disk 2>/dev/null; then
    ingest disk/run
    status=$?
    [ $status = 5 ] || say "full disk: exit status $status"
    [ ! -e disk/run/store/records.h5 ] || say "full disk: a store"
    [ -z "$(find disk -name 'records.h5*')" ] || say "full disk: left-overs"
    umount disk
fi
exit $failed
