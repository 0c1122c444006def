#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Published tables through the command line: estimates, intervals, JSON, the same bytes for any number of threads.
set -u
estimate=$LACUNA_BIN/lacuna-estimate
data=$LACUNA_SOURCE/datasets/published
failures=0

fail() { echo "FAILED: $*"; failures=$((failures + 1)); }

# value KEY FILE [N]: the N-th value of a key in pretty-printed JSON
value() { awk -F'": ' -v key="$1" -v n="${3:-1}" '$1 ~ "\"" key "$" && ++seen == n { sub(/,$/, "", $2); gsub(/"/, "", $2); print $2; exit }' "$2"; }

# close NAME VALUE EXPECTED TOLERANCE (relative)
close() {
    awk -v a="$2" -v b="$3" -v t="$4" 'BEGIN { exit !(a != "" && (a - b) ^ 2 <= (t * b) ^ 2) }' || fail "$1 is '$2', expected $3 within $4"
}
same() { [ "$2" = "$3" ] || fail "$1 is '$2', expected '$3'"; }

# stepwise selection with BCa, five lists of UK 2013
"$estimate" --table "$data/uk-2013-modern-slavery-5.csv" --method loglinear-stepwise --bootstrap 1000 --seed 1 \
    --json stepwise.json --quiet || fail "stepwise: status $?"
same schema "$(value schema stepwise.json)" lacuna-estimate/1
same observed "$(value observed stepwise.json)" 2744
same model "$(value model stepwise.json)" "LA*NG + LA*PFNCA + NG*GO + NG*GP + PFNCA*GP + GO*GP"
close stepwise "$(value estimate stepwise.json)" 11312.9902894 1e-6
same kind "$(value kind stepwise.json)" bca
close lower "$(value lower stepwise.json)" 9100 0.08
close upper "$(value upper stepwise.json)" 14789 0.08
close acceleration "$(value acceleration stepwise.json)" -0.012181081 1e-5

# all hierarchical models
"$estimate" --table "$data/uk-2013-modern-slavery-5.csv" --method loglinear-all --bootstrap 0 --json all.json --quiet ||
    fail "loglinear-all: status $?"
same "best model" "$(value model all.json)" "LA*NG*PFNCA + NG*GP + PFNCA*GO"
close "best estimate" "$(value estimate all.json)" 25311.2906125 1e-8
close "best bic" "$(value bic all.json)" 195.8791056 1e-8
same considered "$(value models_considered all.json)" 6893
same admissible "$(value models_admissible all.json)" 6519
close "range within 2" "$(value range_2_low all.json)" 12262.4 1e-5
close "range within 2" "$(value range_2_high all.json)" 28822.1 1e-5
close "range within 6" "$(value range_6_low all.json)" 10674.3 1e-5
close "range within 6" "$(value range_6_high all.json)" 34082.7 1e-5
same "no bootstrap" "$(value replicates all.json)" ""

# Kosovo: best of 113, its profile interval, the published interval over all models
"$estimate" --table "$data/kosovo-1999.csv" --method loglinear-all --json kosovo.json --quiet || fail "kosovo: status $?"
same "Kosovo considered" "$(value models_considered kosovo.json)" 113
close "Kosovo best" "$(value estimate kosovo.json)" 10356.519 1e-6
close "Kosovo lower" "$(value lower kosovo.json)" 6900 0.12
close "Kosovo upper" "$(value upper kosovo.json)" 18000 0.12
"$estimate" --table "$data/kosovo-1999.csv" --method loglinear --model "EXH*ABA*OSCE + EXH*HRW + OSCE*HRW" \
    --interval profile --json profile.json --quiet || fail "profile: status $?"
close "profile lower" "$(value lower profile.json)" 8994.258 1e-5
close "profile upper" "$(value upper profile.json)" 12110.41 1e-5

# average
"$estimate" --table "$data/uk-2013-modern-slavery-5.csv" --method loglinear-average --bootstrap 0 --json average.json \
    --quiet || fail "average: status $?"
close average "$(value estimate average.json)" 20898.7950859 1e-8
close "weighted mean" "$(value weighted_mean average.json)" 22285.22961 1e-6
close "effective models" "$(value effective_models average.json)" 8.986 1e-3

# Bayesian: decomposable graphs, latent classes
"$estimate" --table "$data/kosovo-1999.csv" --method decomposable --json graphs.json --quiet || fail "decomposable: status $?"
same "decomposable interval" "$(value kind graphs.json)" posterior
close "decomposable median" "$(value estimate graphs.json)" 12595 1e-9
close "decomposable lower" "$(value lower graphs.json)" 9827 1e-9
close "decomposable upper" "$(value upper graphs.json)" 16544 1e-9
close "decomposable mean" "$(value posterior_mean graphs.json)" 12749.352203 1e-8
close "saturated graph" "$(value saturated_weight graphs.json)" 1.01493e-06 1e-3
same graphs "$(value graphs graphs.json)" 60
same "best graph" "$(value model graphs.json 2)" "EXH*ABA*OSCE + EXH*OSCE*HRW"
"$estimate" --table "$data/hiv-rome.csv" --method latent-class --draws 4000 --json classes.json --quiet ||
    fail "latent-class: status $?"
close "latent-class median" "$(value estimate classes.json)" 10946.5 0.015
close "latent-class lower" "$(value lower classes.json)" 9379.9 0.02
close "latent-class upper" "$(value upper classes.json)" 13048 0.03
same "latent-class draws" "$(value draws classes.json)" 4000
"$estimate" --table "$data/hiv-rome.csv" --method latent-class --draws 100 --json few.json --quiet 2>few.txt
[ $? -eq 4 ] || fail "100 draws are too few"
grep -q 'R-hat' few.txt || fail "no reason for the refusal"
grep -q 'try --draws' few.json || fail "no advice on the number of draws"

# the same bytes whatever the number of threads, but for the durations
for threads in 1 2 3; do
    "$estimate" --table "$data/kosovo-1999.csv" --method all --bootstrap 300 --draws 400 --threads $threads --json - --quiet |
        grep -v '"seconds"' >threads-$threads.json
done
[ -s threads-1.json ] || fail "no output"
cmp threads-1.json threads-2.json || fail "2 threads give other bytes than 1"
cmp threads-1.json threads-3.json || fail "3 threads give other bytes than 1"
"$estimate" --table "$data/kosovo-1999.csv" --method all --bootstrap 300 --draws 400 --seed 2 --json - --quiet |
    grep -v '"seconds"' >seed-2.json
cmp -s threads-1.json seed-2.json && fail "another seed gives the same bytes"

# strata: added up unless asked for
"$estimate" --table "$data/scotland-pwid-2006.csv" --method loglinear-average --bootstrap 0 --json summed.json --quiet
close "Scotland summed" "$(value estimate summed.json)" 32632.1021287 1e-8
"$estimate" --table "$data/scotland-pwid-2006.csv" --method chao-mt --strata region --json regions.json --quiet
same "first stratum" "$(value stratum regions.json 1)" "region=GGC"
same "second stratum" "$(value stratum regions.json 2)" "region=Rest"
python3 -m json.tool regions.json >/dev/null || fail "the JSON does not parse"

# the table on standard output
"$estimate" --table "$data/korea-palembang.csv" --method loglinear-stepwise --bootstrap 0 >korea.txt || fail "text: $?"
grep -q '^loglinear-stepwise *268.8 ' korea.txt || fail "no line for the estimate"

exit $((failures > 0))
