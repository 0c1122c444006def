#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What must not stand in the source: missing licence lines, banned functions, sums that depend on the thread count,
# printing or exiting outside a program's main, long dashes, tabs, blanks at line ends.
# shellcheck source=tests/lint/lib.sh
. "$LACUNA_SOURCE/tests/lint/lib.sh"

refuse() { # WHAT PATTERN FILE... : every line that matches (Perl pattern, comments included) is wrong
    local what=$1 pattern=$2 place
    shift 2
    [ $# -gt 0 ] || return 0
    while IFS=: read -r file line _; do
        place=$file:$line
        say "$place" "$what"
    done < <(LC_ALL=C grep -nHP -- "$pattern" "$@")
}

mapfile -t code < <(sources 'c|h' pipeline stages)
mapfile -t libraries < <(printf '%s\n' "${code[@]}" | grep -vE '/main[^/]*\.c$')
mapfile -t all < <(sources 'c|h|def|sh'; find script .ci -type f | sort)
mapfile -t documents < <(find . -path ./build -prune -o -path ./out -prune -o -path ./.git -prune -o -type f \
    \( -name '*.md' -o -name '*.yaml' -o -name 'CMakeLists.txt' \) -print | sort)

for file in "${all[@]}"; do
    head -3 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || say "$file" "no SPDX line"
done
refuse "banned function" '(?<![\w.>])(strtok|sprintf|vsprintf|strcpy|strcat|gets|alloca|localtime|gmtime|mktemp|tmpnam|setlocale|atoi|atof)\s*\(' \
    "${code[@]}"
refuse "a library does not print or exit" '(?<![\w.>"])(printf|puts|putchar|exit)\s*\(' "${libraries[@]}"
refuse "floating-point reduction: its last bit depends on the threads (say 'integer' beside it if it is one)" \
    'reduction\s*\(\s*[+*-](?!.*integer)' "${code[@]}"
refuse "fast-math" 'ffast-math|Ofast' CMakeLists.txt CMakePresets.json
refuse "long dash" '\xE2\x80\x94' "${all[@]}" "${documents[@]}"
refuse "blank at the end of the line" '[ \t]+$' "${all[@]}"
refuse "tab" '\t' "${code[@]}"
refuse "a place outside the project" '/wor[k]/' "${all[@]}" "${documents[@]}"
finish
