# All samples: their outcome, the cohort's tables, MultiQC.


rule fate:
    input:
        statuses=expand(f"{OUT}/status/{{sample}}.tsv", sample=SAMPLES),
    output:
        failed=f"{OUT}/failed_samples.tsv",
        samples=f"{OUT}/samples_mqc.tsv",
        reports=f"{OUT}/status/reports.txt",
    log:
        f"{OUT}/logs/fate.log",
    conda:
        "../envs/python.yaml"
    params:
        rows=list(SAMPLES.values()),
        called=expand(
            f"{OUT}/samples/{{sample}}/{{sample}}.breakapart.json", sample=SAMPLES
        ),
    script:
        "../scripts/fate.py"


rule cohort:
    input:
        reports=rules.fate.output.reports,
        folders=expand(f"{OUT}/samples/{{sample}}", sample=SAMPLES),
        sheet=config["samples"],
    output:
        table=f"{OUT}/cohort/genetic_characterisation.tsv",
        html=f"{OUT}/cohort/cohort.html",
    log:
        f"{OUT}/logs/cohort.log",
    conda:
        "../envs/breakapart.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        folder=lambda wildcards, output: pathlib.Path(output.table).parent,
    shell:
        "breakapart cohort {input.reports} --samples {input.sheet} -o {params.folder} --force 2>{log}"


rule multiqc:
    input:
        samples=rules.fate.output.samples,
        folders=expand(f"{OUT}/samples/{{sample}}", sample=SAMPLES),
        config=workflow.source_path("../../../nextflow/assets/multiqc_config.yml"),
    output:
        f"{OUT}/multiqc/multiqc_report.html",
    log:
        f"{OUT}/logs/multiqc.log",
    conda:
        "../envs/multiqc.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        folder=lambda wildcards, output: pathlib.Path(output[0]).parent,
    shell:
        "multiqc --force --no-ansi --filename multiqc_report --config {input.config} -o {params.folder}"
        " {input.samples} {input.folders} > {log} 2>&1"
