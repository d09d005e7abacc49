//! Position of a patient's KMT2A breakpoint: to the base from DNA, to the intron from RNA.

use crate::cohort::digest::SampleDigest;
use crate::cohort::junction::{broken, is_canonical, is_genomic, is_reciprocal, kmt2a_and_partner};
use crate::cohort::status::{Characterised, Status};
use breakapart_core::catalogue::catalogue;
use breakapart_core::catalogue::scheme::BreakRegion;
use breakapart_core::genome::Build;
use breakapart_core::report::schema::{Junction, Tier};

/// A KMT2A breakpoint.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Break {
    /// MANE number of the intron with the breakpoint, or of the exon before it; `None` outside them.
    pub intron: Option<u16>,
    /// Whether the breakpoint lies inside the exon of that number, not in the intron after it.
    pub is_exonic: bool,
    /// 1-based position on GRCh38 of KMT2A's last retained base, from DNA; `None` with RNA only.
    pub position: Option<i64>,
    /// Breakpoint region.
    pub region: Option<BreakRegion>,
}

impl Break {
    /// The region's name in tables.
    pub(crate) fn region_name(&self) -> &'static str {
        self.region.map_or("other", |region| region.name())
    }
}

/// A position of KMT2A on GRCh38, from any known build: within the gene they differ by a constant. `None` for an
/// unknown build.
fn on_grch38(position: i64, build: &str) -> Option<i64> {
    let start = |build| catalogue().kmt2a(build).interval.start.0;
    Some(position + start(Build::GRCh38) - start(Build::parse(build)?))
}

/// The breakpoint of a rearranged patient; `None` for others, and if KMT2A's side is unplaced.
pub(crate) fn kmt2a_break(r: &Characterised<'_>) -> Option<Break> {
    if r.status != Status::Rearranged {
        return None;
    }
    let region = |exon: Option<u16>| catalogue().exon_schemes().region(exon?);
    let known = r.dna.filter(|digest| Build::parse(&digest.build).is_some());
    if let Some((digest, junction)) = known.and_then(|digest| Some((digest, genomic(digest)?))) {
        let (kmt2a, _) = kmt2a_and_partner(junction)?;
        let number = broken(junction);
        return Some(Break {
            intron: number,
            is_exonic: kmt2a.intron.is_none() && kmt2a.exon.is_some(),
            position: on_grch38(kmt2a.position, &digest.build),
            region: region(number),
        });
    }
    // RNA: the breakpoint's intron is at or after the last donor in use.
    let junctions = r.rna?.lead_junctions().enumerate();
    // The lead junction whatever its tier; others only at an accepted tier.
    let believed = junctions.filter(|(number, junction)| *number == 0 || junction.tier >= Some(Tier::Medium));
    let canonical = believed
        .map(|(_, junction)| junction)
        .filter(|junction| is_canonical(junction));
    let donor = canonical.filter_map(|junction| junction.five.as_ref()?.exon).max();
    Some(Break {
        intron: donor,
        is_exonic: false,
        position: None,
        region: region(donor),
    })
}

/// The genomic junction with KMT2A's 5' part, else the reciprocal one.
pub(crate) fn genomic(digest: &SampleDigest) -> Option<&Junction> {
    of_kind(digest, is_canonical).or_else(|| of_kind(digest, is_reciprocal))
}

/// The first genomic junction of a kind.
fn of_kind(digest: &SampleDigest, is_kind: impl Fn(&Junction) -> bool) -> Option<&Junction> {
    digest
        .lead_junctions()
        .find(|junction| is_genomic(junction) && is_kind(junction))
}

/// The sample of an assay that shows a rearrangement or a duplication.
fn shown<'a>(r: &Characterised<'a>, digest: Option<&'a SampleDigest>) -> Option<&'a SampleDigest> {
    digest.filter(|_| r.status.is_shown())
}

/// The lead junction from RNA.
pub(super) fn rna<'a>(r: &Characterised<'a>) -> Option<&'a Junction> {
    shown(r, r.rna)?.lead_junctions().next()
}

/// The genomic junction with KMT2A's 5' part, or that of the duplication.
pub(super) fn der11<'a>(r: &Characterised<'a>) -> Option<&'a Junction> {
    let digest = shown(r, r.dna)?;
    of_kind(digest, is_canonical).or_else(|| of_kind(digest, |junction| junction.class.contains("ptd")))
}

/// The genomic junction with KMT2A's 3' part.
pub(super) fn reciprocal<'a>(r: &Characterised<'a>) -> Option<&'a Junction> {
    of_kind(shown(r, r.dna)?, is_reciprocal)
}

/// The source of the event's name: RNA, else DNA.
pub(super) fn named<'a>(r: &Characterised<'a>) -> Option<&'a Junction> {
    rna(r).or_else(|| genomic(shown(r, r.dna)?))
}
