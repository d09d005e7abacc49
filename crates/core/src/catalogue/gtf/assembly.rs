//! From GTF lines to genes.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::catalogue::gene::{ExonModel, hull};
use crate::catalogue::{Annotated, Gene, Roles, Transcript};
use crate::genome::{Interval, Strand, contig::bare_name};

use super::line::{Feature, Kind};

/// Genes while the file is read. Lines may come in any order.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    genes: Vec<GeneDraft>,
    /// By contig, strand and gene id: one id may be on both sex chromosomes.
    gene_index: HashMap<String, usize>,
    /// By gene (its index) and transcript id.
    transcript_index: HashMap<(usize, String), usize>,
    /// Where the last line went; most lines follow their like.
    last: Option<(usize, usize)>,
    transcript_count: usize,
    feature_count: usize,
}

#[derive(Debug)]
struct GeneDraft {
    contig: String,
    strand: Strand,
    id: String,
    symbol: String,
    transcripts: Vec<TranscriptDraft>,
}

#[derive(Debug)]
struct TranscriptDraft {
    id: String,
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

    pub(super) const fn transcript_count(&self) -> usize {
        self.transcript_count
    }

    pub(super) const fn feature_count(&self) -> usize {
        self.feature_count
    }

    pub(super) fn add(&mut self, feature: &Feature<'_>) {
        let (gene, transcript) = self.place(feature);
        self.last = Some((gene, transcript));
        let Some(draft) = self
            .genes
            .get_mut(gene)
            .and_then(|gene| gene.transcripts.get_mut(transcript))
        else {
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

    /// The gene and transcript of a line, made where they are new.
    fn place(&mut self, feature: &Feature<'_>) -> (usize, usize) {
        let is_of = |gene: &GeneDraft| {
            gene.contig == feature.contig && gene.strand == feature.strand && gene.id == feature.gene_id
        };
        if let Some((gene, transcript)) = self.last
            && let Some(draft) = self.genes.get(gene).filter(|draft| is_of(draft))
            && draft
                .transcripts
                .get(transcript)
                .is_some_and(|t| t.id == feature.transcript_id)
        {
            return (gene, transcript);
        }
        let key = format!("{}\t{}\t{}", feature.contig, feature.strand, feature.gene_id);
        let gene = *self.gene_index.entry(key).or_insert_with(|| {
            self.genes.push(GeneDraft {
                contig: feature.contig.to_owned(),
                strand: feature.strand,
                id: feature.gene_id.to_owned(),
                symbol: feature.symbol.to_owned(),
                transcripts: Vec::new(),
            });
            self.genes.len() - 1
        });
        let Some(draft) = self.genes.get_mut(gene) else {
            return (gene, 0);
        };
        let transcript = *self
            .transcript_index
            .entry((gene, feature.transcript_id.to_owned()))
            .or_insert_with(|| {
                draft.transcripts.push(TranscriptDraft {
                    id: feature.transcript_id.to_owned(),
                    version: feature.transcript_version.map(str::to_owned),
                    mane: false,
                    exons: Vec::new(),
                    coding: Vec::new(),
                });
                self.transcript_count += 1;
                draft.transcripts.len() - 1
            });
        (gene, transcript)
    }

    /// The genes, sorted; transcripts that make no sense are left out.
    pub(super) fn finish(self, source: &str) -> Vec<Gene> {
        let mut genes: Vec<Gene> = self
            .genes
            .into_iter()
            .filter_map(|draft| draft.finish(source))
            .collect();
        genes.sort_by(|a, b| a.chromosome.cmp(&b.chromosome).then_with(|| a.by_place(b)));
        genes
    }
}

impl GeneDraft {
    fn finish(self, source: &str) -> Option<Gene> {
        let strand = self.strand;
        let drafts = self.transcripts.into_iter();
        let mut transcripts: Vec<Transcript> = drafts.filter_map(|draft| draft.finish(strand)).collect();
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
    /// `None` without exons, or where they overlap each other.
    fn finish(mut self, strand: Strand) -> Option<Transcript> {
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
                // Segments are sorted by start and lie in one exon each, so this stays short.
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
        let refseq = is_refseq(&self.id).then(|| self.id.clone());
        let id = match self.version {
            Some(version) if !self.id.contains('.') => format!("{}.{version}", self.id),
            _ => self.id,
        };
        // `frame` counts the bases to skip, a phase those already used.
        Transcript::from_exons(id, refseq, self.mane, strand, &models, (3 - first_frame) % 3)
    }
}

fn is_refseq(id: &str) -> bool {
    ["NM_", "NR_", "XM_", "XR_"].iter().any(|prefix| id.starts_with(prefix))
}
