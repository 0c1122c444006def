#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every header compiles alone, under strict flags, and has a guard.
# shellcheck source=tests/lint/lib.sh
. "$LACUNA_SOURCE/tests/lint/lib.sh"
command -v gcc >/dev/null || exit 77

hdf5=$(pkg-config --cflags hdf5-serial 2>/dev/null)
while read -r header; do
    # shellcheck disable=SC2086
    gcc -std=c17 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes \
        -Werror -Wno-unused-const-variable -fsyntax-only -I pipeline -I "$(dirname "$header")" $hdf5 \
        -include "$header" -x c /dev/null || say "$header" "does not compile alone"
    grep -qE '^#ifndef LAC_[A-Z0-9_]+_H$' "$header" || say "$header" "has no guard LAC_..._H"
done < <(sources h pipeline stages)
finish
