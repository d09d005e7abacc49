//! The sheet of a trial's samples, with two reports.

#![no_main]

mod shared;
use std::{fs, sync::Once};

use breakapart_trial::cohort::{self, CohortRequest};
use libfuzzer_sys::fuzz_target;

const REPORTS: [(&str, &[u8]); 2] = [
    ("fusion", include_bytes!("../../test-data/golden/1.2.0/fusion.breakapart.json")),
    ("negative", include_bytes!("../../test-data/golden/1.2.0/negative.breakapart.json")),
];
static WRITTEN: Once = Once::new();

fuzz_target!(|data: &[u8]| {
    let path = shared::file("samples.csv");
    fs::write(&path, data).unwrap();
    let folder = shared::file("reports");
    WRITTEN.call_once(|| {
        fs::create_dir_all(&folder).unwrap();
        for (name, bytes) in REPORTS {
            fs::write(folder.join(format!("{name}.breakapart.json")), bytes).unwrap();
        }
    });
    let request = CohortRequest {
        reports: vec![folder],
        sheet: Some(path),
        ..CohortRequest::default()
    };
    if let Ok(assembled) = cohort::assemble(&request) {
        let _ = cohort::tables::characterisation(&assembled.trial());
    }
});
