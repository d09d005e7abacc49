process MULTIQC {
    label 'process_multiqc'
    conda "${moduleDir}/environment.yml"
    container "${params.aligner_container ?: 'breakapart-aligners:0.2.0'}"

    input:
    path files, stageAs: 'files/*'
    path config

    output:
    path "multiqc_report.html", emit: report
    path "multiqc_report_data", emit: data
    path "versions.yml", emit: versions

    script:
    def args = task.ext.args ?: ''
    """
    multiqc --force --no-ansi --filename multiqc_report --config ${config} ${args} files

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        multiqc: \$(multiqc --version | sed 's/.*version //')
    END_VERSIONS
    """

    stub:
    """
    mkdir multiqc_report_data
    touch multiqc_report.html
    echo '"${task.process}": {multiqc: stub}' > versions.yml
    """
}
