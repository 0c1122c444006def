#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# agreement TRUTH CLUSTERS: two files of one group name a line, the same records in the same order; prints
# "precision recall F1 links right true" over pairs of records.
agreement() {
    local pairs='{ total += $1 * ($1 - 1) / 2 } END { printf "%.0f\n", total }' right links true
    right=$(paste -d' ' "$1" "$2" | LC_ALL=C sort -S 20% | uniq -c | awk "$pairs")
    links=$(LC_ALL=C sort -S 20% "$2" | uniq -c | awk "$pairs")
    true=$(LC_ALL=C sort -S 20% "$1" | uniq -c | awk "$pairs")
    awk -v r="$right" -v l="$links" -v t="$true" 'BEGIN {
        printf "%.4f %.4f %.4f %.0f %.0f %.0f\n", l ? r / l : 1, t ? r / t : 1, l + t ? 2 * r / (l + t) : 1, l, r, t }'
}
