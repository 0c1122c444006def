#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A wrong definition file stops with status 2, file, line and remedy: the messages are those of expected_refusals.txt. And
# every definition that ships is accepted beside the others.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/reconcile
fixture=$LACUNA_BIN/../tests/test_reconcile_fixture
reconcile=$LACUNA_BIN/lacuna-reconcile
fail() { echo "FAILED: $*" >&2; exit 1; }
[ -x "$fixture" ] || { echo "$fixture is not built"; exit 77; }
rm -rf run ./*.yaml messages
"$fixture" "$here/store" run

# The golden case's settings with the definitions named.
settings() {
    sed -e "/files:/,/headline:/d" "$here/config.yaml" | sed -e "s#^definitions:#definitions:\n  files: [$1]\n  headline: $2#" >config.yaml
}

definition() { # ID, then lines that replace or follow those of a plain definition
    local id=$1 key
    shift
    cat >"$id.yaml" <<EOF
id: $id
title: Plain
version: "1"
status: variant
words: Plain.
unit: crime
victim_age_max: 17
min_persons: 2
EOF
    for line in "$@"; do
        key=${line%%:*}
        sed -i "/^$key:/d" "$id.yaml"
        [ "$line" = "$key:" ] || printf '%s\n' "$line" >>"$id.yaml"
    done
}

refuse() { # WHAT: runs the settings and keeps the message
    local status=0
    "$reconcile" --config config.yaml --run run --quiet 2>message || status=$?
    [ $status = 2 ] || fail "$1: status $status: $(cat message)"
    [ ! -e run/store/histories.h5 ] || fail "$1: histories.h5 was written"
    { echo "# $1"; sed -e "s#$PWD/##g" message; } >>messages
}
one() { # WHAT LINE...: one definition
    local what=$1
    shift
    definition D_X "$@"
    settings D_X.yaml D_X
    refuse "$what"
}
two() { # WHAT, lines of the inner one `|` lines of the outer one
    local what=$1 inner=() outer=()
    shift
    while [ $# -gt 0 ] && [ "$1" != "|" ]; do inner+=("$1"); shift; done
    shift
    outer=("$@")
    definition D_IN "${inner[@]}" 'subset_of: [D_OUT]'
    definition D_OUT "${outer[@]+"${outer[@]}"}"
    settings 'D_IN.yaml, D_OUT.yaml' D_OUT
    refuse "$what"
}

one "a key that does not exist" 'min_person: 2'
one "a key that is missing" 'victim_age_max:'
one "a value of the wrong type" 'min_persons: two'
one "a word that is not allowed" 'familial: apart'
one "a value out of range" 'victim_age_max: 130'
one "an empty range of ages" 'victim_age_min: 18'
one "an age of suspects without suspects" 'min_persons: 0' 'suspect_age_min: 18'
one "an alternative that asks nothing" 'exploitation: [{}]'
one "a criterion ruled twice" 'exclude_criteria: [INS]' 'separate_criteria: [INS]'
one "familial ruled twice" 'exclude_criteria: [FAM]' 'familial: separate'
one "a group of one incident" 'unit: group' 'require_association: same_incident' 'exploitation: [{flag: [Y]}]'
one "a unit without exploitation" 'unit: victim'
one "mapped groups not asked for" 'mapped_groups: [OCG]'
one "a beginning that fits all" 'require_association: mapped_ocg' 'mapped_groups: [""]'
one "not YAML" 'words: [unfinished'
one "inside itself" 'subset_of: [D_X]'
one "inside a definition that is not there" 'subset_of: [D_NONE]'
two "inside each other" 'min_persons: 2' '|' 'subset_of: [D_IN]'
two "older than what holds it" 'victim_age_max: 18' '|'
two "fewer persons" 'min_persons: 1' '|'
two "unidentified count in the inner one alone" 'count_unidentified: true' '|' 'count_unidentified: false'
two "facilitators count in the inner one alone" 'count_facilitators: true' '|'
two "suspects of any age inside adults" 'suspect_age_min: 0' '|' 'suspect_age_min: 18'
two "networks inside incidents" 'require_association: any' '|' 'require_association: same_incident'
two "a criterion the outer one takes out" 'familial: include' '|' 'familial: separate'
two "image-only cases the outer one takes out" 'image_only: include' '|' 'image_only: separate'
two "any kind of case inside one kind" 'unit: crime' '|' 'exploitation: [{criterion: [CSE]}]'
two "what is missing counts in the inner one alone" 'on_missing: in' '|'
diff -u "$here/expected_refusals.txt" messages || fail "messages differ"
[ "$(grep -c '^  remedy: ' messages)" = "$(grep -c '^#' messages)" ] || fail "a message without remedy"

# Every definition that ships, together.
files=
for file in "$LACUNA_SOURCE"/configs/definitions/*.yaml; do files="${files:+$files, }$file"; done
settings "$files" D_IICSA
"$reconcile" --config config.yaml --run run --quiet || fail "the definitions that ship: status $?"
[ "$("$LACUNA" show run definitions --csv | tail -n +2 | wc -l)" = "$(find "$LACUNA_SOURCE/configs/definitions" -name '*.yaml' | wc -l)" ] ||
    fail "a definition is missing"

# What a pair shares adds up: those in the first are in both, in the first alone, or in the first while the second cannot
# tell; the grid of pairs is whole; a definition that repeats another shares everything with it.
"$LACUNA" show run definition_overlaps --csv >overlaps.csv
"$LACUNA" show run verdicts --csv >verdicts.csv
awk -F, 'FNR == 1 { file++; next }
    file == 1 { inside[$2, $3, $4, $5] = $6; unsure[$2, $3, $4, $5] = $7; n += $3 $4 $5 == "2025-01-012025-12-31K04000001"; next }
    { pairs += $4 $5 $6 == "2025-01-012025-12-31K04000001"
      a = inside[$2, $4, $5, $6]; b = inside[$3, $4, $5, $6]
      if ($7 + $9 > a || $7 + $10 > b || $7 > $8 || $7 + $9 < a - unsure[$3, $4, $5, $6]) bad = 1
      if (($2 == "D_HMIC" && $3 == "D_IICSA") && ($9 || $10 || $7 != a)) bad = 1 }
    END { exit bad || n < 11 || pairs != n * (n - 1) / 2 }' verdicts.csv overlaps.csv || fail "the overlaps do not add up"
