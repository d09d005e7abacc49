#!/usr/bin/env python3
"""Lifts SAM text from contigs named CONTIG:FIRST-LAST to whole chromosomes.

  samtools view -h WINDOWS.bam | tools/lift_windows.py WHOLE.bam > LIFTED.sam

The @SQ lines are taken from WHOLE.bam; records, mates and SA entries are moved, everything else is kept.
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


def main():
    header = subprocess.run(["samtools", "view", "-H", sys.argv[1]], capture_output=True, text=True, check=True).stdout
    print("@HD\tVN:1.6\tSO:unsorted")
    for line in header.splitlines():
        if line.startswith("@SQ"):
            print(line)
    for line in sys.stdin:
        if line.startswith("@"):
            if not line.startswith(("@HD", "@SQ")):
                sys.stdout.write(line)
            continue
        f = line.rstrip("\n").split("\t")
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
                f[i] = "XX:i:0"
        print("\t".join(f))


main()
