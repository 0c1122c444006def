#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Disclosure control of lacuna-publish: a profile of one's own, the log, and earlier editions. An edition that showed what
# is now hidden makes the next one stop with status 4 before a report is written.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/publish
fixture=$LACUNA_BIN/../tests/test_publish_fixture
publish=$LACUNA_BIN/lacuna-publish
command -v gnuplot >/dev/null || { echo "gnuplot is missing"; exit 77; }
[ -x "$fixture" ] || { echo "$fixture is not built"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }
rm -rf ./*
config() { # PROFILE FILE PREVIOUS...: a configuration with that profile and those earlier runs
    local profile=$1 file=$2
    shift 2
    sed -e "s#disclosure: .*#disclosure: $profile#" -e "s#definition.yaml#$here/definition.yaml#" "$here/config.yaml" >"$file"
    [ $# = 0 ] || printf '  previous: [%s]\n' "$(IFS=,; echo "$*")" >>"$file"
}
profiles=$LACUNA_SOURCE/configs/disclosure

# The log: what is hidden, why, and that the whole range stays possible. It lies in the store, not in the report.
"$fixture" first >/dev/null
config "$profiles/dfe-cin.yaml" first.yaml
"$publish" --config first.yaml --run first --quiet || fail "first edition: status $?"
"$LACUNA" show first/store/tables.h5 suppressions --csv >log
diff "$here/expected_suppressions.csv" log || fail "log of suppressions"
! grep -rq "suppressed-primary" first/report || fail "the report tells primary from secondary suppression"

# The same numbers again, beside the first edition: the same figures.
"$fixture" second >/dev/null
config "$profiles/dfe-cin.yaml" second.yaml first
"$publish" --config second.yaml --run second --quiet || fail "second edition: status $?"
cmp first/report/tables.csv second/report/tables.csv || fail "an unchanged second edition differs"

# An edition that showed 5 for Wales, where 3 are: what is hidden now was told then.
"$fixture" open >/dev/null
config "$profiles/round5.yaml" open.yaml
"$publish" --config open.yaml --run open --quiet || fail "edition without suppression: status $?"
"$fixture" closed >/dev/null
config "$profiles/dfe-cin.yaml" closed.yaml open
status=0
"$publish" --config closed.yaml --run closed 2>message || status=$?
[ $status = 4 ] || fail "told before: status $status instead of 4"
grep -q "hidden counts could be worked out from the others and earlier editions" message || fail "told before: message"
grep -q "the first is table scope, definition D_FLAG" message || fail "told before: the table is not named"
[ ! -e closed/report ] || fail "told before: a report was written"

# An earlier run that was never published.
"$fixture" never >/dev/null
config "$profiles/dfe-cin.yaml" never.yaml never
status=0
"$publish" --config never.yaml --run closed 2>message || status=$?
[ $status = 3 ] || fail "unpublished earlier run: status $status"
grep -q "publish.previous names a run that was not published" message || fail "unpublished earlier run: message"

# A profile of one's own: 1 to 19 hidden, rounded to 20.
cat >own.yaml <<'END'
id: own
title: Counts of 1 to 19 are hidden; counts are rounded to the nearest 20.
source: This test.
primary_high: 19
round: 20
END
"$fixture" custom >/dev/null
config "$PWD/own.yaml" custom.yaml
"$publish" --config custom.yaml --run custom --quiet || fail "own profile: status $?"
grep -q "North East,E12000001,all,observed,,,,,,c," custom/report/tables.csv || fail "own profile: no second region hidden"
awk -F, '$8 == "observed" && $9 != "" && $9 % 20 { exit 1 }' custom/report/tables.csv || fail "own profile: not rounded to 20"
sed -i 's/primary_high: 19/primary_high: 0/; s/round: 20/round: 1/' own.yaml
status=0
"$publish" --config custom.yaml --run custom 2>message || status=$?
[ $status = 2 ] || fail "a profile that hides nothing: status $status"
echo "ok"
