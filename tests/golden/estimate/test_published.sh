#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every method on every published table: status 0, and each refusal says why. The time is printed, not judged.
set -u
estimate=$LACUNA_BIN/lacuna-estimate
data=$LACUNA_SOURCE/datasets/published
failures=0
started=$(date +%s.%N)

tables=0
for table in "$data"/*.csv; do
    [ "$(basename "$table")" = index.csv ] && continue
    tables=$((tables + 1))
    name=$(basename "$table" .csv)
    "$estimate" --table "$table" --method all --json - --quiet >"$name.json" || {
        echo "FAILED: $name: status $?"
        failures=$((failures + 1))
    }
done
echo "$tables tables in $(awk -v a="$started" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }') s"
[ "$tables" -ge 14 ] || { echo "FAILED: only $tables tables"; failures=$((failures + 1)); }

python3 - *.json <<'PY' || failures=$((failures + 1))
import json, sys
bad = 0
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    methods = {e["method"] for e in report["estimates"]}
    if len(methods) < 18:
        print(f"FAILED: {path}: {len(methods)} methods")
        bad += 1
    for e in report["estimates"]:
        finite = e["estimate"] is not None
        if finite != (e["status"] == "ok") or (not finite and not any(len(n) > 20 for n in e["notes"])):
            print(f"FAILED: {path}: {e['method']}: {e['status']}, estimate {e['estimate']}, notes {e['notes']}")
            bad += 1
        if finite and e["estimate"] < report["observed"] * (1 - 1e-9):
            if e["method"] not in ("lincoln-petersen", "chapman"):  # these speak of two lists only
                print(f"FAILED: {path}: {e['method']} gives {e['estimate']} for {report['observed']} seen")
                bad += 1
    d = report["diagnostics"]
    for key in ("list_sizes", "overlaps", "empty_overlaps", "landmarks", "best_model", "residuals",
                "models_within_6", "leave_one_list_out", "merge_two_lists", "lists_as_populations",
                "assumption_curve", "tipping_points", "lower_bounds"):
        if key not in d:
            print(f"FAILED: {path}: no {key}")
            bad += 1
    if len(d["lower_bounds"]) != 3 or not all(len(b["assumption"]) > 20 for b in d["lower_bounds"]):
        print(f"FAILED: {path}: lower bounds")
        bad += 1
# what was limited for six lists is said beside the answers it bears on
with open("uk-2013-modern-slavery.json", encoding="utf-8") as file:
    notes = {e["method"]: " ".join(e["notes"]) for e in json.load(file)["estimates"]}
for method, option in (("loglinear-all", "--order"), ("loglinear-all", "--top"), ("loglinear-average", "--order"),
                       ("latent-class", "--draws")):
    if option + " " not in notes[method]:
        print(f"FAILED: six lists: {method} does not name {option}: {notes[method]}")
        bad += 1
sys.exit(bad > 0)
PY
exit $((failures > 0))
