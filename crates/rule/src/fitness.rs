//! Files that look adequate but are not: with one of these grounds a negative is never stated.
//!
//! Settings that only make chimeras harder to see (no chimeric output, supplementaries removed) are not faults: they
//! raise the limit, in [`capability`](crate::capability).

use crate::{
    Assay, Ground, Params,
    file::{Aligner, FileFacts},
};

/// All faults of a file, in the order in which they are reported.
pub fn faults(file: &FileFacts, p: &Params) -> Vec<Ground> {
    let at_kmt2a = &file.fragments;
    if at_kmt2a.all == 0 {
        return vec![Ground::Kmt2aNotSeen];
    }
    let is_rna = file.assay == Assay::Rna;
    let share = |n: u32| f64::from(n) / f64::from(at_kmt2a.all);
    let has_controls = file.records.controls >= u64::from(p.controls_min);
    let tests = [
        (
            Ground::Kmt2aNotExpressed,
            is_rna && at_kmt2a.molecules < p.expressed_min && has_controls,
        ),
        (Ground::Placement, share(at_kmt2a.ambiguous) > p.ambiguous_max),
        (Ground::AllDuplicates, at_kmt2a.molecules == 0),
    ];
    let mut faults: Vec<Ground> = tests
        .into_iter()
        .filter_map(|(ground, applies)| applies.then_some(ground))
        .collect();
    faults.extend(covered_in_part(file, p));
    if mates_missing(file, p) {
        faults.push(Ground::MatesMissing);
    }
    faults.extend(overruling(file, p));
    faults.extend(chimeras_removed(file, p));
    if file.counts_fragments {
        faults.push(Ground::FixedEnds);
    }
    if file.pairs_removed {
        faults.push(Ground::PairsRemoved);
    }
    faults
}

/// Faults that override everything else in the sample.
pub fn overruling(file: &FileFacts, p: &Params) -> Vec<Ground> {
    let mut grounds = Vec::new();
    if !file.pairs_believed {
        grounds.push(Ground::PairsNotBelieved);
    }
    let records = &file.records;
    if records.shared_names > 0 && records.shared_names as f64 >= p.shared_names * records.names as f64 {
        grounds.push(Ground::SharedNames);
    }
    let is_whole = records.primary >= u64::from(p.foreign_reads_min);
    if is_whole && file.chimeric_names_missing >= u64::from(p.foreign_names_min) {
        grounds.push(Ground::ChimericNotConfirmed);
    }
    grounds
}

/// Kinds of chimeric evidence that a file cut to KMT2A lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lacks {
    /// `SA` entries.
    pub sa: bool,
    /// Mates elsewhere.
    pub mates: bool,
    /// Clipped reads.
    pub clips: bool,
}

/// For a file without a read outside KMT2A: the chimeric evidence that it should contain but does not.
pub const fn lacks(file: &FileFacts) -> Lacks {
    let (records, writes) = (&file.records, !file.leaves_chimeras_out);
    Lacks {
        sa: writes && records.with_sa == 0,
        mates: records.paired > 0 && records.discordant == 0,
        clips: writes && records.clipped == 0,
    }
}

/// Chimeric reads that the file should contain but does not: by its filters' command lines, or by their absence.
fn chimeras_removed(file: &FileFacts, p: &Params) -> Vec<Ground> {
    let records = &file.records;
    let mut grounds = Vec::new();
    if file.chimeras_removed {
        grounds.push(Ground::ChimerasRemoved);
    }
    let writes = !file.leaves_chimeras_out;
    let writes_pairs = writes || matches!(file.aligner, Aligner::Hisat2 | Aligner::TopHat);
    let fragments = file.library_fragments();
    // An aligner that writes both shows a chimera as a split read or as a discordant pair: no split read, no clip and
    // fewer
    // discordant pairs than any library has mean that a filter removed them.
    let unsplit = records.with_sa == 0 && records.supplementary == 0;
    let few_pairs = records.discordant / 2 * u64::from(p.chimera_rare) < fragments;
    let none = unsplit && (records.discordant == 0 || writes && records.clipped == 0 && few_pairs);
    let lacks = lacks(file);
    if none && writes_pairs && !file.chimeric_given && fragments >= u64::from(p.chimera_expected) {
        grounds.push(Ground::NoChimeras);
    } else if file.is_cut() && !file.chimeric_given && writes_pairs && (lacks.sa || lacks.mates || lacks.clips) {
        grounds.push(Ground::CutToKmt2a);
    }
    if records.with_sa >= u64::from(p.unclipped_min)
        && records.sa_without_clip as f64 > p.unclipped_share * records.with_sa as f64
    {
        grounds.push(Ground::ClipsRemoved);
    }
    grounds
}

/// Only the 3' end, only a few exons, only exons.
fn covered_in_part(file: &FileFacts, p: &Params) -> Option<Ground> {
    let coverage = &file.coverage;
    if coverage.deepest <= 0.0 {
        return None;
    }
    match file.assay {
        Assay::Dna => {
            let exon = coverage.region_exons;
            (exon > 0.0 && exon >= p.exons_only * coverage.region_introns).then_some(Ground::ExonsOnly)
        }
        Assay::Rna if coverage.exons < p.exons_min as usize => Some(Ground::FewExons),
        Assay::Rna => {
            let (five, three) = (coverage.five_prime, coverage.three_prime);
            (five < p.three_prime_only * three).then_some(Ground::ThreePrimeOnly)
        }
    }
}

/// Whether an exon of this depth counts as covered relative to the deepest one.
pub fn is_covered(depth: f64, deepest: f64, p: &Params) -> bool {
    depth >= p.exon_covered * deepest
}

/// Whether mates are missing from the file.
fn mates_missing(file: &FileFacts, p: &Params) -> bool {
    let at_kmt2a = &file.fragments;
    let dropped = at_kmt2a.mates_absent >= p.far_mates_missing_min
        && f64::from(at_kmt2a.mates_absent) > p.far_mates_missing_times * f64::from(at_kmt2a.mates_elsewhere);
    let share = f64::from(at_kmt2a.mate_missing) / f64::from(at_kmt2a.all.max(1));
    file.records.paired > 0 && (dropped || share > p.mate_missing_max)
}

#[cfg(test)]
pub(crate) mod tests;
