#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# script/validate link [--data DIR] [--sets LIST] [--samples N] [--seeds LIST] [--noise LIST] [--no-nations] [--write]: linkage against known truths.
#
# Synthetic nations (nation.py): coverage of the draws, predicted against actual match probabilities, expected against
# actual false and missed links, and the two-list estimate of N, without and with 600 judged pairs. --seeds (201,202)
# and --noise (0.4,1,2) choose them; a minute or two each on an idle core. --write puts the tables into
# docs/validation-link.md.
#
# With --data DIR labelled sets, linked without their labels. They are not part of the project: febrl1 to febrl4,
# fake_1000, historical_50k and restaurant as CSV files with columns record_id and entity_id (the truth) in DIR; --sets
# names some of them. Rows are shuffled, ids and truth hidden. A set's model file (tests/validation/link/SET.yaml) says
# what its columns are and nothing else. Precision, recall and F1 beside the best figures known for other programs
# (known.csv); predicted against actual match probabilities in ten bins, and expected against actual errors, without and
# with 600 judged pairs that the program chooses and the truth answers, over several samples (--samples 3).
# --no-nations leaves the nations out. About five minutes on an idle core.
set -euo pipefail

data="" write=0 seeds=201,202 noise=0.4,1,2 nations=1 sets="" samples=3
while [ $# -gt 0 ]; do
    case $1 in
    --data) data=${2:?--data needs a folder} && shift 2 ;;
    --seeds) seeds=${2:?--seeds needs a list} && shift 2 ;;
    --noise) noise=${2:?--noise needs a list} && shift 2 ;;
    --sets) sets=${2:?--sets needs a list} && shift 2 ;;
    --samples) samples=${2:?--samples needs a number} && shift 2 ;;
    --no-nations) nations=0 && shift ;;
    --write) write=1 && shift ;;
    *) sed -n '3,18s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2 && exit 2 ;;
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

labelled() {
    python3 tests/validation/link/measure.py "$data" $build/bin/lacuna-link "$work" --samples "$samples" ${sets:+--sets "$sets"}
}

report() {
    echo "# Linkage against known truths"
    echo
    echo "Made by \`script/validate link --seeds $seeds --noise $noise${data:+ --data DIR --samples $samples} --write\` with $($build/bin/lacuna-link --version). The stage was worked on with seeds 101 to 103."
    echo
    [ $nations = 0 ] || python3 tests/validation/link/nation.py . $build/bin "$work" --seeds "$seeds" --noise "$noise"
    [ -z "$data" ] || { [ $nations = 0 ] || echo; labelled; }
}

if [ $write = 1 ]; then
    report >"$work/report.md"
    mv "$work/report.md" docs/validation-link.md
    echo "validate: wrote docs/validation-link.md"
else
    report
fi
