//! Properties of a report's junctions and their sides, as needed by a cohort.

use breakapart_core::report::schema::{Junction, Side};

/// Whether the 5' and the 3' side lie in KMT2A.
fn in_kmt2a(junction: &Junction) -> [bool; 2] {
    [&junction.five, &junction.three].map(|side| side.as_ref().is_some_and(Side::is_kmt2a))
}

/// Whether KMT2A's 5' part is joined to another locus.
pub(crate) fn is_canonical(junction: &Junction) -> bool {
    in_kmt2a(junction) == [true, false]
}

/// Whether KMT2A's 3' part is joined to the 5' part of another locus.
pub(crate) fn is_reciprocal(junction: &Junction) -> bool {
    in_kmt2a(junction) == [false, true]
}

/// Whether it shows the genomic breakpoint: a DNA junction with both sides placed.
pub(crate) fn is_genomic(junction: &Junction) -> bool {
    junction.assay == "dna" && junction.five.is_some() && junction.three.is_some()
}

/// KMT2A's side and the other one; `None` if KMT2A is on neither or both, or if one is unplaced.
pub(crate) fn kmt2a_and_partner(junction: &Junction) -> Option<(&Side, &Side)> {
    let (five, three) = (junction.five.as_ref()?, junction.three.as_ref()?);
    match in_kmt2a(junction) {
        [true, false] => Some((five, three)),
        [false, true] => Some((three, five)),
        _ => None,
    }
}

/// The KMT2A intron, or exon, with the breakpoint (MANE number); `None` if KMT2A is on neither or both sides.
pub(crate) fn broken(junction: &Junction) -> Option<u16> {
    let (kmt2a, _) = kmt2a_and_partner(junction)?;
    kmt2a.intron.or(kmt2a.exon)
}

/// `chr11`, whatever the input's contig naming.
pub(crate) fn contig_name(side: &Side) -> String {
    if side.contig.len() <= 2 {
        format!("chr{}", side.contig)
    } else {
        side.contig.clone()
    }
}

/// `chr11:118482495`.
pub(crate) fn place(side: &Side) -> String {
    format!("{}:{}", contig_name(side), side.position)
}

/// `KMT2A chr11:118485000 :: AFF1 chr4:87090000`.
pub(crate) fn words(junction: &Junction) -> String {
    let side = |side: &Option<Side>| {
        side.as_ref().map_or_else(
            || "not placed".to_owned(),
            |side| format!("{} {}", side.gene.as_deref().unwrap_or("intergenic"), place(side)),
        )
    };
    format!("{} :: {}", side(&junction.five), side(&junction.three))
}
