"""Tells real exon sequence from the random filler of a masked reference.

The reference that the exon ends are read from is N between genes and holds filler (independent bases,
A and T 0.29 each, C and G 0.21 each) wherever real sequence was not at hand, exons not excepted: of
the 212 genes, 102 read from ATG to their only stop, and many others lose their frame in some exons.
Filler must not be shipped as sequence of a gene, so each exon is judged:

  log-odds of the exon's bases (order-2 model of the base's codon position, or of UTR, trained on the
  genes whose whole CDS reads) and of its splice edges, against independent filler bases;
  smoothed along the gene by a two-state chain, since filler comes in runs.

`log_odds` gives the natural log of P(real)/P(filler) of every exon.
"""

import collections
import itertools
import math

FILLER = {"A": 0.29, "C": 0.21, "G": 0.21, "T": 0.29}
STOPS = {"TAA", "TAG", "TGA"}
UTR = 3  # the "codon position" of an untranslated base
STAY = 0.85  # chance that the next exon is of the same kind as this one
FIRST = 0.6  # chance that a first exon is real
CAP = 60.0  # one exon's evidence, so that a long exon cannot outvote a contradiction beside it

# Base frequencies at human splice sites, exonic side (general knowledge, rounded).
ACCEPTOR = [{"A": 0.24, "C": 0.14, "G": 0.48, "T": 0.14}]
DONOR = [
    {"A": 0.33, "C": 0.36, "G": 0.19, "T": 0.12},
    {"A": 0.60, "C": 0.13, "G": 0.12, "T": 0.15},
    {"A": 0.10, "C": 0.03, "G": 0.80, "T": 0.07},
]


def codon_positions(exons, lengths):
    """For every exon its bases' codon positions (0, 1, 2) or UTR; exons in transcript order."""
    result, used = [], 0
    for exon, length in zip(exons, lengths):
        if exon["cds_start"] == ".":
            result.append([UTR] * length)
            continue
        first, last = int(exon["cds_start"]), int(exon["cds_end"])
        skip = first - int(exon["start"]) if exon["strand"] == "+" else int(exon["end"]) - last
        coding = [(used + i) % 3 for i in range(last - first + 1)]
        used += len(coding)
        result.append([UTR] * skip + coding + [UTR] * (length - skip - len(coding)))
    return result


def reads_through(sequences, positions):
    """Whether the CDS runs from ATG to one stop at its end."""
    coding = "".join(b for s, p in zip(sequences, positions) for b, q in zip(s, p) if q != UTR)
    codons = [coding[i : i + 3] for i in range(0, len(coding), 3)]
    return codons[0] == "ATG" and codons[-1] in STOPS and not STOPS.intersection(codons[:-1])


def train(genes):
    counts = [collections.Counter() for _ in range(4)]
    for sequences, positions in genes:
        for sequence, position in zip(sequences, positions):
            for i in range(2, len(sequence)):
                counts[position[i]][sequence[i - 2 : i + 1]] += 1
    tables = []
    for count in counts:
        table = {}
        for context in map("".join, itertools.product("ACGT", repeat=2)):
            total = sum(count[context + base] + 1 for base in "ACGT")
            for base in "ACGT":
                table[context + base] = math.log((count[context + base] + 1) / total / FILLER[base])
        tables.append(table)
    return tables


def exon_score(tables, sequence, position, is_first, is_last):
    score = sum(tables[position[i]].get(sequence[i - 2 : i + 1], 0.0) for i in range(2, len(sequence)))
    edges = [] if is_first else list(zip(sequence[:1], ACCEPTOR))
    if not is_last and len(sequence) >= 3:
        edges += zip(sequence[-3:], DONOR)
    score += sum(math.log(frequency.get(base, 0.25) / FILLER.get(base, 0.25)) for base, frequency in edges)
    return max(-CAP, min(CAP, score))


def smooth(scores):
    """Posterior log-odds of a two-state chain (forward-backward)."""
    stay, switch = math.log(STAY), math.log(1 - STAY)

    def add(a, b):
        return max(a, b) + math.log1p(math.exp(-abs(a - b)))

    forward = [(scores[0] + math.log(FIRST), math.log(1 - FIRST))]
    for score in scores[1:]:
        real, filler = forward[-1]
        forward.append((add(real + stay, filler + switch) + score, add(real + switch, filler + stay)))
    backward = [(0.0, 0.0)]
    for score in reversed(scores[1:]):
        real, filler = backward[0]
        backward.insert(0, (add(stay + score + real, switch + filler), add(switch + score + real, stay + filler)))
    return [f[0] + b[0] - f[1] - b[1] for f, b in zip(forward, backward)]


def log_odds(exons, bases):
    """{(gene, exon number): log-odds} and the genes whose whole CDS reads."""
    genes = {}
    for gene, rows in exons.items():
        sequences = [bases[gene, int(row["exon"])] for row in rows]
        genes[gene] = sequences, codon_positions(rows, map(len, sequences))
    whole = {gene for gene, model in genes.items() if reads_through(*model)}
    tables = train(genes[gene] for gene in sorted(whole))
    result = {}
    for gene, (sequences, positions) in genes.items():
        last = len(sequences) - 1
        scores = [exon_score(tables, s, p, i == 0, i == last) for i, (s, p) in enumerate(zip(sequences, positions))]
        for number, odds in enumerate(smooth(scores), 1):
            result[gene, number] = odds
    return result, whole
