//! Four reports in the newest schema, from `test-data/golden`: a fusion with isoform and reciprocal, a PTD, a negative,
//! and an inconclusive one. Coordinates and sequences are the real ones of GRCh38; counts are invented.

#![allow(dead_code, unused_imports, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use breakapart_core::report::schema::*;
use breakapart_core::report::{ReadLimits, SampleReport};

mod hostile;
pub(crate) use hostile::hostile;

/// A fusion with isoform and reciprocal.
pub(crate) fn fusion() -> SampleReport {
    read("fusion")
}

/// A partial tandem duplication.
pub(crate) fn ptd() -> SampleReport {
    read("ptd")
}

/// A negative.
pub(crate) fn negative() -> SampleReport {
    read("negative")
}

/// One that is inconclusive.
pub(crate) fn inconclusive() -> SampleReport {
    read("inconclusive")
}

/// All four by the name of their files.
pub(crate) fn all() -> [(&'static str, SampleReport); 4] {
    ["fusion", "ptd", "negative", "inconclusive"].map(|name| (name, read(name)))
}

fn read(name: &str) -> SampleReport {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("test-data/golden"))
        .find(|folder| folder.is_dir())
        .unwrap();
    let version = |folder: &PathBuf| -> Vec<u32> {
        let name = folder.file_name().unwrap().to_str().unwrap();
        name.split('.').map(|part| part.parse().unwrap()).collect()
    };
    let folders = std::fs::read_dir(golden).unwrap().map(|entry| entry.unwrap().path());
    let folders = folders.filter(|folder| folder.join(format!("{name}.breakapart.json")).is_file());
    let newest = folders.max_by_key(version).unwrap();
    SampleReport::read(&newest.join(format!("{name}.breakapart.json")), ReadLimits::default()).unwrap()
}
