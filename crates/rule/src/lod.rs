//! Limit of detection.
//!
//! For donor *e* with N wild-type molecules over it, a fusion with fraction *f* of KMT2A's transcripts gives X usable
//! molecules, over-dispersed Poisson with mean `f/(1-f) * N * u`; `u` is the chance that a fusion molecule over the
//! donor
//! is usable, divided by the chance that a wild-type molecule over it is counted. A duplication keeps the wild-type
//! junction, so its mean is `f * N * u`. The limit is the least *f* with a chance of detection of 0.95, where
//! [`assess`](fn@crate::assess) itself decides what is detected. Derivation: docs/limit-of-detection.md.

pub mod detection;
pub mod genomic;
pub mod geometry;
pub mod transcript;

use crate::{Capability, Context, Params, Region, Waived};
pub use geometry::{Geometry, Reads};

/// Limits of one donor (fraction of KMT2A transcripts; `None`: not detectable at any).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DonorLimit {
    /// MANE exon.
    pub exon: u16,
    /// Region of the donor.
    pub region: Region,
    /// The limit for duplications is stated over this donor.
    pub states_duplications: bool,
    /// Wild-type molecules over it.
    pub molecules: u32,
    /// Usable share of fusion molecules relative to counted wild-type ones, catalogue partner.
    pub usable: f64,
    /// The same for any partner.
    pub usable_any: f64,
    /// Exclusion limit, catalogue partner.
    pub exclusion_catalogue: Option<f64>,
    /// Exclusion limit, any partner.
    pub exclusion_any: Option<f64>,
    /// Call limit, catalogue partner.
    pub call_catalogue: Option<f64>,
    /// Call limit, any partner.
    pub call_any: Option<f64>,
    /// Call limit for a duplication that ends at this donor.
    pub ptd: Option<f64>,
}

/// The inputs to limits other than the depth at each position.
#[derive(Clone, Copy, Debug)]
pub struct Library<'a> {
    /// Lengths and strands of the reads.
    pub reads: Reads,
    /// How well the file shows chimeras.
    pub capability: &'a Capability,
    /// The sample's noise.
    pub context: &'a Context,
    /// Molecules are distinguished by 5' positions alone, which saturate.
    pub counts_positions: bool,
    /// Highest limit at which a negative may be stated (fraction).
    pub required_lod: f64,
}

impl Library<'_> {
    /// Bound of the fraction below which a candidate is waived; never above the required limit.
    pub fn waive_limit(&self, p: &Params) -> f64 {
        p.waive_limit.min(self.required_lod)
    }
}

/// Limits of the sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// By donor, e1 first (DNA: by the intron after it).
    pub donors: Vec<DonorLimit>,
    /// DNA: limits averaged over all breakpoint positions of a region; empty for RNA, where a region's limit is that of
    /// its
    /// worst donor.
    pub regions: Vec<DonorLimit>,
    /// DNA: share of the major region's positions with enough spanning molecules.
    pub callable_fraction: Option<f64>,
    /// DNA: every intron of KMT2A with its callable bases; empty for RNA.
    pub introns: Vec<IntronCover>,
    /// What was assumed, in words.
    pub assumptions: Vec<String>,
    /// DNA: the panel does not cover the minor region; a negative then applies to the major region only, and says so.
    pub minor_not_targeted: bool,
    /// Candidates that do not prevent a negative, with their bounds.
    pub waived: Vec<Waived>,
}

/// How much of an intron is callable (DNA).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntronCover {
    /// The exon before it.
    pub exon: u16,
    /// Its length (bases).
    pub bases: u64,
    /// Callable bases: those with enough spanning molecules.
    pub callable: u64,
    /// Hardly any of it is callable: the panel has no bait there, or captured nothing.
    pub is_missing: bool,
}

/// Selects one limit of a donor.
pub type Pick = fn(&DonorLimit) -> Option<f64>;

impl Limits {
    /// The worst limit over the donors of a region (`None`: the whole gene); `None` if any donor has none.
    pub fn worst(&self, region: Option<Region>, pick: Pick) -> Option<f64> {
        if let Some(whole) = self.regions.iter().find(|d| Some(d.region) == region) {
            return pick(whole);
        }
        let donors = self.donors.iter().filter(|d| region.is_none_or(|r| d.region == r));
        worst_of(donors.map(pick))
    }

    /// The stated limit: the worse exclusion limit of the two regions (any partner), or the largest bound of the waived
    /// candidates if that is larger.
    pub fn stated(&self) -> Option<f64> {
        let of = |region| self.worst(Some(region), |d| d.exclusion_any);
        let worst = if self.minor_not_targeted {
            of(Region::Major)
        } else {
            of(Region::Major).zip(of(Region::Minor)).map(|(a, b)| a.max(b))
        };
        worst.map(|limit| self.waived.iter().map(|w| w.bound).fold(limit, f64::max))
    }

    /// Usable share at a donor; the smallest of all if the donor has none.
    pub fn usable(&self, donor: u16, is_partner: bool) -> Option<f64> {
        let pick = |d: &DonorLimit| if is_partner { d.usable } else { d.usable_any };
        let own = self.donors.iter().find(|d| d.exon == donor).map(pick);
        let all = || self.donors.iter().chain(&self.regions).map(pick).min_by(f64::total_cmp);
        own.or_else(all)
    }

    /// Raises the limits at the donors of waived candidates to their bounds: no lower limit may be stated there.
    pub fn raise(&mut self, waived: &[Waived]) {
        self.waived = waived.to_vec();
        let with = |limit: &mut Option<f64>, bound: f64| *limit = limit.map(|l| l.max(bound));
        for w in waived {
            let donors = self.donors.iter_mut().filter(|d| d.exon == w.donor);
            for d in donors.chain(self.regions.iter_mut().filter(|d| d.region == w.region)) {
                with(&mut d.exclusion_any, w.bound);
                with(&mut d.exclusion_catalogue, w.bound);
            }
        }
    }

    /// DNA: introns with hardly any callable base, by the exon before them.
    pub fn introns_missing(&self) -> Vec<u16> {
        let missing = self.introns.iter().filter(|i| i.is_missing);
        missing.map(|i| i.exon).collect()
    }

    /// The donor of a region with the fewest molecules.
    pub fn weakest(&self, region: Region) -> Option<&DonorLimit> {
        self.donors
            .iter()
            .filter(|d| d.region == region)
            .min_by_key(|d| (d.molecules, d.exon))
    }

    /// Worst limit for a duplication over the donors that state it.
    pub fn ptd(&self) -> Option<f64> {
        if let Some(major) = self.regions.iter().find(|d| d.region == Region::Major) {
            return major.ptd;
        }
        let donors = self.donors.iter().filter(|d| d.states_duplications);
        worst_of(donors.map(|d| d.ptd))
    }
}

/// The largest limit; `None` if one is `None` or there are none.
fn worst_of(limits: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let all: Option<Vec<f64>> = limits.collect();
    all?.into_iter().reduce(f64::max)
}

/// Blast percentage at a limit, for a heterozygous event with equal expression of both alleles: twice the fraction.
/// `None` above 100 %.
pub fn blast_percent(limit: f64) -> Option<f64> {
    let percent = 200.0 * limit;
    (percent <= 100.0).then_some(percent)
}

#[cfg(test)]
mod tests;
