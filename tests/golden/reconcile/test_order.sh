#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The rows of every return, and of the register, in another order: the same histories, draws, accounts, verdicts, overlaps,
# reasons and people, byte for byte but for the numbers of rows and persons.
set -euo pipefail
fail() { echo "FAILED: $*" >&2; exit 1; }
for program in lacuna-simulate lacuna-ingest lacuna-link lacuna-reconcile; do
    [ -x "$LACUNA_BIN/$program" ] || { echo "$program is not built"; exit 77; }
done
rm -rf nation shuffled run other ./*.yaml ./*.csv
export LACUNA_DATA="$LACUNA_SOURCE"
cat >nation.yaml <<'YAML'
name: order
seed: 11
period_start: 2025-01-01
period_end: 2025-12-31
population: { victims: 600, familial: 40, image_only: 30, at_risk: 40, cancelled: 40, one_suspect: 60 }
lists:
  PF: { spread: force, capture: 0.4, again: 0.4, duplicates: 0.1, noise: 2, dob_missing: 0.1, suspects_missing: 0.2 }
  LA: { spread: region, agency: Children's services, capture: 0.4, again: 0.4, noise: 2, dob_missing: 0.2, suspects_missing: 0.3 }
  NRM: { spread: nation, agencies: [Centre], capture: 0.3, noise: 3, dob_missing: 0.3, postcode_missing: 0.4, suspects_missing: 0.3 }
YAML
for folder in nation shuffled; do
    cat >$folder.run.yaml <<YAML
run: { name: order, period_start: 2025-01-01, period_end: 2025-12-31, seed: 1 }
returns: { folder: $folder }
lists: { PF: {}, LA: {}, NRM: {} }
link: { draws: 8 }
definitions:
  files: [$LACUNA_SOURCE/configs/definitions/D_IICSA.yaml, $LACUNA_SOURCE/configs/definitions/D_HO2020.yaml, $LACUNA_SOURCE/configs/definitions/D_FLAG.yaml]
  headline: D_IICSA
strata: { geographies: [nation, region, force], windows: [year, quarter], by: [sex, age_band], populations: [victims, suspects, groups] }
publish: { title: T, disclosure: none.yaml }
YAML
done
"$LACUNA" simulate nation.yaml --out nation --quiet
# two records of one person that differ in the sex alone, recorded the same day: only what they say can decide
python3 - <<'PY'
import csv, glob, random
random.seed(3)
for path in sorted(glob.glob("nation/*.csv")):
    with open(path, newline="") as f:
        rows = list(csv.DictReader(f))
    if not rows: continue
    if "sha256" in rows[0]:
        for row in rows: row["sha256"] = row["declared_rows"] = ""
    elif path.startswith("nation/LA"):
        for row in [r for r in rows if r["role"] == "VICTIM" and r["sex"]][:3]:
            rows.append(dict(row, sex="M" if row["sex"] == "F" else "F"))
    for folder in ("nation", "shuffled"):
        with open(path.replace("nation/", folder + "/") if folder == "nation" else path.replace("nation/", "shuffled."), "w", newline="") as f:
            w = csv.DictWriter(f, rows[0].keys(), lineterminator="\n")
            w.writeheader()
            w.writerows(rows)
        random.shuffle(rows)
PY
mkdir shuffled
for file in shuffled.*.csv; do mv "$file" "shuffled/${file#shuffled.}"; done
for file in nation/*.csv; do [ -e "shuffled/${file#nation/}" ] || cp "$file" shuffled/; done
! cmp -s nation/returns.csv shuffled/returns.csv || fail "the register was not shuffled"
for pair in nation:run shuffled:other; do
    config=${pair%:*}.run.yaml run=${pair#*:}
    "$LACUNA_BIN/lacuna-ingest" --config $config --run $run --quiet 2>log || [ $? = 1 ] || fail "ingest: $(cat log)"
    "$LACUNA_BIN/lacuna-link" --config $config --run $run --quiet 2>log || [ $? = 1 ] || fail "link: $(cat log)"
    "$LACUNA_BIN/lacuna-reconcile" --config $config --run $run --quiet || fail "reconcile: status $?"
done
for table in histories history_draws accounts verdicts definition_overlaps reasons referrals history_lists definitions; do
    for run in run other; do "$LACUNA" show $run $table --csv >$run.$table.csv; done
    cmp run.$table.csv other.$table.csv || fail "$table depends on the order of rows: $(diff run.$table.csv other.$table.csv | head -4)"
    [ "$(wc -l <run.$table.csv)" -gt 3 ] || fail "no $table"
done
# people without the number of the person
for run in run other; do "$LACUNA" show $run people --csv | cut -d, -f1,2,4- | LC_ALL=C sort >$run.people.csv; done
cmp run.people.csv other.people.csv || fail "people depend on the order of rows: $(diff run.people.csv other.people.csv | head -4)"
awk -F, 'NR > 1 && $NF > 0 { n++ } END { exit n < 3 }' run.people.csv || fail "no conflicts"
