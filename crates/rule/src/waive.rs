//! Candidates too rare to prevent a negative.
//!
//! METHOD: a fusion with fraction *f* of KMT2A's transcripts over a donor with N wild-type molecules is shown by an
//! over-dispersed Poisson number of molecules with mean `f/(1-f) * N * u`, as in the limit of detection
//! ([`lod`](crate::lod)). For a candidate with n molecules, the one-sided 95 % bound is the fraction at which n or
//! fewer
//! would be seen in one of twenty samples. If that bound is below the waiving limit, the candidate, whatever it is, is
//! rarer than the events that the negative excludes. Candidates of one breakpoint intron or one partner are counted
//! together, so a rearrangement whose molecules are scattered over several candidates is not waived bit by bit.

use std::collections::BTreeSet;

use crate::{
    Assay, Class, EventKind, EvidenceFacts, JunctionFacts, Params, Region, SampleFacts, Tier,
    lod::detection::{MOLECULES_MAX, least_fraction, odds},
    probability::count_probabilities,
    state::blocking_below,
};

/// A candidate, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Candidate {
    /// An event at tier low.
    Event(usize),
    /// A junction below every tier.
    Junction(usize),
}

/// A candidate that does not prevent a negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Waived {
    /// The candidate.
    pub candidate: Candidate,
    /// Molecules counted, including those of its intron or partner.
    pub molecules: u32,
    /// Wild-type molecules over its own donor.
    pub wild_type: u32,
    /// Donor exon (MANE; DNA: the exon before the intron).
    pub donor: u16,
    /// Region of the donor.
    pub region: Region,
    /// One-sided 95 % bound of its fraction.
    pub bound: f64,
}

/// The fraction at which `count` molecules or fewer are seen in one of twenty samples; `None` if it is unbounded.
///
/// `wild_type` are the molecules over the donor, `usable` the usable fusion molecules per counted wild-type molecule.
pub fn bound(count: u32, wild_type: u32, usable: f64, p: &Params) -> Option<f64> {
    let more = |f: f64| {
        let mean = odds(f, false) * f64::from(wild_type) * usable;
        1.0 - count_probabilities(count, mean, p.dispersion).iter().sum::<f64>()
    };
    least_fraction(more, p.confidence)
}

/// Largest number of molecules whose bound is below `limit`; `None` if even one molecule is above it.
pub fn most_waived(wild_type: u32, usable: f64, limit: f64, p: &Params) -> Option<u32> {
    (1..=MOLECULES_MAX)
        .take_while(|n| bound(*n, wild_type, usable, p).is_some_and(|b| b < limit))
        .last()
}

/// Whether the evidence in one read is too specific to be waived. RNA: it joins annotated exon ends of KMT2A and of any
/// gene in sense orientation, with [`Params::waive_anchor`] bases beyond the ambiguity on both sides. DNA: it has
/// [`Params::waive_anchor_dna`] unique bases in a catalogue gene.
pub fn is_exempt(facts: &EvidenceFacts, partner_anchor: u32, assay: Assay, p: &Params) -> bool {
    match assay {
        Assay::Rna => {
            matches!(facts.class, Class::Canonical | Class::Reciprocal)
                && facts.is_precise
                && facts.on_splice_sites()
                && facts.in_gene
                && facts.is_sense
                && facts.anchor >= facts.homology.saturating_add(p.waive_anchor)
        }
        Assay::Dna => facts.is_partner && facts.unique_partner > 0 && partner_anchor >= p.waive_anchor_dna,
    }
}

/// Finds the waived candidates: events at tier low first, then junctions below every tier.
pub fn find(sample: &SampleFacts<'_>, p: &Params) -> Vec<Waived> {
    let low: Vec<(Candidate, Vec<usize>)> = sample
        .events
        .iter()
        .enumerate()
        .filter(|(_, e)| e.tier == Some(Tier::Low) && e.kind != EventKind::Ptd && !sample.is_harmless(e))
        .map(|(i, e)| {
            let members = e.members.iter().map(|m| m.junction);
            let with_tier = members.filter(|i| sample.junctions[*i].judgement.tier.is_some());
            (Candidate::Event(i), with_tier.collect())
        })
        .collect();
    let below = blocking_below(sample, p)
        .into_iter()
        .map(|i| (Candidate::Junction(i), vec![i]));
    let candidates: Vec<(Candidate, Vec<usize>)> = low.into_iter().chain(below).collect();
    let all: BTreeSet<usize> = candidates
        .iter()
        .flat_map(|(_, junctions)| junctions.iter().copied())
        .collect();
    let counts = Counts { sample, all, p };
    candidates
        .iter()
        .filter_map(|(candidate, junctions)| counts.waived(*candidate, junctions))
        .collect()
}

/// Whether the bound of a single candidate's fraction is below the waiving limit.
pub(crate) fn is_rare(j: &JunctionFacts<'_>, sample: &SampleFacts<'_>, p: &Params) -> bool {
    let bound = j.donor.and_then(|donor| {
        let usable = sample.limits.usable(donor.exon, j.facts.is_partner)?;
        bound(j.facts.molecules.max(1), j.facts.wild_type, usable, p)
    });
    bound.is_some_and(|b| b < limit(sample, p))
}

/// Bound of the fraction below which a candidate is waived; never above the required limit.
fn limit(sample: &SampleFacts<'_>, p: &Params) -> f64 {
    p.waive_limit.min(sample.required_lod)
}

struct Counts<'a> {
    sample: &'a SampleFacts<'a>,
    /// Junctions that would prevent a negative.
    all: BTreeSet<usize>,
    p: &'a Params,
}

impl Counts<'_> {
    /// Waives a candidate by the junction with the highest bound; `None` if one of its junctions can't be waived.
    fn waived(&self, candidate: Candidate, junctions: &[usize]) -> Option<Waived> {
        let (sample, p) = (self.sample, self.p);
        let of = |i: &usize| &sample.junctions[*i];
        if (junctions.iter().map(of)).any(|j| is_exempt(&j.facts, j.partner_anchor, sample.assay, p)) {
            return None;
        }
        junctions
            .iter()
            .filter(|i| of(i).reaches_kmt2a)
            .map(|i| {
                let j = of(i);
                let donor = j.donor?;
                let molecules = self.together(junctions, *i);
                let usable = sample.limits.usable(donor.exon, j.facts.is_partner)?;
                let bound = bound(molecules, j.facts.wild_type, usable, p).filter(|b| *b < limit(sample, p))?;
                Some(Waived {
                    candidate,
                    molecules,
                    wild_type: j.facts.wild_type,
                    donor: donor.exon,
                    region: donor.region,
                    bound,
                })
            })
            .collect::<Option<Vec<Waived>>>()?
            .into_iter()
            .max_by(|a, b| a.bound.total_cmp(&b.bound))
    }

    /// Molecules of the candidate together with those of the same breakpoint intron, or with all that lead to the same
    /// partner: the larger of the two.
    fn together(&self, own: &[usize], of: usize) -> u32 {
        let junctions = &self.sample.junctions;
        let this = &junctions[of];
        let exon = |j: &JunctionFacts<'_>| j.donor.map(|d| d.exon);
        let same_intron = self.all.iter().copied().filter(|i| exon(&junctions[*i]) == exon(this));
        let same_partner = (0..junctions.len()).filter(|i| {
            let j = &junctions[*i];
            this.partner.is_some()
                && matches!(j.facts.class, Class::Canonical | Class::Reciprocal)
                && j.partner == this.partner
        });
        self.distinct(same_intron.chain(own.iter().copied()))
            .max(self.distinct(same_partner.chain(own.iter().copied())))
    }

    fn distinct(&self, of: impl Iterator<Item = usize>) -> u32 {
        let molecules: BTreeSet<u64> = of
            .flat_map(|i| self.sample.junctions[i].molecules.iter().copied())
            .collect();
        u32::try_from(molecules.len()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests;
