#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# script/test --fuzz [SECONDS [TARGET...]]: the libFuzzer targets of this folder (all), each for SECONDS (60), under
# AddressSanitizer and UndefinedBehaviorSanitizer. They start from files of the project and from inputs that failed
# once (regressions/TARGET). A failing input stays in build/fuzz/found. One line a target: executions, executions a
# second, edges covered, crashes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=${1:-60}
build=build/fuzz
# what HDF5 loses of a broken file is not ours
export LACUNA_SOURCE=$PWD LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0

script/bootstrap fuzz >/dev/null
mkdir -p $build/found
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(find tests/fuzz -name 'fuzz_*.c' | sed 's/.*fuzz_\(.*\)\.c/\1/' | sort)

# seeds TARGET: small files of the kind it reads
seeds() {
    case $1 in
    reader) find tests/golden/ingest/data -name '*.csv' ;;
    layout) find configs/layouts -name '*.yaml' ;;
    config) find configs -maxdepth 1 -name '*.yaml' ;;
    definition) find configs/definitions -name '*.yaml' ;;
    history) find datasets/published -name '*.csv' -size -8k ;;
    clerical) find tests/fuzz/seeds -name 'judged.csv' ;;
    esac
    find "tests/fuzz/regressions/$1" -type f 2>/dev/null || true
}

failed=0
printf '%-11s %12s %10s %8s %8s\n' target executions a\ second edges crashes
for target in "${targets[@]}"; do
    corpus=$build/corpus/$target log=$build/$target.log crashes=0
    mkdir -p "$corpus"
    seeds "$target" | xargs -r -d '\n' cp -t "$corpus"
    length=20000
    [ "$target" != store ] || length=200000
    LACUNA_SEED=$corpus $build/tests/fuzz_"$target" -max_total_time="$seconds" -max_len=$length -rss_limit_mb=4096 -timeout=600 \
        -print_final_stats=1 -artifact_prefix="$build/found/$target-" "$corpus" 2>"$log" || crashes=1
    awk -v t="$target" -v c=$crashes '/cov: / { sub(/.*cov: /, ""); cov = $1 } /number_of_executed_units/ { n = $2 }
        /average_exec_per_sec/ { s = $2 } END { printf "%-11s %12d %10d %8d %8d\n", t, n, s, cov, c }' "$log"
    [ $crashes = 0 ] || { grep -E 'SUMMARY|ERROR|Test unit' "$log" >&2 && failed=1; }
done
exit $failed
