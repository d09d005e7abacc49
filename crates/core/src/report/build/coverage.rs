//! Depth over KMT2A's exons and introns in the report's form.

use std::ops::RangeInclusive;

use super::Material;
use crate::{
    catalogue::{Transcript, scheme},
    genome::Interval,
    report::schema::GeneCoverage,
};

/// The coverage of one assay: one entry.
pub fn coverage(material: &Material<'_>) -> Vec<GeneCoverage> {
    let (gene, _) = material.models.kmt2a();
    let Some(transcript) = gene.transcripts.first() else {
        return Vec::new();
    };
    let profile = &material.collected.profile;
    let with_introns = material.assay == "dna";
    let last = u16::try_from(transcript.exons.len()).unwrap_or(u16::MAX);
    // The exon of the first donor that a break can follow still belongs to the 5' part; the exon behind
    // the last one is the first of the 3' part.
    let five = 1..=*scheme::MAJOR_DONORS.start();
    let three = *scheme::MINOR_DONORS.end() + 1..=last;
    let part = |exons| {
        mean(
            transcript,
            &profile.exon_depth,
            &profile.intron_depth,
            exons,
            with_introns,
        )
    };
    vec![GeneCoverage {
        assay: material.assay.to_owned(),
        transcript: transcript.display_name().to_owned(),
        exons: profile.exon_depth.clone(),
        introns: profile.intron_depth.clone(),
        five_prime: part(five),
        three_prime: part(three),
    }]
}

/// Mean over exons, each with the weight of its length; introns between them where asked for.
fn mean(
    transcript: &Transcript,
    exon_depth: &[f64],
    intron_depth: &[f64],
    exons: RangeInclusive<u16>,
    with_introns: bool,
) -> Option<f64> {
    let (mut sum, mut bases) = (0.0, 0.0);
    let mut add = |interval: Interval, depth: Option<&f64>| {
        if let Some(depth) = depth {
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
        let spliced = mean(transcript, &exons, &introns, 1..=2, false).unwrap();
        assert!((spliced - (453.0 + 2.0 * 70.0) / 523.0).abs() < 1e-9, "{spliced}");
        let genomic = mean(transcript, &exons, &introns, 1..=2, true).unwrap();
        assert!(genomic > 97.0 && genomic < 100.0, "{genomic}");
        assert_eq!(mean(transcript, &[], &introns, 1..=2, false), None);
    }
}
