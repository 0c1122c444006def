#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The real stages and the runner killed at several moments: the same command again gives the same bytes as a run that
# was left alone; so do other thread counts and a second run from scratch.
# shellcheck source=tests/faults/lib.sh
. "$LACUNA_SOURCE/tests/faults/lib.sh"
make_nation

run --out R --threads 1
whole=$(bytes_of R)
contains R/manifest.json '"complete": true'
run --out T --threads 2
same "$(bytes_of T)" "$whole"
diff -rq R T | grep -vE 'manifest.json|\.lock' && fail "one and two threads differ"
run --out T --threads 2 --force
same "$(bytes_of T)" "$whole"

# the process of a stage, once it works: the runner's child
stage_pid() { # RUNNER
    local pid
    for _ in $(seq 400); do
        pid=$(cat "/proc/$1/task/$1/children" 2>/dev/null) || return
        [ -z "${pid// /}" ] || { echo "${pid%% *}"; return; }
        sleep 0.01
    done
}
for stage in $stages; do
    for moment in 0 0.1 0.4; do
        "$LACUNA" run c.yaml --out T --from "$stage" --force --quiet >out 2>err &
        runner=$!
        pid=$(stage_pid $runner)
        sleep $moment
        [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null
        wait $runner
        check_whole T
        run --out T
        same "$(bytes_of T)" "$whole"
        contains T/manifest.json '"complete": true'
        same "$(find T -name '*.tmp')" ""
    done
done

for moment in 0.1 0.3 0.8 1.6; do
    rm -rf T
    "$LACUNA" run c.yaml --out T --quiet >out 2>err &
    runner=$!
    sleep $moment
    kill -9 $runner 2>/dev/null
    wait $runner 2>/dev/null
    check_whole T
    run --out T
    same "$(bytes_of T)" "$whole"
    same "$(find T -name '*.tmp')" ""
done
finish
