process BREAKAPART_COHORT {
    label 'process_cohort'

    conda "${moduleDir}/environment.yml"
    container "${params.container ?: 'breakapart:0.2.0'}"

    input:
    path reports, stageAs: 'reports/*'
    // CSV with `patient` and `sample`; samples without report are named in the cohort's own table.
    path sheet

    output:
    path "cohort/genetic_characterisation.tsv", emit: table
    path "cohort/cohort.html", emit: html
    path "cohort/*", emit: all
    path "versions.yml", emit: versions

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    """
    breakapart cohort reports --samples ${sheet} -o cohort ${args}

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        breakapart: \$(breakapart --version | sed 's/breakapart //')
    END_VERSIONS
    """

    stub:
    """
    mkdir -p cohort
    touch cohort/genetic_characterisation.tsv cohort/breakpoints.bed cohort/concordance.tsv cohort/summary.json cohort/cohort.html

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        breakapart: stub
    END_VERSIONS
    """
}
