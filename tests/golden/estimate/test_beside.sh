#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What stands beside the estimates: strata and totals, frequencies, pictures, the same for any number of threads.
set -u
estimate=$LACUNA_BIN/lacuna-estimate
data=$LACUNA_SOURCE/datasets/published
failures=0
fail() { echo "FAILED: $*"; failures=$((failures + 1)); }

# totals over strata are the sums of the strata, replicate by replicate
"$estimate" --table "$data/scotland-pwid-2006.csv" --method loglinear-average --method chao --strata region --bootstrap 200 \
    --json strata.json --quiet || fail "strata: status $?"
# frequencies against the histories they come from
printf 'ncaptures,count\n1,187\n2,56\n3,28\n' >captured.csv
"$estimate" --table captured.csv --method chao --method m0 --method mh-chao --method mh-darroch --json captured.json --quiet ||
    fail "frequencies: status $?"
"$estimate" --table "$data/hepatitis-a-taiwan.csv" --method chao --method m0 --method mh-chao --method mh-darroch \
    --json histories.json --quiet || fail "histories: status $?"
# five occasions for the same frequencies, by --lists: another estimate
"$estimate" --table captured.csv --lists 5 --method m0 --json five.json --quiet || fail "--lists: status $?"
# a stratum without an estimate
printf 'A,B,count,region\n1,0,50,n\n0,1,40,n\n1,1,20,n\n1,0,5,s\n0,1,6,s\n' >broken.csv
"$estimate" --table broken.csv --method chapman --method lincoln-petersen --strata region --json broken.json --quiet ||
    fail "a stratum without an estimate: status $?"
python3 - <<'PY' || failures=$((failures + 1))
import json
def load(name):
    with open(name, encoding="utf-8") as file:
        return json.load(file)
def near(what, a, b, tolerance):
    global bad
    if not abs(a - b) <= tolerance * abs(b):
        print(f"FAILED: {what} is {a}, expected {b}")
        bad += 1
bad = 0
strata = load("strata.json")
for method in ("loglinear-average", "chao"):
    parts = [e for e in strata["estimates"] if e["method"] == method and e["stratum"] != "total"]
    total = [e for e in strata["estimates"] if e["method"] == method and e["stratum"] == "total"]
    assert len(parts) == 2 and len(total) == 1
    near(method, total[0]["estimate"], sum(e["estimate"] for e in parts), 1e-12)
    width = total[0]["interval"]["upper"] - total[0]["interval"]["lower"]
    widths = [e["interval"]["upper"] - e["interval"]["lower"] for e in parts]
    assert max(widths) * 0.5 < width < sum(widths), (method, width, widths)
assert len(strata["diagnostics"]["strata"]) == 2
a, b = load("captured.json"), load("histories.json")
assert a["lists"] == [] and a["occasions"] == 3 and a["observed"] == 271
for x, y in zip(a["estimates"], b["estimates"]):
    near(x["method"], x["estimate"], y["estimate"], 1e-9)
    near(x["method"] + " se", x["se"], y["se"], 1e-8)
# AIC of frequencies: differences between models as with histories
near("aic", a["estimates"][1]["aic"] - a["estimates"][3]["aic"], b["estimates"][1]["aic"] - b["estimates"][3]["aic"], 1e-6)
near("deviance of all three frequencies", a["estimates"][3]["deviance"] + 1, 1, 1e-6)
assert load("five.json")["estimates"][0]["estimate"] > a["estimates"][1]["estimate"] * 1.05
broken = load("broken.json")["estimates"]
total = [e for e in broken if e["stratum"] == "total" and e["method"] == "lincoln-petersen"][0]
assert total["status"] == "refused" and total["estimate"] is None, total
near("sum of others", total["details"]["sum_of_others"], 70 * 60 / 20, 1e-12)
assert any("region=s" in note for note in total["notes"]), total["notes"]
raise SystemExit(bad > 0)
PY

# pictures, the same bytes twice and for other numbers of threads
for threads in 1 2 3; do
    "$estimate" --table "$data/kosovo-1999.csv" --method loglinear-all --bootstrap 200 --plots "plots$threads" \
        --threads $threads --json - --quiet >"plots$threads.json" || fail "plots: status $?"
    sed -i '/"seconds"/d' "plots$threads.json"
done
cmp -s plots1.json plots2.json && cmp -s plots1.json plots3.json || fail "JSON differs between numbers of threads"
diff -r plots1 plots2 >/dev/null && diff -r plots1 plots3 >/dev/null || fail "pictures differ between numbers of threads"
for name in overlaps residuals models assumption-curve replicates-loglinear-all; do
    for kind in svg png csv; do
        [ -s "plots1/$name.$kind" ] || fail "no $name.$kind"
    done
    grep -q '</svg>' "plots1/$name.svg" || fail "$name.svg is not whole"
    head -c 8 "plots1/$name.png" | od -An -c | grep -q 'P   N   G' || fail "$name.png is no PNG"
done
[ -z "$(find plots1 -name '*.tmp')" ] || fail "temporary files are left"
grep -q '^EXH,ABA,OSCE,HRW,count$' plots1/overlaps.csv || fail "columns of overlaps.csv"
[ "$(tail -n +2 plots1/replicates-loglinear-all.csv | wc -l)" -eq 200 ] || fail "replicates in the CSV"

# names of lists never reach a shell or gnuplot's own syntax
printf '%s\n' '"It'"'"'s `touch hacked`","$(touch hacked)",C,count' '1,0,0,30' '0,1,0,20' '0,0,1,25' '1,1,0,8' '1,0,1,7' '0,1,1,6' '1,1,1,2' >names.csv
"$estimate" --table names.csv --method chao --plots names --quiet >/dev/null || fail "odd names: status $?"
[ ! -e hacked ] || fail "a list's name was run as a command"
grep -q 'touch hacked' names/overlaps.svg || fail "the name is not in the picture"

# usage
"$estimate" --table names.csv --plots names --no-diagnostics 2>/dev/null; [ $? -eq 2 ] || fail "--plots with --no-diagnostics"
"$estimate" --table captured.csv --method m0 --plots names 2>/dev/null; [ $? -eq 2 ] || fail "--plots of frequencies"
"$estimate" --table names.csv --method chao --no-diagnostics --json - --quiet | grep -q leave_one_list_out &&
    fail "--no-diagnostics has diagnostics"
exit $((failures > 0))
