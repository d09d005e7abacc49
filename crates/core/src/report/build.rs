//! From the flow's own types to the serialised report.

pub(crate) mod adequacy;
mod bases;
pub(crate) mod conclusion;
pub(crate) mod coverage;
mod event;
mod fragments_over;
mod junction;
mod peptide;
mod predicted;
mod sequence;
mod splice;
mod support;
mod supporting;

use std::collections::BTreeMap;

pub use fragments_over::FragmentsOver;
pub use support::{Numbers, Supporter, of as supporters};

use super::schema as out;
use crate::{
    annotate::Class,
    catalogue::GeneModels,
    conclude,
    evidence::{Collected, molecule::MoleculesBy},
    genome::{Contigs, SequenceSource},
    judge::{self, Judged, JudgedJunction},
};

use event::build_event;
use junction::build_junction;

/// Junctions below every tier that are listed, the best first (count): amplicon noise makes a hundred
/// thousand, of one molecule each.
const DISCARDED_MAX: usize = 2_000;

/// Called junctions that are listed, the best events first (count): real samples have a handful.
const CALLED_MAX: usize = 2_000;

/// Supporting fragments that are listed in all (count), and how many each junction lists at least.
const ROWS_MAX: usize = 20_000;
const ROWS_MIN: usize = 5;

/// What the flow knows of one assay when the report is built.
pub struct Material<'a> {
    /// `rna` or `dna`.
    pub assay: &'a str,
    /// Gene models.
    pub models: &'a GeneModels,
    /// Contigs of the input.
    pub contigs: &'a Contigs,
    /// Reference bases.
    pub source: &'a dyn SequenceSource,
    /// Fragments and profile.
    pub collected: &'a Collected,
    /// Judged junctions.
    pub judged: &'a Judged,
    /// Fragments over the junctions' bases at KMT2A.
    pub fragments_over: &'a FragmentsOver,
    /// What fragments are called; `None` where read names are kept.
    pub numbers: Option<&'a Numbers>,
}

/// The parts of a report that junctions make.
#[derive(Debug, Default)]
pub struct Findings {
    /// Events with a tier, best first.
    pub events: Vec<out::Event>,
    /// Junctions below every tier.
    pub discarded: Vec<out::Discarded>,
    /// Called junctions beyond [`CALLED_MAX`], which their events count but do not list.
    pub called_not_listed: usize,
    /// Junctions below every tier beyond [`DISCARDED_MAX`], which are not listed.
    pub not_listed: usize,
    /// What they are called.
    pub ids: Identifiers,
}

/// Identifiers in the report of what was judged, by index.
#[derive(Clone, Debug, Default)]
pub struct Identifiers {
    /// Events with a tier.
    pub events: BTreeMap<usize, String>,
    /// Junctions in the report's order, discarded ones included.
    pub junctions: Vec<(String, usize)>,
}

impl Identifiers {
    /// Identifier of a judged junction.
    pub fn junction(&self, index: usize) -> Option<&String> {
        self.junctions.iter().find(|(_, i)| *i == index).map(|(id, _)| id)
    }
}

/// Builds events and discarded junctions.
pub fn findings(material: &Material<'_>) -> Findings {
    let mut findings = Findings::default();
    let judged = material.judged;
    let (mut room, mut rows) = (CALLED_MAX, ROWS_MAX);
    for (index, event) in judged.events.iter().enumerate() {
        if event.tier.is_some() {
            let id = format!("E{}", findings.events.len() + 1);
            findings.ids.events.insert(index, id.clone());
            // Its best junction always.
            let (mut built, junctions, left_out) = build_event(material, event, &id, room.max(1));
            built
                .junctions
                .iter_mut()
                .for_each(|junction| shorten(junction, &mut rows));
            room = room.saturating_sub(junctions.len());
            findings.called_not_listed += left_out;
            findings.ids.junctions.extend(junctions);
            findings.events.push(built);
        }
    }
    let below = judged.junctions.iter().enumerate();
    let mut below: Vec<(usize, &JudgedJunction)> = below.filter(|(_, j)| j.judgement.tier.is_none()).collect();
    below.sort_by(|(_, a), (_, b)| {
        let count = |j: &JudgedJunction| j.annotated.candidate.evidence.molecules;
        b.judgement
            .model_score
            .total_cmp(&a.judgement.model_score)
            .then_with(|| count(b).cmp(&count(a)))
            .then_with(|| a.annotated.candidate.sides.cmp(&b.annotated.candidate.sides))
    });
    findings.not_listed = below.len().saturating_sub(DISCARDED_MAX);
    for (index, (place, junction)) in below.into_iter().take(DISCARDED_MAX).enumerate() {
        let id = format!("D{}", index + 1);
        let role = role_word(junction.annotated.class);
        let mut built = build_junction(material, junction, &id, role, None);
        shorten(&mut built, &mut rows);
        findings.ids.junctions.push((id, place));
        findings.discarded.push(out::Discarded {
            reason: junction.judgement.reasons.last().map(reason_of).unwrap_or_default(),
            junction: built,
        });
    }
    findings
}

/// Keeps a junction's list of supporting fragments within what is left of all lists.
fn shorten(junction: &mut out::Junction, rows: &mut usize) {
    junction.supporting.truncate(ROWS_MIN.max(*rows));
    *rows = rows.saturating_sub(junction.supporting.len());
}

impl Findings {
    /// What is counted but not listed, in words.
    pub fn left_out(&self) -> Vec<out::Notice> {
        let notice = |code: &str, number: usize, what: &str, max: usize| {
            (number > 0).then(|| out::Notice {
                code: code.to_owned(),
                text: format!("{number} more junctions {what} are counted but not listed; the best {max} are"),
            })
        };
        let called = notice("called-listed", self.called_not_listed, "with a tier", CALLED_MAX);
        let below = notice("discarded-listed", self.not_listed, "below every tier", DISCARDED_MAX);
        called.into_iter().chain(below).collect()
    }
}

fn countable(material: &Material<'_>) -> bool {
    material.collected.molecules_by != MoleculesBy::FivePrimePositions
}

const fn role_word(class: Class) -> &'static str {
    match class {
        Class::Canonical => "canonical",
        Class::Reciprocal => "reciprocal",
        Class::Ptd => "ptd",
        Class::NeighbourReadThrough => "read-through",
        Class::Inverted | Class::Deletion => "intragenic",
        Class::Chained => "chained",
    }
}

/// A reason in the report's form.
pub fn reason_of(reason: &judge::Reason) -> out::Reason {
    out::Reason {
        code: reason.code.to_owned(),
        text: reason.text.clone(),
        value: None,
    }
}

fn term_of(term: &judge::Term) -> out::Term {
    out::Term {
        name: term.name.to_owned(),
        value: term.value,
        text: term.text.clone(),
    }
}

/// The profile of one assay.
pub fn profile(material: &Material<'_>) -> Vec<out::ProfileJunction> {
    let (gene, contig) = material.models.kmt2a();
    let Some(transcript) = gene.transcripts.first() else {
        return Vec::new();
    };
    let round = |depth: f64| depth.round().max(0.0) as u64;
    material
        .collected
        .profile
        .donors
        .iter()
        .zip(transcript.exons.windows(2))
        .map(|(donor, pair)| out::ProfileJunction {
            assay: material.assay.to_owned(),
            transcript: transcript.display_name().to_owned(),
            donor_exon: donor.exon,
            acceptor_exon: donor.exon + 1,
            contig: material.contigs.name(contig).to_owned(),
            donor: transcript.last_base(&pair[0]).one_based(),
            acceptor: transcript.first_base(&pair[1]).one_based(),
            molecules: countable(material).then_some(u64::from(donor.molecules)),
            fragments: u64::from(donor.fragments),
            coverage_left: round(donor.depth_before),
            coverage_right: round(donor.depth_after),
            mean_mapq: None,
        })
        .collect()
}

/// `rna` or `dna`.
pub const fn assay_word(assay: crate::input::Assay) -> &'static str {
    match assay {
        crate::input::Assay::Rna => "rna",
        crate::input::Assay::Dna => "dna",
    }
}

/// The ledger in the report's form.
pub fn ledger(ledger: &conclude::Ledger, countable: bool) -> out::Ledger {
    out::Ledger {
        total: ledger.total,
        abnormal: ledger.abnormal,
        rows: ledger
            .rows
            .iter()
            .map(|row| out::LedgerRow {
                code: row.fate.to_string(),
                text: row.fate.text().to_owned(),
                fragments: row.fragments,
                molecules: countable.then_some(row.molecules),
            })
            .collect(),
    }
}
