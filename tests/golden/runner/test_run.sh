#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Plan, manifest, skipping and refusals of `lacuna run`, with stages that are shell scripts.
# shellcheck source=tests/golden/runner/lib.sh
. "$LACUNA_SOURCE/tests/golden/runner/lib.sh"
make_config
make_stages
lacuna=bin/lacuna
all="ingest link reconcile estimate publish"

# --dry-run: configuration with defaults, plan, and nothing written
expect 0 $lacuna run c.yaml --out R --dry-run
contains out "due_days: 42"
contains out "bootstrap: 1000"
same "$(grep -cE '^#   (ingest|link|reconcile|estimate|publish) +run ' out)" 5
[ ! -e R ] || fail "--dry-run made the run folder"
[ ! -e calls ] || fail "--dry-run ran a stage"
expect 0 $lacuna run c.yaml --dry-run
contains out "# plan for runs/small"
cp out printed.yaml
expect 0 $lacuna run printed.yaml --dry-run
grep -v '^#' out >again.yaml
grep -v '^#' printed.yaml | cmp -s - again.yaml || fail "the printed configuration does not print itself"

# a first run
expect 0 $lacuna run c.yaml --out R --threads 2 --log-format json --color never
contains err '"message"'
contains calls "publish --config c.yaml --run R --threads 2 --seed 7 --log-format json --color never"
same "$(calls)" "$all"
for file in manifest.json store/store.h5 findings.csv quarantine/R1.csv report/index.html; do
    [ -f "R/$file" ] || fail "R/$file is missing"
done
python3 - <<'PY' || fail "manifest"
import hashlib, json
m = json.load(open("R/manifest.json"))
assert m["schema"] == "lacuna-manifest/1" and m["complete"] is True and m["seed"] == 7
assert m["configuration"]["name"] == "small" and "due_days: 42" in m["configuration"]["text"]
assert len(m["configuration"]["sha256"]) == 64 and m["libraries"]["gsl"] and m["libraries"]["hdf5"]
assert [s["name"] for s in m["stages"]] == "ingest link reconcile estimate publish".split()
sha = lambda f: hashlib.sha256(open(f, "rb").read()).hexdigest()
outputs = {}
for s in m["stages"]:
    assert s["status"] == "ok" and s["exit_status"] == 0 and s["seconds"] >= 0 and s["started"].endswith("Z")
    outputs.update(s["outputs"])
assert set(outputs) == {"store/records.h5", "store/links.h5", "store/histories.h5", "store/estimates.h5",
    "store/tables.h5", "findings.csv", "quarantine/R1.csv", "report/index.html", "report/figures/a.svg"}, outputs
for name, digest in outputs.items():
    assert digest == sha("R/" + name), name
assert m["store"] == {"path": "store/store.h5", "sha256": sha("R/store/store.h5")}
i = m["stages"][0]["inputs"]
assert i["returns/returns.csv"] == sha("returns/returns.csv") and i["returns/a.csv"] == sha("returns/a.csv")
assert any(k.startswith("datasets/codes/") for k in i)
assert m["stages"][2]["inputs"]["store/links.h5"] == sha("R/store/links.h5")
assert m["stages"][4]["inputs"]["profile.yaml"] == sha("profile.yaml")
assert list(m) == sorted(m)
PY
newest=$(find R -type f -printf '%T@ %P\n' | sort -n | tail -1 | cut -d' ' -f2)
same "$newest" manifest.json
first=$(bytes_of R)

# nothing changed: nothing runs, the manifest stays
before=$(stat -c %Y.%y R/manifest.json)
expect 0 $lacuna run c.yaml --out R
same "$(calls)" ""
same "$(stat -c %Y.%y R/manifest.json)" "$before"
expect 0 $lacuna run c.yaml --out R --dry-run
same "$(grep -cE '^#   [a-z]+ +skip ' out)" 5

# threads, places and quiet are no reason to run again; settings of one stage are, for it and what follows
expect 0 $lacuna run c.yaml --out R --threads 1 --quiet
same "$(calls)" ""
same "$(wc -c <err)" 0
sed 's/title: Small/title: Other/' c.yaml >c2.yaml
expect 0 $lacuna run c2.yaml --out R --dry-run
contains out "publish    run     its settings have changed"
same "$(grep -cE '^#   [a-z]+ +skip ' out)" 4
expect 0 $lacuna run c2.yaml --out R
same "$(calls)" "publish"

# a changed return; a link result that comes out the same stops the wave
echo 'x' >>returns/a.csv
expect 0 $lacuna run c.yaml --out R
same "$(calls)" "$all"
contains err "changed input returns/a.csv"
[ "$(bytes_of R)" != "$first" ] || fail "the result does not depend on the returns"
printf 'local_ref\n1\n' >returns/a.csv
expect 0 $lacuna run c.yaml --out R
same "$(calls)" "$all"
same "$(bytes_of R)" "$first"
printf 'local_ref\n2\n' >returns/b.csv
expect 0 $lacuna run c.yaml --out R
same "$(calls)" "ingest"
contains err "new input returns/b.csv"
same "$(bytes_of R)" "$first"
rm returns/b.csv
expect 0 $lacuna run c.yaml --out R
same "$(calls)" "ingest"
contains err "returns/b.csv is gone"
contains err "link: unchanged"

# an output touched by hand, one removed, another program, another seed, another date
echo tampered >>R/report/index.html
expect 0 $lacuna run c.yaml --out R
same "$(calls)" "publish"
contains err "report/index.html is not as it left it"
rm R/store/links.h5
expect 0 $lacuna run c.yaml --out R
same "$(calls)" "link"
contains err "store/links.h5 is missing"
echo '# changed' >>bin/lacuna-estimate
expect 0 $lacuna run c.yaml --out R
same "$(calls)" "estimate"
contains err "the program has changed"
same "$(bytes_of R)" "$first"
expect 0 $lacuna run c.yaml --out R --seed 8
same "$(calls)" "$all"
contains err "the seed has changed"
expect 0 $lacuna run c.yaml --out R --as-at 2025-06-30
contains calls "--as-at 2025-06-30 --seed 7"
same "$(calls)" "$all"
expect 0 $lacuna run c.yaml --out R --force
same "$(calls)" "$all"
same "$(bytes_of R)" "$first"

# what an earlier run left in a folder of the stage does not survive
touch R/report/old.html R/quarantine/old.csv
expect 0 $lacuna run c.yaml --out R --force --quiet
for file in R/report/old.html R/quarantine/old.csv; do
    [ ! -e $file ] || fail "$file of an earlier run is still there"
done
calls >/dev/null

# --to and --from
expect 0 $lacuna run c.yaml --out P --to link
same "$(calls)" "ingest link"
contains P/manifest.json '"complete": false'
contains P/manifest.json '"status": "not run"'
expect 2 $lacuna run c.yaml --out P --from estimate
contains err "needs the results of reconcile"
expect 0 $lacuna run c.yaml --out P --from reconcile
same "$(calls)" "reconcile estimate publish"
contains P/manifest.json '"complete": true'
same "$(bytes_of P)" "$first"
echo 'x' >>returns/a.csv
expect 0 $lacuna run c.yaml --out P --from publish
contains err "ingest is taken as it is although"
contains P/manifest.json '"complete": false'
printf 'local_ref\n1\n' >returns/a.csv
expect 0 $lacuna run c.yaml --out P
contains P/manifest.json '"complete": true'
calls >/dev/null

# findings go on and stay the status of later runs; failures stop
STATUS_ingest=1 expect 1 $lacuna run c.yaml --out F
same "$(calls)" "$all"
contains F/manifest.json '"status": "findings"'
contains F/manifest.json '"complete": true'
expect 1 $lacuna run c.yaml --out F
same "$(calls)" ""
echo 'x' >>returns/a.csv
STATUS_reconcile=4 expect 4 $lacuna run c.yaml --out F
same "$(calls)" "ingest link reconcile"
contains F/manifest.json '"status": "failed"'
contains F/manifest.json '"status": "stale"'
contains F/manifest.json '"complete": false'
expect 0 $lacuna run c.yaml --out F
same "$(calls)" "reconcile estimate publish"
contains err "it failed last time"
printf 'local_ref\n1\n' >returns/a.csv

# refusals
sed 's/name: small/name: other/' c.yaml >c3.yaml
expect 2 $lacuna run c3.yaml --out R
contains err "holds the run 'small', not 'other'"
expect 0 $lacuna run c3.yaml --out R --force
contains R/manifest.json '"name": "other"'
mkdir foreign && echo precious >foreign/report.txt
expect 2 $lacuna run c.yaml --out foreign
contains err "not a run folder"
same "$(ls -A foreign)" report.txt
expect 2 $lacuna run c.yaml --out R2 --executor slurm
contains err "not available in this version"
expect 2 $lacuna run c.yaml --out R2 --executor cloud
expect 5 $lacuna run missing.yaml --out R2
sed 's/headline: D/headlines: D/' c.yaml >c4.yaml
expect 2 $lacuna run c4.yaml --out R2
contains err "c4.yaml: line 6"
contains err "headlines"
contains err "headline"
sed 's/disclosure: profile.yaml/disclosure: gone.yaml/' c.yaml >c5.yaml
expect 5 $lacuna run c5.yaml --out R2
contains err "gone.yaml"
[ ! -e R2 ] || fail "a refused run made its folder"
echo '{"schema": "other"}' >F/manifest.json
expect 3 $lacuna run c.yaml --out F
contains err "remedy:"
echo '{"schema"' >F/manifest.json
expect 3 $lacuna run c.yaml --out F
rm bin/lacuna-link
expect 5 $lacuna run c.yaml --out R3
contains err "lacuna-link was not found"
finish
