#!/usr/bin/env python3
"""Simulates RNA or DNA samples with known truth and aligns them with real aligners.

  tools/align_set.py OUT --reference GRCh38.fa.gz --gtf GENES.gtf.gz [--exons ALL_EXONS.tsv] [--splicing KMT2A.tsv]
      [--qualities READS.bam] [--background WILD_TYPE.bam] [--positives 60] [--negatives 20] [--seed 1]
      [--aligners star_arriba,hisat2] [--per-sample N] [--assay rna|dna] [--threads 2]

Reads are aligned to the windows of the genes in --gtf (with 5 kb on each side), with processed pseudogenes of partners
and diverged Alu copies as decoys, and lifted to whole chromosomes. OUT receives SAMPLE.ALIGNER.bam with index (and
SAMPLE.ALIGNER.Chimeric.out.junction), truth.tsv, and reference.fa.gz: the windows and decoys as whole chromosomes.
A repeated run continues where the last one stopped. The same arguments give the same reads.

  --exons       exons of every transcript: gene chrom strand start end transcripts (other acceptors and isoforms)
  --splicing    junctions within KMT2A with counts: donor acceptor donor_exon acceptor_exon fragments
  --partners    genes that are sampled as partners (default: published ones)
  --qualities   real reads whose base qualities are sampled (default: the repository's excerpt of EOL-1)
  --background  real reads without a rearrangement, into which the `real` kinds are mixed
  --index       folder of the aligners' indices, to share them between sets (default: OUT/work/index)
  --per-sample  number of conventions with which each sample is aligned, in turn (default: all)
"""
import argparse
import atexit
import json
import multiprocessing
import os
import shutil
import sys

from drawn import align, models, reads, rna, world as worlds

HERE = os.path.dirname(os.path.abspath(__file__))
EXCERPT = os.path.join(HERE, "..", "test-data", "real", "eol1_ptd", "eol1_ptd.bam")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--reference", required=True)
    parser.add_argument("--gtf", required=True)
    parser.add_argument("--exons")
    parser.add_argument("--splicing", default=os.path.join(HERE, "drawn", "kmt2a_splicing.tsv"))
    parser.add_argument("--partners", default=os.path.join(HERE, "drawn", "partners.txt"))
    parser.add_argument("--qualities", default=EXCERPT)
    parser.add_argument("--background")
    parser.add_argument("--positives", type=int, default=60)
    parser.add_argument("--negatives", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--aligners")
    parser.add_argument("--per-sample", type=int, default=99)
    parser.add_argument("--assay", choices=("rna", "dna"), default="rna")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--index")
    parser.add_argument("--keep-fastq", action="store_true")
    return parser.parse_args()


def whole(path, write):
    """Writes a file atomically."""
    write(path + ".part")
    os.rename(path + ".part", path)


def write(path, text):
    with open(path, "w") as out:
        out.write(text)


def dump(path, value):
    write(path, json.dumps(value))


def load(path):
    with open(path) as text:
        return json.load(text)


def write_truth(out):
    parts = f"{out}/work/truth"
    with open(f"{out}/truth.tsv.part", "w") as truth:
        truth.write("\t".join(align.COLUMNS) + "\n")
        for name in sorted(os.listdir(parts)):
            if name.endswith(".tsv"):
                with open(f"{parts}/{name}") as lines:
                    truth.write(lines.read())
    os.rename(f"{out}/truth.tsv.part", f"{out}/truth.tsv")


def main():
    options = arguments()
    if not shutil.which("samtools"):
        raise SystemExit("samtools is not installed")
    table = align.RNA if options.assay == "rna" else align.DNA
    conventions = options.aligners.split(",") if options.aligners else list(table)
    for convention, program in align.missing(conventions).items():
        print(f"{convention} is skipped: {program} is not installed", file=sys.stderr)
        conventions.remove(convention)
    out = options.out
    for folder in ("work/fastq", "work/truth", "work/tmp"):
        os.makedirs(f"{out}/{folder}", exist_ok=True)
    genes = models.read_gtf(options.gtf)
    if options.exons:
        models.add_other_exons(genes, options.exons)
    reference = models.Reference(options.reference, genes)
    parents = [n for n in genes if n not in worlds.CONTROLS and n != "KMT2A"]
    reference.draw_decoys(genes, parents[:: max(1, len(parents) // 45)])
    if not os.path.exists(f"{out}/reference.fa.gz.fai"):
        reference.write_whole(f"{out}/reference.fa.gz")
    index = align.Index(options.index or f"{out}/work/index", reference, genes, options.threads)
    background = worlds.real_reads(options.background) if options.background else []
    with open(options.partners) as lines:
        partners = set(lines.read().split())
    world = worlds.World(genes, reference, models.read_splicing(options.splicing), reads.Qualities(options.qualities), background, partners, options.seed)
    if options.assay == "dna":
        from drawn import dna

        designs = dna.samples(world, options)
    else:
        designs = rna.samples(world, options)
    atexit.register(index.release)
    DESIGNS.extend(designs)
    todo = []
    for number, (name, _) in enumerate(DESIGNS):
        mine = [conventions[(number * options.per_sample + number // 30 + k) % len(conventions)] for k in range(min(options.per_sample, len(conventions)))]
        if not all(os.path.exists(f"{out}/work/truth/{name}.{c}.tsv") for c in mine):
            todo.append((number, name, mine))
    # One process simulates ahead, two lift and sort afterwards; one aligner runs at a time.
    context = multiprocessing.get_context("fork")
    with context.Pool(1) as ahead, context.Pool(2) as after:
        drawn = ahead.imap(drawn_to, [(number, f"{out}/work/fastq") for number, _, _ in todo])
        waiting = []
        for (_, name, mine), design in zip(todo, drawn):
            for convention in mine:
                if os.path.exists(f"{out}/work/truth/{name}.{convention}.tsv"):
                    continue
                folder = f"{out}/work/tmp/{name}.{convention}"
                shutil.rmtree(folder, ignore_errors=True)
                os.makedirs(folder)
                aligned, chimeric = align.align(index, convention, table, name, design["fastq"], folder)
                job = (out, options.reference + ".fai", name, convention, folder, aligned, chimeric)
                waiting.append(after.apply_async(finish, job))
                while len(waiting) > 3:
                    print(waiting.pop(0).get(), flush=True)
                    write_truth(out)
        for job in waiting:
            print(job.get(), flush=True)
    write_truth(out)
    if not options.keep_fastq:
        for name in os.listdir(f"{out}/work/fastq"):
            if name.endswith(".gz"):
                os.remove(f"{out}/work/fastq/{name}")


DESIGNS = []


def drawn_to(job):
    """Simulates a sample, or reads the one simulated earlier."""
    number, folder = job
    name, draw = DESIGNS[number]
    plan = f"{folder}/{name}.json"
    if not os.path.exists(plan) or not all(map(os.path.exists, load(plan)["fastq"])):
        design = draw(folder)
        whole(plan, lambda path: dump(path, design))
    return load(plan)


def finish(out, lengths, name, convention, folder, aligned, chimeric):
    """Lifts an aligner's output; the BAM and then its truth are complete or absent."""
    design = load(f"{out}/work/fastq/{name}.json")
    bam = f"{out}/{name}.{convention}.bam"
    seen = align.lifted(lengths, aligned, bam, {h[0] for h in design["held"]}, design.get("mark", False))
    if chimeric:
        with open(chimeric) as lines, open(bam[:-3] + "Chimeric.out.junction", "w") as moved:
            moved.writelines(map(align.lift_windows.lift_junction, lines))
    rows = align.truth_rows(name, design, convention, seen)
    whole(f"{out}/work/truth/{name}.{convention}.tsv", lambda path: write(path, "".join(align.row_text(r) + "\n" for r in rows)))
    shutil.rmtree(folder)
    return f"{name} {design['kind']} {convention}"


main()
