//! The bytes of a `.bai`, `.csi` or `.crai`.

#![no_main]

mod shared;
use breakapart_core::hts;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let path = shared::file("x.index");
    std::fs::write(&path, data).unwrap();
    let _ = hts::crai(&path);
    if let Ok(binning) = hts::binning(&path, 2, 1_000_000) {
        assert_eq!(binning.contigs.len(), 2);
    }
});
