#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Help, version, unknown commands, and the common options of the front command.
# shellcheck source=tests/golden/runner/lib.sh
. "$LACUNA_SOURCE/tests/golden/runner/lib.sh"

expect 0 "$LACUNA" help
contains out "Usage: lacuna COMMAND"
for command in run check ingest link reconcile estimate publish simulate diff show; do
    grep -qE "^  $command +[a-zA-Z]" out || fail "help does not list $command"
done
cp out help.txt
expect 0 "$LACUNA" --help
cmp -s out help.txt || fail "--help is not help"
expect 2 "$LACUNA"
same "$(wc -c <out)" 0
contains err "Usage: lacuna COMMAND"

expect 0 "$LACUNA" --version
grep -qE '^lacuna [0-9]+\.[0-9]+\.[0-9]+$' out || fail "--version prints $(cat out)"
expect 0 "$LACUNA" run --version
grep -qE '^lacuna [0-9]+\.[0-9]+\.[0-9]+$' out || fail "run --version prints $(cat out)"

expect 2 "$LACUNA" lnik
contains err "'lnik' is not a command"
contains err "did you mean 'link'"
expect 2 "$LACUNA" help qqqqqqqqqqq
contains err "lists the commands"
expect 0 "$LACUNA" help run
contains out "--dry-run"
contains out "--threads=N"
expect 0 "$LACUNA" help show
contains out "--limit=N"

expect 2 "$LACUNA" run
contains err "a configuration is needed"
expect 2 "$LACUNA" run a.yaml --from lin
contains err "not a stage of the pipeline"
expect 2 "$LACUNA" run a.yaml --from publish --to link
expect 2 "$LACUNA" run a.yaml --as-at 2025-02-30
contains err "no date"
expect 2 "$LACUNA" run a.yaml --threads -1
expect 2 "$LACUNA" run a.yaml --no-such-option
expect 2 "$LACUNA" show
expect 2 "$LACUNA" show a b c
expect 2 "$LACUNA" show a --csv --json
expect 2 "$LACUNA" diff a
expect 2 "$LACUNA" diff a b c
mkdir a b
expect 2 "$LACUNA" diff a b
contains err "not a run folder"

# a stage that is not installed
mkdir alone && cp "$LACUNA" alone/lacuna
expect 5 alone/lacuna link
contains err "lacuna-link was not found"
contains err "remedy:"
# and one installed the usual way
mkdir -p usr/bin usr/libexec/lacuna && cp "$LACUNA" usr/bin/lacuna
printf '#!/bin/sh\necho "linking $*"\nexit 4\n' >usr/libexec/lacuna/lacuna-link
chmod +x usr/libexec/lacuna/lacuna-link
expect 4 usr/bin/lacuna link --seed 3 "a b"
same "$(cat out)" "linking --seed 3 a b"
finish
