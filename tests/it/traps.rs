//! Files that look adequate but are not: none of them may be concluded negative, and each gets its reason.

use crate::world::World;
use breakapart_core::{
    annotate::Class,
    catalogue::BuiltIn,
    conclude::{self, AssayResult, ConcludeConfig, Concluded},
    evidence::{self, Collected, background::BackgroundProfile, group::MapqScale},
    genome::{AlignedRecord, Build, Cigar, Flags, Interval, SequenceSource as _},
    input::{Aligner, Assay, ChimericOutput, Processing, StarSettings},
    judge::{JudgeConfig, Judged},
    model::{FindingStatus, State},
    run,
};
use breakapart_lab::simulate::{self, AlignerConvention, Amount, Design, EventSpec};
use proptest::prelude::*;

fn world() -> World {
    World::grch38()
}

/// A deep library of 2 x 100 bases without an event.
fn deep(seed: u64) -> Design {
    let mut design = Design::new("trap", Build::GRCh38, seed);
    design.kmt2a_molecules = 8_000;
    design.error_rate = 0.0005;
    design
}

fn records(world: &World, design: &Design) -> Vec<AlignedRecord> {
    simulate::simulate(design, &world.genome()).unwrap().records
}

fn star() -> Aligner {
    Aligner::Star(StarSettings {
        chimeric_segment_min: Some(10),
        chimeric_output: Some(ChimericOutput::WithinBam),
    })
}

struct File {
    records: Vec<AlignedRecord>,
    assay: Assay,
    aligner: Aligner,
    processing: Processing,
}

impl File {
    fn rna(records: Vec<AlignedRecord>) -> Self {
        Self {
            records,
            assay: Assay::Rna,
            aligner: star(),
            processing: Processing::default(),
        }
    }

    fn conclude(self, world: &World, edit: impl FnOnce(&mut Collected)) -> Concluded {
        self.conclude_judged(world, edit, |_| {})
    }

    fn conclude_judged(
        self,
        world: &World,
        edit: impl FnOnce(&mut Collected),
        edit_judged: impl FnOnce(&mut Judged),
    ) -> Concluded {
        let scale = evidence::scale_of(&self.aligner);
        let mut collected = evidence::from_records(self.records, &world.models, &world.contigs, scale);
        // The chimeras that every library has, but these designs do not simulate.
        collected.tally.discordant += 20;
        edit(&mut collected);
        let judge_config = JudgeConfig {
            assay: self.assay,
            ..JudgeConfig::default()
        };
        let mut judged = run::judged(
            &mut collected,
            (&world.models, &world.contigs, &world.source),
            &judge_config,
        );
        edit_judged(&mut judged);
        let result = AssayResult {
            models: &world.models,
            contigs: &world.contigs,
            assay: self.assay,
            judged: &judged,
            collected: &collected,
            aligner: &self.aligner,
            processing: &self.processing,
            background: &BackgroundProfile::default(),
        };
        conclude::conclude(&[result], &ConcludeConfig::default()).unwrap()
    }
}

fn codes(c: &Concluded) -> Vec<&str> {
    c.sample.reasons.iter().map(|r| r.code.as_str()).collect()
}

#[track_caller]
fn inconclusive(c: &Concluded, code: &str) {
    assert_eq!(c.sample.state, State::Inconclusive, "{}", c.sample.text);
    assert!(codes(c).contains(&code), "{code}: {:?}", codes(c));
    assert!(
        c.sample.next_step.is_some() && c.sample.text.ends_with("Research use only."),
        "{}",
        c.sample.text
    );
}

fn exclusion(c: &Concluded) -> Option<f64> {
    c.alone[0].limits.stated()
}

/// Exon of the MANE transcript.
fn exon(world: &World, number: u16) -> Interval {
    let transcript = world.models.kmt2a().0.transcript().unwrap();
    transcript.exon(number).unwrap().interval
}

fn at_kmt2a(world: &World, r: &AlignedRecord) -> bool {
    let (gene, contig) = world.models.kmt2a();
    r.contig == Some(contig) && r.interval().overlaps(gene.interval)
}

#[test]
fn the_deep_sample_itself_is_a_negative() {
    let world = world();
    let c = File::rna(records(&world, &deep(1))).conclude(&world, |_| {});
    assert_eq!(c.sample.state, State::NotDetected, "{}", c.sample.text);
    assert!(exclusion(&c).unwrap() < 0.06);
}

#[test]
fn kmt2a_not_expressed_and_not_targeted() {
    let world = world();
    let mut design = deep(2);
    design.kmt2a_molecules = 6;
    inconclusive(
        &File::rna(records(&world, &design)).conclude(&world, |_| {}),
        "kmt2a-not-expressed",
    );
    // A panel, or a file cut to another gene.
    let elsewhere = |r: &AlignedRecord| !at_kmt2a(&world, r);
    let all = records(&world, &deep(2));
    let panel: Vec<AlignedRecord> = all.iter().filter(|r| elsewhere(r)).cloned().collect();
    let c = File::rna(panel).conclude(&world, |_| {});
    inconclusive(&c, "kmt2a-not-seen");
    assert!(
        c.sample.text.contains("not expressed or not targeted"),
        "{}",
        c.sample.text
    );
    let b2m = world.models.by_symbol("B2M").unwrap().interval;
    let cut: Vec<AlignedRecord> = all
        .into_iter()
        .filter(|r| r.contig.is_some_and(|id| world.contigs.name(id) == "chr15") && r.interval().overlaps(b2m))
        .collect();
    assert!(!cut.is_empty());
    let c = File::rna(cut).conclude(&world, |_| {});
    inconclusive(&c, "kmt2a-not-seen");
    assert!(c.sample.text.contains("another locus was cut out"), "{}", c.sample.text);
}

#[test]
fn only_the_three_prime_end_or_one_exon() {
    let world = world();
    let mut design = deep(3);
    design.three_prime_decay = Some(2_000.0);
    inconclusive(
        &File::rna(records(&world, &design)).conclude(&world, |_| {}),
        "three-prime-only",
    );
    let e27 = exon(&world, 27);
    let one: Vec<AlignedRecord> = records(&world, &deep(3))
        .into_iter()
        .filter(|r| !at_kmt2a(&world, r) || (r.interval().start >= e27.start && r.interval().end <= e27.end))
        .collect();
    inconclusive(&File::rna(one).conclude(&world, |_| {}), "few-exons");
}

#[test]
fn a_panel_of_exons_only_has_no_limit() {
    let world = world();
    let mut file = File::rna(
        records(&world, &deep(4))
            .into_iter()
            .filter(|r| {
                !r.cigar
                    .0
                    .iter()
                    .any(|op| matches!(op, breakapart_core::genome::CigarOp::Skip(_)))
            })
            .collect(),
    );
    file.assay = Assay::Dna;
    file.aligner = Aligner::Bwa {
        soft_clips_supplementary: false,
        marks_secondary: false,
    };
    let c = file.conclude(&world, |_| {});
    inconclusive(&c, "exons-only");
    assert_eq!(exclusion(&c), None);
}

#[test]
fn in_a_file_cut_to_kmt2a_the_limit_rises_and_lost_far_mates_are_named() {
    let world = world();
    let whole = exclusion(&File::rna(records(&world, &deep(5))).conclude(&world, |_| {})).unwrap();
    let cut = |design: &Design| -> Vec<AlignedRecord> {
        records(&world, design)
            .into_iter()
            .filter(|r| at_kmt2a(&world, r))
            .collect()
    };
    let c = File::rna(cut(&deep(5))).conclude(&world, |_| {});
    assert!(exclusion(&c).unwrap() > whole * 1.5, "{:?} {whole}", exclusion(&c));
    assert!(
        c.sample.state == State::Inconclusive || c.sample.qualifiers.iter().any(|q| q.contains("cut to the gene")),
        "{:?}",
        c.sample.qualifiers
    );
    // Library chimeras whose mates are missing.
    let mut noisy = deep(6);
    noisy.chimera_count = 60;
    let c = File::rna(cut(&noisy)).conclude(&world, |_| {});
    assert_ne!(c.sample.state, State::NotDetected);
    assert!(
        c.alone[0].adequacy.faults.iter().any(|f| f.code == "mates-missing"),
        "{}",
        c.sample.text
    );
}

#[test]
fn mapping_quality_zero_and_all_duplicates() {
    let world = world();
    let mut zero = records(&world, &deep(7));
    for r in &mut zero {
        r.mapq = 0;
        r.hit_count = Some(20);
    }
    inconclusive(&File::rna(zero).conclude(&world, |_| {}), "placement");
    let mut copies = records(&world, &deep(7));
    for r in &mut copies {
        r.flags = Flags(r.flags.0 | 1_024);
    }
    inconclusive(&File::rna(copies).conclude(&world, |_| {}), "all-duplicates");
}

/// Not one chimera among thousands of fragments: they were removed. Supplementary records that are present were not.
#[test]
fn a_library_without_chimeras_is_no_negative() {
    let world = world();
    let c = File::rna(records(&world, &deep(1))).conclude(&world, |collected| collected.tally.discordant = 0);
    inconclusive(&c, "no-chimeras");
    let mut noisy = deep(8);
    noisy.chimera_count = 90;
    let mut file = File::rna(records(&world, &noisy));
    file.processing.supplementaries_removed = Some("samtools view -F 2048 in.bam".to_owned());
    assert_eq!(
        file.conclude(&world, |_| {}).alone[0].adequacy.chimera_capability.code,
        "chimeras-written"
    );
}

#[test]
fn supplementaries_stripped_and_chimeras_switched_off() {
    let world = world();
    let whole = exclusion(&File::rna(records(&world, &deep(8))).conclude(&world, |_| {})).unwrap();
    let grown = |c: &Concluded, reason: &str| {
        let limit = exclusion(c);
        assert!(limit.is_none_or(|l| l > whole * 1.3), "{limit:?} {whole}");
        let named = c.sample.qualifiers.iter().any(|q| q.contains(reason)) || c.sample.text.contains(reason);
        assert!(named, "{reason}: {} {:?}", c.sample.text, c.sample.qualifiers);
    };
    // According to the header.
    let mut file = File::rna(records(&world, &deep(8)));
    file.processing.supplementaries_removed = Some("samtools view -F 2048 in.bam".to_owned());
    grown(&file.conclude(&world, |_| {}), "supplementary records are absent");
    // According to the records.
    let mut noisy = deep(8);
    noisy.chimera_count = 90;
    let stripped: Vec<AlignedRecord> = records(&world, &noisy)
        .into_iter()
        .filter(|r| !r.flags.is_supplementary())
        .collect();
    let c = File::rna(stripped).conclude(&world, |_| {});
    assert_eq!(c.alone[0].adequacy.chimera_capability.code, "supplementaries-removed");
    assert_ne!(c.alone[0].adequacy.chimera_capability.status, "full");
    // Short reads aligned with a long-read preset.
    let mut file = File::rna(records(&world, &deep(8)));
    file.aligner = Aligner::Minimap2 {
        preset: Some("splice:sr".to_owned()),
        knows_splice_sr: false,
    };
    let c = file.conclude(&world, |_| {});
    assert_eq!(c.alone[0].adequacy.chimera_capability.code, "long-read-preset");
    assert_ne!(c.sample.state, State::NotDetected);
    // STAR without its chimeric options, and an unknown aligner.
    let mut off = deep(8);
    off.aligner = AlignerConvention::StarDefault;
    let mut file = File::rna(records(&world, &off));
    file.aligner = Aligner::Star(StarSettings::default());
    let c = file.conclude(&world, |_| {});
    grown(&c, "not set to look for chimeric alignments");
    let mut file = File::rna(records(&world, &off));
    file.aligner = Aligner::Unknown;
    inconclusive(&file.conclude(&world, |_| {}), "aligner-unknown");
}

/// Eight reads aligned up to `at` that continue into unplaced sequence.
fn leaving_at(world: &World, at: i64, nowhere: &[u8]) -> Vec<AlignedRecord> {
    let (_, contig) = world.models.kmt2a();
    let known = BuiltIn::bind(Build::GRCh38, &world.contigs);
    (0..8)
        .map(|i| {
            let kept = 40 + 3 * i;
            let own = known.bases(contig, Interval::new(at - kept, at)).unwrap();
            AlignedRecord {
                name: format!("leaving{i}").into_bytes(),
                contig: Some(contig),
                position: at - kept,
                mapq: 255,
                cigar: Cigar::parse(&format!("{kept}M{}S", nowhere.len())).unwrap(),
                mate_position: -1,
                sequence: [&own, nowhere].concat(),
                hit_count: Some(1),
                hit_index: Some(1),
                ..AlignedRecord::default()
            }
        })
        .collect()
}

/// At an exon's last base, eight molecules that continue into the same 33 unplaced bases are a fusion with an unplaced
/// partner; with 13 bases they are a break that prevents a negative. Inside an exon of a deep sample they are an
/// aligner
/// artefact.
#[test]
fn clips_without_a_home_count_where_transcripts_leave_an_exon() {
    const NOWHERE: &[u8] = b"GATTCGCATAGGTCCAATCGTTAGCGACTTGCA";
    let world = world();
    let concluded = |at: i64, bases: usize, molecules: usize| {
        let mut all = records(&world, &deep(9));
        all.extend(leaving_at(&world, at, &NOWHERE[..bases]).into_iter().take(molecules));
        File::rna(all).conclude(&world, |_| {})
    };
    let end = exon(&world, 8).end.0;
    let c = concluded(end, 33, 8);
    assert_eq!(c.sample.state, State::Rearranged, "{}", c.sample.text);
    assert!(
        c.sample.text.contains("KMT2A::?") && c.sample.text.contains("partner not placed"),
        "{}",
        c.sample.text
    );
    inconclusive(&concluded(end, 13, 8), "clips-without-home");
    // A longer clip of different sequence at the same base does not hide them.
    let mut all = records(&world, &deep(9));
    all.extend(leaving_at(&world, end, NOWHERE));
    let mut other = leaving_at(&world, end, b"CCATGGTTAACGTCAGGATATCCGTTAGCATTGGCA").remove(0);
    other.name = b"other".to_vec();
    all.push(other);
    assert_eq!(File::rna(all).conclude(&world, |_| {}).sample.state, State::Rearranged);
    let inside = concluded(exon(&world, 27).start.0 + 700, 13, 3);
    assert_eq!(inside.sample.state, State::NotDetected, "{}", inside.sample.text);
}

/// One molecule of KMT2A's exon `donor` joined to a partner in a deep library, and what is concluded; `None` if no read
/// shows the junction.
fn with_one_split_molecule(
    donor: u16,
    partner: (&str, u16),
    (molecules, chimeras): (u32, u32),
    seed: u64,
) -> Option<(Vec<AlignedRecord>, Concluded)> {
    let world = world();
    let mut design = deep(seed);
    design.kmt2a_molecules = molecules;
    design.chimera_count = chimeras;
    // Fragments of one read length: the only molecule shows the junction in a read.
    design.fragment_len_mean = 130.0;
    design.fragment_len_sd = 10.0;
    let design = design.with(EventSpec::fusion(("KMT2A", donor), partner, Amount::Supporting(1)));
    let drawn = simulate::simulate(&design, &world.genome()).unwrap();
    let shown = drawn.truth[0].split == 1;
    shown.then(|| (drawn.records.clone(), File::rna(drawn.records).conclude(&world, |_| {})))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// One molecule with 10 uniquely aligned bases on both sides of a junction with a known partner: the sample is never
    /// a negative.
    #[test]
    fn one_split_molecule_is_never_a_negative(
        donor in 7_u16..=12,
        partner in proptest::sample::select(vec![("MLLT3", 6), ("AFF1", 5), ("ELL", 3), ("MLLT1", 2)]),
        molecules in 1_000_u32..12_000,
        chimeras in 0_u32..40,
        seed in 0_u64..1_000_000,
    ) {
        let concluded = with_one_split_molecule(donor, partner, (molecules, chimeras), seed);
        prop_assume!(concluded.is_some());
        let c = concluded.unwrap().1;
        prop_assert!(c.sample.state != State::NotDetected, "{}", c.sample.text);
    }
}

/// The last ten bases of exon 8, AAAAGAAAAG, look like a tail; the aligner split the read from one exon end to another.
#[test]
fn ten_bases_of_low_complexity_between_exon_ends_are_a_junction() {
    let (records, c) = with_one_split_molecule(8, ("MLLT3", 6), (9_484, 0), 163_223).unwrap();
    let split = records
        .iter()
        .find(|r| !r.supplementary.is_empty() && r.contig == Some(world().models.kmt2a().1));
    let split = split.expect("a split read");
    assert_eq!(
        (split.cigar.to_string().as_str(), &split.sequence[..10]),
        ("10M90H", b"AAAAGAAAAG".as_slice())
    );
    assert_ne!(c.sample.state, State::NotDetected, "{}", c.sample.text);
    assert!(c.sample.text.contains("KMT2A::MLLT3"), "{}", c.sample.text);
}

/// A junction with a score of 0.1 or more prevents a negative, although it is below every tier.
#[test]
fn a_junction_just_below_the_tiers_blocks_a_negative() {
    let world = world();
    let mut design = deep(31);
    design.kmt2a_molecules = 12_000;
    design.fragment_len_mean = 130.0;
    design.fragment_len_sd = 10.0;
    let design = design.with(EventSpec::fusion(("KMT2A", 9), ("MLLT3", 6), Amount::Supporting(1)));
    let drawn = records(&world, &design);
    let concluded = |score: f64, read_through: bool, beside: i64| {
        File::rna(drawn.clone()).conclude_judged(
            &world,
            |_| {},
            |judged| {
                assert!(judged.junctions.iter().any(|j| j.judgement.tier.is_some()));
                for junction in &mut judged.junctions {
                    junction.judgement.tier = None;
                    junction.judgement.model_score = score;
                    junction.annotated.five.distance_to_splice_site = Some(beside);
                    if read_through {
                        junction.annotated.class = Class::NeighbourReadThrough;
                        junction.facts.class = Class::NeighbourReadThrough;
                    }
                }
                for event in &mut judged.events {
                    event.tier = None;
                }
            },
        )
    };
    let near = concluded(0.2, false, 40);
    inconclusive(&near, "near-tier-low");
    assert!(near.sample.text.contains("KMT2A::MLLT3"), "{}", near.sample.text);
    assert_eq!(near.sample.findings.fusion.status, FindingStatus::NotAssessable);
    // Three bases from an exon end, in one molecule with a doubtful inserted base.
    inconclusive(&concluded(0.05, false, 3), "near-tier-low");
    for harmless in [concluded(0.05, false, 40), concluded(0.2, true, 40)] {
        assert_eq!(harmless.sample.state, State::NotDetected, "{}", harmless.sample.text);
    }
}

/// Mapping qualities use the aligner's own scale.
#[test]
fn star_reads_its_own_scale() {
    assert_eq!(evidence::scale_of(&star()), MapqScale::Star);
}
