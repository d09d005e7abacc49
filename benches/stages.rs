//! The stages one by one on a deep simulated sample: 20,000 pairs over KMT2A, a fusion of 30 molecules, its reciprocal
//! and
//! 200 library chimeras.
//!
//! `cargo bench --bench stages`; times of earlier runs are kept in `target/criterion` for comparison.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
#[path = "../tests/it/made.rs"]
mod made;

use std::path::Path;

use breakapart_core::{
    catalogue::{self, GeneModels},
    evidence,
    genome::{Build, sequence::NoSequence},
    input::{self, AlignmentFile, InputOptions, Source},
    judge::{JudgeConfig, Params},
    run::{self, FlowConfig},
};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use rust_htslib::bam::{self, Format, Header, HeaderView, Record, index};

fn sample(path: &Path) {
    let mut sample = made::Sample::new(17);
    sample.over(&made::wild_type(), "wild", 20_000);
    let (transcript, at) = made::kmt2a_aff1();
    sample.across(&transcript, at, "fusion", 30);
    for n in 0..200 {
        let five = made::exons("KMT2A", 27, 27);
        let end = made::len(&five);
        let noise = made::joined(five, made::place("chr1", 20_000_000 + n * 900_000, 400));
        sample.copies(&noise, end - 150 + n % 100, 300, 0);
    }
    let view = HeaderView::from_bytes(made::header("stages", "SO:coordinate").as_bytes());
    let mut writer = bam::Writer::from_path(path, &Header::from_template(&view), Format::Bam).unwrap();
    for line in sample.sorted() {
        writer
            .write(&Record::from_sam(&view, line.as_bytes()).unwrap())
            .unwrap();
    }
    drop(writer);
    index::build(path, None, index::Type::Bai, 1).unwrap();
}

fn opened(path: &Path) -> AlignmentFile {
    input::open(&Source::Path(path.to_path_buf()), &InputOptions::default()).unwrap()
}

fn stages(criterion: &mut Criterion) {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("stages.bam");
    sample(&path);
    let contigs = opened(&path).header().contigs.clone();
    let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
    let windows = catalogue::windows(Build::GRCh38);
    let mut group = criterion.benchmark_group("stages");
    group.sample_size(20);
    group.bench_function("collect", |b| {
        b.iter(|| evidence::collect(&mut opened(&path), &models, &windows, None, &Params::default()).unwrap());
    });
    group.bench_function("assemble, annotate, judge", |b| {
        let collected = || evidence::collect(&mut opened(&path), &models, &windows, None, &Params::default()).unwrap();
        b.iter_batched(
            collected,
            |mut c| run::judged(&mut c, (&models, &contigs, &NoSequence), &JudgeConfig::default()),
            BatchSize::LargeInput,
        );
    });
    group.bench_function("all, to the report", |b| {
        b.iter(|| run::analyse(&mut opened(&path), "stages", &FlowConfig::default()).unwrap());
    });
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
