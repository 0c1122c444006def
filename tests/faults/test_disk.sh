#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A full disk, at several sizes: status 5, nothing half-written under its final name, and once there is room the same
# command completes with the same bytes. Needs root, for a small tmpfs.
# shellcheck source=tests/faults/lib.sh
. "$LACUNA_SOURCE/tests/faults/lib.sh"
mkdir disk
mount -t tmpfs -o size=64k lacuna-test disk 2>/dev/null || { echo "cannot mount a tmpfs" >&2; exit 77; }
trap 'umount disk' EXIT
make_nation
run --out R
whole=$(bytes_of R)
need=$(du -sk R | cut -f1)

for share in 2 10 30 50 70 85; do
    mount -o "remount,size=$((need * share / 100))k" disk
    rm -rf disk/T
    "$LACUNA" run c.yaml --out disk/T --quiet >out 2>err
    got=$?
    [ $got = 5 ] || { fail "status $got at $share per cent"; cat err >&2; }
    grep -qiE 'space|written|full|created' err || { fail "no word about the disk"; cat err >&2; }
    contains err "remedy:"
    check_whole disk/T
done
mount -o "remount,size=$((need * 3))k" disk
run --out disk/T
same "$(bytes_of disk/T)" "$whole"
finish
