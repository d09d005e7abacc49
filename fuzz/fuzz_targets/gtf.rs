//! Gene models.

#![no_main]

mod shared;
use breakapart_core::catalogue::gtf;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let path = shared::file("genes.gtf");
    std::fs::write(&path, data).unwrap();
    let _ = gtf::read(&path);
});
