#!/usr/bin/env python3
"""Small reference of chosen places, and its alignments put back on the chromosomes.

BWA fills stretches of N with random bases, so an index of a masked genome costs as much as one of the
whole genome. `compact.py fasta` cuts the places of a BED file out of a FASTA, one contig each, named
`chrom__start` (0-based start); `compact.py lift` reads SAM aligned to them and writes SAM on the
chromosomes: positions, mates, SA tags, @SQ lines. Pairs are left as the aligner flagged them.

    compact.py fasta GRCh38.fa places.bed > small.fa
    bwa mem small.fa r1.fq r2.fq | compact.py lift GRCh38.fa.fai | samtools sort -o out.bam
"""

import re
import subprocess
import sys


def cut(fasta, bed):
    """One contig for each place of the BED file."""
    with open(bed) as lines:
        places = [line.split("\t")[:3] for line in lines if line.strip() and not line.startswith("#")]
    for chrom, start, end in places:
        text = subprocess.run(
            ["samtools", "faidx", fasta, f"{chrom}:{int(start) + 1}-{end.strip()}"],
            check=True, capture_output=True, text=True,
        ).stdout
        print(f">{chrom}__{start}")
        sys.stdout.write(text.split("\n", 1)[1])


def placed(name, position):
    """Chromosome and 1-based position of a 1-based position on a small contig."""
    if "__" not in name:
        return name, position
    chrom, start = name.rsplit("__", 1)
    return chrom, int(position) + int(start)


def lifted_sa(entries):
    """The value of an SA tag on the chromosomes."""
    out = []
    for entry in entries.rstrip(";").split(";"):
        name, position, rest = entry.split(",", 2)
        chrom, position = placed(name, position)
        out.append(f"{chrom},{position},{rest}")
    return ";".join(out) + ";"


def lift(fai):
    """SAM from standard input to standard output."""
    with open(fai) as lines:
        lengths = [line.split("\t")[:2] for line in lines]
    told = False
    for line in sys.stdin:
        if line.startswith("@"):
            if line.startswith("@SQ"):
                if not told:
                    told = True
                    for name, length in lengths:
                        print(f"@SQ\tSN:{name}\tLN:{length}")
                continue
            # Positions are no longer in order.
            print(re.sub(r"\tSO:\w+", "\tSO:unsorted", line.rstrip("\n")))
            continue
        fields = line.rstrip("\n").split("\t")
        small = fields[2]
        mate = small if fields[6] == "=" else fields[6]
        if fields[2] != "*":
            fields[2], fields[3] = placed(fields[2], fields[3])
        if mate != "*":
            chrom, fields[7] = placed(mate, fields[7])
            fields[6] = "=" if chrom == fields[2] else chrom
        fields = [f"SA:Z:{lifted_sa(f[5:])}" if f.startswith("SA:Z:") else f
                  for f in map(str, fields) if not f.startswith("XA:Z:")]
        print("\t".join(fields))


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "fasta":
        cut(sys.argv[2], sys.argv[3])
    elif len(sys.argv) == 3 and sys.argv[1] == "lift":
        lift(sys.argv[2])
    else:
        sys.exit(__doc__)
