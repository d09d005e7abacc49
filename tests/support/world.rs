//! Contigs, gene models and reference bases of `test-data/reference/exons.fa`, for any build: the catalogue's exons
//! have
//! the same length in both builds, so sequences named by gene and exon serve both. Included by path where `super::lab`
//! names the simulator.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use breakapart_core::catalogue::GeneModels;
use breakapart_core::genome::{Build, Contigs, PatchedSequence};

use super::lab::{ContigStyle, Genome, contigs};

/// The data from which samples are simulated.
pub(crate) struct World {
    pub(crate) contigs: Contigs,
    pub(crate) models: GeneModels,
    pub(crate) source: PatchedSequence,
}

impl World {
    pub(crate) fn new(build: Build, style: ContigStyle) -> Self {
        let contigs = contigs(build, style);
        let models = GeneModels::bind(build, &contigs, Vec::new());
        let fasta = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .map(|folder| folder.join("test-data/reference/exons.fa"))
            .find(|path| path.is_file())
            .unwrap();
        let source = read(&std::fs::read_to_string(fasta).unwrap(), &models, &contigs);
        Self {
            contigs,
            models,
            source,
        }
    }

    /// GRCh38 with names like `chr11`.
    pub(crate) fn grch38() -> Self {
        Self::new(Build::GRCh38, ContigStyle::Chr)
    }

    pub(crate) fn genome(&self) -> Genome<'_> {
        Genome::new(&self.contigs, &self.models, &self.source)
    }
}

/// Reads sequences titled `KMT2A e8 flank=30`: the exon (MANE number) and that many bases on both sides, on the forward
/// strand of the genome. The rest of the title is a comment. Genes whose contig the header lacks are skipped.
fn read(text: &str, models: &GeneModels, contigs: &Contigs) -> PatchedSequence {
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
