#!/usr/bin/env python3
"""Lifts SAM text from contigs named CONTIG:FIRST-LAST to whole chromosomes.

  samtools view -h WINDOWS.bam | tools/lift_windows.py WHOLE.bam|REFERENCE.fai > LIFTED.sam

The @SQ lines are taken from WHOLE.bam or from the lengths in a .fai; records, mates, SA and XA entries are
lifted, everything else is kept.
"""
import subprocess, sys


def lift(name, position):
    contig, window = name.rsplit(":", 1)
    return contig, int(position) + int(window.split("-")[0]) - 1


def moved_sa(tag):
    out = []
    for entry in tag[5:].split(";"):
        if entry:
            parts = entry.split(",")
            contig, position = lift(parts[0], parts[1])
            out.append(",".join([contig, str(position)] + parts[2:]))
    return "SA:Z:" + ";".join(out) + ";"


def moved_xa(tag):
    """BWA's alternative hits: CONTIG,+POSITION,CIGAR,NM; with the strand before the position."""
    out = []
    for entry in tag[5:].split(";"):
        if entry:
            parts = entry.split(",")
            contig, position = lift(parts[0], parts[1][1:])
            out.append(",".join([contig, parts[1][0] + str(position)] + parts[2:]))
    return "XA:Z:" + ";".join(out) + ";"


def sequence_lines(path):
    """@SQ lines of a BAM, or made of a .fai."""
    if path.endswith(".fai"):
        with open(path) as lines:
            return ["@SQ\tSN:%s\tLN:%s" % tuple(line.split("\t")[:2]) for line in lines]
    header = subprocess.run(["samtools", "view", "-H", path], capture_output=True, text=True, check=True).stdout
    return [line for line in header.splitlines() if line.startswith("@SQ")]


def lift_record(f):
    """Lifts the fields of one record, in place."""
    own = f[2]
    if own != "*":
        f[2], position = lift(own, f[3])
        f[3] = str(position)
    if f[6] not in ("*", "="):
        contig, position = lift(f[6], f[7])
        f[6], f[7] = ("=" if contig == f[2] else contig), str(position)
    elif f[6] == "=":
        f[7] = str(lift(own, f[7])[1])
    if f[6] == "=" and f[8] == "0" and int(f[1]) & 0xC == 0 and f[3] != f[7]:
        f[8] = str(int(f[7]) - int(f[3]))
    for i in range(11, len(f)):
        if f[i].startswith("SA:Z:"):
            f[i] = moved_sa(f[i])
        elif f[i].startswith("XA:Z:"):
            f[i] = moved_xa(f[i])
    return f


def lift_junction(line):
    """One line of STAR's Chimeric.out.junction."""
    if line.startswith(("#", "chr_donorA")):
        return line
    f = line.rstrip("\n").split("\t")
    donor, acceptor = f[0], f[3]
    for column in (1, 10):
        f[column] = str(lift(donor, f[column])[1])
    for column in (4, 12):
        f[column] = str(lift(acceptor, f[column])[1])
    f[0], f[3] = lift(donor, 1)[0], lift(acceptor, 1)[0]
    return "\t".join(f) + "\n"


def main():
    print("@HD\tVN:1.6\tSO:unsorted")
    print("\n".join(sequence_lines(sys.argv[1])))
    for line in sys.stdin:
        if line.startswith("@"):
            if not line.startswith(("@HD", "@SQ")):
                sys.stdout.write(line)
            continue
        print("\t".join(lift_record(line.rstrip("\n").split("\t"))))


if __name__ == "__main__":
    main()
