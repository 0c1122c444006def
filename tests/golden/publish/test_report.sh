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
for file in index.html workbook.xlsx workbook.ods tables.csv tables.csv-metadata.json; do
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

# The grade with its reasons, the sources of the width, every run of the sensitivity set, checks and judgements.
python3 - <<'PY' || fail "uncertainty, sensitivity or checks"
import csv, html, re
page = html.unescape(open("run/report/index.html", encoding="utf-8").read())
for text in ("Grade: moderate. Checks were passed narrowly: a list shares few people, much hangs on one list.",
             "Where the uncertainty comes from", "No earlier release is named in the settings",
             "[e] estimated, grade weak", "passed narrowly"):
    assert text in page, text
def figure(name):
    return list(csv.reader(open(f"run/report/figures/{name}.csv", encoding="utf-8")))
rows = figure("uncertainty")
assert len(rows) == 7, rows
shares = [float(r[5]) for r in rows[1:]]
assert abs(sum(shares[:-1]) - 1) < 0.026 and shares[-1] == 1, shares  # whole per cents
assert rows[-1][2:5] == ["7300", "6100", "9100"], rows[-1]
rows = {r[0]: r for r in figure("sensitivity")}
assert len(rows) == 12, sorted(rows)  # the headline, eight runs, two ends of the areas, and the head
assert rows["The data of one police force area left out: the lowest of 2 (S6 lowest area)"][2] == "7300", rows
assert not [r for r in rows if "E230" in r], "a force area is named"
assert "One list left out (S6 without NGO)" in rows and "Two lists taken as one (S6 merged PF+LA)" in rows, sorted(rows)
refused = rows["Places with the same lists as one table each, added up (S1)"]
assert refused[2] == "" and "more than a tenth" in refused[5], refused
PY

# Structure, references, disclosure.
python3 "$here/check_report.py" run/report || fail "the report is not as it must be"
python3 "$here/check_workbook.py" run/report || fail "page, workbooks and tables.csv"

# The same bytes again: other place, time zone, locale and thread count.
"$fixture" again >/dev/null
(mkdir -p elsewhere && cd elsewhere &&
 TZ=Asia/Tokyo LC_ALL=C "$publish" --config "$here/config.yaml" --run ../again --quiet --threads 2) || fail "second run"
diff -r run/report again/report || fail "two runs differ"
cmp run/store/tables.h5 again/store/tables.h5 || fail "two runs differ in tables.h5"

# Judgements against the last release: one changed, one new, one the same.
"$fixture" next >/dev/null
sed -e "s#\.\./\.\./\.\./configs#$LACUNA_SOURCE/configs#" -e "s#definition.yaml#$here/definition.yaml#" "$here/config.yaml" >next.yaml
echo "  previous: [earlier]" >>next.yaml
rm -rf earlier && "$fixture" earlier earlier >/dev/null
"$publish" --config "$here/config.yaml" --run earlier --quiet || fail "the earlier run: status $?"
"$publish" --config next.yaml --run next --quiet || fail "with an earlier run: status $?"
grep -q "1 of these were changed since the last release" next/report/index.html || fail "the change of a judgement is not said"
rm earlier/store/estimates.h5
status=0
"$publish" --config next.yaml --run next --quiet 2>message || status=$?
[ $status = 3 ] && grep -q "publish.previous names a run without estimates" message || fail "an earlier run that is not there: $status"

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
    python3 "$here/check_workbook.py" $profile/report || fail "profile $profile: page, workbooks and tables.csv"
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
