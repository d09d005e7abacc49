//! Distance from a breakend to the splice site of the kind that its side needs.

use super::bases::End;
use crate::{
    catalogue::Transcript,
    genome::{Position, Strand},
};

/// Bases from the nearest donor (5' side) or acceptor (3' side) of the transcript to the position: 0 on
/// it, positive towards the gene's 3' end. `None` for a transcript without introns.
pub(super) fn distance(transcript: &Transcript, position: Position, end: End) -> Option<i64> {
    let last = transcript.exons.len().checked_sub(1)?;
    let sites = transcript
        .exons
        .iter()
        .enumerate()
        .filter_map(|(index, exon)| match end {
            // The last exon's end and the first one's start are no splice sites.
            End::Five => (index < last).then(|| transcript.last_base(exon)),
            End::Three => (index > 0).then(|| transcript.first_base(exon)),
        });
    let step = match transcript.strand {
        Strand::Forward => 1,
        Strand::Reverse => -1,
    };
    sites
        .map(|site| (position.0 - site.0) * step)
        .min_by_key(|distance| (distance.abs(), *distance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::catalogue;
    use crate::genome::Build;

    #[test]
    fn each_side_is_measured_from_its_own_kind_of_site() {
        let kmt2a = catalogue().kmt2a(Build::GRCh38).transcript().unwrap();
        let at = |one_based, end| distance(kmt2a, Position::from_one_based(one_based), end);
        // MANE e8 ends at 118,482,495, e9 begins at 118,484,183; intron 8 is 1,687 bases long.
        assert_eq!(at(118_482_495, End::Five), Some(0));
        assert_eq!(at(118_482_505, End::Five), Some(10));
        assert_eq!(at(118_482_490, End::Five), Some(-5));
        assert_eq!(at(118_484_183, End::Three), Some(0));
        assert_eq!(at(118_484_083, End::Three), Some(-100));
        // The first exon's start is no acceptor.
        assert_eq!(at(118_436_492, End::Three), Some(118_436_492 - 118_468_775));

        // MLLT3 reads the reverse strand: behind its donors lie lower coordinates.
        let mllt3 = catalogue().gene(Build::GRCh38, "MLLT3").unwrap().transcript().unwrap();
        let donor = mllt3.last_base(&mllt3.exons[3]);
        assert_eq!(distance(mllt3, donor.offset(-7), End::Five), Some(7));
    }
}
