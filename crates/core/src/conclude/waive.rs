//! What is too rare to keep a sample from a negative.
//!
//! METHOD: a fusion that makes up the fraction *f* of KMT2A's transcripts over a donor with N wild-type molecules is
//! shown by an over-dispersed Poisson number of molecules with mean `f/(1-f) * N * u`, as in the limit of detection
//! (`lod`). Of a candidate with n molecules, the one-sided 95 % bound is the fraction at which n or fewer would be seen
//! once in twenty samples. Where that bound is below the limit of waiving, whatever the candidate is, it is rarer than
//! what the negative speaks of. Candidates of one break intron or of one partner are counted together, so that a
//! rearrangement whose molecules are scattered over several candidates is not waived piece by piece.

use std::collections::BTreeSet;

use super::{AssayResult, Limits, naming, state};
use crate::{
    annotate::{AnnotatedJunction, Class, EventKind},
    catalogue::scheme,
    genome::probability::count_probabilities,
    input::Assay,
    judge::{EvidenceFacts, JudgedEvent, JudgedJunction, Params, Tier},
};

/// A candidate that does not keep the sample from a negative.
#[derive(Clone, Debug, PartialEq)]
pub struct Waived {
    /// Its name.
    pub name: String,
    /// Molecules that were counted, those of its intron or partner included.
    pub molecules: u32,
    /// Wild-type molecules over its own donor.
    pub wild_type: u32,
    /// Donor exon (MANE; DNA: the exon before the intron).
    pub donor: u16,
    /// One-sided 95 % bound of its fraction.
    pub bound: f64,
}

impl Waived {
    /// For the conclusion's sentence.
    pub fn note(&self, unit: &str) -> String {
        let s = if self.molecules == 1 { "" } else { "s" };
        format!(
            "{} ({} molecule{s} beside {} wild-type ones: under {:.1} % of KMT2A {unit} with 95 % certainty)",
            self.name,
            self.molecules,
            self.wild_type,
            self.bound * 100.0
        )
    }
}

/// What is waived, by index.
#[derive(Clone, Debug, Default)]
pub struct Waivers {
    /// Events at tier low.
    pub events: BTreeSet<usize>,
    /// Junctions below every tier.
    pub junctions: BTreeSet<usize>,
    /// All of them, in words.
    pub list: Vec<Waived>,
}

/// The fraction at which `count` molecules or fewer are seen once in twenty samples; `None` where nothing bounds it.
///
/// `wild_type` molecules over the donor, of which `usable` count for a fusion molecule each.
pub fn bound(count: u32, wild_type: u32, usable: f64, p: &Params) -> Option<f64> {
    let molecules = f64::from(wild_type) * usable;
    if molecules <= 0.0 {
        return None;
    }
    let few = |mean: f64| count_probabilities(count, mean, p.dispersion).iter().sum::<f64>();
    let (mut low, mut high) = (0.0, 4.0 * f64::from(count) + 8.0);
    while few(high) > 1.0 - p.confidence {
        high *= 2.0;
    }
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if few(middle) > 1.0 - p.confidence {
            low = middle;
        } else {
            high = middle;
        }
    }
    let odds = high / molecules;
    Some(odds / (1.0 + odds))
}

/// Most molecules whose bound is below `limit`; `None` where even one molecule is above it.
pub fn most_waived(wild_type: u32, usable: f64, limit: f64, p: &Params) -> Option<u32> {
    (1..=super::lod::MOLECULES_MAX)
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
                && facts.five_at_splice_site
                && facts.three_at_splice_site
                && facts.in_gene
                && facts.is_sense
                && facts.anchor >= facts.homology + p.waive_anchor
        }
        Assay::Dna => facts.is_partner && facts.unique_partner > 0 && partner_anchor >= p.waive_anchor_dna,
    }
}

fn partner_anchor(a: &AnnotatedJunction) -> u32 {
    let far = if a.class == Class::Reciprocal {
        |o: &crate::assemble::observe::Observation| o.anchor_five
    } else {
        |o: &crate::assemble::observe::Observation| o.anchor_three
    };
    a.candidate.observations.iter().map(far).max().unwrap_or(0)
}

/// Finds what is waived.
pub fn find(result: &AssayResult<'_>, limits: Option<&Limits>, required_lod: f64) -> Waivers {
    let judged = result.judged;
    let mut waivers = Waivers::default();
    let Some(limits) = limits else { return waivers };
    let p = &judged.params;
    let limit = p.waive_limit.min(required_lod);
    let low: Vec<(usize, Vec<usize>)> = judged
        .events
        .iter()
        .enumerate()
        .filter(|(_, e)| {
            e.tier == Some(Tier::Low) && e.group.kind != EventKind::Ptd && !state::is_harmless(e, &judged.junctions)
        })
        .map(|(i, e)| (i, believed(e, &judged.junctions)))
        .collect();
    let below = state::blocking_below(judged, result.assay);
    let all: BTreeSet<usize> = low
        .iter()
        .flat_map(|(_, js)| js.iter().copied())
        .chain(below.iter().copied())
        .collect();
    let counts = Counts { result, all: &all };
    let waived = |members: &[usize], name: String| -> Option<Waived> {
        let exempt = members.iter().any(|i| {
            let j = &judged.junctions[*i];
            is_exempt(&j.facts, partner_anchor(&j.annotated), result.assay, p)
        });
        if exempt {
            return None;
        }
        members
            .iter()
            .filter(|i| judged.junctions[**i].annotated.reaches_kmt2a())
            .map(|i| {
                let donor = donor(&judged.junctions[*i])?;
                let molecules = counts.together(members, *i);
                let wild_type = counts.wild_type(*i, donor);
                let usable = limits.usable(donor, judged.junctions[*i].facts.is_partner)?;
                let bound = bound(molecules, wild_type, usable, p).filter(|b| *b < limit)?;
                Some(Waived {
                    name: name.clone(),
                    molecules,
                    wild_type,
                    donor,
                    bound,
                })
            })
            // Each of its junctions must allow it; the weakest speaks for all.
            .collect::<Option<Vec<Waived>>>()?
            .into_iter()
            .max_by(|a, b| a.bound.total_cmp(&b.bound))
    };
    for (index, members) in &low {
        let name = naming::event(&judged.events[*index], &judged.junctions);
        if let Some(found) = waived(members, name) {
            waivers.events.insert(*index);
            waivers.list.push(found);
        }
    }
    for index in below {
        let name = naming::junction(&judged.junctions[index]);
        if let Some(found) = waived(&[index], name) {
            waivers.junctions.insert(index);
            waivers.list.push(found);
        }
    }
    waivers
}

/// Whether the bound of a single candidate's fraction is below the limit of waiving.
pub(super) fn is_rare(j: &JudgedJunction, result: &AssayResult<'_>, limits: &Limits, required_lod: f64) -> bool {
    let p = &result.judged.params;
    let Some(donor) = donor(j) else { return false };
    let wild_type = match j.annotated.candidate.alleles {
        Some((_, wild_type)) => wild_type,
        None => result.collected.profile.molecules_at(donor),
    };
    let usable = limits.usable(donor, j.facts.is_partner);
    usable
        .and_then(|u| bound(j.facts.molecules.max(1), wild_type, u, p))
        .is_some_and(|b| b < p.waive_limit.min(required_lod))
}

/// Junctions of an event with a tier.
fn believed(event: &JudgedEvent, junctions: &[JudgedJunction]) -> Vec<usize> {
    let members = event.group.members.iter().map(|m| m.junction);
    members.filter(|i| junctions[*i].judgement.tier.is_some()).collect()
}

/// The donor whose wild-type molecules the candidate stands beside: the exon of KMT2A's 5' side, or the one before its
/// 3' side; the last one where it breaks in the last exon.
fn donor(j: &JudgedJunction) -> Option<u16> {
    let a = &j.annotated;
    let exon = |side: &crate::annotate::Side| side.exon.or(side.intron);
    let exon = if a.five.is_kmt2a {
        exon(&a.five)
    } else if a.three.is_kmt2a {
        exon(&a.three).map(|n| n.saturating_sub(1))
    } else {
        None
    };
    exon.map(|n| n.clamp(1, scheme::LAST_DONOR))
}

struct Counts<'a> {
    result: &'a AssayResult<'a>,
    /// Candidates that would keep the sample from a negative.
    all: &'a BTreeSet<usize>,
}

impl Counts<'_> {
    /// Molecules of the candidate, counted with those of the same break intron, and with everything that leads to the
    /// same partner: the larger of the two.
    fn together(&self, own: &[usize], of: usize) -> u32 {
        let junctions = &self.result.judged.junctions;
        let this = &junctions[of];
        let partner = partner(this);
        let same_intron = self
            .all
            .iter()
            .copied()
            .filter(|i| donor(&junctions[*i]) == donor(this));
        let same_partner = (0..junctions.len()).filter(|i| {
            let j = &junctions[*i];
            partner.is_some()
                && matches!(j.annotated.class, Class::Canonical | Class::Reciprocal)
                && self::partner(j) == partner
        });
        self.distinct(same_intron.chain(own.iter().copied()))
            .max(self.distinct(same_partner.chain(own.iter().copied())))
    }

    fn distinct(&self, of: impl Iterator<Item = usize>) -> u32 {
        let junctions = &self.result.judged.junctions;
        let fragments = &self.result.collected.fragments;
        let molecules: BTreeSet<u64> = of
            .flat_map(|i| &junctions[i].annotated.candidate.observations)
            .filter(|o| fragments.get(o.fragment).is_none_or(|f| !f.flagged_duplicate))
            .map(|o| o.molecule)
            .collect();
        u32::try_from(molecules.len()).unwrap_or(u32::MAX)
    }

    fn wild_type(&self, of: usize, donor: u16) -> u32 {
        match self.result.judged.junctions[of].annotated.candidate.alleles {
            Some((_, wild_type)) => wild_type,
            None => self.result.collected.profile.molecules_at(donor),
        }
    }
}

/// The partner's gene.
fn partner(j: &JudgedJunction) -> Option<&str> {
    let side = j.annotated.partner_side();
    side.gene.as_deref().filter(|_| !side.is_kmt2a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conclude::lod;
    use crate::judge::Region;

    #[test]
    fn the_bound_is_that_of_the_poisson_distribution() {
        // P(X <= 1) = 0.05 at a mean of 4.744, P(X <= 2) at 6.296 (Poisson); dispersion 0.02 adds a little.
        for (count, mean) in [(1, 4.744), (2, 6.296)] {
            let found = bound(count, 1_000, 1.0, &Params::default()).unwrap();
            let expected = mean / 1_000.0 / (1.0 + mean / 1_000.0);
            assert!(
                (found / expected - 1.0).abs() < 0.12 && found > expected,
                "{count}: {found} {expected}"
            );
        }
        assert_eq!(bound(1, 0, 1.0, &Params::default()), None);
        assert_eq!(bound(1, 100, 0.0, &Params::default()), None);
    }

    #[test]
    fn one_molecule_is_waived_beside_a_hundred_and_not_beside_eighty() {
        assert_eq!(most_waived(110, 0.9, 0.05, &Params::default()), Some(1));
        assert_eq!(most_waived(80, 0.9, 0.05, &Params::default()), None);
        assert_eq!(most_waived(150, 0.9, 0.05, &Params::default()), Some(2));
        // What is asked for bounds what is waived.
        assert_eq!(most_waived(150, 0.9, 0.02, &Params::default()), None);
    }

    #[test]
    fn a_read_that_joins_exon_ends_is_never_waived() {
        let mut facts = lod::typical(1, 0, Region::Major, true, 10);
        assert!(is_exempt(&facts, 10, Assay::Rna, &Params::default()));
        // Any gene in its sense, whatever the catalogue knows of it.
        facts.is_partner = false;
        assert!(is_exempt(&facts, 10, Assay::Rna, &Params::default()));
        facts.homology = 1;
        assert!(
            !is_exempt(&facts, 10, Assay::Rna, &Params::default()),
            "9 bases beyond the ambiguity interval"
        );
        facts.anchor = 11;
        assert!(is_exempt(&facts, 10, Assay::Rna, &Params::default()));
        facts.class = Class::Reciprocal;
        assert!(is_exempt(&facts, 10, Assay::Rna, &Params::default()));
        for turn in [
            |f: &mut EvidenceFacts| f.is_sense = false,
            |f: &mut EvidenceFacts| f.in_gene = false,
            |f: &mut EvidenceFacts| f.three_at_splice_site = false,
            |f: &mut EvidenceFacts| f.five_at_splice_site = false,
            |f: &mut EvidenceFacts| f.is_precise = false,
        ] {
            let mut turned = facts;
            turn(&mut turned);
            assert!(!is_exempt(&turned, 10, Assay::Rna, &Params::default()));
        }
    }

    #[test]
    fn twenty_unique_bases_in_a_gene_of_the_catalogue_are_never_waived_in_dna() {
        let mut facts = lod::typical(1, 0, Region::Major, true, 30);
        assert!(is_exempt(&facts, 20, Assay::Dna, &Params::default()));
        assert!(!is_exempt(&facts, 19, Assay::Dna, &Params::default()));
        facts.unique_partner = 0;
        assert!(!is_exempt(&facts, 20, Assay::Dna, &Params::default()));
        facts.unique_partner = 1;
        facts.is_partner = false;
        assert!(!is_exempt(&facts, 20, Assay::Dna, &Params::default()));
    }
}
