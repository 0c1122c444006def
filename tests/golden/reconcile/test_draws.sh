#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Drawn linkages: the histories of a draw equal those of a run in which that draw is the best linkage. Only what a draw
# changes is judged again, so this compares two ways to the same counts. Also: bytes and threads, and conservation.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/reconcile
fixture=$LACUNA_BIN/../tests/test_reconcile_fixture
reconcile=$LACUNA_BIN/lacuna-reconcile
fail() { echo "FAILED: $*" >&2; exit 1; }
[ -x "$fixture" ] || { echo "$fixture is not built"; exit 77; }
[ -x "$LACUNA" ] || { echo "$LACUNA is not built"; exit 77; }
rm -rf nation run one again ./*.yaml ./*.csv

# A nation in which many links are in doubt.
cat >nation.yaml <<'END'
name: doubtful
seed: 5
period_start: 2025-01-01
period_end: 2025-12-31
population: { victims: 500, familial: 40, image_only: 30, one_suspect: 60, adult: 10, non_recent: 20 }
lists:
  PF: { spread: force, capture: 0.4, noise: 2, dob_missing: 0.2, suspects_missing: 0.3 }
  LA: { spread: region, agency: Children's services, capture: 0.4, noise: 2, dob_missing: 0.2, suspects_missing: 0.3 }
  NRM: { spread: nation, agencies: [Centre], capture: 0.3, noise: 3, dob_missing: 0.3, suspects_missing: 0.3 }
END
sed -e "s#\.\./\.\./\.\./configs#$LACUNA_SOURCE/configs#" -e 's/folder: \./folder: nation/' -e 's/^publish/link: { draws: 12 }\n&/' \
    -e 's/windows: \[year, quarter\]/&, populations: [victims, suspects, groups]/' \
    -e "s#^ *- .*D_MVMO.yaml#&\n    - $LACUNA_SOURCE/configs/definitions/D_HO2020.yaml\n    - $LACUNA_SOURCE/configs/definitions/D_SOA.yaml\n    - D_VICTIM.yaml#" \
    "$here/config.yaml" >config.yaml
# Exploitation shown by the case, the network (D_HO2020), a suspect's cases (D_SOA), or the victim's.
sed -e 's/D_COCAD_CSE/D_VICTIM/' -e 's/unit: crime/unit: victim/' -e '/subset_of/d' "$LACUNA_SOURCE/configs/definitions/D_COCAD_CSE.yaml" >D_VICTIM.yaml
"$LACUNA" simulate nation.yaml --out nation --quiet
"$LACUNA_BIN/lacuna-ingest" --config config.yaml --run run --quiet || [ $? = 1 ]
"$LACUNA_BIN/lacuna-link" --config config.yaml --run run --quiet || [ $? = 1 ]
"$reconcile" --config config.yaml --run run --quiet --threads 1
cp run/store/histories.h5 first.h5
(TZ=Asia/Tokyo "$reconcile" --config config.yaml --run run --quiet --threads 2)
cmp first.h5 run/store/histories.h5 || fail "two runs differ"

show() { "$LACUNA" show "$1" "$2" --csv; } # RUN TABLE
for table in persons partitions histories history_draws accounts; do show run $table >$table.csv; done
# a unit matters: it puts persons in whom the case alone does not
for unit in D_HO2020 D_SOA D_VICTIM; do
    awk -F, -v d=$unit '$2 == d && $5 >= 0 { n += $7 } END { exit !n }' accounts.csv || fail "nobody in $unit"
done
[ "$(awk -F, '$1 == "victims" && $2 == "D_VICTIM" && $5 == -1 { print $7 }' accounts.csv)" != \
    "$(awk -F, '$1 == "victims" && $2 == "D_COCAD_CSE" && $5 == -1 { print $7 }' accounts.csv)" ] || fail "the unit victim does nothing"
[ "$(cut -d, -f1 partitions.csv | sort -u | wc -l)" = 13 ] || fail "not every draw differs from the best linkage"

for draw in 0 3 7 11; do
    mkdir -p one
    # the draw's persons in place of the best ones, numbered in order of first records
    awk -F, -v OFS=, -v draw=$draw 'NR == FNR { if ($1 == draw) to[$2] = $3; next }
        FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print; next }
        { k = $at["population"] (($at["record"] in to) ? to[$at["record"]] : $at["person"])
          if (!(k in number)) { number[k] = count[$at["population"]]++ }
          $at["person"] = number[k]; $at["person_id"] = substr($at["population"], 1, 1) number[k]; print }' \
        partitions.csv persons.csv >one/persons.csv
    "$fixture" one one
    cp run/store/records.h5 one/store/records.h5
    "$reconcile" --config config.yaml --run one --quiet
    # certain and possible of every cell of the draw, from the run of all draws
    awk -F, -v draw=$draw 'FILENAME == "history_draws.csv" { if ($2 == draw) { c[$1] = $3; p[$1] = $4 }; next }
        FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { r = FNR - 2; n = NF; certain = r in c ? c[r] : $(n - 1); possible = r in p ? p[r] : $n
          if (certain + possible > 0) { line = ""; for (i = 1; i < n - 1; i++) line = line $i ","; print line certain "," possible } }' \
        history_draws.csv histories.csv >drawn.txt
    show one histories | awk -F, 'FNR > 1 && $(NF - 1) + $NF > 0' >single.txt
    for population in victims suspects groups; do
        grep -q "^$population," single.txt || fail "no histories of $population"
    done
    diff -q drawn.txt single.txt >/dev/null || fail "draw $draw: $(diff drawn.txt single.txt | head -5)"
    # and its account
    show one accounts | awk -F, '$5 == -1' | cut -d, -f1-4,6-8,10- >single.txt
    awk -F, -v draw=$draw '$5 == draw' accounts.csv | cut -d, -f1-4,6-8,10- >drawn.txt
    diff -q drawn.txt single.txt >/dev/null || fail "account of draw $draw: $(diff drawn.txt single.txt | head -4)"
    cmp -s <(tail -n +2 one/persons.csv | cut -d, -f7) <(tail -n +2 persons.csv | cut -d, -f7) && fail "draw $draw is the best linkage"
done

# Every person of every draw stands somewhere.
awk -F, 'FNR > 1 { n++; if ($6 != $7 + $8 + $10 + $11 + $12 || $12 < 0) bad = 1 } END { exit bad || n != 13 * 5 * 9 * 3 }' accounts.csv ||
    fail "the accounts do not add up"

# The clerical sample: singletons of the headline, for their owner alone, the same in every run.
sample=run/clerical/scope.csv
[ "$(stat -c %a $sample)" = 600 ] || fail "scope.csv is not its owner's alone"
! head -1 $sample | grep -qE 'name|dob|postcode' || fail "scope.csv names persons"
awk -F, 'FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } { n[$at["list"]]++ } END { for (k in n) print k, n[k]; exit !(n["PF"] > 20 && n["LA"] > 20) }' \
    $sample || fail "the sample has too few persons"
cp $sample first.csv
"$reconcile" --config config.yaml --run run --quiet && cmp first.csv $sample || fail "another sample"

# One in four of the police singletons judged is out of scope, none of children's services: the police lose about a
# quarter of their singletons in the draws, children's services few, nobody is lost in the best linkage.
awk -F, -v OFS=, 'FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print; next }
    { $at["judge_1"] = $at["list"] == "PF" && ++n % 4 == 0 ? "N" : "Y"; print }' first.csv >judged.csv
sed 's#headline: D_IICSA#&\n  judged: [judged.csv]#' config.yaml >judged.yaml
alone() { # mean of persons counted in the nation on one list alone: PATTERN, of run/
    awk -F, -v pattern="$1" 'FILENAME == "draws.csv" { if (FNR > 1) { if (!($1 in n)) seen[++k] = $1; n[$1]++; s[$1] += $5 } next }
        FNR > 1 && $2 == "D_IICSA" && $4 == "2025-12-31" && $3 == "2025-01-01" && $5 == "nation" && $10 == "main" && $11 == pattern {
            r = FNR - 2; print (s[r] + (12 - n[r]) * $12) / 12, $12 }' draws.csv all.csv
}
show run history_draws >draws.csv && show run histories >all.csv
read -r pf certain < <(alone 1) && read -r la _ < <(alone 2)
"$reconcile" --config judged.yaml --run run --quiet || fail "judged: status $?"
show run history_draws >draws.csv && show run histories >all.csv
read -r pf_judged certain_judged < <(alone 1) && read -r la_judged _ < <(alone 2)
[ "$certain" = "$certain_judged" ] || fail "the best linkage lost persons"
awk -v a="$pf" -v b="$pf_judged" -v c="$la" -v d="$la_judged" 'BEGIN { exit !(b / a > 0.6 && b / a < 0.9 && d / c > 0.93 && d / c <= 1) }' ||
    fail "singletons counted: police $pf, then $pf_judged; children's services $la, then $la_judged"
# Judged persons are not asked again; a file with answers stays.
[ "$(cut -d, -f2,3 first.csv $sample | sort | uniq -d)" = "return_id,row" ] || fail "a judged person is asked again"
cp judged.csv $sample
"$reconcile" --config judged.yaml --run run --quiet 2>message || fail "status $?"
cmp -s judged.csv $sample || fail "answers were overwritten"
sed -i '2s/Y,,$/maybe,,/' judged.csv
status=0
"$reconcile" --config judged.yaml --run run --quiet 2>message || status=$?
[ $status = 3 ] && grep -q 'judged.csv' message && grep -q 'row 1' message || fail "wrong answer: status $status, $(cat message)"

# Links of other draws.
sed -i 's/draws: 12/draws: 5/' config.yaml
status=0
"$reconcile" --config config.yaml --run run --quiet 2>message || status=$?
[ $status = 3 ] && grep -q "more drawn linkages" message || fail "too many draws: status $status"
