//! Annotate: gene, transcript, exon, frame, class, mechanism and event of each junction.
//!
//! In: junction candidates. Out: the annotated candidates, grouped into events. Not decided here: whether a junction is
//! believed.

mod event;
mod frame;
pub(crate) mod mechanism;
mod nomenclature;
mod peptide;
mod place;
mod predict;
mod sequence;
pub(crate) mod side;

use crate::{
    assemble::{Assembly, Candidate, clip::ClipFate},
    catalogue::{Exon, GeneModels, identifiers, scheme},
    evidence::fragment::{Fragment, Placement},
    genome::{Breakend, ContigId, Contigs, Interval, Junction, SequenceSource, Strand},
    input::Assay,
    model::{self, End, PredictedTranscript},
};

use breakapart_rule::Params;
pub use breakapart_rule::{Class, EventKind, Frame, Member, MemberRole};
pub use event::EventGroup;
pub use side::{Side, Site};

/// An annotated candidate.
#[derive(Clone, Debug)]
pub struct AnnotatedJunction {
    /// The candidate.
    pub candidate: Candidate,
    /// Its 5' side.
    pub five: Side,
    /// Its 3' side.
    pub three: Side,
    /// Its class relative to KMT2A.
    pub class: Class,
    /// Reading frame across it.
    pub frame: Frame,
    /// Possible mechanism, as text.
    pub mechanism: String,
    /// DNA: predicted spliced transcripts.
    pub predicted: Vec<PredictedTranscript>,
    /// Length of the internal exonic repeat (bases), if it repeats exonic bases but no whole exon.
    pub(crate) repeats: Option<i64>,
}

/// References for the annotation.
#[derive(Clone, Copy)]
pub struct Reference<'a> {
    /// Gene models.
    pub models: &'a GeneModels,
    /// Contigs of the input.
    pub contigs: &'a Contigs,
    /// Reference bases.
    pub source: &'a dyn SequenceSource,
}

impl AnnotatedJunction {
    /// The donor whose wild-type molecules are counted against it: the exon of KMT2A's 5' side, or the one before its
    /// 3'
    /// side; the last donor for a breakpoint in the last exon.
    pub(crate) fn donor(&self) -> Option<u16> {
        let exon = if self.five.is_kmt2a {
            self.five.exon_or_intron()
        } else if self.three.is_kmt2a {
            self.three.exon_or_intron().map(|n| n.saturating_sub(1))
        } else {
            None
        };
        exon.map(|n| n.clamp(1, scheme::LAST_DONOR))
    }

    /// The junction in the report's form, from its coordinates and the bases of its molecules. Long flanks and the `g.`
    /// description are given only if `is_believed`.
    pub(crate) fn in_report(
        &self,
        at: Reference<'_>,
        assay: Assay,
        fragments: &[Fragment],
        is_believed: bool,
    ) -> model::Junction {
        let c = &self.candidate;
        let (is_rna, is_dna) = (assay == Assay::Rna, assay == Assay::Dna);
        let precise = c.sides.junction().filter(|_| c.is_precise);
        model::Junction {
            assay: assay.name().to_owned(),
            five: place::of(self, End::Five, at),
            three: place::of(self, End::Three, at),
            ambiguity: model::Ambiguity {
                left: c.ambiguity.back,
                right: c.ambiguity.forth,
                homology: self.shared_bases(at.source).map(|b| text(&b)).unwrap_or_default(),
            },
            inserted: text(c.sides.inserted()),
            frame: self.frame,
            consensus: c.consensus.as_ref().map(|x| x.marked(c.sides.inserted().len())),
            peptide: (is_rna.then(|| peptide::across(c, &self.five, &self.three, self.frame, at.models))).flatten(),
            alternatives: c.alternatives.iter().map(|p| alternative(p, at)).collect(),
            predicted_transcripts: self.predicted.clone(),
            sequence: (is_dna && is_believed)
                .then(|| sequence::over(c, fragments, at.contigs, at.source))
                .flatten(),
            // A DNA breakpoint does not show the transcript.
            hgvs: (precise.filter(|_| is_rna))
                .and_then(|j| nomenclature::hgvs((&self.five, &self.three), j, at.models)),
            hgvs_genomic: (precise.filter(|_| is_dna && is_believed)).and_then(|j| {
                let ambiguity = (c.ambiguity.back, c.ambiguity.forth);
                nomenclature::genomic(j, ambiguity, |contig| accession(contig, at))
            }),
            mechanism: Some(self.mechanism.clone()),
            ..model::Junction::default()
        }
    }

    /// ISCN suggestion, if strands and arms allow a simple event.
    pub(crate) fn iscn(&self, contigs: &Contigs) -> Option<String> {
        mechanism::iscn(&self.candidate, &self.five, &self.three, self.class, contigs)
    }

    /// Microhomology: the bases shared by both sides, from the reads, else from the reference at the 5' side, else at
    /// the
    /// 3' side.
    fn shared_bases(&self, source: &dyn SequenceSource) -> Option<Vec<u8>> {
        let c = &self.candidate;
        let (back, forth) = (c.ambiguity.back as usize, c.ambiguity.forth as usize);
        let shown = c.consensus.as_ref().and_then(|x| {
            let from = x.before.checked_sub(back)?;
            x.bases.get(from..x.before + forth)
        });
        if let Some(bases) = shown {
            return Some(bases.to_vec());
        }
        let &Junction { five, three, .. } = c.sides.junction()?;
        let (back, forth) = (i64::from(c.ambiguity.back), i64::from(c.ambiguity.forth));
        if back + forth == 0 {
            return None;
        }
        let bases = |at: Breakend, strand: Strand, before: i64, after: i64| {
            // Along the molecule: `before` bases up to and including the position, then `after` bases.
            let stretch = match strand {
                Strand::Forward => Interval::new(at.position.0 + 1 - before, at.position.0 + 1 + after),
                Strand::Reverse => Interval::new(at.position.0 - after, at.position.0 + before),
            };
            let found = source.bases(at.contig, stretch).filter(|b| !b.contains(&b'N'))?;
            Some(frame::along(found, strand))
        };
        bases(five, five.strand_as_five_prime(), back, forth)
            .or_else(|| bases(three, three.strand_as_three_prime(), back + 1, forth - 1))
    }

    /// The side that is not KMT2A (the 3' side if both sides are KMT2A, and for chained junctions).
    pub fn partner_side(&self) -> &Side {
        if self.class == Class::Reciprocal || (self.class == Class::NeighbourReadThrough && self.three.is_kmt2a) {
            &self.five
        } else {
            &self.three
        }
    }

    /// Whether one side is in KMT2A or within the gene margin of it.
    pub fn reaches_kmt2a(&self) -> bool {
        self.five.at_kmt2a || self.three.at_kmt2a
    }

    /// The KMT2A side.
    pub fn kmt2a_side(&self) -> &Side {
        if std::ptr::eq(self.partner_side(), &raw const self.five) {
            &self.three
        } else {
            &self.five
        }
    }
}

/// Bases of KMT2A's transcript repeated by a back-junction between two exonic bases; `None` if they include a whole
/// exon
/// or, in DNA, an intron.
fn repeated(candidate: &Candidate, models: &GeneModels, assay: Assay) -> Option<i64> {
    let junction = candidate.sides.junction().filter(|_| candidate.is_precise)?;
    let transcript = models.kmt2a().0.transcript()?;
    let (five, three) = (junction.five.position, junction.three.position);
    let (first, last) = (five.0.min(three.0), five.0.max(three.0));
    let is_whole = |exon: &Exon| first <= exon.interval.start.0 && exon.interval.end.0 <= last + 1;
    let number = |position| transcript.exon_at(position).map(|exon| exon.number);
    let bases = transcript.spliced_before(five)? - transcript.spliced_before(three)? + 1;
    let is_spliced = assay == Assay::Rna || number(five) == number(three);
    (is_spliced && !transcript.exons.iter().any(is_whole)).then_some(bases)
}

fn text(bases: &[u8]) -> String {
    String::from_utf8_lossy(bases).into_owned()
}

/// RefSeq accession of a contig.
fn accession(contig: ContigId, at: Reference<'_>) -> Option<String> {
    let known = identifiers::of_chromosome(at.models.build(), at.contigs.name(contig))?;
    Some(known.refseq.to_owned())
}

/// Another locus to which the partner side aligns equally well: a repeat copy, or a gene of the same family.
fn alternative(place: &Placement, at: Reference<'_>) -> model::AlternativePlace {
    let genes = at.models.at(place.contig, place.reference.start);
    model::AlternativePlace {
        contig: at.contigs.name(place.contig).to_owned(),
        position: place.reference.start.one_based(),
        strand: place.strand.into(),
        gene: genes.map(|gene| gene.symbol.clone()).min(),
    }
}

/// Result of the stage.
#[derive(Clone, Debug, Default)]
pub struct Annotation {
    /// Every candidate, in the order of assembly.
    pub junctions: Vec<AnnotatedJunction>,
    /// Events: indices into `junctions` with their roles. Every junction belongs to one event.
    pub events: Vec<EventGroup>,
    /// Fates of clips, from assembly.
    pub clips: std::collections::BTreeMap<usize, Vec<ClipFate>>,
}

/// Annotates an assembly.
pub fn annotate(
    assembly: Assembly,
    Reference {
        models,
        contigs,
        source,
    }: Reference<'_>,
    assay: Assay,
    p: &Params,
) -> Annotation {
    let junctions: Vec<AnnotatedJunction> = assembly
        .candidates
        .into_iter()
        .map(|candidate| {
            let sides = side::describe_both(&candidate.sides, models, candidate.is_precise, p);
            let (five, three) = if assay == Assay::Rna {
                side::named(sides, &candidate, models)
            } else {
                sides
            };
            let class = classify(&candidate, (&five, &three), models, assay, p);
            let frame = frame::across(&candidate, &five, &three, models, source);
            let mechanism = mechanism::describe(&candidate, (&five, &three), class, contigs, assay);
            let predicted = if assay == Assay::Rna {
                Vec::new()
            } else {
                predict::transcripts(&candidate, class, (&five, &three), (models, source), p)
            };
            let repeats = (class == Class::Ptd)
                .then(|| repeated(&candidate, models, assay))
                .flatten();
            AnnotatedJunction {
                repeats,
                candidate,
                five,
                three,
                class,
                frame,
                mechanism,
                predicted,
            }
        })
        .collect();
    let events = event::group(&junctions, assay, p);
    tracing::debug!(junctions = junctions.len(), events = events.len(), "annotated");
    Annotation {
        junctions,
        events,
        clips: assembly.clips,
    }
}

fn classify(
    candidate: &Candidate,
    (five, three): (&Side, &Side),
    models: &GeneModels,
    assay: Assay,
    p: &Params,
) -> Class {
    let (gene, _) = models.kmt2a();
    match (candidate.sides.junction(), five.is_kmt2a, three.is_kmt2a) {
        (Some(Junction { five: a, three: b, .. }), true, true) => {
            let sense = a.strand_as_five_prime() == gene.strand && b.strand_as_three_prime() == gene.strand;
            let ahead = crate::assemble::observe::ahead(a.position, b.position, gene.strand);
            match (sense, ahead > 0) {
                (false, _) => Class::Inverted,
                (true, false) => Class::Ptd,
                (true, true) if assay == Assay::Rna => Class::Chained,
                (true, true) => Class::Deletion,
            }
        }
        // Read-through occurs only in RNA.
        (_, true, false) | (_, false, true)
            if assay == Assay::Rna && side::is_read_through((five, three), candidate, models, p) =>
        {
            Class::NeighbourReadThrough
        }
        (_, true, _) => Class::Canonical,
        (_, false, true) => Class::Reciprocal,
        (_, false, false) => Class::Chained,
    }
}

/// A precise junction without observations, for tests.
#[cfg(test)]
pub(crate) fn annotated(
    (five, three): (Breakend, Breakend),
    class: Class,
    models: &GeneModels,
    p: &Params,
) -> AnnotatedJunction {
    let inserted = Vec::new();
    let candidate = Candidate::new(Junction { five, three, inserted }, Vec::new());
    let (five, three) = side::describe_both(&candidate.sides, models, true, p);
    AnnotatedJunction {
        candidate,
        five,
        three,
        class,
        frame: Frame::Unknown,
        mechanism: String::new(),
        predicted: Vec::new(),
        repeats: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genome::{Build, Position, Retained};

    /// Duplications in KMT2A from base `three` to base `five`: without a whole exon they are internal repeats.
    #[test]
    fn a_repeat_of_part_of_an_exon_has_its_spliced_length() {
        let contigs = Contigs::new([("chr11".to_owned(), 135_086_622)]);
        let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
        let transcript = models.kmt2a().0.transcript().unwrap();
        let exon = |n| transcript.exon(n).unwrap().interval;
        let repeats = |three: Position, five: Position, assay| {
            let end = |position, retained| Breakend {
                contig: ContigId(0),
                position,
                retained,
            };
            let junction = Junction {
                five: end(five, Retained::Left),
                three: end(three, Retained::Right),
                inserted: Vec::new(),
            };
            let mut candidate = Candidate::new(junction, Vec::new());
            candidate.is_precise = true;
            repeated(&candidate, &models, assay)
        };
        let (e8, e9, e10) = (exon(8), exon(9), exon(10));
        let at = |start: Position, bases: i64| Position(start.0 + bases);
        // Exon 9 has 132 bases: repeats from its first base, and within it.
        assert_eq!(repeats(e9.start, at(e9.start, 29), Assay::Rna), Some(30));
        assert_eq!(repeats(e9.start, at(e9.end, -2), Assay::Rna), Some(131));
        assert_eq!(repeats(at(e9.start, 1), at(e9.end, -1), Assay::Dna), Some(131));
        // The whole exon, and the whole exon with bases of the next.
        assert_eq!(repeats(e9.start, at(e9.end, -1), Assay::Rna), None);
        assert_eq!(repeats(e9.start, at(e10.start, 19), Assay::Rna), None);
        // Seven bases of exon 8 and 29 of exon 9: contiguous in RNA, an intron apart in DNA.
        assert_eq!(repeats(at(e8.end, -7), at(e9.start, 28), Assay::Rna), Some(36));
        assert_eq!(repeats(at(e8.end, -7), at(e9.start, 28), Assay::Dna), None);
        // From an intron.
        assert_eq!(repeats(at(e9.start, -1), at(e9.start, 28), Assay::Rna), None);
    }
}
