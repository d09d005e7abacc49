# The sample sheet, checked with schemas/samples.schema.yaml; all cells stay text.

import csv
import pathlib
import re
import sys

from snakemake.utils import validate

validate(config, "../schemas/config.schema.yaml")

OUT = config["outdir"]


def read_sheet(path):
    """Rows by sample, without empty cells; all faults of the sheet are reported at once."""
    with open(path, newline="", encoding="utf-8-sig") as lines:
        rows = [
            {k: v.strip() for k, v in row.items() if k and v and v.strip()}
            for row in csv.DictReader(lines)
        ]
    faults = []
    names = [row.get("sample") for row in rows]
    for name in sorted({str(n) for n in names if names.count(n) > 1}):
        faults.append(f"sample {name} appears twice")
    for number, row in enumerate(rows, 1):
        try:
            validate(row, "../schemas/samples.schema.yaml")
        except Exception as problem:
            said = [l for l in str(problem).splitlines() if l.strip()]
            faults.append(f"row {number}: {' '.join(said[:3])}")
        for column in ("alignment", "index", "chimeric", "fastq_1", "fastq_2"):
            if column in row and not pathlib.Path(row[column]).exists():
                faults.append(f"row {number}: {column} {row[column]}: no such file")
    if faults:
        sys.exit(f"error: {path}:\n  " + "\n  ".join(faults))
    return {row["sample"]: row for row in rows}


SAMPLES = read_sheet(config["samples"])


wildcard_constraints:
    sample="|".join(map(re.escape, SAMPLES)),


def tell_failed():
    """Lists the samples without report."""
    table = pathlib.Path(OUT, "failed_samples.tsv")
    if table.exists():
        failed = table.read_text().splitlines()[1:]
        if failed:
            print(
                f"{len(failed)} of {len(SAMPLES)} samples failed, the others are finished ({table}):",
                file=sys.stderr,
            )
            for line in failed:
                sample, _status, reason = line.split("\t")
                print(f"  {sample}: {reason}", file=sys.stderr)


def reads(wildcards):
    """One or two FASTQ files."""
    row = SAMPLES[wildcards.sample]
    return [row[name] for name in ("fastq_1", "fastq_2") if name in row]


def through(aligner):
    """Samples for this aligner, as a wildcard pattern that may match none."""
    names = [
        name
        for name, row in SAMPLES.items()
        if "fastq_1" in row
        and aligner == ("bwa" if row["assay"] == "dna" else config["rna_aligner"])
    ]
    return "|".join(map(re.escape, names)) or "(?!)"


def aligned(wildcards):
    """The alignment file and its index, if they exist: one that vanishes during the run fails only this sample."""
    row = SAMPLES[wildcards.sample]
    if "fastq_1" in row:
        return {
            "alignment": f"{OUT}/alignments/{wildcards.sample}.bam",
            "index": f"{OUT}/alignments/{wildcards.sample}.bam.bai",
        }
    files = {
        "alignment": row["alignment"],
        "index": row.get("index"),
        "chimeric": row.get("chimeric"),
    }
    return {
        name: path
        for name, path in files.items()
        if path and pathlib.Path(path).exists()
    }
