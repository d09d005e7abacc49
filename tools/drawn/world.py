"""Content of RNA samples: kinds, partners, paralogues, known duplications, and the data shared by all samples."""

import subprocess

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
# Duplications of public patients (donor exon, acceptor base) and unusual forms: mostly e8, e9, e10 to e2; the exon
# 118447625-118447863 of intron 1; from inside e10 to upstream of e1 (GRCh38).
PTD = ((8, 2), (10, 2), (9, 2), (8, 3), (11, 2), (12, 3), (8, 4), (27, 7), (35, 22), (10, 6))
PTD_ALT = 118447625
MAJOR, MINOR = range(7, 13), range(20, 24)
THICK = 60  # least wild-type molecules over every donor for which a negative must be called

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


class World:
    """Data shared by all samples: models, reference, splicing of KMT2A, qualities, real reads."""

    def __init__(self, genes, reference, splicing, qualities, background, partners, seed):
        self.genes, self.reference, self.splicing, self.qualities = genes, reference, splicing, qualities
        self.background, self.seed = background, seed
        self.target = genes["KMT2A"]
        self.real = {name: reference.reads_through(gene) for name, gene in genes.items()}
        out = set(CONTROLS + NEIGHBOURS + ("KMT2A", "KMT2B", "KMT2C", "KMT2D"))
        usable = [n for n, g in genes.items() if n not in out and len(g.exons) > 1 and g.coding]
        self.partners = [n for n in usable if n in partners] or usable
        self.others = [n for n in usable if n not in partners] or usable


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
