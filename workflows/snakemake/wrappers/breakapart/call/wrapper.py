"""Snakemake wrapper for `breakapart call`."""

__license__ = "MIT"

import pathlib
import shlex
import shutil
import subprocess
import sys

# Exit status of the program for unusable input, which a retry can't fix.
BAD_INPUT = 1
# Named outputs and their files.
FILES = {
    "json": ".breakapart.json",
    "fusions": ".fusions.tsv",
    "discarded": ".discarded.tsv",
    "junctions": ".junctions.fa",
    "html": ".report.html",
}

alignment = snakemake.input.get("alignment") or snakemake.params.get("alignment", "")
sample = snakemake.params.get("sample") or pathlib.Path(alignment).stem
command = ["breakapart", "call", "--format", "json,fusions,discarded,junctions,html,multiqc", "--threads", str(snakemake.threads), "--sample", sample]
for option, value in (
    ("--assay", snakemake.params.get("assay")),
    ("--library", snakemake.params.get("library")),
    ("--reference", snakemake.input.get("reference")),
    ("--gtf", snakemake.input.get("gtf")),
    ("--chimeric", snakemake.input.get("chimeric")),
):
    if value:
        command += [option, str(value)]
command += shlex.split(snakemake.params.get("extra", ""))

folder = snakemake.output.get("reports")
status_file = snakemake.output.get("status")
log = pathlib.Path(snakemake.log[0]) if snakemake.log else None
target = pathlib.Path(folder) if folder else pathlib.Path(snakemake.output[0]).parent
target.mkdir(parents=True, exist_ok=True)

# A folder next to the target: its files are moved over once the call has ended. It is named after the sample, so that
# a retry removes the leftovers of a killed run.
scratch = target.parent / f".{pathlib.Path(sample).name}.part"
shutil.rmtree(scratch, ignore_errors=True)
scratch.mkdir()
try:
    done = subprocess.run(
        [*command, "--output-dir", str(scratch), "--", alignment], stderr=subprocess.PIPE, text=True, check=False
    )
    if log:
        log.write_text(done.stderr)
    sys.stderr.write(done.stderr)
    errors = [line for line in done.stderr.splitlines() if line.startswith("error")] or ["error: no message"]
    if done.returncode != 0 and not (status_file and done.returncode == BAD_INPUT):
        raise RuntimeError(f"breakapart call ended with status {done.returncode}: {errors[-1]}")
    if folder:
        for path in sorted(scratch.iterdir()):
            shutil.move(path, target / path.name)
    else:
        for name, suffix in FILES.items():
            if snakemake.output.get(name):
                shutil.move(scratch / f"{sample}{suffix}", snakemake.output.get(name))
finally:
    shutil.rmtree(scratch, ignore_errors=True)

if status_file:
    reason = errors[-1].replace("\t", " ") if done.returncode else ""
    pathlib.Path(status_file).write_text(f"{sample}\t{done.returncode}\t{reason}\n")
