//! Depth of KMT2A's splice junctions, exons and introns.

use std::ops::RangeInclusive;

use super::AssayResult;
use crate::{
    catalogue::{Transcript, scheme},
    genome::Interval,
    input::Assay,
    model::{GeneCoverage, ProfileJunction},
};

/// Molecules across each annotated splice junction of KMT2A.
pub fn profile(result: &AssayResult<'_>) -> Vec<ProfileJunction> {
    let Some(transcript) = result.transcript() else {
        return Vec::new();
    };
    let (_, contig) = result.models.kmt2a();
    let round = |depth: f64| depth.round().max(0.0) as u64;
    let countable = result.collected.molecules_by.are_counted();
    let donors = result.profile().donors.iter();
    donors
        .zip(transcript.exons.windows(2))
        .map(|(donor, pair)| ProfileJunction {
            assay: result.assay.name().to_owned(),
            transcript: transcript.display_name().to_owned(),
            donor_exon: donor.exon,
            acceptor_exon: donor.exon + 1,
            contig: result.contigs.name(contig).to_owned(),
            donor: transcript.last_base(&pair[0]).one_based(),
            acceptor: transcript.first_base(&pair[1]).one_based(),
            molecules: countable.then_some(u64::from(donor.molecules)),
            fragments: u64::from(donor.fragments),
            coverage_left: round(donor.depth_before),
            coverage_right: round(donor.depth_after),
            mean_mapq: None,
        })
        .collect()
}

/// Depth of KMT2A's exons and introns; `None` without a KMT2A transcript.
pub fn coverage(result: &AssayResult<'_>) -> Option<GeneCoverage> {
    let (transcript, profile) = (result.transcript()?, result.profile());
    let with_introns = result.assay == Assay::Dna;
    let last = u16::try_from(transcript.exons.len()).unwrap_or(u16::MAX);
    // The 5' part ends with the first donor exon of the major region; the 3' part begins after the last donor exon
    // of the minor region.
    let five = 1..=*scheme::MAJOR_DONORS.start();
    let three = *scheme::MINOR_DONORS.end() + 1..=last;
    // Only the loss of both alleles would reduce depth this far: the panel has no bait there.
    let least = if with_introns {
        let depths = profile.exon_depth.iter().chain(&profile.intron_depth);
        GeneCoverage::UNCOVERED * depths.copied().fold(0.0, f64::max)
    } else {
        0.0
    };
    let part = |exons| {
        mean(
            transcript,
            (&profile.exon_depth, &profile.intron_depth),
            exons,
            with_introns,
            least,
        )
    };
    Some(GeneCoverage {
        assay: result.assay.name().to_owned(),
        transcript: transcript.display_name().to_owned(),
        exons: profile.exon_depth.clone(),
        introns: profile.intron_depth.clone(),
        five_prime: part(five),
        three_prime: part(three),
    })
}

/// Length-weighted mean depth of exons and, if `with_introns`, of the introns between them. Those below `least` are not
/// covered and are left out; `None` if no exon or intron is covered.
fn mean(
    transcript: &Transcript,
    (exon_depth, intron_depth): (&[f64], &[f64]),
    exons: RangeInclusive<u16>,
    with_introns: bool,
    least: f64,
) -> Option<f64> {
    let (mut sum, mut bases) = (0.0, 0.0);
    let mut add = |interval: Interval, depth: Option<&f64>| {
        if let Some(depth) = depth.filter(|depth| **depth >= least) {
            sum += depth * interval.len() as f64;
            bases += interval.len() as f64;
        }
    };
    for (exon, depth) in transcript.exons.iter().zip(exon_depth) {
        if exons.contains(&exon.number) {
            add(exon.interval, Some(depth));
        }
    }
    for ((before, interval), depth) in transcript.introns().zip(intron_depth) {
        if with_introns && exons.contains(&before) && exons.contains(&(before + 1)) {
            add(interval, Some(depth));
        }
    }
    (bases > 0.0).then(|| sum / bases)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue::catalogue, genome::Build};

    #[test]
    fn exons_weigh_by_their_length_and_introns_only_where_asked() {
        let gene = catalogue().kmt2a(Build::GRCh38);
        let transcript = gene.transcript().unwrap();
        let exons: Vec<f64> = (1..=36).map(f64::from).collect();
        let introns = vec![100.0; 35];
        // e1 has 453 bases, e2 70.
        let spliced = mean(transcript, (&exons, &introns), 1..=2, false, 0.0).unwrap();
        assert!((spliced - (453.0 + 2.0 * 70.0) / 523.0).abs() < 1e-9, "{spliced}");
        let genomic = mean(transcript, (&exons, &introns), 1..=2, true, 0.0).unwrap();
        assert!(genomic > 97.0 && genomic < 100.0, "{genomic}");
        assert_eq!(mean(transcript, (&[], &introns), 1..=2, false, 0.0), None);
        // Uncovered exons are left out; `None` if no exon is covered.
        let partly = mean(transcript, (&exons, &introns), 1..=2, false, 1.5).unwrap();
        assert!((partly - 2.0).abs() < 1e-9, "{partly}");
        assert_eq!(mean(transcript, (&exons, &introns), 1..=2, true, 200.0), None);
    }
}
