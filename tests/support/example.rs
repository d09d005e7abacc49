//! The example reports of `test-data/golden`, in the newest schema.

#![allow(dead_code, unused_imports, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use breakapart_core::report::schema::*;
use breakapart_core::report::{ReadLimits, SampleReport};

#[path = "../../crates/core/src/report/example/hostile.rs"]
mod hostile;
pub(crate) use hostile::hostile;

mod junctions {
    use super::Reason;

    pub(super) fn reason(code: &str, text: &str, value: Option<f64>) -> Reason {
        Reason {
            code: code.to_owned(),
            text: text.to_owned(),
            value,
        }
    }
}

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

fn read(name: &str) -> SampleReport {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("test-data/golden"))
        .find(|folder| folder.is_dir())
        .unwrap();
    let version = |path: &PathBuf| -> Vec<u32> {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.split('.').map(|part| part.parse().unwrap()).collect()
    };
    let folders = std::fs::read_dir(golden).unwrap().map(|entry| entry.unwrap().path());
    let newest = folders.max_by_key(version).unwrap();
    let bytes = std::fs::read(newest.join(format!("{name}.breakapart.json"))).unwrap();
    SampleReport::from_bytes(&bytes, name, ReadLimits::default()).unwrap()
}
