//! Columns of breakpoints, junctions and their names.

use super::breaks::{genomic, kmt2a_break};
use super::{number, optional, vicc};
use crate::cohort::digest::{JunctionDigest, SideDigest};
use crate::cohort::status::{Characterised, Status};
use breakapart_core::catalogue::catalogue;
use breakapart_core::catalogue::scheme::{MANE_TRANSCRIPT, Scheme};

fn shown<'a>(row: &Characterised<'a>) -> bool {
    matches!(row.status, Status::Rearranged | Status::Ptd)
}

/// The lead junction by RNA.
fn rna<'a>(row: &Characterised<'a>) -> Option<&'a JunctionDigest> {
    row.rna.filter(|_| shown(row))?.lead_junction()
}

/// The genomic junction that carries KMT2A's 5' part.
fn der11<'a>(row: &Characterised<'a>) -> Option<&'a JunctionDigest> {
    let digest = row.dna.filter(|_| shown(row))?;
    digest
        .lead_junctions()
        .find(|junction| junction.is_genomic() && junction.is_canonical())
        .or_else(|| {
            digest
                .lead_junctions()
                .find(|j| j.is_genomic() && j.class.contains("ptd"))
        })
}

/// The genomic junction that carries KMT2A's 3' part.
fn reciprocal<'a>(row: &Characterised<'a>) -> Option<&'a JunctionDigest> {
    let digest = row.dna.filter(|_| shown(row))?;
    digest
        .lead_junctions()
        .find(|junction| junction.is_genomic() && junction.is_reciprocal())
}

/// What names the event: RNA, else DNA.
fn lead<'a>(row: &Characterised<'a>) -> Option<&'a JunctionDigest> {
    rna(row).or_else(|| row.dna.filter(|_| shown(row)).and_then(genomic))
}

fn place(side: Option<&SideDigest>) -> String {
    optional(side.map(SideDigest::place))
}

fn five(junction: Option<&JunctionDigest>) -> Option<&SideDigest> {
    junction?.five.as_ref()
}

fn three(junction: Option<&JunctionDigest>) -> Option<&SideDigest> {
    junction?.three.as_ref()
}

/// The partner's side of the transcript's junction.
fn partner<'a>(row: &Characterised<'a>) -> Option<&'a SideDigest> {
    Some(rna(row)?.kmt2a_and_partner()?.1)
}

/// The broken intron's number in a scheme.
fn scheme(row: &Characterised<'_>, scheme: Scheme) -> String {
    let number = kmt2a_break(row).and_then(|found| found.intron);
    let number = number.and_then(|number| catalogue().exon_schemes().number(number, scheme));
    optional(number.map(|found| found.number))
}

/// What the lead junction's fraction is a share of.
fn fraction_of(row: &Characterised<'_>) -> Option<&'static str> {
    let junction = lead(row).filter(|junction| junction.fraction.is_some())?;
    Some(match (row.status, junction.is_genomic()) {
        (Status::Ptd, _) => "ratio to wild type",
        (_, true) => "KMT2A alleles",
        _ => "KMT2A transcripts at the donor",
    })
}

/// Columns of the break and the junctions; `None` for any other.
pub(super) fn value(r: &Characterised<'_>, name: &str) -> Option<String> {
    let found = || kmt2a_break(r);
    let fraction = || lead(r).and_then(|junction| junction.fraction);
    Some(match name {
        "kmt2a_transcript" => optional(found().map(|_| MANE_TRANSCRIPT)),
        "kmt2a_intron_mane" => optional(found().and_then(|found| found.intron)),
        "kmt2a_intron_consensus_2024" => scheme(r, Scheme::Consensus2024),
        "kmt2a_intron_meyer_2023" => scheme(r, Scheme::Meyer2023),
        "kmt2a_intron_nilson" => scheme(r, Scheme::Nilson1996),
        "kmt2a_intron_gu_1992" => scheme(r, Scheme::Gu1992),
        "kmt2a_region" => optional(found().map(|found| found.region.map_or("other", |region| region.name()))),
        "break_by" => optional(found().map(|found| if found.position.is_some() { "dna" } else { "rna" })),
        "kmt2a_exon" => {
            let sides = [five(rna(r)), three(rna(r))].into_iter().flatten();
            optional(
                sides
                    .into_iter()
                    .find(|side| side.is_kmt2a())
                    .and_then(|side| side.exon),
            )
        }
        "partner_exon" => optional(partner(r).and_then(|side| side.exon)),
        "partner_transcript" => optional(partner(r).and_then(|side| side.transcript.as_ref())),
        "frame" => optional(rna(r).map(|junction| junction.frame.name())),
        "rna_breakpoint5" => place(five(rna(r))),
        "rna_breakpoint3" => place(three(rna(r))),
        "rna_sequence" => optional(rna(r).and_then(|junction| junction.sequence.as_ref())),
        "der11_breakpoint5" => place(five(der11(r))),
        "der11_breakpoint3" => place(three(der11(r))),
        "der11_inserted" => optional(der11(r).map(|junction| &junction.inserted)),
        "der11_homology" => optional(der11(r).map(|junction| &junction.homology)),
        "der11_sequence" => optional(der11(r).and_then(|junction| junction.sequence.as_ref())),
        "derp_breakpoint5" => place(five(reciprocal(r))),
        "derp_breakpoint3" => place(three(reciprocal(r))),
        "derp_partner" => optional(five(reciprocal(r)).and_then(|side| side.gene.as_ref())),
        "derp_inserted" => optional(reciprocal(r).map(|junction| &junction.inserted)),
        "derp_sequence" => optional(reciprocal(r).and_then(|junction| junction.sequence.as_ref())),
        "fraction" => number(fraction().map(|fraction| fraction.estimate)),
        "fraction_low" => number(fraction().map(|fraction| fraction.low)),
        "fraction_high" => number(fraction().map(|fraction| fraction.high)),
        "fraction_of" => optional(fraction_of(r)),
        "hgvs" => optional(lead(r).and_then(|junction| junction.hgvs.as_ref())),
        "vicc" => optional(lead(r).filter(|_| r.status == Status::Rearranged).and_then(vicc)),
        "iscn_suggestion" => {
            let digests = [r.rna, r.dna].into_iter().flatten().filter(|_| shown(r));
            optional(
                digests
                    .into_iter()
                    .find_map(|digest| digest.lead.as_ref()?.iscn.as_ref()),
            )
        }
        _ => return None,
    })
}
