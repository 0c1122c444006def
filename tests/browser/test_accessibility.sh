#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# axe-core in headless Chromium on the report (also one with hostile names) and on the page of the checker, at two widths: no
# violation of WCAG 2.1 A and AA nor of its good practice. AXE_CORE names an axe.min.js; without it, npm is asked for one.
set -euo pipefail
fixture=$LACUNA_BIN/../tests/test_publish_fixture
skip() { echo "skipped: $*"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[ -n "$browser" ] || skip "no Chromium (Debian: chromium)"
command -v python3 >/dev/null || skip "no python3"
command -v gnuplot >/dev/null || skip "no gnuplot"
[ -x "$fixture" ] || skip "$fixture is not built"
axe=${AXE_CORE:-$PWD/package/axe.min.js}
if [ ! -f "$axe" ]; then
    command -v npm >/dev/null || skip "no axe-core: set AXE_CORE, or install npm"
    timeout 60 npm pack --silent axe-core@4.10.2 >/dev/null 2>&1 || skip "no axe-core: npm cannot fetch it"
    tar -xzf axe-core-4.10.2.tgz package/axe.min.js && rm axe-core-4.10.2.tgz
fi
here=$LACUNA_SOURCE/tests/golden/publish
rm -rf usual hostile pages && mkdir pages
for kind in usual hostile; do
    "$fixture" $kind $kind >/dev/null
    "$LACUNA_BIN/lacuna-publish" --config "$here/config.yaml" --run $kind --quiet || fail "report: status $?"
    cp $kind/report/index.html pages/$kind.html
done
cp "$LACUNA_SOURCE/tests/golden/ingest/data/dozen.csv" .
"$LACUNA_BIN/lacuna-check" --html pages/check.html dozen.csv >/dev/null || [ $? = 1 ] || fail "check"

# A copy of the page in which axe runs and leaves its answer; the policy of the page itself forbids scripts.
cat >run.py <<'END'
import html, json, pathlib, re, subprocess, sys
browser, axe, page, width = sys.argv[1:]
source = pathlib.Path(page).read_text(encoding="utf-8")
source = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", source)
tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
run = ("<script>" + pathlib.Path(axe).read_text(encoding="utf-8").replace("</script", "<\\/script") + "</script><script>"
       "document.querySelectorAll('details').forEach(d => d.open = true);"
       "axe.run(document, {runOnly: " + json.dumps(tags) + ", resultTypes: ['violations']}).then(r => {"
       "const p = document.createElement('pre'); p.id = 'axe'; p.textContent = JSON.stringify({passes: r.passes.length,"
       "wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,"
       "violations: r.violations.map(v => [v.id, v.impact, v.nodes.length, v.nodes[0].html.slice(0, 200)])});"
       "document.body.appendChild(p); });</script></body>")
copy = pathlib.Path(f"{page}.{width}.html")
copy.write_text(source.replace("</body>", run), encoding="utf-8")
dom = subprocess.run([browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={width},900",
                      "--virtual-time-budget=60000", "--timeout=60000", "--dump-dom", copy.resolve().as_uri()],
                     capture_output=True, timeout=240).stdout.decode("utf-8", "replace")
answer = re.search(r'<pre id="axe">(.*?)</pre>', dom, re.S)
if not answer:
    sys.exit(f"{page}: axe gave no answer")
result = json.loads(html.unescape(answer[1]))
if result["violations"] or result["passes"] < 20:
    sys.exit(f"{page} at {width}: {result}")
if result["wide"] > 0:
    sys.exit(f"{page} at {width}: {result['wide']} pixels wider than the window")
print(f"{page} at {width}: no violation, {result['passes']} rules passed")
END
for view in usual:1280 usual:500 hostile:500 check:500; do
    python3 run.py "$browser" "$axe" "pages/${view%:*}.html" "${view#*:}" || fail "accessibility"
done
