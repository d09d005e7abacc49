process HISAT2_INDEX {
    label 'process_index'
    conda "${moduleDir}/environment.yml"
    container "${params.aligner_container ?: 'breakapart-aligners:0.2.0'}"

    input:
    path fasta

    output:
    path "hisat2", emit: index
    path "versions.yml", emit: versions

    script:
    def args = task.ext.args ?: ''
    """
    mkdir hisat2
    ${fasta.name.endsWith('.gz') ? "gzip -dc ${fasta} > genome.fa" : "ln -s ${fasta} genome.fa"}
    hisat2-build -q -p ${task.cpus} ${args} genome.fa hisat2/genome

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        hisat2: \$(hisat2 --version | sed -n '1s/.*version //p')
    END_VERSIONS
    """

    stub:
    """
    mkdir hisat2
    echo '"${task.process}": {hisat2: stub}' > versions.yml
    """
}
