//! Files that look adequate and are not. Each has a code and a sentence; a negative is never stated
//! beside one of them.
//!
//! What merely makes chimeras harder to see (no chimeric output, supplementaries stripped) is no fault:
//! it makes the limit grow, in [`adequacy`](super::adequacy).

use super::{AssayResult, library::mean_depth};
use crate::{
    evidence::{molecule::MoleculesBy, pairs_apart},
    input::{Aligner, Assay},
    judge::Reason,
};

/// Share of KMT2A fragments without a believable place from which the sample is not assessable.
const AMBIGUOUS_MAX: f64 = 0.5;
/// Share of pairs without their mate from which mates count as dropped from the file.
const MATE_MISSING_MAX: f64 = 0.2;
/// Absent mates from which they count as dropped, if more than three times as many as mates elsewhere that are
/// present (count).
const FAR_MATES_MISSING_MIN: u32 = 3;
/// Primary reads in the control genes that show that the library and the file are whole (count).
const CONTROLS_MIN: u64 = 50;
/// KMT2A molecules below which it counts as not expressed beside expressed controls (count).
const EXPRESSED_MIN: u32 = 20;
/// Depth of the 5' part against the 3' part below which only the 3' end is covered (fraction).
const THREE_PRIME_ONLY: f64 = 0.05;
/// Exons with a tenth of the deepest one's depth, at or below which only part of the gene is covered.
const EXONS_MIN: usize = 4;
/// Depth of exons over that of introns from which a DNA panel counts as one of exons only.
const EXON_ONLY: f64 = 10.0;

/// Fragments at KMT2A and the control genes from which not one chimeric read is a finding in itself (count). In
/// libraries one of 100 to 1,000 fragments is a chimera that the library's making joined.
const CHIMERA_EXPECTED: u64 = 1_000;
/// Fragments for each pair with a mate elsewhere that a library has at the fewest (count).
const CHIMERA_RARE: u64 = 1_500;
/// Reads with an `SA` tag, most of them without a clip, from which clips count as removed (count).
const UNCLIPPED_MIN: u64 = 3;
/// Share of names that several molecules share from which no pair of the file is believed (fraction).
const SHARED_NAMES: f64 = 0.01;

/// All traps that the reads fell into.
pub fn faults(result: &AssayResult<'_>) -> Vec<Reason> {
    let profile = result.profile();
    let tally = &result.collected.tally;
    let mut faults = Vec::new();
    let share = |n: u32| f64::from(n) / f64::from(profile.fragments.max(1));
    let controls: u64 = tally.controls.values().sum();
    let rna = result.assay == Assay::Rna;
    if profile.fragments == 0 {
        faults.push(Reason::new(
            "kmt2a-not-seen",
            match (controls >= CONTROLS_MIN, rna) {
                (true, true) => format!(
                    "no read at KMT2A beside {controls} at the control genes: KMT2A is not expressed or not targeted"
                ),
                (true, false) => format!("no read at KMT2A beside {controls} elsewhere: the panel does not target it"),
                (false, _) => {
                    "no read at KMT2A and hardly any at the control genes: another place was cut out of the file, \
                     or the panel has none of these genes"
                        .to_owned()
                }
            },
        ));
        return faults;
    }
    if rna && profile.molecules < EXPRESSED_MIN && controls >= CONTROLS_MIN {
        faults.push(Reason::new(
            "kmt2a-not-expressed",
            format!(
                "{} KMT2A molecules beside {controls} reads at the control genes: KMT2A is hardly expressed",
                profile.molecules
            ),
        ));
    }
    if share(profile.ambiguous) > AMBIGUOUS_MAX {
        faults.push(Reason::new(
            "placement",
            "most reads at KMT2A have no believable place (mapping quality 0)",
        ));
    }
    if profile.molecules == 0 {
        faults.push(Reason::new(
            "all-duplicates",
            "all reads at KMT2A are flagged as duplicates",
        ));
    }
    faults.extend(covered_in_part(result));
    faults.extend(mates(result, share(profile.mate_missing)));
    faults.extend(not_to_be_paired(result));
    faults.extend(chimeras_removed(result));
    if result.collected.molecules_by == MoleculesBy::Fragments {
        faults.push(Reason::new(
            "fixed-ends",
            "fragments, not molecules, are counted: how many molecules stand behind them, and so what could be missed, \
             is not known",
        ));
    }
    if let Some(command) = &result.processing.improper_pairs_removed {
        faults.push(Reason::new(
            "pairs-removed",
            format!("discordant pairs were removed by a filter ({})", short(command)),
        ));
    }
    faults
}

/// Reasons that make every state inconclusive, also one that rests on a believed junction: what stands in one fragment
/// need not come from one molecule.
pub const NOT_TO_BE_PAIRED: [&str; 2] = ["pairs-not-believed", "shared-names"];

/// Pairs that cannot be believed, whatever else the sample shows.
pub(super) fn not_to_be_paired(result: &AssayResult<'_>) -> Vec<Reason> {
    let tally = &result.collected.tally;
    let mut reasons = Vec::new();
    if !tally.pairing.is_believable() {
        reasons.push(Reason::new("pairs-not-believed", pairs_apart(tally)));
    }
    let (shared, names) = tally.shared_names;
    if shared > 0 && shared as f64 >= SHARED_NAMES * names as f64 {
        reasons.push(Reason::new(
            "shared-names",
            format!(
                "{shared} of {names} read names are shared by several molecules (lanes or consensus reads merged under \
                 one name?): reads of one name do not belong together"
            ),
        ));
    }
    reasons
}

/// Chimeric reads that the file should hold and does not: by its filters' own words, or by what is absent.
fn chimeras_removed(result: &AssayResult<'_>) -> Vec<Reason> {
    let tally = &result.collected.tally;
    let mut reasons = Vec::new();
    if let Some(command) = &result.processing.chimeras_removed {
        reasons.push(Reason::new(
            "chimeras-removed",
            format!(
                "reads that could show a junction were removed by a filter ({})",
                short(command)
            ),
        ));
    }
    let writes = !result.aligner.leaves_chimeras_out();
    let writes_pairs = writes || matches!(result.aligner, Aligner::Hisat2 | Aligner::TopHat);
    let fragments = fragments(result);
    // An aligner that writes both shows a chimera as a split read or as a pair: fewer pairs than a library has, beside
    // no split read and no clip, are what a filter left.
    let unsplit = tally.with_sa == 0 && tally.supplementary == 0;
    let few_pairs = tally.discordant / 2 * CHIMERA_RARE < fragments;
    let none = unsplit && (tally.discordant == 0 || writes && tally.clipped == 0 && few_pairs);
    if none && writes_pairs && !result.chimeric_given && fragments >= CHIMERA_EXPECTED {
        reasons.push(Reason::new(
            "no-chimeras",
            format!(
                "of {fragments} fragments at KMT2A and the control genes no read is split and {} have a mate elsewhere, \
                 fewer than in any library: such reads were removed from the file",
                tally.discordant / 2
            ),
        ));
    } else if is_cut(result) && !result.chimeric_given && writes_pairs {
        let lacks: Vec<&str> = [
            ("SA entries", writes && tally.with_sa == 0),
            ("mates elsewhere", tally.paired > 0 && tally.discordant == 0),
            ("clipped reads", writes && tally.clipped == 0),
        ]
        .into_iter()
        .filter_map(|(what, lacks)| lacks.then_some(what))
        .collect();
        if !lacks.is_empty() {
            reasons.push(Reason::new(
                "cut-to-kmt2a",
                format!(
                    "the file holds KMT2A alone and no {}: nothing shows that reads over a junction were kept when it \
                     was cut",
                    lacks.join(", no ")
                ),
            ));
        }
    }
    if tally.with_sa >= UNCLIPPED_MIN && tally.sa_without_clip * 2 > tally.with_sa {
        reasons.push(Reason::new(
            "clips-removed",
            format!(
                "{} of {} reads with an SA entry have no clip: the bases that showed the other place were cut off",
                tally.sa_without_clip, tally.with_sa
            ),
        ));
    }
    reasons
}

/// Fragments at KMT2A and the control genes, by their primary reads.
fn fragments(result: &AssayResult<'_>) -> u64 {
    let tally = &result.collected.tally;
    tally.primary - tally.paired / 2
}

/// Whether a paired library shows no pair on two chromosomes, or far apart, where it should.
pub(super) fn has_no_discordant_pair(result: &AssayResult<'_>) -> bool {
    let tally = &result.collected.tally;
    tally.paired > 0 && tally.discordant == 0 && fragments(result) >= CHIMERA_EXPECTED && !result.chimeric_given
}

/// Only the 3' end, only a few exons, only exons.
fn covered_in_part(result: &AssayResult<'_>) -> Option<Reason> {
    let profile = result.profile();
    let deepest = profile.exon_depth.iter().copied().fold(0.0, f64::max);
    if deepest <= 0.0 {
        return None;
    }
    let covered: Vec<usize> = (1..)
        .zip(&profile.exon_depth)
        .filter(|(_, depth)| **depth >= deepest / 10.0)
        .map(|(exon, _)| exon)
        .collect();
    if result.assay == Assay::Dna {
        let introns: Vec<f64> = (1_u16..)
            .zip(&profile.intron_depth)
            .filter(|(intron, _)| (8..=11).contains(intron))
            .map(|(_, depth)| *depth)
            .collect();
        let intron = introns.iter().sum::<f64>() / introns.len().max(1) as f64;
        let exon = mean_depth(profile, 8..=12);
        return (exon > 0.0 && exon >= EXON_ONLY * intron).then(|| {
            Reason::new(
                "exons-only",
                format!(
                    "exons are {exon:.0} deep, the introns where breaks lie {intron:.1}: the panel targets exons only"
                ),
            )
        });
    }
    if covered.len() < EXONS_MIN {
        let names: Vec<String> = covered.iter().map(|exon| format!("e{exon}")).collect();
        return Some(Reason::new(
            "few-exons",
            format!("only {} of KMT2A is covered (MANE NM_001197104.2)", names.join(", ")),
        ));
    }
    let (five, three) = (mean_depth(profile, 2..=13), mean_depth(profile, 27..=36));
    (three > 0.0 && five < THREE_PRIME_ONLY * three).then(|| {
        Reason::new(
            "three-prime-only",
            format!(
                "KMT2A's 3' end is {three:.1} deep, e2-e13 {five:.1}: degraded RNA or a 3' library shows no break there"
            ),
        )
    })
}

/// Mates that the file has lost.
fn mates(result: &AssayResult<'_>, missing_share: f64) -> Option<Reason> {
    if result.collected.tally.paired == 0 {
        return None;
    }
    let FarEnds { mates, missing, .. } = far_ends(result);
    let dropped = missing >= FAR_MATES_MISSING_MIN && missing > 3 * mates;
    (dropped || missing_share > MATE_MISSING_MAX).then(|| {
        Reason::new(
            "mates-missing",
            format!("mates of the reads at KMT2A are absent from the file ({missing}; {mates} lie elsewhere): it was filtered or cut"),
        )
    })
}

/// Fragments at KMT2A that lead elsewhere (counts).
struct FarEnds {
    /// With any part elsewhere, also where an `SA` tag alone tells it.
    parts: u32,
    /// With a read whose records all lie elsewhere.
    mates: u32,
    /// With a mate that has no record in the file.
    missing: u32,
}

fn far_ends(result: &AssayResult<'_>) -> FarEnds {
    let (gene, contig) = result.models.kmt2a();
    let mut ends = FarEnds {
        parts: 0,
        mates: 0,
        missing: 0,
    };
    for index in result.kmt2a_fragments() {
        let fragment = &result.collected.fragments[index];
        ends.missing += u32::from(fragment.mate_missing);
        let (mut first, mut second, mut here) = (false, false, (false, false));
        for segment in &fragment.chain.segments {
            if segment.contig == contig && segment.reference.overlaps(gene.interval) {
                here = (here.0 | segment.seen_by.first, here.1 | segment.seen_by.second);
            } else {
                first |= segment.seen_by.first;
                second |= segment.seen_by.second;
            }
        }
        ends.parts += u32::from(first || second);
        ends.mates += u32::from((first && !here.0) || (second && !here.1));
    }
    ends
}

/// No read of the file lies away from KMT2A: of what leads there, only `SA` entries and mate fields may be left.
fn is_cut(result: &AssayResult<'_>) -> bool {
    let controls: u64 = result.collected.tally.controls.values().sum();
    controls == 0 && result.profile().fragments > 0 && far_ends(result).mates == 0
}

/// Nothing in the file lies away from KMT2A: it was probably cut to the gene, and what a fusion's reads
/// show elsewhere may be gone with the rest.
pub(super) fn is_cut_to_kmt2a(result: &AssayResult<'_>) -> bool {
    let controls: u64 = result.collected.tally.controls.values().sum();
    controls == 0 && result.profile().fragments > 0 && far_ends(result).parts == 0
}

/// The program and its options, without paths.
fn short(command: &str) -> String {
    command
        .split_whitespace()
        .map(|word| word.rsplit('/').next().unwrap_or(word))
        .take(8)
        .collect::<Vec<_>>()
        .join(" ")
}
