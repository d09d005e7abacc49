//! Follow-up samples with a known share of rearranged molecules: detection, intervals, specificity.

use std::path::Path;

use breakapart_core::genome::{
    AlignedRecord, Cigar, CigarOp, ContigId, Contigs, Flags, SequenceSource, sequence::NoSequence,
};
use breakapart_core::hts::{AlignmentWriter, OutputFormat, WrittenFields};
use breakapart_core::input::{self, InputOptions, Source};
use breakapart_core::report::SampleReport;
use breakapart_core::report::schema::{
    Conclusion, Event, Evidence, Input, Junction, Retained, SCHEMA_VERSION, Side, State, StrandSign, Tier,
};
use breakapart_lab::simulate::dice::Dice;
use breakapart_trial::track::{self, Estimate, FollowUp, MoleculesBy, Target};

const READ: i64 = 100;
/// KMT2A's last base and the partner's first, 0-based, in GRCh38 (an intron 9 and an AFF1 intron).
const KMT2A: i64 = 118_484_999;
const PARTNER: i64 = 87_080_000;

fn contigs() -> Contigs {
    Contigs::new([("chr4".to_owned(), 190_214_555), ("chr11".to_owned(), 135_086_622)])
}

/// The base at a position: patternless, but fixed.
fn base(contig: u32, position: i64) -> u8 {
    let mut state = (position as u64 ^ u64::from(contig) << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    state ^= state >> 29;
    state = state.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    b"ACGT"[(state >> 40 & 3) as usize]
}

fn stretch(contig: u32, from: i64, to: i64) -> Vec<u8> {
    (from..to).map(|position| base(contig, position)).collect()
}

fn side(contig: &str, position: i64, retained: Retained, gene: &str) -> Side {
    Side {
        contig: contig.to_owned(),
        position: position + 1,
        retained,
        strand: StrandSign::Forward,
        gene: Some(gene.to_owned()),
        ..Side::default()
    }
}

/// The report of a patient whose KMT2A has a breakpoint after `kmt2a` and continues at `partner`.
fn report(kmt2a: i64, partner: i64) -> SampleReport {
    let text = |bases: Vec<u8>| String::from_utf8(bases).unwrap();
    let junction = Junction {
        id: "E1.1".to_owned(),
        assay: "dna".to_owned(),
        five: Some(side("chr11", kmt2a, Retained::Left, "KMT2A")),
        three: Some(side("chr4", partner, Retained::Right, "AFF1")),
        consensus: Some(format!(
            "{}|{}",
            text(stretch(1, kmt2a - 69, kmt2a + 1)),
            text(stretch(0, partner, partner + 70))
        )),
        evidence: Evidence {
            molecules: Some(40),
            split: 40,
            ..Evidence::default()
        },
        tier: Some(Tier::High),
        ..Junction::default()
    };
    SampleReport {
        schema_version: SCHEMA_VERSION.to_owned(),
        sample: "patient".to_owned(),
        inputs: vec![Input {
            build: "GRCh38".to_owned(),
            assay: "dna".to_owned(),
            ..Input::default()
        }],
        conclusion: Conclusion {
            state: State::Rearranged,
            lead_event: Some("E1".to_owned()),
            ..Conclusion::default()
        },
        events: vec![Event {
            id: "E1".to_owned(),
            name: "KMT2A::AFF1".to_owned(),
            tier: Tier::High,
            junctions: vec![junction],
            ..Event::default()
        }],
        ..SampleReport::default()
    }
}

fn targets(report: &SampleReport) -> Vec<Target> {
    let none = NoSequence;
    let source: &dyn SequenceSource = &none;
    track::targets(report, &contigs(), source)
}

/// Molecules of a sample: `wild` wild-type ones across KMT2A's base, `rearranged` ones with a breakpoint, each in
/// `copies`
/// reads with one identifier.
struct Sample {
    wild: usize,
    rearranged: usize,
    /// Breakpoint of the rearranged ones; the wild-type ones cover the tracked base.
    break_at: (i64, i64),
    copies: usize,
    umi: bool,
}

fn write(path: &Path, sample: &Sample, dice: &mut Dice) {
    let contigs = contigs();
    let mut records: Vec<AlignedRecord> = Vec::new();
    for number in 0..sample.wild + sample.rearranged {
        // Bases of the read before the breakpoint: both sides have the anchor.
        let before = dice.between(13, (READ - 13) as usize) as i64;
        let (kmt2a, partner) = if number < sample.wild { HERE } else { sample.break_at };
        let start = kmt2a + 1 - before;
        let (mut bases, cigar) = if number < sample.wild {
            (stretch(1, start, start + READ), vec![CigarOp::Match(READ as u32)])
        } else {
            let joined = [
                stretch(1, start, kmt2a + 1),
                stretch(0, partner, partner + READ - before),
            ]
            .concat();
            (
                joined,
                vec![CigarOp::Match(before as u32), CigarOp::SoftClip((READ - before) as u32)],
            )
        };
        let mut edits = 0;
        for base in &mut bases {
            if dice.chance(0.001) {
                *base = if *base == b'A' { b'C' } else { b'A' };
                edits += 1;
            }
        }
        let umi = sample
            .umi
            .then(|| (0..12).map(|_| b"ACGT"[dice.below(4)]).collect::<Vec<u8>>());
        for copy in 0..sample.copies {
            records.push(AlignedRecord {
                name: format!("m{number}c{copy}").into_bytes(),
                flags: Flags(0),
                contig: Some(ContigId(1)),
                position: start,
                mapq: 60,
                cigar: Cigar(cigar.clone()),
                mate_position: -1,
                qualities: vec![37; bases.len()],
                sequence: bases.clone(),
                edits: Some(edits),
                umi: umi.clone(),
                ..AlignedRecord::default()
            });
        }
    }
    records.sort_by_key(|record| record.position);
    let header = "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr4\tLN:190214555\n@SQ\tSN:chr11\tLN:135086622\n\
                  @PG\tID:bwa\tPN:bwa\tVN:0.7.17\tCL:bwa mem -Y\n";
    let mut writer = AlignmentWriter::create(path, OutputFormat::Bam, header, &contigs, *b"RX").unwrap();
    let fields = WrittenFields::default();
    for record in &records {
        writer.write(record, &fields).unwrap();
    }
    writer.finish(true).unwrap();
}

fn followed(sample: &Sample, targets: &[Target], dice: &mut Dice) -> FollowUp {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.bam");
    write(&path, sample, dice);
    let mut file = input::open(&Source::Path(path), &InputOptions::default()).unwrap();
    let counts = track::count(&mut file, targets).unwrap();
    let counted = targets.iter().map(|target| target.id.clone()).zip(counts).collect();
    FollowUp::of("s".to_owned(), None, counted, 1)
}

const HERE: (i64, i64) = (KMT2A, PARTNER);

#[test]
fn every_molecule_is_counted_once_on_its_side() {
    let targets = targets(&report(KMT2A, PARTNER));
    let mut dice = Dice::new(1, 1);
    let sample = |copies, umi| Sample {
        wild: 900,
        rearranged: 100,
        break_at: HERE,
        copies,
        umi,
    };
    // Two errors within one anchor hide a molecule: far fewer than one in a thousand.
    let plain = followed(&sample(3, true), &targets, &mut dice);
    let lead = &plain.junctions[0];
    assert_eq!(
        (lead.estimate.found, lead.estimate.examined),
        (100, 1_000),
        "copies are one molecule"
    );
    assert_eq!(lead.by, Some(MoleculesBy::Umi));
    assert!((Estimate::cells(lead.estimate.fraction.unwrap()) - 0.2).abs() < 1e-9);
}

#[test]
fn without_identifiers_a_deep_sample_counts_fragments_and_says_so() {
    let targets = targets(&report(KMT2A, PARTNER));
    let sample = Sample {
        wild: 6_000,
        rearranged: 5,
        break_at: HERE,
        copies: 1,
        umi: false,
    };
    let followed = followed(&sample, &targets, &mut Dice::new(1, 2));
    assert_eq!(followed.junctions[0].by, Some(MoleculesBy::Fragments));
    let all = &followed.all.estimate;
    assert_eq!((all.found, all.examined), (5, 6_005));
    assert!(followed.warnings[0].contains("too narrow"));
}

/// Samples and wild-type molecules of the specificity test: small here; `BREAKAPART_TRACK=full` uses the numbers of
/// docs/track.md.
fn size() -> (usize, usize) {
    if std::env::var("BREAKAPART_TRACK").is_ok_and(|value| value == "full") {
        (200, 200_000)
    } else {
        (20, 2_000)
    }
}

#[test]
fn samples_of_other_patients_show_nothing() {
    let targets = targets(&report(KMT2A, PARTNER));
    let (samples, wild) = size();
    for number in 0..samples {
        let mut dice = Dice::new(2, number as u64);
        // Another breakpoint in the same introns, sometimes very close: the same partner, other bases.
        let beside = |dice: &mut Dice, at: i64| at + dice.between(3, 400) as i64;
        let break_at = (beside(&mut dice, KMT2A), beside(&mut dice, PARTNER));
        let sample = Sample {
            wild,
            rearranged: 40,
            break_at,
            copies: 1,
            umi: true,
        };
        let followed = followed(&sample, &targets, &mut dice);
        assert_eq!(followed.all.estimate.found, 0, "sample {number}, break {break_at:?}");
        // At depth, two molecules may have the same start and identifier: fewer than one in a thousand.
        assert!(followed.all.estimate.examined >= wild as u64 * 999 / 1_000);
    }
}

/// Molecules among `examined` at a share: waiting times of a Bernoulli sequence.
fn drawn(dice: &mut Dice, examined: u64, share: f64) -> u64 {
    let mean = examined as f64 * share;
    if mean > 2_000.0 {
        let deviation = (mean * (1.0 - share)).sqrt();
        return (mean + deviation * dice.normal()).round().clamp(0.0, examined as f64) as u64;
    }
    let (mut at, mut count) = (0.0, 0);
    loop {
        at += 1.0 + ((1.0 - dice.unit()).ln() / (1.0 - share).ln()).floor();
        if at > examined as f64 {
            return count;
        }
        count += 1;
    }
}

#[test]
fn detection_at_the_limit_is_as_stated_and_intervals_cover() {
    const DRAWS: usize = 2_000;
    const EXAMINED: u64 = 200_000;
    let mut dice = Dice::new(14, 1);
    for needed in [1, 2] {
        let limit = Estimate::of(0, EXAMINED, needed).limit.unwrap();
        let detected = (0..DRAWS)
            .filter(|_| Estimate::of(drawn(&mut dice, EXAMINED, limit), EXAMINED, needed).is_detected)
            .count();
        let rate = detected as f64 / DRAWS as f64;
        println!("needed {needed}: detected {rate} at {limit:.3e}");
        assert!((0.92..=0.98).contains(&rate), "{needed}: {rate}");
    }
    for cells in [1e-1, 1e-2, 1e-3, 1e-4, 1e-5] {
        let share = cells / 2.0;
        let covered = (0..DRAWS)
            .filter(|_| {
                let estimate = Estimate::of(drawn(&mut dice, EXAMINED, share), EXAMINED, 1);
                (estimate.low..=estimate.high).contains(&share)
            })
            .count();
        println!("cells {cells:e}: covered {covered} of {DRAWS}");
        assert!(covered as f64 >= 0.93 * DRAWS as f64, "{cells}: {covered}");
    }
}

#[test]
fn reads_give_the_counts_that_the_calibration_simulates() {
    // The link between the two: at each share all molecules of a written file are counted.
    let targets = targets(&report(KMT2A, PARTNER));
    let wild = size().1;
    let mut dice = Dice::new(3, 1);
    for cells in [1e-1, 1e-2, 1e-3] {
        let rearranged = drawn(&mut dice, wild as u64, cells / 2.0);
        let sample = Sample {
            wild: wild - rearranged as usize,
            rearranged: rearranged as usize,
            break_at: HERE,
            copies: 1,
            umi: true,
        };
        let followed = followed(&sample, &targets, &mut dice);
        // At depth, two molecules may have the same start and identifier: fewer than one in a thousand.
        let missed = rearranged - followed.all.estimate.found;
        assert!(
            missed * 500 <= rearranged + 500,
            "{cells}: {missed} of {rearranged} missed"
        );
        let examined = wild as u64 - missed;
        assert!(
            followed.all.estimate.examined <= examined
                && followed.all.estimate.examined >= examined - wild as u64 / 1_000
        );
    }
}
