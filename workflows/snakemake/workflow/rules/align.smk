# FASTQ to sorted, indexed BAM: RNA with STAR or HISAT2, DNA with BWA-MEM. Settings: docs/aligners.md.


rule star_index:
    input:
        fasta=config["fasta"] or [],
        gtf=config["gtf"] or [],
    output:
        directory(f"{OUT}/index/star"),
    log:
        f"{OUT}/logs/star_index.log",
    conda:
        "../envs/star.yaml"
    threads: 8
    resources:
        mem_mb=36000,
        runtime=720,
    params:
        extra=config["star_index_args"],
        gtf=lambda wildcards, input: (
            f"--sjdbGTFfile {input.gtf} --sjdbOverhang 100" if input.gtf else ""
        ),
    shell:
        "mkdir -p {output} && STAR --runMode genomeGenerate --runThreadN {threads} --genomeDir {output}"
        " --outFileNamePrefix {output}/ --genomeFastaFiles {input.fasta} {params.gtf} {params.extra} > {log} 2>&1"


rule star_align:
    input:
        reads=reads,
        index=config["star_index"] or rules.star_index.output[0],
    output:
        bam=f"{OUT}/alignments/{{sample}}.bam",
        bai=f"{OUT}/alignments/{{sample}}.bam.bai",
    log:
        f"{OUT}/logs/{{sample}}.star.log",
    wildcard_constraints:
        sample=through("star"),
    retries: 2
    conda:
        "../envs/star.yaml"
    threads: 8
    resources:
        mem_mb=lambda wildcards, attempt: 36000 * attempt,
        runtime=lambda wildcards, attempt: 720 * attempt,
    params:
        zip=lambda wildcards, input: (
            "--readFilesCommand gzip -dc" if input.reads[0].endswith(".gz") else ""
        ),
        prefix=lambda wildcards, output: output.bam.removesuffix(".bam") + ".star.",
        extra="--outSAMunmapped Within --outFilterMultimapNmax 50 --peOverlapNbasesMin 10"
        " --alignSplicedMateMapLminOverLmate 0.5 --alignSJstitchMismatchNmax 5 -1 5 5 --chimSegmentMin 10"
        " --chimOutType WithinBAM SoftClip --chimJunctionOverhangMin 10 --chimScoreDropMax 30"
        " --chimScoreJunctionNonGTAG 0 --chimScoreSeparation 1 --chimSegmentReadGapMax 3 --chimMultimapNmax 50",
    shell:
        "( STAR --runThreadN {threads} --genomeDir {input.index} --readFilesIn {input.reads} {params.zip}"
        " --outFileNamePrefix {params.prefix} --outStd BAM_Unsorted --outSAMtype BAM Unsorted"
        " --outSAMattrRGline ID:{wildcards.sample} SM:{wildcards.sample} {params.extra}"
        " | samtools sort -@ {threads} -m 512M -o {output.bam} - && samtools index {output.bam} ) 2> {log}"


rule hisat2_index:
    input:
        fasta=config["fasta"] or [],
    output:
        directory(f"{OUT}/index/hisat2"),
    log:
        f"{OUT}/logs/hisat2_index.log",
    conda:
        "../envs/hisat2.yaml"
    threads: 4
    resources:
        mem_mb=16000,
        runtime=720,
    shell:
        "mkdir -p {output} && hisat2-build -q -p {threads} {input.fasta} {output}/genome > {log} 2>&1"


rule hisat2_align:
    input:
        reads=reads,
        index=config["hisat2_index"] or rules.hisat2_index.output[0],
    output:
        bam=f"{OUT}/alignments/{{sample}}.bam",
        bai=f"{OUT}/alignments/{{sample}}.bam.bai",
    log:
        f"{OUT}/logs/{{sample}}.hisat2.log",
    wildcard_constraints:
        sample=through("hisat2"),
    retries: 2
    conda:
        "../envs/hisat2.yaml"
    threads: 8
    resources:
        mem_mb=lambda wildcards, attempt: 12000 * attempt,
        runtime=lambda wildcards, attempt: 720 * attempt,
    params:
        files=lambda wildcards, input: (
            f"-1 {input.reads[0]} -2 {input.reads[1]}"
            if len(input.reads) == 2
            else f"-U {input.reads[0]}"
        ),
    shell:
        "( hisat2 -p {threads} -x $(find -L {input.index} -name '*.1.ht2*' | sort | sed -n '1s/\\.1\\.ht2.*//p')"
        " {params.files} --rg-id {wildcards.sample} --rg SM:{wildcards.sample}"
        " | samtools sort -@ {threads} -m 512M -o {output.bam} - && samtools index {output.bam} ) 2> {log}"


rule bwa_index:
    input:
        fasta=config["fasta"] or [],
    output:
        directory(f"{OUT}/index/bwa"),
    log:
        f"{OUT}/logs/bwa_index.log",
    conda:
        "../envs/bwa.yaml"
    resources:
        mem_mb=16000,
        runtime=720,
    shell:
        "mkdir -p {output} && bwa index -p {output}/genome {input.fasta} 2> {log}"


rule bwa_align:
    input:
        reads=reads,
        index=config["bwa_index"] or rules.bwa_index.output[0],
    output:
        bam=f"{OUT}/alignments/{{sample}}.bam",
        bai=f"{OUT}/alignments/{{sample}}.bam.bai",
    log:
        f"{OUT}/logs/{{sample}}.bwa.log",
    wildcard_constraints:
        sample=through("bwa"),
    retries: 2
    conda:
        "../envs/bwa.yaml"
    threads: 8
    resources:
        mem_mb=lambda wildcards, attempt: 12000 * attempt,
        runtime=lambda wildcards, attempt: 720 * attempt,
    shell:
        # A fixed -K makes the records independent of the number of threads.
        "( bwa mem -t {threads} -Y -K 100000000 -R '@RG\\tID:{wildcards.sample}\\tSM:{wildcards.sample}'"
        " $(find -L {input.index} -name '*.bwt' | sort | sed -n '1s/\\.bwt$//p') {input.reads}"
        " | samtools sort -@ {threads} -m 512M -o {output.bam} - && samtools index {output.bam} ) 2> {log}"
