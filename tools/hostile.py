#!/usr/bin/env python3
"""Large hostile inputs as SAM text on standard output, for time and memory (docs/reliability.md).

    tools/hostile.py junctions FASTA EXONS.tsv COUNT    COUNT junctions with two molecules each at exon ends
    tools/hostile.py splits    FASTA EXONS.tsv COUNT    COUNT split reads at one junction
    tools/hostile.py comments  COUNT                    a header of COUNT short @CO lines
    tools/hostile.py skips     COUNT                    COUNT reads of 50,000 skips, and 100 of 10,000 SA entries
    tools/hostile.py elsewhere BAM COUNT                COUNT reads of chromosome 1 before the BAM's own
    tools/hostile.py unplaced  BAM COUNT                COUNT unmapped reads after the BAM's own

FASTA is indexed (samtools faidx); EXONS.tsv has gene, chrom, strand, start, end (1-based). Sort and index: `| samtools sort -o x.bam --write-index -`.
"""
import csv
import itertools
import random
import subprocess
import sys

SIZES = {"chr4": 190214555, "chr9": 138394717, "chr10": 133797422, "chr11": 135086622, "chr19": 58617616}
HALF = 50


def header(contigs):
    out = ["@HD\tVN:1.6\tSO:unsorted"] + [f"@SQ\tSN:{name}\tLN:{length}" for name, length in contigs]
    return out + ["@RG\tID:a\tSM:hostile", "@PG\tID:STAR\tPN:STAR\tVN:2.7.10b\tCL:STAR --chimSegmentMin 10 --chimOutType WithinBAM"]


def contigs_of(fasta):
    with open(fasta + ".fai", encoding="ascii") as handle:
        return [tuple(line.split("\t")[:2]) for line in handle]


def bases(fasta, regions):
    """The bases of regions (contig, first, last), 1-based."""
    names = [f"{c}:{a}-{b}" for c, a, b in regions]
    run = subprocess.run(["samtools", "faidx", "-r", "-", fasta], input="\n".join(names), text=True,
                         stdout=subprocess.PIPE, check=True)
    found = [part.split("\n", 1) for part in run.stdout.split(">")[1:]]
    return dict(zip(regions, (sequence.replace("\n", "").upper() for _, sequence in found)))


def complement(sequence):
    return sequence[::-1].translate(str.maketrans("ACGTN", "TGCAN"))


def ends(fasta, exons):
    """KMT2A's donors and other genes' acceptors, with the bases of the adjacent exon."""
    with open(exons, newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader((line for line in handle if not line.startswith("#")), delimiter="\t"))
    known = {name for name, _ in contigs_of(fasta)}
    donors = sorted({(r["chrom"], int(r["end"])) for r in rows if r["gene"] == "KMT2A" and int(r["end"]) - int(r["start"]) > HALF})
    acceptors = sorted({(r["chrom"], int(r["start"] if r["strand"] == "+" else r["end"]), r["strand"]) for r in rows
                        if r["gene"] != "KMT2A" and int(r["end"]) - int(r["start"]) > HALF and r["chrom"] in known})
    left = {d: (d[0], d[1] - HALF + 1, d[1]) for d in donors}
    right = {a: (a[0], a[1], a[1] + HALF - 1) if a[2] == "+" else (a[0], a[1] - HALF + 1, a[1]) for a in acceptors}
    text = bases(fasta, list(left.values()) + list(right.values()))
    return [(left[d], text[left[d]]) for d in donors], [(right[a], a[2], text[right[a]]) for a in acceptors]


def split_read(name, donor, acceptor, five, three):
    """A read with `five` bases of the donor's exon and `three` of the acceptor's, in two records."""
    (contig, _, last), donor_bases = donor
    (other, first, end), strand, exon = acceptor
    tail = (exon if strand == "+" else complement(exon))[:three]
    read = donor_bases[-five:] + tail
    at = first if strand == "+" else end - three + 1
    cigar = f"{five}M{three}S"
    mate_cigar = f"{five}S{three}M" if strand == "+" else f"{three}M{five}S"
    quality = "I" * len(read)
    primary = [name, 0, contig, last - five + 1, 60, cigar, "*", 0, 0, read, quality, f"SA:Z:{other},{at},{strand},{mate_cigar},60,0;", "RG:Z:a"]
    second = [name, 2048 | (0 if strand == "+" else 16), other, at, 60, mate_cigar, "*", 0, 0,
              read if strand == "+" else complement(read), quality, f"SA:Z:{contig},{last - five + 1},+,{cigar},60,0;", "RG:Z:a"]
    return ["\t".join(map(str, fields)) for fields in (primary, second)]


def padded(kind, bam, count):
    """The BAM's lines with `count` reads of random bases, on chromosome 1 or unmapped."""
    draw = random.Random(5)
    pool = ["".join(draw.choices("ACGT", k=100)) for _ in range(20000)]
    qualities = ["".join(chr(33 + min(40, max(2, int(draw.gauss(34, 6))))) for _ in range(100)) for _ in range(2000)]
    run = subprocess.run(["samtools", "view", "-h", bam], stdout=subprocess.PIPE, text=True, check=True)
    lines = run.stdout.splitlines(keepends=True)
    head = [line for line in lines if line.startswith("@")]
    own = lines[len(head):]
    places = (f"{16 * (n % 2)}\tchr1\t{10000 + 24 * n}\t60\t100M" if kind == "elsewhere" else f"{77 + 64 * (n % 2)}\t*\t0\t0\t*"
              for n in range(count))
    more = (f"A00:FC:{n % 4}:{n if kind == 'elsewhere' else n // 2}\t{place}\t*\t0\t0\t{pool[n * 7919 % 20000]}\t{qualities[n % 2000]}\n"
            for n, place in enumerate(places))
    yield from head
    yield from itertools.chain(more, own) if kind == "elsewhere" else itertools.chain(own, more)


def main():
    kind, args = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    write = sys.stdout.write
    if kind in ("junctions", "splits") and len(args) == 3:
        donors, acceptors = ends(args[0], args[1])
        write("\n".join(header(contigs_of(args[0]))) + "\n")
        count = int(args[2])
        if kind == "junctions":
            pairs = list(itertools.islice(itertools.product(donors, acceptors), count))
            for n, (donor, acceptor) in enumerate(pairs):
                for five in (45, 40):
                    write("\n".join(split_read(f"j{n}_{five}", donor, acceptor, five, 85 - five if five > 35 else 50)) + "\n")
        else:
            for n in range(count):
                five = 20 + n % 30
                write("\n".join(split_read(f"s{n}", donors[8], acceptors[0], five, 20 + n // 30 % 30)) + "\n")
    elif kind in ("elsewhere", "unplaced") and len(args) == 2:
        sys.stdout.writelines(padded(kind, args[0], int(args[1])))
    elif kind == "comments" and len(args) == 1:
        write("\n".join(header(SIZES.items())) + "\n")
        for _ in range(int(args[0])):
            write("@CO\tx\n")
    elif kind == "skips" and len(args) == 1:
        write("\n".join(header(SIZES.items())) + "\n")
        for n in range(int(args[0])):
            cigar = "1M1N" * 50000 + "50M50S"
            write(f"k{n}\t0\tchr11\t{118482400 + n}\t60\t{cigar}\t*\t0\t0\t{'A' * 50100}\t*\tSA:Z:chr9,20365743,-,50M50050S,60,0;\tRG:Z:a\n")
        for n in range(100):
            entries = "chr9,20365743,-,50M50S,60,0;" * 10000
            write(f"a{n}\t0\tchr11\t{118482446 - n}\t60\t50M50S\t*\t0\t0\t{'C' * 100}\t{'I' * 100}\tSA:Z:{entries}\tRG:Z:a\n")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
