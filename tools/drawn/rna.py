"""RNA-seq samples: expression, the rearranged transcript, library artefacts, and the truth.

A sample is simulated as fragments of transcripts (or of unspliced genes) of one individual; every fragment over
a junction is recorded with the bases that its reads have on both sides. Parameters follow published patients
and libraries (docs/accuracy.md), not the program's own assumptions.
"""

import math
import random

from .events import Events
from .junction import ERROR, Template
from .models import Individual, random_bases, reverse
from .reads import Fastq, poisson
from .world import CONTROLS, FAMILIES, KINDS, MAJOR, MINOR, NEGATIVE_KINDS, THICK


class Sample(Events):
    def __init__(self, world, name, kind, positive, folder, layout=None):
        self.world, self.name, self.kind, self.positive = world, name, kind, positive
        self.dice = random.Random(f"{world.seed} {name} {kind}")
        d = self.dice
        self.person = Individual(world.reference, f"{world.seed} {name}")
        real = kind.startswith("real")
        self.lengths = (101, 101) if real else layout or d.choice(((75, 75), (100, 100), (150, 150), (100, 100), (150, 150), (100,)))
        length = self.lengths[0]
        short = kind == "short" or (not real and d.random() < 0.15)
        self.mean = d.uniform(0.8, 1.3) * length if short else d.uniform(1.5, 2.6) * length + 40
        if real:
            self.mean = 165.0  # about as in the excerpt's pairs
        self.deviation = self.mean * d.uniform(0.2, 0.35)
        self.tail_chance = d.choice((0.0, 0.1, 0.3, 0.6))
        self.unspliced = d.uniform(0.1, 0.2) if kind == "unspliced" else d.choice((0.01, 0.03, 0.06, 0.12, 0.2))
        self.bias = d.choice((0.0, 0.0, 0.0, 1.0)) if kind != "deep" else 0.0
        self.duplicates = d.uniform(0.3, 0.6) if kind == "duplicates" else d.choice((0.0, 0.0, 0.05, 0.2))
        self.chimeras = {"noisy": d.uniform(0.01, 0.04)}.get(kind, d.choice((0.0, 0.0005, 0.002, 0.006)))
        depth = {"deep": d.uniform(150, 250), "thin": d.uniform(5, 40)}.get(kind, d.lognormvariate(math.log(80), 0.4))
        self.depth = min(depth, 350) if not positive else min(200, d.lognormvariate(math.log(28), 0.6))
        self.fastq = Fastq(f"{folder}/{name}", self.lengths, world.qualities, d, d.random() < 0.5, d.choice("ga"))
        self.held = []  # (name, molecule, event, left and right bases of read 1, of read 2)
        self.rows, self.donors, self.molecule = [], {}, 0
        self.pools = {}

    # ---- expression --------------------------------------------------------------------------------------

    def haplotype(self):
        return self.dice.randrange(2)

    def isoform(self):
        """KMT2A's blocks by a random walk over the junctions of real RNA, weighted by their share."""
        gene, d = self.world.target, self.dice
        at, blocks = gene.start, []
        while True:
            ends = sorted({j[0] for j in self.world.splicing if j[0] > at})
            if not ends:
                return blocks + [(at, gene.end)]
            near = [e for e in ends if e - ends[0] <= 30]
            weights = [sum(n for donor, _, n in self.world.splicing if donor == e) for e in near]
            end = d.choices(near, weights)[0]
            ways = [(a, n) for donor, a, n in self.world.splicing if donor == end]
            blocks.append((at, end))
            at = d.choices([a for a, _ in ways], [n for _, n in ways])[0]

    def blocks_of(self, gene):
        """Exon blocks of one transcript: mostly MANE's (KMT2A: an isoform of real RNA), else with an exon of another
        annotated transcript instead of one of its own or between two, or with one skipped."""
        d = self.dice
        blocks = self.isoform() if gene is self.world.target else list(gene.exons)
        if d.random() >= 0.15 or len(blocks) <= 3:
            return blocks
        if not gene.other or d.random() < 0.3:
            del blocks[d.randrange(1, len(blocks) - 1)]
            return blocks
        s, e, _ = d.choice(gene.other)
        kept = [x for x in blocks if x[1] < s - 20 or x[0] > e + 20]
        touched = len(blocks) - len(kept)
        if touched > 2 or e - s > 3000 or s < gene.start - 3000 or e > gene.end + 3000:
            return blocks
        return sorted([*kept, (s, e)], reverse=gene.strand == "-")

    def retained(self, gene, blocks):
        """Blocks with one to three retained introns."""
        d = self.dice
        for _ in range(d.randrange(1, 4)):
            if len(blocks) < 2:
                break
            at = d.randrange(len(blocks) - 1)
            (s1, e1), (s2, e2) = blocks[at], blocks[at + 1]
            if max(s1, s2) - min(e1, e2) < 15_000:
                blocks[at : at + 2] = [(min(s1, s2), max(e1, e2))]
        return blocks

    def template(self, gene):
        """One of a gene's templates; a few are made and reused."""
        d = self.dice
        pool = self.pools.setdefault(gene.name, [])
        size = 24 if gene is self.world.target else 4
        if len(pool) < size:
            partly = d.random() < self.unspliced
            blocks = self.blocks_of(gene)
            if partly:
                blocks = self.retained(gene, blocks)
            haplotype = self.haplotype()
            text, donors = "", []
            ends = {gene.last(e): e for e in (*MAJOR, *MINOR)} if gene is self.world.target else {}
            for block in blocks:
                text += self.person.spliced(gene, [block], haplotype)
                edge = block[1] if gene.strand == "+" else block[0]
                if edge in ends:
                    donors.append((ends[edge], len(text)))
            if d.random() < self.tail_chance:
                text += "A" * d.randrange(30, 180)
            pool.append(Template(text, (), donors))
        return d.choice(pool)

    def length_of(self):
        while True:
            n = round(self.dice.gauss(self.mean, self.deviation))
            if n >= 32:
                return n

    def start_in(self, size, length):
        room = size - length
        if room <= 0:
            return 0
        if self.bias:  # towards the 3' end
            while True:
                share = self.dice.expovariate(3.0)
                if share < 1:
                    return round(room * (1 - share))
        return self.dice.randrange(room + 1)

    def emit(self, template, start, end):
        """Writes a fragment (with its duplicates) and which of the template's junctions its reads show."""
        self.molecule += 1
        copies = 1
        while self.duplicates and copies < 8 and self.dice.random() < self.duplicates:
            copies += 1
        fragment = template.text[start:end]
        for donor, at in template.donors:
            if start < at < end:
                self.donors[donor] = self.donors.get(donor, 0) + 1
        for _ in range(copies):
            name, sense, errors = self.fastq.add(fragment)
            reads = []
            for index, length in enumerate(self.lengths):
                if sense == (index == 0):
                    reads.append((start, min(end, start + length), [start + e for e in errors[index]]))
                else:
                    reads.append((max(start, end - length), end, [end - 1 - e for e in errors[index]]))
            for event, left, right, al, ar in template.junctions:
                if start < left and end > right:
                    held = []
                    for a, b, wrong in reads:
                        held.append(max(0, min(b, left) - a - al - ERROR * sum(a <= w < left for w in wrong)))
                        held.append(max(0, b - max(a, right) - ar - ERROR * sum(right <= w < b for w in wrong)))
                    held += [0] * (4 - len(held))
                    self.held.append((name, self.molecule, event, *held))

    def express(self, gene, count):
        for _ in range(count):
            if self.dice.random() < self.unspliced / 2:
                self.gene_body(gene)
                continue
            template = self.template(gene)
            length = min(self.length_of(), len(template.text))
            start = self.start_in(len(template.text), length)
            self.emit(template, start, start + length)

    def gene_body(self, gene):
        length = self.length_of()
        start = self.dice.randrange(gene.start, max(gene.start + 1, gene.end - length))
        text = self.person.spliced(gene, [(start, min(gene.end, start + length - 1))], self.haplotype())
        if len(text) >= 30:
            self.emit(Template(text), 0, len(text))
    # ---- artefacts ---------------------------------------------------------------------------------------

    def library_chimeras(self, expressed, count):
        """Random chimeras and template switches at shared k-mers, some within one gene."""
        d = self.dice
        names = list(expressed)
        weights = [expressed[n] for n in names]
        for _ in range(count):
            a, b = (self.world.genes[n] for n in d.choices(names, weights, k=2))
            if d.random() < 0.3:
                a = self.world.target if d.random() < 0.7 else a
            first, second = self.template(a).text, self.template(b).text
            if d.random() < 0.25:
                second = reverse(second)
            cut = d.randrange(20, max(21, len(first) - 20))
            start = d.randrange(0, max(1, len(second) - 40))
            if d.random() < 0.6:  # template switch: the last bases are shared by both
                word = first[cut - d.randrange(4, 10) : cut]
                found = second.find(word, start)
                if found < 0:
                    found = second.find(word)
                if found >= 0:
                    start = found + len(word)
            joined = first[max(0, cut - 600) : cut] + second[start : start + 600]
            at = min(600, cut)
            length = min(self.length_of(), len(joined))
            begin = max(0, at - d.randrange(1, max(2, length)))
            fragment = joined[begin : begin + length]
            if len(fragment) >= 30:
                self.molecule += 1
                self.fastq.add(fragment)

    def junk(self, count):
        """Reads from outside the reference, including adapter dimers."""
        for _ in range(count):
            self.molecule += 1
            self.fastq.add(random_bases(self.length_of() if self.dice.random() < 0.9 else 32, self.dice))
    # ---- whole samples -----------------------------------------------------------------------------------

    def draw(self):
        d, world = self.dice, self.world
        touched = []
        if self.positive:
            touched = self.draw_event()
        real = self.kind.startswith("real") and world.background
        total = 0
        if real:
            share = d.choice((d.uniform(0.75, 0.85), d.uniform(0.2, 0.5))) if not self.positive else d.uniform(0.15, 0.5)
            for name, reads in world.background:
                if d.random() < share:
                    self.fastq.add_real(name, reads)
                    total += 1
            self.label = "negative" if share >= 0.75 else "negative-thin"
        else:
            total = round(self.depth * sum(e - s + 1 for s, e in world.target.exons) / self.mean)
            self.express(world.target, total)
        expressed = {"KMT2A": total / 3}
        names = list(CONTROLS[:4]) + d.sample(world.partners, min(16, len(world.partners)))
        if self.kind == "homologues" or "homologous" in self.kind:
            names += [n for f in FAMILIES for n in f]
        names += [g.name for g in touched]
        high = {g.name for g in touched}
        for name in dict.fromkeys(names):
            if name in world.genes:
                mean = 50 if name in CONTROLS else 15
                count = round(d.lognormvariate(math.log(mean * (4 if name in high or self.kind == "homologues" else 1)), 0.7))
                count = min(count, 1500)
                expressed[name] = expressed.get(name, 0) + count
                self.express(world.genes[name], count)
        if not self.positive:
            self.draw_negative(expressed)
        chimeras = poisson(self.chimeras * sum(expressed.values()), d)
        self.library_chimeras(expressed, chimeras)
        self.junk(d.choice((0, 20, 100, 300)))
        if not real:
            thick = all(self.donors.get(e, 0) >= THICK for e in (*MAJOR, *MINOR))
            self.label = "negative" if thick else "negative-thin"
        return self.fastq.write()


def samples(world, options):
    """(name, function that simulates it into a folder) of every sample, positives and negatives in turn."""

    def drawer(name, kind, positive):
        def draw(folder):
            sample = Sample(world, name, kind, positive, folder)
            fastq = sample.draw()
            return {
                "build": "GRCh38",
                "assay": "rna",
                "kind": kind,
                "lengths": sample.lengths,
                "label": sample.label,
                "rows": sample.rows,
                "held": sample.held,
                "donors": sample.donors,
                "fastq": fastq,
            }

        return draw

    def kind_of(kinds, number):
        kind = kinds[number % len(kinds)]
        return kind if world.background or not kind.startswith("real") else "plain" if kinds is KINDS else "clean"

    positive, negative = 0, 0
    while positive < options.positives or negative < options.negatives:
        if negative * options.positives >= positive * options.negatives and positive < options.positives or negative >= options.negatives:
            name, kind, positive, is_positive = f"p{positive + 1:04}", kind_of(KINDS, positive), positive + 1, True
        else:
            name, kind, negative, is_positive = f"n{negative + 1:04}", kind_of(NEGATIVE_KINDS, negative), negative + 1, False
        yield name, drawer(name, kind, is_positive)
