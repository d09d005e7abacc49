#!/usr/bin/env nextflow
/*
 * breakapart: KMT2A rearrangements for a sample sheet.
 *
 *   sheet -> (STAR | HISAT2 | BWA-MEM, for FASTQ) -> call, one task per sample -> cohort -> MultiQC
 *
 * An unreadable sample fails on its own: the others finish, and it is named at the end and in failed_samples.tsv.
 */
nextflow.enable.dsl = 2

include { BREAKAPART_CALL   } from './modules/breakapart/call/main'
include { BREAKAPART_COHORT } from './modules/breakapart/cohort/main'
include { MULTIQC           } from './modules/multiqc/main'
include { ALIGN             } from './subworkflows/align'

def usage() {
    """
    nextflow run workflows/nextflow --input samples.csv --outdir results [-profile docker|singularity|slurm|awsbatch|k8s] [-resume]

      --input FILE        sample sheet (CSV): patient, sample, assay, and alignment or fastq_1/fastq_2; see README.md
      --outdir DIR        results [results]
      --fasta FILE        reference: for CRAM, exact frames, and to build the aligners' indexes
      --gtf FILE          genes beyond the catalogue
      --rna_aligner NAME  star or hisat2, for FASTQ of RNA [star]; DNA goes through BWA-MEM
      --star_index, --hisat2_index, --bwa_index DIR    indexes that exist already
      --plan              print what would run and stop (with -stub: run it without the work)
      --strict            exit status 1 where a sample failed
    """.stripIndent()
}

// Index next to an alignment file, if there is one.
def index_of(alignment) {
    def name = alignment.toUriString()
    def stem = name.replaceAll(/\.(bam|cram|sam)$/, '')
    ["${name}.bai", "${stem}.bai", "${name}.csi", "${name}.crai", "${stem}.crai"]
        .collect { candidate -> file(candidate) }
        .find { candidate -> candidate.exists() } ?: []
}

def here(text) { text ? file(text) : [] }

workflow {
    if (params.help || !params.input) {
        log.info usage()
        if (params.help) { exit 0 }
        exit 2, "error: --input is missing"
    }
    def problems = []
    def rows = SampleSheet.read(file(params.input), file("${projectDir}/assets/schema_input.json"), problems)
    problems.addAll(SampleSheet.missing(rows) { name -> file(name).exists() })
    if (problems) {
        exit 2, "error: ${params.input}:\n  " + problems.join('\n  ')
    }
    if (params.plan) {
        log.info SampleSheet.plan(rows, params)
        exit 0
    }

    def fasta = params.fasta ? file(params.fasta, checkIfExists: true) : []
    def fasta_index = fasta ? ["${params.fasta}.fai", "${params.fasta}.gzi"].collect { name -> file(name) }.findAll { it.exists() } : []
    def gtf = params.gtf ? file(params.gtf, checkIfExists: true) : []

    // Row by row: [meta, row]. In the order of the sheet, so that task hashes do not depend on timing.
    ch_rows = Channel.fromList(rows).map { row -> [[id: row.sample, patient: row.patient, assay: row.assay, library: row.library ?: null], row] }
    ch_rows.branch { _meta, row ->
        aligned: row.alignment
        fastq: true
    }.set { ch_kind }

    ch_aligned = ch_kind.aligned.map { meta, row ->
        def alignment = file(row.alignment)
        [meta, alignment, row.index ? file(row.index) : index_of(alignment), here(row.chimeric)]
    }
    ch_reads = ch_kind.fastq.map { meta, row -> [meta, [row.fastq_1, row.fastq_2].findAll { it }.collect { file(it) }] }
    ALIGN(ch_reads, fasta, gtf)

    BREAKAPART_CALL(
        ch_aligned.mix(ALIGN.out.bam.map { meta, bam, bai -> [meta, bam, bai, []] }),
        [[id: 'reference'], fasta, fasta_index],
        gtf
    )

    // Always sorted by name: the cohort's task hash must not depend on the order of completion.
    ch_reports = BREAKAPART_CALL.out.json
        .toSortedList { a, b -> a[0].id <=> b[0].id }
        .filter { it }
        .map { list -> list.collect { it[1] } }
    BREAKAPART_COHORT(ch_reports, file(params.input))

    // One row per sample, with its outcome.
    ch_fate = ch_rows.map { meta, row -> [meta.id, meta.patient, meta.assay, row.alignment ? 'alignment' : 'reads'] }
        .join(BREAKAPART_CALL.out.json.map { meta, _json -> [meta.id, 'called'] }, remainder: true)
        .map { id, patient, assay, kind, fate -> [id, patient, assay, kind, fate ?: 'failed'] }
    ch_fate.collectFile(
        name: 'samples_mqc.tsv', sort: true, newLine: true, storeDir: "${params.outdir}",
        seed: '# id: breakapart_samples\n# section_name: Samples of the run\n# description: Outcome of each row of the sheet.\n# plot_type: table\nSample\tPatient\tAssay\tInput\tResult'
    ) { it.join('\t') }.set { ch_samples }

    MULTIQC(
        BREAKAPART_CALL.out.multiqc.map { _meta, files -> files }
            .mix(ALIGN.out.logs)
            .flatten()
            .mix(ch_samples)
            .toSortedList { a, b -> a.name <=> b.name },
        file("${projectDir}/assets/multiqc_config.yml")
    )

    BREAKAPART_CALL.out.versions
        .mix(ALIGN.out.versions, BREAKAPART_COHORT.out.versions, MULTIQC.out.versions)
        .map { it.text }
        .unique()
        .collectFile(name: 'versions.yml', sort: true, storeDir: "${params.outdir}/pipeline_info")
}

workflow.onComplete {
    if (params.plan || params.help || !params.input) { return }
    Failures.tell(params.outdir, workflow, log)
}
