//! Four reports for the tests, as the newest golden files have them: a fusion with isoform and reciprocal, a PTD, a
//! negative, and an inconclusive one. Coordinates and sequences are the real ones of GRCh38; counts are invented.

mod hostile;

use std::path::Path;

use super::schema::*;
use super::{ReadLimits, SampleReport};

pub(crate) use hostile::hostile;

fn read(name: &str) -> SampleReport {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/golden");
    let version = |folder: &std::path::PathBuf| -> Vec<u32> {
        let name = folder.file_name().unwrap().to_str().unwrap();
        name.split('.').map(|part| part.parse().unwrap()).collect()
    };
    let folders = std::fs::read_dir(golden).unwrap().map(|entry| entry.unwrap().path());
    let folders = folders.filter(|folder| folder.join(format!("{name}.breakapart.json")).is_file());
    let newest = folders.max_by_key(version).unwrap();
    SampleReport::read(&newest.join(format!("{name}.breakapart.json")), ReadLimits::default()).unwrap()
}

pub(crate) fn fusion() -> SampleReport {
    read("fusion")
}

pub(crate) fn ptd() -> SampleReport {
    read("ptd")
}

pub(crate) fn negative() -> SampleReport {
    read("negative")
}

pub(crate) fn inconclusive() -> SampleReport {
    read("inconclusive")
}

/// All four by the name of their files.
pub(crate) fn all() -> [(&'static str, SampleReport); 4] {
    ["fusion", "ptd", "negative", "inconclusive"].map(|name| (name, read(name)))
}
