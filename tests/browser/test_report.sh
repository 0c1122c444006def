#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The report in a browser without a screen: layout measured at 1280 and at 400 pixels, screenshots kept beside it.
set -euo pipefail
here=$LACUNA_SOURCE/tests/browser
golden=$LACUNA_SOURCE/tests/golden/publish
fixture=$LACUNA_BIN/../tests/test_publish_fixture
browser=$(command -v chromium || command -v chromium-browser || true)
[ -n "$browser" ] || { echo "chromium is missing"; exit 77; }
command -v gnuplot >/dev/null || { echo "gnuplot is missing"; exit 77; }
[ -x "$fixture" ] || { echo "$fixture is not built"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
look() { # look WIDTH OPTION... ADDRESS
    local width=$1
    shift
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync --user-data-dir="$profile" \
        --hide-scrollbars --window-size="$width",4000 "$@" 2>/dev/null
}

for kind in plain refused; do
    rm -rf "$kind" && "$fixture" "$kind" "$kind" >/dev/null
    "$LACUNA_BIN/lacuna-publish" --config "$golden/config.yaml" --run "$kind" --quiet 2>/dev/null || [ $? = 1 ] ||
        fail "publish"
    # A copy that may run the measuring script; the report itself forbids every script. It stands in a frame, since a
    # browser window cannot be as narrow as a telephone.
    { sed '/http-equiv="Content-Security-Policy"/d; /<\/body>/,$d' "$kind/report/index.html"
      echo "<script>window.addEventListener('load', () => {"; cat "$here/layout.js"; echo "});</script></body></html>"
    } >"$kind.copy"
    for width in 1280 400; do
        { printf '<!DOCTYPE html><body><iframe style="width:%spx;height:4000px;border:0" srcdoc="' $width
          sed -e 's/&/\&amp;/g' -e 's/"/\&quot;/g' "$kind.copy"
          printf '"></iframe></body>'
        } >"$kind-$width.html"
        look 1400 --virtual-time-budget=5000 --dump-dom "file://$PWD/$kind-$width.html" >"$kind-$width.dom" ||
            fail "the browser failed"
        grep -q "<pre id=\"layout\">LAYOUT-OK at $width" "$kind-$width.dom" || {
            grep -o '<pre id="layout">[^<]*' "$kind-$width.dom" >&2 || true
            fail "layout of the $kind report at $width pixels"
        }
        look $width --screenshot="$PWD/$kind-$width.png" "file://$PWD/$kind/report/index.html" >/dev/null ||
            fail "no screenshot"
        [ "$(wc -c <"$kind-$width.png")" -gt 50000 ] || fail "an empty screenshot"
    done
done
echo "ok: $(grep -oh 'LAYOUT-OK at [0-9]*' ./*.dom | sort -u | tr '\n' ' ')"
