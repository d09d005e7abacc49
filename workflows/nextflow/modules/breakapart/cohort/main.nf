process BREAKAPART_COHORT {
    label 'process_cohort'

    conda "${moduleDir}/environment.yml"
    container "${params.container ?: 'breakapart:0.1.0'}"

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
    # Until the program has `cohort`: the states alone.
    if breakapart cohort --help > /dev/null 2>&1; then
        breakapart cohort reports --samples ${sheet} -o cohort ${args}
    else
        mkdir -p cohort
        for report in reports/*.breakapart.json; do
            printf '%s\\t%s\\n' "\$(basename "\$report" .breakapart.json)" "\$(sed -n 's/.*"state": *"\\([a-z_]*\\)".*/\\1/p' "\$report" | head -n 1)"
        done > cohort/genetic_characterisation.tsv
        printf '<!DOCTYPE html><title>cohort</title><pre>%s</pre>\\n' "\$(cat cohort/genetic_characterisation.tsv)" > cohort/cohort.html
    fi

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
