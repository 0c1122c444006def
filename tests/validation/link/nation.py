# SPDX-License-Identifier: GPL-3.0-or-later
"""Synthetic nations linked with and without judged pairs, compared with their truth.

nation.py SOURCE BIN SCRATCH [--seeds 1,2,3] [--noise 0.4,1,2] [--labels 600] [--threads 1] [--detail]
Prints Markdown. The same rows and seeds give the same figures.
"""
import argparse, bisect, collections, csv, math, pathlib, re, shutil, subprocess, sys

DRAWS = 100
EDGES = [0.01, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 0.99, 1]

ask = argparse.ArgumentParser()
ask.add_argument("source", type=pathlib.Path)
ask.add_argument("bin", type=pathlib.Path)
ask.add_argument("scratch", type=pathlib.Path)
ask.add_argument("--seeds", default="1,2,3")
ask.add_argument("--noise", default="0.4,1,2")
ask.add_argument("--labels", type=int, default=600)
ask.add_argument("--threads", type=int, default=1)
ask.add_argument("--detail", action="store_true")
ask.add_argument("--nation", default="configs/demo-nation.yaml")
args = ask.parse_args()


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def stage(program, *arguments):
    done = subprocess.run([args.bin / program, *map(str, arguments), "--quiet", "--threads", str(args.threads)])
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


def judge(folder, truth, name, before):
    """Answers of a judge who knows the truth, in every row of pairs.csv, after those given before."""
    with open(folder / "run/clerical/pairs.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        same = {truth.person[truth.at[row[f"{side}_return_id"], row[f"{side}_row"]]] for side in ("left", "right")}
        row["agreed"] = row["judge_1"] = row["judge_2"] = "Y" if len(same) == 1 else "N"
    with open(folder / name, "w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        out.writeheader()
        out.writerows(before + rows)
    return before + rows


def label(folder, truth):
    """Half of the pairs of each population, then the other half, which the stage asks for when it knows the answers."""
    each = args.labels // 2
    link(folder, "sample", f"draws: 0, label_count: {each // 2}")
    rows = judge(folder, truth, "judged.csv", [])
    link(folder, "sample", f"draws: 0, label_count: {each}, judged: [judged.csv]")
    return len(judge(folder, truth, "judged.csv", rows))


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
    numbers = [int(r["person"]) for r in rows]
    moved = collections.defaultdict(dict)
    for r in table(folder / "run", "links", "partitions"):
        moved[int(r["draw"])][int(r["record"])] = int(r["person"])
    cells = []
    for d in range(DRAWS):
        person = list(numbers)
        for record, p in moved[d].items():
            person[record] = p
        cells.append(cells_of(truth, person))
    return numbers, cells


def covered(real, draws, title):
    """Whether the truth of every cell of five persons or more lies in the central 95 of 100 draws."""
    result = []
    for cell, true in sorted(real.items(), key=str):
        if true < 5:
            continue
        values = sorted(d[cell] for d in draws)
        low, high = values[2], values[97]
        result.append((cell[1], low <= true <= high))
        if args.detail:
            print(f"{'ok  ' if low <= true <= high else 'MISS'} {title} {cell[0]} {cell[1]} {cell[2]}: {true} in {low}-{high}",
                  file=sys.stderr)
    return result


def links_of(truth, person):
    def pairs(keys):
        return sum(n * (n - 1) // 2 for n in collections.Counter(keys).values())

    return pairs(zip(truth.population, person)), pairs(zip(truth.population, truth.person)), pairs(
        zip(truth.population, truth.person, person))


def errors_of(folder, truth, person):
    """Expected and actual false links, expected and actual missed links."""
    linked, true, right = links_of(truth, person)
    rows = [r for r in table(folder / "run", "links", "link_quality") if r["value"]]
    false = sum(float(r["value"]) for r in rows if r["measure"] == "expected_false_links" and not r["item"])
    missed = sum(float(r["value"]) for r in rows
                 if r["measure"] == "expected_missed_links" and r["item"] in ("scored", "blocking"))
    return false, linked - right, missed, true - right


def bins_of(folder, truth, judged):
    """Per bin of the match probability: pairs, their probabilities, true ones, judged ones."""
    bins = [[0, 0.0, 0, 0] for _ in EDGES[1:]]
    labelled = set()
    if judged:
        for r in rows_of(folder / "judged.csv"):
            labelled.add(tuple(sorted(truth.at[r[f"{side}_return_id"], r[f"{side}_row"]] for side in ("left", "right"))))
    for r in table(folder / "run", "links", "pairs"):
        left, right, p = int(r["left"]), int(r["right"]), float(r["probability"])
        if p < EDGES[0]:
            continue
        one = bins[min(bisect.bisect_right(EDGES, p) - 1, len(bins) - 1)]
        one[0] += 1
        one[1] += p
        one[2] += truth.person[left] == truth.person[right]
        one[3] += (left, right) in labelled
    return bins


def lincoln_petersen(cells, a, b):
    n, m, both = cells["victims", "list", a], cells["victims", "list", b], cells["victims", "pair", "+".join(sorted((a, b)))]
    return n * m / both if both else float("nan")


def measure(folder, truth, title, out, judged):
    real = cells_of(truth, truth.person)
    person, draws = draws_of(folder, truth)
    best = cells_of(truth, person)
    out["cells"] += covered(real, draws, title)
    out["errors"].append(errors_of(folder, truth, person))
    for total, one in zip(out["bins"], bins_of(folder, truth, judged)):
        for k in range(4):
            total[k] += one[k]
    true = lincoln_petersen(real, "PF", "LA")
    mean = sum(lincoln_petersen(d, "PF", "LA") for d in draws) / len(draws)
    out["n"].append((lincoln_petersen(best, "PF", "LA") / true - 1, mean / true - 1))


def print_cells(results):
    print("\n## Do the draws cover the truth?\n")
    print(f"Counts of persons by list, pair of lists, number of lists and exact pattern of lists, victims and suspects, cells of 5 or more; share "
          f"whose truth lies in the central 95 of {DRAWS} draws. 0.90 is the aim.\n")
    print("| noise | judged | overlaps | by list | by pair | by number | patterns |\n|---|---|---|---|---|---|---|")
    for (noise, labels), out in results.items():
        def share(*kinds):
            of = [c for kind, c in out["cells"] if kind in kinds]
            return f"{sum(of) / len(of):.2f}" if of else "-"

        overlaps = [c for kind, c in out["cells"] if kind != "pattern"]
        print(f"| x {noise:g} | {labels} | **{sum(overlaps) / len(overlaps):.3f}** of {len(overlaps)} | {share('list')} | {share('pair')} | "
              f"{share('number')} | {share('pattern')} |")


def spread(share):
    share = min(max(share, 0.001), 0.999)
    return share * (1 - share)


def print_bins(results):
    print("\n## Predicted against actual\n")
    print("Kept pairs of both populations, all seeds, by match probability: mean prediction / share that is true, and the difference in standard "
          "errors (of the pairs, and of the judged pairs behind a prediction, whose variance is that of the actual or the predicted share).\n")
    print("| noise | judged | " + " | ".join(f"{a:g} to {b:g}" for a, b in zip(EDGES, EDGES[1:])) + " |\n|---|---|" + "---|" * (len(EDGES) - 1))
    for (noise, labels), out in results.items():
        cells = []
        for count, predicted, true, judged in out["bins"]:
            if not count:
                cells.append("-")
                continue
            variance = count * spread(predicted / count)
            if labels:
                own = max(spread(predicted / count), spread(true / count))
                variance += count * count * own * (1 - judged / count) / (judged + 2)
            cells.append(f"{predicted / count:.3f} / {true / count:.3f} ({(predicted - true) / math.sqrt(variance):+.1f})")
        print(f"| x {noise:g} | {labels} | " + " | ".join(cells) + " |")


def print_errors(results):
    print("\n## Expected and actual errors, and N\n")
    print("Pairs of records, both populations, sum over seeds; missed links include those that no rule proposed. Lincoln-Petersen: victims on the "
          "lists of the police and of local authorities, N from the links over N from the true links, less 1, per seed: best linkage; mean of the draws.\n")
    print("| noise | judged | false: expected / actual | missed: expected / actual | N best | N draws |\n|---|---|---|---|---|---|")
    for (noise, labels), out in results.items():
        false, was_false, missed, was_missed = (sum(e[k] for e in out["errors"]) for k in range(4))
        print(f"| x {noise:g} | {labels} | {false:.0f} / {was_false} ({false / max(was_false, 1):.2f}) | {missed:.0f} / {was_missed} "
              f"({missed / max(was_missed, 1):.2f}) | {', '.join(f'{100 * n[0]:+.2f} %' for n in out['n'])} | "
              f"{', '.join(f'{100 * n[1]:+.2f} %' for n in out['n'])} |")


results = {}
for noise in map(float, args.noise.split(",")):
    for labels in (0, args.labels):
        results[noise, labels] = {"cells": [], "errors": [], "bins": [[0, 0.0, 0, 0] for _ in EDGES[1:]], "n": []}
    for seed in map(int, args.seeds.split(",")):
        folder = prepare(seed, noise)
        truth = Truth(folder)
        link(folder, "plain", f"draws: {DRAWS}")
        measure(folder, truth, f"x {noise:g}, seed {seed}, 0 judged:", results[noise, 0], False)
        count = label(folder, truth)
        link(folder, "judged", f"draws: {DRAWS}, judged: [judged.csv]")
        measure(folder, truth, f"x {noise:g}, seed {seed}, {count} judged:", results[noise, args.labels], True)
print(f"Demonstration nation (6,000 victims), seeds {args.seeds}, every list's noise multiplied; the stage links without settings. Judged: 0 or about "
      f"{args.labels} pairs, chosen by the stage (`clerical/pairs.csv`, `label_count`) in two rounds and answered by the truth.")
print_cells(results)
print_bins(results)
print_errors(results)
