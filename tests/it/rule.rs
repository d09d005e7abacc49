//! Which evidence supports a conclusion, which event leads it, and its name.

use std::io::Read as _;

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    data::{self, array, codes},
    made::{self, Sample, Spliced},
    program::{call, report, write_sample},
};

fn called(sample: &Sample) -> Value {
    let folder = TempDir::new().unwrap();
    let path = write_sample(folder.path(), "made.bam", sample);
    call(folder.path()).arg(&path).assert().success();
    report(folder.path(), "made")
}

fn case(name: &str) -> Value {
    let folder = TempDir::new().unwrap();
    let folder_of = |kind: &str| data::path(kind).join(name);
    let path = ["cases", "dna"]
        .map(folder_of)
        .into_iter()
        .find(|path| path.exists())
        .unwrap();
    call(folder.path())
        .arg("--reference")
        .arg(data::path("reference/chr11.fa.gz"))
        .arg(data::alignment(&path))
        .assert()
        .success();
    report(folder.path(), name)
}

/// KMT2A e8, AFF1 e5 to e11, MLLT3 from e6; the bases after both junctions.
fn three_genes() -> (Spliced, i64, i64) {
    let first = made::exons("KMT2A", 1, 8);
    let second = made::joined(first.clone(), made::exons("AFF1", 5, 11));
    let at = (made::len(&first), made::len(&second));
    (made::joined(second, made::exons("MLLT3", 6, 11)), at.0, at.1)
}

/// Molecules over the first junction, and over only the second one.
fn chain(to_kmt2a: i64, further: usize) -> Value {
    let mut sample = Sample::new(5);
    sample.over(&made::wild_type(), "wild", 1_500);
    let (transcript, first, second) = three_genes();
    for n in 0..to_kmt2a {
        sample.copies(&transcript, first - 50 - 3 * n, 260 + n, 0);
    }
    sample.across(&transcript, second, "further", further);
    called(&sample)
}

#[test]
fn one_molecule_at_kmt2a_stays_low_whatever_lies_further_along() {
    let report = chain(1, 8);
    assert_eq!(report["conclusion"]["state"], "inconclusive");
    let event = &report["events"][0];
    assert_eq!(event["name"], "KMT2A::AFF1::MLLT3");
    assert_eq!(event["tier"], "low");
    let junctions = array(&event["junctions"]);
    assert_eq!(junctions.len(), 2);
    assert_eq!(junctions[0]["evidence"]["molecules"], 1);
    assert_eq!(junctions[1]["evidence"]["molecules"], 8);
    for junction in junctions {
        assert_eq!(junction["tier"], "low");
        assert!(codes(&junction["reasons"]).contains(&"one-molecule"));
    }
    let headline = report["conclusion"]["headline"].as_str().unwrap();
    assert!(headline.contains("KMT2A::AFF1::MLLT3"), "{headline}");
}

#[test]
fn an_event_of_three_genes_is_named_whole_and_has_no_simple_karyotype() {
    let report = chain(3, 8);
    assert_eq!(report["conclusion"]["state"], "rearranged");
    let headline = report["conclusion"]["headline"].as_str().unwrap();
    assert!(
        headline.starts_with("KMT2A::AFF1::MLLT3, in frame, tier high"),
        "{headline}"
    );
    let event = &report["events"][0];
    assert_eq!(event["name"], "KMT2A::AFF1::MLLT3");
    assert_eq!(event["partner"]["symbol"], "MLLT3");
    assert_eq!(event["iscn_suggestion"], Value::Null);
    assert!(
        array(&event["junctions"])
            .iter()
            .all(|j| j["iscn_suggestion"].is_null())
    );
    let mechanism = event["mechanism"].as_str().unwrap();
    assert!(mechanism.contains("chromosomes 4, 9 and 11"), "{mechanism}");
}

#[test]
fn two_molecules_of_a_plain_fusion_are_high_and_one_is_low() {
    let (transcript, at) = made::kmt2a_aff1();
    let with = |molecules: i64| {
        let mut sample = Sample::new(6);
        sample.over(&made::wild_type(), "wild", 1_500);
        for n in 0..molecules {
            sample.copies(&transcript, at - 50 - 3 * n, 260 + n, 0);
        }
        called(&sample)
    };
    let two = with(2);
    assert_eq!(two["conclusion"]["state"], "rearranged");
    assert_eq!(two["events"][0]["tier"], "high");
    assert_eq!(two["events"][0]["iscn_suggestion"], "t(4;11)(q21.3;q23.3)");
    let one = with(1);
    assert_eq!(one["conclusion"]["state"], "inconclusive");
    assert_eq!(one["events"][0]["name"], "KMT2A::AFF1");
    assert_eq!(one["events"][0]["tier"], "low");
    assert!(codes(&one["events"][0]["doubts"]).contains(&"one-molecule"));
    // Two are also enough with a hundred chimeras.
    let cases = case("mllt10_two_molecules");
    assert_eq!(cases["events"][0]["junctions"][0]["evidence"]["molecules"], 2);
    assert_eq!(cases["events"][0]["tier"], "high");
}

#[test]
fn a_karyotype_is_given_only_where_every_junction_of_the_event_allows_it() {
    for name in ["dna_three_way", "dna_insertion", "long_reads_three_way", "three_way"] {
        let report = case(name);
        let event = &report["events"][0];
        assert_eq!(event["tier"], "high", "{name}");
        assert_eq!(event["iscn_suggestion"], Value::Null, "{name}");
        for junction in array(&event["junctions"]) {
            assert_eq!(junction["iscn_suggestion"], Value::Null, "{name}");
        }
    }
    let plain = case("dna_canonical");
    assert!(
        plain["events"][0]["iscn_suggestion"]
            .as_str()
            .unwrap()
            .starts_with("t(")
    );
    assert_eq!(
        case("aff1_reciprocal")["events"][0]["iscn_suggestion"],
        "t(4;11)(q21.3;q23.3)"
    );
}

#[test]
fn an_intergenic_side_has_one_name_in_every_output() {
    let folder = TempDir::new().unwrap();
    let path = format!(
        "{}/test-data/dna/dna_intergenic/dna_intergenic.bam",
        env!("CARGO_MANIFEST_DIR")
    );
    call(folder.path())
        .args(["--format", "json,tsv,html,bedpe,vicc,star-fusion", &path])
        .assert()
        .success();
    let text = |ending: &str| {
        let file = folder.path().join(format!("out/dna_intergenic.{ending}"));
        std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
    };
    let report: Value = serde_json::from_str(&text("breakapart.json")).unwrap();
    // RUNX1 is 311,814 bases away, RIPK4 6.4 million.
    let near = &report["events"][0]["junctions"][0]["three"]["genes_nearby"];
    assert_eq!(
        (near[0]["symbol"].as_str(), near[0]["distance"].as_i64()),
        (Some("RUNX1"), Some(311_814))
    );
    let name = "RUNX1(311814)";
    assert_eq!(report["events"][0]["name"], format!("KMT2A::{name}"));
    let headline = report["conclusion"]["headline"].as_str().unwrap();
    assert!(headline.contains(name), "{headline}");
    assert!(text("star-fusion.fusion_predictions.abridged.tsv").contains(&format!("KMT2A--{name}\t")));
    for ending in ["bedpe", "vicc.json", "report.html", "fusions.tsv"] {
        assert!(text(ending).contains(name), "{ending}");
    }
}

/// A spanning pair to a partner and a read-through, in a shallow sample with chimeras.
#[test]
fn what_is_suspected_leads_an_open_conclusion_and_a_read_through_does_not() {
    let (transcript, at) = made::kmt2a_aff1();
    let mut sample = Sample::new(12);
    sample.over(&made::wild_type(), "wild", 300);
    sample.copies(&transcript, at - 150, 300, 0);
    let end = made::exons("KMT2A", 27, 27);
    for n in 0..20 {
        let noise = made::joined(end.clone(), made::place("chr1", 50_000_000 + n * 1_000_000, 400));
        sample.copies(&noise, made::len(&end) - 150, 300, 0);
    }
    let five = made::exons("KMT2A", 33, 35);
    let after = made::len(&five);
    sample.across(&made::joined(five, made::exons("TTC36", 2, 3)), after, "through", 4);
    let report = called(&sample);
    let conclusion = &report["conclusion"];
    assert_eq!(conclusion["state"], "inconclusive");
    assert_eq!(report["events"][0]["class"], "neighbour-read-through");
    assert_eq!(conclusion["lead_event"], Value::Null);
    let headline = conclusion["headline"].as_str().unwrap();
    assert!(headline.starts_with("KMT2A::AFF1 is suspected"), "{headline}");
    assert_eq!(codes(&conclusion["reasons"])[0], "suspected");
    assert!(codes(&conclusion["reasons"]).contains(&"coverage"));
}

#[test]
fn a_reciprocal_alone_is_named() {
    let report = case("reciprocal_only");
    assert_eq!(report["conclusion"]["state"], "inconclusive");
    let headline = report["conclusion"]["headline"].as_str().unwrap();
    assert!(
        headline.starts_with("AFF1::KMT2A at tier high: KMT2A is broken"),
        "{headline}"
    );
}

/// Wild type of a depth, and one chance molecule from KMT2A e8 into AFF1's intron 2.
fn with_a_chance_molecule(wild: usize, partner: Spliced) -> Value {
    let mut sample = Sample::new(31);
    sample.over(&made::wild_type(), "wild", wild);
    sample.over(&made::exons("ABL1", 1, 11), "abl", 600);
    let five = made::exons("KMT2A", 1, 8);
    let at = made::len(&five);
    sample.copies(&made::joined(five, partner), at - 50, 260, 0);
    called(&sample)
}

#[test]
fn a_chance_molecule_is_waived_where_its_fraction_is_bounded() {
    let intron = || made::place("chr4", 87_000_000, 400);
    let deep = with_a_chance_molecule(7_000, intron());
    let conclusion = &deep["conclusion"];
    assert_eq!(deep["events"][0]["tier"], "low");
    assert_eq!(conclusion["state"], "not_detected", "{}", conclusion["text"]);
    assert_eq!(conclusion["lead_event"], Value::Null);
    let waived = &conclusion["lod"]["waived"][0];
    assert_eq!(waived["name"], "KMT2A::AFF1");
    assert_eq!(
        (waived["molecules"].as_u64(), waived["donor_exon"].as_u64()),
        (Some(1), Some(8))
    );
    let bound = waived["bound"].as_f64().unwrap();
    // A mean of 4.74 molecules, relative to those over e8.
    let beside = waived["wild_type_molecules"].as_f64().unwrap();
    assert!(bound < 0.05 && bound > 4.74 / (beside + 4.74), "{bound} {beside}");
    let text = conclusion["text"].as_str().unwrap();
    assert!(text.contains("KMT2A::AFF1 (1 molecule against"), "{text}");
    // Deep enough for a negative, but not for a bound this small.
    let thinner = with_a_chance_molecule(2_000, intron());
    assert_eq!(thinner["conclusion"]["state"], "inconclusive");
    assert_eq!(codes(&thinner["conclusion"]["reasons"])[0], "low-tier-event");
    assert_eq!(thinner["conclusion"]["lead_event"], "E1");
    let limits = &thinner["conclusion"]["lod"]["exclusion"]["any_partner"];
    assert!(
        limits["major"].as_f64().unwrap() <= 0.1 && limits["minor"].as_f64().unwrap() <= 0.1,
        "{limits}"
    );
}

#[test]
fn a_read_that_joins_exon_ends_is_never_waived() {
    let report = with_a_chance_molecule(7_000, made::exons("AFF1", 5, 21));
    assert_eq!(report["events"][0]["tier"], "low");
    assert_eq!(report["conclusion"]["state"], "inconclusive");
    assert_eq!(codes(&report["conclusion"]["reasons"])[0], "low-tier-event");
}

#[test]
fn the_stated_limit_is_never_below_what_is_waived() {
    let report = with_a_chance_molecule(20_000, made::place("chr4", 87_000_000, 400));
    let lod = &report["conclusion"]["lod"];
    let bound = lod["waived"][0]["bound"].as_f64().unwrap();
    assert!(lod["exclusion"]["any_partner"]["major"].as_f64().unwrap() >= bound);
    assert!(lod["exclusion"]["catalogue_partner"]["major"].as_f64().unwrap() >= bound);
}

/// Changed numbers of the rule, for research: they decide, are in the report, and every page that people read says so.
#[test]
fn other_numbers_decide_and_every_page_says_so() {
    let folder = TempDir::new().unwrap();
    let bam = format!(
        "{}/test-data/cases/mllt10_two_molecules/mllt10_two_molecules.bam",
        env!("CARGO_MANIFEST_DIR")
    );
    let numbers = folder.path().join("numbers.json");
    std::fs::write(&numbers, r#"{"molecules_min": 3}"#).unwrap();
    let formats = "json,fusions,discarded,junctions,html,text,vcf";
    let run = |more: &[&str]| {
        let folder = TempDir::new().unwrap();
        let mut command = call(folder.path());
        command.args(["--format", formats]).args(more).arg(&bam);
        command.assert().success();
        let out = folder.path().join("out");
        let text = |ending: &str| {
            let bytes = std::fs::read(out.join(format!("mllt10_two_molecules.{ending}"))).unwrap();
            let mut text = String::new();
            match ending.strip_suffix(".gz") {
                Some(_) => flate2::read::MultiGzDecoder::new(bytes.as_slice())
                    .read_to_string(&mut text)
                    .map(|_| text)
                    .unwrap(),
                None => String::from_utf8(bytes).unwrap(),
            }
        };
        let pages = ["report.html", "breakapart.txt", "vcf.gz"].map(text);
        (report(folder.path(), "mllt10_two_molecules"), pages)
    };
    let (usual, pages) = run(&[]);
    assert_eq!(usual["conclusion"]["state"], "rearranged");
    assert_eq!(usual["parameters"]["rule"]["molecules_min"], 2);
    assert!(pages.iter().all(|page| !page.contains("for research only: judged")));

    let (other, pages) = run(&["--params", numbers.to_str().unwrap()]);
    assert_eq!(other["conclusion"]["state"], "inconclusive");
    assert_eq!(other["parameters"]["rule"]["molecules_min"], 3);
    assert_eq!(other["warnings"][0]["code"], "other-numbers");
    let said = "molecules_min 3 instead of 2";
    assert!(
        array(&other["conclusion"]["qualifiers"])
            .iter()
            .any(|q| q.as_str().unwrap().ends_with(said))
    );
    for page in pages {
        // Terminal lines are wrapped at spaces.
        let words: Vec<&str> = page.split_whitespace().collect();
        assert!(words.join(" ").contains(said), "{page}");
    }
}
