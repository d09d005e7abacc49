"""Distinguishes real sequence from the filler of a masked reference.

A masked reference has real sequence in some places and filler elsewhere: independent bases, A and T 0.29 each,
C and G 0.21 each. Filler must not be shipped as sequence of a gene, so every base is classified by the natural log of
P(base | the bases before it, real) / P(base | filler):

  * introns in blocks along the gene: a gene's introns are real or filler over thousands of bases. Copies of repeats
    within filler look real by themselves, so a run of real introns must be RUN bases long.
  * exons base by base along the spliced transcript, with a model for each codon position (a stop codon within the reading
    frame is nearly impossible in real sequence), one for untranslated bases and one for GC-rich ones, by a hidden Markov
    model that may switch between real and filler at the ends of exons and of the coding sequence, and rarely inside.

An exon inside real introns is real. Models of coding bases are trained on the genes with an open reading frame from ATG
to the stop codon; those of untranslated bases on real introns, beginning with a gene whose introns are known to be real.
"""

import collections
import itertools
import math

FILLER = {"A": 0.29, "C": 0.21, "G": 0.21, "T": 0.29}
STOPS = {"TAA", "TAG", "TGA"}
UTR = 3  # the "codon position" of an untranslated base
ORDER = {0: 5, 1: 5, 2: 5, UTR: 4}  # bases of context
BACKING = 10  # pseudocount, in observations, of the model with two bases less for rare contexts
GC_ORDER = 2
BLOCK = 100
RUN = 5_000
TRIM = 200  # trimmed from either end of a run, which is known to within a few blocks
BLOCK_SWITCH = 1e-8
BETWEEN_CODING = 0.05  # chance of a switch between real and filler from one coding exon to the next, about as observed
AT_EDGE = 0.1  # the same at other exons' ends and at the coding sequence's ends
IN_WHOLE = 1e-4  # the same inside a coding sequence that is open from ATG to stop
INSIDE = 1e-4  # the same at any base inside an exon: long exons are real in part
GC_SWITCH = 0.005
SURE = math.log(0.95 / 0.05)  # for coding exons
SURE_UNTRANSLATED = math.log(0.99 / 0.01)  # filler often begins inside an untranslated end
# Frequencies at human splice sites, exonic side (general knowledge, rounded).
ACCEPTOR = [{"A": 0.24, "C": 0.14, "G": 0.48, "T": 0.14}]
DONOR = [
    {"A": 0.33, "C": 0.36, "G": 0.19, "T": 0.12},
    {"A": 0.60, "C": 0.13, "G": 0.12, "T": 0.15},
    {"A": 0.10, "C": 0.03, "G": 0.80, "T": 0.07},
]
SHORTEST = 20


class Model:
    """Log-odds of a base given its context, real against filler."""

    def __init__(self, order):
        self.order, self.counts, self.table = order, collections.Counter(), {}

    def train(self, sequence, positions=None, wanted=None):
        for i in range(self.order, len(sequence)):
            if positions is None or positions[i] == wanted:
                self.counts[sequence[i - self.order : i + 1]] += 1

    def finish(self):
        chances = self.chances(self.order, self.counts)
        self.table = {word: math.log(chance / FILLER[word[-1]]) for word, chance in chances.items()}
        return self

    def chances(self, order, counts):
        if order < 0:
            return dict.fromkeys(("",), 0.25)
        shorter = collections.Counter()
        for word, count in counts.items():
            shorter[word[min(2, order) :]] += count
        backing = self.chances(order - 2, shorter) if order >= 2 else {}
        chances = {}
        for context in map("".join, itertools.product("ACGT", repeat=order)):
            total = sum(counts[context + base] for base in "ACGT")
            for base in "ACGT":
                word = context + base
                prior = backing.get(word[2:], 0.25) if order >= 2 else 0.25
                chances[word] = (counts[word] + BACKING * prior) / (total + BACKING)
        return chances

    def scores(self, sequence):
        get, order = self.table.get, self.order
        return [0.0] * min(order, len(sequence)) + [get(sequence[i - order : i + 1], 0.0) for i in range(order, len(sequence))]


def codon_positions(exons, coding):
    """Codon position (0, 1, 2) or UTR of every exon base, in transcript order. `exons`: [(start, end)] in transcript order,
    `coding`: (start, end), both 1-based inclusive."""
    forward = len(exons) < 2 or exons[0] < exons[1]
    result, used = [], 0
    for start, end in exons:
        places = range(start, end + 1) if forward else range(end, start - 1, -1)
        positions = []
        for place in places:
            inside = coding[0] <= place <= coding[1]
            positions.append(used % 3 if inside else UTR)
            used += inside
        result.append(positions)
    return result


def reads_through(sequences, positions):
    """Whether the coding sequence runs from ATG to one stop at its end."""
    coding = "".join(b for s, p in zip(sequences, positions) for b, q in zip(s, p) if q != UTR)
    codons = [coding[i : i + 3] for i in range(0, len(coding), 3)]
    return codons[0] == "ATG" and codons[-1] in STOPS and not STOPS.intersection(codons[:-1])


def add(a, b):
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))


def posterior(scores, switch):
    """Posterior log-odds of the first of two states, from log-odds per step and the chance of a switch before each step."""
    forward, backward = [], [0.0]
    odds = 0.0
    for score, chance in zip(scores, switch):
        odds = add(odds + math.log(1 - chance), math.log(chance)) - add(odds + math.log(chance), math.log(1 - chance)) + score
        forward.append(odds)
    for score, chance in zip(scores[:0:-1], switch[:0:-1]):
        odds = backward[-1] + score
        backward.append(add(odds + math.log(1 - chance), math.log(chance)) - add(odds + math.log(chance), math.log(1 - chance)))
    return [a + b for a, b in zip(forward, reversed(backward))]


def intron_runs(start, sequence, exons, model):
    """Intervals (1-based inclusive) of real introns with the exons between them."""
    scores = model.scores(sequence)
    for first, last in exons:
        for i in range(max(0, first - start), min(len(scores), last + 1 - start)):
            scores[i] = 0.0
    blocks = []
    for i in range(0, len(sequence), BLOCK):
        unknown = sequence.count("N", i, i + BLOCK)
        blocks.append(-50.0 * unknown if unknown else sum(scores[i : i + BLOCK]))
    odds = posterior(blocks, [BLOCK_SWITCH] * len(blocks))
    runs = []
    for real, group in itertools.groupby(range(len(blocks)), key=lambda i: odds[i] > SURE):
        group = list(group)
        if real and len(group) * BLOCK >= RUN:
            runs.append((start + group[0] * BLOCK + TRIM, min(start + (group[-1] + 1) * BLOCK, start + len(sequence)) - 1 - TRIM))
    return runs


def gc_scores(sequence, at_rich, gc_rich):
    """Log-odds of untranslated bases with one of two compositions, summed over all switches between them."""
    a, b = at_rich.scores(sequence), gc_rich.scores(sequence)
    stay, change = math.log(1 - GC_SWITCH), math.log(GC_SWITCH)
    x, y, before, result = math.log(0.7), math.log(0.3), 0.0, []
    for i in range(len(sequence)):
        x, y = add(x + stay, y + change) + a[i], add(y + stay, x + change) + b[i]
        total = add(x, y)
        result.append(total - before)
        before = total
    return result


def exon_odds(sequences, positions, models, is_whole):
    """Posterior log-odds of every base, exon by exon."""
    scores, switch = [], []
    for number, (sequence, position) in enumerate(zip(sequences, positions)):
        by_codon = [models[p].scores(sequence) for p in range(3)]
        untranslated = gc_scores(sequence, models[UTR], models["gc"])
        own = [untranslated[i] if p == UTR else by_codon[p][i] for i, p in enumerate(position)]
        edges = [] if number == 0 else list(zip([0], sequence[:1], ACCEPTOR))
        if number + 1 < len(sequences) and len(sequence) >= len(DONOR):
            edges += zip(range(len(sequence) - len(DONOR), len(sequence)), sequence[-len(DONOR) :], DONOR)
        for i, base, frequency in edges:
            own[i] = math.log(frequency.get(base, 0.25) / FILLER.get(base, 0.25))
        scores += own
        for i, p in enumerate(position):
            before = position[i - 1] if i else positions[number - 1][-1] if number else UTR
            if p != UTR and before != UTR:
                switch.append(IN_WHOLE * INSIDE if i and is_whole else INSIDE if i else IN_WHOLE if is_whole else BETWEEN_CODING)
            else:
                switch.append(AT_EDGE if i == 0 or p != before else INSIDE)
    odds, at, result = posterior(scores, switch), 0, []
    for sequence in sequences:
        result.append(odds[at : at + len(sequence)])
        at += len(sequence)
    return result
