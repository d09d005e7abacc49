process HISAT2_ALIGN {
    tag "${meta.id}"
    label 'process_align'
    conda "${moduleDir}/environment.yml"
    container "${params.aligner_container ?: 'breakapart-aligners:0.2.0'}"

    input:
    tuple val(meta), path(reads)
    path index

    output:
    tuple val(meta), path("*.bam"), path("*.bai"), emit: bam
    tuple val(meta), path("*.hisat2.log"), emit: log
    path "versions.yml", emit: versions

    script:
    def args = task.ext.args ?: ''
    def prefix = task.ext.prefix ?: "${meta.id}"
    def files = reads instanceof List && reads.size() == 2 ? "-1 ${reads[0]} -2 ${reads[1]}" : "-U ${reads}"
    """
    set -o pipefail
    base=\$(find -L ${index} -name '*.1.ht2*' | sort | sed -n '1s/\\.1\\.ht2.*//p')
    hisat2 -p ${task.cpus} -x "\$base" ${files} --rg-id ${prefix} --rg SM:${prefix} \\
        --new-summary --summary-file ${prefix}.hisat2.log ${args} \\
        | samtools sort -@ ${task.cpus} -m 512M -o ${prefix}.bam -
    samtools index ${prefix}.bam

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        hisat2: \$(hisat2 --version | sed -n '1s/.*version //p')
        samtools: \$(samtools --version | sed -n '1s/samtools //p')
    END_VERSIONS
    """

    stub:
    def prefix = task.ext.prefix ?: "${meta.id}"
    """
    touch ${prefix}.bam ${prefix}.bam.bai ${prefix}.hisat2.log
    echo '"${task.process}": {hisat2: stub}' > versions.yml
    """
}
