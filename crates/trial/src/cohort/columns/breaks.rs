//! Where in KMT2A a patient's break lies: to the base by DNA, to the intron by RNA.

use crate::cohort::digest::{JunctionDigest, SampleDigest};
use crate::cohort::status::{Characterised, Status};
use breakapart_core::catalogue::catalogue;
use breakapart_core::catalogue::scheme::BreakRegion;
use breakapart_core::genome::Build;
use breakapart_core::report::schema::Tier;

/// A break of KMT2A.
#[derive(Clone, Debug, PartialEq)]
pub struct Break {
    /// MANE number of the broken intron, or of the exon before it; `None` outside them.
    pub intron: Option<u16>,
    /// Whether the break lies inside the exon of that number, not in the intron after it.
    pub is_exonic: bool,
    /// 1-based position on GRCh38 of KMT2A's last retained base, by DNA; `None` by RNA alone.
    pub position: Option<i64>,
    /// Breakpoint region.
    pub region: Option<BreakRegion>,
}

/// A position of KMT2A on GRCh38, from any known build: within the gene they differ by a constant. `None` for a build
/// that is not known.
fn on_grch38(position: i64, build: &str) -> Option<i64> {
    let start = |build| catalogue().kmt2a(build).interval.start.0;
    Some(position + start(Build::GRCh38) - start(Build::parse(build)?))
}

/// The break of a rearranged patient; `None` for others, and where KMT2A's side is not placed.
pub(crate) fn kmt2a_break(of: &Characterised<'_>) -> Option<Break> {
    if of.status != Status::Rearranged {
        return None;
    }
    let regions = |exon: Option<u16>| exon.and_then(|exon| catalogue().exon_schemes().region(exon));
    if let Some((digest, junction)) = of.dna.and_then(|digest| Some((digest, genomic(digest)?)))
        && Build::parse(&digest.build).is_some()
    {
        let (kmt2a, _) = junction.kmt2a_and_partner()?;
        let number = kmt2a.intron.or(kmt2a.exon);
        return Some(Break {
            intron: number,
            is_exonic: kmt2a.intron.is_none() && kmt2a.exon.is_some(),
            position: on_grch38(kmt2a.position, &digest.build),
            region: regions(number),
        });
    }
    // RNA: the broken intron is at or after the last donor that is used.
    let donor = of
        .rna?
        .lead_junctions()
        .enumerate()
        // The lead whatever its tier; others only where they are believed.
        .filter(|(number, junction)| junction.is_canonical() && (*number == 0 || junction.tier >= Some(Tier::Medium)))
        .filter_map(|(_, junction)| junction.five.as_ref()?.exon)
        .max();
    Some(Break {
        intron: donor,
        is_exonic: false,
        position: None,
        region: regions(donor),
    })
}

/// The genomic junction that carries KMT2A's 5' part, else the reciprocal one.
pub(crate) fn genomic(digest: &SampleDigest) -> Option<&JunctionDigest> {
    let all = || digest.lead_junctions().filter(|junction| junction.is_genomic());
    all()
        .find(|junction| junction.is_canonical())
        .or_else(|| all().find(|junction| junction.is_reciprocal()))
}
