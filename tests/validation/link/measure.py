# SPDX-License-Identifier: GPL-3.0-or-later
"""Links labelled sets with their columns of identity and truth hidden and their rows shuffled, without and with judged
pairs. Prints Markdown.

measure.py DATA LACUNA-LINK SCRATCH [--labels 600] [--samples 3] [--sets NAME,...] [--models DIR]

The judged pairs are chosen by the program: half of them (--clerical), and when these are answered by the truth the other
half, which it then asks for. --samples draws that many samples of their own (--seed 1, 2, ...).
"""
import argparse, bisect, collections, csv, hashlib, json, math, pathlib, resource, statistics, subprocess

EDGES = [0.01, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 0.99, 1]
BINS = len(EDGES) - 1
LEAST = 0.001  # probability from which pairs are looked at

ask = argparse.ArgumentParser()
ask.add_argument("data", type=pathlib.Path)
ask.add_argument("program", type=pathlib.Path)
ask.add_argument("scratch", type=pathlib.Path)
ask.add_argument("--labels", type=int, default=600)
ask.add_argument("--samples", type=int, default=3)
ask.add_argument("--sets", default="")
ask.add_argument("--models", type=pathlib.Path, default=pathlib.Path(__file__).parent)
args = ask.parse_args()


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def pairs_in(groups):
    return sum(n * (n - 1) // 2 for n in collections.Counter(groups).values())


class Set:
    """A labelled set without its labels."""

    def __init__(self, model):
        self.name = model.stem
        self.model = model.read_text(encoding="utf-8")
        self.folder = args.scratch / self.name
        self.folder.mkdir(exist_ok=True)
        with open(args.data / f"{self.name}.csv", encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        entity, ident = header.index("entity_id"), header.index("record_id")
        rows.sort(key=lambda row: hashlib.sha256(("lacuna" + row[ident]).encode()).digest())
        self.truth = [row[entity] for row in rows]
        self.true = pairs_in(self.truth)
        with open(self.folder / "hidden.csv", "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(column for column in header if column != "entity_id")
            for number, row in enumerate(rows):
                row[ident] = number
                out.writerow(cell for at, cell in enumerate(row) if at != entity)

    def run(self, *options, count=0, seed=1):
        (self.folder / "model.yaml").write_text(self.model + (f"label_count: {count}\n" if count else ""), encoding="utf-8")
        done = subprocess.run([args.program, "--records", self.folder / "hidden.csv", "--model", self.folder / "model.yaml",
                               "--threads", "1", "--seed", str(seed), "--quiet", *map(str, options)])
        if done.returncode > 1:
            raise SystemExit(f"{self.name}: lacuna-link ended with {done.returncode}")

    def same(self, left, right):
        return self.truth[left] == self.truth[right]

    def link(self, *options, **more):
        """Links; pairs with probability, truth and class, errors expected and actual."""
        self.run("--clusters", self.folder / "clusters.csv", "--json", self.folder / "report.json", "--pairs",
                 self.folder / "pairs.csv", "--pairs-from", LEAST, *options, **more)
        found = [row["cluster_id"] for row in rows_of(self.folder / "clusters.csv")]
        right, links = pairs_in(zip(self.truth, found)), pairs_in(found)
        quality = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))["quality"]
        pairs = []
        for row in rows_of(self.folder / "pairs.csv"):
            left, right_one = int(row["record_id_l"]), int(row["record_id_r"])
            mask = int(row["rule_mask"])
            pairs.append(((min(left, right_one), max(left, right_one)), float(row["probability"]), self.same(left, right_one),
                          mask & (mask - 1) != 0))
        return pairs, {
            "precision": right / links if links else 1.0, "recall": right / self.true, "f1": 2 * right / (links + self.true),
            "false": (quality["false_links"], links - right),
            "missed": (quality["missed_scored"] + (quality["missed_blocking"] or 0), self.true - right),
            "scored": quality["missed_scored"], "blocking": quality["missed_blocking"]
        }

    def judge(self, seed):
        """Answers of two judges who know the truth: half of the labels, then those still asked for."""
        answered, judged = [], self.folder / "judged.csv"
        judged.unlink(missing_ok=True)
        for count in (args.labels // 2, args.labels):
            sample = self.folder / "sample.csv"
            sample.unlink(missing_ok=True)
            self.run("--clerical", sample, *(["--judged", judged] if answered else []), count=count, seed=seed)
            asked = list(rows_of(sample))
            for row in asked:
                row["judge_1"] = row["judge_2"] = "Y" if self.same(int(row["left"]), int(row["right"])) else "N"
            answered += asked
            if not answered:
                return None
            with open(judged, "w", encoding="utf-8", newline="") as file:
                out = csv.DictWriter(file, answered[0].keys(), lineterminator="\n")
                out.writeheader()
                out.writerows(answered)
        return {tuple(sorted((int(row["left"]), int(row["right"])))) for row in answered}


def bins_of(pairs, labelled):
    """Per bin and class: pairs, sum of predictions, true ones, labels."""
    bins = [[[0, 0.0, 0, 0] for _ in range(2)] for _ in range(BINS)]
    for pair, p, true, several in pairs:
        if p < EDGES[0]:
            continue
        one = bins[min(bisect.bisect_right(EDGES, p) - 1, BINS - 1)][several]
        one[0] += 1
        one[1] += p
        one[2] += true
        one[3] += pair in labelled
    return bins


def spread(share):
    share = min(max(share, 0.001), 0.999)
    return share * (1 - share)


def gap_of(one, judged):
    """Predicted, actual, and their difference in standard errors: of the pairs, and of the labels behind a prediction, class by
    class. A label's variance is that of the actual share (a score test), or of the predicted one if that is larger, as an
    actual share of 0 or 1 has none."""
    count, predicted, true = (sum(part[k] for part in one) for k in range(3))
    if not count:
        return None
    variance = spread(predicted / count) * count
    for pairs, sum_p, right, labels in one if judged else []:
        if pairs:
            own = max(spread(sum_p / pairs), spread(right / pairs))
            variance += pairs * pairs * own * (1 - labels / pairs) / (labels + 2)
    return predicted / count, true / count, (predicted - true) / math.sqrt(variance), count


def share(expected, actual):
    return f"{expected:.0f} / {actual}" + (f" ({expected / actual:.2f})" if actual else "")


def bins_row(title, bins, judged):
    cells = []
    for one in bins:
        gap = gap_of(one, judged)
        cells.append("-" if gap is None else f"{gap[0]:.3f} / {gap[1]:.3f} ({gap[2]:+.1f})")
    return f"| {title} | " + " | ".join(cells) + " |"


known = list(rows_of(args.models / "known.csv"))
first, errors, calibration, summary = [], [], [], []
for model in sorted(args.models.glob("*.yaml")):
    if args.sets and model.stem not in args.sets.split(","):
        continue
    if not (args.data / f"{model.stem}.csv").exists():
        print(f"{model.stem}: not in {args.data}\n")
        continue
    one = Set(model)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    one.run("--clusters", one.folder / "clusters.csv")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    pairs, result = one.link()
    best = max((row for row in known if row["set"] == one.name), key=lambda row: float(row["f1"]), default=None)
    first.append(f"| {one.name} | {len(one.truth)} | {result['precision']:.4f} | {result['recall']:.4f} | {result['f1']:.4f} | "
                 f"{best['f1'] if best else '-'} | {after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:.1f} | "
                 f"{best['program'] + ' ' + best['version'] + ', ' + best['what'] if best else ''} |")
    calibration.append(bins_row(f"{one.name}, 0", bins_of(pairs, set()), False))
    errors.append(f"| {one.name} | 0 | {result['f1']:.4f} | {share(*result['false'])} | {share(*result['missed'])} |")
    gaps, held, ratios, sizes = [[] for _ in range(BINS)], [[] for _ in range(BINS)], {"false": [], "missed": []}, []
    for seed in range(1, args.samples + 1):
        labelled = one.judge(seed)
        if labelled is None:
            break
        pairs, result = one.link("--judged", one.folder / "judged.csv", seed=seed)
        sizes.append(len(labelled))
        bins = bins_of(pairs, labelled)
        for b in range(BINS):
            gap, out = gap_of(bins[b], True), gap_of(bins_of([p for p in pairs if p[0] not in labelled], set())[b], False)
            if gap:
                gaps[b].append(gap[2])
            if out:  # the same standard error, of the labels that stand behind the bin
                variance = spread(out[0]) / out[3]
                for count, sum_p, right, labels in bins[b]:
                    if count > labels:
                        own = max(spread(sum_p / count), spread(right / count))
                        variance += ((count - labels) / out[3])**2 * own / (labels + 2)
                held[b].append((out[0] - out[1]) / math.sqrt(variance))
        for kind in ratios:
            ratios[kind].append(result[kind])
        if seed == 1:
            calibration.append(bins_row(f"{one.name}, {len(labelled)}", bins, True))
            errors.append(f"| {one.name} | {len(labelled)} | {result['f1']:.4f} | {share(*result['false'])} | "
                          f"{share(*result['missed'])} |")
    tests = sum(map(len, gaps))
    if not tests:
        continue
    limit = statistics.NormalDist().inv_cdf(1 - 0.05 / 2 / (BINS * len(sizes)))
    flat = [abs(g) for bin in gaps for g in bin]
    outside = [abs(g) for bin in held for g in bin]
    means = {kind: (sum(e for e, _ in of) / len(of), sum(a for _, a in of) / len(of)) for kind, of in ratios.items()}
    inside = {kind: sum(a and abs(e / a - 1) <= 0.25 or abs(e - a) <= 2 * math.sqrt(max(a, 1)) for e, a in of) for kind, of in ratios.items()}
    summary.append(f"| {one.name} | {len(sizes)} x {statistics.mean(sizes):.0f} | {sum(g <= 1.96 for g in flat)} of {tests} | "
                   f"{max(flat):.1f} ({limit:.1f}) | {sum(g <= 1.96 for g in outside)} of {len(outside)}, {max(outside, default=0):.1f} | "
                   + " | ".join(f"{means[kind][0]:.0f} / {means[kind][1]:.0f}; {inside[kind]} of {len(sizes)}" for kind in ("false", "missed")) + " |")

print("## Labelled sets\n")
print("Rows shuffled, identifiers and truth hidden; a model file (`tests/validation/link/SET.yaml`) says what the columns are and nothing else. "
      "Pairs of records in one cluster; `best` is the best figure known of another program, with a threshold chosen by the truth where that is said.\n")
print("| set | rows | precision | recall | F1 | best | CPU s | best is of |\n|---|---|---|---|---|---|---|---|")
print(*first, sep="\n")
print(f"\n### Predicted against actual\n\nPairs by match probability: mean prediction / share that is true, and the difference in standard errors (of the pairs, "
      f"and of the judged pairs behind a prediction); without judged pairs and with about {args.labels}, of the first sample.\n")
print("| set, judged | " + " | ".join(f"{a:g} to {b:g}" for a, b in zip(EDGES, EDGES[1:])) + " |\n|---|" + "---|" * BINS)
print(*calibration, sep="\n")
print("\n### Expected and actual errors\n\nFalse and missed links; missed ones include those that no rule proposed.\n")
print("| set | judged | F1 | false: expected / actual | missed: expected / actual |\n|---|---|---|---|---|")
print(*errors, sep="\n")
print("\n### Several samples of judged pairs\n\nBins within 1.96 standard errors, over all samples; the largest difference, and in brackets what the largest of "
      "so many may be (5 %, Bonferroni); the same on pairs that nobody judged; expected / actual errors on average, and the samples in which they are within 25 % or two standard "
      "errors of a count.\n")
print("| set | samples | within 1.96 | largest | not judged: within, largest | false | missed |\n|---|---|---|---|---|---|---|")
print(*summary, sep="\n")
