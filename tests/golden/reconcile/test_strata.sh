#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Strata: histories by sex and age band add up to all in every draw; missing sex, band and force are drawn, or stay unknown
# where the settings say so; bytes do not depend on threads; estimates by value stand in the store and in the tables,
# the unknown are refused.
set -euo pipefail
fail() { echo "FAILED: $*" >&2; exit 1; }
for program in lacuna-simulate lacuna-ingest lacuna-link lacuna-reconcile lacuna-estimate lacuna-publish; do
    [ -x "$LACUNA_BIN/$program" ] || { echo "$program is not built"; exit 77; }
done
rm -rf run other nation ./*.yaml ./*.csv
export LACUNA_DATA="$LACUNA_SOURCE"
cat >nation.yaml <<'YAML'
name: strata
seed: 9
period_start: 2025-01-01
period_end: 2025-12-31
population: { victims: 700 }
lists:
  PF: { spread: force, capture: 0.45, postcode_missing: 0.05 }
  LA: { spread: region, agency: Children's services, capture: 0.45, dob_missing: 0.1 }
  NRM: { spread: nation, agencies: [Centre], capture: 0.3, dob_missing: 0.3, postcode_missing: 0.5 }
YAML
cat >config.yaml <<YAML
run: { name: strata, period_start: 2025-01-01, period_end: 2025-12-31, seed: 1 }
returns: { folder: nation }
lists: { PF: {}, LA: {}, NRM: {} }
link: { draws: 8 }
definitions: { files: [$LACUNA_SOURCE/configs/definitions/D_IICSA.yaml], headline: D_IICSA }
strata: { geographies: [nation, region, force], by: [sex, age_band], age_bands: [13, 16] }
estimate: { bootstrap: 20, variants: [main] }
publish: { title: T, disclosure: $LACUNA_SOURCE/configs/disclosure/dfe-cin.yaml }
YAML
"$LACUNA" simulate nation.yaml --out nation --quiet
# the mechanism leaves the sex out in two records of three, and the returns no longer have the digests of the register
python3 - <<'PY'
import csv, glob
for path in glob.glob("nation/NRM*.csv") + ["nation/returns.csv"]:
    with open(path, newline="") as f:
        rows = list(csv.DictReader(f))
    for i, row in enumerate(rows):
        if "sha256" in row: row["sha256"] = ""
        elif i % 3: row["sex"] = ""
    if rows:
        with open(path, "w", newline="") as f:
            w = csv.DictWriter(f, rows[0].keys(), lineterminator="\n")
            w.writeheader()
            w.writerows(rows)
PY
"$LACUNA_BIN/lacuna-ingest" --config config.yaml --run run --quiet || [ $? = 1 ]
"$LACUNA_BIN/lacuna-link" --config config.yaml --run run --quiet || [ $? = 1 ]
"$LACUNA_BIN/lacuna-reconcile" --config config.yaml --run run --quiet --threads 1 || fail "reconcile: status $?"
cp run/store/histories.h5 first.h5
"$LACUNA_BIN/lacuna-reconcile" --config config.yaml --run run --quiet --threads 2 && cmp first.h5 run/store/histories.h5 || fail "two runs differ"

cat >check.py <<'PY'
import collections, csv, subprocess, sys
run, lacuna, impute = sys.argv[1], sys.argv[2], sys.argv[3] == "impute"
def table(name):
    return list(csv.DictReader(subprocess.run([lacuna, "show", run, name, "--csv"], check=True, capture_output=True,
                                              text=True).stdout.splitlines()))
histories, draws = table("histories"), 8
count = []
for row in histories:
    count.append([[int(row["certain"]), int(row["possible"]), int(row["certain"])] for _ in range(draws + 1)])
for d in table("history_draws"):
    count[int(d["history"])][int(d["draw"])] = [int(d["certain"]), int(d["possible"]), int(d["counted"])]
total = collections.defaultdict(lambda: [[0, 0, 0] for _ in range(draws + 1)])
unknown, values = [0, 0], set()
for row, n in zip(histories, count):
    if row["variant"] != "main": continue
    name = row["stratum"].split("=")[0]
    values.add(row["stratum"])
    assert name == "all" or row["geography"] != "force", row
    for keys in ((row["geography_code"], name, row["pattern"]), (row["geography"], name, "")):
        for d in range(draws + 1):
            for k in range(3): total[keys][d][k] += n[d][k]
    if row["stratum"].endswith("=unknown"):
        unknown[0] += n[draws][0]
        unknown[1] += sum(n[d][0] + n[d][1] for d in range(draws))
# the values of a stratum are all, by place, pattern and draw
for (code, name, pattern), n in total.items():
    if name != "all" and pattern: assert n == total[code, "all", pattern], (code, name, pattern, n)
assert {"sex=F", "sex=M", "sex=unknown", "age_band=13-15", "age_band=16+", "age_band=unknown"} <= values, values
assert unknown[0] > 0, "nothing is unknown in the best linkage"
nation, regions, forces = (total[g, "all", ""] for g in ("nation", "region", "force"))
assert regions == forces and regions[draws] != nation[draws]
if impute:
    assert unknown[1] == 0 and regions[:draws] == nation[:draws], "a missing value is not drawn"
    assert len({str(n) for row, n in zip(histories, count) if row["stratum"] == "sex=F" for n in n[:draws]}) > 2
else:
    assert unknown[1] > 0 and regions[0] != nation[0], "a missing value is drawn"
PY
python3 check.py run "$LACUNA" impute || fail "imputed"
cp -r run other
sed 's/by: \[/impute: false, &/' config.yaml >plain.yaml
"$LACUNA_BIN/lacuna-reconcile" --config plain.yaml --run other --quiet || fail "plain: status $?"
python3 check.py other "$LACUNA" plain || fail "not imputed"

"$LACUNA_BIN/lacuna-estimate" --config config.yaml --run run --quiet || [ $? = 1 ] || fail "estimate: status $?"
"$LACUNA" show run summary --csv >summary.csv
python3 - <<'PY' || fail "estimates by value"
import csv
rows = {r["stratum"]: r for r in csv.DictReader(open("summary.csv")) if r["geography"] == "nation" and r["variant"] == "main"}
assert rows["sex=unknown"]["status"] == "refused" and "not known" in rows["sex=unknown"]["note"], rows["sex=unknown"]
n = {s: float(rows[s]["estimate"]) for s in ("all", "sex=F", "sex=M")}
assert all(rows[s]["status"] == "ok" for s in n), rows
assert 0.8 < (n["sex=F"] + n["sex=M"]) / n["all"] < 1.25, n
PY

"$LACUNA_BIN/lacuna-publish" --config config.yaml --run run --quiet || [ $? = 1 ] || fail "publish: status $?"
python3 - <<'PY' || fail "published strata"
import csv
rows = {(r["stratum"], r["measure"]): r for r in csv.DictReader(open("run/report/tables.csv"))
        if r["table"] == "estimates" and r["geography_code"] == "K04000001"}
assert rows["sex=F", "estimate"]["status"] in "eu" and rows["sex=F", "estimate"]["value"], rows["sex=F", "estimate"]
assert rows["age_band=13-15", "observed"]["value"], rows["age_band=13-15", "observed"]
assert rows["sex=unknown", "estimate"]["status"] in "xc" and not rows["sex=unknown", "estimate"]["value"]
assert not rows["sex=unknown", "lower_bound"]["value"]
PY

# Bands that are none.
for bands in '[16, 13]' '[13, 13]' '[0]' '[130]' '[old]'; do
    sed "s/age_bands: .*\]/age_bands: $bands/" config.yaml >wrong.yaml
    status=0
    "$LACUNA_BIN/lacuna-reconcile" --config wrong.yaml --run other --quiet 2>message || status=$?
    [ $status = 2 ] && grep -q 'age_bands' message && grep -q remedy message || fail "$bands: status $status, $(cat message)"
done
