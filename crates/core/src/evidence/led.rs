//! Genes that KMT2A's own records point to, and the records that join those genes to another gene: a segment of a
//! third gene between KMT2A and the last partner is in molecules without KMT2A.
//!
//! A record points to a gene by its mate, its SA entries, and its unaligned bases (soft clips, unmapped reads) if
//! they match exons of the catalogue: most aligners write nothing else for a read across a junction.
//!
//! Which records are searched depends on the records alone: with an index they are read in a second round, in one
//! pass they are parked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    catalogue::{Gene, GeneModels, Role},
    genome::{AlignedRecord, ContigId, Interval, Position, Strand, record::SupplementaryEntry},
};

use super::{
    templates::is_discordant,
    unaligned::{ExonIndex, WORD, codes},
};

/// How far downstream of the position that KMT2A's records point to a junction with a third gene is searched (bases).
const REACH: i64 = 1_000_000;
/// Fragments that must point to a gene that is not a catalogue partner (count): chance chimeras point to many genes
/// once.
const FRAGMENTS: usize = 2;
/// Genes that are followed (count), those with most fragments first.
pub(super) const GENES_CAP: usize = 40;
/// Different read ends whose positions are cached (count), some 30 MB; further ones are looked up each time.
const KNOWN_CAP: usize = 100_000;

/// The region downstream of where KMT2A's records enter a gene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Led {
    pub(super) contig: ContigId,
    /// The region to search.
    pub(super) within: Interval,
    gene: Interval,
}

/// The genes other than KMT2A that contain a base.
fn genes_at(models: &GeneModels, contig: ContigId, position: i64) -> impl Iterator<Item = &Gene> {
    let at = models.at(contig, Position(position));
    at.filter(|gene| !gene.roles.has(Role::Kmt2a))
}

/// The genes that contain a base, from their start.
pub(super) fn around(models: &GeneModels, contig: ContigId, position: i64) -> Vec<Led> {
    let whole = |gene: &Gene| Led {
        contig,
        within: gene.interval,
        gene: gene.interval,
    };
    genes_at(models, contig, position).map(whole).collect()
}

/// The fragments that point to one gene.
struct Leads<'a> {
    gene: &'a Gene,
    names: BTreeSet<u64>,
    low: i64,
    high: i64,
}

/// The regions downstream of the positions that fragments point to, and the number of genes left out.
pub(super) fn led(models: &GeneModels, leads: impl Iterator<Item = (u64, ContigId, i64)>) -> (Vec<Led>, usize) {
    let mut by_gene: BTreeMap<(ContigId, Interval, Strand, &str), Leads<'_>> = BTreeMap::new();
    for (name, contig, position) in leads {
        for gene in genes_at(models, contig, position) {
            let place = (contig, gene.interval, gene.strand, gene.symbol.as_str());
            let leads = by_gene.entry(place).or_insert_with(|| Leads {
                gene,
                names: BTreeSet::new(),
                low: position,
                high: position,
            });
            leads.names.insert(name);
            leads.low = leads.low.min(position);
            leads.high = leads.high.max(position);
        }
    }
    by_gene.retain(|_, leads| leads.gene.roles.has(Role::Partner) || leads.names.len() >= FRAGMENTS);
    let mut genes: Vec<_> = by_gene.into_iter().collect();
    // With equal numbers of fragments, by position.
    genes.sort_by_key(|(_, leads)| std::cmp::Reverse(leads.names.len()));
    let left_out = genes.len().saturating_sub(GENES_CAP);
    genes.truncate(GENES_CAP);
    let mut all: Vec<Led> = genes
        .into_iter()
        .map(|((contig, gene, strand, _), Leads { low, high, .. })| Led {
            contig,
            within: match strand {
                Strand::Forward => Interval::new(low, gene.end.0.min(low + REACH)),
                Strand::Reverse => Interval::new(gene.start.0.max(high - REACH), high + 1),
            },
            gene,
        })
        .collect();
    all.sort_unstable();
    (all, left_out)
}

/// Positions that a chimeric record points to: its mate and its SA entries.
pub(super) fn far_ends(record: &AlignedRecord) -> impl Iterator<Item = (ContigId, i64)> {
    let mate = record.mate_contig.filter(|_| is_discordant(record));
    let mate = mate.map(|contig| (contig, record.mate_position));
    // An end-to-end alignment is not part of a chimera, whatever its SA tag says. A multi-mapping segment points
    // nowhere.
    let is_part = |e: &&SupplementaryEntry| record.cigar.0.len() > 1 && e.mapq > 0;
    let parts = record.supplementary.iter().filter(is_part);
    mate.into_iter().chain(parts.map(|e| (e.contig, e.position.0)))
}

/// Loci of a record's unaligned bases (soft clips, unmapped reads) on exons of the catalogue.
pub(super) struct Spelt<'a> {
    exons: Option<&'a ExonIndex>,
    /// Cache of look-ups by sequence: thousands of reads may cover one junction.
    known: HashMap<Vec<u8>, Vec<(ContigId, i64)>>,
}

impl<'a> Spelt<'a> {
    /// With these exons, or none if unmapped reads are not searched.
    pub(super) fn new(exons: Option<&'a ExonIndex>) -> Self {
        Self {
            exons,
            known: HashMap::new(),
        }
    }

    /// The first and the last base of each such locus.
    pub(super) fn places(&mut self, record: &AlignedRecord) -> Vec<(ContigId, i64)> {
        let (Some(exons), bases) = (self.exons, &record.sequence) else {
            return Vec::new();
        };
        let (first, last) = record.cigar.soft_clips();
        let right = bases.len().saturating_sub(last as usize);
        let parts = if record.flags.is_unmapped() {
            [Some(bases.as_slice()), None]
        } else {
            [bases.get(..first as usize), bases.get(right..)]
        };
        let sought = |part: &&[u8]| part.len() >= WORD && exons.touches(codes(part));
        let mut places = Vec::new();
        for part in parts.into_iter().flatten().filter(sought) {
            if let Some(found) = self.known.get(part) {
                places.extend_from_slice(found);
                continue;
            }
            let ends = |(contig, on): (ContigId, Interval)| [(contig, on.start.0), (contig, on.end.0 - 1)];
            let found: Vec<_> = exons.places(part).into_iter().flat_map(ends).collect();
            places.extend_from_slice(&found);
            if self.known.len() < KNOWN_CAP {
                self.known.insert(part.to_vec(), found);
            }
        }
        places
    }
}

/// Whether a record joins one of the genes to another locus.
pub(super) fn leaves(record: &AlignedRecord, led: &[Led], spelt: &mut Spelt<'_>) -> bool {
    if record.flags.is_qc_fail() || record.flags.is_secondary() || led.is_empty() {
        return false;
    }
    let mut places = spelt.places(record);
    let is_within = |l: &Led, (c, p): (ContigId, i64)| c == l.contig && l.within.contains(Position(p));
    let is_beyond = |l: &Led, (c, p): (ContigId, i64)| c != l.contig || !l.gene.contains(Position(p));
    let own = if record.flags.is_unmapped() {
        places.clone()
    } else {
        places.extend(far_ends(record));
        Vec::from_iter(record.contig.map(|contig| (contig, record.position)))
    };
    led.iter()
        .any(|l| own.iter().any(|at| is_within(l, *at)) && places.iter().any(|at| is_beyond(l, *at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genome::{Build, Contigs};

    fn bound(genes: Vec<Gene>) -> GeneModels {
        let contigs = [("none", 10), ("one", 3_000_000), ("two", 3_000_000)];
        let contigs = Contigs::new(contigs.map(|(name, length)| (name.to_owned(), length)));
        GeneModels::bind(Build::GRCh38, &contigs, genes)
    }

    fn gene(chromosome: &str, (start, end): (i64, i64), strand: Strand) -> Gene {
        Gene {
            symbol: format!("G{start}"),
            chromosome: chromosome.to_owned(),
            interval: Interval::new(start, end),
            strand,
            ..Gene::default()
        }
    }

    fn partner(gene: Gene) -> Gene {
        let roles = gene.roles.with(Role::Partner);
        Gene { roles, ..gene }
    }

    fn genes() -> GeneModels {
        bound(vec![
            partner(gene("one", (1_000, 2_500_000), Strand::Forward)),
            gene("two", (1_000, 50_000), Strand::Reverse),
        ])
    }

    fn record(position: i64, mate: (u32, i64)) -> AlignedRecord {
        AlignedRecord {
            flags: crate::genome::Flags(65),
            contig: Some(ContigId(1)),
            position,
            mate_contig: Some(ContigId(mate.0)),
            mate_position: mate.1,
            cigar: crate::genome::Cigar::parse("100M").unwrap(),
            ..AlignedRecord::default()
        }
    }

    #[test]
    fn records_that_leave_a_partner_downstream_are_asked_for() {
        let (led, left_out) = led(&genes(), [(7, ContigId(1), 5_000)].into_iter());
        assert_eq!(left_out, 0);
        assert_eq!(led[0].within, Interval::new(5_000, 1_005_000));
        // The last base of the region, the one after it, the one before it.
        let leaves = |record: &AlignedRecord| super::leaves(record, &led, &mut Spelt::new(None));
        assert!(leaves(&record(1_004_999, (9, 10))));
        assert!(!leaves(&record(1_005_000, (9, 10))));
        assert!(!leaves(&record(4_999, (9, 10))));
        // A distant mate in the same gene joins nothing.
        assert!(!leaves(&record(6_000, (1, 2_000_000))));
        assert!(leaves(&record(6_000, (1, 2_500_000))));
    }

    #[test]
    fn a_gene_that_is_no_partner_asks_for_two_fragments() {
        let one = [(7, ContigId(2), 30_000), (7, ContigId(2), 31_000)];
        assert!(led(&genes(), one.into_iter()).0.is_empty());
        let two = one.into_iter().chain([(8, ContigId(2), 29_000)]);
        // On the reverse strand: positions below the highest one.
        assert_eq!(led(&genes(), two).0[0].within, Interval::new(1_000, 31_001));
    }

    #[test]
    fn genes_beyond_the_cap_are_counted() {
        let count = GENES_CAP as i64 + 2;
        let place = |n: i64| (n * 100, n * 100 + 90);
        let models = bound(
            (0..count)
                .map(|n| partner(gene("one", place(n), Strand::Forward)))
                .collect(),
        );
        let (led, left_out) = led(&models, (0..count).map(|n| (n as u64, ContigId(1), n * 100 + 5)));
        assert_eq!((led.len(), left_out), (GENES_CAP, 2));
    }

    /// An unspliced aligner clips the next exon, which is not a junction with another gene.
    #[test]
    fn clips_that_match_another_gene_are_junctions() {
        use crate::{catalogue::BuiltIn, evidence::unaligned::Scope, genome::SequenceSource as _};
        let contigs = Contigs::new((1..=12).map(|n| (format!("chr{n}"), 250_000_000)));
        let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
        let source = BuiltIn::bind(Build::GRCh38, &contigs);
        let index = ExonIndex::new(&models, &source, Scope::CatalogueInFull);
        let exon = |symbol: &str, number: u16| {
            let gene = models.by_symbol(symbol).unwrap();
            let contig = models.contig_of(gene).unwrap();
            (contig, gene.transcripts[0].exon(number).unwrap().interval)
        };
        let bases = |(contig, interval): (ContigId, Interval), from: i64, to: i64| {
            let start = interval.start.0;
            source.bases(contig, Interval::new(start + from, start + to)).unwrap()
        };
        let (contig, aligned) = exon("AFF1", 5);
        let leaves = |clip: Vec<u8>| {
            let start = aligned.end.0 - 30;
            let cigar = format!("30M{}S", clip.len());
            let record = AlignedRecord {
                contig: Some(contig),
                position: start,
                cigar: crate::genome::Cigar::parse(&cigar).unwrap(),
                sequence: [bases((contig, aligned), aligned.len() - 30, aligned.len()), clip].concat(),
                ..AlignedRecord::default()
            };
            let around = around(&models, contig, start);
            super::leaves(&record, &around, &mut Spelt::new(Some(&index)))
        };
        assert!(!leaves(bases(exon("AFF1", 6), 0, 20)));
        assert!(leaves(bases(exon("NFKB1", 13), 0, 20)));
        // One base less than a k-mer is not looked up.
        assert!(leaves(bases(exon("NFKB1", 13), 0, 16)) && !leaves(bases(exon("NFKB1", 13), 0, 15)));
    }
}
