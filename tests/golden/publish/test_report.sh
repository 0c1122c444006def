#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lacuna-publish on a small store of fixed numbers: tidy tables as expected, nothing exact or external in the report.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/publish
fixture=$LACUNA_BIN/../tests/test_publish_fixture
publish=$LACUNA_BIN/lacuna-publish
command -v gnuplot >/dev/null || { echo "gnuplot is missing"; exit 77; }
command -v python3 >/dev/null || { echo "python3 is missing"; exit 77; }
[ -x "$fixture" ] || { echo "$fixture is not built"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }
rm -rf run again refused round5 threshold empty

"$fixture" run >/dev/null
"$publish" --config "$here/config.yaml" --run run --quiet || fail "exit status $?"

# Tidy tables, to the byte.
diff -u "$here/expected_tables.csv" run/report/tables.csv || fail "tables.csv differs"
for file in index.html workbook.xlsx tables.csv tables.csv-metadata.json; do
    [ -s "run/report/$file" ] || fail "no $file"
done
for name in estimates-by-definition estimates-by-region lists overlaps models definitions definition-overlaps \
    link-weights link-levels link-sizes link-groups timeliness-lists timeliness-forces completeness-forces-victims \
    completeness-change-victims; do
    for kind in svg png csv; do [ -s "run/report/figures/$name.$kind" ] || fail "no $name.$kind"; done
done
[ -z "$(find run -name '*.tmp')" ] || fail "temporary files were left"
[ -s run/store/tables.h5 ] || fail "no tables.h5"

# Linkage: what is shown, to the byte; small cells and groups are hidden and nothing stands with more digits than shown.
cat run/report/figures/link-{weights,levels,sizes,groups}.csv | diff -u "$here/expected_linkage.csv" - || fail "figures of the linkage differ"

# The returns: when they came, what is known by force and what changed; few records show no share.
cat run/report/figures/{timeliness-lists,timeliness-forces,completeness-forces-victims,completeness-change-victims}.csv |
    diff -u "$here/expected_quality.csv" - || fail "figures of the returns differ"

# The second interval of method national stands in the headline.
grep -q "If that holds exactly, the interval is 6,300 to 8,700" run/report/index.html || fail "no model-only interval"

# Structure, references, disclosure.
python3 "$here/check_report.py" run/report || fail "the report is not as it must be"

# The same bytes again: other place, time zone, locale and thread count.
"$fixture" again >/dev/null
(mkdir -p elsewhere && cd elsewhere &&
 TZ=Asia/Tokyo LC_ALL=C "$publish" --config "$here/config.yaml" --run ../again --quiet --threads 2) || fail "second run"
diff -r run/report again/report || fail "two runs differ"
cmp run/store/tables.h5 again/store/tables.h5 || fail "two runs differ in tables.h5"

# A refused headline: status 1, reasons without exact counts, observed number and a labelled lower bound.
"$fixture" refused refused >/dev/null
status=0
"$publish" --config "$here/config.yaml" --run refused --quiet 2>message || status=$?
[ $status = 1 ] || fail "refused headline gave status $status"
grep -q "headline estimate is refused" message || fail "no warning about the refused headline"
grep -q "No estimate is published for England and Wales" refused/report/index.html || fail "page does not say refused"
grep -q "few persons on NGO are on another list too, fewer than 10" refused/report/index.html || fail "reason missing or not redacted"
grep -q "4 persons" refused/report/index.html refused/report/tables.csv message && fail "exact count in a reason"
grep -q "lower bound, which is not an estimate, is 4,800" refused/report/index.html || fail "lower bound not labelled"
[ ! -e refused/report/figures/models.svg ] || fail "models of a refused headline are shown"

# The other profiles.
for profile in round5 threshold10; do
    sed -e "s#dfe-cin#$profile#" -e "s#\.\./\.\./\.\./configs#$LACUNA_SOURCE/configs#" \
        -e "s#definition.yaml#$here/definition.yaml#" "$here/config.yaml" >$profile.yaml
    rm -rf $profile && "$fixture" $profile >/dev/null
    "$publish" --config $profile.yaml --run $profile --quiet || fail "profile $profile: status $?"
    python3 "$here/check_report.py" $profile/report $profile || fail "profile $profile"
done
grep -q "Wales,W92000004,all,observed,5,,,,,p," round5/report/tables.csv || fail "round5 does not round"
grep -q "Wales,W92000004,all,observed,,,,,,c," threshold10/report/tables.csv || fail "threshold10 does not hide"

# No gnuplot: a clear message before any work.
mkdir -p empty
"$fixture" again2 >/dev/null
status=0
PATH=$PWD/empty "$publish" --config "$here/config.yaml" --run again2 2>message || status=$?
[ $status = 5 ] || fail "missing gnuplot gave status $status"
grep -q "gnuplot-nox" message || fail "message does not say what to install"
[ ! -e again2/report ] || fail "work began without gnuplot"

# No store: input status and what to do.
status=0
"$publish" --config "$here/config.yaml" --run nothing 2>message || status=$?
[ $status = 3 ] || [ $status = 5 ] || fail "missing store gave status $status"
grep -q "remedy" message || grep -qi "run" message || fail "no remedy"
[ ! -e nothing/report ] || fail "a report without a store"
rm -rf again2 nothing
echo "ok"
