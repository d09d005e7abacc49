"""RNA-seq samples: what is expressed, the rearrangement's transcript, the library's artefacts, and the truth.

A sample is drawn as fragments of transcripts (or of unspliced genes) of one individual; every fragment over
a junction is written down with the bases that its reads hold on both sides. What was drawn follows
published patients and libraries (docs/accuracy.md), not the program's own assumptions.
"""

import math
import random
import subprocess

from .models import CODONS, Individual, diverge, random_bases, reverse
from .reads import Fastq, poisson

CONTROLS = ("ABL1", "GUSB", "B2M", "ACTB", "GAPDH", "HPRT1", "TBP", "BCR")
NEIGHBOURS = ("ATP5MG", "TTC36", "TMEM25", "CD3G", "CD3D", "CD3E", "PHLDB1", "TREH", "ARCN1", "JAML", "MPZL2", "MPZL3")
FAMILIES = (
    ("AFF1", "AFF3", "AFF4"),
    ("MLLT1", "MLLT3"),
    ("ABL1", "ABL2"),
    ("CREBBP", "EP300"),
    ("SEPTIN2", "SEPTIN3", "SEPTIN5", "SEPTIN6", "SEPTIN9", "SEPTIN11"),
    ("FOXO3", "FOXO4"),
    ("MLLT10", "MLLT6"),
    ("ABI1", "ABI2"),
    ("MAML1", "MAML2"),
    ("DCP1A", "DCP1B"),
    ("FLNA", "FLNC"),
    ("USP2", "USP8"),
    ("KMT2B", "KMT2C", "KMT2D"),
)
# Duplications of public patients (donor exon, acceptor base) and unusual forms: e8, e9, e10 to e2 lead; the exon
# 118447625-118447863 of intron 1; a break inside e10 to before e1 (GRCh38).
PTD = ((8, 2), (10, 2), (9, 2), (8, 3), (11, 2), (12, 3), (8, 4), (27, 7), (35, 22), (10, 6))
PTD_ALT = 118447625
HOLD = 10  # bases on both sides, beyond the ambiguity, from which a fragment holds a junction
MAJOR, MINOR = range(7, 13), range(20, 24)
THICK = 60  # wild-type molecules over every donor from which a negative must be called one

KINDS = (
    "plain", "inserted", "plain", "ptd", "inserted", "three-way", "homologous", "plain", "reciprocal", "inside",
    "inserted", "plain", "intronic", "isoforms", "ptd", "homologous", "plain", "inserted", "real", "three-way",
    "reciprocal-only", "plain", "inserted", "intergenic", "plain", "real-ptd", "homologous", "unplaced", "inserted", "real",
)
NEGATIVE_KINDS = (
    "clean", "real", "noisy", "homologues", "deep", "real", "background-ptd", "short", "duplicates", "thin",
    "other-fusion", "real", "unspliced", "read-through", "noisy", "repeat-in-exon", "circles", "clean", "pseudogenes", "real",
)
WEIGHTY = {"AFF1": 8, "MLLT3": 7, "MLLT1": 6, "MLLT10": 5, "ELL": 3, "AFDN": 3, "EPS15": 2, "USP2": 2, "SEPTIN6": 2, "MLLT6": 2, "MLLT11": 2}


class Template:
    """A transcribed sequence with the junctions in it: [(event, bases before, bases up to the right side, ambiguity left, right)]."""

    def __init__(self, text, junctions=(), donors=()):
        self.text, self.junctions, self.donors = text, list(junctions), list(donors)


def common_prefix(a, b):
    n = 0
    while n < min(len(a), len(b)) and a[n] == b[n]:
        n += 1
    return n


def common_suffix(a, b):
    return common_prefix(a[::-1], b[::-1])


class Side:
    """One side of a junction: exon blocks of a gene in transcript order, and its base at the junction."""

    def __init__(self, gene, blocks, exon, at_end):
        self.gene, self.blocks, self.exon, self.at_end = gene, blocks, exon, at_end

    def position(self, five):
        s, e = self.blocks[-1] if five else self.blocks[0]
        return (e if five else s) if self.gene.strand == "+" else (s if five else e)


def beyond(reference, gene, position, count, onwards):
    """Reference bases behind (`onwards`) or before a base, in the gene's direction."""
    forward = (gene.strand == "+") == onwards
    try:
        text = reference.get(gene.chrom, position + 1, position + count) if forward else reference.get(gene.chrom, position - count, position - 1)
    except KeyError:
        return ""
    return text if gene.strand == "+" else reverse(text)


class Junction:
    def __init__(self, world, event, kind, five, three, inserted="", label=None):
        self.event, self.kind, self.five, self.three, self.inserted = event, kind, five, three, inserted
        ref = world.reference
        left = ref.spliced(five.gene, five.blocks)[-60:]
        right = ref.spliced(three.gene, three.blocks)[:60] if isinstance(three, Side) else three[:60]
        after = [beyond(ref, five.gene, five.position(True), 60, True)]
        if five.at_end and five.exon and five.exon < len(five.gene.exons):
            after.append(ref.spliced(five.gene, [five.gene.exons[five.exon]])[:60])
        before = []
        if isinstance(three, Side):
            before.append(beyond(ref, three.gene, three.position(False), 60, False))
            if three.at_end and three.exon and three.exon > 1:
                before.append(ref.spliced(three.gene, [three.gene.exons[three.exon - 2]])[-60:])
        runs = [common_prefix(a, inserted + right) for a in after], [common_suffix(b, left + inserted) for b in before] or [0]
        self.right_ambiguity = max(0, max(runs[0]) - len(inserted))
        self.left_ambiguity = max(0, max(runs[1]) - len(inserted))
        both_ends = five.at_end and (not isinstance(three, Side) or three.at_end)
        self.tolerance = 0 if both_ends else max(runs[0][0], runs[1][0])
        self.label = label
        self.frame = world.frame(self) if isinstance(three, Side) else "."

    def row(self):
        three = self.three if isinstance(self.three, Side) else None
        return {
            "event": self.event,
            "class": self.label,
            "gene5": self.five.gene.name,
            "gene3": three.gene.name if three and not self.label.endswith("intergenic") else ".",
            "exon5": self.five.exon or ".",
            "exon3": (three.exon if three else None) or ".",
            "breakpoint5": f"{self.five.gene.chrom}:{self.five.position(True)}",
            "breakpoint3": f"{three.gene.chrom}:{three.position(False)}" if three else ".",
            "inserted": self.inserted or ".",
            "frame": self.frame,
            "tolerance": self.tolerance,
        }


class World:
    """Everything that samples share: models, reference, splicing of KMT2A, qualities, real reads."""

    def __init__(self, genes, reference, splicing, qualities, background, partners, seed):
        self.genes, self.reference, self.splicing, self.qualities = genes, reference, splicing, qualities
        self.background, self.seed = background, seed
        self.target = genes["KMT2A"]
        self.real = {name: reference.reads_through(gene) for name, gene in genes.items()}
        out = set(CONTROLS + NEIGHBOURS + ("KMT2A", "KMT2B", "KMT2C", "KMT2D"))
        usable = [n for n, g in genes.items() if n not in out and len(g.exons) > 1 and g.coding]
        self.partners = [n for n in usable if n in partners] or usable
        self.others = [n for n in usable if n not in partners] or usable

    def frame(self, junction):
        """Frame by the coding bases before the junction and the partner's own; `stop-codon` where the bases between hold one."""
        five, three = junction.five, junction.three
        before = five.gene.coding_bases(five.blocks)
        retained = three.gene.coding_bases(three.blocks)
        if not before or not retained or not three.exon or not five.exon or (not five.at_end and not inside_exons(five)) or not (self.real[five.gene.name] and self.real[three.gene.name]):
            return "."
        used = three.gene.coding_bases(three.gene.exons) - retained
        # Bases of the right side before its first coding one (5'UTR or intron).
        utr, text = 0, self.reference.spliced(three.gene, three.blocks)
        for s, e in three.blocks:
            spans = [(max(s, cs), min(e, ce)) for cs, ce in three.gene.coding if max(s, cs) <= min(e, ce)]
            if spans:
                utr += min(cs for cs, _ in spans) - s if three.gene.strand == "+" else e - max(ce for _, ce in spans)
                break
            utr += e - s + 1
        coding = self.reference.spliced(five.gene, clipped(five.gene, five.blocks))
        start = len(coding) // 3 * 3
        bridge = coding[start:] + junction.inserted + text[: utr + 3]
        if CODONS.intersection(bridge[i : i + 3] for i in range(0, len(bridge) - 2, 3)):
            return "stop-codon"
        return "in-frame" if (before + len(junction.inserted) + utr) % 3 == used % 3 else "out-of-frame"


def inside_exons(side):
    """Whether a 5' side ends in an exon."""
    at = side.position(True)
    return any(s <= at <= e for s, e in side.gene.exons)


def clipped(gene, blocks):
    """The coding parts of blocks, in their order."""
    out = []
    for s, e in blocks:
        out += [(max(s, cs), min(e, ce)) for cs, ce in gene.coding if max(s, cs) <= min(e, ce)]
    return out


class Sample:
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
            self.mean = 165.0  # about what the excerpt's pairs show
        self.deviation = self.mean * d.uniform(0.2, 0.35)
        self.tail_chance = d.choice((0.0, 0.1, 0.3, 0.6))
        self.unspliced = d.uniform(0.1, 0.2) if kind == "unspliced" else d.choice((0.01, 0.03, 0.06, 0.12, 0.2))
        self.bias = d.choice((0.0, 0.0, 0.0, 1.0)) if kind != "deep" else 0.0
        self.duplicates = d.uniform(0.3, 0.6) if kind == "duplicates" else d.choice((0.0, 0.0, 0.05, 0.2))
        self.chimeras = {"noisy": d.uniform(0.01, 0.04)}.get(kind, d.choice((0.0, 0.0005, 0.002, 0.006)))
        depth = {"deep": d.uniform(150, 250), "thin": d.uniform(5, 40)}.get(kind, d.lognormvariate(math.log(80), 0.4))
        self.depth = min(depth, 350) if not positive else min(200, d.lognormvariate(math.log(35), 0.6))
        self.fastq = Fastq(f"{folder}/{name}", self.lengths, world.qualities, d, d.random() < 0.5, d.choice("ga"))
        self.held = []  # (name, molecule, event, left and right bases of read 1, of read 2)
        self.rows, self.donors, self.molecule = [], {}, 0
        self.pools = {}

    # ---- what is expressed -------------------------------------------------------------------------------

    def haplotype(self):
        return self.dice.randrange(2)

    def isoform(self):
        """KMT2A's blocks by a walk over the junctions that real RNA shows, each by its share."""
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
        """Exon blocks of one transcript: mostly MANE's, else an exon of another transcript or one left out."""
        d = self.dice
        if gene is self.world.target:
            return self.isoform()
        blocks = list(gene.exons)
        if d.random() < 0.15 and len(blocks) > 3:
            at = d.randrange(1, len(blocks) - 1)
            others = [(s, e) for s, e, _ in gene.other if s <= blocks[at][1] and e >= blocks[at][0]]
            if others and d.random() < 0.7:
                low = min(blocks[at - 1][1], blocks[at + 1][1]) if gene.strand == "+" else min(blocks[at - 1][1], blocks[at + 1][1])
                high = max(blocks[at - 1][0], blocks[at + 1][0])
                s, e = d.choice(others)
                if low < s and e < high:
                    blocks[at] = (s, e)
            else:
                del blocks[at]
        return blocks

    def retained(self, gene, blocks):
        """Blocks with one to three introns kept."""
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
        """One of a gene's templates; a few are made and used again."""
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
            return round(room * (1 - min(1.0, self.dice.expovariate(3.0))))
        return self.dice.randrange(room + 1)

    def emit(self, template, start, end):
        """Writes a fragment (with its duplicates) and what its reads hold of the template's junctions."""
        self.molecule += 1
        copies = 1
        while self.duplicates and copies < 8 and self.dice.random() < self.duplicates:
            copies += 1
        fragment = template.text[start:end]
        for donor, at in template.donors:
            if start < at < end:
                self.donors[donor] = self.donors.get(donor, 0) + 1
        for _ in range(copies):
            name, sense = self.fastq.add(fragment)
            reads = []
            for index, length in enumerate(self.lengths):
                at_start = sense == (index == 0)
                reads.append((start, min(end, start + length)) if at_start else (max(start, end - length), end))
            for event, left, right, al, ar in template.junctions:
                if not (start < left and end > right):
                    continue
                held = []
                for a, b in reads:
                    held += [max(0, min(b, left) - a - al) if a < left else 0, max(0, b - max(a, right) - ar) if b > right else 0]
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

    def over(self, template, event, wanted):
        """Draws fragments over a junction until `wanted` of them hold it; the shorter ones come as they fall."""
        _, left, right, al, ar = next(j for j in template.junctions if j[0] == event)
        done = tries = 0
        while done < wanted and tries < 5000:
            tries += 1
            length = min(self.length_of(), len(template.text))
            start = self.dice.randrange(max(0, left - length), left)
            end = start + length
            if end > len(template.text) or end <= right:
                continue
            before = len(self.held)
            self.emit(template, start, end)
            mine = [h for h in self.held[before:] if h[2] == event]
            done += any(holds(h[3:], 3) for h in mine)
        return done

    # ---- artefacts ---------------------------------------------------------------------------------------

    def library_chimeras(self, expressed, count):
        """Random joins and template switches at shared words, some inside one gene."""
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
            if d.random() < 0.6:  # template switch: the last bases stand in both
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
        """Reads of nothing in the reference, adapter dimers among them."""
        for _ in range(count):
            self.molecule += 1
            self.fastq.add(random_bases(self.length_of() if self.dice.random() < 0.9 else 32, self.dice))

    # ---- events ------------------------------------------------------------------------------------------

    def donor(self):
        d = self.dice
        pick = d.random()
        if pick < 0.72:
            return d.choice((7, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 12))
        return d.choice((20, 21, 22, 23)) if pick < 0.86 else d.choice((2, 3, 4, 5, 6, 13, 14, 15, 16, 17, 18, 24, 26, 31, 35))

    def partner(self):
        names = self.world.partners
        if self.dice.random() < 0.05:  # a gene that no partner list names
            return self.world.genes[self.dice.choice(self.world.others)]
        if self.dice.random() < 0.35:
            known = [n for n in names if n in WEIGHTY]
            return self.world.genes[self.dice.choices(known, [WEIGHTY[n] for n in known])[0]]
        return self.world.genes[self.dice.choice(names)]

    def five(self, exon):
        gene = self.world.target
        return Side(gene, gene.exons[:exon], exon, True)

    def acceptor(self, gene, five=None, inserted=0):
        """An acceptor exon of a gene that leaves some of its coding sequence; in frame with `five` three times in four."""
        d = self.dice
        choices = [e for e in range(2, len(gene.exons) + 1) if gene.coding_bases(gene.exons[e - 1 :]) >= 60]
        choices = choices or [len(gene.exons)]
        if five and d.random() < 0.75:
            fits = []
            for exon in choices:
                side = Side(gene, gene.exons[exon - 1 :], exon, True)
                used = gene.coding_bases(gene.exons[: exon - 1])
                if used and (five.gene.coding_bases(five.blocks) + inserted) % 3 == used % 3 and gene.coding_bases([gene.exons[exon - 1]]):
                    fits.append(side)
            if fits:
                return d.choice(fits)
        exon = d.choice(choices)
        if d.random() < 0.1:  # another transcript's start of this exon
            mane = {gene.first(e) for e in range(1, len(gene.exons) + 1)}
            others = [(s, e) for s, e, n in gene.other if (s if gene.strand == "+" else e) not in mane and n > 0]
            kept = [(s, e) for s, e in others if any(s <= gene.exons[x - 1][1] and e >= gene.exons[x - 1][0] for x in choices) and e - s >= 20]
            if kept:
                s, e = d.choice(kept)
                rest = [b for b in gene.exons if (b[0] > e if gene.strand == "+" else b[1] < s)]
                if rest:
                    return Side(gene, [(s, e), *rest], None, True)
        return Side(gene, gene.exons[exon - 1 :], exon, True)

    def inserted_bases(self, five, three):
        """None to 60 bases; often the first equals the intron's first base, or the last the partner intron's last."""
        d = self.dice
        count = d.randrange(1, 25) if d.random() < 0.8 else d.randrange(25, 61)
        if d.random() < 0.3 and count > 8:  # templated from KMT2A's own intron
            start = d.randrange(self.world.target.start, self.world.target.end - count)
            bases = self.world.reference.get(self.world.target.chrom, start, start + count - 1)
        else:
            bases = random_bases(count, d)
        if d.random() < 0.4:
            first = beyond(self.world.reference, five.gene, five.position(True), 1, True)
            bases = first + bases[1:]
        if d.random() < 0.2:
            bases = bases[:-1] + beyond(self.world.reference, three.gene, three.position(False), 1, False)
        return bases

    def molecules(self):
        return self.dice.choice((1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 8, 10, 14, 20, 28, 40))

    def build(self, *pieces, junctions):
        """A template of pieces (blocks of a gene, or bases) on one haplotype; junctions between neighbours that are sides."""
        haplotype = self.haplotype()
        text, edges = "", []
        for piece in pieces:
            start = len(text)
            text += self.person.spliced(piece.gene, piece.blocks, haplotype) if isinstance(piece, Side) else piece
            edges.append((start, len(text)))
        marks = []
        for junction, (left, right) in junctions:
            marks.append((junction.event, edges[left][1], edges[right][0], junction.left_ambiguity, junction.right_ambiguity))
        if self.dice.random() < self.tail_chance:
            text += "A" * 100
        return Template(text, marks)

    def simple(self, event, five, three, inserted, wanted, label="canonical"):
        junction = Junction(self.world, event, self.kind, five, three, inserted, label)
        template = self.build(five, inserted, three, junctions=[(junction, (0, 2))])
        self.rows.append(junction.row())
        self.over(template, event, wanted)
        return junction

    def draw_event(self):
        d, world, gene = self.dice, self.world, self.world.target
        kind, wanted = self.kind.removeprefix("real-"), self.molecules()
        five = self.five(self.donor())
        touched = []
        if kind in ("plain", "real", "isoforms", "reciprocal"):
            other = self.partner()
            inserted = ""
            three = self.acceptor(other, five)
            if kind == "real" and d.random() < 0.3:
                inserted = self.inserted_bases(five, three)
            self.simple("E1", five, three, inserted, wanted)
            touched = [other]
            if kind == "isoforms":
                exon = five.exon + d.choice((-1, 1))
                self.simple("E2", self.five(max(2, exon)), three, "", self.molecules())
                if d.random() < 0.5:
                    later = self.acceptor(other, five)
                    if later.position(False) != three.position(False):
                        self.simple("E3", five, later, "", self.molecules())
            if kind == "reciprocal":
                self.reciprocal("E2", other, three.exon or 2, five.exon)
        elif kind == "inserted":
            other = self.partner()
            three = self.acceptor(other, five)
            inserted = self.inserted_bases(five, three)
            if d.random() < 0.5:
                three = self.acceptor(other, five, len(inserted))
            self.simple("E1", five, three, inserted, wanted)
            touched = [other]
        elif kind == "homologous":
            family = [n for n in d.choice(FAMILIES[:12]) if n in world.genes]
            other = world.genes[d.choice(family)]
            self.simple("E1", five, self.acceptor(other, five), "", wanted)
            touched = [world.genes[n] for n in family]
        elif kind == "reciprocal-only":
            other = self.partner()
            self.reciprocal("E1", other, d.randrange(2, len(other.exons) + 1), five.exon)
            touched = [other]
        elif kind == "three-way":
            touched = self.three_way(five, wanted)
        elif kind == "ptd":
            self.duplication(wanted)
            if d.random() < 0.15:
                other = self.partner()
                self.simple("E2", five, self.acceptor(other, five), "", self.molecules())
                touched = [other]
        elif kind == "inside":
            other = self.partner()
            three = self.acceptor(other, five)
            if d.random() < 0.7:
                five = self.inside_five(five.exon)
            if d.random() < 0.6 or five.at_end:
                three = self.inside_three(three)
            inserted = random_bases(d.randrange(1, 9), d) if d.random() < 0.3 else ""
            self.simple("E1", five, three, inserted, wanted)
            touched = [other]
        elif kind == "intronic":
            other = self.partner()
            three = self.intronic_three(other)
            if d.random() < 0.35:
                exon = five.exon
                edge = gene.last(exon)
                room = gene.first(exon + 1) - edge - 2
                five = Side(gene, [*gene.exons[: exon - 1], (gene.exons[exon - 1][0], edge + d.randrange(5, min(400, room)))], exon, False)
            self.simple("E1", five, three, "", wanted)
            touched = [other]
        elif kind == "intergenic":
            other = self.partner()
            start = other.start - d.randrange(1200, 4000)
            place = Side(other, [(start, start + 900)], None, False)
            if other.strand == "-" and d.random() < 0.5:
                start = other.end + d.randrange(300, 3500)
                place = Side(other, [(start, start + 900)], None, False)
            junction = self.simple("E1", five, place, "", wanted, "canonical-intergenic")
            self.rows[-1]["frame"] = "."
        elif kind == "unplaced":
            bases = random_bases(1000, d)
            junction = Junction(world, "E1", kind, five, bases, "", "canonical-unplaced")
            template = self.build(five, bases, junctions=[(junction, (0, 1))])
            self.rows.append(junction.row())
            self.over(template, "E1", wanted)
        return touched

    def reciprocal(self, event, other, acceptor, exon):
        """Partner 5' to KMT2A 3': the exons beside the break, at the ends."""
        last = max(1, min(acceptor - 1, len(other.exons) - 1))
        gene = self.world.target
        five = Side(other, other.exons[:last], last, True)
        first = min(exon + 1, len(gene.exons))
        three = Side(gene, gene.exons[first - 1 :], first, True)
        self.simple(event, five, three, "", self.molecules(), "reciprocal")

    def three_way(self, five, wanted):
        """KMT2A, a piece of 50 to 300 bases of a second gene, and a third."""
        d = self.dice
        middle, last = self.partner(), self.partner()
        while last is middle:
            last = self.partner()
        runs = []
        for a in range(1, len(middle.exons) - 1):
            for b in range(a + 1, min(a + 4, len(middle.exons))):
                size = sum(e - s + 1 for s, e in middle.exons[a:b])
                if 50 <= size <= 300:
                    runs.append((a, b))
        if runs and d.random() < 0.8:
            a, b = d.choice(runs)
            as_three = Side(middle, middle.exons[a:b], a + 1, True)
            as_five = Side(middle, middle.exons[a:b], b, True)
        else:
            exon = max(range(1, len(middle.exons)), key=lambda i: middle.exons[i][1] - middle.exons[i][0])
            s, e = middle.exons[exon]
            size = min(e - s, d.randrange(50, 300))
            start = d.randrange(s, e - size + 1)
            as_three = as_five = Side(middle, [(start, start + size)], exon + 1, False)
        three = self.acceptor(last, five)
        one = Junction(self.world, "E1", self.kind, five, as_three, "", "three-way")
        two = Junction(self.world, "E2", self.kind, as_five, three, "", "three-way")
        one.frame = two.frame = "."
        template = self.build(five, as_three, three, junctions=[(one, (0, 1)), (two, (1, 2))])
        self.rows += [one.row(), two.row()]
        self.over(template, "E1", wanted)
        if d.random() < 0.5:
            self.over(template, "E2", self.molecules())
        return [middle, last]

    def duplication(self, wanted):
        d, gene = self.dice, self.world.target
        pick = d.random()
        if pick < 0.7:
            donor, acceptor = d.choice(PTD[:3]) if d.random() < 0.6 else d.choice(PTD)
            five = self.five(donor)
            three = Side(gene, gene.exons[acceptor - 1 :], acceptor, True)
        elif pick < 0.85:  # the exon inside intron 1
            others = [(s, e) for s, e, _ in gene.other if s == PTD_ALT] or [(PTD_ALT, PTD_ALT + 238)]
            five = self.five(d.choice((8, 9, 10)))
            three = Side(gene, [others[0], *gene.exons[1:]], None, True)
        else:  # from inside an exon to before the first
            five = self.inside_five(d.choice((9, 10, 11)))
            start = gene.start - d.randrange(50, 200)
            three = Side(gene, [(start, gene.exons[0][1]), *gene.exons[1:]], None, False)
        self.simple("E1", five, three, "", max(wanted, 2), "ptd")

    def inside_five(self, exon):
        gene = self.world.target
        s, e = gene.exons[exon - 1]
        cut = self.dice.randrange(s + 12, e - 4) if e - s > 24 else s + 8
        return Side(gene, [*gene.exons[: exon - 1], (s, cut)], exon, False)

    def inside_three(self, side):
        s, e = side.blocks[0]
        if e - s < 30:
            return side
        if side.gene.strand == "+":
            block = (self.dice.randrange(s + 4, e - 12), e)
        else:
            block = (s, self.dice.randrange(s + 12, e - 4))
        return Side(side.gene, [block, *side.blocks[1:]], side.exon, False)

    def intronic_three(self, gene):
        """The partner from inside an intron, kept up to its next exon."""
        d = self.dice
        exon = d.randrange(2, len(gene.exons) + 1)
        (ps, pe), (s, e) = gene.exons[exon - 2], gene.exons[exon - 1]
        room = (s - pe if gene.strand == "+" else ps - e) - 20
        back = d.randrange(10, max(11, min(room, 900)))
        block = (s - back, e) if gene.strand == "+" else (s, e + back)
        return Side(gene, [block, *gene.exons[exon:]], exon, False)

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
        names = list(CONTROLS[:4]) + d.sample(world.partners, min(25, len(world.partners)))
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

    def draw_negative(self, expressed):
        d, world, gene = self.dice, self.world, self.world.target
        if self.kind == "background-ptd":
            three = Side(gene, gene.exons[1:], 2, True)
            self.simple("E1", self.five(d.choice((8, 9, 10))), three, "", 1, "background-ptd")
        elif self.kind == "circles":  # circular RNA: back-splices at many exon pairs, none of them leading
            pairs = [(x, y) for x in range(3, 30) for y in range(2, x)]
            for number in range(d.randrange(2, 6)):
                x, y = d.choice(pairs)
                self.simple(f"E{number + 1}", self.five(x), Side(gene, gene.exons[y - 1 :], y, True), "", 1, "background-ptd")
        elif self.kind == "read-through":
            if d.random() < 0.5 and "TTC36" in world.genes:
                other = world.genes["TTC36"]
                self.simple("E1", self.five(35), Side(other, other.exons[1:], 2, True), "", d.randrange(1, 8), "neighbour-read-through")
            else:
                other = world.genes["ATP5MG"]
                five = Side(other, other.exons[:-1], len(other.exons) - 1, True)
                self.simple("E1", five, Side(gene, gene.exons[1:], 2, True), "", d.randrange(1, 8), "neighbour-read-through")
        elif self.kind == "other-fusion":
            pairs = [("RUNX1", "RUNX1T1"), ("BCR", "ABL1"), ("PICALM", "MLLT10"), ("NUP98", "NSD1"), ("DEK", "NUP214"), ("ETV6", "RUNX1"), ("CBFB", "MYH11"), ("PML", "RARA")]
            a, b = (world.genes[n] for n in d.choice([p for p in pairs if p[0] in world.genes and p[1] in world.genes]))
            exon = d.randrange(1, len(a.exons))
            three = Side(b, b.exons[d.randrange(1, len(b.exons)) :], None, True)
            template = self.build(Side(a, a.exons[:exon], exon, True), three, junctions=[])
            at = sum(e - s + 1 for s, e in a.exons[:exon])
            for _ in range(d.randrange(5, 60)):
                length = self.length_of()
                start = max(0, at - d.randrange(1, length))
                self.emit(template, start, min(len(template.text), start + length))
        elif self.kind == "repeat-in-exon":  # tandem duplication of 6 to 90 bases inside one exon of KMT2A
            exon = d.choice((3, 7, 8, 9, 11, 13, 27))
            s, e = gene.exons[exon - 1]
            size = min(e - s - 10, d.randrange(6, 91))
            start = d.randrange(s + 4, e - size - 3)
            blocks = [*gene.exons[: exon - 1], (s, start + size - 1), (start, e), *gene.exons[exon:]]
            template = self.build(Side(gene, blocks, None, True), junctions=[])
            at = sum(b - a + 1 for a, b in blocks[:exon])
            for _ in range(d.randrange(4, 40)):
                length = self.length_of()
                start = max(0, at - d.randrange(1, length))
                self.emit(template, start, min(len(template.text), start + length))
        elif self.kind == "pseudogenes":  # transcribed copies of partners' cDNA
            for _, place in self.world.reference.decoys[:40]:
                text = world.reference.sequence[place]
                for _ in range(d.randrange(0, 12)):
                    length = min(self.length_of(), len(text))
                    start = d.randrange(0, len(text) - length + 1)
                    self.emit(Template(text), start, start + length)


def holds(reads, from_index=0):
    """Whether a fragment's reads (left and right of read 1, of read 2) hold a junction between them."""
    left1, right1, left2, right2 = reads
    return max(left1, left2) >= HOLD and max(right1, right2) >= HOLD


def shape(reads, present=(True, True)):
    """`split`, `spanning`, `short`, or None where the file lacks the reads that would show it."""
    left1, right1, left2, right2 = reads
    if not present[0]:
        left1 = right1 = 0
    if not present[1]:
        left2 = right2 = 0
    if (left1 >= HOLD and right1 >= HOLD) or (left2 >= HOLD and right2 >= HOLD):
        return "split"
    if max(left1, left2) >= HOLD and max(right1, right2) >= HOLD:
        return "spanning"
    return "short" if max(left1, left2) and max(right1, right2) else None


def real_reads(bam):
    """Pairs of a BAM as sequenced: [(name, [(bases, qualities), (bases, qualities)])]."""
    collate = subprocess.Popen(["samtools", "collate", "-u", "-O", bam], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    fastq = subprocess.Popen(["samtools", "fastq", "-N", "-F", "0x900", "-"], stdin=collate.stdout, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    reads = {}
    while True:
        name = fastq.stdout.readline()
        if not name:
            break
        bases, _, text = (fastq.stdout.readline().rstrip("\n") for _ in range(3))
        key, _, end = name[1:].rstrip("\n").rpartition("/")
        reads.setdefault(key, {})[end] = (bases, text)
    fastq.wait()
    collate.wait()
    return [(name, [ends["1"], ends["2"]]) for name, ends in sorted(reads.items()) if len(ends) == 2]


def samples(world, options):
    """(name, function that draws it into a folder) of every sample, positives and negatives in turn."""

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
