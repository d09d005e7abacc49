"""From a fragment's bases to reads: base qualities of real reads, the errors that they predict, adapters."""

import bisect
import gzip
import math
import subprocess

from .models import random_bases, reverse

# Illumina TruSeq adapters as read by read 1 and read 2.
ADAPTER_1 = "AGATCGGAAGAGCACACGTCTGAACTCCAGTCACATTACTCGATCTCGTATGCCGTCTTCTGCTTG"
ADAPTER_2 = "AGATCGGAAGAGCGTCGTGTAGGGAAAGAGTGTAGATCTCGGTGGTCGCCGTATCATT"
WORST = 0.25  # chance of an error at the lowest quality: quality 2 marks a bad tail, not 63 % errors


class Qualities:
    """Whole quality strings of real reads, which keeps the correlation between cycles."""

    def __init__(self, bam, limit=1500):
        self.pool = {1: [], 2: []}
        view = subprocess.Popen(["samtools", "view", "-F", "0x900", bam], stdout=subprocess.PIPE, text=True)
        for line in view.stdout:
            f = line.split("\t", 11)
            flag = int(f[1])
            end = 2 if flag & 0x80 else 1
            if f[10] != "*" and len(self.pool[end]) < limit:
                self.pool[end].append(f[10][::-1] if flag & 0x10 else f[10])
            if min(len(p) for p in self.pool.values()) >= limit:
                break
        view.stdout.close()
        view.terminate()
        view.wait()
        if not self.pool[1]:
            raise SystemExit(f"{bam}: no reads with qualities")
        self.pool[2] = self.pool[2] or self.pool[1]
        self.ready = {}

    def draw(self, end, length, dice):
        """(qualities, cumulative chance of an error) of one read."""
        index = dice.randrange(len(self.pool[end]))
        key = (end, length, index)
        if key not in self.ready:
            real = self.pool[end][index]
            text = real[:length] if length <= len(real) else "".join(real[i * len(real) // length] for i in range(length))
            total, sums = 0.0, []
            for letter in text:
                total += min(WORST, 10 ** (-(ord(letter) - 33) / 10))
                sums.append(total)
            self.ready[key] = (text, sums)
        return self.ready[key]


def poisson(mean, dice):
    if mean > 500:
        return max(0, round(dice.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, dice.random()
    while product > limit:
        count += 1
        product *= dice.random()
    return count


def read_of(fragment, end, length, qualities, dice, tail):
    """One read of a fragment given in the read's orientation; if it is short, followed by adapter and further bases."""
    if len(fragment) < length:
        adapter = ADAPTER_1 if end == 1 else ADAPTER_2
        filler = "G" * length if tail == "g" else "A" * 20 + random_bases(length, dice)
        bases = (fragment + adapter + filler)[:length]
    else:
        bases = fragment[:length]
    text, sums = qualities.draw(end, length, dice)
    errors = []
    for _ in range(poisson(sums[-1], dice)):
        at = bisect.bisect_left(sums, dice.random() * sums[-1])
        if at < length:
            bases = bases[:at] + dice.choice("ACGT".replace(bases[at], "")) + bases[at + 1 :]
            errors.append(at)
    return bases, text, errors


class Fastq:
    """Two files (or one) of reads, shuffled at the end so that their order is not informative."""

    def __init__(self, prefix, lengths, qualities, dice, stranded, tail):
        self.prefix, self.lengths, self.qualities, self.dice = prefix, lengths, qualities, dice
        self.stranded, self.tail, self.entries, self.count = stranded, tail, [], 0

    def name(self):
        self.count += 1
        d = self.dice
        return f"A00{d.randrange(100, 999)}:{d.randrange(10, 400)}:H{self.count:05X}DRXX:{d.randrange(1, 5)}:{d.randrange(1101, 2678)}:{d.randrange(1000, 32000)}:{self.count}"

    def add(self, fragment, name=None):
        """Adds a fragment given on the transcribed strand. Returns its name, whether read 1 reads that strand, and the
        errors of each read by position."""
        name = name or self.name()
        sense = False if self.stranded else self.dice.random() < 0.5
        forward = fragment if sense else reverse(fragment)
        reads = [read_of(forward, 1, self.lengths[0], self.qualities, self.dice, self.tail)]
        if len(self.lengths) == 2:
            reads.append(read_of(reverse(forward), 2, self.lengths[1], self.qualities, self.dice, self.tail))
        self.entries.append((name, [r[:2] for r in reads]))
        return name, sense, [r[2] for r in reads]

    def add_real(self, name, reads):
        self.entries.append((name, reads))

    def write(self):
        self.dice.shuffle(self.entries)
        paths = []
        for index in range(len(self.lengths)):
            path = f"{self.prefix}_{index + 1}.fastq.gz"
            with gzip.GzipFile(path, "wb", compresslevel=1, mtime=0) as out:
                out.write("".join(f"@{n}\n{r[index][0]}\n+\n{r[index][1]}\n" for n, r in self.entries).encode())
            paths.append(path)
        return paths
