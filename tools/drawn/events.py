"""The events of RNA samples: which exons are joined, the bases between them, how many molecules show the junction."""

from .junction import Junction, Side, Template, beyond, holds
from .models import random_bases
from .world import FAMILIES, PTD, PTD_ALT, WEIGHTY


class Events:
    """Simulation of events; a mixin of Sample, which has the random generator, the world and the library."""

    def over(self, template, event, wanted):
        """Simulates fragments over a junction until `wanted` of them show it; those with short anchors come in addition."""
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

    def donor(self):
        d = self.dice
        pick = d.random()
        if pick < 0.72:
            return d.choice((7, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 12))
        return d.choice((20, 21, 22, 23)) if pick < 0.86 else d.choice((2, 3, 4, 5, 6, 13, 14, 15, 16, 17, 18, 24, 26, 31, 35))

    def partner(self):
        names = self.world.partners
        if self.dice.random() < 0.05:  # a gene outside all partner lists
            return self.world.genes[self.dice.choice(self.world.others)]
        if self.dice.random() < 0.35:
            known = [n for n in names if n in WEIGHTY]
            return self.world.genes[self.dice.choices(known, [WEIGHTY[n] for n in known])[0]]
        return self.world.genes[self.dice.choice(names)]

    def five(self, exon):
        gene = self.world.target
        return Side(gene, gene.exons[:exon], exon, True)

    def acceptor(self, gene, five=None, inserted=0):
        """An acceptor exon that retains some of the gene's coding sequence; in frame with `five` three times in four."""
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
        """A template of segments (blocks of a gene, or bases) on one haplotype; junctions between neighbours that are sides."""
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
        """Partner 5' to KMT2A 3': the exons flanking the breakpoint, at their ends."""
        last = max(1, min(acceptor - 1, len(other.exons) - 1))
        gene = self.world.target
        five = Side(other, other.exons[:last], last, True)
        first = min(exon + 1, len(gene.exons))
        three = Side(gene, gene.exons[first - 1 :], first, True)
        self.simple(event, five, three, "", self.molecules(), "reciprocal")

    def three_way(self, five, wanted):
        """KMT2A, a segment of 50 to 300 bases of a second gene, and a third gene."""
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
        else:  # from inside an exon to upstream of the first
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
        """The partner from inside an intron, retained up to its next exon."""
        d = self.dice
        exon = d.randrange(2, len(gene.exons) + 1)
        (ps, pe), (s, e) = gene.exons[exon - 2], gene.exons[exon - 1]
        room = (s - pe if gene.strand == "+" else ps - e) - 20
        back = d.randrange(10, max(11, min(room, 900)))
        block = (s - back, e) if gene.strand == "+" else (s, e + back)
        return Side(gene, [block, *gene.exons[exon:]], exon, False)

    def draw_negative(self, expressed):
        d, world, gene = self.dice, self.world, self.world.target
        if self.kind == "background-ptd":
            three = Side(gene, gene.exons[1:], 2, True)
            self.simple("E1", self.five(d.choice((8, 9, 10))), three, "", 1, "background-ptd")
        elif self.kind == "circles":  # circular RNA: back-splices at many exon pairs, none dominant
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
