//! DNA, one small sample per class of event: the required result of each, compared with its truth.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::data::{self, Row, dna as alignment, junctions};
use crate::program::{call, report};

fn truth(name: &str) -> Vec<Row> {
    data::truth(&data::path("dna").join(name))
}

fn run(name: &str) -> (Value, String) {
    let out = TempDir::new().unwrap();
    call(out.path()).arg("-q").arg(alignment(name)).assert().success();
    let fasta = fs::read_to_string(out.path().join(format!("out/{name}.junctions.fa"))).unwrap();
    (report(out.path(), name), fasta)
}

/// Distance of a side from `chr11:118482495`; nothing on another contig.
fn off(side: &Value, place: &str) -> Option<i64> {
    let (contig, position) = place.rsplit_once(':')?;
    (side["contig"] == contig).then(|| (side["position"].as_i64().unwrap() - position.parse::<i64>().unwrap()).abs())
}

/// The reported junction of a truth row: both bases within the homology (or among its alternatives).
fn found<'a>(report: &'a Value, row: &Row) -> Option<&'a Value> {
    let tolerance: i64 = row["tolerance"].parse().unwrap();
    // Without a reference the homology of a breakpoint into unknown sequence is unknown.
    let fits = |side: &Value, place: &str, j: &Value| {
        if place == "." {
            return side.is_null();
        }
        let listed = j["alternatives"].as_array().unwrap().iter();
        off(side, place).is_some_and(|d| d <= tolerance)
            || listed
                .into_iter()
                .any(|a| off(a, place).is_some_and(|d| d <= tolerance + 12))
    };
    junctions(report)
        .into_iter()
        .find(|j| fits(&j["five"], &row["breakpoint5"], j) && fits(&j["three"], &row["breakpoint3"], j))
}

fn every_row(name: &str, state: &str) -> Value {
    let (report, fasta) = run(name);
    assert_eq!(
        report["conclusion"]["state"], state,
        "{name}: {}",
        report["conclusion"]["text"]
    );
    assert_eq!(report["inputs"][0]["assay"], "dna", "{name}");
    let (mut shown, mut inside) = (0, 0);
    for row in truth(name) {
        if row["molecules"].parse::<u32>().unwrap_or(0) < 6 {
            continue;
        }
        let junction = found(&report, &row).unwrap_or_else(|| {
            let all: Vec<_> = junctions(&report)
                .iter()
                .map(|j| {
                    format!(
                        "{}:{} {}:{}",
                        j["five"]["contig"], j["five"]["position"], j["three"]["contig"], j["three"]["position"]
                    )
                })
                .collect();
            panic!("{name}: {row:?} among {all:?}")
        });
        if row["class"] != "deletion" {
            assert!(
                junction["tier"] == "high" || junction["tier"] == "medium",
                "{name}: {row:?} {}",
                junction["tier"]
            );
            shown += 1;
            let fraction: f64 = row["allele_fraction"].parse().unwrap();
            let (low, high) = (&junction["fraction"]["low"], &junction["fraction"]["high"]);
            inside += u32::from(low.as_f64().unwrap() <= fraction && fraction <= high.as_f64().unwrap());
        }
        let inserted = if row["inserted"] == "." { "" } else { &row["inserted"] };
        assert_eq!(junction["inserted"], inserted, "{name}");
        let id = junction["id"].as_str().unwrap();
        // The built-in sequence includes KMT2A, but not its partners' introns.
        let side = |place: &str| place == "." || place.starts_with("chr11:1184") || place.starts_with("chr11:1185");
        let source = match side(&row["breakpoint5"]) && side(&row["breakpoint3"]) {
            true => " source=reference ",
            false => " source=reads ",
        };
        assert!(
            fasta
                .lines()
                .any(|l| l.starts_with('>') && l.contains(&format!("|{id} ")) && l.contains(source)),
            "{name}: {id} in {fasta}"
        );
    }
    // Nothing else is at tier high or medium.
    let rows = truth(name);
    for junction in junctions(&report) {
        let known = rows.iter().any(|row| {
            let near = |side: &Value, place: &str| place == "." || off(side, place).is_none_or(|d| d <= 1_000);
            near(&junction["five"], &row["breakpoint5"]) && near(&junction["three"], &row["breakpoint3"])
        });
        assert!(known || junction["tier"] == "low", "{name}: {junction}");
    }
    assert!(
        shown == 0 || inside * 2 >= shown,
        "{name}: {inside} of {shown} fractions inside their interval"
    );
    report
}

#[test]
fn both_derivatives_of_a_translocation() {
    for name in ["dna_both", "dna_gap", "dna_overlap", "dna_homology"] {
        let report = every_row(name, "rearranged");
        let event = &report["events"][0];
        let roles: Vec<_> = event["junctions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|j| j["role"].clone())
            .collect();
        assert!(
            roles.contains(&"canonical".into()) && roles.contains(&"reciprocal".into()),
            "{name}: {roles:?}"
        );
    }
}

#[test]
fn one_derivative_alone() {
    for name in ["dna_canonical", "dna_far", "dna_reciprocal", "dna_deletion11"] {
        every_row(name, "rearranged");
    }
}

#[test]
fn inserted_bases_of_any_origin() {
    for name in ["dna_inserted", "dna_templated"] {
        every_row(name, "rearranged");
    }
}

/// Junctions of both derivatives count as evidence for each other; a single one has no facing junction.
#[test]
fn the_other_derivative_counts_as_evidence() {
    let has = |report: &Value| -> Vec<bool> {
        let terms = |j: &&Value| j["terms"].as_array().unwrap().iter().any(|t| t["name"] == "facing");
        junctions(report).iter().map(terms).collect()
    };
    assert_eq!(has(&run("dna_both").0), [true, true]);
    assert!(has(&run("dna_canonical").0).iter().all(|faced| !faced));
}

/// A segment of KMT2A copied into the junction is inserted sequence, not a duplication: reads that end within it support
/// the junction of the reads that span it.
#[test]
fn a_copied_segment_is_inserted_and_no_duplication() {
    let (report, _) = run("dna_copied");
    assert_eq!(report["conclusion"]["state"], "rearranged");
    assert_eq!(report["conclusion"]["findings"]["ptd"]["status"], "not_assessable");
    for row in truth("dna_copied") {
        let inserted = if row["inserted"] == "." { "" } else { &row["inserted"] };
        assert_eq!(found(&report, &row).unwrap()["inserted"], inserted);
    }
    assert_eq!(junctions(&report).len(), 2, "both derivatives and nothing else");
}

/// A wild-type read that differs from the reference maps to another copy of the repeat: KMT2A explains it better.
#[test]
fn a_mate_in_another_copy_of_a_repeat_is_wild_type() {
    let (report, _) = run("dna_repeat_mate");
    assert_eq!(report["events"], Value::Array(Vec::new()));
    // What is left is one pair whose mate fits AFF3 and KMT2A itself.
    let discarded = report["discarded"].as_array().unwrap();
    let left: Vec<String> = discarded
        .iter()
        .map(|row| row["junction"]["three"]["gene"].to_string())
        .collect();
    assert_eq!(left, ["\"AFF3\""]);
    assert_eq!(discarded[0]["junction"]["evidence"]["molecules"], 1);
}

/// 24 to 30 inserted bases.
#[test]
fn many_inserted_bases_are_given_whole() {
    let report = every_row("dna_inserted_long", "rearranged");
    let inserted = junctions(&report)
        .into_iter()
        .map(|j| j["inserted"].as_str().unwrap().len())
        .max();
    assert!(inserted >= Some(24), "{inserted:?}");
}

/// A deletion within KMT2A has no partner: listed at low, and it does not block a negative.
#[test]
fn a_deletion_inside_kmt2a_is_listed_at_low() {
    let (report, _) = run("dna_deletion");
    let row = &truth("dna_deletion")[0];
    assert_eq!(row["class"], "deletion");
    let junction = found(&report, row).unwrap();
    assert_eq!(
        (&junction["class"], &junction["tier"]),
        (&"deletion".into(), &"low".into())
    );
    let reasons = junction["reasons"].as_array().unwrap();
    assert!(reasons.iter().any(|r| r["code"] == "kmt2a-deletion"), "{reasons:?}");
    assert!(report["conclusion"]["state"] != "rearranged");
}

/// A breakpoint 1,200 bases upstream of the gene: found at its base, with the KMT2A side labelled intergenic.
#[test]
fn a_break_just_outside_the_gene_is_found_and_labelled() {
    let (report, _) = run("dna_outside");
    let row = &truth("dna_outside")[0];
    let junction = found(&report, row).unwrap();
    assert_eq!(junction["five"]["site"], "intergenic", "{}", junction["five"]);
    assert!(junction["five"]["gene"].is_null());
}

#[test]
fn duplication_inversion_three_way_and_insertion() {
    let report = every_row("dna_ptd", "ptd");
    // Its predicted transcript: KMT2A's own exons, and no gene after them.
    let junction = junctions(&report)[0];
    let predicted = junction["predicted_transcripts"].as_array().unwrap();
    assert!(!predicted.is_empty());
    for p in predicted {
        assert_eq!(
            (&p["five_gene"], &p["three_gene"]),
            (&"KMT2A".into(), &"KMT2A".into()),
            "{p}"
        );
    }
    assert_eq!(predicted[0]["five_exon"], junction["five"]["intron"]);
    let headline = report["conclusion"]["headline"].as_str().unwrap();
    assert!(
        headline.contains("duplicated in the predicted transcript"),
        "{headline}"
    );
    let mechanism = junction.to_string();
    assert!(
        !mechanism.contains("circular RNA") && !mechanism.contains("splice form"),
        "{mechanism}"
    );
    for name in ["dna_inversion", "dna_three_way", "dna_insertion", "dna_intergenic"] {
        every_row(name, "rearranged");
    }
    let (report, _) = run("dna_three_way");
    let events = report["events"].as_array().unwrap();
    assert_eq!(
        events.len(),
        1,
        "one breakpoint of KMT2A, with its two sides joined to two genes"
    );
    assert_eq!(events[0]["junctions"].as_array().unwrap().len(), 2);
}

#[test]
fn a_partner_without_a_place_leaves_the_base_and_the_sequence() {
    let report = every_row("dna_unplaced", "rearranged");
    let junction = junctions(&report)[0].clone();
    assert_eq!(junction["class"], "canonical-unplaced");
    assert!(junction["three"].is_null());
    let sequence = &junction["sequence"];
    let bases = sequence["bases"].as_str().unwrap();
    let after = bases.len() - usize::try_from(sequence["junction_offset"].as_u64().unwrap()).unwrap();
    assert!(after >= 150, "{after} bases of the unknown side");
}

#[test]
fn a_partner_in_a_repeat_keeps_its_event_and_its_places() {
    let report = every_row("dna_repeat", "rearranged");
    let canonical = junctions(&report)
        .into_iter()
        .find(|j| j["role"] == "canonical")
        .unwrap();
    assert_eq!(
        canonical["three"]["gene"], "MLLT3",
        "a known partner's copy represents the others"
    );
    assert!(!canonical["alternatives"].as_array().unwrap().is_empty());
}

#[test]
fn a_negative_names_the_introns_that_are_not_baited() {
    let (report, _) = run("dna_negative");
    assert_eq!(report["events"].as_array().unwrap().len(), 0);
    let introns = report["adequacy"][0]["introns"].as_array().unwrap();
    assert_eq!(introns.len(), 35);
    let covered: Vec<u64> = introns
        .iter()
        .filter(|i| i["covered"] == true)
        .map(|i| i["intron"].as_u64().unwrap())
        .collect();
    assert!(!covered.is_empty() && covered.len() < 6, "{covered:?}");
}

/// A breakpoint in ACER1 is named ACER1, and predicts MLLT1's first acceptor as well as ACER1's own.
#[test]
fn a_break_before_mllt1_predicts_its_transcript_and_is_not_renamed() {
    let report = every_row("dna_acer1", "rearranged");
    assert_eq!(report["events"][0]["name"], "KMT2A::ACER1");
    let canonical = junctions(&report)
        .into_iter()
        .find(|j| j["role"] == "canonical")
        .unwrap();
    let predicted: Vec<(String, u64, String)> = canonical["predicted_transcripts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| {
            assert_eq!(
                (p["five_gene"].as_str(), p["five_exon"].as_u64() <= Some(8)),
                (Some("KMT2A"), true)
            );
            assert!(p["text"].as_str().unwrap().starts_with("predicted: "));
            (
                p["three_gene"].as_str().unwrap().to_owned(),
                p["three_exon"].as_u64().unwrap(),
                p["predicted_by"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    assert_eq!(predicted[0], ("ACER1".to_owned(), 2, "broken-gene".to_owned()));
    assert_eq!(predicted[1], ("MLLT1".to_owned(), 2, "next-gene".to_owned()));
}

fn pair(rna: &str, dna: &str) -> Value {
    let out = TempDir::new().unwrap();
    call(out.path())
        .args(["-q", "--sample", "patient", "--rna"])
        .arg(data::rna(rna))
        .arg("--dna")
        .arg(alignment(dna))
        .assert()
        .success();
    report(out.path(), "patient")
}

#[test]
fn rna_and_dna_of_one_patient_confirm_each_other() {
    let report = pair("aff1_reciprocal", "dna_aff1_intron8");
    assert_eq!(report["conclusion"]["state"], "rearranged");
    assert_eq!(report["inputs"].as_array().unwrap().len(), 2);
    assert_eq!(report["adequacy"].as_array().unwrap().len(), 2);
    let agreement = &report["agreement"];
    assert_eq!(agreement["status"], "confirmed");
    assert!(agreement["text"].as_str().unwrap().contains("intron 8"), "{agreement}");
    let all = junctions(&report);
    let named = |id: &Value| all.iter().find(|j| j["id"] == *id).copied().unwrap();
    let rows = agreement["explained"].as_array().unwrap();
    // The transcript and its reciprocal, each with its own derivative.
    assert_eq!(rows.len(), 2);
    for row in rows {
        let (rna, dna) = (named(&row["rna"]), named(&row["dna"]));
        assert_eq!((&rna["assay"], &dna["assay"]), (&"rna".into(), &"dna".into()));
        assert_eq!(rna["class"], dna["class"]);
    }
}

#[test]
fn rna_and_dna_of_two_events_are_named_different() {
    let report = pair("mllt10_two_molecules", "dna_aff1_intron8");
    assert_eq!(report["agreement"]["status"], "different");
    assert_eq!(report["conclusion"]["state"], "rearranged");
    assert!(
        report["conclusion"]["next_step"]
            .as_str()
            .unwrap()
            .contains("the same patient")
    );
}

#[test]
fn a_break_in_dna_alone_is_a_rearrangement_with_the_discordance_named() {
    let report = pair("negative", "dna_aff1_intron8");
    assert_eq!(report["conclusion"]["state"], "rearranged");
    assert_eq!(report["agreement"]["status"], "discordant");
    assert!(
        report["conclusion"]["text"]
            .as_str()
            .unwrap()
            .contains("RNA and DNA disagree")
    );
    assert_eq!(report["agreement"]["rna"], "not_detected");
    // Too little RNA does not contradict anything.
    let report = pair("low_kmt2a", "dna_aff1_intron8");
    assert_eq!(report["agreement"]["status"], "one-assay");
}
