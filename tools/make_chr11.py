#!/usr/bin/env python3
"""Makes test-data/reference/chr11.fa.gz from exons.fa: chromosome 11 of GRCh38 at its full length, N except at those exons.

Usage: make_chr11.py test-data/reference/exons.fa test-data/reference/chr11.fa.gz

It is a reference for the command line (`--reference`) that fits into the repository. `bgzip` and `samtools` must be on the path.
"""

import re
import subprocess
import sys

LENGTH = 135_086_622  # GRCh38.p14


def main():
    exons, target = sys.argv[1:]
    bases = bytearray(b"N" * LENGTH)
    for record in open(exons, encoding="utf-8").read().split(">")[1:]:
        title, _, sequence = record.partition("\n")
        found = re.search(r"GRCh38:chr11:(\d+)-(\d+)", title)
        if found:
            first, last = map(int, found.groups())
            bases[first - 1 : last] = sequence.strip().encode()
    with open(target, "wb") as out:
        bgzip = subprocess.Popen(["bgzip", "-l", "9", "-c"], stdin=subprocess.PIPE, stdout=out)
        bgzip.stdin.write(b">chr11\n")
        # One line: with line breaks, every block of N would compress to more than twice the size.
        bgzip.stdin.write(bytes(bases) + b"\n")
        bgzip.stdin.close()
        if bgzip.wait():
            sys.exit("bgzip failed")
    subprocess.run(["samtools", "faidx", target], check=True)


if __name__ == "__main__":
    main()
