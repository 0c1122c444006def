#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Partial pooling: the total of `national` over many strata is one model for all of them, not a sum of estimates.
set -u
estimate=$LACUNA_BIN/lacuna-estimate
failures=0
fail() { echo "FAILED: $*"; failures=$((failures + 1)); }

# Twelve small forces of 40 to 260 persons, three lists; list C is not there in the even ones. Truth in truth.txt.
python3 - <<'PY'
import random
random.seed(11)
rows, truth = {}, 0
for force in range(12):
    people = 40 + 20 * force
    truth += people
    chance = [p * random.uniform(0.7, 1.3) for p in (0.4, 0.3, 0.25)]
    for _ in range(people):
        seen = tuple(int(random.random() < p and (k < 2 or force % 2)) for k, p in enumerate(chance))
        if any(seen):
            rows[force, seen] = rows.get((force, seen), 0) + 1
with open("forces.csv", "w", encoding="utf-8") as file:
    file.write("A,B,C,count,force\n")
    for (force, seen), count in sorted(rows.items()):
        file.write("%d,%d,%d,%d,F%02d\n" % (*seen, count, force))
with open("few.csv", "w", encoding="utf-8") as file:
    file.write("A,B,C,count,force\n")
    for (force, seen), count in sorted(rows.items()):
        if force in (1, 3, 5, 7):
            file.write("%d,%d,%d,%d,F%02d\n" % (*seen, count, force))
with open("truth.txt", "w", encoding="utf-8") as file:
    file.write("%d\n" % truth)
PY
for threads in 1 2 3; do
    "$estimate" --table forces.csv --method national --strata force --no-diagnostics --threads $threads \
        --json pooled$threads.json --quiet || fail "$threads threads: status $?"
    sed -i 's/"seconds": [^,}]*/"seconds": 0/' pooled$threads.json
done
cmp pooled1.json pooled2.json && cmp pooled1.json pooled3.json || fail "the number of threads changes the answer"
"$estimate" --table few.csv --method national --strata force --no-diagnostics --json few.json --quiet ||
    fail "four strata: status $?"
# rows in another order: the same estimate (the strata have other numbers, so other draws)
(head -1 forces.csv; tail -n +2 forces.csv | tac) >reversed.csv
"$estimate" --table reversed.csv --method national --strata force --no-diagnostics --json reversed.json --quiet ||
    fail "reversed: status $?"
python3 - <<'PY' || failures=$((failures + 1))
import json
def total(name):
    with open(name, encoding="utf-8") as file:
        return [e for e in json.load(file)["estimates"] if e["stratum"] == "total"]
with open("truth.txt", encoding="utf-8") as file:
    truth = int(file.read())
(pooled,) = total("pooled1.json")
assert pooled["status"] == "ok", pooled
assert pooled["model"] == "partial pooling of 12 strata, 3 pairs", pooled["model"]
assert pooled["interval"]["kind"] == "delta"
outer, inner = pooled["interval"], pooled["interval_model_only"]
assert outer["lower"] < inner["lower"] < pooled["estimate"] < inner["upper"] < outer["upper"], pooled
assert inner["lower"] < truth < inner["upper"], (truth, inner)
assert abs(pooled["estimate"] / truth - 1) < 0.2, (truth, pooled["estimate"])
assert any("taken not to operate: 6" in note for note in pooled["notes"]), pooled["notes"]
(other,) = total("reversed.json")
assert abs(other["estimate"] / pooled["estimate"] - 1) < 1e-7, (other["estimate"], pooled["estimate"])
(few,) = total("few.json")
assert few["model"] is None or "pooling" not in few["model"], few["model"]
PY
[ $failures = 0 ] && echo "partial pooling: all well"
exit $((failures > 0))
