#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Cut, foreign and missing store files: status, file and remedy in the message, and a run that mends itself.
# shellcheck source=tests/faults/lib.sh
. "$LACUNA_SOURCE/tests/faults/lib.sh"
make_nation
run --out R
whole=$(bytes_of R)

reader_of() {
    case $1 in
    records) echo link ;;
    links) echo reconcile ;;
    histories) echo estimate ;;
    estimates) echo publish ;;
    esac
}
for file in records links histories estimates; do
    stage=$(reader_of $file)
    size=$(stat -c %s "R/store/$file.h5")
    for part in 0 1 $((size / 2)) $((size - 1)) foreign; do
        rm -rf T && cp -r R T
        if [ "$part" = foreign ]; then
            echo 'PK not HDF5' >"T/store/$file.h5"
        else
            truncate -s "$part" "T/store/$file.h5"
        fi
        expect 3 "$LACUNA" show "T/store/$file.h5"
        contains err "$file.h5"
        contains err "remedy:"
        expect 3 "$LACUNA" "$stage" --config c.yaml --run T
        contains err "$file.h5"
        contains err "remedy:"
    done
    run --out T
    same "$(bytes_of T)" "$whole"
    rm "T/store/$file.h5"
    expect 5 "$LACUNA" "$stage" --config c.yaml --run T
    contains err "$file.h5"
    run --out T
    same "$(bytes_of T)" "$whole"
done

# what a person types wrong, told with file and line
sed 's/bootstrap:/bootstap:/' c.yaml >bad.yaml
for stage in $stages; do
    expect 2 "$LACUNA" "$stage" --config bad.yaml --run T
    contains err "bad.yaml: line"
    contains err "bootstap"
done
expect 2 "$LACUNA" run bad.yaml --out T
expect 5 "$LACUNA" ingest --config none.yaml --run T
expect 2 "$LACUNA" ingest --run T
expect 2 "$LACUNA" ingest --config c.yaml

# what other programs read
expect 0 "$LACUNA" show R/store/links.h5 persons --csv
for column in return_id file row person_id; do
    head -1 out | tr ',' '\n' | grep -qx $column || fail "persons has no column $column"
done
expect 0 "$LACUNA" show R/store/store.h5
expect 0 "$LACUNA" show R
contains out "national estimates"

# two runs beside each other: themselves, then one with a changed setting and a changed return
expect 0 "$LACUNA" diff R R
contains out "published figures that differ: 0 of"
sed -i 's/headline_rounding: .*//; s/^  title: /  headline_rounding: 50\n  title: /' c.yaml
file=$(find returns -name 'PF-*.csv' | sort | head -1)
sed -i '2d' "$file"
run --out T
expect 0 "$LACUNA" diff R T
contains out "-   headline_rounding: 100"
contains out "+   headline_rounding: 50"
contains out "ingest: returns/${file##*/} differs"
expect 0 "$LACUNA" diff R T --csv
head -1 out | grep -q '^table,definition,population,period,.*,value_a,value_b,change,' || fail "head of the figures"
[ "$(wc -l <out)" -gt 1 ] || fail "no figure differs"
finish
