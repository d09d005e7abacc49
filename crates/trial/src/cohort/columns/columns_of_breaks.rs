//! Columns of breakpoints, junctions and their names.

use super::breaks::{genomic, kmt2a_break};
use super::{Column, Kind, Row, Value, column, vicc};
use crate::cohort::digest::{JunctionDigest, SideDigest};
use crate::cohort::status::Status;
use breakapart_core::catalogue::catalogue;
use breakapart_core::catalogue::scheme::Scheme;

fn shown<'a>(row: &Row<'a>) -> bool {
    matches!(row.of.status, Status::Rearranged | Status::Ptd)
}

/// The lead junction by RNA.
fn rna<'a>(row: &Row<'a>) -> Option<&'a JunctionDigest> {
    row.of.rna.filter(|_| shown(row))?.lead_junction()
}

/// The genomic junction that carries KMT2A's 5' part.
fn der11<'a>(row: &Row<'a>) -> Option<&'a JunctionDigest> {
    let digest = row.of.dna.filter(|_| shown(row))?;
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
fn reciprocal<'a>(row: &Row<'a>) -> Option<&'a JunctionDigest> {
    let digest = row.of.dna.filter(|_| shown(row))?;
    digest
        .lead_junctions()
        .find(|junction| junction.is_genomic() && junction.is_reciprocal())
}

/// What names the event: RNA, else DNA.
fn lead<'a>(row: &Row<'a>) -> Option<&'a JunctionDigest> {
    rna(row).or_else(|| row.of.dna.filter(|_| shown(row)).and_then(genomic))
}

fn place(side: Option<&SideDigest>) -> Value {
    Value::optional(side.map(SideDigest::place))
}

fn five(junction: Option<&JunctionDigest>) -> Option<&SideDigest> {
    junction?.five.as_ref()
}

fn three(junction: Option<&JunctionDigest>) -> Option<&SideDigest> {
    junction?.three.as_ref()
}

/// The broken intron's number in a scheme.
fn scheme(row: &Row<'_>, scheme: Scheme) -> Value {
    let number = kmt2a_break(row.of).and_then(|found| found.intron);
    let number = number.and_then(|number| catalogue().exon_schemes().number(number, scheme));
    Value::optional(number.map(|found| found.number))
}

pub(super) fn columns() -> Vec<Column> {
    use Kind::{Integer, Number, Text};
    vec![
        column(
            "kmt2a_transcript",
            Text,
            "The transcript that `kmt2a_intron_mane` belongs to.",
            |r| Value::optional(kmt2a_break(r.of).map(|_| breakapart_core::catalogue::scheme::MANE_TRANSCRIPT)),
        ),
        column(
            "kmt2a_intron_mane",
            Integer,
            "The broken intron of KMT2A (intron n follows exon n): by DNA; else after the last donor that RNA shows.",
            |r| Value::integer(kmt2a_break(r.of).and_then(|found| found.intron)),
        ),
        column(
            "kmt2a_intron_consensus_2024",
            Text,
            "The same in the consensus of 38 exons; derived by arithmetic, as the next three are.",
            |r| scheme(r, Scheme::Consensus2024),
        ),
        column(
            "kmt2a_intron_meyer_2023",
            Text,
            "The same in the numbering of 37 exons.",
            |r| scheme(r, Scheme::Meyer2023),
        ),
        column(
            "kmt2a_intron_nilson",
            Text,
            "The same in the numbering of Nilson 1996.",
            |r| scheme(r, Scheme::Nilson1996),
        ),
        column(
            "kmt2a_intron_gu_1992",
            Text,
            "The same in the numbering of Gu 1992.",
            |r| scheme(r, Scheme::Gu1992),
        ),
        column(
            "kmt2a_region",
            Text,
            "`major`, `major (listed)`, `minor` or `other` breakpoint region.",
            |r| {
                let found = kmt2a_break(r.of);
                Value::optional(found.map(|found| found.region.map_or("other", |region| region.name())))
            },
        ),
        column(
            "break_by",
            Text,
            "What the break is known by: `dna` (to the base) or `rna` (to the intron).",
            |r| {
                let found = kmt2a_break(r.of);
                Value::optional(found.map(|found| if found.position.is_some() { "dna" } else { "rna" }))
            },
        ),
        column(
            "kmt2a_exon",
            Integer,
            "KMT2A's exon at the transcript's junction (`kmt2a_transcript`).",
            |r| {
                let junction = rna(r);
                let side = five(junction).filter(|side| side.is_kmt2a());
                Value::integer(
                    side.or_else(|| three(junction).filter(|s| s.is_kmt2a()))
                        .and_then(|side| side.exon),
                )
            },
        ),
        column(
            "partner_exon",
            Integer,
            "The partner's exon at the transcript's junction.",
            |r| {
                Value::integer(
                    rna(r)
                        .and_then(|j| j.kmt2a_and_partner())
                        .and_then(|(_, partner)| partner.exon),
                )
            },
        ),
        column(
            "partner_transcript",
            Text,
            "The transcript that `partner_exon` belongs to.",
            |r| {
                let side = rna(r).and_then(|j| j.kmt2a_and_partner()).map(|(_, partner)| partner);
                Value::optional(side.and_then(|partner| partner.transcript.clone()))
            },
        ),
        column("frame", Text, "Reading frame across the transcript's junction.", |r| {
            Value::optional(rna(r).map(|junction| junction.frame.name()))
        }),
        column(
            "rna_breakpoint5",
            Text,
            "Last base of the 5' side in RNA, 1-based.",
            |r| place(five(rna(r))),
        ),
        column(
            "rna_breakpoint3",
            Text,
            "First base of the 3' side in RNA, 1-based.",
            |r| place(three(rna(r))),
        ),
        column(
            "rna_sequence",
            Text,
            "Sequence across the transcript's junction, a bar at it, within the window.",
            |r| Value::optional(rna(r).and_then(|junction| junction.sequence.clone())),
        ),
        column(
            "der11_breakpoint5",
            Text,
            "Genomic break of the derivative with KMT2A's 5' part: KMT2A's last base.",
            |r| place(five(der11(r))),
        ),
        column("der11_breakpoint3", Text, "Its first base of the other side.", |r| {
            place(three(der11(r)))
        }),
        column(
            "der11_inserted",
            Text,
            "Bases between the two that belong to neither.",
            |r| Value::optional(der11(r).map(|junction| junction.inserted.clone())),
        ),
        column(
            "der11_homology",
            Text,
            "Bases that both sides share at the break.",
            |r| Value::optional(der11(r).map(|junction| junction.homology.clone())),
        ),
        column(
            "der11_sequence",
            Text,
            "Sequence across it, a bar at the break, within the window.",
            |r| Value::optional(der11(r).and_then(|junction| junction.sequence.clone())),
        ),
        column(
            "derp_breakpoint5",
            Text,
            "Genomic break of the derivative with KMT2A's 3' part: the partner's last base.",
            |r| place(five(reciprocal(r))),
        ),
        column("derp_breakpoint3", Text, "Its first base of KMT2A.", |r| {
            place(three(reciprocal(r)))
        }),
        column(
            "derp_partner",
            Text,
            "The gene on its 5' side, which need not be the partner.",
            |r| Value::optional(five(reciprocal(r)).and_then(|side| side.gene.clone())),
        ),
        column(
            "derp_inserted",
            Text,
            "Bases between the two that belong to neither.",
            |r| Value::optional(reciprocal(r).map(|junction| junction.inserted.clone())),
        ),
        column(
            "derp_sequence",
            Text,
            "Sequence across it, a bar at the break, within the window.",
            |r| Value::optional(reciprocal(r).and_then(|junction| junction.sequence.clone())),
        ),
        column("fraction", Number, "Share of the lead junction (RNA, else DNA).", |r| {
            Value::number(lead(r).and_then(|j| j.fraction).map(|fraction| fraction.estimate))
        }),
        column("fraction_low", Number, "Its lower 95 % bound.", |r| {
            Value::number(lead(r).and_then(|j| j.fraction).map(|fraction| fraction.low))
        }),
        column("fraction_high", Number, "Its upper 95 % bound.", |r| {
            Value::number(lead(r).and_then(|j| j.fraction).map(|fraction| fraction.high))
        }),
        column(
            "fraction_of",
            Text,
            "What it is a share of: KMT2A transcripts at the donor, KMT2A alleles; for a PTD the ratio to wild type.",
            |r| {
                let junction = lead(r).filter(|j| j.fraction.is_some());
                Value::optional(junction.map(|j| match (r.of.status, j.is_genomic()) {
                    (Status::Ptd, _) => "ratio to wild type",
                    (_, true) => "KMT2A alleles",
                    _ => "KMT2A transcripts at the donor",
                }))
            },
        ),
        column("hgvs", Text, "HGVS description of the lead junction.", |r| {
            Value::optional(lead(r).and_then(|junction| junction.hgvs.clone()))
        }),
        column(
            "vicc",
            Text,
            "The fusion in the VICC grammar; empty where an exon is not known.",
            |r| {
                let fusion = lead(r).filter(|_| r.of.status == Status::Rearranged);
                Value::optional(fusion.and_then(vicc))
            },
        ),
        column(
            "iscn_suggestion",
            Text,
            "ISCN suggestion, only where strands and arms allow a simple event.",
            |r| {
                let of = |digest: Option<&crate::cohort::digest::SampleDigest>| digest?.lead.as_ref()?.iscn.clone();
                Value::optional(of(r.of.rna.filter(|_| shown(r))).or_else(|| of(r.of.dna.filter(|_| shown(r)))))
            },
        ),
    ]
}
