process BWAMEM_ALIGN {
    tag "${meta.id}"
    label 'process_align'
    conda "${moduleDir}/environment.yml"
    container "${params.aligner_container ?: 'breakapart-aligners:0.2.0'}"

    input:
    tuple val(meta), path(reads)
    path index

    output:
    tuple val(meta), path("*.bam"), path("*.bai"), emit: bam
    path "versions.yml", emit: versions

    script:
    def args = task.ext.args ?: ''
    def prefix = task.ext.prefix ?: "${meta.id}"
    // A fixed -K makes the records independent of the number of threads.
    """
    set -o pipefail
    base=\$(find -L ${index} -name '*.bwt' | sort | sed -n '1s/\\.bwt\$//p')
    bwa mem -t ${task.cpus} -K 100000000 -R '@RG\\tID:${prefix}\\tSM:${prefix}' ${args} "\$base" ${reads} \\
        | samtools sort -@ ${task.cpus} -m 512M -o ${prefix}.bam -
    samtools index ${prefix}.bam

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        bwa: \$(bwa 2>&1 | sed -n 's/^Version: //p')
        samtools: \$(samtools --version | sed -n '1s/samtools //p')
    END_VERSIONS
    """

    stub:
    def prefix = task.ext.prefix ?: "${meta.id}"
    """
    touch ${prefix}.bam ${prefix}.bam.bai
    echo '"${task.process}": {bwa: stub}' > versions.yml
    """
}
