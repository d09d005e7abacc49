//! Golden files: `test-data/golden/1.0.0/` holds what version 1.0.0 of the schema wrote, and stays
//! readable for ever; the views beside it show what a change does to each output.
//! `BREAKAPART_BLESS=1` writes them anew.

use std::path::PathBuf;

use super::*;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("test-data/golden/1.0.0")
}

fn check(name: &str, bytes: &[u8]) {
    let path = folder().join(name);
    if std::env::var_os("BREAKAPART_BLESS").is_some() {
        std::fs::create_dir_all(folder()).unwrap();
        std::fs::write(&path, bytes).unwrap();
    }
    let golden = std::fs::read(&path).unwrap_or_default();
    assert!(
        golden == bytes,
        "{name} differs from its golden file; if that is meant, run again with BREAKAPART_BLESS=1:\n{}",
        String::from_utf8_lossy(bytes)
    );
}

#[test]
fn every_view_of_every_example_is_as_before() {
    for (name, report) in example::all() {
        for format in Format::ALL {
            check(
                &format!("{name}.{}", format.extension()),
                &format.render(&report).unwrap(),
            );
        }
    }
    check("schema.json", schema().as_bytes());
}

#[test]
fn the_views_can_be_made_again_from_the_file() {
    for (name, _) in example::all() {
        let path = folder().join(format!("{name}.breakapart.json"));
        let report = SampleReport::read(&path, ReadLimits::default()).unwrap();
        for format in Format::ALL {
            let golden = std::fs::read(folder().join(format!("{name}.{}", format.extension()))).unwrap();
            assert!(format.render(&report).unwrap() == golden, "{name} {format}");
        }
    }
}

#[test]
fn the_examples_keep_the_laws_of_the_report() {
    for (name, report) in example::all() {
        assert!(report.ledger.balances(), "{name}");
        let called = report.events.iter().flat_map(|event| &event.junctions);
        for junction in called.chain(report.discarded.iter().map(|discarded| &discarded.junction)) {
            let seen = &junction.evidence;
            assert_eq!(Some(seen.class_sum()), seen.molecules, "{name} {}", junction.id);
            assert_eq!(
                seen.split_anchor5 + seen.split_anchor3,
                seen.split,
                "{name} {}",
                junction.id
            );
            assert_eq!(
                seen.clip_anchor5 + seen.clip_anchor3,
                seen.clip,
                "{name} {}",
                junction.id
            );
        }
    }
}
