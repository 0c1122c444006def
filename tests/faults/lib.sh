# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# For fault tests on the real stages: a small synthetic nation and its configuration.
# shellcheck source=tests/golden/runner/lib.sh
. "$LACUNA_SOURCE/tests/golden/runner/lib.sh"

stages="ingest link reconcile estimate publish"
for stage in $stages simulate; do
    [ -x "$LACUNA_BIN/lacuna-$stage" ] || { echo "lacuna-$stage is not built" >&2; exit 77; }
done

make_nation() { # returns/ and c.yaml, about a tenth of the demonstration
    sed 's/victims: 6000/victims: 400/' "$LACUNA_SOURCE/configs/demo-nation.yaml" >nation.yaml
    "$LACUNA" simulate nation.yaml --out returns --quiet || fail "simulate"
    sed -e 's|\.\./out/demo/returns|returns|; s|\.\./out/demo/run|run|; s/bootstrap: 1000/bootstrap: 20/; s/geographies: .*/geographies: [nation]/' \
        -e "s|definitions/D|$LACUNA_SOURCE/configs/definitions/D|g" \
        -e "s|disclosure/dfe|$LACUNA_SOURCE/configs/disclosure/dfe|" "$LACUNA_SOURCE/configs/demo.yaml" >c.yaml
}
run() { # ARGUMENTS: lacuna run, which may end with 0 or 1
    local got=0
    "$LACUNA" run c.yaml --quiet "$@" >out 2>err || got=$?
    [ $got -le 1 ] || { fail "status $got: lacuna run $*"; cat err >&2; }
}
# Every file under its final name is whole: the store can be read, JSON and CSV end as they should.
check_whole() { # RUN
    local file
    for file in "$1"/store/*.h5; do
        case $file in *'*'* | */store.h5) continue ;; esac
        "$LACUNA" show "$file" >/dev/null 2>err || { fail "$file is half written"; cat err >&2; }
    done
    for file in "$1"/findings.csv "$1"/manifest.json "$1"/report/*.csv; do
        [ ! -e "$file" ] || [ -z "$(tail -c1 "$file")" ] || fail "$file is half written"
    done
}
