//! A DNA report without reads: its junctions and counts are simulated, and a warning says so.

use breakapart_core::catalogue::{Gene, KMT2A, catalogue};
use breakapart_core::genome::probability::share_interval;
use breakapart_core::genome::sequence::reverse_complement;
use breakapart_core::genome::{Interval, Strand};
use breakapart_core::report::SampleReport;
use breakapart_core::report::schema::*;
use breakapart_lab::simulate::Genome;

use super::plan::{Break, PlannedSample};

/// Warning of a simulated report.
pub(super) const DRAWN: &str = "drawn";
/// Exclusion limit of a simulated negative: the allele fraction of 3 molecules in 300.
const LIMIT: f64 = 0.01;
/// Bases of consensus on either side.
const FLANK: i64 = 60;

/// The report of a DNA sample.
pub(super) fn report(name: &str, found: Option<&Break>, sample: &PlannedSample, genome: &Genome<'_>) -> SampleReport {
    let mut report = SampleReport {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: Tool {
            name: "breakapart".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        sample: name.to_owned(),
        inputs: vec![Input {
            file: format!("{name}.bam"),
            format: "BAM".to_owned(),
            assay: "dna".to_owned(),
            assay_basis: "drawn".to_owned(),
            build: genome.models().build().name().to_owned(),
            contig_naming: "chr11".to_owned(),
            library: "capture".to_owned(),
            ..Input::default()
        }],
        warnings: vec![Notice {
            code: DRAWN.to_owned(),
            text: "this report was simulated without reads".to_owned(),
        }],
        ..SampleReport::default()
    };
    let regions = LodByRegion {
        major: Some(LIMIT),
        minor: Some(LIMIT),
        whole: Some(LIMIT),
        ptd: Some(LIMIT),
    };
    let both = LodByPartner {
        catalogue_partner: regions,
        any_partner: regions,
    };
    let conclusion = &mut report.conclusion;
    conclusion.lod = Some(Lod {
        unit: "KMT2A alleles".to_owned(),
        exclusion: both,
        call: both,
        blast_percent: Some(200.0 * LIMIT),
        weakest_donor: None,
        assumptions: vec!["drawn".to_owned()],
        waived: Vec::new(),
    });
    conclusion.findings.fusion.status = FindingStatus::NotDetected;
    conclusion.findings.reciprocal.status = FindingStatus::NotDetected;
    conclusion.findings.ptd.status = FindingStatus::NotDetected;
    conclusion.findings.break_without_partner.status = FindingStatus::NotDetected;
    conclusion.state = State::NotDetected;
    "no KMT2A rearrangement above 1.0 % of KMT2A alleles".clone_into(&mut conclusion.headline);
    if let Some(event) = found.and_then(|found| event(found, sample.molecules, genome)) {
        conclusion.state = State::Rearranged;
        conclusion.headline = format!("{}, tier high", event.name);
        conclusion.findings.fusion.status = FindingStatus::Detected;
        if event.junctions.len() > 1 {
            conclusion.findings.reciprocal.status = FindingStatus::Detected;
        }
        conclusion.lead_event = Some(event.id.clone());
        report.events.push(event);
    }
    report.conclusion.text = report.conclusion.headline.clone();
    report
}

fn event(found: &Break, molecules: u32, genome: &Genome<'_>) -> Option<Event> {
    let (kmt2a, partner) = (
        genome.models().by_symbol(KMT2A)?,
        genome.models().by_symbol(&found.partner)?,
    );
    let forward = partner.strand == Strand::Forward;
    // The partner's base before the breakpoint on the other derivative.
    let after = if forward {
        found.partner_at - 1
    } else {
        found.partner_at + 1
    };
    let ends = |five: bool| -> Option<Junction> {
        let (k, p) = if five {
            (found.kmt2a, found.partner_at)
        } else {
            (found.kmt2a + 1, after)
        };
        let kmt2a_side = side(
            kmt2a,
            k,
            found.intron,
            if five { Retained::Left } else { Retained::Right },
            genome,
        )?;
        let retained = if five == forward {
            Retained::Right
        } else {
            Retained::Left
        };
        let partner_side = side(partner, p, found.partner_intron, retained, genome)?;
        let inserted = if five { found.inserted.clone() } else { String::new() };
        let (first, second) = if five {
            (kmt2a_side, partner_side)
        } else {
            (partner_side, kmt2a_side)
        };
        let count = if five { molecules } else { molecules * 4 / 5 };
        let trials = u64::from(count) * 3;
        let (low, high) = share_interval(
            u64::from(count),
            trials - u64::from(count),
            breakapart_core::judge::Params::default().dispersion,
            0.95,
        );
        Some(Junction {
            id: if five { "E1.1" } else { "E1.2" }.to_owned(),
            assay: "dna".to_owned(),
            class: if five { "canonical" } else { "reciprocal" }.to_owned(),
            role: if five { "canonical" } else { "reciprocal" }.to_owned(),
            consensus: consensus(&first, &second, &inserted, genome),
            five: Some(first),
            three: Some(second),
            inserted,
            evidence: Evidence {
                molecules: Some(u64::from(count)),
                split: u64::from(count),
                fragments: u64::from(count),
                distinct_positions: u64::from(count),
                ..Evidence::default()
            },
            wild_type_molecules: Some(trials - u64::from(count)),
            fraction: Some(Fraction {
                estimate: 1.0 / 3.0,
                low,
                high,
            }),
            tier: Some(Tier::High),
            model_score: Some(0.999),
            ..Junction::default()
        })
    };
    let mut junctions = vec![ends(true)?];
    if found.reciprocal {
        junctions.push(ends(false)?);
    }
    let known = catalogue().partner(&found.partner);
    Some(Event {
        id: "E1".to_owned(),
        class: "canonical".to_owned(),
        name: format!("{KMT2A}::{}", found.partner),
        tier: Tier::High,
        model_score: 0.999,
        molecules: Some(u64::from(molecules)),
        fragments: u64::from(molecules),
        lead_junction: Some("E1.1".to_owned()),
        junctions,
        partner: Some(Partner {
            symbol: found.partner.clone(),
            category: Some(found.partner.clone()),
            band: known.map(|partner| partner.band.clone()),
            catalogue: known.is_some(),
            homologues_that_fit: Vec::new(),
        }),
        ..Event::default()
    })
}

fn side(gene: &Gene, position: i64, intron: u16, retained: Retained, genome: &Genome<'_>) -> Option<Side> {
    let transcript = gene.transcript()?;
    let strand = match gene.strand {
        Strand::Forward => StrandSign::Forward,
        Strand::Reverse => StrandSign::Reverse,
    };
    Some(Side {
        contig: genome.contigs().name(genome.models().contig_of(gene)?).to_owned(),
        position: position + 1,
        retained,
        strand,
        gene: Some(gene.symbol.clone()),
        gene_strand: strand,
        transcript: Some(transcript.display_name().to_owned()),
        mane: transcript.mane,
        intron: Some(intron),
        site: "intron".to_owned(),
        ..Side::default()
    })
}

/// The bases across the junction, if the reference has them.
fn consensus(five: &Side, three: &Side, inserted: &str, genome: &Genome<'_>) -> Option<String> {
    let bases = |side: &Side| {
        let contig = genome.contigs().id(&side.contig)?;
        let interval = match side.retained {
            Retained::Left => Interval::new(side.position - FLANK, side.position),
            Retained::Right => Interval::new(side.position - 1, side.position - 1 + FLANK),
        };
        let bases = genome.reference(contig, interval)?;
        if bases.contains(&b'N') {
            return None;
        }
        Some(match side.strand {
            StrandSign::Reverse => reverse_complement(&bases),
            _ => bases,
        })
    };
    let (five, three) = (bases(five)?, bases(three)?);
    let text = |bases: Vec<u8>| String::from_utf8_lossy(&bases).into_owned();
    let between = if inserted.is_empty() {
        "|".to_owned()
    } else {
        format!("|{}|", inserted.to_lowercase())
    };
    Some(format!("{}{between}{}", text(five), text(three)))
}
