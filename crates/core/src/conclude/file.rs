//! The plain facts of an alignment file, gathered from what was read.

use breakapart_rule::{
    FileFacts,
    file::{self, Coverage, Fragments, Records},
    fitness,
};

use super::{AssayResult, library::mean_depth};
use crate::{
    catalogue::scheme::{COMMON_INTRONS, FIVE_PRIME_PART, THREE_PRIME_END},
    evidence::{chimeric::ChimericUse, molecule::MoleculesBy, profile::Profile},
    input::Aligner,
    judge::Params,
};

/// Gathers them.
pub(super) fn facts(result: &AssayResult<'_>) -> FileFacts {
    let (profile, tally) = (result.profile(), &result.collected.tally);
    let (shared_names, names) = tally.shared_names;
    FileFacts {
        assay: result.assay,
        aligner: aligner(result),
        leaves_chimeras_out: result.aligner.leaves_chimeras_out(),
        parts_are_secondary: matches!(
            result.aligner,
            Aligner::Bwa {
                marks_secondary: true,
                ..
            }
        ),
        chimeric_given: result.chimeric_given(),
        chimeric_names_missing: match result.collected.chimeric {
            ChimericUse::Unconfirmed(names) => names,
            ChimericUse::None | ChimericUse::Confirmed => 0,
        },
        supplementaries_removed: result.processing.supplementaries_removed.is_some(),
        chimeras_removed: result.processing.chimeras_removed.is_some(),
        pairs_removed: result.processing.improper_pairs_removed.is_some(),
        counts_fragments: result.collected.molecules_by == MoleculesBy::Fragments,
        pairs_believed: tally.pairing.is_believable(&result.judged.params),
        read_len: profile.read_len,
        records: Records {
            primary: tally.primary,
            paired: tally.paired,
            discordant: tally.discordant,
            with_sa: tally.with_sa,
            sa_without_clip: tally.sa_without_clip,
            clipped: tally.clipped,
            supplementary: tally.supplementary,
            sa_into_window: tally.sa_into_window,
            sa_without_record: tally.sa_without_record,
            controls: tally.controls.values().sum(),
            shared_names,
            names,
        },
        fragments: fragments(result),
        coverage: coverage(profile, &result.judged.params),
    }
}

fn aligner(result: &AssayResult<'_>) -> file::Aligner {
    match result.aligner {
        Aligner::Star(settings) if settings.writes_chimeras() || result.chimeric_given() => {
            file::Aligner::StarChimeric(settings.chimeric_segment_min)
        }
        Aligner::Star(settings) if settings.chimeric_output.is_some() => file::Aligner::StarElsewhere,
        Aligner::Star(_) => file::Aligner::StarPlain,
        Aligner::Hisat2 => file::Aligner::Hisat2,
        Aligner::TopHat => file::Aligner::TopHat,
        aligner if aligner.has_long_read_preset() => file::Aligner::LongReadPreset,
        Aligner::Bwa { .. } | Aligner::Dragen { .. } | Aligner::Minimap2 { .. } => file::Aligner::Supplementary,
        Aligner::Unknown => file::Aligner::Unknown,
    }
}

/// Fragments at KMT2A, and those of them that lead elsewhere.
fn fragments(result: &AssayResult<'_>) -> Fragments {
    let profile = result.profile();
    let (gene, contig) = result.models.kmt2a();
    let mut counts = Fragments {
        all: profile.fragments,
        molecules: profile.molecules,
        ambiguous: profile.ambiguous,
        mate_missing: profile.mate_missing,
        ..Fragments::default()
    };
    for index in result.kmt2a_fragments() {
        let fragment = &result.collected.fragments[index];
        counts.mates_absent += u32::from(fragment.mate_missing);
        let (mut first, mut second, mut here) = (false, false, (false, false));
        for segment in &fragment.chain.segments {
            if segment.contig == contig && segment.reference.overlaps(gene.interval) {
                here = (here.0 | segment.seen_by.first, here.1 | segment.seen_by.second);
            } else {
                first |= segment.seen_by.first;
                second |= segment.seen_by.second;
            }
        }
        counts.parts_elsewhere += u32::from(first || second);
        counts.mates_elsewhere += u32::from((first && !here.0) || (second && !here.1));
    }
    counts
}

fn coverage(profile: &Profile, p: &Params) -> Coverage {
    let exons = &profile.exon_depth;
    Coverage {
        deepest: deepest(profile),
        exons: covered(profile, p).len(),
        five_prime: mean_depth(exons, FIVE_PRIME_PART),
        three_prime: mean_depth(exons, THREE_PRIME_END),
        region_exons: mean_depth(exons, *COMMON_INTRONS.start()..=*COMMON_INTRONS.end() + 1),
        region_introns: mean_depth(&profile.intron_depth, COMMON_INTRONS),
    }
}

fn deepest(profile: &Profile) -> f64 {
    profile.exon_depth.iter().copied().fold(0.0, f64::max)
}

/// Exons whose depth comes up to a share of the deepest one's, by number.
pub(super) fn covered(profile: &Profile, p: &Params) -> Vec<u16> {
    let deepest = deepest(profile);
    (1_u16..)
        .zip(&profile.exon_depth)
        .filter(|(_, depth)| fitness::is_covered(**depth, deepest, p))
        .map(|(exon, _)| exon)
        .collect()
}
