# SPDX-License-Identifier: GPL-3.0-or-later
"""Synthetic nations linked with and without judged pairs, compared with their truth.

nation.py SOURCE BIN SCRATCH --seeds 1,2 --noise 0.4,1,2 [--labels 600] [--detail]
"""
import argparse, collections, csv, math, pathlib, re, shutil, subprocess

ask = argparse.ArgumentParser()
ask.add_argument("source", type=pathlib.Path)
ask.add_argument("bin", type=pathlib.Path)
ask.add_argument("scratch", type=pathlib.Path)
ask.add_argument("--seeds", default="1")
ask.add_argument("--noise", default="0.4,1,2")
ask.add_argument("--labels", type=int, default=600)
ask.add_argument("--detail", action="store_true")
ask.add_argument("--nation", default="configs/demo-nation.yaml")
args = ask.parse_args()


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def stage(program, *arguments):
    done = subprocess.run([args.bin / program, *map(str, arguments), "--quiet", "--threads", "2"])
    if done.returncode > 1:
        raise SystemExit(f"{program} ended with {done.returncode}")


def nation_write(noise, path):
    """The demonstration nation with every list's noise multiplied."""
    text = (args.source / args.nation).read_text(encoding="utf-8")
    head, lists, tail = re.split(r"(?s)(\nlists:\n.*?\n)(?=\n?\w)", text, maxsplit=1)
    blocks = re.split(r"\n(?=  \w+:\n)", lists)
    for k, block in enumerate(blocks[1:], 1):
        own = re.search(r"\n    noise: ([0-9.]+)", block)
        block = re.sub(r"\n    noise: [0-9.]+", "", block).rstrip("\n")
        blocks[k] = f"{block}\n    noise: {noise * float(own.group(1) if own else 1):g}"
    path.write_text(head + "\n".join(blocks) + "\n" + tail, encoding="utf-8")


def config_write(folder, link, path):
    text = (args.source / "tests/golden/link/run.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("blocking: auto", "blocking: auto, " + link), encoding="utf-8")


def table(run, store, name):
    done = subprocess.run([args.bin / "lacuna", "show", run / f"store/{store}.h5", name, "--csv"], check=True, capture_output=True,
                          text=True)
    return list(csv.DictReader(done.stdout.splitlines()))


def prepare(seed, noise):
    folder = args.scratch / f"nation-{seed}-{noise:g}"
    if (folder / "run/store/records.h5").exists():
        return folder
    folder.mkdir(parents=True)
    shutil.copy(args.source / "configs/definitions/D_IICSA.yaml", folder / "definition.yaml")
    shutil.copy(args.source / "configs/disclosure/dfe-cin.yaml", folder / "disclosure.yaml")
    nation_write(noise, folder / "nation.yaml")
    stage("lacuna-simulate", folder / "nation.yaml", "--out", folder / "nation", "--seed", seed)
    config_write(folder, "draws: 100", folder / "plain.yaml")
    stage("lacuna-ingest", "--config", folder / "plain.yaml", "--run", folder / "run")
    return folder


def link(folder, name, settings):
    config_write(folder, settings, folder / f"{name}.yaml")
    stage("lacuna-link", "--config", folder / f"{name}.yaml", "--run", folder / "run")


class Truth:
    def __init__(self, folder):
        person = {(r["return_id"], r["row"]): r["person_id"] for r in rows_of(folder / "nation/truth/records.csv")}
        link(folder, "first", "draws: 0, label_error: 0")
        self.list = [r["list"] for r in table(folder / "run", "records", "records")]
        # persons: one row per record, in the order of records
        rows = table(folder / "run", "links", "persons")
        self.at = {(r["return_id"], r["row"]): k for k, r in enumerate(rows)}
        self.population = [r["population"] for r in rows]
        self.person = [person[r["return_id"], r["row"]] for r in rows]


def judge(folder, truth, name):
    """Answers of a judge who knows the truth, in every row of pairs.csv."""
    with open(folder / "run/clerical/pairs.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        same = {truth.person[truth.at[row[f"{side}_return_id"], row[f"{side}_row"]]] for side in ("left", "right")}
        row["agreed"] = row["judge_1"] = row["judge_2"] = "Y" if len(same) == 1 else "N"
    with open(folder / name, "w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    return len(rows)


def label(folder, truth):
    """A sample of the number of pairs asked for: the error it is sized for is sought."""
    error = 0.005
    for _ in range(6):
        link(folder, "sample", f"draws: 0, label_error: {error:.6g}")
        with open(folder / "run/clerical/pairs.csv", encoding="utf-8") as file:
            size = sum(1 for _ in csv.reader(file)) - 1
        if abs(size - args.labels) <= 0.02 * args.labels:
            break
        error *= math.sqrt(max(size, 100) / args.labels)
    return judge(folder, truth, "judged.csv")


def cells_of(truth, person):
    """Persons by list, pair of lists, number of lists and exact pattern of lists, of either population."""
    seen = collections.defaultdict(set)
    for k, p in enumerate(person):
        seen[truth.population[k], p].add(truth.list[k])
    count = collections.Counter()
    for (population, _), lists in seen.items():
        order = sorted(lists)
        count[population, "number", len(order)] += 1
        count[population, "pattern", "+".join(order)] += 1
        for i, a in enumerate(order):
            count[population, "list", a] += 1
            for b in order[i + 1:]:
                count[population, "pair", a + "+" + b] += 1
    return count


def draws_of(folder, truth):
    rows = table(folder / "run", "links", "persons")
    best = [r["person_id"] for r in rows]
    number = {}
    for r in table(folder / "run", "links", "partitions"):
        number.setdefault(int(r["draw"]), {})[int(r["record"])] = int(r["person"])
    numbers = [int(r["person"]) for r in rows]
    cells = []
    for d in range(100):
        person = list(numbers)
        for record, p in number.get(d, {}).items():
            person[record] = p
        cells.append(cells_of(truth, person))
    return cells_of(truth, best), cells


def report(folder, truth, name, out):
    real = cells_of(truth, truth.person)
    best, draws = draws_of(folder, truth)
    for cell, true in sorted(real.items(), key=str):
        if true < 5:
            continue
        values = sorted(d[cell] for d in draws)
        low, high = values[2], values[97]
        covered = low <= true <= high
        out.append((name, cell, covered))
        if args.detail:
            mean = sum(values) / 100
            sd = math.sqrt(sum((v - mean) ** 2 for v in values) / 99)
            print(f"  {'ok  ' if covered else 'MISS'} {cell[0]:8s} {cell[1]:8s} {cell[2]!s:24s} truth {true:5d} best {best[cell]:5d} "
                  f"range {low}-{high} mean {mean:.1f} z {(true - mean) / sd if sd else float('inf'):.1f}")


def summary(title, out):
    kinds = ("list", "pair", "number", "pattern")
    part = {k: [c for _, cell, c in out if cell[1] == k] for k in kinds}
    old = [c for _, cell, c in out if cell[1] != "pattern"]
    print(f"{title:26s} {sum(old) / len(old):.3f} of {len(old)} overlaps;  " + "  ".join(
        f"{k} {sum(v) / len(v):.2f} ({len(v)})" for k, v in part.items() if v), flush=True)


for noise in map(float, args.noise.split(",")):
    result = {"none": [], "labels": []}
    for seed in map(int, args.seeds.split(",")):
        folder = prepare(seed, noise)
        truth = Truth(folder)
        link(folder, "plain", "draws: 100")
        if args.detail:
            print(f"noise {noise} seed {seed}, no labels")
        report(folder, truth, "none", result["none"])
        labels = label(folder, truth)
        link(folder, "judged", "draws: 100, judged: [judged.csv]")
        if args.detail:
            print(f"noise {noise} seed {seed}, {labels} labels")
        report(folder, truth, "labels", result["labels"])
    for name, out in result.items():
        summary(f"noise {noise:g}, {name}", out)
