#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# script/validate link [--data DIR] [--seeds LIST] [--noise LIST] [--write]: linkage against known truths.
#
# Synthetic nations (nation.py): coverage of the draws, predicted against actual match probabilities, expected against
# actual false and missed links, and the two-list estimate of N, without and with 600 judged pairs. --seeds (201,202)
# and --noise (0.4,1,2) choose them; a minute or two each on an idle core. --write puts the tables into
# docs/validation-link.md.
#
# With --data DIR labelled sets, linked without their labels. They are not part of the project: febrl1 to febrl4,
# fake_1000, historical_50k and restaurant as CSV files with columns record_id and entity_id (the truth) in DIR. Rows
# are shuffled, ids and truth hidden. A set's model file (tests/validation/link/SET.yaml) says what its columns are
# and nothing else. Precision, recall and F1 are over pairs of records in one cluster, beside the best figures known
# for other programs (known.csv; their thresholds were chosen with the truth where that is said). Expected false and
# missed links are the model's own, uncalibrated.
set -euo pipefail

data="" write=0 seeds=201,202 noise=0.4,1,2
while [ $# -gt 0 ]; do
    case $1 in
    --data) data=${2:?--data needs a folder} && shift 2 ;;
    --seeds) seeds=${2:?--seeds needs a list} && shift 2 ;;
    --noise) noise=${2:?--noise needs a list} && shift 2 ;;
    --write) write=1 && shift ;;
    *) sed -n '3,17s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2 && exit 2 ;;
    esac
done
if [ -n "$data" ] && [ ! -d "$data" ]; then
    echo "validate link: no folder of labelled sets ($data is none); name one with --data DIR" >&2
    exit 2
fi
build=build/release
[ -f $build/build.ninja ] || cmake --preset release >/dev/null
cmake --build $build --target lacuna lacuna-simulate lacuna-ingest lacuna-link >/dev/null
work=$(mktemp -d "${TMPDIR:-/tmp}/lacuna-validate.XXXXXX")
trap 'rm -rf "$work"' EXIT

sets() {
    printf '%-15s %6s %9s %7s %7s %6s  %18s %20s %6s  %s\n' set rows precision recall F1 best 'false: exp/act' 'missed: exp/act' 'CPU s' 'best is of'
    for model in tests/validation/link/*.yaml; do
        name=$(basename "$model" .yaml)
        if [ -e "$data/$name.csv" ]; then
            python3 tests/validation/link/measure.py "$data/$name.csv" "$model" $build/bin/lacuna-link "$work"
        else
            echo "$name: not in $data"
        fi
    done
}

report() {
    echo "# Linkage against known truths"
    echo
    echo "Made by \`script/validate link --seeds $seeds --write\` with $($build/bin/lacuna-link --version). The stage was worked on with seeds 101 to 103."
    echo
    python3 tests/validation/link/nation.py . $build/bin "$work" --seeds "$seeds" --noise "$noise"
    [ -z "$data" ] || printf '\n## Labelled sets\n\n```\n%s\n```\n' "$(sets)"
}

if [ $write = 1 ]; then
    report >"$work/report.md"
    mv "$work/report.md" docs/validation-link.md
    echo "validate: wrote docs/validation-link.md"
else
    report
fi
