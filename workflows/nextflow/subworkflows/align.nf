// FASTQ to sorted BAM: RNA with STAR or HISAT2, DNA with BWA-MEM.

include { STAR_INDEX   } from '../modules/star/index/main'
include { STAR_ALIGN   } from '../modules/star/align/main'
include { HISAT2_INDEX } from '../modules/hisat2/index/main'
include { HISAT2_ALIGN } from '../modules/hisat2/align/main'
include { BWAMEM_INDEX } from '../modules/bwamem/index/main'
include { BWAMEM_ALIGN } from '../modules/bwamem/align/main'

// An existing index, or one built from the reference if any sample needs it.
def given(path) { Channel.value(file(path, checkIfExists: true)) }

workflow ALIGN {
    take:
    reads // [meta, [fastq, ...]]
    fasta // reference, or []
    gtf   // genes, or []

    main:
    reads.branch { meta, _files ->
        dna: meta.assay == 'dna'
        hisat2: params.rna_aligner == 'hisat2'
        star: true
    }.set { by }

    versions = Channel.empty()
    // `first()` of the reads: no index is built unless a sample needs it.
    if (params.star_index) {
        star = given(params.star_index)
    } else {
        STAR_INDEX(by.star.first().map { fasta ?: error("--fasta or --star_index is needed to align RNA") }, gtf)
        star = STAR_INDEX.out.index
        versions = versions.mix(STAR_INDEX.out.versions)
    }
    if (params.hisat2_index) {
        hisat2 = given(params.hisat2_index)
    } else {
        HISAT2_INDEX(by.hisat2.first().map { fasta ?: error("--fasta or --hisat2_index is needed to align RNA") })
        hisat2 = HISAT2_INDEX.out.index
        versions = versions.mix(HISAT2_INDEX.out.versions)
    }
    if (params.bwa_index) {
        bwa = given(params.bwa_index)
    } else {
        BWAMEM_INDEX(by.dna.first().map { fasta ?: error("--fasta or --bwa_index is needed to align DNA") })
        bwa = BWAMEM_INDEX.out.index
        versions = versions.mix(BWAMEM_INDEX.out.versions)
    }

    STAR_ALIGN(by.star, star)
    HISAT2_ALIGN(by.hisat2, hisat2)
    BWAMEM_ALIGN(by.dna, bwa)

    emit:
    bam = STAR_ALIGN.out.bam.mix(HISAT2_ALIGN.out.bam, BWAMEM_ALIGN.out.bam)
    logs = STAR_ALIGN.out.log.mix(HISAT2_ALIGN.out.log).map { _meta, log -> log }
    versions = versions.mix(STAR_ALIGN.out.versions, HISAT2_ALIGN.out.versions, BWAMEM_ALIGN.out.versions)
}
