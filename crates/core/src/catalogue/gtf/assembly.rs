//! Assembles genes from GTF lines.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use crate::catalogue::gene::{ExonModel, hull};
use crate::catalogue::{Annotated, Gene, Roles, Transcript};
use crate::genome::{Interval, Strand, contig::bare_name};

use super::line::{Feature, Kind};

/// Genes under construction; lines may be in any order.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    /// Genes by contig, strand and gene id: one id may be on both sex chromosomes.
    genes: HashMap<String, GeneDraft>,
    /// The key of the current line.
    key: String,
    pub(super) transcript_count: usize,
    pub(super) feature_count: usize,
}

#[derive(Debug)]
struct GeneDraft {
    contig: String,
    strand: Strand,
    id: String,
    symbol: String,
    transcripts: BTreeMap<String, TranscriptDraft>,
}

#[derive(Debug, Default)]
struct TranscriptDraft {
    version: Option<String>,
    mane: bool,
    exons: Vec<Interval>,
    /// CDS and stop codon segments with the CDS line's frame.
    coding: Vec<(Interval, Option<u8>)>,
}

impl Drafts {
    pub(super) fn is_empty(&self) -> bool {
        self.genes.is_empty()
    }

    pub(super) fn add(&mut self, feature: &Feature<'_>) {
        self.key.clear();
        self.key.push_str(feature.contig);
        self.key.extend(['\t', feature.strand.symbol()]);
        self.key.push_str(feature.gene_id);
        if !self.genes.contains_key(&self.key) {
            self.genes.insert(self.key.clone(), GeneDraft::of(feature));
        }
        let Some(gene) = self.genes.get_mut(&self.key) else {
            return;
        };
        if !gene.transcripts.contains_key(feature.transcript_id) {
            self.transcript_count += 1;
            let draft = TranscriptDraft {
                version: feature.transcript_version.map(str::to_owned),
                ..TranscriptDraft::default()
            };
            gene.transcripts.insert(feature.transcript_id.to_owned(), draft);
        }
        let Some(draft) = gene.transcripts.get_mut(feature.transcript_id) else {
            return;
        };
        draft.mane |= feature.mane;
        match feature.kind {
            Kind::Transcript => return,
            Kind::Exon => draft.exons.push(feature.interval),
            Kind::Coding => draft.coding.push((feature.interval, feature.frame)),
        }
        self.feature_count += 1;
    }

    /// The genes, sorted; inconsistent transcripts are left out.
    pub(super) fn finish(self, source: &str) -> Vec<Gene> {
        let mut drafts: Vec<(String, GeneDraft)> = self.genes.into_iter().collect();
        drafts.sort_by(|(a, _), (b, _)| a.cmp(b));
        let drafts = drafts.into_iter();
        let mut genes: Vec<Gene> = drafts.filter_map(|(_, draft)| draft.finish(source)).collect();
        genes.sort_by(|a, b| a.chromosome.cmp(&b.chromosome).then_with(|| a.by_place(b)));
        genes
    }
}

impl GeneDraft {
    fn of(feature: &Feature<'_>) -> Self {
        Self {
            contig: feature.contig.to_owned(),
            strand: feature.strand,
            id: feature.gene_id.to_owned(),
            symbol: feature.symbol.to_owned(),
            transcripts: BTreeMap::new(),
        }
    }

    fn finish(self, source: &str) -> Option<Gene> {
        let strand = self.strand;
        let drafts = self.transcripts.into_iter();
        let mut transcripts: Vec<Transcript> = drafts.filter_map(|(id, draft)| draft.finish(id, strand)).collect();
        transcripts.sort_by_cached_key(|t| {
            let lengths = (Reverse(t.coding_len()), Reverse(t.spliced_len()));
            (!t.mane, t.coding.is_none(), lengths, t.id.clone())
        });
        let mut annotated = Annotated::default();
        for transcript in &transcripts {
            annotated.add_transcript(transcript);
        }
        Some(Gene {
            symbol: self.symbol,
            id: Some(self.id),
            chromosome: bare_name(&self.contig).unwrap_or(self.contig),
            strand,
            interval: transcripts.iter().map(|t| t.interval).reduce(hull)?,
            roles: Roles::NONE,
            transcripts,
            annotated,
            note: None,
            source: source.to_owned(),
        })
    }
}

impl TranscriptDraft {
    /// `None` without exons, or if they overlap.
    fn finish(mut self, id: String, strand: Strand) -> Option<Transcript> {
        self.exons.sort();
        self.exons.dedup();
        if self
            .exons
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a.end > b.start))
        {
            return None;
        }
        self.coding.sort();
        let first_frame = match strand {
            Strand::Forward => self.coding.first(),
            Strand::Reverse => self.coding.last(),
        }
        .and_then(|(_, frame)| *frame)
        .unwrap_or(0);
        let mut models: Vec<ExonModel> = self
            .exons
            .iter()
            .map(|&interval| {
                // Segments are sorted by start, each within one exon, so this search is short.
                let from = self
                    .coding
                    .partition_point(|(segment, _)| segment.start < interval.start);
                let parts = self.coding.get(from.saturating_sub(1)..).unwrap_or_default();
                let coding = parts
                    .iter()
                    .map(|(segment, _)| *segment)
                    .take_while(|segment| segment.start < interval.end)
                    .map(|segment| segment.intersection(interval))
                    .filter(|part| !part.is_empty())
                    .reduce(hull);
                ExonModel { interval, coding }
            })
            .collect();
        if strand == Strand::Reverse {
            models.reverse();
        }
        let refseq = is_refseq(&id).then(|| id.clone());
        let id = match self.version {
            Some(version) if !id.contains('.') => format!("{id}.{version}"),
            _ => id,
        };
        // `frame` is the number of bases to skip; a phase is the number already used.
        Transcript::from_exons(id, refseq, self.mane, strand, &models, (3 - first_frame) % 3)
    }
}

fn is_refseq(id: &str) -> bool {
    ["NM_", "NR_", "XM_", "XR_"].iter().any(|prefix| id.starts_with(prefix))
}
