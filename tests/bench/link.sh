#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# script/bench link: synthetic persons (persons.c), file to clusters, one thread and two. Seconds per step, peak
# memory, and F1 against the truth, which the linker does not see. Called with build/release ready.
#
#   --large       10 million records instead of 1 million
#   --records N   another number
#   --data DIR    take the names of DIR/historical_50k.csv, as the published figures do; else those of the project
#   --runs N      best of N runs (3)
#   --peers       Splink on DuckDB besides, on one thread: the same file, rules and training blocks, N times in turn;
#                 like for like with u from 10 million pairs, and with its default sample of a million
#   --usual       Splink besides with the training blocks its users take
#   --python PATH the Python that has Splink (python3); nothing is installed
set -euo pipefail
source tests/bench/agreement.sh

records=1000000 data="" runs=3 peers=0 python=python3 variants="like default"
while [ $# -gt 0 ]; do
    case $1 in
    --large) records=10000000 && shift ;;
    --records) records=${2:?--records needs a number} && shift 2 ;;
    --data) data=${2:?--data needs a folder} && shift 2 ;;
    --peers) peers=1 && shift ;;
    --usual) variants="like default usual" && shift ;;
    --python) python=${2:?--python needs the path of a Python} && shift 2 ;;
    --runs) runs=${2:?--runs needs a number} && shift 2 ;;
    *) echo "bench link: unknown option $1" >&2 && exit 2 ;;
    esac
done

build=build/release
work=$(mktemp -d "${TMPDIR:-/tmp}/lacuna-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
compiler=$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' $build/CMakeCache.txt)
"$compiler" -std=c17 -O2 -D_POSIX_C_SOURCE=200809L -o "$work/persons" tests/bench/persons.c
python3 - "$data" "$work" <<'NAMES'
import csv, re, sys
data, work = sys.argv[1:]
def write(name, words):
    with open(f"{work}/{name}", "w", encoding="ascii") as to:
        to.writelines(word + "\n" for word in words if re.fullmatch("[a-z]{2,}", word))
if data:
    rows = list(csv.DictReader(open(f"{data}/historical_50k.csv", encoding="utf-8")))
    write("given", (row["first_name"] for row in rows))
    write("surnames", (row["surname"] for row in rows))
else:  # as often as they are borne, a name in ten thousand at least once
    given, surnames = {}, {}
    for row in csv.DictReader(open("datasets/names/given_names_by_cohort.csv", encoding="utf-8")):
        given[row["name"].lower()] = given.get(row["name"].lower(), 0) + float(row["n"])
    for row in csv.DictReader(open("datasets/names/surnames.csv", encoding="utf-8")):
        surnames[row["surname"].lower()] = surnames.get(row["surname"].lower(), 0) + float(row["weight"])
    for name, table in (("given", given), ("surnames", surnames)):
        total = sum(table.values())
        write(name, (word for word, n in table.items() for _ in range(max(1, round(1e4 * n / total)))))
NAMES
"$work/persons" "$work/given" "$work/surnames" "$records" > "$work/persons.csv"
tail -n +2 "$work/persons.csv" | cut -d, -f8 > "$work/truth"
echo "data      $records records, MD5 $(md5sum < "$work/persons.csv" | cut -d' ' -f1), names of ${data:-the project}"

if [ $peers = 1 ] && ! "$python" -c 'import splink, duckdb' 2> /dev/null; then
    echo "bench link: Splink and DuckDB are not installed for $python: name another Python with --python" >&2
    peers=0
fi

# less A B: A is the smaller number.
less() { [ "$(echo "${1%% *} < ${2%% *}" | bc)" = 1 ]; }
declare -A best_peer

for threads in 1 2; do
    best=
    for ((run = 0; run < runs; run++)); do
        python3 - "$work" "$threads" $build/bin/lacuna-link <<'RUN' > "$work/measured"
import json, resource, subprocess, sys, time
work, threads, program = sys.argv[1:]
start = time.time()
subprocess.run([program, "--records", f"{work}/persons.csv", "--model", "tests/bench/persons.yaml", "--clusters",
                f"{work}/clusters.csv", "--json", f"{work}/report.json", "--threads", threads, "--quiet"], check=True)
seconds, used = time.time() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
report = json.load(open(f"{work}/report.json"))
steps = ", ".join(f"{name} {value:.2f}" for name, value in report["seconds"].items())
print(f"{seconds:.2f} s, CPU {used.ru_utime + used.ru_stime:.2f} s, peak {used.ru_maxrss / 1024:.0f} MB, "
      f"{report['candidate_pairs']} pairs ({steps})")
RUN
        [ -n "$best" ] && ! less "$(cat "$work/measured")" "$best" || best=$(cat "$work/measured")
        [ $peers = 1 ] && [ $threads = 1 ] || continue
        for variant in $variants; do
            OMP_NUM_THREADS=1 "$python" tests/bench/splink_persons.py "$work/persons.csv" "$work/$variant.csv" "$variant" \
                > "$work/peer"
            peer=$(cat "$work/peer")
            [ -n "${best_peer[$variant]:-}" ] && ! less "$peer" "${best_peer[$variant]}" || best_peer[$variant]=$peer
        done
    done
    [ $threads = 1 ] && best_own=$best
    echo "threads $threads  $best"
    tail -n +2 "$work/clusters.csv" | cut -d, -f2 > "$work/clusters"
    cmp -s "$work/clusters" "$work/before" || [ ! -e "$work/before" ] || { echo "threads change the clusters" >&2 && exit 1; }
    cp "$work/clusters" "$work/before"
done
agreement "$work/truth" "$work/clusters" | awk '{ printf "persons   precision %s, recall %s, F1 %s\n", $1, $2, $3 }'
[ $peers = 1 ] || exit 0
for variant in $variants; do
    case $variant in
    like) label="Splink, like for like" ;;
    default) label="Splink, default sample" ;;
    usual) label="Splink, usual blocks" ;;
    esac
    tail -n +2 "$work/$variant.csv" | cut -d, -f2 > "$work/clusters"
    echo "$label: ${best_peer[$variant]}"
    agreement "$work/truth" "$work/clusters" |
        awk -v l="$label" '{ printf "%s: precision %s, recall %s, F1 %s\n", l, $1, $2, $3 }'
    printf '%s\n' "$best_own" "${best_peer[$variant]}" | awk -v l="$label" '{ clock[NR] = $1; cpu[NR] = $4 }
        END { printf "%s: ratio %.1f by the clock, %.1f in CPU seconds (aim: 15)\n", l, clock[2] / clock[1], cpu[2] / cpu[1] }'
done
