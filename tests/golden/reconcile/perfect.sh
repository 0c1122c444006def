#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# perfect.sh NATION.yaml SEED...: draws the nation with each seed, gives its records their true links, and holds the
# histories of every definition against the truth. LACUNA_SOURCE and LACUNA_BIN are set; works in the current folder.
set -euo pipefail
nation=$1
shift
definitions=$LACUNA_SOURCE/configs/definitions
rm -rf nation run
# the groups that the lists call mapped
{ cat "$definitions/D_OCG.yaml"; echo 'mapped_groups: [M]'; } >D_OCG.yaml
cat >config.yaml <<YAML
run: { name: perfect, period_start: 2025-01-01, period_end: 2025-12-31, seed: 1 }
returns: { folder: nation }
lists: { PF: { name: Police }, LA: { name: Children's services }, NRM: { name: National Referral Mechanism } }
definitions:
  files:
$(for d in IICSA HMIC HO2020 STAT SOA FLAG COCAD_ALL COCAD_CSE ADULT MVMO; do echo "    - $definitions/D_$d.yaml"; done)
    - D_OCG.yaml
  headline: D_IICSA
strata: { geographies: [nation, region, force], windows: [year, quarter], populations: [victims, suspects, groups] }
link: { draws: 1 }
publish: { title: T, disclosure: none.yaml }
YAML
status=0
for seed; do
    "$LACUNA" simulate "$nation" --out nation --seed "$seed" --quiet
    "$LACUNA_BIN/lacuna-ingest" --config config.yaml --run run --quiet || [ $? = 1 ]
    "$LACUNA_BIN/lacuna-truth" --truth nation/truth --run run --links
    "$LACUNA_BIN/lacuna-reconcile" --config config.yaml --run run --quiet
    "$LACUNA_BIN/lacuna-truth" --truth nation/truth --run run --histories | sed "s/^/seed $seed: /" || status=1
done
exit $status
