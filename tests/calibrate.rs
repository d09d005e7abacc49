//! Calibration of the stated limit of detection: samples simulated at the limit are detected as often as it says. The
//! short version runs with the tests, the long one by `make calibrate`.

#![allow(clippy::expect_used, reason = "a simulation that fails is a failed test")]

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use breakapart_core::{
    catalogue::GeneModels,
    conclude::{self, AssayResult, ConcludeConfig},
    evidence::{self, group::MapqScale, plain::PlainFragments},
    genome::{AlignedRecord, Build, Contigs, probability::binomial_interval},
    input::{Aligner, Assay, ChimericOutput, Processing, StarSettings},
    judge::{JudgeConfig, Params},
    model::{FindingStatus, State},
    run,
};
use breakapart_lab::simulate::{self, AlignerConvention, Amount, Design, EventSpec, Genome};
use rayon::prelude::*;

use breakapart_lab::simulate as lab;

#[path = "support/world.rs"]
mod world;
use world::World;

/// One design: a name, and how the library differs from the common one.
struct Case {
    name: &'static str,
    library: fn(&mut Design),
}

/// Designs of the long version; seeds are fixed in `detected`.
const CASES: [Case; 8] = [
    Case {
        name: "2x100, 300 bases, 6,000 molecules",
        library: |d| d.kmt2a_molecules = 6_000,
    },
    Case {
        name: "2x100, 300 bases, 20,000 molecules",
        library: |d| d.kmt2a_molecules = 20_000,
    },
    Case {
        name: "2x75, 250 bases, 10,000 molecules",
        library: |d| {
            d.kmt2a_molecules = 10_000;
            d.read_len = 75;
            d.fragment_len_mean = 250.0;
        },
    },
    Case {
        name: "2x100, 170 bases (mates overlap), 10,000 molecules",
        library: |d| {
            d.kmt2a_molecules = 10_000;
            d.fragment_len_mean = 170.0;
            d.fragment_len_sd = 30.0;
        },
    },
    Case {
        name: "2x150, 350 bases, 8,000 molecules, soft clips",
        library: |d| {
            d.kmt2a_molecules = 8_000;
            d.read_len = 150;
            d.fragment_len_mean = 350.0;
            d.aligner = AlignerConvention::STAR_WITHIN_BAM_SOFT;
        },
    },
    Case {
        name: "1x75, 10,000 molecules",
        library: |d| {
            d.kmt2a_molecules = 10_000;
            d.read_len = 75;
            d.paired = false;
        },
    },
    Case {
        name: "2x100, 300 bases, 10,000 molecules, 60 chimeras",
        library: |d| {
            d.kmt2a_molecules = 10_000;
            d.chimera_count = 60;
        },
    },
    Case {
        name: "2x100, 300 bases, 10,000 molecules, dispersion 0.03 untold",
        library: |d| {
            d.kmt2a_molecules = 10_000;
            d.dispersion = 0.03;
        },
    },
];

/// Donor and partner of every sample: e9 joined to MLLT3 e6, in frame.
const DONOR: u16 = 9;

/// The records without the molecules that STAR loses according to the limit's table: a share of those with a split read
/// between contigs, and of those with spanning pairs.
fn without_lost(mut records: Vec<AlignedRecord>, seed: u64) -> Vec<AlignedRecord> {
    let mut templates: BTreeMap<Vec<u8>, (BTreeSet<_>, bool)> = BTreeMap::new();
    for record in &records {
        let (contigs, is_split) = templates.entry(record.name.clone()).or_default();
        contigs.insert(record.contig);
        *is_split |= record.flags.is_supplementary();
    }
    let p = Params::default();
    let mut dice = simulate::dice::Dice::new(seed, 78);
    templates.retain(|_, (contigs, is_split)| {
        let shown = if *is_split {
            p.star_split_catalogue
        } else {
            p.star_pairs
        };
        contigs.len() > 1 && !dice.chance(shown)
    });
    records.retain(|record| !templates.contains_key(&record.name));
    records
}

/// State of a simulated sample, and its exclusion limit at the donor for a catalogue partner.
fn concluded(design: &Design, world: &World, genome: &Genome<'_>) -> (State, Option<f64>) {
    let drawn = simulate::simulate(design, genome).expect("a design that can be simulated");
    let records = without_lost(drawn.records, design.seed);
    let mut collected = evidence::from_records(records, &world.models, &world.contigs, MapqScale::Star);
    // The chimeras that every library has, but these designs do not simulate: one read in 300. With fewer, a large
    // library would look filtered.
    collected.tally.discordant += u64::from(design.kmt2a_molecules) / 300;
    let judged = run::judged(
        &mut collected,
        (&world.models, &world.contigs, &world.source),
        &JudgeConfig::default(),
    );
    let aligner = Aligner::Star(StarSettings {
        chimeric_segment_min: Some(10),
        chimeric_output: Some(ChimericOutput::WithinBam),
    });
    let result = AssayResult {
        models: &world.models,
        contigs: &world.contigs,
        assay: Assay::Rna,
        judged: &judged,
        collected: &collected,
        aligner: &aligner,
        processing: &Processing::default(),
        background: &evidence::background::BackgroundProfile::default(),
    };
    // A negative is always allowed here: the question is whether the state stays one.
    let concluded = conclude::conclude(&[result], &ConcludeConfig { required_lod: 0.999 }).expect("one assay");
    let donors = concluded.alone[0].limits.donors.iter();
    let limit = donors.filter(|d| d.exon == DONOR).find_map(|d| d.exclusion_catalogue);
    (concluded.sample.state, limit)
}

/// The mean stated limit of a design without an event, and how many of `draws` samples at that fraction are not
/// concluded `not_detected`.
fn detected(case: &Case, draws: u64, world: &World) -> (f64, u64) {
    let genome = world.genome();
    let design = |seed: u64| {
        let mut design = Design::new("calibrate", Build::GRCh38, seed);
        (case.library)(&mut design);
        design
    };
    let limits: Vec<f64> = (0..16_u64)
        .into_par_iter()
        .filter_map(|n| concluded(&design(1_000_000 + n), world, &genome).1)
        .collect();
    let limit = limits.iter().sum::<f64>() / limits.len().max(1) as f64;
    let found = (0..draws)
        .into_par_iter()
        .filter(|n| {
            let event = EventSpec::fusion(("KMT2A", DONOR), ("MLLT3", 6), Amount::Fraction(limit));
            concluded(&design(2_000_000 + n).with(event), world, &genome).0 != State::NotDetected
        })
        .count() as u64;
    (limit, found)
}

/// 120 samples of one design: the 95 % interval of the rate must overlap 0.92 to 0.98.
#[test]
fn a_sample_at_the_limit_is_detected_about_as_often_as_stated() {
    let (limit, found) = detected(&CASES[0], 120, &World::grch38());
    assert!((0.005..0.2).contains(&limit), "{limit}");
    let (low, high) = binomial_interval(found, 120, 0.95);
    assert!(
        low <= 0.98 && high >= 0.92,
        "{found} of 120 at {limit}: {low} to {high}"
    );
}

/// `make calibrate`: 1,000 samples of every design; prints the table of docs/limit-of-detection.md.
#[test]
#[ignore = "minutes: run by `make calibrate`"]
fn the_limit_is_calibrated_in_every_design() {
    let world = World::grch38();
    println!("| design | limit | detected of 1,000 | 95 % interval |");
    println!("|---|---|---|---|");
    let mut outside = Vec::new();
    // A subset of the designs by name (`CALIBRATE_ONLY="2x75"`), to save time.
    let only = std::env::var("CALIBRATE_ONLY").unwrap_or_default();
    assert!(
        CASES.iter().any(|c| c.name.contains(&only)),
        "CALIBRATE_ONLY={only}: no design has that in its name"
    );
    for case in CASES.iter().filter(|c| c.name.contains(&only)) {
        let (limit, found) = detected(case, 1_000, &world);
        let (low, high) = binomial_interval(found, 1_000, 0.95);
        println!(
            "| {} | {:.2} % | {found} | {:.1}-{:.1} % |",
            case.name,
            limit * 100.0,
            low * 100.0,
            high * 100.0
        );
        if !(920..=980).contains(&found) {
            outside.push(case.name);
        }
    }
    assert!(outside.is_empty(), "outside 92 to 98 %: {outside:?}");
}

/// Real reads of EOL-1, subsampled: each fragment is kept with the same probability.
struct Thinned {
    collected: evidence::Collected,
    contigs: Arc<Contigs>,
    aligner: Aligner,
    processing: Processing,
    models: GeneModels,
}

/// The duplication in a subsample: whether it is found, its stated limit, and usable molecules at that limit.
struct OfDuplication {
    found: bool,
    limit: Option<f64>,
    mean_at_limit: Option<f64>,
}

impl Thinned {
    fn new() -> Self {
        let path = std::path::Path::new("test-data/real/eol1_ptd/eol1_ptd.bam");
        let source = breakapart_core::input::Source::from_argument(path);
        let mut file = breakapart_core::input::open(&source, &Default::default()).expect("the excerpt");
        let models = GeneModels::bind(Build::GRCh38, &file.header().contigs, Vec::new());
        let windows = breakapart_core::catalogue::windows(Build::GRCh38);
        let collected = evidence::collect(&mut file, &models, &windows, None, &Params::default()).expect("its reads");
        Self {
            collected,
            contigs: Arc::clone(&file.header().contigs),
            aligner: file.aligner().clone(),
            processing: file.processing().clone(),
            models,
        }
    }

    fn draw(&self, kept: f64, seed: u64) -> OfDuplication {
        let mut dice = simulate::dice::Dice::new(seed, 77);
        let fragments: Vec<_> = self
            .collected
            .all()
            .filter(|_| dice.chance(kept))
            .map(Cow::into_owned)
            .collect();
        let (gene, contig) = self.models.kmt2a();
        let profile = evidence::profile::measure(
            fragments.iter().map(Cow::Borrowed),
            contig,
            &gene.transcripts[0],
            &self.collected.tally.read_lens,
            Assay::Rna,
        );
        let mut collected = evidence::Collected {
            fragments,
            plain: PlainFragments::default(),
            molecules_by: self.collected.molecules_by,
            profile,
            tally: self.collected.tally.clone(),
            limits: Vec::new(),
            chimeric: self.collected.chimeric,
            assay: Assay::Rna,
            assay_basis: String::new(),
        };
        let none = breakapart_core::genome::sequence::NoSequence;
        let judged = run::judged(
            &mut collected,
            (&self.models, &self.contigs, &none),
            &JudgeConfig::default(),
        );
        let result = AssayResult {
            models: &self.models,
            contigs: &self.contigs,
            assay: Assay::Rna,
            judged: &judged,
            collected: &collected,
            aligner: &self.aligner,
            processing: &self.processing,
            background: &evidence::background::BackgroundProfile::default(),
        };
        let concluded = conclude::conclude(&[result], &ConcludeConfig { required_lod: 0.999 }).expect("one assay");
        let donor = concluded.alone[0].limits.donors.iter().find(|d| d.exon == 8).copied();
        let limit = donor.and_then(|d| d.ptd);
        OfDuplication {
            found: concluded.sample.findings.ptd.status == FindingStatus::Detected,
            limit,
            mean_at_limit: donor.zip(limit).map(|(d, l)| l * f64::from(d.molecules) * d.usable),
        }
    }

    /// Fragments of the whole excerpt with a read that has ten bases on both sides of e8-e2, as the limit requires.
    fn molecules(&self) -> f64 {
        60.0
    }
}

/// The share of EOL-1's fragments at which the duplication's fraction equals the stated limit, the limit there, and in
/// how many of `draws` subsamples it is called.
fn thinned(draws: u64) -> (f64, f64, u64) {
    let real = Thinned::new();
    let mean = |kept: f64, of: fn(&OfDuplication) -> Option<f64>| {
        let values: Vec<f64> = (0..16_u64)
            .into_par_iter()
            .filter_map(|n| of(&real.draw(kept, 6_000_000 + n)))
            .collect();
        values.iter().sum::<f64>() / values.len().max(1) as f64
    };
    let (mut low, mut high) = (0.01, 0.9);
    for _ in 0..8 {
        let middle = f64::midpoint(low, high);
        if real.molecules() * middle < mean(middle, |d| d.mean_at_limit) {
            low = middle;
        } else {
            high = middle;
        }
    }
    let limit = mean(high, |d| d.limit);
    let found = (0..draws)
        .into_par_iter()
        .filter(|n| real.draw(high, 7_000_000 + n).found)
        .count() as u64;
    (high, limit, found)
}

/// 150 subsamples: the interval must overlap 0.92 to 0.98.
#[test]
fn real_reads_of_a_duplication_thinned_to_the_limit_are_called_as_often_as_stated() {
    let (kept, limit, found) = thinned(150);
    let (low, high) = binomial_interval(found, 150, 0.95);
    assert!(
        low <= 0.98 && high >= 0.92,
        "{found} of 150 at {kept} ({limit}): {low} to {high}"
    );
}

/// `make calibrate`: 1,000 subsamples.
#[test]
#[ignore = "minutes: run by `make calibrate`"]
fn the_limit_of_a_duplication_is_calibrated_on_real_reads() {
    let (kept, limit, found) = thinned(1_000);
    let (low, high) = binomial_interval(found, 1_000, 0.95);
    println!(
        "| EOL-1 (real reads), {:.1} % of them | {:.1} % | {found} | {:.1}-{:.1} % |",
        kept * 100.0,
        limit * 100.0,
        low * 100.0,
        high * 100.0
    );
    // More than the 98 % of the other designs: besides the sixty molecules there are four pairs and six reads with short
    // anchors, which the limit does not include.
    assert!((920..=990).contains(&found), "{found}");
}
