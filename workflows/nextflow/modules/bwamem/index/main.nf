process BWAMEM_INDEX {
    label 'process_index'
    conda "${moduleDir}/environment.yml"
    container "${params.aligner_container ?: 'breakapart-aligners:0.2.0'}"

    input:
    path fasta

    output:
    path "bwa", emit: index
    path "versions.yml", emit: versions

    script:
    """
    mkdir bwa
    bwa index -p bwa/genome ${fasta}

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        bwa: \$(bwa 2>&1 | sed -n 's/^Version: //p')
    END_VERSIONS
    """

    stub:
    """
    mkdir bwa
    echo '"${task.process}": {bwa: stub}' > versions.yml
    """
}
