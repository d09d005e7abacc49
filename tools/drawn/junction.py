"""Junctions between transcripts: their sides, ambiguity and frame, and how a fragment's reads show them."""

from .models import CODONS, reverse

HOLD = 10  # least bases on both sides, beyond the ambiguity, for a fragment to show a junction
ERROR = 3  # bases that one sequencing error costs a side: itself and two more that become doubtful


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
    """Reference bases after (`onwards`) or before a base, in the gene's orientation."""
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
        self.frame = frame(world, self) if isinstance(three, Side) else "."

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

def inside_exons(side):
    """Whether a 5' side ends in an exon."""
    at = side.position(True)
    return any(s <= at <= e for s, e in side.gene.exons)


def clipped(gene, blocks):
    """The coding parts of blocks, in order."""
    out = []
    for s, e in blocks:
        out += [(max(s, cs), min(e, ce)) for cs, ce in gene.coding if max(s, cs) <= min(e, ce)]
    return out

def holds(reads, from_index=0):
    """Whether a fragment's reads (left and right of read 1, of read 2) show a junction together."""
    left1, right1, left2, right2 = reads
    return max(left1, left2) >= HOLD and max(right1, right2) >= HOLD


def shape(reads, present=(True, True)):
    """`split`, `spanning`, `short`, or None if the file lacks the reads that would show it."""
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


def frame(world, junction):
    """Frame by the coding bases before the junction and the partner's own; `stop-codon` if the bases between contain one."""
    five, three = junction.five, junction.three
    before = five.gene.coding_bases(five.blocks)
    retained = three.gene.coding_bases(three.blocks)
    if not before or not retained or not three.exon or not five.exon or (not five.at_end and not inside_exons(five)) or not (world.real[five.gene.name] and world.real[three.gene.name]):
        return "."
    used = three.gene.coding_bases(three.gene.exons) - retained
    # Bases of the right side before its first coding one (5'UTR or intron).
    utr, text = 0, world.reference.spliced(three.gene, three.blocks)
    for s, e in three.blocks:
        spans = [(max(s, cs), min(e, ce)) for cs, ce in three.gene.coding if max(s, cs) <= min(e, ce)]
        if spans:
            utr += min(cs for cs, _ in spans) - s if three.gene.strand == "+" else e - max(ce for _, ce in spans)
            break
        utr += e - s + 1
    coding = world.reference.spliced(five.gene, clipped(five.gene, five.blocks))
    start = len(coding) // 3 * 3
    bridge = coding[start:] + junction.inserted + text[: utr + 3]
    if CODONS.intersection(bridge[i : i + 3] for i in range(0, len(bridge) - 2, 3)):
        return "stop-codon"
    return "in-frame" if (before + len(junction.inserted) + utr) % 3 == used % 3 else "out-of-frame"
