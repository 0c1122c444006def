#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# script/bench ingest: synthetic returns in the national layout (returns.c), from files to published records.h5 with all
# rules, one thread and two, beside bare libcsv on the same files in the same run. MB are 10^6 bytes. Called with
# build/release ready.
#
#   --small       200,000 rows over 20 files instead of 5,000,000 over 100
#   --one N       one return of N rows (memory: 10000000)
#   --runs N      best of N runs (3)
#   --keep DIR    make the files in DIR and leave them there
#   --profile     also where the time goes on one thread (perf)
set -euo pipefail

rows=5000000 files=100 runs=3 keep="" profile=0
while [ $# -gt 0 ]; do
    case $1 in
    --small) rows=200000 files=20 && shift ;;
    --one) rows=${2:?--one needs a number} files=1 && shift 2 ;;
    --runs) runs=${2:?--runs needs a number} && shift 2 ;;
    --keep) keep=${2:?--keep needs a folder} && shift 2 ;;
    --profile) profile=1 && shift ;;
    *) echo "bench ingest: unknown option $1" >&2 && exit 2 ;;
    esac
done

build=build/release
work=${keep:-$(mktemp -d "${TMPDIR:-/tmp}/lacuna-bench.XXXXXX")}
[ -n "$keep" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work/returns"
compiler=$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' $build/CMakeCache.txt)
"$compiler" -std=c17 -O2 -D_POSIX_C_SOURCE=200809L -o "$work/make" tests/bench/returns.c
"$compiler" -std=c17 -O2 -D_POSIX_C_SOURCE=200809L -o "$work/bare" tests/bench/bare.c -lcsv
tail -n +2 datasets/names/given_names_by_cohort.csv | cut -d, -f3 | sort -u >"$work/given"
tail -n +2 datasets/names/surnames.csv | cut -d, -f1 | sort -u >"$work/surnames"
awk -F, 'FNR == NR { if (!($1 in area)) area[$1] = $2; next }
    $1 ~ /^E0[6-9]/ && $(NF - 1) in area { print $1, $(NF - 1), area[$(NF - 1)] }' \
    datasets/codes/force_postcode_areas.csv datasets/codes/lookup_lad24_pfa24.csv | sort -k2,2 -k1,1 >"$work/districts"
[ -e "$work/returns/returns.csv" ] ||
    "$work/make" "$work/given" "$work/surnames" "$work/districts" "$rows" "$files" "$work/returns"
bytes=$(cat "$work"/returns/r*.csv | wc -c)
cat >"$work/run.yaml" <<YAML
run: { name: bench, period_start: 2025-01-01, period_end: 2025-12-31 }
returns: { folder: returns }
lists: { PF: {}, LA: {} }
link: { blocking: auto }
definitions: { files: [$PWD/configs/definitions/D_IICSA.yaml], headline: D_IICSA }
strata: {}
estimate: {}
publish: { title: Bench, disclosure: $PWD/configs/disclosure/dfe-cin.yaml }
YAML
echo "data      $rows rows in $files files, $((bytes / 1000000)) MB, MD5 $(cat "$work"/returns/r*.csv | md5sum | cut -d' ' -f1)"

best() { sort -g | head -1; }
bare() { for ((run = 0; run < runs; run++)); do "$work/bare" "$work"/returns/r*.csv | sed 's/.*MB\/s, \([0-9.]*\) s.*/\1/'; done | best; }

# ingest THREADS: seconds and peak memory in MB of the best run
ingest() {
    for ((run = 0; run < runs; run++)); do
        rm -rf "$work/run"
        /usr/bin/time -f '%e %M' -o "$work/time" $build/bin/lacuna-ingest --config "$work/run.yaml" --run "$work/run" \
            --threads "$1" --quiet >"$work/log" 2>&1 || [ $? = 1 ] || { cat "$work/log" >&2 && exit 1; }
        tail -1 "$work/time"
    done | best
}

bare=$(bare)
awk -v b="$bytes" -v s="$bare" 'BEGIN { printf "bare      libcsv %.3f s, %.0f MB/s\n", s, b / 1e6 / s }'
one=""
for threads in 1 2; do
    read -r seconds memory < <(ingest $threads) && [ -e "$work/run/store/records.h5" ] || exit 1
    one=${one:-$seconds}
    awk -v t=$threads -v b="$bytes" -v r="$rows" -v s="$seconds" -v m="$memory" -v c="$bare" -v o="$one" 'BEGIN {
        printf "threads %d %.2f s, %.0f MB/s, %.0f rows/s, %.0f %% of bare libcsv, peak %.0f MB", t, s, b / 1e6 / s, r / s,
            100 * c / s, m / 1024
        if (t > 1) printf ", ratio %.2f", o / s
        print "" }'
done
echo "store     $(($(stat -c %s "$work/run/store/records.h5") / 1000000)) MB, $(($(wc -l <"$work/run/findings.csv") - 1)) findings"
[ $profile = 0 ] || {
    rm -rf "$work/run"
    perf record -q -o "$work/perf" -g $build/bin/lacuna-ingest --config "$work/run.yaml" --run "$work/run" --threads 1 \
        --quiet >/dev/null 2>&1 || true
    perf report -i "$work/perf" --no-children -g none --percent-limit 1 --stdio 2>/dev/null | grep -v '^#' | grep -v '^$' | head -40
}
