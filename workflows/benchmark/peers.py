"""The callers compared with breakapart: how each is found, run, and converted to a table that `evaluate` reads.

RNA: Arriba, STAR-Fusion, FusionCatcher, JAFFA. DNA: Delly, Manta, GRIDSS. Each needs its own installation and
data; a caller without them is reported as a gap, never as zero.
"""

import gzip
import os
import pathlib
import re
import shutil
import subprocess

# KMT2A, GRCh38, 1-based, with 1,000 bases on each side; forward strand (crates/core/src/catalogue/data/genes.tsv).
KMT2A = ("chr11", 118_435_492, 118_526_832)


def output(command):
    """Output of a command, both streams; it may fail."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout


def first(pattern, text):
    found = re.search(pattern, text)
    return found.group(1) if found else "version unknown"


class Peer:
    """One caller."""

    def __init__(self, name, assays, program, version, needs, command, result, convert=None):
        self.name, self.assays, self.program = name, assays, program
        self.version_of, self.needs, self.command, self.result, self.convert = version, needs, command, result, convert

    def gap(self, options):
        """Why it can't run here, or None."""
        if not shutil.which(self.program):
            return "not installed"
        lacking = [what for what, value in self.needs(options) if not value]
        return f"needs {', '.join(lacking)}" if lacking else None

    def version(self):
        return self.version_of()


def fastq(bam, folder):
    """Reads of a BAM as FASTQ, for callers that align themselves."""
    one, two = folder / "1.fastq.gz", folder / "2.fastq.gz"
    subprocess.run(
        f"samtools collate -u -O {bam} {folder}/collate | samtools fastq -n -F 0x900 -1 {one} -2 {two} -0 /dev/null -s /dev/null -",
        shell=True, check=True, stderr=subprocess.DEVNULL,
    )
    return one, two


def breakends(line):
    """(contig, position, retained side) twice, for a VCF record of two breakends; None for others."""
    fields = line.rstrip("\n").split("\t")
    chrom, position, alt = fields[0], int(fields[1]), fields[4]
    info = dict(p.split("=", 1) if "=" in p else (p, "") for p in fields[7].split(";"))
    bracket = re.search(r"([\[\]])(.+):(\d+)[\[\]]", alt)
    if bracket:
        side = "left" if not alt.startswith(("[", "]")) else "right"
        mate = "right" if bracket.group(1) == "[" else "left"
        return (chrom, position, side), (bracket.group(2), int(bracket.group(3)), mate)
    end = int(info.get("POS2") or info.get("END") or 0)
    kind = info.get("SVTYPE") or alt.strip("<>")
    sides = {"3to5": ("left", "right"), "5to3": ("right", "left"), "3to3": ("left", "left"), "5to5": ("right", "right")}.get(
        info.get("CT"), {"DEL": ("left", "right"), "DUP": ("right", "left")}.get(kind)
    )
    if not sides or not end:
        return None
    chrom2 = info.get("CHR2", chrom)
    # A deletion's END is its last lost base, its mate the next one; a duplication's POS is the base before its first.
    if sides == ("left", "right"):
        end += 1
    elif sides == ("right", "left"):
        position += 1
    return (chrom, position, sides[0]), (chrom2, end, sides[1])


def from_vcf(path, table):
    """Records at KMT2A as rows of a fusion table; these callers do not name genes other than KMT2A."""
    opener = gzip.open if str(path).endswith(".gz") else open
    rows, seen = [], set()
    with opener(path, "rt") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            pair = breakends(line)
            fields = line.split("\t")
            if not pair:
                continue
            at = [p[0] == KMT2A[0] and KMT2A[1] <= p[1] <= KMT2A[2] for p in pair]
            if not any(at):
                continue
            if pair[0][:2] == pair[1][:2] or frozenset(pair) in seen:
                continue
            seen.add(frozenset(pair))
            # KMT2A is on the forward strand: its 5' part is retained if the left side is.
            own = 0 if at[0] and (not at[1] or pair[0][2] == "left") else 1
            other = 1 - own
            five, three = (own, other) if pair[own][2] == "left" else (other, own)
            names = ["KMT2A" if at[i] else "." for i in (five, three)]
            places = [f"{pair[i][0]}:{pair[i][1]}" for i in (five, three)]
            rows.append([*names, *places, "high" if fields[6] in ("PASS", ".") else "low", "."])
    with open(table, "w") as out:
        out.write("#gene1\tgene2\tbreakpoint1\tbreakpoint2\tconfidence\treading_frame\n")
        out.writelines("\t".join(row) + "\n" for row in rows)


def conda_share(program, name):
    """A folder next to a program in a conda environment."""
    path = shutil.which(program)
    return str(pathlib.Path(path).resolve().parent.parent / name) if path else ""


PEERS = [
    Peer(
        "Arriba", ("rna",), "arriba",
        lambda: first(r"Version:\s*(\S+)", output(["arriba", "-h"])),
        lambda o: [("--reference", o.reference), ("--gtf", o.gtf)],
        lambda o, bam, d: f"arriba -x {bam} -o {d}/fusions.tsv -O {d}/discarded.tsv -a {o.fasta} -g {o.gtf} "
        + (f"-b {o.arriba_blacklist} " if o.arriba_blacklist else "-f blacklist ") + (f"-k {o.arriba_known}" if o.arriba_known else ""),
        "fusions.tsv",
    ),
    Peer(
        "STAR-Fusion", ("rna",), "STAR-Fusion",
        lambda: first(r"(\d+\.\d+\.\d+)", output(["STAR-Fusion", "--version"])),
        lambda o: [("CTAT_GENOME_LIB", os.environ.get("CTAT_GENOME_LIB"))],
        lambda o, bam, d: "STAR-Fusion --genome_lib_dir $CTAT_GENOME_LIB --left_fq {0} --right_fq {1} --CPU 2 --output_dir {2}".format(*fastq(bam, d), d),
        "star-fusion.fusion_predictions.tsv",
    ),
    Peer(
        "FusionCatcher", ("rna",), "fusioncatcher",
        lambda: first(r"(\d+\.\d+\w*)", output(["fusioncatcher", "--version"])),
        lambda o: [("FUSIONCATCHER_DATA", os.environ.get("FUSIONCATCHER_DATA"))],
        lambda o, bam, d: "fusioncatcher -d $FUSIONCATCHER_DATA -i {0},{1} -o {2} -p 2".format(*fastq(bam, d), d),
        "final-list_candidate-fusion-genes.txt",
    ),
    Peer(
        "JAFFA", ("rna",), "bpipe",
        lambda: os.environ.get("JAFFA_VERSION", "version unknown"),
        lambda o: [("JAFFA_DIR", os.environ.get("JAFFA_DIR"))],
        lambda o, bam, d: "cd {2} && bpipe run -n 2 $JAFFA_DIR/JAFFA_direct.groovy {0} {1}".format(*fastq(bam, d), d),
        "jaffa_results.csv",
    ),
    Peer(
        "Delly", ("dna",), "delly",
        lambda: first(r"Delly version: v?(\S+)", output(["delly", "--version"])),
        lambda o: [("--reference", o.reference), ("bcftools", shutil.which("bcftools"))],
        lambda o, bam, d: f"delly call -g {o.fasta} -o {d}/out.bcf {bam} && bcftools view {d}/out.bcf > {d}/out.vcf",
        "out.vcf", from_vcf,
    ),
    Peer(
        "Manta", ("dna",), "configManta.py",
        lambda: output(["configManta.py", "--version"]).strip(),
        lambda o: [("--reference", o.reference)],
        lambda o, bam, d: f"configManta.py --bam {bam} --referenceFasta {o.fasta} --exome --runDir {d}/run && {d}/run/runWorkflow.py -j 2"
        f" && cp {d}/run/results/variants/tumorSV.vcf.gz {d}/out.vcf.gz 2>/dev/null || cp {d}/run/results/variants/diploidSV.vcf.gz {d}/out.vcf.gz",
        "out.vcf.gz", from_vcf,
    ),
    Peer(
        "GRIDSS", ("dna",), "gridss",
        lambda: first(r"(\d+\.\d+\.\d+)", output(["gridss", "--version"])),
        lambda o: [("--reference", o.reference)],
        lambda o, bam, d: f"gridss -r {o.fasta} -o {d}/out.vcf -w {d} -t 2 {bam}",
        "out.vcf", from_vcf,
    ),
]
