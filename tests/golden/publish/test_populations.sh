#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A run that asks for victims, suspects and groups, from returns to report: each has tables of its own, no figure mixes two,
# suspects are those whom somebody named, and groups are counted and never estimated.
set -euo pipefail
command -v gnuplot >/dev/null || { echo "gnuplot is missing"; exit 77; }
command -v python3 >/dev/null || { echo "python3 is missing"; exit 77; }
[ -x "$LACUNA" ] || { echo "$LACUNA is not built"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }
rm -rf nation run ./*.yaml

{ sed -e 's/victims: 400/victims: 700/' -e '/^dependence/,$d' "$LACUNA_SOURCE/tests/golden/reconcile/complete-nation.yaml"
    echo 'heterogeneity: { share: 0, shift: 0 }'; } >nation.yaml
cat >config.yaml <<YAML
run: { name: populations, period_start: 2025-01-01, period_end: 2025-12-31, seed: 1 }
returns: { folder: nation }
lists: { PF: { name: Police }, LA: { name: Children's services }, NRM: { name: National Referral Mechanism } }
link: { draws: 4 }
definitions: { files: ["$LACUNA_SOURCE/configs/definitions/D_IICSA.yaml"], headline: D_IICSA }
strata: { geographies: [nation, region], windows: [year], populations: [victims, suspects, groups] }
estimate: { method: loglinear-average, bootstrap: 40, variants: [main] }
publish: { title: Three populations, disclosure: "$LACUNA_SOURCE/configs/disclosure/dfe-cin.yaml" }
YAML
"$LACUNA" simulate nation.yaml --out nation --quiet
"$LACUNA" run config.yaml --out run --quiet 2>log.txt || [ $? = 1 ] || fail "status $?: $(tail -3 log.txt)"
! grep -q 'no estimate for the headline definition.*groups' log.txt || fail "that groups are not estimated is a finding"

python3 - <<'PYTHON' || fail "report"
import csv, html
rows = list(csv.DictReader(open("run/report/tables.csv", encoding="utf-8")))
def figure(population, measure):
    found = [r for r in rows if r["table"] == "estimates" and r["population"] == population and r["measure"] == measure
             and r["geography_code"] == "K04000001" and r["stratum"] == "all"]
    assert len(found) <= 1, found
    return found[0] if found else None
def truth(population, field):
    found = [r for r in csv.DictReader(open("nation/truth/totals.csv")) if r["definition"] == "D_IICSA" and
             r["population"] == population and r["geography"] == "nation" and r["window_start"] == "2025-01-01" and
             r["window_end"] == "2025-12-31"]
    return int(found[0][field])
for population in ("victims", "suspects"):
    seen, there = truth(population, "seen"), truth(population, "persons")
    observed = float(figure(population, "observed")["value"])
    assert abs(observed - seen) < 0.02 * seen + 10, (population, observed, seen)
    estimate = figure(population, "estimate")
    assert float(estimate["lower"]) <= float(estimate["value"]) <= float(estimate["upper"]), estimate
    assert abs(float(estimate["value"]) / there - 1) < 0.3, (population, estimate, there)
groups = float(figure("groups", "observed")["value"])
assert groups >= truth("groups", "seen") - 10, groups
assert groups != float(figure("victims", "observed")["value"])
shown = [r for r in rows if r["population"] == "groups" and r["measure"] in ("estimate", "lower_bound") and r["value"]]
assert not shown, shown
page = html.unescape(open("run/report/index.html", encoding="utf-8").read())
for text in ("Estimates of victims by definition", "Estimates of suspects by definition", "Known groups by definition",
             "Known groups by region", "so the number of groups is not estimated", "suspects whom no record names are in no list"):
    assert text in page, text
assert "Estimates of groups" not in page
assert "groups, D_IICSA" not in page, "groups among the refusals"
PYTHON
