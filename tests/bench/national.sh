#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Time of the national estimate: a synthetic nation of 43 forces and five lists, its histories made once (kept in
# build/bench-national), then the stage `estimate` with 100 drawn linkages and 4,000 replicates of every cell (40 a
# linkage), region and force cells, two definitions, four variants, all sensitivity runs; on one thread and on two.
#
#   script/bench national [--headline] [--bootstrap N] [--threads LIST]
#
# --headline leaves out regions, other definitions and variants: the national cell over its forces with its
# sensitivity runs. --threads: 1,2 by default.
set -euo pipefail
bootstrap=4000 headline=0 threads=1,2
while [ $# -gt 0 ]; do
    case $1 in
    --headline) headline=1 && shift ;;
    --bootstrap) bootstrap=${2:?--bootstrap needs a number} && shift 2 ;;
    --threads) threads=${2:?--threads needs a list} && shift 2 ;;
    *) echo "bench: unknown option $1" >&2 && exit 2 ;;
    esac
done
build=build/release
folder=$PWD/build/bench-national
mkdir -p "$folder"
cmake --build $build --target bench_pooled lacuna lacuna-simulate lacuna-ingest lacuna-link lacuna-reconcile >/dev/null
$build/bin/bench_pooled
sed -e 's/geographies: \[nation, region\]/geographies: [nation, region, force]/' -e "s/bootstrap: .*/bootstrap: $bootstrap/" \
    -e "s#: \.\./out/demo/#: $folder/#" -e "s#\(files: \[\)\(.*\)\]#\1$PWD/configs/\2]#" -e "s#, definitions/#, $PWD/configs/definitions/#" \
    -e "s#: disclosure/#: $PWD/configs/disclosure/#" configs/demo.yaml >"$folder/national.yaml"
if [ $headline = 1 ]; then
    sed -i -e 's/\(files: \[[^,]*\),.*/\1]/' -e 's/nation, region, force/nation, force/' -e 's/  method: national/&\n  variants: [main]/' "$folder/national.yaml"
fi
[ -f "$folder/returns/returns.csv" ] || $build/bin/lacuna simulate configs/demo-nation.yaml --out "$folder/returns" --quiet
$build/bin/lacuna run "$folder/national.yaml" --out "$folder/run" --to reconcile --quiet || [ $? = 1 ]
declare -A seconds digest
for n in ${threads//,/ }; do
    start=$(date +%s.%N)
    $build/bin/lacuna-estimate --config "$folder/national.yaml" --run "$folder/run" --threads "$n" --quiet || [ $? = 1 ]
    seconds[$n]=$(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { printf "%.2f", b - a }')
    digest[$n]=$(sha256sum <"$folder/run/store/estimates.h5")
    aim=
    [ "$n" = 2 ] && aim=", aim 90 s: $(awk -v s="${seconds[$n]}" 'BEGIN { print (s < 90 ? "met" : "not met") }')"
    printf '%-52s %8.1f s on %d threads%s\n' "estimate, $bootstrap replicates, sensitivity set" "${seconds[$n]}" "$n" "$aim"
done
if [ "$threads" = 1,2 ]; then
    awk -v a="${seconds[1]}" -v b="${seconds[2]}" 'BEGIN {
        printf "%-52s %8.2f, aim 1.8: %s\n", "two threads against one", a / b, (a / b >= 1.8 ? "met" : "not met") }'
    [ "${digest[1]}" = "${digest[2]}" ] || { echo "bench: the number of threads changes the bytes" >&2 && exit 1; }
fi
