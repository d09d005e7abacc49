"""Capture panels and genomes: breakpoints in KMT2A's introns, both derivatives, with microhomology or inserted bases, inside
and outside repeats; the truth counts what the reads show."""

import math
import random

from .models import ALU, random_bases, reverse
from .reads import poisson
from .junction import Junction, Side, Template, beyond, common_prefix
from .rna import Sample

KINDS = (
    "translocation", "inserted", "homology", "repeat", "translocation", "ptd", "canonical-only", "inserted", "gap", "homology",
    "repeat", "minor", "intergenic", "reciprocal-only", "translocation", "templated",
)
NEGATIVE_KINDS = ("panel", "chimeras", "genome", "panel", "short", "thin")
# Introns of the major and the minor region, by the exon before them (MANE).
MAJOR_INTRONS, MINOR_INTRONS = (7, 8, 8, 8, 9, 10, 10, 10, 11, 11, 12), (20, 21, 22, 23)
PIECE = 1500  # bases of each derivative on either side of the breakpoint


class Panel(Sample):
    def __init__(self, world, name, kind, positive, folder):
        super().__init__(world, name, kind, positive, folder, layout=random.Random(f"{world.seed} {name}").choice(((100, 100), (150, 150), (150, 150), (75, 75))))
        d = self.dice
        self.genome = kind == "genome" or (positive and d.random() < 0.25)
        self.mean = d.uniform(0.9, 1.3) * self.lengths[0] if kind == "short" else d.uniform(180, 380)
        self.deviation = self.mean * 0.25
        self.unspliced, self.bias, self.tail_chance = 0.0, 0.0, 0.0
        self.depth = d.uniform(8, 25) if kind == "thin" else d.uniform(30, 60) if self.genome else d.lognormvariate(math.log(220), 0.5)
        self.depth = min(self.depth, 600)
        self.chimeras = d.uniform(0.002, 0.01) if kind == "chimeras" else d.choice((0.0, 0.0005, 0.002))
        self.fastq.stranded = False

    def intron(self, exon):
        """First and last base of the intron after an exon of KMT2A."""
        gene = self.world.target
        return gene.last(exon) + 1, gene.first(exon + 1) - 1

    def target_break(self):
        d = self.dice
        exon = d.choice(MINOR_INTRONS if self.kind == "minor" else MAJOR_INTRONS)
        first, last = self.intron(exon)
        return d.randrange(first + 10, last - 10)

    def partner_break(self, gene):
        """An intronic base of a partner; for `repeat`, inside an Alu copy."""
        d = self.dice
        places = []
        for (s1, e1), (s2, e2) in zip(gene.exons, gene.exons[1:]):
            low, high = min(e1, e2) + 30, max(s1, s2) - 30
            if high - low > 60:
                places.append((low, high))
        if not places:
            return None
        if self.kind == "repeat":
            found = []
            words = [w for i in range(40, 240, 4) for w in (ALU[i : i + 14], reverse(ALU[i : i + 14]))]
            for low, high in places:
                text = self.world.reference.get(gene.chrom, low, high)
                found += [low + at for at in (text.find(w) for w in words) if at >= 0]
            if found:
                return d.choice(found)
        low, high = d.choices(places, [b - a for a, b in places])[0]
        return d.randrange(low, high)

    def side(self, gene, position, onwards):
        """The derivative's segment of a gene: up to a base (5') or from it (3'), in the gene's orientation."""
        forward = (gene.strand == "+") == onwards
        window = next((s, e) for s, e in self.world.reference.by_chrom[gene.chrom] if s <= position <= e)
        block = (position, min(window[1], position + PIECE)) if forward else (max(window[0], position - PIECE), position)
        return Side(gene, [block], None, False)

    def with_homology(self, five, gene, position):
        """The nearest base of the partner at which 2 to 6 bases continue KMT2A's own."""
        wanted = self.dice.randrange(2, 7)
        after = beyond(self.world.reference, five.gene, five.position(True), 8, True)
        for step in range(4000):
            at = position + (step if step % 2 else -step)
            try:
                if common_prefix(after, self.world.reference.spliced(gene, self.side(gene, at, True).blocks)[:8]) == wanted:
                    return at
            except (KeyError, StopIteration):
                continue
        return position

    def join(self, event, five, three, inserted, wanted, label):
        junction = Junction(self.world, event, self.kind, five, three, inserted, label)
        template = self.build(five, inserted, three, junctions=[(junction, (0, 2))])
        row = junction.row()
        row.update(frame=".", tolerance=max(2, junction.tolerance), allele_fraction=round(self.fraction, 3))
        self.rows.append(row)
        self.over(template, event, wanted)

    def draw_event(self):
        d, gene = self.dice, self.world.target
        at = self.target_break()
        five = self.side(gene, at, False)
        self.fraction = d.choice((0.02, 0.05, 0.1, 0.2, 0.35, 0.5))
        wanted = max(1, poisson(self.depth * self.fraction * 0.6, d))
        inserted = random_bases(d.randrange(1, 21), d) if self.kind == "inserted" else ""
        if self.kind == "templated":
            start = at - d.randrange(60, 900)
            inserted = self.world.reference.get(gene.chrom, start, start + d.randrange(20, 70))
        if self.kind == "ptd":
            first, last = self.intron(1)
            back = d.randrange(first + 100, last - 100)
            self.join("E1", five, self.side(gene, back, True), inserted, wanted, "ptd")
            return
        place, other = None, None
        while place is None:
            other = self.partner()
            place = other.start - d.randrange(800, 4000) if self.kind == "intergenic" else self.partner_break(other)
        if self.kind == "homology":
            place = self.with_homology(five, other, place)
        three = self.side(other, place, True)
        label = "canonical-intergenic" if self.kind == "intergenic" else "canonical"
        if self.kind != "reciprocal-only":
            self.join("E1", five, three, inserted, wanted, label)
        if self.kind in ("canonical-only", "intergenic"):
            return
        # The other derivative: some bases lost or duplicated at both breakpoints.
        lost = d.randrange(-15, 16) if self.kind != "gap" else d.randrange(60, 900)
        step = 1 if other.strand == "+" else -1
        upstream = self.side(other, place - step * (1 + d.randrange(0, 12)), False)
        downstream = self.side(gene, at + 1 + lost, True)
        self.join("E2", upstream, downstream, "", max(1, poisson(wanted * d.uniform(0.6, 1.1), d)), "reciprocal")

    def cover(self, start, end, depth):
        """Fragments over a region of the target or a control at an even depth."""
        gene = self.world.target
        for _ in range(round(depth * (end - start) / min(self.mean, 2 * self.lengths[0]))):
            length = self.length_of()
            at = self.dice.randrange(start - length + 1, end)
            text = self.person.get(self.chrom, at, at + length - 1, self.haplotype())
            self.molecule += 1
            copies = 1
            while copies < 6 and self.dice.random() < self.duplicates:
                copies += 1
            for _ in range(copies):
                self.fastq.add(text)

    def draw(self):
        d, world, gene = self.dice, self.world, self.world.target
        if self.positive:
            self.draw_event()
        self.chrom = gene.chrom
        if self.genome:
            self.cover(gene.start, gene.end, self.depth)
        else:
            self.cover(gene.first(7), gene.last(13), self.depth)
            self.cover(gene.first(20), gene.last(24), self.depth)
        for name in ("ABL1", "FLT3", "NPM1"):
            if name in world.genes:
                control = world.genes[name]
                self.chrom = control.chrom
                for s, e in control.exons[2:6]:
                    self.cover(s - 50, e + 50, self.depth)
        self.library_chimeras({"KMT2A": 10, "ABL1": 2, "FLT3": 2, "NPM1": 2}, poisson(self.chimeras * self.molecule, d))
        self.label = "negative" if self.depth >= 100 else "negative-thin"
        return self.fastq.write()

    def template(self, gene):
        """A genomic segment, for library chimeras."""
        start = self.dice.randrange(gene.start, gene.end - 800)
        if gene is self.world.target and not self.genome:
            start = self.dice.randrange(gene.first(7), gene.last(13))
        return Template(self.person.get(gene.chrom, start, start + 700, self.haplotype()))


def samples(world, options):
    def drawer(name, kind, positive):
        def draw(folder):
            sample = Panel(world, name, kind, positive, folder)
            fastq = sample.draw()
            return {
                "build": "GRCh38", "assay": "dna", "kind": kind, "lengths": sample.lengths, "label": sample.label,
                "rows": sample.rows, "held": sample.held, "fastq": fastq, "mark": sample.molecule % 3 != 0,
            }  # fmt: skip

        return draw

    for number in range(options.positives):
        yield f"d{number + 1:04}", drawer(f"d{number + 1:04}", KINDS[number % len(KINDS)], True)
    for number in range(options.negatives):
        yield f"e{number + 1:04}", drawer(f"e{number + 1:04}", NEGATIVE_KINDS[number % len(NEGATIVE_KINDS)], False)
