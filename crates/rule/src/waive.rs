//! What is too rare to keep a sample from a negative.
//!
//! METHOD: a fusion that makes up the fraction *f* of KMT2A's transcripts over a donor with N wild-type molecules is
//! shown by an over-dispersed Poisson number of molecules with mean `f/(1-f) * N * u`, as in the limit of detection
//! ([`lod`](crate::lod)). Of a candidate with n molecules, the one-sided 95 % bound is the fraction at which n or fewer would be seen
//! once in twenty samples. Where that bound is below the limit of waiving, whatever the candidate is, it is rarer than
//! what the negative speaks of. Candidates of one break intron or of one partner are counted together, so that a
//! rearrangement whose molecules are scattered over several candidates is not waived piece by piece.

use std::collections::BTreeSet;

use crate::{
    Assay, Class, EventKind, EvidenceFacts, JunctionFacts, Params, Region, SampleFacts, Tier,
    lod::detection::{MOLECULES_MAX, least_fraction, odds},
    probability::count_probabilities,
    state::blocking_below,
};

/// What a bound speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Candidate {
    /// An event at tier low, by its number.
    Event(usize),
    /// A junction below every tier, by its number.
    Junction(usize),
}

/// A candidate that does not keep the sample from a negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Waived {
    /// Which.
    pub candidate: Candidate,
    /// Molecules that were counted, those of its intron or partner included.
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

/// The fraction at which `count` molecules or fewer are seen once in twenty samples; `None` where nothing bounds it.
///
/// `wild_type` molecules over the donor, of which `usable` count for a fusion molecule each.
pub fn bound(count: u32, wild_type: u32, usable: f64, p: &Params) -> Option<f64> {
    let more = |f: f64| {
        let mean = odds(f, false) * f64::from(wild_type) * usable;
        1.0 - count_probabilities(count, mean, p.dispersion).iter().sum::<f64>()
    };
    least_fraction(more, p.confidence)
}

/// Most molecules whose bound is below `limit`; `None` where even one molecule is above it.
pub fn most_waived(wild_type: u32, usable: f64, limit: f64, p: &Params) -> Option<u32> {
    (1..=MOLECULES_MAX)
        .take_while(|n| bound(*n, wild_type, usable, p).is_some_and(|b| b < limit))
        .last()
}

/// Whether a read shows so much of a junction that its rarity does not excuse it. RNA: it joins annotated exon ends of
/// KMT2A and any gene in its sense, with [`Params::waive_anchor`] bases beyond the ambiguity interval on both sides. DNA: it has
/// [`Params::waive_anchor_dna`] unique bases in a gene of the catalogue.
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

/// Finds what is waived: events at tier low first, then junctions below every tier.
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

/// Whether the bound of a single candidate's fraction is below the limit of waiving.
pub(crate) fn is_rare(j: &JunctionFacts<'_>, sample: &SampleFacts<'_>, p: &Params) -> bool {
    let bound = j.donor.and_then(|donor| {
        let usable = sample.limits.usable(donor.exon, j.facts.is_partner)?;
        bound(j.facts.molecules.max(1), j.facts.wild_type, usable, p)
    });
    bound.is_some_and(|b| b < limit(sample, p))
}

/// Bound of the fraction below which a candidate is waived; never above the limit asked for.
fn limit(sample: &SampleFacts<'_>, p: &Params) -> f64 {
    p.waive_limit.min(sample.required_lod)
}

struct Counts<'a> {
    sample: &'a SampleFacts<'a>,
    /// Junctions that would keep the sample from a negative.
    all: BTreeSet<usize>,
    p: &'a Params,
}

impl Counts<'_> {
    /// The weakest of the candidate's junctions speaks for all; `None` where one of them forbids it.
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

    /// Molecules of the candidate, counted with those of the same break intron, and with everything that leads to the
    /// same partner: the larger of the two.
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
