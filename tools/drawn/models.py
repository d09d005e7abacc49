"""Gene models, windows of the reference, decoys, and the genome of one simulated sample.

Coordinates are 1-based and inclusive as in GTF unless a name says `offset`. Sequence comes from the
windows of the reference only (each gene with 5 kb on both sides, neighbours within 600 kb in one
window, to fit STAR's longest intron), never from the whole FASTA.
"""

import gzip
import random
import re
import struct
import subprocess
import zlib

FLANK = 5000  # flanking reference bases kept on both sides of every gene
JOIN = 600_000  # windows closer than this are merged: STAR's default longest intron is 589,824 bases
COMPLEMENT = str.maketrans("ACGTN", "TGCAN")
CODONS = {"TAA", "TAG", "TGA"}
# Consensus of AluY (Repbase's, general knowledge), from which diverged copies are made.
ALU = (
    "GGCCGGGCGCGGTGGCTCACGCCTGTAATCCCAGCACTTTGGGAGGCCGAGGCGGGCGGATCACGAGGTCAGGAGATCGAGACCATCCCGGCTAAAACGGTGAAACCCCGTC"
    "TCTACTAAAAATACAAAAAATTAGCCGGGCGTGGTGGCGGGCGCCTGTAGTCCCAGCTACTCGGGAGGCTGAGGCAGGAGAATGGCGTGAACCCGGGAGGCGGAGCTTGCAG"
    "TGAGCCGAGATCGCGCCACTGCACTCCAGCCTGGGCGACAGAGCGAGACTCCGTCTCAAAAAAA"
)


def reverse(sequence):
    return sequence.translate(COMPLEMENT)[::-1]


class Gene:
    """One gene: its MANE exons in transcript order, coding ends, and exon ends of its other transcripts."""

    def __init__(self, name, chrom, strand):
        self.name, self.chrom, self.strand = name, chrom, strand
        self.exons, self.coding, self.other = [], [], []

    def finish(self):
        self.exons.sort(reverse=self.strand == "-")
        self.coding.sort(reverse=self.strand == "-")
        self.start = min(s for s, _ in self.exons)
        self.end = max(e for _, e in self.exons)

    def first(self, exon):
        """First base of an exon (numbered from 1) in the direction of transcription."""
        start, end = self.exons[exon - 1]
        return start if self.strand == "+" else end

    def last(self, exon):
        start, end = self.exons[exon - 1]
        return end if self.strand == "+" else start

    def coding_bases(self, blocks):
        """Coding bases in blocks of exons."""
        return sum(max(0, min(e, ce) - max(s, cs) + 1) for s, e in blocks for cs, ce in self.coding)

    def upstream(self, position):
        """Exon blocks from the transcript's start to this base, which may be in an exon or an intron."""
        blocks = []
        for s, e in self.exons:
            if self.strand == "+":
                if e <= position:
                    blocks.append((s, e))
                elif s <= position:
                    blocks.append((s, position))
            elif s >= position:
                blocks.append((s, e))
            elif e >= position:
                blocks.append((position, e))
        return blocks

    def downstream(self, position):
        """Exon blocks from this base to the transcript's end."""
        blocks = []
        for s, e in self.exons:
            if self.strand == "+":
                if s >= position:
                    blocks.append((s, e))
                elif e >= position:
                    blocks.append((position, e))
            elif e <= position:
                blocks.append((s, e))
            elif s <= position:
                blocks.append((s, position))
        return blocks


def read_gtf(path):
    """Genes of a GTF, by the MANE transcript if tagged, else the transcript with most exons."""
    transcripts, mane = {}, set()
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            f = line.rstrip("\n").split("\t")
            if f[2] not in ("transcript", "exon", "CDS"):
                continue
            tags = dict(re.findall(r'(\w+) "?([^";]*)"?;', f[8]))
            name, key = tags.get("gene_name", tags["gene_id"]), tags["transcript_id"]
            if "MANE_Select" in f[8]:
                mane.add(key)
            if key not in transcripts:
                transcripts[key] = Gene(name, f[0], f[6])
            if f[2] == "exon":
                transcripts[key].exons.append((int(f[3]), int(f[4])))
            elif f[2] == "CDS":
                transcripts[key].coding.append((int(f[3]), int(f[4])))
    genes = {}
    for key, gene in sorted(transcripts.items()):
        if not gene.exons:
            continue
        rank = (key in mane, len(gene.exons))
        if gene.name not in genes or rank > genes[gene.name][0]:
            genes[gene.name] = (rank, gene)
    result = {name: gene for name, (_, gene) in sorted(genes.items())}
    for gene in result.values():
        gene.finish()
    return result


def add_other_exons(genes, path):
    """Exons of all transcripts: `gene chrom strand start end transcripts`, tab-separated."""
    with open(path) as lines:
        for line in lines:
            f = line.rstrip("\n").split("\t")
            if not line.startswith(("#", "gene\t")) and f[0] in genes:
                genes[f[0]].other.append((int(f[3]), int(f[4]), int(f[5])))


def read_splicing(path):
    """Junctions within KMT2A with the fragments that show them: (donor, acceptor, fragments)."""
    with open(path) as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if not line.startswith(("#", "donor\t"))]
    return [(int(r[0]), int(r[1]), int(r[4])) for r in rows]


class Reference:
    """The windows of a FASTA, and decoys."""

    def __init__(self, fasta, genes):
        self.fasta = fasta
        self.lengths = {}
        with open(fasta + ".fai") as lines:
            for line in lines:
                f = line.split("\t")
                self.lengths[f[0]] = int(f[1])
        order = {c: i for i, c in enumerate(self.lengths)}
        wanted = sorted((order[g.chrom], max(1, g.start - FLANK), g.end + FLANK, g.chrom) for g in genes.values())
        windows = []
        for _, start, end, chrom in wanted:
            end = min(end, self.lengths[chrom])
            if windows and windows[-1][0] == chrom and start - windows[-1][2] < JOIN:
                windows[-1][2] = max(end, windows[-1][2])
            else:
                windows.append([chrom, start, end])
        self.windows = [tuple(w) for w in windows]
        regions = "".join(f"{c}:{s}-{e}\n" for c, s, e in self.windows)
        text = subprocess.run(
            ["samtools", "faidx", "-r", "-", fasta], input=regions, capture_output=True, text=True, check=True
        ).stdout
        self.sequence = {}
        for record in text.split(">")[1:]:
            name, rest = record.split("\n", 1)
            chrom, start, end = window_of(name)
            self.sequence[(chrom, start, end)] = rest.replace("\n", "").upper()
        self.by_chrom = {}
        for chrom, start, end in self.windows:
            self.by_chrom.setdefault(chrom, []).append((start, end))
        self.decoys = []

    def get(self, chrom, start, end):
        for s, e in self.by_chrom.get(chrom, ()):
            if s <= start and end <= e:
                return self.sequence[(chrom, s, e)][start - s : end - s + 1]
        raise KeyError(f"{chrom}:{start}-{end} is outside every window")

    def spliced(self, gene, blocks):
        """Bases of exon blocks (in transcript order) on the transcribed strand."""
        if gene.strand == "+":
            return "".join(self.get(gene.chrom, s, e) for s, e in blocks)
        return "".join(reverse(self.get(gene.chrom, s, e)) for s, e in blocks)

    def reads_through(self, gene):
        """Whether the coding sequence is open from ATG to its only stop (a masked reference contains filler)."""
        coding = self.spliced(gene, gene.coding) if gene.coding else ""
        codons = [coding[i : i + 3] for i in range(0, len(coding) - 2, 3)]
        return len(coding) % 3 == 0 and bool(codons) and codons[0] == "ATG" and not CODONS.intersection(codons[:-1])

    def draw_decoys(self, genes, parents):
        """Processed pseudogenes (cDNA of partners, 85 to 97 % identity, poly-A tail) and diverged Alu copies,
        placed outside the windows of the reference."""
        dice = random.Random("decoys 5")
        chroms = [c for c in self.lengths if re.fullmatch(r"(chr)?(\d+|X)", c)]
        bodies = []
        for name in parents:
            gene = genes[name]
            cdna = self.spliced(gene, gene.exons)
            length = min(len(cdna), dice.choice((600, 1200, 2500)))
            # Most processed copies begin somewhere in the transcript and end at its tail; some are fragments.
            start = len(cdna) - length if dice.random() < 0.5 else dice.randrange(0, len(cdna) - length + 1)
            identity = dice.uniform(0.85, 0.97)
            copy = diverge(cdna[start : start + length], 1 - identity, dice)
            bodies.append((f"{name}P", copy + "A" * dice.randrange(8, 25)))
        for number in range(80):
            copy = diverge(ALU, dice.uniform(0.04, 0.18), dice)
            bodies.append((f"Alu{number}", copy + "A" * dice.randrange(5, 30)))
        taken = []
        for name, body in bodies:
            body = random_bases(300, dice) + (body if dice.random() < 0.5 else reverse(body)) + random_bases(300, dice)
            while True:
                chrom = dice.choice(chroms)
                start = dice.randrange(5_000_000, self.lengths[chrom] - 5_000_000)
                near = [(c, s, e) for c, s, e in self.windows + taken if c == chrom]
                if all(start + len(body) < s - 1_000_000 or start > e + 1_000_000 for _, s, e in near):
                    break
            place = (chrom, start, start + len(body) - 1)
            taken.append(place)
            self.sequence[place] = body
            self.decoys.append((name, place))

    def write_windows(self, path):
        with open(path, "w") as out:
            for chrom, start, end in self.windows + [p for _, p in self.decoys]:
                out.write(f">{chrom}:{start}-{end}\n")
                text = self.sequence[(chrom, start, end)]
                for i in range(0, len(text), 100):
                    out.write(text[i : i + 100] + "\n")

    def write_whole(self, path):
        """The reference as whole chromosomes, N outside windows and decoys, in BGZF with its indices."""
        places = sorted(self.sequence)
        with open(path, "wb") as out:
            blocks = Blocks(out)
            filler = b"N" * Blocks.SIZE
            for chrom, length in self.lengths.items():
                blocks.write(f">{chrom}\n".encode())
                at = 1
                for c, s, e in [p for p in places if p[0] == chrom] + [(chrom, length + 1, 0)]:
                    while at < s:
                        n = min(len(filler), s - at)
                        blocks.write(filler[:n])
                        at += n
                    if e:
                        blocks.write(self.sequence[(c, s, e)].encode())
                        at = e + 1
                blocks.write(b"\n")
            blocks.close()
        # One line per chromosome: faidx accepts any line length.
        subprocess.run(["samtools", "faidx", path], check=True)


class Blocks:
    """Writes BGZF (SAM specification, 4.1): gzip members of at most 64 kB that store their own size."""

    SIZE = 65280

    def __init__(self, out):
        self.out, self.buffer, self.last = out, b"", (None, None)

    def write(self, data):
        self.buffer += data
        while len(self.buffer) >= self.SIZE:
            self.block(self.buffer[: self.SIZE])
            self.buffer = self.buffer[self.SIZE :]

    def block(self, data):
        if self.last[0] != data:  # a masked chromosome repeats one block
            deflate = zlib.compressobj(1, zlib.DEFLATED, -15)
            body = deflate.compress(data) + deflate.flush()
            head = struct.pack("<4BI2BH2B2H", 31, 139, 8, 4, 0, 0, 255, 6, 66, 67, 2, len(body) + 25)
            self.last = (data, head + body + struct.pack("<2I", zlib.crc32(data), len(data)))
        self.out.write(self.last[1])

    def close(self):
        if self.buffer:
            self.block(self.buffer)
        self.block(b"")


def window_of(name):
    chrom, span = name.rsplit(":", 1)
    start, end = span.split("-")
    return chrom, int(start), int(end)


def random_bases(count, dice):
    return "".join(dice.choice("ACGT") for _ in range(count))


def diverge(sequence, rate, dice):
    """A copy with substitutions, and one indel of 1 to 5 bases per ten substitutions."""
    out = []
    skip = 0
    for base in sequence:
        if skip:
            skip -= 1
        elif dice.random() >= rate:
            out.append(base)
        elif dice.random() < 0.05:
            skip = dice.randrange(0, 5)
        elif dice.random() < 0.06:
            out.append(base + random_bases(dice.randrange(1, 6), dice))
        else:
            out.append(dice.choice("ACGT".replace(base, "")))
    return "".join(out)


class Individual:
    """Two haplotypes of the windows: about one variant in 1,000 bases, one in twelve an indel of 1 to 3 bases."""

    def __init__(self, reference, seed):
        self.reference, self.seed, self.edits, self.cache = reference, seed, {}, {}

    def edits_of(self, chrom, block):
        """Variants of a block of 10 kb: {position: (replaced bases, new bases)} for both haplotypes."""
        if (chrom, block) not in self.edits:
            dice = random.Random(f"variants {self.seed} {chrom} {block}")
            pair = ({}, {})
            at = block * 10_000 + 1 + int(dice.expovariate(0.001))
            while at < (block + 1) * 10_000 - 4:
                try:
                    base = self.reference.get(chrom, at, at)
                except KeyError:
                    base = "N"
                if base != "N":
                    if dice.random() < 1 / 12:
                        size = dice.randrange(1, 4)
                        edit = (size + 1, base) if dice.random() < 0.5 else (1, base + random_bases(size, dice))
                    else:
                        transition = {"A": "G", "G": "A", "C": "T", "T": "C"}[base]
                        edit = (1, transition if dice.random() < 0.67 else dice.choice("ACGT".replace(base, "")))
                    both = dice.random() < 1 / 3
                    one = dice.randrange(2)
                    for haplotype in (0, 1):
                        if both or haplotype == one:
                            pair[haplotype][at] = edit
                at += 1 + int(dice.expovariate(0.001))
            self.edits[(chrom, block)] = pair
        return self.edits[(chrom, block)]

    def get(self, chrom, start, end, haplotype):
        key = (chrom, start, end, haplotype)
        if key in self.cache:
            return self.cache[key]
        text = self.reference.get(chrom, start, end)
        edits = []
        for block in range((start - 1) // 10_000, (end - 1) // 10_000 + 1):
            found = self.edits_of(chrom, block)[haplotype]
            edits += [(p, r, n) for p, (r, n) in found.items() if start < p and p + r - 1 < end]
        for position, replaced, new in sorted(edits, reverse=True):
            at = position - start
            text = text[:at] + new + text[at + replaced :]
        self.cache[key] = text
        return text

    def spliced(self, gene, blocks, haplotype):
        if gene.strand == "+":
            return "".join(self.get(gene.chrom, s, e, haplotype) for s, e in blocks)
        return "".join(reverse(self.get(gene.chrom, s, e, haplotype)) for s, e in blocks)
