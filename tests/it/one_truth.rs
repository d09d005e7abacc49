//! Consistency of all outputs: names, counts, fractions, tiers and states of all test cases, compared between the JSON
//! and
//! everything made from it. The VCF is read by a third-party parser.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use breakapart_core::report::{Format, ReadLimits, SampleReport};
use noodles_vcf::{
    self as vcf,
    variant::record_buf::{RecordBuf, info::field::Value as Info, samples::sample::Value as Cell},
};
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{breakapart, output};

/// A table's rows by column.
type Row = BTreeMap<String, String>;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("test-data")
}

/// Alignments of all cases that need no reference.
fn alignments() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for set in ["cases", "dna", "real"] {
        for folder in fs::read_dir(data().join(set)).unwrap() {
            for file in fs::read_dir(folder.unwrap().path()).unwrap() {
                let path = file.unwrap().path();
                if path.extension().is_some_and(|e| e == "bam" || e == "sam") {
                    found.push(path);
                }
            }
        }
    }
    found.sort();
    assert!(found.len() > 50, "{}", found.len());
    found
}

/// Reports of all cases and of RNA with DNA, in one folder.
fn reports(folder: &Path) -> BTreeMap<String, SampleReport> {
    let mut call = breakapart();
    call.args([
        "call",
        "-q",
        "-t",
        "2",
        "--sample-from",
        "file",
        "--format",
        "json",
        "-o",
    ]);
    call.arg(folder).args(alignments()).assert().success();
    let rna = |name: &str| data().join(format!("cases/{name}/{name}.bam"));
    let dna = |name: &str| data().join(format!("dna/{name}/{name}.bam"));
    let panel = data().join("panel/panel_negative.bam");
    for (sample, rna, dna) in [
        ("pair_agrees", rna("aff1_reciprocal"), dna("dna_aff1_intron8")),
        ("pair_negative", rna("negative"), panel.clone()),
        ("pair_one_silent", rna("aff1_reciprocal"), panel),
        ("pair_differs", rna("three_way"), dna("dna_three_way")),
        ("pair_duplication", rna("ptd_e8_e2"), dna("dna_ptd")),
    ] {
        let mut call = breakapart();
        call.args(["call", "-q", "--format", "json", "--sample", sample, "-o"]);
        call.arg(folder)
            .arg("--rna")
            .arg(rna)
            .arg("--dna")
            .arg(dna)
            .assert()
            .success();
    }
    let found = fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let report = SampleReport::read(&path, ReadLimits::default()).unwrap();
        (report.sample.clone(), report)
    });
    found.collect()
}

fn text(format: Format, report: &SampleReport) -> String {
    String::from_utf8(format.render(report).unwrap()).unwrap()
}

fn table(text: &str) -> Vec<Row> {
    let mut lines = text
        .lines()
        .map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let names = lines.next().unwrap();
    let row = |cells: Vec<String>| names.iter().cloned().zip(cells).collect();
    lines.map(row).collect()
}

/// One called junction, as the JSON has it.
struct Called<'a> {
    event: &'a Value,
    junction: &'a Value,
}

impl Called<'_> {
    fn id(&self) -> &str {
        self.junction["id"].as_str().unwrap()
    }

    fn tier(&self) -> &str {
        self.junction["tier"].as_str().unwrap()
    }

    fn count(&self, name: &str) -> u64 {
        self.junction["evidence"][name].as_u64().unwrap_or(0)
    }

    fn molecules(&self) -> String {
        let molecules = self.junction["evidence"]["molecules"].as_u64();
        molecules.map_or_else(|| ".".to_owned(), |n| n.to_string())
    }

    fn is_lead(&self) -> bool {
        self.event["lead_junction"] == self.junction["id"]
    }

    /// `GENE`, `GENE(BASES)` or `?`.
    fn side(&self, side: &str) -> String {
        let side = &self.junction[side];
        if let Some(gene) = side["gene"].as_str() {
            return gene.to_owned();
        }
        let near = side["genes_nearby"].as_array().into_iter().flatten();
        let nearest = near.min_by_key(|gene| gene["distance"].as_u64());
        nearest.map_or_else(
            || "?".to_owned(),
            |gene| format!("{}({})", gene["symbol"].as_str().unwrap(), gene["distance"]),
        )
    }

    fn name(&self) -> String {
        format!("{}::{}", self.side("five"), self.side("three"))
    }

    fn place(&self, side: &str) -> String {
        let side = &self.junction[side];
        if side.is_null() {
            ".".to_owned()
        } else {
            format!("{}:{}", side["contig"].as_str().unwrap(), side["position"])
        }
    }
}

fn called(json: &Value) -> Vec<Called<'_>> {
    let events = json["events"].as_array().unwrap().iter();
    let all = events.flat_map(|event| {
        let junctions = event["junctions"].as_array().unwrap().iter();
        junctions.map(move |junction| Called { event, junction })
    });
    all.filter(|c| !c.junction["tier"].is_null()).collect()
}

/// The junction that decides the conclusion comes first.
fn assert_lead_first<'a>(json: &Value, called: &[Called<'_>], ids: impl Iterator<Item = &'a str>, what: &str) {
    let Some(lead) = json["conclusion"]["lead_event"].as_str() else {
        return;
    };
    let expected = called.iter().find(|c| c.event["id"] == lead && c.is_lead());
    let mut ids = ids.peekable();
    if let (Some(expected), Some(first)) = (expected, ids.peek()) {
        assert_eq!(*first, expected.id(), "{what}: the lead junction is first");
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-5 * b.abs().max(1e-5)
}

fn check_tables(report: &SampleReport, json: &Value, called: &[Called<'_>]) {
    let sample = &report.sample;
    let by_id: BTreeMap<&str, &Called<'_>> = called.iter().map(|c| (c.id(), c)).collect();
    let rows = table(&text(Format::Fusions, report));
    assert_eq!(rows.len(), called.len(), "{sample}");
    assert_lead_first(json, called, rows.iter().map(|row| row["junction"].as_str()), sample);
    for row in &rows {
        let c = by_id[row["junction"].as_str()];
        let what = format!("{sample} {}", c.id());
        assert_eq!(row["confidence"], c.tier(), "{what}");
        assert_eq!(
            (row["breakpoint1"].as_str(), row["breakpoint2"].as_str()),
            (c.place("five").as_str(), c.place("three").as_str()),
            "{what}"
        );
        assert_eq!(row["event"], c.event["id"].as_str().unwrap(), "{what}");
        assert_eq!(row["molecules"], c.molecules(), "{what}");
        for (column, field) in [
            ("fragments", "fragments"),
            ("split_molecules", "split"),
            ("clip_molecules", "clip"),
            ("spanning_molecules", "spanning"),
            ("mate_molecules", "mate"),
        ] {
            assert_eq!(row[column], c.count(field).to_string(), "{what} {column}");
        }
        let arriba: u64 = ["split_reads1", "split_reads2"]
            .iter()
            .map(|n| row[*n].parse::<u64>().unwrap())
            .sum();
        assert_eq!(arriba, c.count("split") + c.count("clip"), "{what}");
        for (column, field) in [
            ("fraction", "estimate"),
            ("fraction_low", "low"),
            ("fraction_high", "high"),
        ] {
            match c.junction["fraction"][field].as_f64() {
                Some(value) => assert!(close(row[column].parse().unwrap(), value), "{what} {column}"),
                None => assert_eq!(row[column], ".", "{what} {column}"),
            }
        }
        let frame = c.junction["frame"].as_str().unwrap();
        assert!(
            row["reading_frame"] == frame || (frame == "unknown" && row["reading_frame"] == "."),
            "{what}"
        );
    }
    let discarded = table(&text(Format::Discarded, report));
    let expected: Vec<&str> = json["discarded"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["junction"]["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        discarded.iter().map(|row| row["junction"].as_str()).collect::<Vec<_>>(),
        expected,
        "{sample}"
    );

    let places = table(&text(Format::Bedpe, report));
    assert_eq!(places.len(), called.len(), "{sample}");
    assert_lead_first(json, called, places.iter().map(|row| row["junction"].as_str()), sample);
    for row in &places {
        let c = by_id[row["junction"].as_str()];
        let shown = (row["name"].as_str(), row["tier"].as_str(), row["molecules"].as_str());
        assert_eq!(shown, (c.name().as_str(), c.tier(), c.molecules().as_str()), "{sample}");
    }
    let star = table(&text(Format::StarFusion, report));
    let sure = |c: &&Called<'_>| c.tier() != "low" && !c.junction["five"].is_null() && !c.junction["three"].is_null();
    let mut expected: Vec<(String, u64, u64)> = called
        .iter()
        .filter(sure)
        .map(|c| {
            (
                c.name().replace("::", "--"),
                c.count("split") + c.count("clip"),
                c.count("spanning") + c.count("mate"),
            )
        })
        .collect();
    let mut shown: Vec<(String, u64, u64)> = star
        .iter()
        .map(|row| {
            (
                row["#FusionName"].clone(),
                row["JunctionReadCount"].parse().unwrap(),
                row["SpanningFragCount"].parse().unwrap(),
            )
        })
        .collect();
    expected.sort();
    shown.sort();
    assert_eq!(shown, expected, "{sample}");
}

fn check_sequences(report: &SampleReport, json: &Value, called: &[Called<'_>]) {
    let sample = &report.sample;
    let by_id: BTreeMap<&str, &Called<'_>> = called.iter().map(|c| (c.id(), c)).collect();
    let fasta = text(Format::Junctions, report);
    let mut ids = Vec::new();
    for line in fasta.lines().filter_map(|line| line.strip_prefix('>')) {
        let words: Vec<&str> = line.split(' ').collect();
        let c = by_id[words[0].rsplit_once('|').unwrap().1];
        ids.push(c.id());
        assert_eq!(words[1], c.name(), "{sample}");
        assert!(
            words.contains(&format!("tier={}", c.tier()).as_str()),
            "{sample}: {line}"
        );
        assert!(
            words[2].starts_with(&format!("breakpoint1={}", c.place("five"))),
            "{sample}: {line}"
        );
    }
    let with_bases = called
        .iter()
        .filter(|c| c.junction["consensus"].is_string() || c.junction["sequence"].is_object());
    assert_eq!(ids.len(), with_bases.count(), "{sample}");
    assert_lead_first(json, called, ids.into_iter(), sample);

    let objects: Vec<Value> = serde_json::from_str(&text(Format::Vicc, report)).unwrap();
    let is_within =
        |c: &&Called<'_>| c.side("five") == c.side("three") && !c.junction["class"].as_str().unwrap().contains("ptd");
    let expected = called
        .iter()
        .filter(|c| !(is_within(c) && c.junction["five"]["gene"].is_string()));
    let mut split: Vec<u64> = expected.map(|c| c.count("split") + c.count("clip")).collect();
    let mut shown: Vec<u64> = objects
        .iter()
        .map(|o| o["readData"]["split"]["splitReads"].as_u64().unwrap())
        .collect();
    split.sort_unstable();
    shown.sort_unstable();
    assert_eq!(shown, split, "{sample}");
}

/// The records of the VCF, by a third-party parser.
fn records(text: &str, sample: &str) -> (vcf::Header, Vec<RecordBuf>) {
    let mut reader = vcf::io::Reader::new(text.as_bytes());
    let header = reader.read_header().unwrap_or_else(|e| panic!("{sample}: {e}"));
    let records: Result<Vec<RecordBuf>, _> = reader.record_bufs(&header).collect();
    let records = records.unwrap_or_else(|e| panic!("{sample}: {e}"));
    (header, records)
}

fn check_vcf(report: &SampleReport, json: &Value, called: &[Called<'_>]) {
    let sample = &report.sample;
    let text = text(Format::Vcf, report);
    let (header, records) = records(&text, sample);
    let state = json["conclusion"]["state"].as_str().unwrap();
    assert!(text.contains(&format!("##breakapart_state={state}\n")), "{sample}");
    assert_eq!(header.sample_names().len(), 1, "{sample}");
    let by_id: BTreeMap<&str, &Called<'_>> = called.iter().map(|c| (c.id(), c)).collect();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut all: BTreeSet<String> = BTreeSet::new();
    for record in &records {
        let id = record.ids().as_ref().iter().next().unwrap().clone();
        assert!(all.insert(id.clone()), "{sample}: {id} appears twice");
        let junction = id.split('_').next().unwrap();
        let Some(c) = by_id.get(junction) else {
            assert!(junction.starts_with('D'), "{sample}: {id}");
            assert!(!record.filters().is_pass(), "{sample}: {id}");
            continue;
        };
        seen.insert(junction.to_owned());
        assert_eq!(record.filters().is_pass(), c.tier() != "low", "{sample}: {id}");
        let info = |key: &str| record.info().get(key).flatten();
        assert_eq!(info("TIER"), Some(&Info::String(c.tier().to_owned())), "{sample}: {id}");
        let cells = record.samples().get_index(0).unwrap();
        let expected = c.junction["evidence"]["molecules"]
            .as_i64()
            .map(|n| Cell::Integer(n.try_into().unwrap()));
        assert_eq!(cells.get("MOL").flatten().cloned(), expected, "{sample}: {id}");
        if let (Some(Cell::Float(shown)), Some(value)) =
            (cells.get("FRAC").flatten(), c.junction["fraction"]["estimate"].as_f64())
        {
            assert!(close(f64::from(*shown), value), "{sample}: {id}");
        }
        let position = record.variant_start().unwrap().get().to_string();
        let place = format!("{}:{position}", record.reference_sequence_name());
        let is_duplication = info("SVTYPE") == Some(&Info::String("DUP".to_owned()));
        assert!(
            is_duplication || [c.place("five"), c.place("three")].contains(&place),
            "{sample}: {id} at {place}"
        );
        // A mate is a record.
        if let Some(Info::Array(mates)) = info("MATEID") {
            let mates = format!("{mates:?}");
            assert!(
                records
                    .iter()
                    .any(|r| mates.contains(r.ids().as_ref().iter().next().unwrap().as_str())),
                "{sample}: {mates}"
            );
        }
    }
    assert_eq!(seen.len(), called.len(), "{sample}: {seen:?}");
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check_people(report: &SampleReport, json: &Value, called: &[Called<'_>], json_path: &Path) {
    let sample = &report.sample;
    let label = report.conclusion.label();
    let next = json["conclusion"]["next_step"]
        .as_str()
        .unwrap_or_else(|| panic!("{sample}: no next step"));
    let headline = words(json["conclusion"]["headline"].as_str().unwrap());
    let lead = json["conclusion"]["lead_event"].as_str();
    let lead = lead.and_then(|id| called.iter().find(|c| c.event["id"] == id && c.is_lead()));
    let block = words(&text(Format::Text, report));
    let explained = words(&output(&breakapart().arg("explain").arg(json_path).assert().success()));
    let page = text(Format::Html, report);
    for (name, shown) in [("text", &block), ("explain", &explained)] {
        assert!(shown.contains(label) && shown.contains(&headline), "{sample} {name}");
        assert!(shown.contains(&words(next)), "{sample} {name}: {next}");
    }
    assert!(page.contains(label), "{sample}");
    if let Some(c) = lead {
        let count = c.junction["evidence"]["molecules"].as_u64();
        let (count, noun) = count.map_or_else(|| (c.count("fragments"), "fragment"), |n| (n, "molecule"));
        let counted = format!("{count} {noun}{}:", if count == 1 { "" } else { "s" });
        assert!(block.contains(&counted), "{sample}: {counted}");
    }
    for event in json["events"].as_array().unwrap() {
        let (id, name, tier) = (
            event["id"].as_str().unwrap(),
            event["name"].as_str().unwrap(),
            event["tier"].as_str().unwrap(),
        );
        assert!(explained.contains(&format!("{id}: {name}, ")), "{sample}: {id} {name}");
        let shown = page.replace("&#39;", "'");
        assert!(
            shown.contains(name) && shown.contains(&format!("tier {tier}")),
            "{sample}: {name}"
        );
        assert!(block.contains(name) || headline.contains(name), "{sample}: {name}");
    }
    // Every number of the page is the JSON's.
    let mut figures = 0;
    for tag in page.split('<').filter(|tag| tag.contains("data-json=\"")) {
        let attribute = |name: &str| {
            tag.split(&format!("{name}=\""))
                .nth(1)
                .and_then(|rest| rest.split('"').next())
        };
        let pointer = attribute("data-json").unwrap();
        let value = attribute(" value").or(attribute("data-value")).unwrap();
        let found = json.pointer(pointer).unwrap_or_else(|| panic!("{sample}: {pointer}"));
        let expected = found
            .as_f64()
            .unwrap_or_else(|| found.as_str().unwrap().chars().count() as f64);
        assert!(close(value.parse().unwrap(), expected), "{sample}: {pointer}");
        figures += 1;
    }
    assert!(figures > 20, "{sample}: {figures}");

    let multiqc: Value = serde_json::from_slice(&Format::Multiqc.files_for(report, None).unwrap()[1].1).unwrap();
    let row = multiqc["data"].as_object().unwrap().values().next().unwrap();
    assert_eq!(row["state"], label, "{sample}");
    if let Some(c) = lead {
        assert_eq!(
            (&row["event"], &row["tier"]),
            (&c.event["name"], &c.event["tier"]),
            "{sample}"
        );
        assert_eq!(row["molecules"], c.event["molecules"], "{sample}");
    }
}

/// The samples' rows of a cohort of all reports.
fn check_cohort(folder: &Path, reports: &BTreeMap<String, SampleReport>) {
    let out = TempDir::new().unwrap();
    breakapart()
        .args(["cohort", "-q", "-o"])
        .arg(out.path())
        .arg(folder)
        .assert()
        .success();
    let rows = table(&fs::read_to_string(out.path().join("samples.tsv")).unwrap());
    let mut seen = BTreeSet::new();
    for row in &rows {
        let report = &reports[&row["sample"]];
        seen.insert(&report.sample);
        let leads: Vec<_> = report.events.iter().filter(|e| e.name == row["lead_fusion"]).collect();
        if report.conclusion.assays.len() == 1 {
            assert_eq!(row["state"], report.conclusion.state.name(), "{}", report.sample);
            let lead = report.lead_event().map(|(_, event)| event);
            if row["tier"].is_empty() {
                continue;
            }
            let lead = lead.unwrap();
            assert_eq!(
                (row["lead_fusion"].as_str(), row["tier"].as_str()),
                (lead.name.as_str(), lead.tier.name()),
                "{}",
                report.sample
            );
            assert_eq!(
                row["molecules"],
                lead.molecules.map(|n| n.to_string()).unwrap_or_default(),
                "{}",
                report.sample
            );
        } else {
            assert!(
                row["lead_fusion"].is_empty() || !leads.is_empty(),
                "{}: {row:?}",
                report.sample
            );
        }
    }
    assert_eq!(seen.len(), reports.len());
}

#[test]
fn all_outputs_agree() {
    let folder = TempDir::new().unwrap();
    let reports = reports(folder.path());
    let states: BTreeSet<&str> = reports.values().map(|r| r.conclusion.state.name()).collect();
    assert_eq!(states.len(), 4, "the cases include every state: {states:?}");
    assert!(
        reports
            .values()
            .any(|r| r.events.iter().any(|e| e.class == "three-way"))
    );
    for report in reports.values() {
        let json_path = folder.path().join(format!("{}.breakapart.json", report.sample));
        let json: Value = serde_json::from_slice(&fs::read(&json_path).unwrap()).unwrap();
        let called = called(&json);
        check_tables(report, &json, &called);
        check_sequences(report, &json, &called);
        check_vcf(report, &json, &called);
        check_people(report, &json, &called, &json_path);
    }
    check_cohort(folder.path(), &reports);
}
