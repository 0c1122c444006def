# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# For the runner's tests: assertions, a small configuration, and stages that are shell scripts, so that the runner is
# tested by itself. Source it; it makes a clean work/ below the scratch folder and enters it.
set -u
export LACUNA_DATA="$LACUNA_SOURCE"
rm -rf work && mkdir work && cd work || exit 1

failures=0
fail() {
    echo "FAILED: $*" >&2
    failures=$((failures + 1))
}
# expect STATUS COMMAND...: runs it, output in out and err
expect() {
    local want=$1 got=0
    shift
    "$@" >out 2>err || got=$?
    [ "$got" = "$want" ] || { fail "status $got, not $want: $*"; cat err >&2; }
}
contains() { # FILE TEXT
    grep -qF -- "$2" "$1" || { fail "$1 does not contain: $2"; cat "$1" >&2; }
}
lacks() { # FILE TEXT
    ! grep -qF -- "$2" "$1" || { fail "$1 contains: $2"; cat "$1" >&2; }
}
same() { # A B
    [ "$1" = "$2" ] || fail "'$1' is not '$2'"
}
finish() {
    [ "$failures" = 0 ] || { echo "$failures failures" >&2; exit 1; }
    echo ok
    exit 0
}
# digest of all that must be equal between runs
bytes_of() { (cd "$1" && find store report -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum); }

make_config() { # a folder of returns and a configuration c.yaml
    mkdir -p returns
    printf 'return_id\nR1\n' >returns/returns.csv
    printf 'local_ref\n1\n' >returns/a.csv
    printf 'id: D\n' >definition.yaml
    printf 'symbol: c\n' >profile.yaml
    cat >c.yaml <<'YAML'
run: {name: small, period_start: 2025-01-01, period_end: 2025-12-31, seed: 7}
returns: {folder: returns}
lists:
  PF: {name: Police}
  LA: {name: Councils}
definitions: {files: [definition.yaml], headline: D}
publish: {title: Small, disclosure: profile.yaml}
YAML
}

# Stages that write what they read and were told, and note each call in calls. FAKE_<stage> is a command they eval
# just before their result is put in place.
make_stages() { # makes bin/ with a copy of lacuna and five scripts
    mkdir -p bin
    cp "$LACUNA" bin/lacuna
    local stage
    for stage in ingest link reconcile estimate publish; do
        cat >"bin/lacuna-$stage" <<'STAGE'
#!/bin/bash
set -eu
stage=${0##*/lacuna-}
arguments="$*"
while [ $# -gt 0 ]; do
    case $1 in
    --config) config=$2; shift 2 ;;
    --run) run=$2; shift 2 ;;
    --seed) seed=$2; shift 2 ;;
    *) shift ;;
    esac
done
echo "$stage $arguments" >>calls
mkdir -p "$run/store"
case $stage in
ingest) file=records; inputs="$(dirname "$config")/returns/a.csv" ;;
link) file=links; inputs="$run/store/records.h5" ;;
reconcile) file=histories; inputs="$run/store/records.h5 $run/store/links.h5" ;;
estimate) file=estimates; inputs="$run/store/histories.h5" ;;
publish) file=tables; inputs="$run/store/estimates.h5" ;;
esac
{ echo "$stage $seed"; cat $inputs; } >"$run/store/$file.h5.tmp"
hook=FAKE_$stage
eval "${!hook:-:}"
mv "$run/store/$file.h5.tmp" "$run/store/$file.h5"
if [ "$stage" = ingest ]; then
    mkdir -p "$run/quarantine"
    echo return_id >"$run/findings.csv"
    echo reason >"$run/quarantine/R1.csv"
fi
if [ "$stage" = publish ]; then
    mkdir -p "$run/report/figures"
    cat "$run/store/tables.h5" >"$run/report/index.html"
    echo svg >"$run/report/figures/a.svg"
fi
status=STATUS_$stage
exit "${!status:-0}"
STAGE
        chmod +x "bin/lacuna-$stage"
    done
}
calls() { # stages called since the last time, on one line
    [ -f calls ] && cut -d' ' -f1 calls | tr '\n' ' ' | sed 's/ $//'
    rm -f calls
}
