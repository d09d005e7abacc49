//! Reference bases from a FASTA of exons, for either build.
//!
//! Exon lengths do not differ between GRCh37 and GRCh38 for the catalogue's genes, so a sequence named
//! by gene and exon serves both, which one named by coordinates would not.

use thiserror::Error;

use crate::catalogue::GeneModels;
use crate::genome::patches::fasta;
use crate::genome::{Contigs, PatchedSequence};

/// A FASTA of exons that does not fit the gene models.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExonPatchError {
    /// The title is not as expected.
    #[error("sequence name {0:?} is not GENE eNUMBER flank=BASES with a known gene and exon")]
    Title(String),
    /// The bases are not as many as exon and flanks need.
    #[error("{title}: {found} bases for an exon with flanks of {expected}")]
    Length {
        /// Title of the sequence.
        title: String,
        /// Bases of the exon with its flanks.
        expected: i64,
        /// Bases found.
        found: usize,
    },
}

/// Reads sequences titled `KMT2A e8 flank=30`: the exon (MANE number) and so many bases on both sides,
/// on the forward strand of the genome. What follows is a remark. Genes whose contig the header lacks
/// are passed over.
///
/// # Errors
/// [`ExonPatchError`] for the first sequence that does not fit.
pub fn read(text: &str, models: &GeneModels, contigs: &Contigs) -> Result<PatchedSequence, ExonPatchError> {
    let mut source = PatchedSequence::new(contigs);
    for (title, bases) in fasta(text) {
        let wrong = || ExonPatchError::Title(title.to_owned());
        let mut words = title.split_whitespace();
        let symbol = words.next().ok_or_else(wrong)?;
        let number: u16 = words
            .next()
            .and_then(|word| word.strip_prefix('e')?.parse().ok())
            .ok_or_else(wrong)?;
        let flank: i64 = words
            .next()
            .and_then(|word| word.strip_prefix("flank=")?.parse().ok())
            .filter(|flank| (0..10_000).contains(flank))
            .ok_or_else(wrong)?;
        let Some(gene) = models.by_symbol(symbol) else {
            // A header with fewer contigs is fine; a gene that nobody knows is not.
            if crate::catalogue::catalogue().gene(models.build(), symbol).is_none() {
                return Err(wrong());
            }
            continue;
        };
        let exon = gene.transcript().and_then(|t| t.exon(number)).ok_or_else(wrong)?;
        let contig = models.contig_of(gene).ok_or_else(wrong)?;
        let expected = exon.interval.len() + 2 * flank;
        if i64::try_from(bases.len()) != Ok(expected) {
            return Err(ExonPatchError::Length {
                title: title.to_owned(),
                expected,
                found: bases.len(),
            });
        }
        source.insert(contig, exon.interval.start.0 - flank, &bases);
    }
    Ok(source)
}
