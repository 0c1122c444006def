#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Names with markup, quotes, formula starts, the other direction of writing, control characters and 10 kB reach page,
# workbooks and CSV as harmless text.
set -euo pipefail
here=$LACUNA_SOURCE/tests/golden/publish
fixture=$LACUNA_BIN/../tests/test_publish_fixture
command -v gnuplot >/dev/null || { echo "gnuplot is missing"; exit 77; }
command -v python3 >/dev/null || { echo "python3 is missing"; exit 77; }
[ -x "$fixture" ] || { echo "$fixture is not built"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }
rm -rf ./*
"$fixture" run hostile >/dev/null
long=$(printf 'L%.0s' $(seq 10240))
sed -e "s#\.\./\.\./\.\./configs#$LACUNA_SOURCE/configs#" -e "s#definition.yaml#$here/definition.yaml#" \
    -e "s|title: .*|title: \"=cmd\|' /C calc'!A0 <img src=x onerror=alert(1)> \& \\\\u202e0091\"|" \
    -e "s|{name: Police}|{name: \"@SUM(1)<b>\"}|; s|{name: Charities}|{name: $long}|" "$here/config.yaml" >config.yaml
echo "  organisation: \"+1+cmd|' /C calc'!A0 </title><script>\"" >>config.yaml
"$LACUNA_BIN/lacuna-publish" --config config.yaml --run run --quiet || fail "exit status $?"
python3 "$here/check_workbook.py" run/report || fail "page, workbooks and tables.csv"
python3 - run/report <<'END' || fail "hostile text"
import csv, html.parser, pathlib, re, sys, xml.dom.minidom, zipfile
folder = pathlib.Path(sys.argv[1])
page = (folder / "index.html").read_text(encoding="utf-8")
bad = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f]")
class Page(html.parser.HTMLParser):
    def handle_starttag(self, tag, attributes):
        assert tag not in ("script", "iframe", "object", "b"), tag
        assert not any(k.startswith("on") for k, _ in attributes), attributes
        assert tag != "img" or dict(attributes)["src"].startswith("data:image/svg+xml;base64,"), attributes
Page().feed(page)
assert not bad.search(page), "control characters in the page"
for text in ("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quoted&quot;", "\u05d0\u05d1", "W" * 10240, "L" * 10240,
             "=HYPERLINK(&quot;http://a.example/&quot;"):
    assert text in page, text[:60]
formulas = 0
for file in [folder / "tables.csv", *(folder / "figures").glob("*.csv")]:
    for row in csv.reader(file.open(newline="", encoding="utf-8")):
        for cell in row:
            assert not bad.search(cell), (file.name, cell)
            assert not re.match(r"[=+@\t\r]|-.*[(|!=+*/&'\"]", cell), (file.name, cell[:60])
            formulas += cell[:1] == "'"
assert formulas > 5, "no hostile text reached the CSV files"
for name in ("workbook.xlsx", "workbook.ods"):
    with zipfile.ZipFile(folder / name) as book:
        for part in book.namelist():
            if part.endswith(".xml"):
                xml.dom.minidom.parseString(book.read(part))
for file in (folder / "figures").glob("*.svg"):
    root = xml.dom.minidom.parse(str(file)).documentElement
    assert not root.getElementsByTagName("script"), file
assert "calc" not in "".join(p.name for p in folder.rglob("*"))
END
echo "ok"
