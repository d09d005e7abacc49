mod records;
#[path = "../../../../tests/support/world.rs"]
mod world;

use super::*;
use crate::simulate as lab;
use breakapart_core::annotate::{Class, Frame};
use breakapart_core::evidence::{self, group::MapqScale};
use breakapart_core::genome::{Build, Cigar, CigarOp, Position, SequenceSource, Strand};
use breakapart_core::judge::{self, JudgeConfig, Judged};
use breakapart_core::run;
use world::World;

fn judge(world: &World, sample: &Simulated, scale: MapqScale) -> Judged {
    let mut collected = evidence::from_records(sample.records.clone(), &world.models, &world.contigs, scale);
    let of = (&world.models, &world.contigs, &world.source as &dyn SequenceSource);
    run::judged(&mut collected, of, &JudgeConfig::default())
}

const AFF1: (&str, u16) = ("AFF1", 4);

fn aff1(molecules: u32) -> Design {
    Design::new("s", Build::GRCh38, 11).with(EventSpec::fusion(("KMT2A", 8), AFF1, Amount::Supporting(molecules)))
}

#[test]
fn a_fusion_is_found_at_its_bases_with_its_frame() {
    for (build, style) in [(Build::GRCh38, ContigStyle::Chr), (Build::GRCh37, ContigStyle::Bare)] {
        let world = World::new(build, style);
        let design = Design {
            build,
            chimera_count: 30,
            ..aff1(6)
        };
        let sample = simulate(&design, &world.genome()).unwrap();
        let row = &sample.truth[0];
        assert_eq!(
            (row.class.as_str(), row.frame.as_str(), row.molecules()),
            ("canonical", "in-frame", 6)
        );
        if build == Build::GRCh38 {
            assert_eq!(row.breakpoint5, "chr11:118482495");
            assert_eq!(row.breakpoint3, "chr4:87046695");
        }
        let judged = judge(&world, &sample, MapqScale::Star);
        let lead = &judged.junctions[judged.events[0].lead];
        let junction = lead.annotated.candidate.sides.junction().unwrap();
        let place = |b: breakapart_core::genome::Breakend| format!("{}:{}", world.contigs.name(b.contig), b.position);
        assert_eq!(
            (place(junction.five), place(junction.three)),
            (row.breakpoint5.clone(), row.breakpoint3.clone())
        );
        assert_eq!(lead.annotated.frame, Frame::InFrame);
        assert_eq!(lead.annotated.class, Class::Canonical);
        assert!(
            judged.events[0].tier >= Some(judge::Tier::Medium),
            "{:?}",
            lead.judgement
        );
        let found = lead.annotated.candidate.evidence.molecules;
        assert!((row.split + row.spanning..=6).contains(&found), "{found} of {row:?}");
    }
}

#[test]
fn a_tandem_duplication_and_a_deletion_are_distinguished_from_fusions() {
    let world = World::grch38();
    let genome = world.genome();
    let ptd = Design::new("ptd", Build::GRCh38, 5).with(EventSpec::ptd(8, 2, Amount::Supporting(20)));
    let sample = simulate(&ptd, &genome).unwrap();
    assert_eq!(
        sample.truth[0].cells()[6..13],
        ["ptd", "KMT2A", "KMT2A", "8", "2", "chr11:118482495", "chr11:118468775"]
    );
    let judged = judge(&world, &sample, MapqScale::Star);
    assert_eq!(judged.junctions[judged.events[0].lead].annotated.class, Class::Ptd);
    // With long introns allowed, KMT2A::CBL is a gap in a proper pair, and no SA shows it.
    let mut cbl =
        Design::new("cbl", Build::GRCh38, 5).with(EventSpec::fusion(("KMT2A", 9), ("CBL", 8), Amount::Supporting(15)));
    let long = |record: &&AlignedRecord| record.cigar.0.iter().any(|op| matches!(op, CigarOp::Skip(500_000..)));
    let split = simulate(&cbl, &genome).unwrap();
    assert_eq!(split.records.iter().filter(long).count(), 0);
    assert!(split.records.iter().any(|r| !r.supplementary.is_empty()));
    cbl.aligner = AlignerConvention::StarWithinBam {
        soft_clip: false,
        intron_max: 1_000_000,
    };
    let joined = simulate(&cbl, &genome).unwrap();
    assert!(joined.records.iter().filter(long).count() >= 4);
    assert!(joined.records.iter().all(|r| r.supplementary.is_empty()));
    assert!(joined.records.iter().filter(long).all(|r| r.flags.0 & 0x2 != 0));
    let lens: Vec<i64> = joined.fields.iter().map(|f| f.template_len).collect();
    assert!(lens.iter().any(|len| *len > 700_000) && lens.iter().sum::<i64>() == 0);
}

#[test]
fn the_same_design_gives_the_same_sample_and_another_seed_another() {
    let world = World::grch38();
    let design = Design {
        chimera_count: 20,
        duplicate_rate: 0.3,
        umi: true,
        ..aff1(9)
    };
    let draw = |seed| {
        let sample = simulate(&Design { seed, ..design.clone() }, &world.genome()).unwrap();
        (sample.records, sample.fields, sample.truth)
    };
    assert_eq!(draw(3), draw(3));
    assert_ne!(draw(3).0, draw(4).0);
}

#[test]
fn noise_and_depth_do_not_change_the_event() {
    let world = World::grch38();
    let reads = |design: &Design| {
        let sample = simulate(design, &world.genome()).unwrap();
        let of_event = sample.fragments.into_iter().filter(|f| f.origin == Origin::Event(0));
        of_event
            .map(|f| f.reads.iter().map(|r| (r.start, r.antisense)).collect::<Vec<_>>())
            .collect::<Vec<_>>()
    };
    let quiet = aff1(9);
    let noisy = Design {
        chimera_count: 50,
        kmt2a_molecules: 500,
        ..quiet.clone()
    };
    assert_eq!(reads(&quiet), reads(&noisy));
}

#[test]
fn copies_are_the_stated_fraction_and_have_their_flag() {
    let world = World::grch38();
    let design = Design {
        duplicate_rate: 0.4,
        duplicates_flagged: true,
        umi: true,
        ..aff1(5)
    };
    let sample = simulate(&design, &world.genome()).unwrap();
    let copies = sample.fragments.iter().filter(|f| f.is_copy).count();
    let part = copies as f64 / sample.fragments.len() as f64;
    assert!((part - 0.4).abs() < 0.03, "{part}");
    let flagged = sample.records.iter().filter(|r| r.flags.is_duplicate()).count();
    let named = sample.records.iter().filter(|r| r.name.contains(&b'd')).count();
    assert_eq!(flagged, named);
    assert!(
        sample
            .records
            .iter()
            .all(|r| r.umi.as_ref().is_some_and(|u| u.len() == 8))
    );
    assert_eq!(sample.truth[0].molecules(), 5);
}

#[test]
fn a_fraction_of_transcripts_gives_that_fraction_at_the_junction() {
    let world = World::grch38();
    let event = EventSpec::fusion(("KMT2A", 10), ("MLLT3", 6), Amount::Fraction(0.25));
    let mut totals = (0, 0);
    for seed in 0..12 {
        let design = Design {
            seed,
            kmt2a_molecules: 6_000,
            control_molecules: 0,
            partner_molecules: 0,
            ..Design::new("f", Build::GRCh38, seed).with(event.clone())
        };
        let sample = simulate(&design, &world.genome()).unwrap();
        totals.0 += sample.truth[0].molecules();
        totals.1 += sample.wild_type[9];
    }
    let fraction = f64::from(totals.0) / f64::from(totals.0 + totals.1);
    assert!((fraction - 0.25).abs() < 0.03, "{totals:?}");
}

#[test]
fn three_genes_in_one_molecule_give_two_rows() {
    let world = World::grch38();
    let event = EventSpec::three_way(("KMT2A", 9), ("CREBBP", 14, 14), ("MLLT3", 6), Amount::Supporting(12));
    let sample = simulate(&Design::new("t", Build::GRCh38, 2).with(event), &world.genome()).unwrap();
    let rows: Vec<String> = sample
        .truth
        .iter()
        .map(|r| format!("{} {} {}", r.class, r.breakpoint5, r.breakpoint3))
        .collect();
    assert_eq!(
        rows,
        [
            "three-way chr11:118484314 chr16:3770986",
            "three-way chr16:3770570 chr9:20365744"
        ]
    );
    assert_eq!(sample.truth[0].molecules(), 12);
}

#[test]
fn inserted_bases_introns_and_unknown_positions_are_possible() {
    let world = World::grch38();
    let genome = world.genome();
    let draw = |event: EventSpec| simulate(&Design::new("x", Build::GRCh38, 2).with(event), &genome);
    let inserted =
        EventSpec::fusion(("KMT2A", 9), ("AFF1", 5), Amount::Supporting(10)).with_inserted(b"ACGTTGCACCATGGA");
    let row = draw(inserted).unwrap().truth.remove(0);
    assert_eq!(
        (row.inserted.as_str(), row.frame.as_str()),
        ("ACGTTGCACCATGGA", "in-frame")
    );
    let shifted = EventSpec::fusion(("KMT2A", 9), ("AFF1", 5), Amount::Supporting(3)).with_inserted(b"AC");
    assert_eq!(draw(shifted).unwrap().truth[0].frame, "out-of-frame");
    // Inside KMT2A e9 and AFF1 e5.
    let base = |one_based| Edge::Base(Position::from_one_based(one_based));
    let inside = EventSpec::between(
        ("KMT2A", base(118_484_291)),
        ("AFF1", base(87_084_130)),
        Amount::Supporting(4),
    );
    let row = draw(inside).unwrap().truth.remove(0);
    assert_eq!(
        (row.exon5, row.exon3, row.breakpoint5.as_str()),
        (Some(9), Some(5), "chr11:118484291")
    );
    let nowhere = EventSpec::intergenic(
        ("KMT2A", 9),
        "chr4",
        Position(86_933_000),
        Strand::Forward,
        Amount::Supporting(4),
    );
    assert_eq!(
        draw(nowhere.clone()).err(),
        Some(SimulateError::NoSequence("KMT2A::genome".to_owned()))
    );
    let unknown = EventSpec::fusion(("KMT2A", 9), ("NOVEL1", 2), Amount::Supporting(1));
    assert_eq!(draw(unknown).err(), Some(SimulateError::NoGene("NOVEL1".to_owned())));
}

#[test]
fn random_rearrangements_are_recovered_at_their_bases() {
    let world = World::grch38();
    let genome = world.genome();
    let mut compared = 0;
    for mut design in random_designs(SetKind::Positives, 80, 5, &genome) {
        // Reads that STAR splits; the other aligners' clips are tested elsewhere.
        if !matches!(design.aligner, AlignerConvention::StarWithinBam { .. }) {
            continue;
        }
        design.kmt2a_molecules = design.kmt2a_molecules.min(1_500);
        let sample = simulate(&design, &genome).unwrap();
        let row = &sample.truth[0];
        if row.split < 3 {
            continue;
        }
        compared += 1;
        let judged = judge(&world, &sample, MapqScale::Star);
        let place = |b: breakapart_core::genome::Breakend| format!("{}:{}", world.contigs.name(b.contig), b.position);
        let found = judged.junctions.iter().any(|j| {
            let candidate = &j.annotated.candidate;
            candidate.sides.five().map(place) == Some(row.breakpoint5.clone())
                && candidate.sides.three().map(place) == Some(row.breakpoint3.clone())
                && candidate.sides.inserted() == row.inserted.as_bytes()
                && j.judgement.tier.is_some()
                && (j.annotated.frame.name() == row.frame || row.frame.is_empty())
        });
        assert!(found, "{} {}", design.sample, row.cells().join("\t"));
    }
    assert!(compared >= 20, "{compared}");
}
