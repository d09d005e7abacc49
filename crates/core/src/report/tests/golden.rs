//! Golden files: `test-data/golden/` has a folder for each version of the schema. The current views
//! show the effect of a change on each output (`BREAKAPART_BLESS=1` rewrites them); reports of
//! earlier versions must remain readable.

use std::path::PathBuf;

use crate::report::*;

fn versions() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../test-data/golden")
}

fn folder() -> PathBuf {
    versions().join(SCHEMA_VERSION)
}

/// A view's file name here: its extension without the compression.
fn plain(format: Format) -> &'static str {
    format.extension().trim_end_matches(".gz")
}

fn check(name: &str, bytes: &[u8]) {
    check_at(folder().join(name), bytes);
}

fn check_at(path: PathBuf, bytes: &[u8]) {
    // Other tests read the examples at the same time: unchanged files are not rewritten.
    if std::env::var_os("BREAKAPART_BLESS").is_some() && !std::fs::read(&path).is_ok_and(|old| old == bytes) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
    }
    let golden = std::fs::read(&path).unwrap_or_default();
    assert!(
        golden == bytes,
        "{} has changed; if this is intended, run again with BREAKAPART_BLESS=1:\n{}",
        path.display(),
        String::from_utf8_lossy(bytes)
    );
}

#[test]
fn every_view_is_unchanged_and_can_be_made_from_the_file() {
    for (name, report) in example::all() {
        for format in Format::ALL {
            check(&format!("{name}.{}", plain(format)), &format.render(&report).unwrap());
        }
    }
    check("schema.json", schema().as_bytes());

    // The file is read back, and every view can be made from it.
    for (name, _) in example::all() {
        let path = folder().join(format!("{name}.breakapart.json"));
        let report = SampleReport::read(&path, ReadLimits::default()).unwrap();
        for format in Format::ALL {
            let golden = std::fs::read(folder().join(format!("{name}.{}", plain(format)))).unwrap();
            assert!(format.render(&report).unwrap() == golden, "{name} {format}");
        }
    }
}

#[test]
fn reports_of_every_earlier_version_are_read_and_viewed() {
    let mut read = 0;
    for version in std::fs::read_dir(versions()).unwrap() {
        for file in std::fs::read_dir(version.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if !path.to_string_lossy().ends_with(".breakapart.json") {
                continue;
            }
            let report = SampleReport::read(&path, ReadLimits::default()).unwrap();
            for format in Format::ALL {
                format.render(&report).unwrap();
            }
            read += 1;
        }
    }
    assert!(read >= 8, "{read}");
}

#[test]
fn the_examples_have_consistent_counts() {
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

/// A file under docs/output.
fn page(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/output")
        .join(name)
}

#[test]
fn the_guide_to_the_json_names_every_field_at_the_top_and_the_schema() {
    let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
    let guide = std::fs::read_to_string(page("json.md")).unwrap();
    assert!(guide.contains(&format!("test-data/golden/{SCHEMA_VERSION}/schema.json")));
    for field in schema["properties"].as_object().unwrap().keys() {
        assert!(guide.contains(&format!("`{field}`")), "json.md: {field}");
    }
}

#[test]
fn the_pages_of_the_tables_name_every_column() {
    let page = |name: &str| std::fs::read_to_string(page(name)).unwrap();
    for (file, columns) in [
        ("fusions.md", fusions_tsv::columns()),
        ("discarded.md", discarded_tsv::REASON_COLUMNS.to_owned()),
        ("bedpe.md", bedpe::COLUMNS.to_owned()),
        ("star-fusion.md", star_fusion::COLUMNS.to_owned()),
        ("vcf.md", vcf::keys().join(" ")),
    ] {
        let page = page(file);
        for column in columns.split(' ') {
            assert!(page.contains(&format!("`{column}`")), "{file}: {column}");
        }
    }
}

/// A format's row in the index of the outputs: its files, with a link to its page if it has one.
fn row(format: Format) -> String {
    let files: Vec<String> = format
        .extensions()
        .iter()
        .map(|name| format!("`SAMPLE.{name}`"))
        .collect();
    let (name, files) = (format.name(), files.join(", "));
    let files = if page(&format!("{name}.md")).is_file() {
        format!("[{files}]({name}.md)")
    } else {
        files
    };
    format!("| `{name}` | {files} | {} |\n", format.description())
}

#[test]
fn the_index_of_the_outputs_has_a_row_for_each_format() {
    let path = page("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let head = "| format | file | what it is |\n|---|---|---|\n";
    let (before, rest) = text.split_once(head).unwrap();
    let after = rest.find("| `call --evidence` |").unwrap();
    let rows: String = Format::ALL.into_iter().map(row).collect();
    check_at(path, format!("{before}{head}{rows}{}", &rest[after..]).as_bytes());
}
