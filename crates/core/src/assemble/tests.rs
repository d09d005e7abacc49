//! Positions of junctions.

use super::{observe::ObservedSide, *};
use crate::genome::{Breakend, Build, ContigId, Junction, Position, Retained, sequence::NoSequence};

/// Models of GRCh38 on contigs `chr1` to `chr12`, long enough for any gene.
pub(crate) fn grch38() -> GeneModels {
    let contigs = Contigs::new((1..=12).map(|n| (format!("chr{n}"), 250_000_000)));
    GeneModels::bind(Build::GRCh38, &contigs, Vec::new())
}

/// A split-read observation of fragment 0 with uniquely mapped sides and anchors of the given lengths.
pub(crate) fn observed((five, of_five): (Breakend, u32), (three, of_three): (Breakend, u32)) -> Observation {
    let side = |at: Breakend, anchor| ObservedSide {
        at,
        anchor,
        confidence: Confidence::Unique,
        end: (
            at.contig,
            at.position.0 - (i64::from(anchor) - 1) * at.retained.outward(),
        ),
    };
    Observation {
        fragment: 0,
        molecule: 0,
        kind: EvidenceKind::Split,
        five: side(five, of_five),
        three: side(three, of_three),
        inserted: Vec::new(),
        overlap: 0,
        bases: None,
        reversed: false,
    }
}

/// KMT2A as the target of RNA, with fragments of up to 500 bases.
pub(crate) fn target_of(models: &GeneModels) -> Target {
    let (gene, contig) = models.kmt2a();
    Target {
        contig,
        span: gene.interval,
        strand: gene.strand,
        fragment_len_max: 500,
        assay: Assay::Rna,
        params: Params::default(),
    }
}

/// Position of the junction KMT2A e8-AFF1 e5 without a reference, given `shift` bases 3' of the exon ends with
/// alignments that allow `overlap` bases back. 0 is on the exon ends.
fn shifted(shift: i64, overlap: u32) -> i64 {
    let contigs = Contigs::new([("chr11".to_owned(), 135_086_622), ("chr4".to_owned(), 190_214_555)]);
    let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
    let target = target_of(&models);
    let side = |contig, one_based, retained| Breakend {
        contig: ContigId(contig),
        position: Position::from_one_based(one_based),
        retained,
    };
    let (five, three) = place::moved(
        side(0, 118_482_495, Retained::Left),
        side(1, 87_084_120, Retained::Right),
        shift,
    );
    let inserted = Vec::new();
    let mut candidate = Candidate::new(Junction { five, three, inserted }, Vec::new());
    place::settle(&mut candidate, overlap, (&models, &NoSequence), &target);
    candidate.sides.five().unwrap().position.one_based() - 118_482_495
}

#[test]
fn without_a_reference_a_junction_moves_to_exon_ends_within_eight_bases() {
    assert_eq!((shifted(8, 0), shifted(-8, 0)), (0, 0));
    assert_eq!((shifted(9, 0), shifted(-9, 0)), (9, -9));
    // An ambiguity of eight bases in the alignments is used as is: the lowest position, without other criteria.
    assert_eq!((shifted(-8, 7), shifted(-8, 8)), (0, -16));
}
