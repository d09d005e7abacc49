#!/usr/bin/env python3
"""Runs a built program on sets of align_set.py (or any folders of BAMs with such a truth.tsv) and scores the results.

  tools/score_set.py SET... --bin target/release/breakapart [--results DIR] [--jobs 2] [--reference] [--only TEXT] [--json FILE] [--against FILE]
                     [--markdown FILE] [--tables FILE] [--misses FILE]

Events are grouped by the molecules in the file that show them: 10 bases on both sides beyond the ambiguity, in one read
(`split`) or between the mates (`spanning`). Files are called with default options. With --results DIR, existing results (DIR/SET) are not called again. --reference passes
SET/reference.fa.gz.

  right      the row names only the true partner
  listed     KMT2A::? (or several genes) with the true gene among those listed
  unplaced   right base in KMT2A, partner not placed and not listed
  wrong      another gene at KMT2A's true base
Then one line for every miss, wrong or false row: kind of fault, sample, truth, result, file.
"""
import argparse
import collections
import concurrent.futures
import csv
import json
import os
import re
import subprocess
import tempfile

LEVELS = ("3+", "2", "1", "0")
NEAR = 20  # bases within which a row is at the true position, if a read shows it
NO_CALL = ("background-ptd", "neighbour-read-through")
OUTCOMES = ("right", "listed", "unplaced", "wrong", "missed")


def level(row):
    held = int(row["split"]) + int(row["spanning"])
    return "3+" if held >= 3 else str(held)


def genes(cell):
    return [g for g in (re.sub(r"\(.*?\)", "", part).strip() for part in (cell or ".").split(",")) if g not in ("", ".")]


def place(cell):
    match = re.match(r"(?:chr)?([^:]+):(\d+)", cell or "")
    return (match[1], int(match[2])) if match else None


def distance(a, b):
    a, b = place(a), place(b)
    return abs(a[1] - b[1]) if a and b and a[0] == b[0] else None


class Call:
    """One row of SAMPLE.fusions.tsv."""

    def __init__(self, row, report):
        self.five, self.three = genes(row.get("#gene1") or row.get("gene1")), genes(row["gene2"])
        self.bases = (row["breakpoint1"], row["breakpoint2"])
        self.tier, self.frame = row.get("confidence", "."), row.get("reading_frame", ".")
        self.inserted = row.get("inserted", ".") or "."
        self.shown = f"{row.get('#gene1')}::{row['gene2']} {row['breakpoint1']} {row['breakpoint2']} {self.tier} molecules {row.get('molecules', '?')}"
        self.text = report.get(row.get("junction", ""), "")
        self.target = "KMT2A" in self.five or "KMT2A" in self.three


def junction_texts(report):
    """JSON of every junction (with its event's partner) by its id, to look for listed genes."""
    texts = {}
    for event in report.get("events") or []:
        for junction in event.get("junctions") or []:
            texts[junction.get("id", "")] = json.dumps([junction, event.get("partner")])
    return texts


def fit(call, truth):
    """(outcome, bases right, far) of a call for a truth row, or None."""
    g5, g3, held = truth["gene5"], truth["gene3"], int(truth["split"])
    d5, d3 = distance(call.bases[0], truth["breakpoint5"]), distance(call.bases[1], truth["breakpoint3"])
    tolerance = int(truth["tolerance"]) if truth.get("tolerance", ".").isdigit() else 2 if truth["assay"] == "dna" else 0
    if truth["assay"] == "dna":
        tolerance = max(tolerance, 2)
    exact = d5 is not None and d5 <= tolerance and (d3 is not None and d3 <= tolerance or truth["breakpoint3"] == ".")
    reach = 1000 if truth["assay"] == "dna" else 100
    if not held:
        reach = 50_000
    near5, near3 = d5 is not None and d5 <= reach, d3 is not None and d3 <= reach
    if g5 == g3 == "KMT2A":
        return ("right", exact) if call.five == call.three == ["KMT2A"] and near5 and near3 else None
    mine, other, near = (call.five, call.three, near5) if g5 == "KMT2A" else (call.three, call.five, near3)
    partner = g3 if g5 == "KMT2A" else g5
    if "KMT2A" not in (g5, g3):  # the second junction of a chain
        return ("right", exact) if call.five == [g5] and call.three == [g3] else None
    if "KMT2A" not in mine or mine != ["KMT2A"]:
        return None
    far_right = near3 if g5 == "KMT2A" else near5
    at_base = (d5 if g5 == "KMT2A" else d3) <= NEAR if near else False  # another gene, or none, must be at the exact position
    if partner == ".":
        if near and (far_right or truth["breakpoint3"] == "." and not other):
            return ("right", exact)
        return (("wrong" if other else "unplaced"), False) if at_base else None
    if other == [partner]:
        return ("right", exact) if near or far_right else None
    if not at_base:
        return None
    if partner in other or re.search(rf'"{re.escape(partner)}"', call.text):
        return ("listed", exact) if not other or partner in other else ("wrong", False)
    return ("unplaced", False) if not other else ("wrong", False)


def wanted(rows):
    """The conclusions that the truth allows."""
    label = rows[0]["class"]
    if label == "negative":
        return {"not_detected"}
    if label in ("negative-thin", "inconclusive") or all(r["class"] in NO_CALL for r in rows):
        return {"not_detected", "inconclusive"}
    split = {c: max([int(r["split"]) + int(r["spanning"]) for r in rows if r["class"] == c and "KMT2A" in (r["gene5"], r["gene3"])] or [0]) for c in {r["class"] for r in rows}}
    canonical = max(split.get(c, 0) for c in ("canonical", "canonical-intergenic", "three-way"))
    if canonical >= 3:
        return {"rearranged"}
    if split.get("ptd", 0) >= 4:
        return {"ptd", "inconclusive"} if any(r["class"] == "ptd" and r["frame"] != "in-frame" for r in rows) else {"ptd"}
    if max(split.values()) >= 1:
        return {"rearranged", "ptd", "inconclusive"}
    return {"rearranged", "ptd", "inconclusive", "not_detected"}


def by_limit_alone(report, calls):
    """Whether nothing is called, and the limit of a region is above 10 % or not stated."""
    limit = ((report["conclusion"].get("lod") or {}).get("exclusion") or {}).get("any_partner") or {}
    limits = [limit.get("major"), limit.get("minor")]
    return not calls and any(x is None or x > 0.10 for x in limits)


def call(options, place, sample, rows, out):
    """Calls one file of the set in the folder `place`; returns the last line of stderr if it failed."""
    if os.path.exists(f"{out}/{sample}.breakapart.json"):
        return None
    bam = os.path.join(place, sample + ".bam")
    command = [os.path.abspath(options.bin), "call", "-q", "--force", "-t", "1", "-o", out, "--sample", sample]
    chimeric = bam[:-3] + "Chimeric.out.junction"
    if os.path.exists(chimeric):
        command += ["--chimeric", chimeric]
    if options.reference:
        command += ["-r", os.path.join(place, "reference.fa.gz")]
    try:
        done = subprocess.run(command + [bam], capture_output=True, text=True, timeout=options.timeout)
    except subprocess.TimeoutExpired:
        return "timed out"
    return (done.stderr.strip().splitlines() or ["no message"])[-1] if done.returncode else None


class Score:
    def __init__(self):
        self.outcomes = collections.defaultdict(collections.Counter)  # (group, level) -> outcome
        self.totals = collections.Counter()
        self.states = collections.defaultdict(collections.Counter)
        self.notes = []

    def note(self, fault, sample, truth, said, path):
        self.totals[fault] += 1
        self.notes.append((fault, sample, truth, said, path))


def described(row):
    return (
        f"{row['kind']} {row['gene5']} e{row['exon5']}::{row['gene3']} e{row['exon3']} {row['breakpoint5']} {row['breakpoint3']} "
        f"inserted {row['inserted']} split {row['split']} spanning {row['spanning']} short {row['short']}"
    )


def score_sample(score, place, sample, rows, out):
    path = os.path.join(place, sample + ".bam")
    try:
        with open(f"{out}/{sample}.breakapart.json") as text:
            report = json.load(text)
        with open(f"{out}/{sample}.fusions.tsv") as text:
            texts = junction_texts(report)
            calls = [Call(r, texts) for r in csv.DictReader(text, delimiter="\t")]
    except (OSError, ValueError) as error:
        score.note("no-result", sample, "", str(error), path)
        return
    aligner, kind = rows[0]["aligner"], rows[0]["kind"]
    state = report["conclusion"]["state"]
    want = wanted(rows)
    if state == "inconclusive" and want == {"not_detected"} and by_limit_alone(report, calls):
        state = "inconclusive by the limit"
        want = {"not_detected", state}
    score.states["/".join(sorted(want))][state] += 1
    if state not in want:
        score.note("state", sample, "/".join(sorted(want)), state, path)
    events = [r for r in rows if r.get("gene5", ".") != "." and int(r["molecules"])]
    pairs = []
    for i, c in enumerate(calls):
        for j, r in enumerate(events):
            found = fit(c, r)
            if found:
                rank = (-OUTCOMES.index(found[0]), found[1], {"high": 3, "medium": 2, "low": 1}.get(c.tier, 0), -i)
                pairs.append((rank, i, j, found))
    by_event, by_call = {}, {}
    for _, i, j, found in sorted(pairs, key=lambda p: p[0], reverse=True):
        if i not in by_call and j not in by_event:
            by_call[i], by_event[j] = (j, found), (i, found)
    for j, row in enumerate(events):
        if row["class"] in NO_CALL:
            continue
        outcome = by_event[j][1][0] if j in by_event else "missed"
        for group in (f"aligner {aligner}", f"kind {kind}", f"class {row['class']}", f"reads {row['read_len']}", "all"):
            score.outcomes[(group, level(row))][outcome] += 1
        if outcome == "missed":
            if level(row) != "0":
                score.note(f"missed-{level(row)}", sample, described(row), state, path)
            continue
        c, exact = calls[by_event[j][0]], by_event[j][1][1]
        score.totals[f"tier {level(row)} {c.tier}"] += 1
        if outcome == "wrong":
            score.note(f"wrong-gene-{c.tier}", sample, described(row), c.shown, path)
        elif outcome != "right":
            score.note(f"{outcome}-{level(row)}", sample, described(row), c.shown, path)
        elif int(row["split"]):
            score.totals["bases compared"] += 1
            if not exact:
                score.note("wrong-base", sample, described(row), c.shown + f" inserted {c.inserted}", path)
            elif row["tolerance"] == "0" and row["breakpoint3"] != ".":
                score.totals["inserted compared"] += 1
                if c.inserted.upper() != row["inserted"].upper():
                    score.note("wrong-inserted", sample, described(row), c.inserted, path)
        if outcome == "right" and row["frame"] in ("in-frame", "out-of-frame") and exact:
            score.totals["frames compared"] += 1
            if c.frame in ("in-frame", "out-of-frame", "stop-codon") and c.frame != row["frame"]:
                score.note("wrong-frame", sample, described(row) + f" {row['frame']}", c.shown + f" {c.frame}", path)
            elif c.frame != row["frame"]:
                score.totals["frame not stated"] += 1
    for i, c in enumerate(calls):
        if not c.target and (c.five or c.three):
            continue
        tier = c.tier if c.tier in ("high", "medium") else "low"
        if i in by_call:
            row = events[by_call[i][0]]
            if row["class"] in NO_CALL and tier != "low":
                score.note(f"background-{tier}", sample, described(row), c.shown, path)
            continue
        true_pairs = {(r["gene5"], r["gene3"]) for r in events}
        if len(events) > 1:  # a chain's ends, both derivatives
            true_pairs |= {("KMT2A", r["gene3"]) for r in events if r["class"] == "three-way"}
        unheld = {(r["gene5"], r["gene3"]) for r in rows if r["molecules"] == "0"}
        named = {(a, b) for a in c.five for b in c.three} if len(c.five) == len(c.three) == 1 else set()
        fault = "other-base" if named & true_pairs else "unheld" if named & unheld else "false"
        score.note(f"{fault}-{tier}", sample, "; ".join(described(r) for r in events) or f"{kind}, no event", c.shown, path)


def table(score, prefix):
    groups = sorted({g for g, _ in score.outcomes if g.startswith(prefix)})
    print(f"\n{'held by':28}" + "".join(f"{l:>26}" for l in LEVELS[:3]) + f"{'0':>12}")
    print(f"{'':28}" + "right list unpl wrong miss".rjust(26) * 3 + "right of".rjust(12))
    for group in groups:
        line = f"{group.removeprefix(prefix).strip() or 'all':28}"
        for l in LEVELS[:3]:
            c = score.outcomes[(group, l)]
            line += f"{c['right']:>6}{c['listed']:>5}{c['unplaced']:>5}{c['wrong']:>5}{c['missed']:>5}"
        c = score.outcomes[(group, "0")]
        print(line + f"{c['right']:>6} of {sum(c.values())}")


def groups_of(score, prefix):
    """Each group's name, and its outcomes at three molecules or more, two and one."""
    for group in sorted({g for g, _ in score.outcomes if g.startswith(prefix)}):
        yield group, [score.outcomes[(group, l)] for l in LEVELS[:3]]


def markdown(score, files):
    """The tables of docs/accuracy.md."""
    lines = ["| aligner | right, 3 or more | listed | not placed | other gene | missed | right, 2 | right, 1 |", "|---|---:|---:|---:|---:|---:|---:|---:|"]
    for group, (three, two, one) in [*groups_of(score, "aligner "), *groups_of(score, "all")]:
        cells = [f"{three['right']} of {sum(three.values())}", *(three[o] for o in OUTCOMES[1:])]
        cells += [f"{c['right']} of {sum(c.values())}" for c in (two, one)]
        lines.append(f"| {group.removeprefix('aligner ')} | " + " | ".join(map(str, cells)) + " |")
    lines += ["", f"| {files} files | |", "|---|---:|"]
    rows = (
        ("wrong base, of those shown by a read", "wrong-base", "bases compared"),
        ("wrong inserted bases", "wrong-inserted", "inserted compared"),
        ("wrong frame", "wrong-frame", "frames compared"),
        ("other gene at high or medium", ("wrong-gene-high", "wrong-gene-medium"), None),
        ("true genes at high or medium, no molecule with ten bases per side", ("unheld-high", "unheld-medium"), None),
        ("true genes at high or medium, also at another base", ("other-base-high", "other-base-medium"), None),
        ("false rows at high", "false-high", None),
        ("false rows at medium", "false-medium", None),
        ("false rows at low", "false-low", None),
        ("healthy duplications or read-through at high or medium", ("background-high", "background-medium"), None),
        ("conclusions that the truth does not allow", "state", None),
        ("files without a result", ("failed", "no-result"), None),
    )
    for words, names, of in rows:
        count = sum(score.totals[n] for n in ((names,) if isinstance(names, str) else names))
        lines.append(f"| {words} | {count}{f' of {score.totals[of]}' if of else ''} |")
    lines += ["", "| the truth allows | concluded |", "|---|---|"]
    for want, counts in sorted(score.states.items()):
        lines.append(f"| {want.replace('/', ', ')} | " + ", ".join(f"{s} {n}" for s, n in counts.most_common()) + " |")
    return "\n".join(lines) + "\n"


def tab_separated(score):
    """The tables in docs/tables: by kind of event and read length."""
    lines = ["by\tvalue\tright_3_or_more\tof_3_or_more\tlisted\tnot_placed\tother_gene\tmissed\tright_2\tof_2\tright_1\tof_1"]
    for prefix in ("kind ", "reads "):
        for group, (three, two, one) in groups_of(score, prefix):
            cells = [three["right"], sum(three.values()), *(three[o] for o in OUTCOMES[1:])]
            cells += [n for c in (two, one) for n in (c["right"], sum(c.values()))]
            lines.append("\t".join([*group.split(" ", 1), *map(str, cells)]))
    return "\n".join(lines) + "\n"


FAR = ("junction between two other genes: too few bases beyond it, or a breakpoint inside exons", "16 exact bases of a catalogue exon on its other side")
PAIR = ("a single spanning pair, as library chimeras also give", "a second molecule, or a read across the junction")
NO_PLACE = ("unplaced sequence in fewer than 2 molecules with 20 bases", "2 such molecules, or a search of the whole genome")
BETWEEN_GENES = ("intergenic partner, outside the searched catalogue genes: named KMT2A::? at the true base", "a search of the whole genome")
NO_CANDIDATE = ("no candidate", "deeper sequencing, or an aligner that keeps the reads across the junction")
UNKNOWN = ("not looked into", ".")


def why_missed(truth, discarded):
    """Why an event is missed and what it would need, from its description and the junctions below every tier."""
    if "KMT2A" not in truth:
        return FAR
    own = [int(base) for base in re.findall(r"chr11:(\d+)", truth)]
    with open(discarded) as text:
        for row in csv.DictReader(text, delimiter="\t"):
            shown = [place(row["breakpoint1"]), place(row["breakpoint2"])]
            if any(s and s[0] == "11" and abs(s[1] - base) <= NEAR for s in shown for base in own):
                return PAIR if "split 0" in truth else (f"scored below every tier (score {float(row['model_score']):.2g})", "more molecules, or a breakpoint at exon ends")
    if "::. " in truth:
        return NO_PLACE
    return PAIR if "split 0 spanning 1" in truth else NO_CANDIDATE


def misses(score, out_of, path):
    """The table of misses and wrong rows, with the reason if the results show it; other reasons are written by hand and
    kept."""
    known = {}
    if os.path.exists(path):
        with open(path) as text:
            known = {(r["set"], r["file"], r["fault"]): (r["why"], r["needed"]) for r in csv.DictReader(text, delimiter="\t")}
    lines = ["set\tfile\tfault\ttruth\tsaid\twhy\tneeded"]
    for fault, sample, truth, said, path_of in sorted(score.notes, key=lambda n: (n[4], n)):
        folder = os.path.dirname(path_of)
        if fault.startswith("missed"):
            why, needed = why_missed(truth, f"{out_of(folder)}/{sample}.discarded.tsv")
        elif fault.startswith("unplaced") and truth.startswith("intergenic"):
            why, needed = BETWEEN_GENES
        elif fault in ("false-high", "false-medium", "other-base-high", "other-base-medium") or fault.startswith(("unplaced", "wrong")):
            why, needed = known.get((os.path.basename(folder), sample, fault), UNKNOWN)
        elif fault.startswith("listed"):
            why, needed = "one read that fits all the named genes", "a second molecule"
        else:
            continue
        lines.append("\t".join((os.path.basename(folder), sample, fault, truth, said, why, needed)))
    return "\n".join(lines) + "\n"


def compare(path, score):
    """Faults of an earlier run that are gone, and new ones; the program's output is not compared."""
    with open(path) as text:
        old = {tuple(n[:3]) for n in json.load(text)["notes"]}
    new = {n[:3] for n in score.notes}
    for title, faults in (("gone", old - new), ("new", new - old)):
        counts = collections.Counter(f[0] for f in faults)
        print(f"\n{title} since {path}: " + (", ".join(f"{n} {c}" for n, c in sorted(counts.items())) or "none"))
        for fault in sorted(faults):
            print(f"{title}\t" + "\t".join(fault))


def write_markdown(target, tables):
    """Writes the tables to a file, or with FILE#NAME between `<!-- tables NAME -->` and `<!-- end NAME -->` of it."""
    path, _, name = target.partition("#")
    if name:
        with open(path) as text:
            before, rest = text.read().split(f"<!-- tables {name} -->\n", 1)
            after = rest.split(f"<!-- end {name} -->", 1)[1]
        tables = f"{before}<!-- tables {name} -->\n{tables}<!-- end {name} -->{after}"
    with open(path, "w") as text:
        text.write(tables)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="SET")
    parser.add_argument("--bin")
    parser.add_argument("--results")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--reference", action="store_true")
    parser.add_argument("--only", default="", help="a regular expression for the sample's name")
    parser.add_argument("--json")
    parser.add_argument("--against", help="an earlier --json: which faults are gone and which are new")
    parser.add_argument("--markdown", help="FILE or FILE#NAME: writes the tables of docs/accuracy.md")
    parser.add_argument("--tables", help="writes the outcomes by kind of event and read length, tab-separated")
    parser.add_argument("--misses", help="writes every miss, wrong base and false row at high or medium, tab-separated")
    parser.add_argument("--timeout", type=int, default=120)
    options = parser.parse_args()
    samples = collections.defaultdict(list)
    for place in map(os.path.normpath, options.sets):
        with open(os.path.join(place, "truth.tsv")) as text:
            for row in csv.DictReader(text, delimiter="\t"):
                if re.search(options.only, row["sample"]):
                    samples[(place, row["sample"])].append(row)
    if not options.bin and not options.results:
        parser.error("give --bin or --results")
    holder = None if options.results else tempfile.TemporaryDirectory(prefix="score.")
    top = options.results or holder.name

    def out_of(place):
        return os.path.join(top, os.path.basename(place))

    score = Score()
    if options.bin:
        for place, _ in samples:
            os.makedirs(out_of(place), exist_ok=True)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            failures = pool.map(lambda s: (s, call(options, *s, samples[s], out_of(s[0]))), sorted(samples))
            for (place, sample), failure in failures:
                if failure:
                    score.note("failed", sample, "", failure, os.path.join(place, sample + ".bam"))
    for (place, sample), rows in sorted(samples.items()):
        score_sample(score, place, sample, rows, out_of(place))
    print(f"files {len(samples)}")
    for prefix in ("all", "aligner ", "kind ", "class ", "reads "):
        table(score, prefix)
    print("\nstate by what the truth allows")
    for want, counts in sorted(score.states.items()):
        print(f"  {want:44}" + ", ".join(f"{s} {n}" for s, n in counts.most_common()))
    print("\ncounts")
    for name, count in sorted(score.totals.items()):
        print(f"  {name:28}{count:>7}")
    print()
    for note in sorted(score.notes):
        print("\t".join(note))
    if options.against:
        compare(options.against, score)
    if options.markdown:
        write_markdown(options.markdown, markdown(score, len(samples)))
    if options.tables:
        with open(options.tables, "w") as text:
            text.write(tab_separated(score))
    if options.misses:
        rows = misses(score, out_of, options.misses)
        with open(options.misses, "w") as text:
            text.write(rows)
    if options.json:
        with open(options.json, "w") as text:
            outcomes = {f"{g}\t{l}": dict(c) for (g, l), c in sorted(score.outcomes.items())}
            json.dump({"files": len(samples), "outcomes": outcomes, "totals": score.totals, "states": score.states, "notes": sorted(score.notes)}, text, indent=1)


main()
