//! The cases of `test-data/`: each file is usable, and contains what its truth table says.

use breakapart_core::genome::Flags;
use breakapart_core::hts::HtsFile;
use breakapart_core::input::{InputOptions, Source, open};

use crate::data::{alignment, cases, truth};

#[test]
fn every_case_opens_as_the_build_its_truth_names() {
    let cases = cases();
    assert!(cases.len() >= 20);
    let (mut builds, mut names) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    for folder in cases {
        let path = alignment(&folder);
        assert!(std::fs::metadata(&path).unwrap().len() <= 300_000, "{}", path.display());
        assert!(folder.join("README.md").is_file());
        let file = open(&Source::Path(path), &InputOptions::default()).unwrap();
        let row = &truth(&folder)[0];
        let (header, build) = (file.header(), row["build"].clone());
        assert_eq!(header.build.name(), build);
        names.insert(header.contigs.name(header.contigs.resolve("11").unwrap()).to_owned());
        builds.insert(build);
    }
    assert_eq!((builds.len(), names.len()), (2, 2));
}

#[test]
fn chimeric_records_are_where_the_aligner_writes_them() {
    for folder in cases() {
        let row = &truth(&folder)[0];
        let mut file = HtsFile::open(Some(&alignment(&folder))).unwrap();
        let (mut further, mut records) = (0_u32, 0_u32);
        while file.read().unwrap() {
            let Flags(flags) = file.record().flags();
            further += u32::from(flags & 0x800 != 0);
            records += 1;
        }
        assert!(records > 100);
        let writes = row["aligner"] == "star" || row["aligner"] == "star-soft";
        let split: u32 = row["split"].parse().unwrap_or(0);
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        // Some junctions have no `SA`: a gap that looks like an intron, too many inserted bases.
        let hidden = name == "cbl_long_intron" || name.starts_with("insert_") || name.starts_with("readthrough");
        if row["aligner"] == "minimap2-splice" {
            // Segments under 40 bases have no record.
            assert!(further > split / 2, "{name}: {further} of {split}");
        } else if writes && split > 0 && !hidden {
            assert!(further >= split, "{name}: {further} of {split}");
        } else if row["event"] != "." {
            assert_eq!(further, 0, "{name}");
        }
    }
}
