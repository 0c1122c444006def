# SPDX-License-Identifier: GPL-3.0-or-later
"""One table model: check_workbook.py FOLDER. Reads the page, both workbooks and tables.csv of a report and compares every
number; then the rules for accessible workbooks, one assertion a rule, on both formats. Exits 1 with the first that fails."""
import csv
import html.parser
import pathlib
import re
import sys
import xml.etree.ElementTree as tree
import zipfile

folder = pathlib.Path(sys.argv[1])
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
ODF = {p: f"{{urn:oasis:names:tc:opendocument:xmlns:{u}:1.0}}" for p, u in
       (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("fo", "xsl-fo-compatible"),
        ("config", "config"), ("number", "datastyle"))}
TABLES, HEADERS = {}, {}


def require(condition, message):
    if not condition:
        sys.exit(f"check_workbook: {message}")


def position(reference):
    letters, number = re.fullmatch(r"([A-Z]+)(\d+)", reference).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(number) - 1, column - 1


class Book:
    """Sheets in order; a sheet is a list of rows, a cell ("text", words) or ("number", value); tables by name:
    (sheet, first row, first column, last row, last column)."""

    def __init__(self, path):
        with zipfile.ZipFile(path) as archive:
            require(archive.testzip() is None, f"{path.name} is damaged")
            self.order = archive.namelist()
            self.stored = [i.filename for i in archive.infolist() if i.compress_type == zipfile.ZIP_STORED]
            self.part = {name: archive.read(name) for name in self.order}
        self.names, self.sheet, self.table, self.format = [], {}, {}, path.suffix


def read_xlsx(path):
    book = Book(path)
    strings = ["".join(t.text or "" for t in s.iter(MAIN + "t"))
               for s in tree.fromstring(book.part["xl/sharedStrings.xml"]).iter(MAIN + "si")]
    for i, sheet in enumerate(tree.fromstring(book.part["xl/workbook.xml"]).iter(MAIN + "sheet"), 1):
        name = sheet.get("name")
        root, rows = tree.fromstring(book.part[f"xl/worksheets/sheet{i}.xml"]), []
        for cell in root.iter(MAIN + "c"):
            row, column = position(cell.get("r"))
            while len(rows) <= row:
                rows.append([])
            while len(rows[row]) < column:
                rows[row].append(("blank", ""))
            value = cell.findtext(MAIN + "v")
            require(cell.find(MAIN + "f") is None, f"{name}: a formula")
            rows[row].append(("text", strings[int(value)]) if cell.get("t") == "s" else
                             ("blank", "") if value is None else ("number", float(value)))
        book.names.append(name)
        book.sheet[name] = rows
        for part in root.iter(MAIN + "tablePart"):
            rels = tree.fromstring(book.part[f"xl/worksheets/_rels/sheet{i}.xml.rels"])
            target = next(r.get("Target") for r in rels if r.get("Id") == part.get(REL + "id"))
            table = tree.fromstring(book.part["xl/" + target.replace("../", "")])
            first, last = table.get("ref").split(":")
            book.table[table.get("name")] = (name, *position(first), *position(last))
    return book


def read_ods(path):
    book = Book(path)
    root = tree.fromstring(book.part["content.xml"])
    t, office = ODF["table"], ODF["office"]
    for sheet in root.iter(t + "table"):
        rows = []
        for row in sheet.iter(t + "table-row"):
            cells = []
            for cell in row.iter(t + "table-cell"):
                words = "\n".join("".join(p.itertext()) for p in cell.iter(ODF["text"] + "p"))
                kind = cell.get(office + "value-type")
                require(cell.get(t + "formula") is None, "a formula")
                cells.append(("text", words) if kind == "string" else ("number", float(cell.get(office + "value"))))
                if kind != "string":
                    shown[(sheet.get(t + "name"), len(rows), len(cells) - 1)] = words
            rows.append(cells)
        book.names.append(sheet.get(t + "name"))
        book.sheet[book.names[-1]] = rows
    for mark in root.iter(t + "database-range"):
        first, last = mark.get(t + "target-range-address").split(":")
        name = first.split(".")[0]
        book.table[mark.get(t + "name")] = (name, *position(first.split(".")[1]), *position(last.split(".")[1]))
    return book


class Page(html.parser.HTMLParser):
    """Tables of the page by id: rows of texts."""

    def __init__(self):
        super().__init__()
        self.table, self.now, self.cell = {}, None, None

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "table":
            self.now = self.table.setdefault(a["id"], [])
        elif tag == "tr":
            self.now.append([])
        elif tag in ("td", "th"):
            self.cell = []

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.now[-1].append("".join(self.cell))
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)


def number(text):
    """What a reader sees, as a number; None for words and symbols."""
    if re.fullmatch(r"-?[\d,]+(\.\d+)?%", text):
        return float(text[:-1].replace(",", "")) / 100
    return float(text.replace(",", "")) if re.fullmatch(r"-?[\d,]+(\.\d+)?", text) else None


shown = {}
xlsx, ods = read_xlsx(folder / "workbook.xlsx"), read_ods(folder / "workbook.ods")
page = Page()
page.feed((folder / "index.html").read_text(encoding="utf-8"))

# --- both workbooks say the same, cell by cell ---
require(xlsx.names == ods.names and xlsx.names, "sheets differ")
require(xlsx.table == ods.table, "marked-up tables differ")
for name in xlsx.names:
    a, b = xlsx.sheet[name], ods.sheet[name]
    require(len(a) == len(b), f"{name}: {len(a)} rows against {len(b)}")
    for r, (left, right) in enumerate(zip(a, b)):
        require([c if c[0] == "number" else (c[0], c[1].replace("\r", "")) for c in left] == right,
                f"{name} row {r + 1}: {left} against {right}")

# --- every table of the page is in the workbook, every number the same, with no digit more than is shown ---
compared = 0
for id_, rows in page.table.items():
    mark = xlsx.table.get(id_.replace("-", "_"))
    require(mark, f"{id_} of the page is not in the workbook")
    sheet, top, left, bottom, right = mark
    cells = [row[left:right + 1] for row in xlsx.sheet[sheet][top:bottom + 1]]
    require(len(cells) == len(rows), f"{id_}: {len(cells)} rows in the workbook, {len(rows)} in the page")
    TABLES[id_.removeprefix("table-")] = rows
    for r, (line, want) in enumerate(zip(cells, rows)):
        for c, (cell, text) in enumerate(zip(line, want)):
            if cell[0] == "text":
                require(cell[1] == text, f"{id_} row {r}: {cell[1]!r} against {text!r}")
            else:
                require(number(text) is not None and abs(cell[1] - number(text)) < 1e-9,
                        f"{id_} row {r} column {c}: {cell[1]!r} in the workbook, {text!r} in the page")
                require(shown[(sheet, top + r, left + c)] == text, f"{id_} row {r}: shown otherwise in the ods")
                compared += 1
require(len(page.table) == len(xlsx.table) - 2, "a table of the workbook is not in the page")

# --- the tidy figures: each that a table shows is the number there ---
with (folder / "tables.csv").open(newline="", encoding="utf-8") as stream:
    figures = list(csv.DictReader(stream))


def cell_is(table, row, column, figure, field):
    rows = TABLES[table]
    at = rows[0].index(column)
    row = row.removeprefix("'")  # stands before what a spreadsheet could take for a formula
    text = next((r[at] for r in rows[1:] if r[0] == row or r[0].endswith(f"({row})") or r[1] == row), None)
    require(text is not None, f"{table}: no row {row}")
    if figure[field] == "":
        absent = "[z]" if field == "upper" and figure["value"] else f"[{figure['status']}]"
        require(text in (absent, "[c]", "[x]", "[z]", "no limit"), f"{table} {row} {column}: {text}, hidden in tables.csv")
    else:
        require(number(text) is not None and abs(number(text) - float(figure[field])) < 1e-9,
                f"{table} {row} {column}: {text} in the page, {figure[field]} in tables.csv")
    return 1


MEASURES = {"observed": [("Number observed", "value")],
            "estimate": [("Estimate", "value"), ("Lower limit", "lower"), ("Upper limit", "upper")],
            "lower_bound": [("Lower bound", "value")], "known_share": [("Share known", "value")]}
EVIDENCE = {"estimates": "Main figure", "estimates-own": None, "estimates-high": None}
FIELD = {}
matched = 0
forces = TABLES.get("completeness-forces-victims", [[]])
headline = next(f["definition"] for f in figures if f["table"] == "estimates")
for f in figures:
    table, stratum = f["table"], f["stratum"]
    if table == "estimates" and f["geography"] == "England and Wales":
        for column, field in MEASURES.get(f["measure"], []):
            matched += cell_is(f"definitions-{f['population']}", f["definition"], column, f, field)
    elif table == "estimates":
        for column, field in MEASURES.get(f["measure"], []):
            matched += cell_is(f"regions-{f['population']}", f["geography"], column, f, field)
    elif table == "scope":
        column = {"count=low": "Low count (certainly in)", "count=high": "High count (in, or records cannot tell)",
                  "count=apart": "Counted apart"}[stratum]
        matched += cell_is(f"scope-{f['population']}", f["definition"], column, f, "value")
    elif table == "lists":
        matched += cell_is("lists", stratum[5:], "People on the list", f, "value")
    elif table == "overlaps":
        matched += cell_is("overlaps", stratum[6:].replace("+", " and "), "People on both lists", f, "value")
    elif table == "definition-overlaps":
        other = stratum.split("=")[1]
        first = f"{f['definition']} and {other}"
        pair = first if any(r[0] == first for r in TABLES[table]) else f"{other} and {f['definition']}"
        column = {"with": "In both (low count)", "with-high": "In both (high count)",
                  "without": "In the first alone" if pair == first else "In the second alone"}[stratum.split("=")[0]]
        matched += cell_is(table, pair, column, f, "value")
    elif table == "completeness":
        code, name = stratum.split("=")[1].split(".")
        order = FIELD.setdefault(table, list(dict.fromkeys(
            g["stratum"].split(".")[-1] for g in figures if g["table"] == table and g["population"] == f["population"])))
        row = TABLES[f"completeness-{f['population']}"][1 + order.index(name)][0]
        matched += cell_is(f"completeness-{f['population']}", row, code, f, "value")
    elif table == "completeness-forces":
        order = FIELD.setdefault(table, list(dict.fromkeys(
            g["stratum"][6:] for g in figures if g["table"] == table and g["population"] == f["population"])))
        column = TABLES[f"completeness-forces-{f['population']}"][0][1 + order.index(stratum[6:])]
        matched += cell_is(f"completeness-forces-{f['population']}", f["geography"], column, f, "value")
    elif table in EVIDENCE:
        rows = TABLES["evidence"]
        row = {"estimates-own": 2, "estimates-high": 3}[table]
        row = rows[row][0] if row < len(rows) else rows[-1][0]
        for column, field in MEASURES.get(f["measure"], []):
            matched += cell_is("evidence", row, column, f, field)
    else:
        require(False, f"figures of table {table} are compared with nothing")

# --- the rules for accessible workbooks, on both formats ---
ns = ODF
content, styles = tree.fromstring(ods.part["content.xml"]), tree.fromstring(ods.part["styles.xml"])
sheets_xml = {n: tree.fromstring(xlsx.part[f"xl/worksheets/sheet{i}.xml"]) for i, n in enumerate(xlsx.names, 1)}
every = b"".join(xlsx.part[n] for n in xlsx.order if n.endswith(".xml"))
for book in (xlsx, ods):
    k = book.format
    require(book.names[:3] == ["Cover", "Contents", "Notes"] and
            book.names[3:] == [f"Table_{i + 1}" for i in range(len(book.names) - 3)], f"WB01 {k}: order of sheets")
    marks = {}
    for name, (sheet, top, left, bottom, right) in book.table.items():
        require(sheet not in marks, f"WB02 {k}: {sheet} holds two tables")
        marks[sheet] = (name, top, left, bottom, right)
        rows = book.sheet[sheet]
        require(left == 0 and bottom == len(rows) - 1, f"WB02 {k}: {sheet}: the table is not alone below the text, in column A")
        require(re.fullmatch(r"table_[a-z0-9_]{3,}", name), f"WB03 {k}: name {name}")
        require(all(c[0] == "text" and c[1] for c in rows[top]) and
                len({c[1] for c in rows[top]}) == len(rows[top]), f"WB03 {k}: {sheet}: headers empty or twice")
        for row in rows[top:]:
            require(len(row) == right + 1 and all(c[0] == "number" or c[1] != "" for c in row), f"WB06 {k}: {sheet}: a blank cell in {row}")
        for row in rows[top + 1:]:
            require(sheet == "Notes" or not any("[note" in str(c[1]) for c in row), f"WB10 {k}: {sheet}: a note in a data cell")
    require(set(marks) == set(book.names[1:]), f"WB03 {k}: a sheet without a marked-up table")
    for name in book.names[3:]:
        above = [row[0][1] for row in book.sheet[name][:marks[name][1]]]
        require(above[0].startswith("Table ") and len(above[0]) > 10, f"WB04 {k}: {name}: title in A1")
        require("one table" in above[1] and "note" in " ".join(above).lower() and "blank cells" in " ".join(above) and
                above[-1].startswith("Source: "), f"WB04 {k}: {name}: count of tables, notes, blank cells, source")
        require(all(len(row) == 1 and row[0][1] for row in book.sheet[name][:marks[name][1]]), f"WB06 {k}: {name}: a blank line above the table")
    symbols = {c[1] for n in book.names[3:] for row in book.sheet[n][marks[n][1] + 1:] for c in row
               if c[0] == "text" and re.fullmatch(r"\[\w+\]", c[1])}
    explained = {row[0][1] for row in book.sheet["Notes"]}
    require(symbols <= explained and symbols, f"WB11 {k}: not explained: {symbols - explained}")
    require(not [n for n in book.order if re.search(r"(?i)vba|macro|basic|\.bin$|media/|pictures/|drawing", n)], f"WB08 {k}: macros or images")
for name, root in sheets_xml.items():
    tags = {e.tag.removeprefix(MAIN) for e in root.iter()}
    require("mergeCell" not in tags, f"WB05 xlsx: {name}")
    require(not any(e.get("hidden") == "1" for e in root.iter()) and not tags & {"autoFilter", "pane"}, f"WB07 xlsx: {name}")
    require(not tags & {"headerFooter", "drawing", "legacyDrawing"}, f"WB08 xlsx: {name}")
    for view in root.iter(MAIN + "sheetView"):
        selected = [s.get("activeCell", "A1") for s in view.iter(MAIN + "selection")]
        require(selected in ([], ["A1"]), f"WB14 xlsx: {name}: cursor")
require(b"autoFilter" not in b"".join(xlsx.part[n] for n in xlsx.order if "/tables/" in n), "WB07 xlsx: a filter")
require(tree.fromstring(xlsx.part["xl/workbook.xml"]).find(f".//{MAIN}workbookView").get("activeTab", "0") == "0", "WB14 xlsx: first sheet")
look = tree.fromstring(xlsx.part["xl/styles.xml"])
fills = [p.get("patternType") for p in look.find(MAIN + "fills").iter(MAIN + "patternFill")]
require(set(fills) <= {"none", "gray125"}, f"WB09 xlsx: fills {fills}")
used = {int(x.get("fontId")) for x in look.find(MAIN + "cellXfs")}
fonts = [(f.find(MAIN + "name").get("val"), float(f.find(MAIN + "sz").get("val"))) for f in look.find(MAIN + "fonts")]
require({fonts[i] for i in used} - {fonts[0]} <= {("Arial", 12.0), ("Arial", 16.0)}, f"WB12 xlsx: {fonts}")
require(any(a.get("wrapText") == "1" for a in look.iter(MAIN + "alignment")), "WB12 xlsx: nothing is wrapped")
core = xlsx.part["docProps/core.xml"]
require(b"<dc:title>" in core and b"en-GB" in xlsx.part["docProps/custom.xml"], "WB13 xlsx: title or language")
attributes = [(e.tag, key, v) for e in content.iter() for key, v in e.attrib.items()]
keys = {key for _, key, _ in attributes}
require(not keys & {ns["table"] + "number-columns-spanned", ns["table"] + "number-rows-spanned"} and
        not list(content.iter(ns["table"] + "covered-table-cell")), "WB05 ods: merged cells")
require(ns["table"] + "visibility" not in keys and not list(content.iter(ns["table"] + "filter")) and
        all(m.get(ns["table"] + "display-filter-buttons") == "false" for m in content.iter(ns["table"] + "database-range")), "WB07 ods")
require(b"HorizontalSplit" not in ods.part["settings.xml"], "WB07 ods: frozen panes")
require(all(e.get(ns["style"] + "display") == "false" for e in styles.iter() if e.tag in (ns["style"] + "header", ns["style"] + "footer")),
        "WB08 ods: page headers")
require(not any(key == ns["fo"] + "background-color" for _, key, _ in attributes), "WB09 ods: fills")
sizes = {v for t, key, v in attributes if key == ns["fo"] + "font-size"}
faces = {v for t, key, v in attributes if key == ns["style"] + "font-name"}
require(sizes <= {"12pt", "16pt"} and faces == {"Arial"}, f"WB12 ods: {sizes} {faces}")
require(b"<dc:title>" in ods.part["meta.xml"] and b"<dc:language>en-GB" in ods.part["meta.xml"] and
        b'fo:language="en"' in ods.part["styles.xml"], "WB13 ods: title or language")
require(b">Cover<" in ods.part["settings.xml"] and
        set(re.findall(rb'CursorPosition[XY]" config:type="int">(\d+)', ods.part["settings.xml"])) == {b"0"}, "WB14 ods: cursor")
require(ods.order[0] == "mimetype" and ods.stored == ["mimetype"] and
        ods.part["mimetype"] == b"application/vnd.oasis.opendocument.spreadsheet", "WB15 ods: the type comes first, as it is")
require(list(figures[0])[:3] == ["table", "definition", "population"] and "status" in figures[0] and "geography_code" in figures[0],
        "WB17: tidy table beside the workbook")
require(compared > 300 and matched > 120, f"too little compared: {compared}, {matched}")
print(f"workbook ok: {compared} numbers in page and both workbooks, {matched} of them against tables.csv")
