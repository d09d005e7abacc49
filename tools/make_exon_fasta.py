#!/usr/bin/env python3
"""Makes test-data/reference/exons.fa: exons of a few genes, for tests and small simulations.

Usage: make_exon_fasta.py --reference GRCh38.fa.gz --out test-data/reference/exons.fa [GENE ...]

The reference is GRCh38, with .fai; it needs sequence in the exons only. Genes and exons are those of
crates/core/src/catalogue/data/. Titles are `GENE eNUMBER flank=BASES GRCh38:CONTIG:FIRST-LAST` (1-based, inclusive,
including flanks), bases on the forward strand of the genome. Flanks are 2 bases (AG and GT), and 30 for genes whose
introns the reference has. An exon that is incomplete in sequence.bin, since its bases in a masked reference may be
filler, has a title that ends in `stand-in`: it serves to simulate a transcript of the right length. `samtools` must be
on the path.
"""

import argparse
import collections
import pathlib
import subprocess

from make_homologous_exons import stretches, table

DATA = pathlib.Path(__file__).resolve().parent.parent / "crates/core/src/catalogue/data"
GENES = (
    "KMT2A AFF1 MLLT3 MLLT1 ELL CBL MLLT10 MLLT11 AFDN USP2 SEPTIN6 SEPTIN9 MLLT6 CREBBP TET1 ARHGEF12 AFF4 "
    "ATP5MG TTC36 ABL1 GUSB B2M"
).split()
REAL_INTRONS = {"KMT2A", "CBL", "ABL1"}


def models():
    chromosome = {row["symbol"]: row["chromosome"] for row in table(DATA / "genes.tsv")}
    exons = collections.defaultdict(list)
    for row in table(DATA / "exons.tsv"):
        if row["exon"] == ".":
            continue
        exons[row["symbol"]].append({
            "exon": row["exon"], "chrom": f"chr{chromosome[row['symbol']]}", "start": int(row["start38"]), "end": int(row["end38"]),
        })
    return exons


def fetch(reference, regions):
    sequences = {}
    for at in range(0, len(regions), 400):
        text = subprocess.run(
            ["samtools", "faidx", reference, *regions[at : at + 400]], check=True, capture_output=True, text=True
        ).stdout
        for record in text.split(">")[1:]:
            name, _, sequence = record.partition("\n")
            sequences[name] = sequence.replace("\n", "").upper()
    return sequences


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("genes", nargs="*", default=GENES)
    args = parser.parse_args()

    exons = models()
    region = lambda row, flank: f"{row['chrom']}:{row['start'] - flank}-{row['end'] + flank}"
    wanted = [(gene, row, 30 if gene in REAL_INTRONS else 2) for gene in args.genes for row in exons[gene]]
    found = fetch(args.reference, sorted({region(row, flank) for _, row, flank in wanted}))
    held = {(f"chr{c}", at) for c, parts in stretches(DATA / "sequence.bin").items() for start, bases in parts for at in range(start, start + len(bases))}
    with open(args.out, "w", encoding="utf-8", newline="\n") as out:
        for gene, row, flank in wanted:
            place = region(row, flank)
            real = all((row["chrom"], at) in held for at in range(row["start"], row["end"] + 1))
            remark = "" if real else " stand-in"
            out.write(f">{gene} e{row['exon']} flank={flank} GRCh38:{place}{remark}\n{found[place]}\n")


if __name__ == "__main__":
    main()
