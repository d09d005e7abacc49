#!/usr/bin/env python3
"""Makes test-data/demo/dna_panel.bam: a capture panel over KMT2A's major breakpoint region, simulated.

    tools/make_dna_demo.py GRCh38.fa test-data/demo

Needs samtools and bwa. One derivative chromosome KMT2A::AFF1 and its reciprocal, allele fraction 0.3,
read pairs of 2x125 bases from fragments of about 300, 60x. Reads are taken from the reference with 0.1 %
errors and aligned by BWA-MEM to KMT2A and AFF1. The same FASTA gives the same records.
"""

import pathlib
import random
import subprocess
import sys
import tempfile

# GRCh38, 1-based, last retained base of each side: intron 9 of KMT2A (MANE, forward strand), and
# a position in intron 4 of AFF1 (forward strand).
KMT2A, AFF1 = ("chr11", 118_484_533), ("chr4", 87_080_020)
PANEL = (118_482_000, 118_489_500)
READ, FRAGMENT, SPREAD, DEPTH, FRACTION, ERROR = 125, 300, 40, 60, 0.3, 0.001
COMPLEMENT = str.maketrans("ACGTN", "TGCAN")


def bases(fasta, chrom, start, end):
    """1-based inclusive, upper case."""
    text = subprocess.run(["samtools", "faidx", fasta, f"{chrom}:{start}-{end}"],
                          check=True, capture_output=True, text=True).stdout
    return "".join(text.split("\n")[1:]).upper()


def read_of(dice, sequence):
    """A read with errors."""
    return "".join(dice.choice("ACGT".replace(b, "")) if dice.random() < ERROR else b for b in sequence)


def main(fasta, folder):
    dice = random.Random(11)
    flank = 2_000
    kmt2a = bases(fasta, KMT2A[0], PANEL[0] - flank, PANEL[1] + flank)
    at = KMT2A[1] - (PANEL[0] - flank) + 1
    left = bases(fasta, AFF1[0], AFF1[1] - flank, AFF1[1] - 1)
    right = bases(fasta, AFF1[0], AFF1[1], AFF1[1] + flank)
    # Template, the interval that the panel captures, its depth.
    templates = [
        (kmt2a, flank, len(kmt2a) - flank, DEPTH * (1 - FRACTION)),
        (kmt2a[:at] + right, flank, at + 250, DEPTH * FRACTION),
        (left + kmt2a[at:], len(left) - 250, len(left) + len(kmt2a) - at - flank, DEPTH * FRACTION),
    ]
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        small = scratch / "small.fa"
        regions = ["chr4:87000001-87160000", "chr11:118430001-118530000"]
        with open(small, "w") as out:
            subprocess.run(["samtools", "faidx", fasta, *regions], check=True, stdout=out)
        subprocess.run(["bwa", "index", small], check=True, capture_output=True)
        number = 0
        with open(scratch / "1.fq", "w") as one, open(scratch / "2.fq", "w") as two:
            for template, first, last, depth in templates:
                for _ in range(round((last - first) * depth / (2 * READ))):
                    length = max(READ, round(dice.gauss(FRAGMENT, SPREAD)))
                    start = dice.randrange(max(0, first - length // 2), min(last - length // 2, len(template) - length))
                    fragment = template[start:start + length]
                    mates = [fragment[:READ], fragment.translate(COMPLEMENT)[::-1][:READ]]
                    if dice.random() < 0.5:
                        mates.reverse()
                    number += 1
                    for out, mate in zip((one, two), mates):
                        print(f"@d{number}\n{read_of(dice, mate)}\n+\n{'F' * len(mate)}", file=out)
        lift = pathlib.Path(__file__).resolve().parent / "lift_windows.py"
        command = (
            "bwa mem -v 1 -K 10000000 -R '@RG\\tID:1\\tSM:dna_panel\\tLB:panel' small.fa 1.fq 2.fq"
            f" | {sys.executable} {lift} {pathlib.Path(fasta).resolve()}.fai"
            " | samtools sort --no-PG -o sorted.bam && samtools view --no-PG -b -o out.bam sorted.bam"
        )
        subprocess.run(command, shell=True, check=True, cwd=scratch, stderr=subprocess.DEVNULL)
        (pathlib.Path(folder) / "dna_panel.bam").write_bytes((scratch / "out.bam").read_bytes())


if __name__ == "__main__":
    main(*sys.argv[1:3])
