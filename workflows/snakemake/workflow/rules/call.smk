# One task per sample. Resource requests follow docs/performance.md.

WRAPPER = "file:" + str(
    pathlib.Path(workflow.basedir, "../wrappers/breakapart/call").resolve()
)


rule breakapart_call:
    input:
        unpack(aligned),
        reference=config["fasta"] or [],
        gtf=config["gtf"] or [],
    output:
        reports=directory(f"{OUT}/samples/{{sample}}"),
        status=f"{OUT}/status/{{sample}}.tsv",
    log:
        f"{OUT}/logs/{{sample}}.call.log",
    retries: 2
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 600 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        alignment=lambda wildcards: SAMPLES[wildcards.sample].get("alignment", ""),
        sample="{sample}",
        assay=lambda wildcards: SAMPLES[wildcards.sample]["assay"],
        library=lambda wildcards: SAMPLES[wildcards.sample].get("library", ""),
        extra=config["call_args"],
    wrapper:
        WRAPPER
