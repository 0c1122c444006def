# SPDX-License-Identifier: GPL-3.0-or-later
"""Links one labelled set with its columns of identity and truth hidden and its rows shuffled; prints a row of figures.

measure.py SET.csv MODEL.yaml LACUNA-LINK SCRATCH
"""
import csv, hashlib, json, pathlib, resource, subprocess, sys

source, model, program, scratch = sys.argv[1:]
name = pathlib.Path(source).stem
with open(source, encoding="utf-8", newline="") as file:
    header, *rows = csv.reader(file)
entity, ident = header.index("entity_id"), header.index("record_id")
rows.sort(key=lambda row: hashlib.sha256(("lacuna" + row[ident]).encode()).digest())
truth = [row[entity] for row in rows]
with open(f"{scratch}/{name}-hidden.csv", "w", encoding="utf-8", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(column for column in header if column != "entity_id")
    for number, row in enumerate(rows):
        row[ident] = number
        out.writerow(cell for at, cell in enumerate(row) if at != entity)

subprocess.run([program, "--records", f"{scratch}/{name}-hidden.csv", "--model", model, "--clusters", f"{scratch}/{name}.out",
                "--json", f"{scratch}/{name}.json", "--threads", "1", "--quiet"], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(f"{scratch}/{name}.out", encoding="utf-8", newline="") as file:
    found = [row[1] for row in list(csv.reader(file))[1:]]


def pairs(groups):
    count = {}
    for group in groups:
        count[group] = count.get(group, 0) + 1
    return sum(n * (n - 1) // 2 for n in count.values())


right, links, true = pairs(zip(truth, found)), pairs(found), pairs(truth)
precision, recall = right / links if links else 1.0, right / true if true else 1.0
with open(f"{scratch}/{name}.json", encoding="utf-8") as file:
    quality = json.load(file)["quality"]
missed = quality["missed_scored"] + (quality["missed_blocking"] or 0)
known = [row for row in csv.DictReader(open(pathlib.Path(model).parent / "known.csv", encoding="utf-8"))
         if row["set"] == name]
best = max(known, key=lambda row: float(row["f1"]), default=None)


def share(expected, actual):
    return f"{expected:.0f}/{actual}" + (f" ({expected / actual:.2f})" if actual else "")


print(f"{name:15s} {len(rows):6d} {precision:9.4f} {recall:7.4f} {2 * right / (links + true):7.4f} "
      f"{best['f1'] if best else '-':>6s}  {share(quality['false_links'], links - right):>18s}"
      f" {share(missed, true - right):>20s} {used.ru_utime + used.ru_stime:6.1f}  "
      f"{best['program'] + ' ' + best['version'] + ', ' + best['what'] if best else ''}")
