//! Reference bases of `test-data/reference/exons.fa`, for either build: exon lengths do not differ between GRCh37
//! and GRCh38 for the catalogue's genes, so sequences named by gene and exon serve both.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use breakapart_core::catalogue::GeneModels;
use breakapart_core::genome::{Contigs, PatchedSequence};

/// Reads sequences titled `KMT2A e8 flank=30`: the exon (MANE number) and so many bases on both sides, on the
/// forward strand of the genome. What follows is a remark. Genes whose contig the header lacks are left out.
pub(crate) fn read(text: &str, models: &GeneModels, contigs: &Contigs) -> PatchedSequence {
    let mut source = PatchedSequence::new(contigs);
    for record in text.split('>').skip(1) {
        let (title, bases) = record.split_once('\n').expect(record);
        let bases: Vec<u8> = bases.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        let words: Vec<&str> = title.split_whitespace().collect();
        let number: u16 = words[1].strip_prefix('e').unwrap().parse().unwrap();
        let flank: i64 = words[2].strip_prefix("flank=").unwrap().parse().unwrap();
        let Some(gene) = models.by_symbol(words[0]) else {
            continue;
        };
        let exon = gene.transcript().and_then(|t| t.exon(number)).expect(title).interval;
        assert_eq!(Ok(exon.len() + 2 * flank), i64::try_from(bases.len()), "{title}");
        source.insert(models.contig_of(gene).expect(title), exon.start.0 - flank, &bases);
    }
    source
}
