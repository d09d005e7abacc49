#!/usr/bin/env python3
"""Measures DNA reports against the truth of `breakapart simulate --assay dna`.

  tools/dna_table.py TRUTH.tsv RESULTS_DIR [--list] [--tables FOLDER]

--tables writes dna-classes.tsv, dna-events.tsv and dna-fractions.tsv (docs/tables) into FOLDER; the rest is printed.

A junction counts as found if a reported one of the same sides is within 1,000 bases on both (only on the KMT2A side if
the partner is unplaced), as base right if both breakpoints are within the microhomology of the truth (its `tolerance`
column), as inserted right if the inserted bases are the same. The allele fraction is right if the true one is in the
stated 95 % interval. Every reported junction at high or medium that matches no true one is false.
"""
import argparse, csv, json, math, os
from collections import defaultdict


def interval_of(k, n):
    """Exact (Clopper-Pearson) 95 % interval of k of n, in percent."""

    def chance(p, values):
        logs = (math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * math.log(p) + (n - i) * math.log(1 - p) for i in values)
        return sum(math.exp(x) for x in logs)

    def edge(values, rising):
        low, high = 1e-12, 1 - 1e-12
        for _ in range(60):
            middle = (low + high) / 2
            if (chance(middle, values) < 0.025) == rising:
                low = middle
            else:
                high = middle
        return low

    low = 0.0 if k == 0 else edge(range(k, n + 1), True)
    high = 1.0 if k == n else edge(range(0, k + 1), False)
    return f"{100 * k / n:.1f} %, {math.floor(1000 * low) / 10:g} to {math.ceil(1000 * high) / 10:g}"


def share(k, n):
    return f"{k} of {n} ({interval_of(k, n)})" if n else "none"


def place(text):
    if text in (".", ""):
        return None
    contig, position = text.rsplit(":", 1)
    return contig, int(position)


def junctions(report):
    for event in report["events"]:
        for junction in event["junctions"]:
            yield junction


def event_of(junction):
    """`E1` of `E1.2`."""
    return junction["id"].split(".")[0]


def side(junction, end):
    s = junction[end]
    if s is None:
        return None
    return (s["contig"], s["position"])


def near(a, b, reach):
    return a is None or b is None or a[0] == b[0] and abs(a[1] - b[1]) <= reach


def alternatives(junction):
    return [(a["contig"], a["position"]) for a in junction.get("alternatives", [])]


def kind_of(sample):
    parts = sample.split("_")
    return parts[2] if len(parts) == 5 else "?"


def designed(sample, row):
    """The simulated allele fraction."""
    parts = sample.split("_")
    return float(parts[4].rstrip("pc")) / 100 if len(parts) == 5 else float(row["allele_fraction"])


def depth_of(sample):
    parts = sample.split("_")
    return parts[3] if len(parts) == 5 else "?"


def level(n):
    for low, name in ((10, "10 or more"), (5, "5 to 9"), (4, "4"), (2, "2 or 3"), (1, "1")):
        if n >= low:
            return name
    return "0"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth")
    parser.add_argument("results")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--tables")
    options = parser.parse_args()
    listing, args = options.list, [options.truth, options.results]
    rows = defaultdict(list)
    with open(args[0]) as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            rows[row["sample"]].append(row)
    by_level, by_class, by_cell = (defaultdict(lambda: defaultdict(int)) for _ in range(3))
    false, states, interval = [], defaultdict(lambda: defaultdict(int)), [0, 0]
    both, paired, low_extra = [0, 0], [0, 0], 0
    total = defaultdict(lambda: [0, 0])
    missing = 0
    for sample, truth in sorted(rows.items()):
        path = os.path.join(args[1], sample + ".breakapart.json")
        if not os.path.exists(path):
            missing += 1
            continue
        report = json.load(open(path))
        found = list(junctions(report))
        used = set()
        shown = 0
        pair, events_of = {}, {}
        best = 0
        for row in truth:
            if row["event"] == ".":
                states[row["class"]][report["conclusion"]["state"]] += 1
                continue
            five, three = place(row["breakpoint5"]), place(row["breakpoint3"])
            n, tolerance = int(row["molecules"]), int(row["tolerance"])
            counted = row["class"] not in ("inverted",)
            if n == 0 or not counted:
                # No molecule shows it; a row there is not a fault.
                for i, j in enumerate(found):
                    if near(five, side(j, "five"), 1000) and near(three, side(j, "three"), 1000):
                        used.add(i)
                continue
            best = max(best, n)
            hits = []
            for i, j in enumerate(found):
                a, b = side(j, "five"), side(j, "three")
                ways = [(a, b)] + [(a, x) for x in alternatives(j)] + [(x, b) for x in alternatives(j)]
                fits = [w for w in ways if (w[0] is None) == (five is None) and (w[1] is None) == (three is None) and near(five, w[0], 1000) and near(three, w[1], 1000)]
                if fits and i not in used:
                    hits.append((-j["evidence"]["molecules"], i, fits[0]))
            keys = (by_level[row["class"], level(n)], by_class[kind_of(sample), row["class"]],
                    by_cell[designed(sample, row), depth_of(sample)])
            for k in keys:
                k["n"] += 1
            if n < 4:
                keys = (by_level[row["class"], level(n)],)
            else:
                for k in keys[1:]:
                    k["n4"] += 1
            name = f"{sample} {row['class']} {row['gene5']}::{row['gene3']} {row['breakpoint5']} {row['breakpoint3']} {n} molecules"
            if n >= 4 and row["class"] in ("canonical", "reciprocal", "canonical-intergenic"):
                pair[row["class"][:4]] = bool(hits)
            if n >= 4 and row["class"] != "deletion":
                total["found"][0] += bool(hits)
                total["found"][1] += 1
            if not hits:
                if listing:
                    print("missed", name)
                continue
            hits.sort()
            _, i, way = hits[0]
            used.add(i)
            j = found[i]
            for k in keys:
                k["found"] += 1
                k["believed"] += j["tier"] in ("high", "medium")
            exact = near(five, way[0], tolerance) and near(three, way[1], tolerance)
            inserted = (j["inserted"] or "") == ("" if row["inserted"] == "." else row["inserted"])
            fraction = j.get("fraction")
            inside = fraction is not None and fraction["low"] <= float(row["allele_fraction"]) <= fraction["high"]
            if row["class"][:4] in pair and n >= 4:
                events_of[row["class"][:4]] = event_of(j)
            if n >= 4 and row["class"] != "deletion":
                for what, right in (("believed", j["tier"] in ("high", "medium")), ("base", exact)):
                    total[what][0] += right
                    total[what][1] += 1
                what = "inserted" if row["inserted"] != "." else "nothing inserted"
                total[what][0] += inserted
                total[what][1] += 1
            for k in keys:
                k["base"] += exact
                k["inserted"] += inserted
                k["interval"] += inside
            if n >= 4 and row["class"] != "deletion":
                interval[0] += inside
                interval[1] += 1
            if listing:
                if not exact:
                    print("base", name, way, "tolerance", tolerance)
                if not inserted:
                    print("inserted", name, repr(j["inserted"]), "is", row["inserted"])
                if n >= 4 and not inside:
                    print("fraction", name, fraction, "is", row["allele_fraction"])
                if j["tier"] == "low":
                    print("low", name, [r["code"] for r in j["reasons"]])
            # Other representations of the same junction count as false rows only at high or medium.
        if truth[0]["event"] != ".":
            kind = "shown by 4 molecules or more" if best >= 4 else "shown by 1 to 3" if best else "not shown"
            states[kind][report["conclusion"]["state"]] += 1
            if listing and best >= 4 and report["conclusion"]["state"] not in ("rearranged", "ptd"):
                print("state", sample, report["conclusion"]["state"])
        if len(pair) == 2:
            both[1] += 1
            both[0] += all(pair.values())
            if all(pair.values()):
                paired[1] += 1
                paired[0] += len(set(events_of.values())) == 1
        for i, j in enumerate(found):
            if i in used:
                continue
            if j["tier"] in ("high", "medium"):
                false.append((sample, side(j, "five"), side(j, "three"), j["tier"], j["evidence"]["molecules"]))
            else:
                low_extra += 1
    columns = ("n", "found", "believed", "base", "inserted", "interval")
    names = ("junctions", "found", "high_or_medium", "base_right", "inserted_right", "fraction_inside")
    order = {n: i for i, n in enumerate(("10 or more", "5 to 9", "4", "2 or 3", "1"))}
    levels = sorted(by_level.items(), key=lambda x: (x[0][0], order[x[0][1]]))
    # Kinds of event and fractions use junctions with 4 molecules or more.
    kinds = [(key, k) for key, k in sorted(by_class.items()) if k["n4"]]
    cells = [(key, k) for key, k in by_cell.items() if k.get("n4")]
    cells.sort(key=lambda x: (x[0][0], float(x[0][1].rstrip("x") or 0) if x[0][1] != "?" else 0))
    tables = {
        "dna-classes": [("class", "molecules", *names), *((*key, *(k[c] for c in columns)) for key, k in levels)],
        "dna-events": [("event", "class", *names), *((*key, k["n4"], *(k[c] for c in columns[1:])) for key, k in kinds)],
        "dna-fractions": [("allele_fraction", "depth", "found", "junctions"), *((f"{f * 100:g} %", d, k.get("found", 0), k["n4"]) for (f, d), k in cells)],
    }
    if options.tables:
        for name, lines in tables.items():
            with open(os.path.join(options.tables, name + ".tsv"), "w") as handle:
                handle.writelines("\t".join(map(str, line)) + "\n" for line in lines)
    print("\nJunctions with 4 molecules or more, with exact 95 % intervals:\n")
    print("| | |\n|---|---|")
    words = {
        "found": "found",
        "believed": "at high or medium, of those found",
        "base": "both bases within the microhomology, of those found",
        "inserted": "inserted bases exact, if any",
        "nothing inserted": "none inserted, if there are none",
    }
    for what, text in words.items():
        print(f"| {text} | {share(*total[what])} |")
    print(f"| true allele fraction inside the stated interval | {share(*interval)} |")
    print(f"| both derivatives found | {share(*both)} |")
    print(f"| both in one event, of those | {share(*paired)} |")
    print(f"\nfalse rows at high or medium: {len(false)}, in {share(len({f[0] for f in false}), len(rows) - missing)} samples; false rows at low: {low_extra}; samples without result: {missing}")
    for f in false:
        print("  false", *f)
    for kind, counts in sorted(states.items()):
        print(f"conclusions, {kind}: " + ", ".join(f"{s} {n}" for s, n in sorted(counts.items())))


main()
