# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# For the lint tests: the files of the project, and a count of what is wrong.
set -u
cd "${LACUNA_SOURCE:?}" || exit 1

bad=0
say() { # FILE[:LINE] WHAT
    echo "$1: $2"
    bad=$((bad + 1))
}
# Source files below the given folders (default: all of ours), by extension.
sources() { # 'EXTENSION|EXTENSION' [FOLDER...]
    local extensions=$1
    shift
    [ $# -gt 0 ] || set -- pipeline stages tests
    find "$@" -type f 2>/dev/null | grep -E "\.($extensions)\$" | sort
}
finish() {
    [ "$bad" = 0 ] && exit 0
    echo "$bad places to mend"
    exit 1
}
