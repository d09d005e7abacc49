//! Report JSON, rendered in every format.

#![no_main]

use breakapart_core::report::{Format, ReadLimits, SampleReport};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(report) = SampleReport::from_bytes(data, "x.json", ReadLimits::default()) {
        for format in Format::ALL {
            let _ = format.render(&report);
        }
    }
});
