//! Golden files: `test-data/golden/` has a folder for each version of the schema. The present one's
//! views show what a change does to each output (`BREAKAPART_BLESS=1` writes them anew); what an earlier
//! version wrote stays readable for ever.

use std::path::PathBuf;

use super::*;

fn versions() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../test-data/golden")
}

fn folder() -> PathBuf {
    versions().join(SCHEMA_VERSION)
}

/// What a view's text is called here: the name of its file without the compression.
fn plain(format: Format) -> &'static str {
    format.extension().trim_end_matches(".gz")
}

fn check(name: &str, bytes: &[u8]) {
    check_at(folder().join(name), bytes);
}

fn check_at(path: PathBuf, bytes: &[u8]) {
    if std::env::var_os("BREAKAPART_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
    }
    let golden = std::fs::read(&path).unwrap_or_default();
    assert!(
        golden == bytes,
        "{} differs from what it was; if that is meant, run again with BREAKAPART_BLESS=1:\n{}",
        path.display(),
        String::from_utf8_lossy(bytes)
    );
}

#[test]
fn every_view_is_as_before_and_can_be_made_from_the_file() {
    for (name, report) in example::all() {
        for format in Format::ALL {
            check(&format!("{name}.{}", plain(format)), &format.render(&report).unwrap());
        }
    }
    check("schema.json", schema().as_bytes());

    // What was written then is read now, and every view can be made again from it.
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

/// The fields of one type as a table, in the schema's order of names.
fn fields(of: &serde_json::Value) -> String {
    let row = |(name, field): (&String, &serde_json::Value)| {
        let text = field["description"].as_str().unwrap_or_default();
        let text = text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .replace('|', "\\|");
        format!("| `{name}` | {text} |\n")
    };
    let rows = of["properties"].as_object().into_iter().flatten().map(row);
    format!("| field | meaning |\n|---|---|\n{}", rows.collect::<String>())
}

/// The values of a closed enumeration as a table; nothing for other types.
fn values(of: &serde_json::Value) -> Option<String> {
    let row = |value: &serde_json::Value| {
        let text = value["description"]
            .as_str()?
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        Some(format!("| `{}` | {text} |\n", value["const"].as_str()?))
    };
    let rows: Option<String> = of["oneOf"].as_array()?.iter().map(row).collect();
    Some(format!("| value | meaning |\n|---|---|\n{}", rows?))
}

#[test]
fn the_page_of_the_json_is_the_schema_in_words() {
    let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
    let mut page = include_str!("golden/json_page.md").to_owned();
    let text = |of: &serde_json::Value| of["description"].as_str().unwrap_or_default().replace('\n', " ");
    page.push_str(&format!(
        "\n## SampleReport (top level)\n\n{}\n\n{}",
        text(&schema),
        fields(&schema)
    ));
    for (name, of) in schema["$defs"].as_object().unwrap() {
        if name == "Params" {
            page.push_str("\n## Params\n\nThe numbers of the rule, each a field: see [the rule](../rule.md).\n");
            continue;
        }
        let table = values(of)
            .or_else(|| of.get("properties").map(|_| fields(of)))
            .unwrap_or_default();
        page.push_str(&format!("\n## {name}\n\n{}\n\n{table}", text(of)));
    }
    let page = page.trim_end().to_owned() + "\n";
    check_at(
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/output/json.md"),
        page.as_bytes(),
    );
}

#[test]
fn the_pages_of_the_tables_name_every_column() {
    let page = |name: &str| {
        std::fs::read_to_string(
            PathBuf::from(env!("CARGO_MANIFEST_DIR"))
                .join("../../docs/output")
                .join(name),
        )
        .unwrap()
    };
    for (file, columns) in [
        ("fusions.md", fusions_tsv::columns()),
        ("discarded.md", discarded_tsv::REASON_COLUMNS.to_vec()),
        ("bedpe.md", bedpe::COLUMNS.to_vec()),
        ("star-fusion.md", star_fusion::COLUMNS.to_vec()),
        ("vcf.md", vcf::keys()),
    ] {
        let page = page(file);
        for column in columns {
            assert!(page.contains(&format!("`{column}`")), "{file}: {column}");
        }
    }
    for format in Format::ALL {
        let index = page("README.md");
        assert!(
            index.contains(&format!("`{}`", format.name())),
            "{format} has no row in docs/output/README.md"
        );
    }
}
