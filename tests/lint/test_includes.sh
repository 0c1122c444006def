#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Who may include whom: pipeline/README.md has the rules.
# shellcheck source=tests/lint/lib.sh
. "$LACUNA_SOURCE/tests/lint/lib.sh"

# library header, folder that alone may include it
keepers='^(hdf5|csv)\.h$ pipeline/table/
^yaml\.h$ pipeline/config/
^(openssl/.*|xxhash\.h|utf8proc\.h|Random123/.*)$ pipeline/base/'

allowed_rooms() { # FILE -> regular expression of the quoted includes it may use besides its own folder's
    case $1 in
    pipeline/base/*) echo '^base/' ;;
    pipeline/table/*) echo '^(base|table)/' ;;
    pipeline/config/*) echo '^(base|config)/' ;;
    pipeline/runner/*) echo '^(base|table|config|runner)/' ;;
    stages/*) echo '^((base|table|config)/|runner/(stage|shard)\.h$)' ;;
    esac
}

while IFS=: read -r file line text; do
    header=$(sed -E 's/^[^<"]*[<"]([^>"]+)[>"].*/\1/' <<<"$text")
    if [[ $text == *'<'* ]]; then
        while read -r pattern room; do
            [[ ! $header =~ $pattern || $file == $room* ]] || say "$file:$line" "<$header> belongs to $room alone"
        done <<<"$keepers"
    elif [[ ! $header =~ $(allowed_rooms "$file") && ! -f $(dirname "$file")/$header ]]; then
        say "$file:$line" "\"$header\" is not of this room or below it"
    fi
done < <(sources 'c|h' pipeline stages | xargs grep -nE '^ *# *include *[<"].*\.h[>"]')
finish
