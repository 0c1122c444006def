# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of a published report: check_report.py FOLDER [PROFILE]. Exits 1 with the reason of the first failure."""
import base64
import csv
import html.parser
import pathlib
import re
import sys
import xml.dom.minidom
import zipfile

folder = pathlib.Path(sys.argv[1])
profile = sys.argv[2] if len(sys.argv) > 2 else "dfe-cin"
multiple = 10 if profile == "dfe-cin" else 5
# Exact counts of the fixture that no published file may hold (multiples of the rounding are no leak).
EXACT = [2347, 2291, 3118, 407, 189, 336, 312, 241, 287, 254, 264, 263, 198, 187, 903, 761, 121, 118, 143,
         1168, 988, 173, 152, 174, 194, 412, 163, 2759, 10412, 8127, 5210,
         2183, 404, 1103, 1514, 371, 2316, 811,
         5213, 2107, 803, 1123, 70123, 313, 4019, 4213, 913, 3017, 2011, 1609, 2071, 1804, 907, 703]
EXACT += [6703, 7987, 7703, 6511, 9417, 7289, 7377, 10531, 9403, 5319]  # uncertainty and sensitivity, not rounded
EXACT = [n for n in EXACT if n % multiple]
VOID = {"meta", "img", "br", "link", "input", "hr"}


def require(condition, message):
    if not condition:
        sys.exit(f"check_report: {message}")


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.text, self.levels, self.ids, self.images, self.links = [], [], [], [], [], []
        self.tables = self.captions = 0

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        require(tag not in ("script", "iframe", "object", "embed", "link"), f"<{tag}> in the page")
        require(not any(k.startswith("on") for k in a), f"event attribute on <{tag}>")
        if "id" in a:
            self.ids.append(a["id"])
        if tag == "a":
            self.links.append(a["href"])
        if tag == "img":
            require(a.get("alt"), "image without text alternative")
            require(a["src"].startswith("data:image/svg+xml;base64,"), "image from outside")
            self.images.append(base64.b64decode(a["src"].split(",", 1)[1], validate=True).decode())
        if tag == "th":
            require(a.get("scope") in ("col", "row"), "header cell without scope")
        if tag == "div" and a.get("class") == "scroll":
            require(a.get("tabindex") == "0" and a.get("aria-label"), "scrolling box that keys cannot reach")
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        self.tables += tag == "table"
        self.captions += tag == "caption"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        require(self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}")
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text.append(data)
        elif self.open:
            require("url(" not in data and "@import" not in data, "style loads something")


def numbers(text):
    return {int(n.replace(",", "")) for n in re.findall(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])|(?<![\w.,-])\d+(?![\w.])", text)}


def channels(colour):
    return [int(colour[i:i + 2], 16) for i in (1, 3, 5)] if colour[0] == "#" else [int(n) for n in re.findall(r"\d+", colour)]


def luminance(colour):
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


PALETTE = ["#12436D", "#28A197", "#801650", "#F46A25", "#A285D1", "#2073BC", "#6BACE6", "#BFBFBF", "#B4C7DA"]
DATA = set(PALETTE) | {"RGB({},{},{})".format(*channels(c)) for c in PALETTE}


def no_exact(text, where):
    found = numbers(text) & set(EXACT)
    require(not found, f"exact counts {sorted(found)} in {where}")


source = (folder / "index.html").read_text(encoding="utf-8")
page = Page()
page.feed(source)
require(source.startswith("<!DOCTYPE html>\n<html lang=\"en-GB\">"), "no doctype or language")
require(not page.open, f"left open: {page.open}")
require(not re.search(r"https?://|//[a-z]+\.", re.sub(r"base64,[^\"]*", "", source)), "a network address in the page")
require(all(link.startswith("#") and link[1:] in page.ids for link in page.links), "a link that leads nowhere")
require(len(page.ids) == len(set(page.ids)), "an id stands twice")
require(page.levels[0] == 1 and page.levels.count(1) == 1, "not one h1")
require(all(b - a <= 1 for a, b in zip(page.levels, page.levels[1:])), "heading levels jump")
require(page.tables and page.tables == page.captions, "a table without caption")
require(len(page.images) == 17, f"{len(page.images)} figures instead of 17")
text = " ".join(page.text)
no_exact(text, "index.html")
require("on the assumption that" in text and "must not be used for" in text, "assumption or unfit uses missing")
require("Agency <A> & \"B\"" in text, "agency name not shown or not escaped")
require(str(folder.resolve()) not in source and "/store" not in source, "a path in the page")
if profile != "round5":
    require(re.search(r"<th scope=\"row\">Wales</th>(<td class=\"n\">\[c\]</td>){6}", source), "Wales is not hidden")
    require(re.search(r"NRM and HEALTH</th><td class=\"n\">\[c\]", source), "an overlap of one person is shown")

for file in sorted((folder / "figures").iterdir()):
    if file.suffix == ".svg":
        svg = file.read_text(encoding="utf-8")
        document = xml.dom.minidom.parseString(svg)
        require(document.documentElement.tagName == "svg", f"{file.name} is no SVG")
        require("Gnuplot 5" not in svg and "gnuplot 5" not in svg, f"{file.name} names a program version")
        require(svg in page.images, f"{file.name} differs from the page")
        require(not [n for n in document.getElementsByTagName("*") if n.getAttribute("xlink:href").startswith("http")],
                f"{file.name} refers to the network")
        # Legible in greyscale: any two colours of data differ in luminance.
        colours = {c.upper() for c in re.findall(r"(?:rgb\(\s*\d+,\s*\d+,\s*\d+\)|#[0-9A-Fa-f]{6})", svg)}
        light = sorted(luminance(c) for c in colours if c.replace(" ", "") in DATA)
        require(all((b + 0.05) / (a + 0.05) > 1.4 for a, b in zip(light, light[1:])), f"{file.name}: colours alike in greyscale {light}")
        no_exact(" ".join(t.firstChild.data for t in document.getElementsByTagName("tspan") if t.firstChild), file.name)
    elif file.suffix == ".png":
        require(file.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n", f"{file.name} is no PNG")
    else:
        with file.open(newline="", encoding="utf-8") as stream:
            for row in csv.reader(stream):
                no_exact(" ; ".join(row), file.name)

with (folder / "tables.csv").open(newline="", encoding="utf-8") as stream:
    rows = list(csv.DictReader(stream))
require(list(rows[0]) == ["table", "definition", "population", "period", "geography", "geography_code", "stratum",
                          "measure", "value", "lower", "upper", "level", "interval_kind", "status", "note"], "columns")
for row in rows:
    require(row["status"] in ("", "c", "e", "u", "x", "z", "p", "r"), f"status {row['status']}")
    require(row["measure"] in ("observed", "estimate", "estimate_model_only", "lower_bound", "known_share"), "measure")
    require(bool(row["value"]) != (row["status"] in ("c", "x", "z")), f"value and status disagree: {row}")
    if row["measure"] == "observed" and row["value"]:
        require(float(row["value"]) % multiple == 0, f"not rounded: {row}")
    if row["measure"] == "estimate" and row["value"]:
        require(float(row["lower"]) <= float(row["value"]) <= float(row["upper"]), f"estimate outside: {row}")
    no_exact(" ; ".join([row["value"], row["lower"], row["upper"], row["note"]]), "tables.csv")

with zipfile.ZipFile(folder / "workbook.xlsx") as book:
    require(book.testzip() is None, "workbook damaged")
    parts = {name: book.read(name).decode() for name in book.namelist()}
for name, part in parts.items():
    xml.dom.minidom.parseString(part)
names = re.findall(r'<sheet name="([^"]+)"', parts["xl/workbook.xml"])
require(names[:4] == ["Cover", "Contents", "Notes", "Table_1"] and len(names) == 33, f"sheets {names}")
strings = [re.sub("<[^>]+>", "", s) for s in re.findall(r"<si>(.*?)</si>", parts["xl/sharedStrings.xml"], re.S)]
no_exact(" ; ".join(strings), "workbook strings")
for i, name in enumerate(names, 1):
    sheet = parts[f"xl/worksheets/sheet{i}.xml"]
    require("mergeCell" not in sheet and "<pane" not in sheet and "autoFilter" not in sheet, f"{name}: merged or frozen")
    require('hidden="1"' not in sheet, f"{name}: hidden rows")
    require(name == "Cover" or "<tablePart " in sheet, f"{name}: table not marked up")
    require(re.search(r'<c r="A1"[^>]*t="s"', sheet), f"{name}: no title in A1")
    no_exact(" ; ".join(re.findall(r"<c [^>]*?(?<!t=\"s\")><v>([^<]*)</v>", sheet)), f"sheet {name}")
require("<dc:title>" in parts["docProps/core.xml"], "no document title")
require(set(re.findall(r'<sz val="([\d.]+)"/><color[^>]*/><name val="Arial"', parts["xl/styles.xml"])) <= {"12", "16"}, "font")
print("report ok")
