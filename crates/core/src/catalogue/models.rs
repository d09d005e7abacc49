//! Gene models bound to the contigs of one alignment header.

use std::collections::BTreeMap;

use crate::genome::{Build, ContigId, Contigs, Interval, Position};

use super::gene::hull;
use super::{Gene, Transcript, catalogue, windows::FULL_CONTROLS};

/// KMT2A's contig if the header has no chromosome 11; it has no records.
const NO_CONTIG: ContigId = ContigId(u32::MAX);

/// The genes of the catalogue, and of a GTF if given, by contig.
#[derive(Clone, Debug)]
pub struct GeneModels {
    build: Build,
    kmt2a: (Gene, ContigId),
    /// Genes of each contig by start, then end, then symbol.
    contigs: BTreeMap<ContigId, Vec<Gene>>,
    contig_by_chromosome: BTreeMap<String, ContigId>,
    by_symbol: BTreeMap<String, (ContigId, usize)>,
}

/// A gene and its distance from a position (bases).
pub(crate) type Near<'a> = (&'a Gene, i64);

impl GeneModels {
    /// Binds the catalogue's genes of `build`, and `extra` ones from a GTF, to a header.
    ///
    /// The catalogue takes precedence: an extra gene with the same symbol (or a former one, at the same locus) only
    /// adds
    /// transcripts with different exons, after the catalogue's own; one with the same symbol elsewhere is dropped.
    /// Genes
    /// on contigs that are missing from the header, or that extend past a contig's end, are left out.
    pub fn bind(build: Build, contigs: &Contigs, extra: Vec<Gene>) -> Self {
        let mut genes = catalogue().genes(build).to_vec();
        let known: BTreeMap<String, usize> = genes.iter().enumerate().map(|(i, g)| (g.symbol.clone(), i)).collect();
        for gene in extra {
            let home = catalogue()
                .current_symbol(&gene.symbol)
                .and_then(|symbol| genes.get_mut(*known.get(symbol)?));
            match home {
                Some(home) if is_same_place(home, &gene) => {
                    // Tools that use the output with that GTF need its identifier.
                    home.id = gene.id.or(home.id.take());
                    add_transcripts(home, gene.transcripts);
                }
                Some(home) if home.symbol == gene.symbol => {}
                _ => genes.push(gene),
            }
        }
        let kmt2a_contig = contigs
            .resolve(&catalogue().kmt2a(build).chromosome)
            .unwrap_or(NO_CONTIG);
        let kmt2a = genes.first().cloned().unwrap_or_default();
        let mut models = Self {
            build,
            kmt2a: (kmt2a, kmt2a_contig),
            contigs: BTreeMap::new(),
            contig_by_chromosome: BTreeMap::new(),
            by_symbol: BTreeMap::new(),
        };
        for gene in genes {
            if let Some(contig) = contigs.resolve(&gene.chromosome)
                && gene.interval.end.0 <= contigs.length(contig)
            {
                models.contig_by_chromosome.insert(gene.chromosome.clone(), contig);
                models.contigs.entry(contig).or_default().push(gene);
            }
        }
        for (contig, genes) in &mut models.contigs {
            genes.sort_by(Gene::by_place);
            for (index, gene) in genes.iter().enumerate() {
                let place = models.by_symbol.entry(gene.symbol.clone()).or_insert((*contig, index));
                // A symbol may occur several times in a GTF; it resolves to the catalogue's gene.
                if !gene.roles.is_empty() {
                    *place = (*contig, index);
                }
            }
        }
        models
    }

    /// The build of the catalogue's genes.
    pub const fn build(&self) -> Build {
        self.build
    }

    /// Genes that overlap the interval, by start.
    pub fn overlapping(&self, contig: ContigId, interval: Interval) -> impl Iterator<Item = &Gene> {
        let genes = self.contigs.get(&contig).into_iter().flatten();
        genes.filter(move |gene| gene.interval.overlaps(interval))
    }

    /// Genes that contain the position, by start.
    pub fn at(&self, contig: ContigId, position: Position) -> impl Iterator<Item = &Gene> {
        let one_base = Interval {
            start: position,
            end: position.offset(1),
        };
        self.overlapping(contig, one_base)
    }

    /// The nearest gene entirely below the position and the nearest entirely above it, each with the distance (bases)
    /// from
    /// the position to the gene's nearest base. Genes that contain the position are skipped.
    pub fn nearest(&self, contig: ContigId, position: Position) -> (Option<Near<'_>>, Option<Near<'_>>) {
        let genes = || self.contigs.get(&contig).into_iter().flatten();
        let lower = genes()
            .filter(|gene| gene.interval.end <= position)
            .max_by_key(|gene| gene.interval.end);
        let higher = genes().find(|gene| gene.interval.start > position);
        (
            lower.map(|gene| (gene, position.distance(gene.interval.last()))),
            higher.map(|gene| (gene, gene.interval.start.distance(position))),
        )
    }

    /// KMT2A and its contig. If the header has no chromosome 11, the contig has no records.
    pub const fn kmt2a(&self) -> (&Gene, ContigId) {
        (&self.kmt2a.0, self.kmt2a.1)
    }

    /// The contig of a bound gene.
    pub fn contig_of(&self, gene: &Gene) -> Option<ContigId> {
        self.contig_by_chromosome.get(&gene.chromosome).copied()
    }

    /// A bound gene by its current symbol, a former one, or the GTF's.
    pub fn by_symbol(&self, symbol: &str) -> Option<&Gene> {
        let (contig, index) = self
            .by_symbol
            .get(symbol)
            .or_else(|| self.by_symbol.get(catalogue().current_symbol(symbol)?))?;
        self.contigs.get(contig)?.get(*index)
    }

    /// All bound genes, by contig and start.
    pub fn iter(&self) -> impl Iterator<Item = (ContigId, &Gene)> {
        self.contigs
            .iter()
            .flat_map(|(contig, genes)| genes.iter().map(|gene| (*contig, gene)))
    }

    /// The control genes read in full.
    pub fn full_controls(&self) -> impl Iterator<Item = (ContigId, &Gene)> {
        self.iter()
            .filter(|(_, gene)| FULL_CONTROLS.contains(&gene.symbol.as_str()))
    }
}

fn is_same_place(known: &Gene, other: &Gene) -> bool {
    known.chromosome == other.chromosome && known.strand == other.strand && known.interval.overlaps(other.interval)
}

fn add_transcripts(home: &mut Gene, transcripts: Vec<Transcript>) {
    for mut transcript in transcripts {
        home.annotated.add_transcript(&transcript);
        let exons = |t: &Transcript| t.exons.iter().map(|exon| exon.interval).collect::<Vec<_>>();
        let new = exons(&transcript);
        if home.transcripts.iter().any(|known| exons(known) == new) {
            continue;
        }
        // A gene has one MANE Select transcript: the catalogue's.
        transcript.mane &= !home.transcripts.iter().any(|known| known.mane);
        home.interval = hull(home.interval, transcript.interval);
        home.transcripts.push(transcript);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::gene::ExonModel;
    use crate::catalogue::{Annotated, Role, Roles};
    use crate::genome::Strand;

    fn gene(symbol: &str, chromosome: &str, strand: Strand, exons: &[(i64, i64)]) -> Gene {
        let models: Vec<_> = exons
            .iter()
            .map(|&(first, last)| ExonModel {
                interval: Interval::from_one_based(first, last),
                coding: None,
            })
            .collect();
        let transcript = Transcript::from_exons(format!("{symbol}-t"), None, true, strand, &models, 0).unwrap();
        let mut annotated = Annotated::default();
        annotated.add_transcript(&transcript);
        Gene {
            symbol: symbol.to_owned(),
            id: None,
            chromosome: chromosome.to_owned(),
            strand,
            interval: transcript.interval,
            roles: Roles::NONE,
            transcripts: vec![transcript],
            annotated,
            note: None,
            source: "test".to_owned(),
        }
    }

    fn chr11() -> Contigs {
        Contigs::new([("chr11".to_owned(), 135_086_622)])
    }

    #[test]
    fn a_header_of_chromosome_11_alone_is_fine() {
        let models = GeneModels::bind(Build::GRCh38, &chr11(), Vec::new());
        assert_eq!(models.kmt2a().1, ContigId(0));
        assert!(models.by_symbol("AFF1").is_none());
        assert_eq!(models.by_symbol("MLL").unwrap().symbol, "KMT2A");
        let e8_donor = Position::from_one_based(118_482_495);
        let symbols: Vec<_> = models.at(ContigId(0), e8_donor).map(|g| g.symbol.as_str()).collect();
        assert_eq!(symbols, ["KMT2A"]);
        assert_eq!(models.contig_of(models.kmt2a().0), Some(ContigId(0)));
        // Between ATP5MG (ends 118,409,847) and KMT2A (begins 118,436,492).
        let (lower, higher) = models.nearest(ContigId(0), Position::from_one_based(118_420_000));
        assert_eq!(lower.map(|(g, d)| (g.symbol.as_str(), d)), Some(("ATP5MG", 10_153)));
        assert_eq!(higher.map(|(g, d)| (g.symbol.as_str(), d)), Some(("KMT2A", 16_492)));
    }

    #[test]
    fn without_chromosome_11_kmt2a_lies_nowhere() {
        let contigs = Contigs::new([("4".to_owned(), 190_214_555)]);
        let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
        assert_eq!(models.kmt2a().1, NO_CONTIG);
        assert_eq!(models.kmt2a().0.symbol, "KMT2A");
        assert!(models.by_symbol("AFF1").is_some() && models.by_symbol("KMT2A").is_none());
    }

    #[test]
    fn a_gtf_adds_transcripts_to_the_catalogue_and_genes_of_its_own() {
        let known = catalogue().kmt2a(Build::GRCh38);
        let same = Gene {
            symbol: "MLL".to_owned(),
            ..known.clone()
        };
        let other = gene(
            "KMT2A",
            "11",
            Strand::Forward,
            &[(118_436_400, 118_436_944), (118_468_775, 118_468_844)],
        );
        let elsewhere = gene("KMT2A", "11", Strand::Forward, &[(5_000, 6_000)]);
        let own = gene("NOVEL1", "11", Strand::Reverse, &[(118_430_000, 118_436_000)]);
        let models = GeneModels::bind(Build::GRCh38, &chr11(), vec![same, other, elsewhere, own]);
        let (kmt2a, _) = models.kmt2a();
        assert_eq!(kmt2a.transcripts.len(), 2);
        assert!(kmt2a.transcripts[0].mane && !kmt2a.transcripts[1].mane);
        assert_eq!(kmt2a.interval.start.one_based(), 118_436_400);
        assert!(kmt2a.roles.has(Role::Kmt2a));
        let known = known.exons_annotated().len();
        assert_eq!(kmt2a.exons_annotated().len(), known + 1);
        assert_eq!(models.by_symbol("NOVEL1").unwrap().exons_annotated().len(), 1);
        assert_eq!(models.iter().filter(|(_, g)| g.symbol == "KMT2A").count(), 1);
        let (lower, _) = models.nearest(ContigId(0), Position::from_one_based(118_436_100));
        assert_eq!(lower.map(|(g, d)| (g.symbol.as_str(), d)), Some(("NOVEL1", 100)));
    }

    proptest! {
        #[test]
        fn look_ups_agree_with_a_plain_search(
            places in prop::collection::vec((0_i64..400, 1_i64..150), 0..20),
            start in 0_i64..500,
            len in 1_i64..60,
        ) {
            let extra: Vec<_> = places
                .iter()
                .enumerate()
                .map(|(i, &(start, len))| gene(&format!("G{i}"), "test", Strand::Forward, &[(start + 1, start + len)]))
                .collect();
            let contigs = Contigs::new([("test".to_owned(), 1_000)]);
            let models = GeneModels::bind(Build::GRCh38, &contigs, extra.clone());
            let (contig, window) = (ContigId(0), Interval::new(start, start + len));
            let mut found: Vec<_> = models.overlapping(contig, window).map(|g| g.symbol.clone()).collect();
            let mut plain: Vec<_> = extra.iter().filter(|g| g.interval.overlaps(window)).map(|g| g.symbol.clone()).collect();
            found.sort();
            plain.sort();
            prop_assert_eq!(found, plain);
            let (lower, higher) = models.nearest(contig, Position(start));
            let below = extra.iter().map(|g| start - g.interval.last().0).filter(|d| *d > 0).min();
            let above = extra.iter().map(|g| g.interval.start.0 - start).filter(|d| *d > 0).min();
            prop_assert_eq!(lower.map(|(_, d)| d), below);
            prop_assert_eq!(higher.map(|(_, d)| d), above);
        }
    }
}
