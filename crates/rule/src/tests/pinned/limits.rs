//! Limits of detection of a table of libraries.

use super::{DNA, RNA, capability};
use crate::{
    Context, DonorLimit, LibraryType, Params, Region,
    lod::{
        Library, Reads,
        genomic::{self, Stretch},
        transcript::{self, DonorFacts},
    },
};

const READS: Reads = Reads {
    read_len: 100,
    fragment_len: Some(280),
    fragment_len_mad: 40,
    fragments: 1_000,
    paired: 1_000,
    sense: 500,
    antisense: 500,
};

fn library<'a>(reads: Reads, capability: &'a crate::Capability, context: &'a Context) -> Library<'a> {
    Library {
        reads,
        capability,
        context,
        counts_positions: false,
        required_lod: 0.10,
    }
}

fn donors() -> Vec<DonorFacts> {
    let donor = |exon, region, molecules| DonorFacts {
        exon,
        region,
        molecules,
        may_duplicate: exon == 8,
        states_duplications: exon == 8,
    };
    vec![
        donor(8, Region::Major, 120),
        donor(9, Region::Major, 25),
        donor(20, Region::Minor, 60),
        donor(13, Region::Other, 60),
        donor(21, Region::Minor, 0),
    ]
}

fn row(name: &str, d: &DonorLimit) -> String {
    let cells = [
        d.exclusion_catalogue,
        d.exclusion_any,
        d.call_catalogue,
        d.call_any,
        d.ptd,
    ];
    let cells = cells.map(|limit| limit.map_or_else(|| ".".to_owned(), |l| format!("{l:.4}")));
    format!(
        "{name} e{}\t{}\t{:.4}\t{:.4}\t{}",
        d.exon,
        d.molecules,
        d.usable,
        d.usable_any,
        cells.join("\t")
    )
}

/// RNA libraries by name.
fn libraries() -> Vec<(&'static str, Reads, Context)> {
    let quiet = Context {
        chimeras: 0,
        partner_chimeras: 0,
        ..RNA
    };
    let total = Context {
        library: LibraryType::Total,
        other_back_splices: 3,
        other_wild_type: 900,
        ..quiet
    };
    vec![
        ("pairs", READS, quiet),
        ("noisy", READS, RNA),
        ("total", READS, total),
        ("single", Reads { paired: 0, ..READS }, quiet),
        (
            "unknown length",
            Reads {
                fragment_len: None,
                ..READS
            },
            quiet,
        ),
    ]
}

/// One line a donor or stretch.
pub(super) fn table(p: &Params) -> Vec<String> {
    let capability = capability();
    let mut lines = Vec::new();
    for (name, reads, context) in libraries() {
        let found = transcript::limits(&donors(), &library(reads, &capability, &context), p);
        lines.extend(found.iter().map(|d| row(name, d)));
    }
    // Single reads counted by position: 94 of them, 90 of 94 or 188 occupied.
    for (name, sense) in [
        ("both strands", 500),
        ("79 % on one", 790),
        ("85 %", 850),
        ("97 %", 970),
    ] {
        let reads = Reads {
            paired: 0,
            sense,
            antisense: 1_000 - sense,
            ..READS
        };
        for molecules in [80, 92, 180] {
            let donor = DonorFacts {
                molecules,
                ..donors()[0]
            };
            let counted = Library {
                counts_positions: true,
                ..library(reads, &capability, &RNA)
            };
            lines.extend(transcript::limits(&[donor], &counted, p).iter().map(|d| row(name, d)));
        }
    }
    for (name, depths) in [
        ("even", vec![60; 12]),
        ("callable", [vec![18; 4], vec![22; 8]].concat()),
        ("gaps", [vec![0; 4], vec![80; 96]].concat()),
        ("too many gaps", [vec![0; 9], vec![80; 91]].concat()),
        ("ramp", (0..12).map(|n| 10 * n).collect()),
        ("nothing", Vec::new()),
    ] {
        let stretch = Stretch {
            exon: 8,
            region: Region::Major,
            depths,
        };
        let found = genomic::limits(&stretch, &library(READS, &capability, &DNA), p);
        lines.push(row(&format!("genomic {name}"), &found));
        lines.push(format!("{name}: callable {:.3}", stretch.callable(p)));
        for bases in [1_000, 10_000] {
            let cover = stretch.cover(bases, p);
            lines.push(format!(
                "{name}: {} of {bases}, missing {}",
                cover.callable, cover.is_missing
            ));
        }
    }
    // Hardly callable introns, and a minor region far thinner than the major one.
    for callable in [40, 45, 55, 65] {
        let depths = [vec![500; callable], vec![0; 1_000 - callable]].concat();
        let stretch = Stretch {
            exon: 14,
            region: Region::Other,
            depths,
        };
        lines.push(format!(
            "{callable} of 1,000: missing {}",
            stretch.cover(1_000, p).is_missing
        ));
    }
    let of_depth = |molecules| {
        let stretch = Stretch {
            exon: 0,
            region: Region::Minor,
            depths: vec![molecules; 10],
        };
        genomic::limits(&stretch, &library(READS, &capability, &DNA), p)
    };
    for minor in [44, 55] {
        let left_out = genomic::minor_not_targeted(&of_depth(1_000), &of_depth(minor), p);
        lines.push(format!("{minor} with 1,000: not targeted {left_out}"));
    }
    lines
}
