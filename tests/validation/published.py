# SPDX-License-Identifier: GPL-3.0-or-later
"""Published estimates of the tables in datasets/published beside ours: published.py PROGRAM [--bootstrap N].

Reads index.csv of the data sets and published-why.csv, runs every method on every table and prints Markdown."""
import csv
import json
import pathlib
import subprocess
import sys

program = sys.argv[1]
bootstrap = sys.argv[sys.argv.index("--bootstrap") + 1] if "--bootstrap" in sys.argv else "1000"
here = pathlib.Path(__file__).parent
data = here.parent.parent / "datasets" / "published"


def rows(path):
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def number(value):
    return "none" if value is None else f"{value:,.0f}"


def interval(limits):
    if not limits or limits.get("lower") is None:
        return ""
    upper = limits.get("upper")
    return f" ({number(limits['lower'])} to {number(upper) if upper is not None else 'no limit'})"


def run(table, *options):
    done = subprocess.run([program, "--table", str(table), *options, "--no-diagnostics", "--quiet", "--json", "-"],
                          capture_output=True, text=True, check=False)
    if done.returncode not in (0, 4):
        sys.exit(f"published: {table.name} {' '.join(options)}: status {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)["estimates"][0]


def cell(estimate, second=False):
    if estimate["status"] != "ok":
        return estimate["status"]
    text = number(estimate["estimate"]) + interval(estimate["interval"])
    if second:
        text += "; model only" + interval(estimate.get("interval_model_only"))
    return text


why = {row["file"]: row["why"] for row in rows(here / "published-why.csv")}
print("| table | persons seen | published | best model by BIC | stepwise, BCa | average of models | decomposable | national |")
print("|---|---|---|---|---|---|---|---|")
reasons = []
for entry in rows(data / "index.csv"):
    table = data / entry["file"]
    if entry["file"] not in why:
        continue
    pairs = ["--order", "2"] if len(open(table, encoding="utf-8").readline().split(",")) > 6 and "strata" not in entry["what"] else []
    ours = [cell(run(table, "--method", "loglinear-all", "--bootstrap", "0", *pairs)),
            cell(run(table, "--method", "loglinear-stepwise", "--bootstrap", bootstrap)),
            cell(run(table, "--method", "loglinear-average", "--bootstrap", bootstrap, *pairs)),
            cell(run(table, "--method", "decomposable")),
            cell(run(table, "--method", "national", "--bootstrap", bootstrap), second=True)]
    name = entry["file"].removesuffix(".csv")
    print(f"| {name} | {int(entry['n_observed']):,} | {entry['published_estimate'].replace('|', '/')} | " + " | ".join(ours) + " |")
    reasons.append((name, entry, why[entry["file"]]))
print("\n## Why they differ\n")
for name, entry, text in reasons:
    print(f"- **{name}** ({entry['what']}). {text} Source: {entry['publication']}.")
