#!/usr/bin/env python3
"""Makes test-data/homologous/homologous.sam: three reads that join KMT2A e8 to the bases at the start of both CREBBP
exon 20 and EP300 exon 20, as HISAT2 writes them (clipped, no SA).

    tools/make_homologous.py > test-data/homologous/homologous.sam
"""
import csv
import pathlib

DATA = pathlib.Path(__file__).parent.parent / "crates/core/src/catalogue/data/exon_ends.tsv"
E8_END = 118_482_495
BEYOND = 24


def main():
    with open(DATA) as handle:
        rows = csv.DictReader((line for line in handle if not line.startswith("#")), delimiter="\t")
        ends = {(row["symbol"], row["exon"]): row for row in rows}
    last = ends["KMT2A", "8"]["last"]
    first = ends["CREBBP", "20"]["first"]
    assert first[:BEYOND] == ends["EP300", "20"]["first"][:BEYOND]
    print("@HD\tVN:1.6\tSO:coordinate")
    for name, length in (("chr11", 135_086_622), ("chr16", 90_338_345), ("chr22", 50_818_468)):
        print(f"@SQ\tSN:{name}\tLN:{length}")
    print("@RG\tID:homologous\tSM:homologous\tPL:ILLUMINA")
    print("@PG\tID:hisat2\tPN:hisat2\tVN:2.2.1\tCL:hisat2 -x GRCh38 -U reads.fq")
    for number, kept in enumerate((40, 37, 33), 1):
        bases = last[-kept:] + first[:BEYOND]
        fields = (f"read{number}", 0, "chr11", E8_END - kept + 1, 60, f"{kept}M{BEYOND}S", "*", 0, 0, bases, "I" * len(bases))
        print(*fields, "NM:i:0", "NH:i:1", "RG:Z:homologous", sep="\t")


if __name__ == "__main__":
    main()
