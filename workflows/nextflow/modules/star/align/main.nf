process STAR_ALIGN {
    tag "${meta.id}"
    label 'process_star'
    conda "${moduleDir}/environment.yml"
    container "${params.aligner_container ?: 'breakapart-aligners:0.2.0'}"

    input:
    tuple val(meta), path(reads)
    path index

    output:
    tuple val(meta), path("*.bam"), path("*.bai"), emit: bam
    tuple val(meta), path("*.Log.final.out"), emit: log
    path "versions.yml", emit: versions

    script:
    // Settings that keep chimeric evidence (docs/aligners.md).
    def args = task.ext.args ?: ''
    def prefix = task.ext.prefix ?: "${meta.id}"
    def unpack = reads instanceof List ? reads[0] : reads
    def zip = unpack.name.endsWith('.gz') ? '--readFilesCommand gzip -dc' : ''
    """
    set -o pipefail
    STAR --runThreadN ${task.cpus} --genomeDir ${index} --readFilesIn ${reads} ${zip} \\
        --outFileNamePrefix ${prefix}. --outStd BAM_Unsorted --outSAMtype BAM Unsorted \\
        --outSAMattrRGline ID:${prefix} SM:${prefix} ${args} \\
        | samtools sort -@ ${task.cpus} -m 512M -o ${prefix}.bam -
    samtools index ${prefix}.bam

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        star: \$(STAR --version)
        samtools: \$(samtools --version | sed -n '1s/samtools //p')
    END_VERSIONS
    """

    stub:
    def prefix = task.ext.prefix ?: "${meta.id}"
    """
    touch ${prefix}.bam ${prefix}.bam.bai ${prefix}.Log.final.out
    echo '"${task.process}": {star: stub}' > versions.yml
    """
}
