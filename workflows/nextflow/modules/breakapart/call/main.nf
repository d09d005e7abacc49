process BREAKAPART_CALL {
    tag "${meta.id}"
    label 'process_single'

    conda "${moduleDir}/environment.yml"
    container "${params.container ?: 'breakapart:0.2.0'}"

    input:
    // Index and Chimeric.out.junction are optional: [] if there is none.
    tuple val(meta), path(alignment), path(index), path(chimeric)
    // FASTA with .fai (and .gzi); [[:], [], []] if there is none. A CRAM needs it.
    tuple val(meta2), path(fasta), path(fasta_index)
    path gtf

    output:
    tuple val(meta), path("*.breakapart.json"), emit: json
    tuple val(meta), path("*.fusions.tsv"), emit: fusions
    tuple val(meta), path("*.discarded.tsv"), emit: discarded
    tuple val(meta), path("*.junctions.fa"), emit: junctions
    tuple val(meta), path("${prefix}.*", includeInputs: false), emit: all
    tuple val(meta), path("*_mqc.*"), emit: multiqc, optional: true
    path "versions.yml", emit: versions

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    def reference = fasta ? "--reference ${fasta}" : ''
    def genes = gtf ? "--gtf ${gtf}" : ''
    def junctions = chimeric ? "--chimeric ${chimeric}" : ''
    def assay = meta.assay ? "--assay ${meta.assay}" : ''
    def library = meta.library ? "--library ${meta.library}" : ''
    """
    breakapart call \\
        --format json,fusions,discarded,junctions,html,multiqc \\
        --threads ${task.cpus} \\
        --sample '${prefix}' \\
        --output-dir . \\
        ${assay} ${library} ${reference} ${genes} ${junctions} ${args} \\
        -- ${alignment}

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        breakapart: \$(breakapart --version | sed 's/breakapart //')
    END_VERSIONS
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    touch ${prefix}.breakapart.json ${prefix}.fusions.tsv ${prefix}.discarded.tsv ${prefix}.junctions.fa ${prefix}.report.html

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        breakapart: stub
    END_VERSIONS
    """
}
