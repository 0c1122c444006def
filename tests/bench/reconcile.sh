#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# script/bench reconcile: 1,013,000 records, 100 drawn linkages, ten definitions, four windows (the quarters), nation, regions
# and forces: records.h5 and links.h5 to published histories.h5. A nation of 60,000 true victims is simulated, ingested and
# linked, and its store is put beside itself twelve times (copies.c). Called with build/release ready.
#
#   --small       one nation, 84,000 records, instead of twelve
#   --runs N      best of N runs (3)
#   --keep DIR    make the store in DIR and leave it there
#   --profile     also where the time goes (perf)
set -euo pipefail

copies=12 runs=3 keep="" profile=0
while [ $# -gt 0 ]; do
    case $1 in
    --small) copies=1 && shift ;;
    --runs) runs=${2:?--runs needs a number} && shift 2 ;;
    --keep) keep=${2:?--keep needs a folder} && shift 2 ;;
    --profile) profile=1 && shift ;;
    *) echo "bench reconcile: unknown option $1" >&2 && exit 2 ;;
    esac
done

build=build/release
export LACUNA_DATA=$PWD
work=${keep:-$(mktemp -d "${TMPDIR:-/tmp}/lacuna-bench.XXXXXX")}
[ -n "$keep" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work"
definitions=()
for name in IICSA HO2020 STAT SOA OCG FLAG COCAD_ALL COCAD_CSE ADULT MVMO; do
    definitions+=("$PWD/configs/definitions/D_$name.yaml")
done
{
    sed -e 's#\.\./out/demo/returns#returns#' -e '/  out:/d' -e '/^definitions:/,/headline:/d' -e '/^strata:/,/populations:/d' \
        -e "s#disclosure/#$PWD/configs/disclosure/#" configs/demo.yaml
    echo "definitions: { files: [$(IFS=, && echo "${definitions[*]}")], headline: D_IICSA }"
    echo "strata: { geographies: [nation, region, force], windows: [quarter] }"
} >"$work/run.yaml"
if [ ! -e "$work/copies-$copies/store/links.h5" ]; then
    cmake --build $build --target lacuna-simulate lacuna-ingest lacuna-link bench_copies >/dev/null
    sed 's/victims: 6000/victims: 60000/' configs/demo-nation.yaml >"$work/nation.yaml"
    if [ ! -e "$work/nation/store/links.h5" ]; then
        $build/bin/lacuna-simulate "$work/nation.yaml" --out "$work/returns" --quiet
        $build/bin/lacuna-ingest --config "$work/run.yaml" --run "$work/nation" --quiet 2>"$work/log" || [ $? = 1 ]
        $build/bin/lacuna-link --config "$work/run.yaml" --run "$work/nation" --quiet 2>"$work/log" || [ $? = 1 ]
    fi
    mkdir -p "$work/copies-$copies"
    $build/bin/bench_copies "$work/nation" "$copies" "$work/copies-$copies" >"$work/copies-$copies/size"
fi
echo "data      $(cat "$work/copies-$copies/size")"

# reconcile THREADS: seconds, CPU seconds and peak memory in kB of the best run
reconcile() {
    for ((run = 0; run < runs; run++)); do
        rm -f "$work/copies-$copies/store/histories.h5"
        /usr/bin/time -f '%e %U %S %M' -o "$work/time" $build/bin/lacuna-reconcile --config "$work/run.yaml" \
            --run "$work/copies-$copies" --threads "$1" --quiet >"$work/log" 2>&1 || { cat "$work/log" >&2 && exit 1; }
        tail -1 "$work/time"
    done | sort -g | head -1
}
read -r seconds user system memory < <(reconcile 1) && [ -e "$work/copies-$copies/store/histories.h5" ] || exit 1
awk -v s="$seconds" -v u="$user" -v y="$system" -v m="$memory" 'BEGIN {
    printf "one core  %.2f s (CPU %.2f s), peak %.0f MB\n", s, u + y, m / 1024 }'
echo "store     $(($(stat -c %s "$work/copies-$copies/store/histories.h5") / 1000000)) MB"
[ $profile = 0 ] || {
    perf record -q -o "$work/perf" -g $build/bin/lacuna-reconcile --config "$work/run.yaml" --run "$work/copies-$copies" \
        --threads 1 --quiet >/dev/null 2>&1 || true
    perf report -i "$work/perf" --no-children -g none --percent-limit 1 --stdio 2>/dev/null | grep -v '^#' | grep -v '^$' | head -40
}
