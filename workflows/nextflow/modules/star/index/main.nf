process STAR_INDEX {
    label 'process_star'
    conda "${moduleDir}/environment.yml"
    container "${params.aligner_container ?: 'breakapart-aligners:0.2.0'}"

    input:
    path fasta
    path gtf

    output:
    path "star", emit: index
    path "versions.yml", emit: versions

    script:
    def args = task.ext.args ?: ''
    def genes = gtf ? "--sjdbGTFfile ${gtf} --sjdbOverhang 100" : ''
    """
    mkdir star
    ${fasta.name.endsWith('.gz') ? "gzip -dc ${fasta} > genome.fa" : "ln -s ${fasta} genome.fa"}
    STAR --runMode genomeGenerate --runThreadN ${task.cpus} --genomeDir star --genomeFastaFiles genome.fa ${genes} ${args}

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        star: \$(STAR --version)
    END_VERSIONS
    """

    stub:
    """
    mkdir star
    echo '"${task.process}": {star: stub}' > versions.yml
    """
}
