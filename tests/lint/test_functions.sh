#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Size of functions and files: functions at most 80 lines and of complexity 15, median length at most 20; files at
# most 600 lines.
# shellcheck source=tests/lint/lib.sh
. "$LACUNA_SOURCE/tests/lint/lib.sh"
command -v pmccabe >/dev/null || exit 77

# columns of pmccabe: complexity as found, traditional, statements, first line, lines, file(line): name
table=$(sources c pipeline stages | xargs pmccabe)
while read -r complexity _ _ _ lines place; do
    [ "$lines" -le 80 ] || say "$place" "$lines lines, 80 at most"
    [ "$complexity" -le 15 ] || say "$place" "complexity $complexity, 15 at most"
done <<<"$table"
median=$(awk '{ print $5 }' <<<"$table" | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }')
[ "$median" -le 20 ] || say "all functions" "median length $median lines, 20 at most"
while read -r file; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 600 ] || say "$file" "$lines lines, 600 at most"
done < <(sources 'c|h|def|sh')
finish
