//! Limit of detection: the inputs of [`breakapart_rule::lod`], and its assumptions in words.
//!
//! Derivation: docs/limit-of-detection.md.

use std::ops::RangeInclusive;

pub use breakapart_rule::lod::{DonorLimit, Limits, blast_percent};
use breakapart_rule::{
    Capability,
    lod::{
        Geometry, Library, Pick, Reads,
        genomic::{self, Stretch},
        transcript::{self, DonorFacts},
    },
};

use super::AssayResult;
use crate::{
    catalogue::{Transcript, gene::hull, scheme},
    evidence::profile::{BIN, Profile},
    genome::Interval,
    input::Assay,
    judge::{Params, Region},
    model,
};

/// Default of `--required-lod` (fraction of KMT2A transcripts): about 20 % blasts at equal expression.
pub const REQUIRED_LOD: f64 = 0.10;

/// Limits of an assay before anything is waived.
pub(super) fn limits(result: &AssayResult<'_>, capability: &Capability, required_lod: f64) -> Limits {
    let profile = result.profile();
    let library = Library {
        reads: reads(profile),
        capability,
        context: &result.judged.context,
        counts_positions: !result.collected.molecules_by.are_counted(),
        required_lod,
    };
    match result.assay {
        Assay::Rna => transcript_limits(profile, &library, &result.judged.params),
        Assay::Dna => genomic_limits(result, &library),
    }
}

/// The limits in the report's form, with the waived candidates.
pub(super) fn stated(result: &AssayResult<'_>, limits: &Limits, waived: Vec<model::Waived>) -> model::Lod {
    let by_region = |pick: Pick| model::LodByRegion {
        major: limits.worst(Some(Region::Major), pick),
        minor: limits.worst(Some(Region::Minor), pick),
        whole: limits.worst(None, pick),
        ptd: limits.ptd(),
    };
    let weakest = [Region::Major, Region::Minor]
        .into_iter()
        .filter_map(|region| limits.weakest(region))
        .min_by_key(|d| (d.molecules, d.exon));
    model::Lod {
        unit: result.assay.kmt2a_unit().to_owned(),
        exclusion: model::LodByPartner {
            catalogue_partner: by_region(|d| d.exclusion_catalogue),
            any_partner: by_region(|d| d.exclusion_any),
        },
        call: model::LodByPartner {
            catalogue_partner: by_region(|d| d.call_catalogue),
            any_partner: by_region(|d| d.call_any),
        },
        blast_percent: limits.stated().and_then(blast_percent),
        weakest_donor: weakest.map(|d| model::WeakestDonor {
            exon: d.exon,
            transcript: result.transcript_name().to_owned(),
            molecules: d.molecules.into(),
        }),
        assumptions: limits.assumptions.clone(),
        waived,
    }
}

pub(super) const fn reads(profile: &Profile) -> Reads {
    Reads {
        read_len: profile.read_len,
        fragment_len: profile.fragment_len,
        fragment_len_mad: profile.fragment_len_mad,
        fragments: profile.fragments,
        paired: profile.paired,
        sense: profile.sense,
        antisense: profile.antisense,
    }
}

/// RNA: limits at every donor.
fn transcript_limits(profile: &Profile, library: &Library<'_>, p: &Params) -> Limits {
    let donors: Vec<DonorFacts> = profile
        .donors
        .iter()
        .map(|donor| DonorFacts {
            exon: donor.exon,
            region: scheme::region_of_donor(donor.exon),
            molecules: donor.molecules,
            may_duplicate: scheme::PTD_DONORS.contains(&donor.exon),
            states_duplications: scheme::PTD_USUAL_DONORS.contains(&donor.exon),
        })
        .collect();
    let geometry = Geometry::of(&library.reads, library.capability.anchor_min, p);
    let fragments = profile
        .fragment_len
        .map_or_else(|| "unknown length".to_owned(), |l| format!("{l} bases"));
    Limits {
        donors: transcript::limits(&donors, library, p),
        assumptions: vec![
            "limits are fractions of KMT2A transcripts (fusion / (fusion + wild type)) that would be found with 95 % \
             probability"
                .to_owned(),
            "blast percentage is twice the fraction: heterozygous, equal expression of both alleles, no expression \
             outside blasts"
                .to_owned(),
            format!(
                "reads of {} bases, fragments of {fragments}: {:.0} % of fusion molecules across a donor give a split \
                 read, {:.0} % a spanning pair",
                profile.read_len,
                geometry.split * 100.0,
                geometry.spanning * 100.0
            ),
            format!("chimeras: {}", library.capability.basis),
            format!(
                "overdispersion of molecule counts beyond Poisson: {:.0} % of the mean (standard deviation)",
                p.dispersion.sqrt() * 100.0
            ),
        ],
        ..Limits::default()
    }
}

/// DNA: limits for each intron of the regions, and for both regions.
fn genomic_limits(result: &AssayResult<'_>, library: &Library<'_>) -> Limits {
    let p = &result.judged.params;
    let (gene, _) = result.models.kmt2a();
    let Some(transcript) = gene.transcripts.first() else {
        return Limits::default();
    };
    let stretch = |exon: u16, region: Region, interval: Interval| Stretch {
        exon,
        region,
        depths: depths(&result.profile().physical, transcript.interval, interval),
    };
    let of_intron = |(exon, interval)| stretch(exon, scheme::region_of_donor(exon), interval);
    let is_listed = |s: &Stretch| s.region != Region::Other || s.exon == scheme::LISTED_DONOR;
    let introns: Vec<Stretch> = transcript.introns().map(of_intron).collect();
    let covers = introns.iter().zip(transcript.introns()).map(|(s, (_, interval))| {
        let bases = u64::try_from(interval.len()).unwrap_or(0);
        s.cover(bases, p)
    });
    let major = stretch(0, Region::Major, between(transcript, scheme::MAJOR_DONORS));
    let minor = stretch(0, Region::Minor, between(transcript, scheme::MINOR_DONORS));
    let callable = major.callable(p);
    let [of_major, of_minor] = [&major, &minor].map(|s| genomic::limits(s, library, p));
    let listed = introns.iter().filter(|s| is_listed(s));
    Limits {
        donors: listed.map(|s| genomic::limits(s, library, p)).collect(),
        minor_not_targeted: genomic::minor_not_targeted(&of_major, &of_minor, p),
        regions: vec![of_major, of_minor],
        callable_fraction: Some(callable),
        introns: covers.collect(),
        assumptions: vec![
            "limits are allele fractions that would be found with 95 % probability, averaged over the positions of a \
             region"
                .to_owned(),
            "blast percentage is twice the fraction: heterozygous, two alleles per cell".to_owned(),
            format!(
                "{:.0} % of the major region is spanned by {} molecules or more",
                callable * 100.0,
                p.callable
            ),
            format!("chimeras: {}", library.capability.basis),
        ],
        waived: Vec::new(),
    }
}

/// Depths of the bins of [`BIN`] bases in an interval of the gene `within`.
fn depths(physical: &[u32], within: Interval, interval: Interval) -> Vec<u32> {
    let at = |p: i64| {
        usize::try_from((p - within.start.0) / BIN)
            .unwrap_or(0)
            .min(physical.len())
    };
    let first = at(interval.start.0);
    let depths = physical.get(first..at(interval.end.0).max(first + 1));
    depths.map(<[u32]>::to_vec).unwrap_or_default()
}

/// The breakpoint region: from the first intron after `donors` to the last.
fn between(transcript: &Transcript, donors: RangeInclusive<u16>) -> Interval {
    let introns = transcript.introns().filter(|(exon, _)| donors.contains(exon));
    introns.map(|(_, interval)| interval).reduce(hull).unwrap_or_default()
}
