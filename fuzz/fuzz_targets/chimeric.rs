//! STAR's `Chimeric.out.junction`.

#![no_main]

mod shared;
use breakapart_core::genome::sequence::NoSequence;
use breakapart_core::{
    evidence::chimeric::ChimericFile,
    genome::{ContigId, Contigs, Interval},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let path = shared::file("Chimeric.out.junction");
    std::fs::write(&path, data).unwrap();
    let contigs = Contigs::new([("chr9".to_owned(), 138_394_717), ("chr11".to_owned(), 135_086_622)]);
    let window = (ContigId(1), Interval::new(118_386_000, 118_577_000));
    if let Ok(file) = ChimericFile::read(&path, &contigs, window, "made.bam") {
        for record in file.complete(&mut Vec::new(), &NoSequence) {
            assert!(record.position >= 0);
        }
    }
});
