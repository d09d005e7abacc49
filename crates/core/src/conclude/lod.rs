//! Limit of detection.
//!
//! For donor *e* with N wild-type molecules over it, a fusion that makes up the fraction *f* of KMT2A's
//! transcripts leaves X usable molecules, over-dispersed Poisson with mean `f/(1-f) * N * u`; `u` is the
//! chance that a fusion molecule over the donor is usable, over the chance that a wild-type molecule
//! over it is counted. A duplication keeps the wild-type junction, so its mean is `f * N * u`. The limit
//! is the least *f* whose chance of detection is 0.95, where detection is what [`assess`](fn@breakapart_rule::assess)
//! itself says of such evidence. Derivation: docs/limit-of-detection.md.

use breakapart_rule::assess;

use super::{
    Adequacy, AssayResult,
    waive::{self, Waived},
};
use crate::{
    annotate::{Class, Frame},
    catalogue::scheme,
    evidence::{molecule::MoleculesBy, profile::Profile},
    genome::probability::count_probabilities,
    input::Assay,
    judge::{Context, EvidenceFacts, Params, Region, Tier},
};

/// Default of `--required-lod` (fraction of KMT2A transcripts): about 20 % blasts at equal expression.
pub const REQUIRED_LOD: f64 = 0.10;
/// Largest number of molecules that is looked at (count); more are detected for certain.
pub(super) const MOLECULES_MAX: u32 = 60;
/// Limits of one donor (fraction of KMT2A transcripts; `None`: not detectable at any).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DonorLimit {
    /// MANE exon.
    pub exon: u16,
    /// Region of the donor.
    pub region: Region,
    /// Wild-type molecules over it.
    pub molecules: u32,
    /// Usable share of fusion molecules against counted wild-type ones, partner of the catalogue.
    pub usable: f64,
    /// The same for any partner.
    pub usable_any: f64,
    /// Exclusion limit, partner of the catalogue.
    pub exclusion_catalogue: Option<f64>,
    /// Exclusion limit, any partner.
    pub exclusion_any: Option<f64>,
    /// Call limit, partner of the catalogue.
    pub call_catalogue: Option<f64>,
    /// Call limit, any partner.
    pub call_any: Option<f64>,
    /// Call limit of a duplication that ends at this donor.
    pub ptd: Option<f64>,
}

/// Limits of the sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// By donor, e1 first (DNA: by the intron behind it).
    pub donors: Vec<DonorLimit>,
    /// DNA: limits averaged over all break positions of a region; empty for RNA, whose region is as good
    /// as its worst donor.
    pub regions: Vec<DonorLimit>,
    /// DNA: share of the major region's positions that enough molecules span.
    pub callable_fraction: Option<f64>,
    /// DNA: every intron of KMT2A with the bases of it that enough molecules span; empty for RNA.
    pub introns: Vec<IntronCover>,
    /// What was assumed.
    pub assumptions: Vec<String>,
    /// Candidates that do not keep the sample from a negative, with the bounds of their fractions.
    pub waived: Vec<Waived>,
    /// The numbers that they were made with.
    pub params: Params,
}

/// How much of an intron a break can be seen in (DNA).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntronCover {
    /// The exon before it.
    pub exon: u16,
    /// Its length (bases).
    pub bases: u64,
    /// Bases of it that enough molecules span.
    pub callable: u64,
}

impl IntronCover {
    /// Less than a twentieth is callable: the panel has no bait there, or nothing was caught.
    pub const fn is_missing(&self) -> bool {
        self.callable * 20 < self.bases
    }
}

/// Which limit of a donor.
pub type Pick = fn(&DonorLimit) -> Option<f64>;

impl Limits {
    /// The worst limit over the donors of a region (`None` region: the whole gene); `None` where any of
    /// them has none.
    pub fn worst(&self, region: Option<Region>, pick: Pick) -> Option<f64> {
        if let Some(whole) = self.regions.iter().find(|d| Some(d.region) == region) {
            return pick(whole);
        }
        let mut worst: Option<f64> = Some(0.0);
        let mut any = false;
        for donor in self.donors.iter().filter(|d| region.is_none_or(|r| d.region == r)) {
            any = true;
            worst = worst.zip(pick(donor)).map(|(a, b)| a.max(b));
        }
        worst.filter(|_| any)
    }

    /// Usable share at a donor; the smallest of all where the donor has none of its own.
    pub fn usable(&self, donor: u16, is_partner: bool) -> Option<f64> {
        let pick = |d: &DonorLimit| if is_partner { d.usable } else { d.usable_any };
        let own = self.donors.iter().find(|d| d.exon == donor).map(pick);
        let all = || self.donors.iter().chain(&self.regions).map(pick).min_by(f64::total_cmp);
        own.or_else(all)
    }

    /// Raises the limits of the donors of what is waived to its bounds: no less may be stated there.
    pub fn raise(&mut self, waived: &[Waived]) {
        self.waived = waived.to_vec();
        let with = |limit: &mut Option<f64>, bound: f64| *limit = limit.map(|l| l.max(bound));
        for w in waived {
            let region = scheme::region_of_donor(w.donor);
            let donors = self.donors.iter_mut().filter(|d| d.exon == w.donor);
            for d in donors.chain(self.regions.iter_mut().filter(|d| d.region == region)) {
                with(&mut d.exclusion_any, w.bound);
                with(&mut d.exclusion_catalogue, w.bound);
            }
        }
    }

    /// DNA: the panel leaves the minor region out (its depth is below a twentieth of the major one's): a
    /// negative then speaks of the major region only, and says so.
    pub fn minor_not_targeted(&self) -> bool {
        let depth = |region| self.regions.iter().find(|d| d.region == region).map(|d| d.molecules);
        depth(Region::Major)
            .zip(depth(Region::Minor))
            .is_some_and(|(major, minor)| f64::from(minor) < self.params.not_targeted * f64::from(major))
    }

    /// Introns that are not covered, as `1-6, 14`; `None` where all are (or for RNA).
    pub fn introns_missing(&self) -> Option<String> {
        let missing: Vec<u16> = self.introns.iter().filter(|i| i.is_missing()).map(|i| i.exon).collect();
        (!missing.is_empty()).then(|| super::examined::runs(&missing).replace('e', ""))
    }

    /// The donor of a region with the fewest molecules.
    pub fn weakest(&self, region: Region) -> Option<&DonorLimit> {
        self.donors
            .iter()
            .filter(|d| d.region == region)
            .min_by_key(|d| (d.molecules, d.exon))
    }

    /// Worst limit of a duplication over the usual donors (e8 to e11, in frame with e2).
    pub fn ptd(&self) -> Option<f64> {
        if let Some(major) = self.regions.iter().find(|d| d.region == Region::Major) {
            return major.ptd;
        }
        let mut worst: Option<f64> = Some(0.0);
        for donor in self
            .donors
            .iter()
            .filter(|d| scheme::PTD_USUAL_DONORS.contains(&d.exon))
        {
            worst = worst.zip(donor.ptd).map(|(a, b)| a.max(b));
        }
        worst
    }
}

/// Blast percentage at a limit, heterozygous with equal expression of both alleles: twice the
/// fraction. `None` above 100 %.
pub fn blast_percent(limit: f64) -> Option<f64> {
    let percent = 200.0 * limit;
    (percent <= 100.0).then_some(percent)
}

/// Share of molecules over a donor that show a junction by a read, and by mates on both sides, against
/// the share that is counted as wild type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geometry {
    /// Split share.
    pub split: f64,
    /// Spanning share.
    pub spanning: f64,
}

impl Geometry {
    /// From read length, fragment length and the anchor that the aligner wants, for junctions that lie
    /// anywhere in the fragment.
    pub fn of(profile: &Profile, anchor: u32, p: &Params) -> Self {
        let read = f64::from(profile.read_len.max(1));
        let a = f64::from(anchor);
        let paired = profile.paired * 2 >= profile.fragments;
        let (median, spread) = match (paired, profile.fragment_len) {
            (true, Some(median)) => (f64::from(median), f64::from(profile.fragment_len_mad) * 1.4826),
            (true, None) => (read * 2.0, read / 2.0),
            (false, _) => (read, 0.0),
        };
        // Nine points of a normal distribution of fragment lengths.
        let (mut split, mut spanning, mut counted) = (0.0, 0.0, 0.0);
        for step in -4_i32..=4 {
            let z = f64::from(step) / 2.0;
            let weight = (-z * z / 2.0).exp();
            let length = (median + z * spread).max(read.min(median));
            // Places of the junction that a read of either end shows with `a` bases on both sides.
            let one = (read.min(length) - 2.0 * a).max(0.0);
            let both = (length - 2.0 * a).max(0.0);
            let shown = if paired { (2.0 * one).min(both) } else { one };
            split += weight * shown;
            spanning += weight * if paired { (both - shown).max(0.0) } else { 0.0 };
            counted += weight * (length - 2.0 * f64::from(p.wild_type_anchor)).max(1.0);
        }
        Self {
            split: split / counted,
            spanning: spanning / counted,
        }
    }
}

/// Chance of detection for each number of usable molecules, over how many of them are split. It does not
/// depend on the fraction, so it is made once for all the means that a search tries.
pub(super) struct Detection {
    /// Chance by number of molecules, as far as it is not certain; beyond, all are detected.
    given: Vec<f64>,
    /// Chance of larger numbers.
    beyond: f64,
    /// Variance of the count beyond Poisson.
    dispersion: f64,
}

impl Detection {
    pub(super) fn new(split_share: f64, rule: &Rule, dispersion: f64) -> Self {
        let mut given: Vec<f64> = (0..=MOLECULES_MAX)
            .map(|n| {
                let mut detected = 0.0;
                let mut weight = (1.0 - split_share).powi(i32::try_from(n).unwrap_or(0));
                for split in 0..=n {
                    if rule.detects(split, n - split) {
                        detected += weight;
                    }
                    // Binomial weights, each from the one before.
                    weight = if split_share >= 1.0 {
                        f64::from(u8::from(split + 1 == n))
                    } else {
                        weight * f64::from(n - split) / f64::from(split + 1) * split_share / (1.0 - split_share)
                    };
                }
                detected
            })
            .collect();
        let beyond = given.last().copied().unwrap_or(0.0);
        // Numbers that are detected alike need no probability of their own.
        while given.last().is_some_and(|last| (last - beyond).abs() < 1e-12) {
            given.pop();
        }
        Self {
            given,
            beyond,
            dispersion,
        }
    }

    /// Chance that a molecule count with this mean is detected.
    pub(super) fn chance(&self, mean: f64) -> f64 {
        let Some(largest) = u32::try_from(self.given.len()).ok().and_then(|n| n.checked_sub(1)) else {
            return self.beyond;
        };
        let counts = count_probabilities(largest, mean, self.dispersion);
        let more = (1.0 - counts.iter().sum::<f64>()).max(0.0);
        let few: f64 = counts
            .iter()
            .zip(&self.given)
            .map(|(here, detected)| here * detected)
            .sum();
        few + more * self.beyond
    }
}

/// The tier that the rule gives to every pair of counts, made once.
pub(super) struct Tiers {
    table: Vec<Option<Tier>>,
}

impl Tiers {
    pub(super) fn new(judge: impl Fn(u32, u32) -> Option<Tier>) -> Self {
        let table = (0..Rule::WIDTH * Rule::WIDTH)
            .map(|i| judge(i / Rule::WIDTH, i % Rule::WIDTH))
            .collect();
        Self { table }
    }

    /// Counts that are called.
    pub(super) fn called(&self) -> Rule {
        self.rule(|_, _, tier| tier >= Some(Tier::Medium))
    }

    /// Counts that keep a sample from a negative: any tier, but for low with at most `waived` molecules, unless a read
    /// that is never waived is among them (`reads_are_exempt`).
    pub(super) fn blocking(&self, waived: Option<u32>, reads_are_exempt: bool) -> Rule {
        self.rule(|split, n, tier| {
            let is_waived = waived.is_some_and(|most| n <= most) && !(reads_are_exempt && split > 0);
            tier >= Some(Tier::Medium) || tier.is_some() && !is_waived
        })
    }

    fn rule(&self, detects: impl Fn(u32, u32, Option<Tier>) -> bool) -> Rule {
        Rule::new(|split, spanning| {
            let n = split + spanning;
            let tier = self.table.get((split * Rule::WIDTH + spanning) as usize);
            n > 0 && detects(split, n, tier.copied().flatten())
        })
    }
}

/// Which pairs of counts are detected.
pub(super) struct Rule {
    table: Vec<bool>,
}

impl Rule {
    const WIDTH: u32 = 24;

    pub(super) fn new(judge: impl Fn(u32, u32) -> bool) -> Self {
        let table = (0..Self::WIDTH * Self::WIDTH)
            .map(|i| judge(i / Self::WIDTH, i % Self::WIDTH))
            .collect();
        Self { table }
    }

    pub(super) fn detects(&self, split: u32, spanning: u32) -> bool {
        let index = split.min(Self::WIDTH - 1) * Self::WIDTH + spanning.min(Self::WIDTH - 1);
        self.table.get(index as usize).copied().unwrap_or(false)
    }
}

/// Evidence as a typical fusion at a donor would give it.
pub(super) fn typical(split: u32, spanning: u32, region: Region, is_partner: bool, anchor: u32) -> EvidenceFacts {
    let molecules = split + spanning;
    EvidenceFacts {
        class: Class::Canonical,
        molecules,
        event_molecules: molecules,
        split,
        clip: 0,
        spanning,
        distinct_ends: molecules,
        anchor,
        is_precise: split > 0,
        five_at_splice_site: split > 0,
        // A partner that the catalogue does not have has no annotated acceptor either.
        three_at_splice_site: split > 0 && is_partner,
        region,
        usual_exons: false,
        internal_repeat: None,
        is_partner,
        in_gene: is_partner,
        is_sense: true,
        frame: Frame::Unknown,
        unique_kmt2a: molecules,
        unique_partner: molecules,
        homology: 0,
        disagreement_permille: 0,
        wild_type: 0,
        companion: false,
        faced: false,
        beside_precise: false,
        may_be_insertion: false,
    }
}

/// Least fraction whose chance of detection is at least 0.95.
fn limit(molecules: u32, usable: f64, split_share: f64, rule: &Rule, keeps_wild_type: bool, p: &Params) -> Option<f64> {
    if molecules == 0 || usable <= 0.0 {
        return None;
    }
    let detection = Detection::new(split_share, rule, p.dispersion);
    let chance = |f: f64| {
        let share = if keeps_wild_type { f } else { f / (1.0 - f) };
        detection.chance(share * f64::from(molecules) * usable)
    };
    least_fraction(chance, p.confidence)
}

/// The least fraction whose chance of detection is at least `confidence`, by halving (24 times: to 1e-7);
/// `None` where none is.
pub(super) fn least_fraction(chance: impl Fn(f64) -> f64, confidence: f64) -> Option<f64> {
    let (mut low, mut high) = (0.0_f64, 0.999_f64);
    if chance(high) < confidence {
        return None;
    }
    for _ in 0..24 {
        let middle = f64::midpoint(low, high);
        if chance(middle) >= confidence {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

/// Limits of an assay, with what is waived at `--required-lod`.
pub fn limits(result: &AssayResult<'_>, adequacy: &Adequacy, required_lod: f64) -> Limits {
    let waive_limit = result.judged.params.waive_limit.min(required_lod);
    match result.assay {
        Assay::Rna => transcript_limits(result, adequacy, waive_limit),
        Assay::Dna => super::genomic::limits(result, adequacy, waive_limit),
    }
}

/// RNA: limits at every donor.
fn transcript_limits(result: &AssayResult<'_>, adequacy: &Adequacy, waive_limit: f64) -> Limits {
    let profile = result.profile();
    let capability = &adequacy.capability;
    let p = &result.judged.params;
    let geometry = Geometry::of(profile, capability.anchor_min, p);
    let context = result.context();
    let tiers = |region: Region, is_partner: bool| {
        Tiers::new(|split, spanning| {
            assess(
                &typical(split, spanning, region, is_partner, p.typical_anchor),
                context,
                p,
            )
            .tier
        })
    };
    let counted = |distinct: u32| match result.collected.molecules_by {
        MoleculesBy::FivePrimePositions => unsaturated(distinct, profile, p),
        _ => distinct,
    };
    let pairs = geometry.spanning * capability.pairs;
    let usable = geometry.split * capability.split_catalogue + pairs;
    let usable_any = geometry.split * capability.split_any + pairs;
    let mut donors = Vec::new();
    for region in [Region::Major, Region::Minor, Region::Other] {
        let (catalogue, any) = (tiers(region, true), tiers(region, false));
        for donor in profile
            .donors
            .iter()
            .filter(|d| scheme::region_of_donor(d.exon) == region)
        {
            let n = counted(donor.molecules());
            let of = |usable: f64, rule: &Rule| {
                let split_share = if usable > 0.0 { (usable - pairs) / usable } else { 0.0 };
                limit(n, usable, split_share, rule, false, p)
            };
            let waived = |usable| waive::most_waived(donor.molecules(), usable, waive_limit, p);
            donors.push(DonorLimit {
                exon: donor.exon,
                region,
                molecules: donor.molecules(),
                usable,
                usable_any,
                // Reads that join exon ends of both genes are never waived.
                exclusion_catalogue: of(usable, &catalogue.blocking(waived(usable), true)),
                exclusion_any: of(usable_any, &any.blocking(waived(usable_any), false)),
                call_catalogue: of(usable, &catalogue.called()),
                call_any: of(usable_any, &any.called()),
                ptd: duplication_limit(n, donor.exon, &geometry, adequacy, (context, p)),
            });
        }
    }
    donors.sort_by_key(|d| d.exon);
    Limits {
        introns: Vec::new(),
        donors,
        regions: Vec::new(),
        callable_fraction: None,
        assumptions: assumptions(profile, adequacy, &geometry, p),
        waived: Vec::new(),
        params: *p,
    }
}

/// Molecules behind `distinct` 5' positions of single reads over a donor: of `places` positions that are as
/// likely, n molecules take `places * (1 - exp(-n / places))`. A fusion's few molecules hardly share one.
fn unsaturated(distinct: u32, profile: &Profile, p: &Params) -> u32 {
    let strands = match profile.sense.max(profile.antisense) * 5 > (profile.sense + profile.antisense) * 4 {
        true => 1.0,
        false => 2.0,
    };
    let places = strands * (f64::from(profile.read_len) - 2.0 * f64::from(p.wild_type_anchor)).max(1.0);
    // Near saturation the count says little more: at most three times as many.
    let taken = (f64::from(distinct) / places).min(0.95);
    let molecules = -places * (1.0 - taken).ln();
    (molecules.round() as u32).clamp(distinct, distinct.saturating_mul(3))
}

fn duplication_limit(
    molecules: u32,
    exon: u16,
    geometry: &Geometry,
    adequacy: &Adequacy,
    (context, p): (&Context, &Params),
) -> Option<f64> {
    if molecules == 0 || !scheme::PTD_DONORS.contains(&exon) {
        return None;
    }
    let rule = Rule::new(|split, spanning| {
        let mut facts = typical(split, spanning, Region::Major, false, p.typical_anchor);
        facts.class = Class::Ptd;
        facts.three_at_splice_site = split > 0;
        facts.usual_exons = true;
        facts.frame = Frame::InFrame;
        facts.wild_type = molecules;
        facts.molecules > 0 && assess(&facts, context, p).tier >= Some(Tier::Medium)
    });
    let split = geometry.split * adequacy.capability.split_catalogue;
    let usable = split + geometry.spanning * adequacy.capability.pairs;
    limit(
        molecules,
        usable,
        if usable > 0.0 { split / usable } else { 0.0 },
        &rule,
        true,
        p,
    )
}

fn assumptions(profile: &Profile, adequacy: &Adequacy, geometry: &Geometry, p: &Params) -> Vec<String> {
    vec![
        "limits are fractions of KMT2A transcripts (fusion over fusion and wild type) that would be found with 95 % probability".to_owned(),
        "blast percentage is twice the fraction: heterozygous, both alleles expressed alike, no expression outside blasts".to_owned(),
        format!(
            "reads of {} bases, fragments of {}: {:.0} % of fusion molecules over a donor show it in a read, {:.0} % by mates",
            profile.read_len,
            profile.fragment_len.map_or_else(|| "unknown length".to_owned(), |l| format!("{l} bases")),
            geometry.split * 100.0,
            geometry.spanning * 100.0
        ),
        format!("chimeras: {}", adequacy.capability.basis),
        format!("molecule counts vary beyond Poisson by {:.0} % of their mean (standard deviation)", p.dispersion.sqrt() * 100.0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_the_published_one_where_one_molecule_is_enough() {
        // P(X >= 1) = 0.95 at a mean of 2.996 (Poisson); dispersion 0.02 adds a little.
        let rule = Rule::new(|s, p| s + p >= 1);
        let p = Params::default();
        let found = limit(100, 1.0, 1.0, &rule, true, &p).unwrap();
        assert!((found - 0.03).abs() < 0.002, "{found}");
        let rule = Rule::new(|s, p| s + p >= 3);
        let found = limit(100, 1.0, 0.5, &rule, true, &p).unwrap();
        assert!((found - 0.063).abs() < 0.005, "{found}");
    }

    #[test]
    fn more_molecules_never_worsen_the_limit() {
        let rule = Rule::new(|s, p| s >= 1 && s + p >= 2);
        let limits: Vec<f64> = [20, 50, 100, 200]
            .iter()
            .map(|n| limit(*n, 0.9, 0.7, &rule, false, &Params::default()).unwrap())
            .collect();
        assert!(limits.windows(2).all(|w| w[1] < w[0]), "{limits:?}");
        assert_eq!(limit(0, 0.9, 0.7, &rule, false, &Params::default()), None);
    }

    #[test]
    fn short_fragments_are_split_and_long_ones_span() {
        let profile = |fragment| Profile {
            read_len: 100,
            fragment_len: Some(fragment),
            fragment_len_mad: 10,
            paired: 10,
            fragments: 10,
            ..Profile::default()
        };
        let short = Geometry::of(&profile(150), 10, &Params::default());
        assert!(short.spanning < 0.02 && short.split > 0.85, "{short:?}");
        let long = Geometry::of(&profile(400), 10, &Params::default());
        assert!(long.spanning > 0.4, "{long:?}");
    }
}
