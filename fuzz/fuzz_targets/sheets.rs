//! The sheet of a trial's samples.

#![no_main]

mod shared;
use breakapart_trial::cohort::{self, CohortRequest};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let path = shared::file("samples.csv");
    std::fs::write(&path, data).unwrap();
    let folder = shared::file("reports");
    std::fs::create_dir_all(&folder).unwrap();
    let request = CohortRequest {
        reports: vec![folder],
        sheet: Some(path),
        ..CohortRequest::default()
    };
    if let Ok(assembled) = cohort::assemble(&request) {
        let _ = cohort::tables::characterisation(&assembled.trial());
    }
});
