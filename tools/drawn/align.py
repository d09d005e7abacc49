"""Real aligners on the gene windows, lifted to whole chromosomes; which true events the file still shows."""

import os
import shutil
import subprocess

import lift_windows
from .junction import shape

ARRIBA = (
    "--outFilterMultimapNmax 50 --peOverlapNbasesMin 10 --alignSplicedMateMapLminOverLmate 0.5 --alignSJstitchMismatchNmax 5 -1 5 5 "
    "--chimSegmentMin 10 --chimJunctionOverhangMin 10 --chimScoreDropMax 30 --chimScoreJunctionNonGTAG 0 --chimScoreSeparation 1 "
    "--chimSegmentReadGapMax 3 --chimMultimapNmax 50 --chimOutType WithinBAM "
)
STAR_FUSION = (
    "--outReadsUnmapped None --chimSegmentMin 12 --chimJunctionOverhangMin 8 --chimOutJunctionFormat 1 --alignSJDBoverhangMin 10 "
    "--alignSJstitchMismatchNmax 5 -1 5 5 --chimMultimapScoreRange 3 --chimScoreJunctionNonGTAG -4 --chimMultimapNmax 20 "
    "--chimNonchimScoreDropMin 10 --peOverlapNbasesMin 12 --peOverlapMMp 0.1 --alignInsertionFlush Right "
    "--alignSplicedMateMapLminOverLmate 0 --alignSplicedMateMapLmin 30 --chimOutType Junctions"
)
# Name of the convention: (program, its settings). STAR's are those of Arriba's and STAR-Fusion's manuals.
RNA = {
    "star_arriba": ("STAR", "--outSAMunmapped Within " + ARRIBA + "SoftClip"),
    "star_sf": ("STAR", "--outSAMunmapped Within " + STAR_FUSION),
    "hisat2": ("hisat2", ""),
    "star_default": ("STAR", "--outSAMunmapped Within"),
    "bwa": ("bwa", ""),
    "mm2_sr": ("minimap2", "-ax sr"),
    "star_arriba_drop": ("STAR", ARRIBA + "HardClip"),
    "star_drop": ("STAR", ""),
    "mm2_splice": ("minimap2", "-ax splice:sr"),
}
DNA = {"bwa": ("bwa", ""), "bwa_y": ("bwa", "-Y"), "mm2_sr": ("minimap2", "-ax sr")}


def run(command, **more):
    return subprocess.run(command, check=True, **more)


def missing(names):
    """Conventions whose program is not installed."""
    table = {**RNA, **DNA}
    return {n: table[n][0] for n in names if not shutil.which(table[n][0])}


class Index:
    """Indices of the windows, built once."""

    def __init__(self, folder, reference, genes, threads):
        self.folder, self.reference, self.threads = folder, reference, threads
        os.makedirs(folder, exist_ok=True)
        self.fasta = f"{folder}/windows.fa"
        if not os.path.exists(self.fasta):
            reference.write_windows(self.fasta + ".part")
            self.write_models(genes, f"{folder}/windows.gtf")
            os.rename(self.fasta + ".part", self.fasta)

    def write_models(self, genes, path):
        """Gene models in window coordinates, for splice-aware aligners."""
        with open(path, "w") as out:
            for gene in genes.values():
                window = next(w for w in self.reference.windows if w[0] == gene.chrom and w[1] <= gene.start and gene.end <= w[2])
                for number, (s, e) in enumerate(gene.exons, 1):
                    tags = f'gene_id "{gene.name}"; transcript_id "{gene.name}.1"; exon_number "{number}";'
                    s, e = s - window[1] + 1, e - window[1] + 1
                    out.write(f"{gene.chrom}:{window[1]}-{window[2]}\tmodel\texon\t{s}\t{e}\t.\t{gene.strand}\t.\t{tags}\n")

    def made(self, name, make):
        """Builds an index atomically."""
        place = f"{self.folder}/{name}"
        if not os.path.exists(place + ".done"):
            make(place)
            open(place + ".done", "w").close()
        return place

    def star(self):
        def make(place):
            os.makedirs(place, exist_ok=True)
            run(
                f"STAR --runMode genomeGenerate --genomeDir {place} --genomeFastaFiles {self.fasta} --genomeSAindexNbases 11 --genomeChrBinNbits 14 "
                f"--sjdbGTFfile {self.folder}/windows.gtf --sjdbOverhang 100 --runThreadN {self.threads} --outFileNamePrefix {place}/".split(),
                stdout=subprocess.DEVNULL,
            )

        return self.made("star", make)

    def release(self):
        """Removes STAR's genome from shared memory."""
        if os.path.exists(f"{self.folder}/star.done"):
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            subprocess.run(["STAR", "--genomeLoad", "Remove", "--genomeDir", f"{self.folder}/star", "--outFileNamePrefix", f"{self.folder}/star/remove."], **quiet)

    def hisat2(self):
        return self.made("hisat2", lambda place: run(["hisat2-build", "-q", "-p", str(self.threads), self.fasta, place], stdout=subprocess.DEVNULL))

    def bwa(self):
        return self.made("bwa", lambda place: run(["bwa", "index", "-p", place, self.fasta], stderr=subprocess.DEVNULL))


    def minimap2(self, preset):
        return self.made(f"{preset.replace(':', '_')}.mmi", lambda place: run(["minimap2", "-x", preset, "-d", place, self.fasta], stderr=subprocess.DEVNULL))


def align(index, convention, table, sample, fastq, folder):
    """Aligns one sample in a folder. Returns (the alignment as SAM or BAM, Chimeric.out.junction or None)."""
    program, settings = table[convention]
    threads = str(index.threads)
    group = f"@RG\\tID:{sample}\\tSM:{sample}\\tPL:ILLUMINA"
    if program == "STAR":
        here = f"{folder}/star."
        command = ["STAR", "--genomeLoad", "LoadAndKeep", "--genomeDir", index.star(), "--readFilesIn", *fastq, "--readFilesCommand", "zcat", "--runThreadN", threads]
        command += ["--outFileNamePrefix", here, "--outSAMtype", "BAM", "Unsorted", "--outSAMattributes", "NH", "HI", "AS", "nM", "NM", "MD"]
        command += ["--outSAMattrRGline", f"ID:{sample}", f"SM:{sample}", "PL:ILLUMINA", *settings.split()]
        run(command, stdout=subprocess.DEVNULL)
        chimeric = f"{here}Chimeric.out.junction"
        return f"{here}Aligned.out.bam", chimeric if os.path.exists(chimeric) else None
    if program == "hisat2":
        reads = ["-1", fastq[0], "-2", fastq[1]] if len(fastq) == 2 else ["-U", fastq[0]]
        command = ["hisat2", "-p", threads, "-x", index.hisat2(), "--rg-id", sample, "--rg", f"SM:{sample}", *settings.split(), *reads]
    elif program == "bwa":
        command = ["bwa", "mem", "-t", threads, *settings.split(), "-R", group, index.bwa(), *fastq]
    else:
        command = ["minimap2", *settings.split(), "-t", threads, "-R", group, index.minimap2(settings.split()[1]), *fastq]
    with open(f"{folder}/aligned.sam", "w") as sam:
        run(command, stdout=sam, stderr=subprocess.DEVNULL)
    return f"{folder}/aligned.sam", None


def lifted(lengths, aligned, out, names, mark_duplicates=False):
    """Lifts an alignment to the chromosomes of a .fai and writes a sorted, indexed BAM. Returns
    {name: [read 1 in the file, read 2]}."""
    seen = {}
    part = out + ".part.bam"
    source = subprocess.Popen(["samtools", "view", "-h", aligned], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if mark_duplicates:
        script = f"samtools fixmate -m - - | samtools sort - | samtools markdup - '{part}'"
    else:
        script = f"samtools sort -o '{part}' -"
    sort = subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    header = ["@HD\tVN:1.6\tSO:unsorted", *lift_windows.sequence_lines(lengths)]
    sort.stdin.write("\n".join(header) + "\n")
    for line in source.stdout:
        if line.startswith("@"):
            if not line.startswith(("@HD", "@SQ")):
                sort.stdin.write(line)
            continue
        f = lift_windows.lift_record(line.rstrip("\n").split("\t"))
        if f[0] in names and f[9] != "*" and not int(f[1]) & 0x100:
            seen.setdefault(f[0], [False, False])[1 if int(f[1]) & 0x80 else 0] = True
        sort.stdin.write("\t".join(f) + "\n")
    sort.stdin.close()
    if source.wait() or sort.wait():
        raise SystemExit(f"{aligned} could not be lifted")
    run(["samtools", "index", part])
    os.rename(part + ".bai", out + ".bai")
    os.rename(part, out)
    return seen


COLUMNS = (
    "sample build assay aligner read_len event class gene5 gene3 exon5 exon3 breakpoint5 breakpoint3 inserted frame split spanning short molecules "
    "tolerance kind allele_fraction"
).split()


def truth_rows(name, design, convention, seen):
    """Rows of truth.tsv for one file: every event with the molecules shown by this file's reads."""
    common = {
        "sample": f"{name}.{convention}",
        "build": design["build"],
        "assay": design["assay"],
        "aligner": convention,
        "read_len": design["lengths"][0],
        "kind": design["kind"],
    }
    classes = ("split", "spanning", "short")
    rows = []
    for event in design["rows"]:
        best = {}
        for held in design["held"]:
            read, molecule, label = held[:3]
            if label == event["event"] and read in seen:
                found = shape(held[3:], seen[read])
                if found:
                    best[molecule] = min(best.get(molecule, 2), classes.index(found))
        counts = {c: sum(v == i for v in best.values()) for i, c in enumerate(classes)}
        rows.append({**common, **event, **counts, "molecules": len(best)})
    return rows or [{**common, "event": ".", "class": design["label"]}]


def row_text(row):
    return "\t".join(str(row.get(c, ".")) for c in COLUMNS)
