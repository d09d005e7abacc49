//! Reads from the compiled-in bases: transcripts of KMT2A and its partners, realigned.

mod fragments;
mod laid;
mod loci;
mod sample;
mod tails;

use std::sync::OnceLock;

use super::{
    locus::{Loci, Locus},
    walk::Model,
    words::Words,
};
use crate::{
    catalogue::{BuiltIn, Exon, Gene, GeneModels},
    genome::{Build, ContigId, Contigs, SequenceSource as _, Strand, sequence::reverse_complement},
};

/// GRCh38 with all chromosomes, its genes, and their compiled-in bases.
struct World {
    contigs: Contigs,
    models: GeneModels,
    source: BuiltIn,
    loci: Loci,
    words: Words,
    model: Model,
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let names = (1..=22).map(|n| format!("chr{n}")).chain(["chrX".to_owned()]);
        let len = |name: &str| if name == "chr11" { 135_086_622 } else { 250_000_000 };
        let contigs = Contigs::new(names.map(|name| {
            let len = len(&name);
            (name, len)
        }));
        let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
        let source = BuiltIn::bind(Build::GRCh38, &contigs);
        let loci = Loci::new(&models, &source);
        let words = Words::new(&loci);
        World {
            contigs,
            models,
            source,
            loci,
            words,
            model: Model::default(),
        }
    })
}

impl World {
    fn gene(&self, symbol: &str) -> (ContigId, &Gene) {
        let gene = self.models.by_symbol(symbol).unwrap();
        (self.models.contig_of(gene).unwrap(), gene)
    }

    fn exon(&self, symbol: &str, number: u16) -> Exon {
        let transcript = self.gene(symbol).1.transcript().unwrap();
        transcript.exon(number).unwrap().clone()
    }

    /// The gene's locus.
    fn locus(&self, symbol: &str) -> &Locus {
        let (contig, gene) = self.gene(symbol);
        let mut all = self.loci.all.iter();
        all.find(|l| l.contig == contig && l.strand == gene.strand && l.span.overlaps(gene.interval))
            .unwrap()
    }

    /// Bases of an exon of the lead transcript, in sense; `N` if not compiled in.
    fn exon_bases(&self, symbol: &str, number: u16) -> Vec<u8> {
        let (contig, gene) = self.gene(symbol);
        let interval = self.exon(symbol, number).interval;
        let unknown = || vec![b'N'; usize::try_from(interval.len()).unwrap()];
        let bases = self.source.bases(contig, interval).unwrap_or_else(unknown);
        match gene.strand {
            Strand::Forward => bases,
            Strand::Reverse => reverse_complement(&bases),
        }
    }

    /// First base of an exon, in sense (1-based).
    fn start(&self, symbol: &str, number: u16) -> i64 {
        let interval = self.exon(symbol, number).interval;
        match self.gene(symbol).1.strand {
            Strand::Forward => interval.start.one_based(),
            Strand::Reverse => interval.last().one_based(),
        }
    }

    /// Last base of an exon, in sense (1-based).
    fn end(&self, symbol: &str, number: u16) -> i64 {
        let interval = self.exon(symbol, number).interval;
        match self.gene(symbol).1.strand {
            Strand::Forward => interval.last().one_based(),
            Strand::Reverse => interval.start.one_based(),
        }
    }
}

/// The last `count` bases.
fn last(bases: &[u8], count: usize) -> &[u8] {
    &bases[bases.len() - count..]
}
