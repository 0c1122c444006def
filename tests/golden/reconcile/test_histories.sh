#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lacuna-reconcile on a store of records written by hand (store/*.csv): every person's verdict, the counts, and refusals.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/reconcile
fixture=$LACUNA_BIN/../tests/test_reconcile_fixture
reconcile=$LACUNA_BIN/lacuna-reconcile
fail() { echo "FAILED: $*" >&2; exit 1; }
[ -x "$fixture" ] || { echo "$fixture is not built"; exit 77; }
[ -x "$LACUNA" ] || { echo "$LACUNA is not built"; exit 77; }
rm -rf run again quarter other store ./*.yaml

"$fixture" "$here/store" run
"$reconcile" --config "$here/config.yaml" --run run --quiet --threads 1 || fail "exit status $?"
"$LACUNA" show run people --csv >people.csv
diff -u "$here/expected_people.csv" people.csv || fail "people differ"
"$LACUNA" show run verdicts --csv | grep -E 'in,cannot_tell|2025-01-01,2025-12-31,(K|E12|W92)' >verdicts.csv
diff -u "$here/expected_verdicts.csv" verdicts.csv || fail "verdicts differ"
"$LACUNA" show run histories --csv | grep -E 'pattern|D_IICSA,2025-01-01,2025-12-31' >histories.csv
diff -u "$here/expected_histories.csv" histories.csv || fail "histories differ"
"$LACUNA" show run history_lists --csv | grep -E 'bit|(K04000001|E12000001|E12000007|W15000003),' >lists.csv
diff -u "$here/expected_lists.csv" lists.csv || fail "lists differ"
"$LACUNA" show run definitions --csv >definitions.csv
grep -q '^D_IICSA,.*,1,' definitions.csv || fail "the headline is not marked"
[ -z "$(find run -name '*.tmp')" ] || fail "temporary files were left"
[ "$(stat -c %a run/store/histories.h5)" = 600 ] || fail "histories.h5 is not its owner's alone"

# A person counts once in a window, and windows are never summed: quarters hold no more than the year.
"$LACUNA" show run verdicts --csv | awk -F, '
    $5 == "K04000001" && $2 == "D_IICSA" { if ($3 == "2025-01-01" && $4 == "2025-12-31") year = $6; else if ($6 > year) bad = 1 }
    END { exit bad }' || fail "a quarter exceeds the year"

# The same bytes at another thread count and place.
"$fixture" "$here/store" again
(cd again && TZ=Asia/Tokyo "$reconcile" --config "$here/config.yaml" --run . --quiet --threads 2) || fail "second run"
cmp run/store/histories.h5 again/store/histories.h5 || fail "two runs differ"

# A period of one quarter is one window, whichever words ask for it.
settings() { sed -e "s#\.\./\.\./\.\./configs#$LACUNA_SOURCE/configs#" -e "${1:-}" "$here/config.yaml" >other.yaml; }
settings 's/period_end: 2025-12-31/period_end: 2025-03-31/'
"$fixture" "$here/store" quarter
"$reconcile" --config other.yaml --run quarter --quiet || fail "one quarter"
[ "$("$LACUNA" show quarter verdicts --csv | grep -c '^victims,D_IICSA,.*,K04000001,21,3,5,3$')" = 1 ] || fail "a window stands twice"

# Suspects and groups of the same records: of each the verdict, the lists and the force; which records are a group.
settings 's/windows: \[year, quarter\]/windows: [year], populations: [suspects, groups]/'
"$fixture" "$here/store" quarter
"$reconcile" --config other.yaml --run quarter --quiet || fail "suspects and groups"
"$LACUNA" show quarter people --where definition=D_IICSA --csv | cut -d, -f1,4-6,8-10 >populations.csv
diff -u "$here/expected_populations.csv" populations.csv || fail "suspects or groups differ"
[ "$("$LACUNA" show quarter histories --csv | cut -d, -f1 | sort -u | xargs)" = "groups population suspects" ] || fail "a population not asked for"
[ "$("$LACUNA" show quarter sources --where group_id=G-S06 --csv | wc -l)" = 5 ] || fail "records of a group"
[ "$("$LACUNA" show run sources --csv | cut -d, -f4 | sort -u | xargs)" = group_id ] || fail "groups that were not asked for"

# Refusals: exit status, message, and no histories.h5 under its name.
refuse() { # STATUS WORD: runs other.yaml on `other`
    local status=0
    rm -f other/store/histories.h5
    "$reconcile" --config other.yaml --run other --quiet 2>message || status=$?
    [ $status = "$1" ] || fail "status $status instead of $1 ($2): $(cat message)"
    grep -q -e "$2" message || fail "no '$2' in the message: $(cat message)"
    [ "$1" = 5 ] || grep -q "remedy" message || fail "no remedy: $(cat message)"
    [ ! -e other/store/histories.h5 ] || fail "histories.h5 was written ($2)"
}
"$fixture" "$here/store" other
settings 's/windows: \[year, quarter\]/windows: [year], populations: [crimes]/'
refuse 2 "groups"
settings 's/from: \[PF, NCA\]/from: [PF, LA]/'
refuse 2 "more than one capture list"
settings 's/headline: D_IICSA/headline: D_NONE/'
refuse 2 "D_NONE"
settings "s#$LACUNA_SOURCE/configs/definitions/D_COCAD_ALL.yaml#missing.yaml#"
refuse 5 "missing.yaml"
cp "$LACUNA_SOURCE/configs/definitions/D_COCAD_ALL.yaml" mine.yaml
settings "s#$LACUNA_SOURCE/configs/definitions/D_COCAD_ALL.yaml#mine.yaml#"
echo 'min_person: 3' >>mine.yaml
refuse 2 "min_person"

# A nesting that contradicts itself is refused from the files alone; one that the records break, with how many persons.
sed -i -e '/min_person: 3/d' -e 's/min_persons: 2/min_persons: 4/' mine.yaml
refuse 2 "D_COCAD_CSE is declared inside D_COCAD_ALL, but its min_persons is the wider one"
sed -i -e 's/min_persons: 4/min_persons: 2/' mine.yaml
printf 'exploitation:\n  - flag: [Y]\n' >>mine.yaml
refuse 3 "persons are held more surely by D_COCAD_CSE than by D_COCAD_ALL"

# Links of other records.
settings
mkdir store && cp "$here"/store/*.csv store
head -n -1 store/persons.csv >short && mv short store/persons.csv
"$fixture" store other
refuse 3 "run link again"
rm other/store/links.h5
refuse 5 "links.h5"
"$fixture" "$here/store" other
truncate -s 3000 other/store/records.h5
refuse 3 "records.h5"
# A record of a return that is not there.
rm -rf store && mkdir store && cp "$here"/store/*.csv store
head -n -1 store/returns.csv >short && mv short store/returns.csv
"$fixture" store other
refuse 3 "points at no row of \`returns\`"
