#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The tiny nation: same bytes always, the layout of the contract, a register that tells the truth, refusals.
set -euo pipefail
simulate=$LACUNA_BIN/lacuna-simulate
here=$LACUNA_SOURCE/tests/golden/simulate
fail() { echo "FAILED: $*" >&2; exit 1; }
status() { local want=$1 got=0; shift; "$@" >out.txt 2>err.txt || got=$?; [ "$got" = "$want" ] || fail "status $got instead of $want: $*"; }

rm -rf a b c foreign
"$simulate" "$here/tiny.yaml" --out a --threads 1 --quiet
"$simulate" "$here/tiny.yaml" --out b --threads 2 --quiet
diff -r a b || fail "threads change the bytes"
"$simulate" "$here/tiny.yaml" --out a --quiet # over its own folder
diff -r a b || fail "a second run changes the bytes"
"$simulate" "$here/tiny.yaml" --out c --seed 12 --quiet
diff -rq a c >/dev/null && fail "the seed does nothing"
"$simulate" "$here/tiny.yaml" --out c --seed 11 --quiet # another nation in its place: no file left over
diff -r a c || fail "files of an earlier nation are left"

# The layout.
header=local_ref,person_ref,role,forename,surname,aliases,dob,age,sex,ethnicity,ethnicity_frame,ethnicity_source,nationality,postcode,lad,offence_from,offence_to,recorded_date,offence_code,criterion,cse_flag,image_only,online_flag,n_suspects,n_suspects_unidentified,n_victims,group_ref,operation,status,basis,referral_source,national_ref,transfer_force,transfer_ref
marks=0 extra=0
for file in a/*-2025Q?-v?.csv; do
    first=$(head -n 1 "$file")
    case $first in
        "$header") ;;
        $'\xef\xbb\xbf'"$header") marks=$((marks + 1)) ;;
        "$header",officer_notes) extra=$((extra + 1)) ;;
        *) fail "header of $file" ;;
    esac
    [ "$(stat -c %a "$file")" = 600 ] || fail "$file can be read by others"
done
[ "$marks $extra" = "1 1" ] || fail "marks $marks, extra columns $extra"

# The register: digests, row counts, every file named.
[ "$(head -n 1 a/returns.csv)" = return_id,list,agency,force,period_start,period_end,extract_date,received_date,version,supersedes,coverage,layout,file,sha256,declared_rows ] || fail "register header"
command -v python3 >/dev/null || { echo "python3 is missing: register not checked"; exit 77; }
python3 - <<'PYTHON' || fail "register"
import csv, hashlib, os
lines = list(csv.DictReader(open('a/returns.csv')))
assert {l['file'] for l in lines if l['file']} == {f for f in os.listdir('a') if f.endswith('.csv') and f != 'returns.csv'}
assert len({l['return_id'] for l in lines}) == len(lines)
assert sum(l['coverage'] == 'MISSING' for l in lines) == 1
assert [l['supersedes'] for l in lines if l['supersedes']] == ['LA-E12000007-2025Q2-v1']
wrong = 0
sexes, roles = {'M', 'F', 'U'}, {'VICTIM', 'SUSPECT', 'FACILITATOR'}
for l in lines:
    if not l['file']:
        assert l['coverage'] in ('NIL', 'MISSING')
        continue
    data = open('a/' + l['file'], 'rb').read()
    assert hashlib.sha256(data).hexdigest() == l['sha256']
    rows = list(csv.DictReader(data.decode('utf-8-sig').splitlines()))
    wrong += len(rows) != int(l['declared_rows'])
    for r in rows:
        assert r['sex'] in sexes and r['role'] in roles
        assert r['status'] in ('LIVE', 'CANCELLED', 'RECLASSIFIED', 'TRANSFERRED')
        assert r['basis'] in ('CONFIRMED', 'SUSPECTED', 'AT_RISK')
        assert r['criterion'] in ('', 'FAM', 'CSE', 'INS', 'RIT', 'UNK')
        assert l['period_start'] <= r['recorded_date'] <= l['period_end']
        assert (r['transfer_ref'] != '') == (r['status'] == 'TRANSFERRED')
assert wrong == 1
# The truth names every row, once.
truth = {(t['return_id'], int(t['row'])) for t in csv.DictReader(open('a/truth/records.csv'))}
files = {(l['return_id'], i + 1) for l in lines if l['file']
         for i, _ in enumerate(csv.DictReader(open('a/' + l['file'], encoding='utf-8-sig')))}
assert truth == files
persons = {p['person_id']: p for p in csv.DictReader(open('a/truth/persons.csv'))}
assert sum(p['kind'] in ('group', 'peer') and p['role'] == 'VICTIM' for p in persons.values()) == 120
totals = list(csv.DictReader(open('a/truth/totals.csv')))
def total(definition, geography, field):
    return sum(int(t[field]) for t in totals if t['definition'] == definition and t['population'] == 'victims'
               and t['geography'] == geography and t['window_start'] == '2025-01-01' and t['window_end'] == '2025-12-31')
assert total('D_IICSA', 'nation', 'persons') == 120
for field in ('persons', 'seen'):
    assert total('D_FLAG', 'nation', field) == total('D_FLAG', 'region', field) == total('D_FLAG', 'force', field)
PYTHON

# Refusals.
mkdir foreign && echo mine >foreign/returns.csv
status 4 "$simulate" "$here/tiny.yaml" --out foreign
[ "$(cat foreign/returns.csv)" = mine ] || fail "a foreign file was touched"
status 2 "$simulate" "$here/tiny.yaml"
status 2 "$simulate" --out d
sed 's/^seed: 11/sead: 11/' "$here/tiny.yaml" >wrong.yaml
status 2 "$simulate" wrong.yaml --out d
grep -q 'line 3' err.txt || fail "no line in: $(cat err.txt)"
sed 's/agency: Kent/agency: Kant/' "$here/tiny.yaml" >wrong.yaml
status 2 "$simulate" wrong.yaml --out d
grep -q Kant err.txt || fail "no name in: $(cat err.txt)"
sed 's/2025-12-31/2025-11-30/' "$here/tiny.yaml" >wrong.yaml
status 2 "$simulate" wrong.yaml --out d
status 5 "$simulate" nothing.yaml --out d
[ ! -e d ] || fail "a refused run left a folder"
