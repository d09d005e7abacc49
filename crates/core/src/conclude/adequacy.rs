//! What the sample's own reads could have shown.

use super::{AssayResult, LibraryFacts, traps};
use crate::{
    input::{Aligner, Assay},
    judge::Reason,
};

/// Reads with an `SA` tag beside no supplementary record at all, from which these count as stripped (count): in a
/// whole file the part here is as often the supplementary record as not, so seven without one are one in a hundred.
const ALL_STRIPPED_MIN: u64 = 7;

/// How well the file can show chimeras: chance that a molecule which shows one is usable, by kind of
/// evidence. Measured for each aligner (docs/aligners.md).
#[derive(Clone, Debug, PartialEq)]
pub struct Capability {
    /// Stable word: `full`, `reduced`, `none`.
    pub status: &'static str,
    /// Stable code of the reason.
    pub code: &'static str,
    /// Why, in a sentence.
    pub basis: String,
    /// Shortest aligned part that the aligner writes as part of a chimera (bases).
    pub anchor_min: u32,
    /// Split reads over a junction to a partner of the catalogue (fraction).
    pub split_catalogue: f64,
    /// Split reads over a junction to any place (fraction).
    pub split_any: f64,
    /// Pairs on both sides (fraction).
    pub pairs: f64,
}

/// What was measured.
#[derive(Clone, Debug)]
pub struct Adequacy {
    /// RNA or DNA.
    pub assay: Assay,
    /// How well chimeras can be shown.
    pub capability: Capability,
    /// Share of fragments at KMT2A flagged as duplicates.
    pub duplicate_fraction: Option<f64>,
    /// Share of fragments at KMT2A with mapping quality 0 throughout.
    pub mapq0_fraction: Option<f64>,
    /// Primary reads in the control genes.
    pub controls: Vec<(String, u64)>,
    /// KMT2A molecules.
    pub kmt2a_molecules: u32,
    /// The library at the locus.
    pub library: LibraryFacts,
    /// What makes the sample unfit for a negative whatever its depth.
    pub faults: Vec<Reason>,
}

/// Measures the adequacy of one assay.
pub fn measure(result: &AssayResult<'_>) -> Adequacy {
    let profile = result.profile();
    let share = |n: u32| (profile.fragments > 0).then(|| f64::from(n) / f64::from(profile.fragments));
    Adequacy {
        assay: result.assay,
        capability: capability(result),
        duplicate_fraction: share(profile.duplicates),
        mapq0_fraction: share(profile.mapq0),
        controls: result
            .collected
            .tally
            .controls
            .iter()
            .map(|(s, n)| (s.clone(), *n))
            .collect(),
        kmt2a_molecules: profile.molecules,
        library: LibraryFacts::of(result),
        faults: traps::faults(result),
    }
}

/// Median length up to which reads count as short (bases): Illumina's longest.
const SHORT_READ_MAX: u32 = 300;

/// What the aligner and later filters let through.
///
/// Shares are those of `docs/aligners.md`, which says what was measured on reads over known junctions and
/// what is estimated.
fn capability(result: &AssayResult<'_>) -> Capability {
    let tally = &result.collected.tally;
    let parts_are_secondary = matches!(
        result.aligner,
        Aligner::Bwa {
            marks_secondary: true,
            ..
        }
    );
    // An aligner that writes none has none to lose; what is there was not removed.
    let absent = tally.supplementary == 0 && !parts_are_secondary && !result.aligner.leaves_chimeras_out();
    let parts_lack = tally.sa_into_window >= 3 && tally.sa_without_record * 10 >= tally.sa_into_window * 3;
    let stripped = absent
        && (result.processing.supplementaries_removed.is_some() || parts_lack || tally.with_sa >= ALL_STRIPPED_MIN);
    let mut capability = match result.aligner {
        Aligner::Star(settings) if settings.writes_chimeras() || result.chimeric_given => Capability {
            status: "full",
            code: "chimeras-written",
            basis: "STAR was set to write chimeric alignments".to_owned(),
            anchor_min: settings.chimeric_segment_min.unwrap_or(12).max(10),
            split_catalogue: 0.9,
            split_any: 0.85,
            pairs: 0.85,
        },
        Aligner::Star(settings) => Capability {
            status: "reduced",
            code: "chimeras-not-written",
            basis: if settings.chimeric_output.is_some() {
                "STAR wrote chimeric alignments to another file: add it with --chimeric".to_owned()
            } else {
                "STAR was not set to look for chimeric alignments: clipped ends show a junction, and reads that did not align where the file holds them".to_owned()
            },
            anchor_min: 12,
            split_catalogue: 0.6,
            split_any: 0.0,
            pairs: 0.0,
        },
        Aligner::Hisat2 => Capability {
            status: "reduced",
            code: "chimeras-not-written",
            basis: "HISAT2 writes no chimeric alignments: pairs, clipped ends and reads that did not align show a junction"
                .to_owned(),
            anchor_min: 12,
            split_catalogue: 0.55,
            split_any: 0.1,
            pairs: 0.85,
        },
        Aligner::TopHat => Capability {
            status: "reduced",
            code: "chimeras-not-written",
            basis: "TopHat aligns whole reads only and writes no chimeric alignments: pairs alone show a junction"
                .to_owned(),
            anchor_min: 12,
            split_catalogue: 0.0,
            split_any: 0.0,
            pairs: 0.5,
        },
        aligner if aligner.has_long_read_preset() && result.profile().read_len <= SHORT_READ_MAX => Capability {
            status: "reduced",
            code: "long-read-preset",
            basis: "minimap2 was run with a preset for long reads: most short reads over a junction, and all pairs, are lost"
                .to_owned(),
            anchor_min: 30,
            split_catalogue: 0.15,
            split_any: 0.1,
            pairs: 0.0,
        },
        Aligner::Bwa { .. } | Aligner::Dragen { .. } | Aligner::Minimap2 { .. } => Capability {
            status: "full",
            code: "chimeras-written",
            basis: "the aligner writes supplementary alignments".to_owned(),
            // BWA-MEM reports a part from a score of 30 on (-T).
            anchor_min: 30,
            split_catalogue: 0.9,
            split_any: 0.9,
            pairs: 0.9,
        },
        Aligner::Unknown => {
            let seen = tally.with_sa > 0 || tally.supplementary > 0;
            Capability {
                status: if seen { "reduced" } else { "none" },
                code: "aligner-unknown",
                basis: if seen {
                    "aligner unknown; chimeric alignments are present".to_owned()
                } else {
                    "aligner unknown, and no chimeric alignment was seen at KMT2A or the control genes".to_owned()
                },
                anchor_min: 20,
                split_catalogue: if seen { 0.6 } else { 0.0 },
                split_any: if seen { 0.6 } else { 0.0 },
                pairs: if tally.discordant > 0 { 0.5 } else { 0.0 },
            }
        }
    };
    if traps::is_cut_to_kmt2a(result) {
        capability.status = "reduced";
        capability.code = "cut-to-kmt2a";
        capability.basis =
            "nothing in the file lies away from KMT2A: it was cut to the gene, and the far ends of chimeras with it"
                .to_owned();
        // The part at KMT2A of a split read is the primary or the supplementary record: both are kept, with their
        // `SA`; what the aligner found by the other part's clip is not.
        capability.split_any *= 0.5;
        capability.split_catalogue *= 0.8;
        capability.pairs = 0.0;
    }
    if traps::has_no_discordant_pair(result) && capability.pairs > 0.0 {
        if capability.status == "full" {
            capability.status = "reduced";
            capability.code = "no-discordant-pairs";
            capability.basis =
                "no pair of the library lies on two chromosomes or far apart: pairs over a junction may have been removed"
                    .to_owned();
        }
        capability.pairs = 0.0;
    }
    if parts_lack && !absent {
        capability.split_any *= 0.5;
        capability.split_catalogue *= 0.6;
        if capability.status == "full" {
            capability.status = "reduced";
            capability.code = "parts-missing";
            capability.basis = format!(
                "{} of {} places in KMT2A that SA entries name have no record: parts of chimeric reads were removed",
                tally.sa_without_record, tally.sa_into_window
            );
        }
    }
    if stripped {
        capability.status = "reduced";
        capability.code = "supplementaries-removed";
        capability.basis =
            "supplementary records are absent from the file: half of the chimeric reads are lost".to_owned();
        capability.split_any *= 0.5;
        capability.split_catalogue *= 0.6;
    }
    capability
}
