//! The tables of other callers.

#![no_main]

use breakapart_lab::callers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(error) = callers::read(data, "x.tsv", callers::ReadLimits::default()) {
        assert!(!error.to_string().contains('\n'), "{error}");
    }
});
