#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Killed stages, killed runners, two runners at once and left-over files, with stages that are shell scripts.
# shellcheck source=tests/golden/runner/lib.sh
. "$LACUNA_SOURCE/tests/golden/runner/lib.sh"
make_config
make_stages
lacuna=bin/lacuna
all="ingest link reconcile estimate publish"
expect 0 $lacuna run c.yaml --out R
whole=$(bytes_of R)
calls >/dev/null

# each stage killed while its file is half written; the same command again
for stage in $all; do
    rm -rf K
    env "FAKE_$stage=kill -9 \$\$" $lacuna run c.yaml --out K >out 2>err
    same "$?" 5
    contains err "$stage was ended by signal 9"
    contains err "run the same command again"
    contains K/manifest.json '"status": "killed"'
    contains K/manifest.json '"complete": false'
    compgen -G 'K/store/*.tmp' >/dev/null || fail "$stage: the test should leave a half-written file"
    calls >/dev/null
    expect 0 $lacuna run c.yaml --out K
    same "$(calls)" "${all#"${all%%"$stage"*}"}"
    same "$(bytes_of K)" "$whole"
    ! compgen -G 'K/store/*.tmp' >/dev/null || fail "$stage: a half-written file was left"
done
FAKE_link='kill -SEGV $$' expect 70 $lacuna run c.yaml --out D
contains err "a defect in Lacuna"

# the runner killed while each stage works: its stage dies with it, and the next run goes on
for stage in $all; do
    rm -rf K pid
    env "FAKE_$stage=echo \$\$ >pid; exec sleep 60" $lacuna run c.yaml --out K >out 2>err &
    runner=$!
    for _ in $(seq 200); do [ -s pid ] && break; sleep 0.05; done
    kill -9 "$runner"
    wait "$runner" 2>/dev/null
    for _ in $(seq 100); do kill -0 "$(cat pid)" 2>/dev/null || break; sleep 0.05; done
    ! kill -0 "$(cat pid)" 2>/dev/null || fail "$stage outlived its runner"
    contains K/manifest.json '"status": "running"'
    calls >/dev/null
    expect 0 $lacuna run c.yaml --out K
    same "$(calls)" "${all#"${all%%"$stage"*}"}"
    same "$(bytes_of K)" "$whole"
done

# a signal to the runner reaches the stage; the runner ends by it, with its manifest in order
rm -rf K pid
FAKE_link='echo $$ >pid; exec sleep 60' $lacuna run c.yaml --out K >out 2>err &
runner=$!
for _ in $(seq 200); do [ -s pid ] && break; sleep 0.05; done
# meanwhile nobody else may work there
expect 5 $lacuna run c.yaml --out K
contains err "another run is working in this folder"
expect 0 $lacuna run c.yaml --out K --dry-run
kill -TERM "$runner"
wait "$runner"
same "$?" 143
! kill -0 "$(cat pid)" 2>/dev/null || fail "link outlived SIGTERM"
contains K/manifest.json '"status": "killed"'
expect 0 $lacuna run c.yaml --out K
same "$(bytes_of K)" "$whole"

# left-over temporary files of every kind go
touch K/x.tmp K/store/y.h5.tmp K/report/z.tmp K/report/figures/f.svg.tmp K/quarantine/q.csv.tmp
expect 0 $lacuna run c.yaml --out K
same "$(find K -name '*.tmp')" ""

# a folder that cannot be made
echo file >blocked
expect 5 $lacuna run c.yaml --out blocked/run
contains err "blocked"
finish
