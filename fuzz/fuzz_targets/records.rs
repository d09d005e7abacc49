//! SAM text, analysed as a whole and rendered in every format.

#![no_main]

mod shared;
use breakapart_core::{
    input::{self, InputOptions, Source},
    report::Format,
    run::{self, FlowConfig},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let path = shared::file("x.sam");
    let mut text = b"@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr4\tLN:190214555\n@SQ\tSN:chr11\tLN:135086622\n".to_vec();
    text.extend_from_slice(data);
    text.push(b'\n');
    std::fs::write(&path, &text).unwrap();
    let Ok(mut file) = input::open(&Source::Path(path), &InputOptions::default()) else {
        return;
    };
    if let Ok(report) = run::analyse(&mut file, "x", &FlowConfig::default()) {
        for format in Format::ALL {
            let _ = format.render(&report);
        }
    }
});
