#!/usr/bin/env python3
"""Makes crates/core/src/catalogue/data/homologous_exons.tsv: exons of different genes with nearly the same sequence.

Usage: make_homologous_exons.py [--data DIR]

Compares the built-in coding bases (sequence.bin) of the lead transcripts' exons with each other, on both strands, without
gaps (untranslated ends share repeats with the whole genome and are not informative about a pair of genes): two k-mer hits
(k = WORD) on one diagonal within REACH, extended to the longest alignment with IDENTITY or more. Low-complexity hits are
excluded. A read from such an exon may align to the wrong gene; families.tsv names the genes.
Needs only Python's standard library; it takes about a minute.
"""

import argparse
import collections
import pathlib
import struct

from make_sequence import table

WORD = 9
REACH = 40
SHORTEST = 40
IDENTITY = 0.85
KINDS = 20  # least number of different 3-mers in the best SHORTEST bases of a hit; codon repeats have fewer
COMPLEMENT = str.maketrans("ACGTN", "TGCAN")
NAMES = {23: "X", 24: "Y"}
HEADER = """\
# Coding stretches of exons (GRCh38, 1-based inclusive) of different genes with the same bases at 85 % or more of 40 bases or more, without
# gaps. sense: `same` where both read alike in their transcripts' sense, else `opposite`. Best first within a pair of genes.
# Made by tools/make_homologous_exons.py from sequence.bin; exons whose bases are not compiled in are not compared.
"""


def stretches(path):
    """{chromosome: [(start, bases)]}, 1-based."""
    raw = path.read_bytes()
    count = struct.unpack_from("<I", raw, 6)[0]
    at, found = 10 + 13 * count, collections.defaultdict(list)
    for i in range(count):
        number, start, _, length = struct.unpack_from("<BIII", raw, 10 + 13 * i)
        size = (length + 3) // 4
        bases = "".join("ACGT"[byte >> shift & 3] for byte in raw[at : at + size] for shift in (6, 4, 2, 0))[:length]
        found[NAMES.get(number, str(number))].append((start + 1, bases))
        at += size
    return found


def exons(data):
    """[(symbol, exon, chromosome, strand, start, end, bases in transcript sense)] of known bases."""
    known, genes = stretches(data / "sequence.bin"), {row["symbol"]: row for row in table(data / "genes.tsv")}
    for row in table(data / "exons.tsv"):
        if row["exon"] == ".":
            continue
        gene = genes[row["symbol"]]
        first, last = max(int(row["start38"]), int(gene["cds_start38"])), min(int(row["end38"]), int(gene["cds_end38"]))
        for start, bases in known[gene["chromosome"]]:
            a, b = max(first, start), min(last, start + len(bases) - 1)
            if b - a + 1 >= SHORTEST:
                part = bases[a - start : b + 1 - start]
                part = part if gene["strand"] == "+" else part.translate(COMPLEMENT)[::-1]
                yield row["symbol"], int(row["exon"]), gene["chromosome"], gene["strand"], a, b, part


def best_stretch(a, b):
    """Longest interval of two equally long texts with IDENTITY or more and matches at its ends: (start, end, matches)."""
    total, sums, low, starts = 0, [0], float("inf"), []
    for x, y in zip(a, b):
        total += (1 if x == y else 0) - IDENTITY
        sums.append(total)
    for i, value in enumerate(sums):  # the longest interval can only begin at a new minimum of the sum
        if value < low:
            low = value
            starts.append(i)
    best = (0, 0)
    highest = sums[:]
    for k in range(len(sums) - 2, -1, -1):
        highest[k] = max(highest[k], highest[k + 1])
    for i in starts:
        lo, hi = i, len(sums) - 1
        if highest[i] < sums[i]:
            continue
        while lo < hi:
            mid = (lo + hi + 1) // 2
            lo, hi = (mid, hi) if highest[mid] >= sums[i] - 1e-9 else (lo, mid - 1)
        if lo - i > best[1] - best[0]:
            best = i, lo
    start, end = best
    while start < end and a[start] != b[start]:
        start += 1
    while end > start and a[end - 1] != b[end - 1]:
        end -= 1
    return start, end, sum(x == y for x, y in zip(a[start:end], b[start:end]))


def is_plain(bases):
    windows = range(0, max(1, len(bases) - SHORTEST + 1), 10)
    return all(len({bases[i + k : i + k + 3] for k in range(min(SHORTEST, len(bases)) - 2)}) < KINDS for i in windows)


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, default=here / "crates/core/src/catalogue/data")
    args = parser.parse_args()

    parts = list(exons(args.data))
    index = collections.defaultdict(list)
    for number, part in enumerate(parts):
        bases = part[6]
        for at in range(len(bases) - WORD + 1):
            index[bases[at : at + WORD]].append((number, at))
    rows = set()
    for number, part in enumerate(parts):
        for sense in ("same", "opposite"):
            bases = part[6] if sense == "same" else part[6].translate(COMPLEMENT)[::-1]
            last, diagonals = {}, set()
            for at in range(len(bases) - WORD + 1):
                for other, there in index.get(bases[at : at + WORD], ()):
                    if other <= number or parts[other][0] == part[0]:
                        continue
                    key = other, there - at
                    before = last.get(key)
                    if before is not None and WORD <= at - before <= REACH:
                        diagonals.add(key)
                    if before is None or at - before >= WORD:
                        last[key] = at
            for other, shift in diagonals:
                theirs = parts[other][6]
                a = max(0, -shift)
                length = min(len(bases) - a, len(theirs) - a - shift)
                mine, yours = bases[a : a + length], theirs[a + shift : a + shift + length]
                start, end, matches = best_stretch(mine, yours)
                if end - start < SHORTEST or matches < IDENTITY * (end - start) or is_plain(mine[start:end]):
                    continue
                first, second = span(part, a + start, a + end, sense), span(parts[other], a + shift + start, a + shift + end, "same")
                if part[2] == parts[other][2] and first[0] <= second[1] and second[0] <= first[1]:
                    continue
                rows.add((part[0], part[1], *first, parts[other][0], parts[other][1], *second, end - start, round(matches / (end - start), 3), sense))
    with open(args.data / "homologous_exons.tsv", "w", encoding="utf-8", newline="\n") as out:
        out.write(HEADER + "symbol\texon\tstart\tend\tother\tother_exon\tother_start\tother_end\tlength\tidentity\tsense\n")
        for row in sorted(rows, key=lambda row: (row[0], row[4], -row[8] * row[9], row)):
            out.write("\t".join(map(str, row)) + "\n")
    genes = collections.Counter((row[0], row[4]) for row in rows)
    for (a, b), count in sorted(genes.items()):
        best = max((row[8] for row in rows if (row[0], row[4]) == (a, b)))
        print(f"{a} {b}: {count} stretches, longest {best}")


def span(part, start, end, sense):
    """Genome position of bases start to end of a part, in the orientation compared."""
    *_, strand, first, last, bases = part
    if sense == "opposite":
        start, end = len(bases) - end, len(bases) - start
    return (first + start, first + end - 1) if strand == "+" else (last - end + 1, last - start)


if __name__ == "__main__":
    main()
