"""Outcome of each row of the sheet: the failed ones with their reason, the reports of the others."""

import pathlib

rows = {row["sample"]: row for row in snakemake.params.rows}
called = {pathlib.Path(path).parent.name: path for path in snakemake.params.called}
fates = {}
for path in snakemake.input.statuses:
    sample, status, reason = pathlib.Path(path).read_text().rstrip("\n").split("\t")
    fates[sample] = (status, reason)

failed = ["sample\texit_status\treason"]
samples = [
    "# id: breakapart_samples",
    "# section_name: Samples of the run",
    "# description: Outcome of each row of the sheet.",
    "# plot_type: table",
    "Sample\tPatient\tAssay\tInput\tResult",
]
reports = []
for sample in sorted(rows):
    row, (status, reason) = rows[sample], fates[sample]
    kind = "reads" if "fastq_1" in row else "alignment"
    samples.append("\t".join([sample, row["patient"], row["assay"], kind, "called" if status == "0" else "failed"]))
    if status == "0":
        reports.append(called[sample])
    else:
        failed.append(f"{sample}\t{status}\t{reason}")

for name, lines in (("failed", failed), ("samples", samples), ("reports", reports)):
    pathlib.Path(snakemake.output[name]).write_text("".join(line + "\n" for line in lines))
