//! A trial: patients with their samples, reports, the sheet, and the truth.
//!
//! RNA reports come from the real flow: reads are simulated, written and called. DNA reports are simulated directly:
//! they
//! contain a genomic breakpoint, and a warning `drawn` says so. Swapped samples, carry-over, twins, a relapse with a
//! new
//! clone and broken files are included on purpose, and listed.

mod drawn;
mod files;
mod plan;

use std::path::Path;

use breakapart_core::catalogue::KMT2A;
use breakapart_core::input::{self, InputOptions, Source};
use breakapart_core::report::SampleReport;
use breakapart_core::run::{self, FlowConfig};
use breakapart_lab::simulate::files::{SetOptions, write_sample};
use breakapart_lab::simulate::{Amount, Design, EventSpec, Genome, simulate};
use rayon::prelude::*;

pub(crate) use plan::Plan;
use plan::{PlannedSample, SampleKind};

/// Makes a trial of `count` patients in `folder`: `reports/`, `samples.csv` and `truth.tsv`.
pub(crate) fn write(count: usize, seed: u64, genome: &Genome<'_>, folder: &Path) -> Plan {
    let plan = plan::plan(count, seed, genome);
    assert!(!plan.patients.is_empty());
    let reports = folder.join("reports");
    std::fs::create_dir_all(&reports).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let samples: Vec<&PlannedSample> = plan.patients.iter().flat_map(|patient| &patient.samples).collect();
    samples.par_iter().for_each(|sample| {
        let report = match &sample.kind {
            SampleKind::Rna(design) => called(design, genome, scratch.path()),
            SampleKind::Dna(found) => drawn::report(&sample.name, found.as_ref(), sample, genome),
        };
        files::report(&reports, &sample.name, &report);
    });
    files::broken(&plan, &reports);
    files::tables(&plan, folder);
    plan
}

/// Simulates a sample's reads, writes them, and calls them.
fn called(design: &Design, genome: &Genome<'_>, folder: &Path) -> SampleReport {
    let sample = simulate(design, genome).unwrap();
    write_sample(design, &sample, genome.contigs(), folder, SetOptions::default()).unwrap();
    let path = folder.join(format!("{}.bam", design.sample));
    let mut file = input::open(&Source::Path(path), &InputOptions::default()).unwrap();
    run::analyse(&mut file, &design.sample, &FlowConfig::default()).unwrap()
}

/// A library of an RNA sample: 2 x 100 bases, STAR.
fn library(name: &str, genome: &Genome<'_>, seed: u64, molecules: u32) -> Design {
    let mut design = Design::new(name, genome.models().build(), seed);
    design.kmt2a_molecules = molecules;
    design.control_molecules = 60;
    design.partner_molecules = 20;
    design.chimera_count = 5;
    design
}

/// KMT2A's exon `donor` joined to a partner's exon, with this many supporting molecules.
fn fusion(partner: &str, donor: u16, acceptor: u16, molecules: u32) -> EventSpec {
    EventSpec::fusion((KMT2A, donor), (partner, acceptor), Amount::Supporting(molecules))
}
