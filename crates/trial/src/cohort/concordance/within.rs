//! Comparisons of one patient's samples.

use super::{Comparison, EACH_WITH_EACH_MAX, Verdict};
use crate::cohort::digest::SampleDigest;
use crate::cohort::fingerprint::Fingerprint;
use crate::cohort::junction::{broken, is_canonical, is_genomic, kmt2a_and_partner, words};
use crate::cohort::roster::{Roster, Sample};
use crate::cohort::sheet::Timepoint;
use breakapart_core::report::schema::{Junction, State};

/// Largest distance of a genomic breakpoint upstream of its partner gene that can give that partner's transcript
/// (bases). KMT2A's donor skips to the second exon of the next gene downstream: in half of KMT2A::MLLT1 cases the
/// breakpoint lies outside MLLT1 (ACER1 lies 26 kb upstream); 200 kb is far beyond.
const SPLICED_FUSION_MAX: i64 = 200_000;

pub(super) fn compare(roster: &Roster, found: &mut Vec<Comparison>) {
    for (index, patient) in roster.patients.iter().enumerate() {
        let all: Vec<Sample<'_>> = roster.samples_of(index).collect();
        let each_with_each = patient.members.len() <= EACH_WITH_EACH_MAX;
        for (number, one) in all.iter().enumerate() {
            let others = all[number + 1..].iter();
            for other in others.filter(|_| each_with_each || one.at.member == 0) {
                let (verdict, detail) = verdict(one, other);
                found.push(Comparison {
                    compared: compared(one, other),
                    first: one.at,
                    second: other.at,
                    verdict,
                    detail,
                });
            }
        }
    }
}

impl Sample<'_> {
    fn state(&self) -> State {
        self.digest.says.state
    }

    fn is(&self, timepoint: Timepoint) -> bool {
        self.member.timepoint == Some(timepoint)
    }

    /// `dna not_detected`.
    fn words(&self) -> String {
        format!("{} {}", self.digest.says.assay, self.state().name())
    }
}

fn compared(one: &Sample<'_>, other: &Sample<'_>) -> &'static str {
    let assays = [one, other].map(|sample| sample.digest.says.assay.as_str());
    match (one.member.timepoint, other.member.timepoint) {
        (None, _) | (_, None) => "timepoint-unknown",
        (Some(Timepoint::Diagnosis), Some(Timepoint::Relapse)) => "diagnosis-relapse",
        (Some(Timepoint::Diagnosis), Some(Timepoint::FollowUp)) => "diagnosis-follow-up",
        (Some(Timepoint::FollowUp), Some(Timepoint::Relapse)) => "follow-up-relapse",
        _ if matches!(assays, ["rna", "dna"] | ["dna", "rna"]) => "rna-dna",
        _ => "same-timepoint",
    }
}

fn verdict(one: &Sample<'_>, other: &Sample<'_>) -> (Verdict, String) {
    let states = format!("{} against {}", one.words(), other.words());
    let treated = one.is(Timepoint::FollowUp) || other.is(Timepoint::FollowUp);
    let has = |state| [one, other].map(|sample| sample.state() == state);
    let (shown, without) = match has(State::Rearranged) {
        [true, true] => return both(one.digest, other.digest, states),
        [true, false] => (one.digest, other.digest),
        [false, true] => (other.digest, one.digest),
        [false, false] => {
            let ptd = has(State::Ptd);
            let verdict = if ptd[0] != ptd[1] && !treated {
                Verdict::Discordant
            } else if has(State::Inconclusive) == [false, false] {
                Verdict::BothWithout
            } else {
                Verdict::NotComparable
            };
            return (verdict, states);
        }
    };
    if without.says.state == State::Inconclusive {
        (Verdict::NotComparable, format!("{states}; {}", without.says.reason))
    } else if let Some(exon) = beyond(shown, without) {
        let detail = format!("{states}; a breakpoint after e{exon} was not examined there");
        (Verdict::NotComparable, detail)
    } else if treated {
        let limit = without.limit();
        let limit = limit.map(|limit| format!(", limit {limit:.2e} of {}", without.limit_unit()));
        (Verdict::NoLongerShown, states + &limit.unwrap_or_default())
    } else {
        (Verdict::Discordant, states)
    }
}

/// The exon before a sample's KMT2A breakpoint, if the negative of the other sample does not cover it.
fn beyond(shown: &SampleDigest, without: &SampleDigest) -> Option<u16> {
    let examined = &without.says.examined_donors;
    let exon = broken(shown.lead_junctions().next()?)?;
    (!examined.is_empty() && !examined.contains(&exon)).then_some(exon)
}

/// Both show a rearrangement.
fn both(one: &SampleDigest, other: &SampleDigest, states: String) -> (Verdict, String) {
    let others = Fingerprint::of_sample(other);
    for mark in Fingerprint::of_sample(one) {
        if others.iter().any(|second| mark.is_same(second)) {
            return (Verdict::SameBreak, words(mark.junction));
        }
    }
    let (Some(a), Some(b)) = (one.lead_junctions().next(), other.lead_junctions().next()) else {
        return (Verdict::NotComparable, states);
    };
    let same_partner = one.partner().is_some() && one.partner() == other.partner();
    let verdict = match (is_genomic(a), is_genomic(b)) {
        (true, true) if same_partner || near(a, b) => Verdict::NewClone,
        (true, true) => Verdict::DifferentPartner,
        (true, false) if explains(a, other) => Verdict::SameBreak,
        (false, true) if explains(b, one) => Verdict::SameBreak,
        (false, false) if same_partner => Verdict::Compatible,
        // The same gene, but a breakpoint that cannot give this transcript.
        _ if same_partner => Verdict::NewClone,
        _ => Verdict::DifferentPartner,
    };
    (verdict, format!("{} against {}", words(a), words(b)))
}

/// Partner sides within the distance limit of a spliced fusion.
fn near(a: &Junction, b: &Junction) -> bool {
    match (kmt2a_and_partner(a), kmt2a_and_partner(b)) {
        (Some((_, a)), Some((_, b))) => a.contig == b.contig && (a.position - b.position).abs() <= SPLICED_FUSION_MAX,
        _ => false,
    }
}

/// Whether a genomic breakpoint can give the transcripts of an RNA sample: the donor is at or before the breakpoint's
/// intron (exons may be skipped), and the partner is the gene at the breakpoint or the next one downstream.
fn explains(genomic: &Junction, rna: &SampleDigest) -> bool {
    let gene = |junction| kmt2a_and_partner(junction).and_then(|(_, partner)| partner.gene.clone());
    let same_kind = |spliced: &&Junction| is_canonical(spliced) == is_canonical(genomic);
    rna.lead_junctions().filter(same_kind).any(|spliced| {
        let exon = kmt2a_and_partner(spliced).and_then(|(kmt2a, _)| kmt2a.exon);
        let exons = match (broken(genomic), exon) {
            (Some(intron), Some(exon)) if is_canonical(genomic) => exon <= intron,
            (Some(intron), Some(exon)) => exon > intron,
            _ => true,
        };
        let same_gene = gene(spliced).is_some() && gene(spliced) == gene(genomic);
        exons && (same_gene || near(spliced, genomic))
    })
}
