#!/usr/bin/env python3
"""Measures which aligner settings keep KMT2A evidence; prints docs/tables/aligner-settings.tsv.

    workflows/benchmark/aligners.py --fasta GRCh38.fa --gtf genes.gtf --bed regions.bed --work target/aligners

Simulates samples with `breakapart simulate --fastq`, aligns their reads with STAR, HISAT2, BWA-MEM and minimap2 in the
settings below, calls each file, and compares the reported molecules of each event with the simulated ones. `--bed`: the
regions in which the FASTA has bases; BWA indexes only these, and tools/lift_windows.py lifts its alignments to whole
chromosomes. Needs samtools; an aligner that is not installed is reported as a gap.
"""

import argparse
import collections
import csv
import json
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIFT = f"{sys.executable} {ROOT}/tools/lift_windows.py"

STAR_ARRIBA = (
    "--outSAMunmapped Within --outFilterMultimapNmax 50 --peOverlapNbasesMin 10 "
    "--alignSplicedMateMapLminOverLmate 0.5 --alignSJstitchMismatchNmax 5 -1 5 5 --chimSegmentMin 10 "
    "--chimJunctionOverhangMin 10 --chimScoreDropMax 30 --chimScoreJunctionNonGTAG 0 "
    "--chimScoreSeparation 1 --chimSegmentReadGapMax 3 --chimMultimapNmax 50 --chimOutType WithinBAM "
)
STAR_FUSION = (
    "--outSAMstrandField intronMotif --outSAMunmapped Within --chimSegmentMin 12 "
    "--chimJunctionOverhangMin 8 --chimOutJunctionFormat 1 --alignSJDBoverhangMin 10 "
    "--alignMatesGapMax 100000 --alignIntronMax 100000 --alignSJstitchMismatchNmax 5 -1 5 5 "
    "--chimMultimapScoreRange 3 --chimScoreJunctionNonGTAG -4 --chimMultimapNmax 20 "
    "--chimNonchimScoreDropMin 10 --peOverlapNbasesMin 12 --peOverlapMMp 0.1 "
    "--alignInsertionFlush Right --alignSplicedMateMapLminOverLmate 0 --alignSplicedMateMapLmin 30"
)
ENCODE = (
    "--outFilterType BySJout --outSAMunmapped Within --outFilterMultimapNmax 20 --alignSJoverhangMin 8 "
    "--alignSJDBoverhangMin 1 --outFilterMismatchNmax 999 --outFilterMismatchNoverReadLmax 0.04 "
    "--alignIntronMin 20 --alignIntronMax 1000000 --alignMatesGapMax 1000000"
)
# key, printed title, aligner, arguments, filter of `samtools view`, whether Chimeric.out.junction is passed
Setting = collections.namedtuple("Setting", "key title tool arguments filter chimeric", defaults=("", False))
SETTINGS = [
    Setting("star_soft", "STAR, Arriba's settings, `WithinBAM SoftClip`", "STAR", STAR_ARRIBA + "SoftClip"),
    Setting("star_hard", "STAR, Arriba's settings (`WithinBAM HardClip`)", "STAR", STAR_ARRIBA + "HardClip"),
    Setting("star_plain", "STAR, `--chimSegmentMin 10 --chimOutType WithinBAM` alone", "STAR",
            "--outSAMunmapped Within --chimSegmentMin 10 --chimOutType WithinBAM"),
    Setting("star_fusion_with", "STAR-Fusion's settings, with `--chimeric Chimeric.out.junction`", "STAR", STAR_FUSION, "", True),
    Setting("star_fusion", "STAR-Fusion's settings, BAM alone", "STAR", STAR_FUSION),
    Setting("star_default", "STAR, defaults, unmapped reads kept", "STAR", "--outSAMunmapped Within"),
    Setting("star_encode", "STAR, ENCODE's settings", "STAR", ENCODE),
    Setting("star_stripped", "STAR as in the first line, then `samtools view -F 2048`", "STAR", STAR_ARRIBA + "SoftClip", "-F 2048"),
    Setting("hisat2", "HISAT2, defaults, known splice sites", "hisat2", ""),
    Setting("hisat2_pairs", "HISAT2, `--no-mixed --no-discordant`", "hisat2", "--no-mixed --no-discordant"),
    Setting("bwa_y", "BWA-MEM, `-Y`", "bwa", "-Y"),
    Setting("bwa", "BWA-MEM, defaults", "bwa", ""),
    Setting("bwa_m", "BWA-MEM, `-M`", "bwa", "-M"),
    Setting("minimap2_splice", "minimap2, `-ax splice:sr`", "minimap2", "-ax splice:sr"),
    Setting("minimap2_sr", "minimap2, `-ax sr`", "minimap2", "-ax sr"),
]


def run(command, **options):
    """A shell command that must succeed."""
    return subprocess.run(["bash", "-o", "pipefail", "-ec", command], check=True, **options)


def indexes(work, fasta, gtf, bed):
    """Builds missing indexes."""
    work.mkdir(parents=True, exist_ok=True)
    if shutil.which("STAR") and not (work / "star/SAindex").exists():
        (work / "star").mkdir(exist_ok=True)
        run(f"STAR --runMode genomeGenerate --genomeDir {work}/star --genomeFastaFiles {fasta} --sjdbGTFfile {gtf}"
            f" --sjdbOverhang 100 --genomeSAindexNbases 11 --outFileNamePrefix {work}/star/", stdout=subprocess.DEVNULL)
    if shutil.which("hisat2") and not (work / "h2.1.ht2").exists():
        run(f"hisat2_extract_splice_sites.py {gtf} > {work}/ss.txt; hisat2-build -q {fasta} {work}/h2")
    if shutil.which("bwa") and not (work / "small.fa.bwt").exists():
        regions = "awk '!/^#/ {print $1\":\"$2 + 1\"-\"$3}'"
        run(f"{regions} {bed} | samtools faidx -r - {fasta} > {work}/small.fa; bwa index {work}/small.fa 2>/dev/null")
    if shutil.which("minimap2") and not (work / "ref.mmi").exists():
        run(f"minimap2 -x splice:sr -d {work}/ref.mmi {fasta} 2>/dev/null")


def align(setting, samples, reads, work, fasta):
    """BAM files of all samples in one setting, indexed."""
    out = work / "bam" / setting.key
    if (out / "done").exists():
        return out
    out.mkdir(parents=True, exist_ok=True)
    pairs = {s: (reads / f"{s}_1.fastq.gz", reads / f"{s}_2.fastq.gz") for s in samples}
    keep = f"samtools view -u {setting.filter} - | samtools sort -m 200M -o"
    if setting.tool == "STAR":
        # One run for all samples, to load the genome once; each sample is a read group.
        groups = " , ".join(f"ID:{s} SM:{s}" for s in samples)
        ones, twos = (",".join(str(pairs[s][i]) for s in samples) for i in (0, 1))
        run(f"STAR --genomeDir {work}/star --readFilesIn {ones} {twos} --readFilesCommand gzip -dc --outSAMtype BAM Unsorted"
            f" --outSAMattrRGline {groups} --outFileNamePrefix {out}/all. {setting.arguments} >/dev/null 2>&1")
        run(f"samtools split -u /dev/null -f '{out}/%!.split' {out}/all.Aligned.out.bam; rm {out}/all.Aligned.out.bam")
        for s in samples:
            run(f"samtools view -u {setting.filter} {out}/{s}.split | samtools sort -m 200M -o {out}/{s}.bam - 2>/dev/null; rm {out}/{s}.split")
    else:
        for s, (one, two) in pairs.items():
            if setting.tool == "hisat2":
                command = f"hisat2 -x {work}/h2 --known-splicesite-infile {work}/ss.txt {setting.arguments} --rg-id {s} --rg SM:{s} -1 {one} -2 {two} 2>/dev/null"
            elif setting.tool == "bwa":
                command = (f"bwa mem -v 1 {setting.arguments} -R '@RG\\tID:{s}\\tSM:{s}' {work}/small.fa {one} {two} 2>/dev/null"
                           f" | {LIFT} {fasta}.fai")
            else:
                index = f"{work}/ref.mmi" if "splice" in setting.arguments else f"{work}/small.fa"
                command = f"minimap2 {setting.arguments} -R '@RG\\tID:{s}\\tSM:{s}' {index} {one} {two} 2>/dev/null"
                if "splice" not in setting.arguments:
                    command += f" | {LIFT} {fasta}.fai"
            run(f"{command} | {keep} {out}/{s}.bam -")
    for s in samples:
        run(f"samtools index {out}/{s}.bam")
    (out / "done").touch()
    return out


def chimeric_of(sample, out):
    """The rows of this sample in the run's Chimeric.out.junction."""
    rows = out / "all.Chimeric.out.junction"
    own = out / f"{sample}.Chimeric.out.junction"
    with open(rows) as lines, open(own, "w") as to:
        for line in lines:
            # The last column is the read group.
            if line.startswith(("chr_donorA", "#")) or sample in line.rstrip("\n").split("\t"):
                to.write(line)
    return own


def call(program, setting, samples, out, fasta):
    """Reports of one setting."""
    results = out.parent.parent / "results" / setting.key
    results.mkdir(parents=True, exist_ok=True)
    if (results / "done").exists():
        return results
    for s in samples:
        extra = f"--chimeric {chimeric_of(s, out)}" if setting.chimeric else ""
        subprocess.run(f"{program} -q call --force --assay rna -r {fasta} -s {s} -o {results} {extra} {out}/{s}.bam",
                       shell=True, check=False, stdout=subprocess.DEVNULL)
    (results / "done").touch()
    return results


def near(a, b):
    """Whether two positions are within 20 bases."""
    (ca, pa), (cb, pb) = a.rsplit(":", 1), b.rsplit(":", 1)
    return ca == cb and abs(int(pa) - int(pb)) <= 20


def figures(truth, results, samples):
    """Sums over the canonical events and duplications of all samples."""
    out = collections.Counter()
    for row in truth:
        if row["sample"] not in samples or row["class"] not in ("canonical", "ptd") or int(row["molecules"]) == 0:
            continue
        kind = "ptd" if row["class"] == "ptd" else "canonical"
        out[kind, "events"] += 1
        for field in ("split", "spanning", "molecules"):
            out[kind, field] += int(row[field])
        table = results / f"{row['sample']}.fusions.tsv"
        if not table.exists():
            out["lost"] += 1
            continue
        with open(table) as lines:
            for call_row in csv.DictReader(lines, delimiter="\t"):
                if near(call_row["breakpoint1"], row["breakpoint5"]) and near(call_row["breakpoint2"], row["breakpoint3"]):
                    out[kind, "found"] += 1
                    out[kind, "believed"] += call_row["confidence"] in ("high", "medium")
                    # At most the simulated number: duplicates and rescued mates are no gain.
                    seen = (int(call_row["split_reads1"]) + int(call_row["split_reads2"]), int(call_row["discordant_mates"]))
                    out[kind, "kept_split"] += min(seen[0], int(row["split"]))
                    out[kind, "kept_spanning"] += min(seen[1], int(row["spanning"]))
                    out[kind, "kept"] += min(sum(seen), int(row["molecules"]))
                    break
    return out


def percent(a, b):
    return f"{100 * a / b:.0f} %" if b else "-"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fasta", required=True, type=pathlib.Path)
    parser.add_argument("--gtf", required=True)
    parser.add_argument("--bed", required=True)
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--program", default=str(ROOT / "target/release/breakapart"))
    parser.add_argument("--count", default=60, type=int)
    parser.add_argument("--seed", default=31, type=int)
    parser.add_argument("--only", default="", help="settings, by key, separated by commas")
    args = parser.parse_args()
    indexes(args.work, args.fasta, args.gtf, args.bed)
    sim = args.work / "sim"
    if not (sim / "truth.tsv").exists():
        run(f"{args.program} simulate -r {args.fasta} -o {sim} --kind positives --count {args.count} --seed {args.seed} --fastq")
    with open(sim / "truth.tsv") as lines:
        truth = list(csv.DictReader(lines, delimiter="\t"))
    # Single reads are a different kind of library: pairs only.
    samples = [s for s in dict.fromkeys(row["sample"] for row in truth) if (sim / f"{s}_2.fastq.gz").exists()]
    chosen = [s for s in SETTINGS if not args.only or s.key in args.only.split(",")]
    rows = []
    for setting in chosen:
        if not shutil.which(setting.tool):
            rows.append((setting, None, None))
            continue
        out = align(setting, samples, sim, args.work, args.fasta)
        results = call(args.program, setting, samples, out, args.fasta)
        report = next(results.glob("*.breakapart.json"), None)
        said = json.loads(report.read_text())["adequacy"][0] if report else {}
        rows.append((setting, figures(truth, results, set(samples)), said.get("chimera_capability", said)))
        print(setting.key, dict(rows[-1][1]), file=sys.stderr, flush=True)
    best = max((f["canonical", "kept"] / f["canonical", "molecules"] for _, f, _ in rows if f), default=1)
    print("settings\tevents_found\thigh_or_medium\tsplit_kept\tpairs_kept\tmolecules_kept\tlimit_times_the_best\tptd_found")
    for setting, f, _ in rows:
        if f is None:
            print(setting.title.replace("`", ""), "not installed", sep="\t")
            continue
        c = lambda name: f["canonical", name]
        share = c("kept") / c("molecules") if c("molecules") else 0
        cells = (f"{c('found')} of {c('events')}", c("believed"), percent(c("kept_split"), c("split")), percent(c("kept_spanning"), c("spanning")),
                 percent(c("kept"), c("molecules")), f"{best / share if share else float('inf'):.1f}", f"{f['ptd', 'found']} of {f['ptd', 'events']}")
        print(setting.title.replace("`", ""), *cells, sep="\t")


if __name__ == "__main__":
    main()
