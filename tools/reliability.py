#!/usr/bin/env python3
"""Reliability of the model score: of the junctions scored so and so, how many are true.

    tools/reliability.py TRUTH.tsv RESULTS [TRUTH.tsv RESULTS ...]

TRUTH.tsv comes from `breakapart simulate`, RESULTS is the folder of `breakapart call`. Every junction
that was scored counts, called or discarded. It is true if what it states is: both breakpoints to the base, or,
where it says that no read shows them (`base-unknown`), both genes in their order.
"""
import csv
import glob
import json
import os
import sys
from collections import defaultdict

BINS = [0.0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 1.000001]


def wilson(k, n):
    """95 % interval of a proportion (Wilson 1927)."""
    if n == 0:
        return 0.0, 1.0
    z, p = 1.959964, k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def main():
    if len(sys.argv) < 3 or len(sys.argv) % 2 == 0:
        sys.exit(__doc__)
    counts = defaultdict(lambda: [0, 0, 0.0])
    for truth_path, folder in zip(sys.argv[1::2], sys.argv[2::2]):
        truth, genes = defaultdict(set), defaultdict(set)
        with open(truth_path, newline="") as handle:
            for row in csv.DictReader(handle, delimiter="\t"):
                truth[row["sample"]].add((row["breakpoint5"], row["breakpoint3"]))
                genes[row["sample"]].add((row["gene5"], row["gene3"]))
        for path in sorted(glob.glob(os.path.join(folder, "*.breakapart.json"))):
            with open(path) as handle:
                report = json.load(handle)
            scored = [j for e in report["events"] for j in e["junctions"]]
            scored += [d["junction"] for d in report["discarded"]]
            for junction in scored:
                five, three, score = junction["five"], junction["three"], junction["model_score"]
                if not five or not three or score is None:
                    continue
                sides = tuple(f"{s['contig']}:{s['position']}" for s in (five, three))
                index = max(i for i, low in enumerate(BINS[:-1]) if score >= low)
                known = truth[report["sample"]]
                if any(reason["code"] == "base-unknown" for reason in junction["reasons"]):
                    is_true = (five["gene"], three["gene"]) in genes[report["sample"]]
                else:
                    is_true = sides in known or sides[::-1] in known
                counts[index][0] += is_true
                counts[index][1] += 1
                counts[index][2] += score
    print("| model score | junctions | true | share (95 %) | mean score |")
    print("|---|---:|---:|---|---:|")
    for index in sorted(counts):
        true, n, total = counts[index]
        low, high = wilson(true, n)
        upper = min(BINS[index + 1], 1.0)
        print(f"| {BINS[index]:g} to {upper:g} | {n} | {true} | {true / n:.3f} ({low:.3f}-{high:.3f}) | {total / n:.3f} |")


if __name__ == "__main__":
    main()
