#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# script/test --fuzz [SECONDS]: the libFuzzer targets of this folder, each for SECONDS (60), under AddressSanitizer and
# UndefinedBehaviorSanitizer. They start from the returns and layouts of the project. A failing input stays in
# build/fuzz/found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=${1:-60}
build=build/fuzz

cmake --preset fuzz >/dev/null
cmake --build $build --target fuzz_reader fuzz_layout -j "$(nproc)" >/dev/null
mkdir -p $build/found $build/seeds/reader $build/seeds/layout
cp tests/golden/ingest/data/*.csv $build/seeds/reader
cp configs/layouts/*.yaml $build/seeds/layout
for target in reader layout; do
    echo "== $target, $seconds s"
    LACUNA_SOURCE=$PWD $build/tests/fuzz_$target -max_total_time="$seconds" -max_len=20000 -rss_limit_mb=4096 -timeout=20 \
        -print_final_stats=1 -verbosity=0 -artifact_prefix="$build/found/$target-" "$build/seeds/$target" 2>"$build/$target.log" ||
        { tail -40 "$build/$target.log" >&2 && exit 1; }
    grep -E 'number_of_executed_units|average_exec_per_sec|peak_rss' "$build/$target.log"
done
