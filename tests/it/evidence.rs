//! Evidence beyond the alignments of one sample's file: unmapped reads, other samples of the run, and every read by
//! name.

use std::{fs::File, path::Path, process::Stdio};

use breakapart_core::catalogue::catalogue;
use breakapart_core::genome::{Build, sequence};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    data::{dna, rna as case},
    made::{self, Sample},
    program::{breakapart, call, output, report, with_fusion, write_sample},
};

/// The lead junction: its breakpoints, and its evidence.
fn lead(report: &Value) -> (i64, i64, &Value) {
    let junction = &report["events"][0]["junctions"][0];
    (
        junction["five"]["position"].as_i64().unwrap(),
        junction["three"]["position"].as_i64().unwrap(),
        &junction["evidence"],
    )
}

/// Bases of GRCh38 (0-based, half-open).
fn bases(contig: &str, from: i64, to: i64) -> Vec<u8> {
    made::bases(contig, from + 1, to - from).into_bytes()
}

fn text(bases: &[u8]) -> String {
    String::from_utf8(bases.to_vec()).unwrap()
}

/// The report on these sorted records, through an index or in one pass.
fn called(lines: &[String], unmapped: &str, indexed: bool) -> Value {
    let folder = TempDir::new().unwrap();
    let bam = folder.path().join("s.bam");
    crate::input::written::write_bam(&bam, &made::header("s", "SO:coordinate"), lines);
    if indexed {
        crate::input::written::index_bam(&bam);
    }
    let output = folder.path().join("out");
    let mut command = call(&output);
    command.args(["--assay", "rna", unmapped]).arg(&bam).assert().success();
    report(&output, "s")
}

/// STAR's defaults leave reads across the junction and their mates unmapped; the truth has 15 split molecules, 8 pairs
/// and
/// one with too short an anchor.
#[test]
fn unmapped_reads_are_found_if_the_aligner_wrote_no_chimeras() {
    let molecules = |argument: Option<&str>, unmapped: bool| {
        let folder = TempDir::new().unwrap();
        call(folder.path())
            .args(argument)
            .arg(case("aff1_star_default"))
            .assert()
            .success();
        let report = report(folder.path(), "aff1_star_default");
        assert_eq!(report["parameters"]["unmapped"], unmapped);
        let (five, three, evidence) = lead(&report);
        assert_eq!((five, three), (118_482_495, 87_084_120));
        (
            evidence["molecules"].as_u64().unwrap(),
            evidence["mate"].as_u64().unwrap(),
        )
    };
    let (without, none) = molecules(Some("--unmapped=never"), false);
    let (with, mates) = molecules(None, true);
    assert_eq!(none, 0);
    assert!(mates >= 1 && with >= without + 8, "{without} {with} {mates}");
    assert_eq!(molecules(Some("--unmapped"), true), (with, mates));
}

/// With any aligner, unmapped reads contain junctions; for genomic reads they are not searched.
#[test]
fn unmapped_reads_are_searched_in_every_rna_file() {
    for (name, arguments, unmapped) in [
        ("insert_36", Vec::new(), true),
        ("insert_36", vec!["--unmapped=never".to_owned()], false),
        ("dna_aff1_intron8", vec!["--assay=dna".to_owned()], false),
        ("mllt3_hisat2", Vec::new(), true),
    ] {
        let folder = TempDir::new().unwrap();
        let path = if name.starts_with("dna") { dna(name) } else { case(name) };
        call(folder.path()).args(&arguments).arg(path).assert().success();
        let report = report(folder.path(), name);
        assert_eq!(report["parameters"]["unmapped"], unmapped, "{name} {arguments:?}");
    }
    // Also with the chimeras of its own run.
    let folder = TempDir::new().unwrap();
    let inputs = format!("{}/test-data/inputs/junctions", env!("CARGO_MANIFEST_DIR"));
    call(folder.path())
        .args([
            "--chimeric",
            &format!("{inputs}.Chimeric.out.junction"),
            "-s",
            "junctions",
        ])
        .arg(format!("{inputs}.bam"))
        .assert()
        .success();
    assert_eq!(report(folder.path(), "junctions")["parameters"]["unmapped"], true);
}

/// With 36 inserted bases no read aligns on both sides: pairs show the partner, clips at e9 the donor and the inserted
/// bases, and all are one event.
#[test]
fn clips_with_inserted_bases_and_pairs_of_one_donor_are_one_event() {
    let folder = TempDir::new().unwrap();
    call(folder.path()).arg(case("insert_36")).assert().success();
    let report = report(folder.path(), "insert_36");
    let events = report["events"].as_array().unwrap();
    assert_eq!(events.len(), 1, "{events:?}");
    let junction = &events[0]["junctions"][0];
    assert_eq!(lead(&report).0, 118_484_314);
    assert_eq!(lead(&report).1, 20_365_744);
    assert_eq!(
        (&junction["five"]["exon"], &junction["three"]["exon"]),
        (&9.into(), &6.into())
    );
    assert_eq!(junction["inserted"], "GATTACCGTAGCTTGACAGGTCATCCGTAATGCCTA");
    let evidence = &junction["evidence"];
    assert_eq!(evidence["split"], 0);
    assert!(evidence["clip"].as_u64().unwrap() >= 3, "{evidence}");
    assert!(evidence["spanning"].as_u64().unwrap() >= 3, "{evidence}");
}

/// The same reads are found in one pass over the file and through its index.
#[test]
fn unmapped_reads_do_not_depend_on_the_access() {
    let folder = TempDir::new().unwrap();
    let stripped = |path: &Path| -> Value {
        let mut report: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        report["inputs"][0]["file"] = Value::Null;
        report["inputs"][0]["access"] = Value::Null;
        report["inputs"][0]["records"] = Value::Null;
        report["warnings"] = Value::Null;
        report
    };
    let out = folder.path().join("out/aff1_star_default.breakapart.json");
    let bam = folder.path().join("aff1_star_default.bam");
    std::fs::copy(case("aff1_star_default"), &bam).unwrap();
    crate::input::written::index_bam(&bam);
    call(folder.path()).arg(&bam).assert().success();
    let indexed = stripped(&out);
    let program = assert_cmd::cargo::cargo_bin!("breakapart");
    let status = std::process::Command::new(program)
        .args(["call", "--force", "-s", "aff1_star_default", "-o"])
        .arg(folder.path().join("out"))
        .arg("-")
        .stdin(Stdio::from(File::open(&bam).unwrap()))
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(stripped(&out), indexed);
}

/// An unmapped read across the junction has its mate's position, in a window of the partner. The mate is also found
/// through the index.
#[test]
fn mates_of_unaligned_reads_do_not_depend_on_the_access() {
    let bases = |contig: &str, from: i64, to: i64| text(&bases(contig, from, to));
    // The end of KMT2A e10 and the first bases of AFF1 e5.
    let (end, start) = (118_484_975, 87_084_119);
    let mut lines = Vec::new();
    for n in 0..4 {
        let place = start + 10 + n;
        let (over, mate) = (
            bases("chr11", end - 40 - n, end) + &bases("chr4", start, start + 20),
            bases("chr4", place, place + 50),
        );
        for (flag, cigar, read) in [(89, "50M", mate), (165, "*", over)] {
            let qualities = "F".repeat(read.len());
            let mapq = if flag == 89 { 60 } else { 0 };
            let at = place + 1;
            lines.push(format!(
                "c{n}\t{flag}\tchr4\t{at}\t{mapq}\t{cigar}\t=\t{at}\t0\t{read}\t{qualities}\tRG:Z:g1"
            ));
        }
    }
    let folder = TempDir::new().unwrap();
    let bam = folder.path().join("s.bam");
    crate::input::written::write_bam(&bam, &made::header("s", "SO:coordinate"), &lines);
    let found = |output: &str| {
        let output = folder.path().join(output);
        let mut command = call(&output);
        command.args(["--assay", "rna"]).arg(&bam).assert().success();
        report(&output, "s")["events"].clone()
    };
    let streamed = found("streamed");
    crate::input::written::index_bam(&bam);
    assert_eq!(found("indexed"), streamed);
    let evidence = &streamed[0]["junctions"][0]["evidence"];
    assert_eq!(
        (evidence["fragments"].as_u64(), evidence["longest_anchor3"].as_u64()),
        (Some(4), Some(63)),
        "from the junction to the end of the last mate, as the aligner placed it"
    );
}

/// Records of duplicates are stored once, but every duplicate is counted and written.
#[test]
fn copies_of_one_fragment_are_all_counted() {
    let (transcript, at) = made::kmt2a_aff1();
    let mut sample = made::negative(5);
    for copy in 0..60 {
        for line in made::pair(&transcript, &format!("copy{copy}"), at - 60, 260, made::READ_LEN, 0) {
            sample.lines.push(line);
        }
    }
    let folder = TempDir::new().unwrap();
    let path = write_sample(folder.path(), "copies.bam", &sample);
    call(folder.path())
        .args(["--evidence", "--keep-names"])
        .arg(&path)
        .assert()
        .success();
    let report = report(folder.path(), "copies");
    let (five, _, evidence) = lead(&report);
    assert_eq!(five, 118_482_495);
    assert_eq!(
        (&evidence["molecules"], &evidence["fragments"]),
        (&1.into(), &60.into())
    );
    let mut reader = rust_htslib::bam::Reader::from_path(folder.path().join("out/copies.evidence.bam")).unwrap();
    let names: std::collections::BTreeSet<Vec<u8>> = rust_htslib::bam::Read::records(&mut reader)
        .map(|r| r.unwrap().qname().to_vec())
        .filter(|name| name.starts_with(b"copy"))
        .collect();
    assert_eq!(names.len(), 60);
}

/// A single spanning pair is not its own background: reported at low if the library has no other chimeras, and in the
/// discarded table if it has many.
#[test]
fn a_lone_pair_is_judged_against_the_other_chimeras_only() {
    let (transcript, at) = made::kmt2a_aff1();
    let judged = |chimeras: i64| {
        let mut sample = Sample::new(11);
        sample.over(&made::wild_type(), "wild", 6_000);
        sample.over(&made::exons("ABL1", 1, 11), "abl", 600);
        sample.chimeras(&made::exons("ABL1", 1, 11), 8);
        sample.copies(&transcript, at - 150, 300, 0);
        for n in 0..chimeras {
            let noise = made::joined(
                made::exons("KMT2A", 27, 27),
                made::place("chr1", 50_000_000 + n * 1_000_000, 400),
            );
            let end = made::len(&made::exons("KMT2A", 27, 27));
            sample.copies(&noise, end - 150, 300, 0);
        }
        let folder = TempDir::new().unwrap();
        let path = write_sample(folder.path(), "pair.bam", &sample);
        call(folder.path()).arg(&path).assert().success();
        report(folder.path(), "pair")
    };
    let alone = judged(0);
    assert_eq!(alone["events"][0]["name"], "KMT2A::AFF1");
    assert_eq!(alone["events"][0]["tier"], "low");
    assert_eq!(alone["events"][0]["junctions"][0]["evidence"]["spanning"], 1);
    // With this many wild-type molecules the fraction of one pair is too small to prevent a negative.
    assert_eq!(alone["conclusion"]["state"], "not_detected");
    assert_eq!(alone["conclusion"]["lod"]["waived"][0]["name"], "KMT2A::AFF1");
    let among = judged(20);
    assert!(among["events"].as_array().unwrap().is_empty());
    let left = among["discarded"]
        .as_array()
        .unwrap()
        .iter()
        .find(|d| d["junction"]["three"]["gene"] == "AFF1");
    let reasons = left.unwrap()["junction"]["reasons"].as_array().unwrap();
    assert!(reasons.iter().any(|r| r["code"] == "lone-pair"));
}

/// Other samples on the command line change no byte: two molecules with 150 in another sample, a follow-up with its
/// diagnosis. Carry-over is assessed by `cohort`, and the report says so.
#[test]
fn samples_called_together_give_the_bytes_of_each_alone() {
    let folder = TempDir::new().unwrap();
    let (transcript, at) = made::kmt2a_aff1();
    let sample = |seed: u64, pairs: usize| {
        let mut sample = Sample::new(seed);
        sample.over(&made::wild_type(), "wild", 1_500);
        sample.across(&transcript, at, "fusion", pairs);
        sample
    };
    let names = ["strong", "weak", "none", "another"];
    let bams: Vec<_> = [(1, 150), (2, 2), (3, 0), (4, 3)]
        .into_iter()
        .zip(names)
        .map(|((seed, pairs), name)| write_sample(folder.path(), &format!("{name}.bam"), &sample(seed, pairs)))
        .collect();
    let written = || -> Vec<Vec<u8>> {
        let bytes = |name: &&str| std::fs::read(folder.path().join(format!("out/{name}.breakapart.json"))).unwrap();
        names.iter().map(bytes).collect()
    };
    for bam in &bams {
        call(folder.path()).arg(bam).assert().success();
    }
    let alone = written();
    for (threads, order) in [("1", [0, 1, 2, 3]), ("3", [3, 1, 0, 2])] {
        call(folder.path())
            .args(["--force", "-t", threads])
            .args(order.map(|index| &bams[index]))
            .assert()
            .success();
        assert!(written() == alone, "{order:?}");
    }
    let weak = report(folder.path(), "weak");
    let conclusion = &weak["conclusion"];
    assert_eq!(
        (conclusion["state"].as_str(), weak["events"][0]["tier"].as_str()),
        (Some("rearranged"), Some("high"))
    );
    assert_eq!(conclusion["carry_over"], "not assessed");
    let next = conclusion["next_step"].as_str().unwrap();
    assert!(next.contains("breakapart cohort"), "{next}");
    let strong = report(folder.path(), "strong");
    let next = strong["conclusion"]["next_step"].as_str().unwrap();
    assert!(
        next.contains("RT-PCR across the junction") && !next.contains("cohort"),
        "{next}"
    );
    assert!(strong["conclusion"]["text"].as_str().unwrap().contains("Carry-over"));
}

/// With the alignment, every read of a junction is listed by its name.
#[test]
fn explain_lists_every_read_by_name() {
    let (folder, bam) = with_fusion();
    call(folder.path()).arg(&bam).assert().success();
    let json = folder.path().join("out/fusion.breakapart.json");
    let ask = |question: &str| {
        let mut command = breakapart();
        command
            .arg("explain")
            .arg(&json)
            .arg(question)
            .arg("--alignment")
            .arg(&bam);
        output(&command.assert().success())
    };
    let text = ask("E1");
    let report = report(folder.path(), "fusion");
    let fragments = lead(&report).2["fragments"].as_u64().unwrap();
    let listed = text
        .lines()
        .filter(|line| line.trim_start().starts_with("fusion0"))
        .count() as u64;
    assert_eq!(listed, fragments, "{text}");
    assert!(text.contains("E1.1"), "{text}");
    // Any contig naming; at a wild-type position there are no abnormal fragments.
    let text = ask("11:118519645");
    assert!(text.contains("0 abnormal fragments"), "{text}");
    // Another file does not explain this report.
    let other = write_sample(folder.path(), "other.bam", &made::negative(5));
    let assert = breakapart()
        .arg("explain")
        .arg(&json)
        .arg("E1")
        .arg("--alignment")
        .arg(&other)
        .assert()
        .code(1);
    assert!(crate::program::error_line(&assert).contains("does not reproduce this report"));
}

/// Three clips of 24 bases that match the start of both CREBBP exon 20 and EP300 exon 20: neither is called, both are
/// named. One read that extends to the 27th base, where the two differ, identifies the partner.
#[test]
fn a_partner_that_another_gene_fits_as_well_is_not_named() {
    let handed = concat!(env!("CARGO_MANIFEST_DIR"), "/test-data/homologous/homologous.sam");
    let alike = std::fs::read_to_string(handed).unwrap();
    let run = |further: Option<&str>| {
        let folder = TempDir::new().unwrap();
        let sample = folder.path().join("homologous.sam");
        let read = further.map_or_else(String::new, |partner| {
            let bases = format!("CCCAAGTATCCCTGTAAAACAAAAACCAAAAGAAAAG{partner}");
            let qualities = "I".repeat(bases.len());
            let clipped = partner.len();
            format!(
                "read4\t0\tchr11\t118482459\t60\t37M{clipped}S\t*\t0\t0\t{bases}\t{qualities}\tNM:i:0\tRG:Z:homologous\n"
            )
        });
        std::fs::write(&sample, alike.clone() + &read).unwrap();
        let run = call(folder.path()).arg(&sample).assert().success();
        let table = std::fs::read_to_string(folder.path().join("out/homologous.fusions.tsv")).unwrap();
        let row: Vec<String> = table
            .lines()
            .nth(1)
            .unwrap()
            .split('\t')
            .take(2)
            .map(str::to_owned)
            .collect();
        (report(folder.path(), "homologous"), row, output(&run))
    };
    let (found, row, said) = run(None);
    let (five, _, evidence) = lead(&found);
    assert_eq!((five, &evidence["clip"]), (118_482_495, &3.into()));
    let three = &found["events"][0]["junctions"][0]["three"];
    assert_eq!((&three["gene"], &three["exon"]), (&Value::Null, &Value::Null));
    assert_eq!(three["gene_candidates"], serde_json::json!(["CREBBP", "EP300"]));
    assert_eq!(found["events"][0]["name"], "KMT2A::?");
    assert_eq!(found["conclusion"]["state"], "rearranged");
    assert_eq!(row, ["KMT2A", "CREBBP,EP300"]);
    assert!(
        said.contains("partner not identified: the reads fit CREBBP and EP300"),
        "{said}"
    );
    assert!(!said.contains("t(11;16)") && !said.contains("t(11;22)"), "{said}");

    for (partner, gene, acceptor) in [
        ("GTATCATTTCTGTGAGAAGTGTTTCACAGAGATCCAGG", "CREBBP", 3_751_806),
        ("GTATCATTTCTGTGAGAAGTGTTTCAATGAGATCCAAG", "EP300", 41_160_642),
    ] {
        let (found, row, _) = run(Some(partner));
        let (five, three, _) = lead(&found);
        assert_eq!((five, three), (118_482_495, acceptor), "{gene}");
        assert_eq!(row, ["KMT2A", gene]);
        assert_eq!(found["events"][0]["junctions"][0]["three"].get("gene_candidates"), None);
    }
}

/// STAR writes both reads of a chimeric pair as unmapped, and its junctions to another file: the bases show which read
/// is
/// which. The second read extends into an intron of MLLT3 of unknown sequence.
#[test]
fn unmapped_reads_take_the_places_that_their_bases_fit() {
    // e11 ends at 118,488,760 (1-based); the molecule continues at chr9:20,366,620 on the reverse strand.
    let e11_end = 118_488_760;
    let own = |start: i64| bases("chr11", start, e11_end);
    let intron = b"CACGATGGCTTACGCATTCAGGTTCAATCGCCATGATTCTGACCAGTTACGGATCTTGCAAC";
    for swapped in [false, true] {
        let folder = TempDir::new().unwrap();
        let (mut reads, mut lines) = (String::new(), String::new());
        for n in 0..3 {
            let start = e11_end - 144 + n;
            let molecule = [own(start), intron.to_vec()].concat();
            let ahead = text(&molecule[..75]);
            let back = text(&sequence::reverse_complement(&molecule[molecule.len() - 75..]));
            let (first, second) = if swapped { (&back, &ahead) } else { (&ahead, &back) };
            for (flag, bases) in [(77, first), (141, second)] {
                reads += &format!(
                    "c{n}\t{flag}\t*\t0\t0\t*\t*\t0\t0\t{bases}\t{}\tRG:Z:g1\n",
                    "F".repeat(75)
                );
            }
            let gap = molecule.len() as i64 - 150;
            lines += &format!(
                "chr11\t{}\t+\tchr9\t20366620\t-\t0\t0\t0\tc{n}\t{}\t75M{gap}p13M62S\t20366558\t62M13S\n",
                e11_end + 1,
                start + 1,
            );
        }
        let (sample, junctions) = (
            folder.path().join("s.sam"),
            folder.path().join("s.Chimeric.out.junction"),
        );
        let wild_type = made::negative(3).sorted().join("\n") + "\n";
        std::fs::write(&sample, made::header("s", "SO:unsorted") + &wild_type + &reads).unwrap();
        std::fs::write(&junctions, lines).unwrap();
        call(folder.path())
            .args(["--assay", "rna", "--chimeric"])
            .arg(&junctions)
            .arg(&sample)
            .assert()
            .success();
        let report = report(folder.path(), "s");
        let junction = &report["events"][0]["junctions"][0];
        assert_eq!(junction["three"]["gene"], "MLLT3", "{swapped}");
        let (five, three, evidence) = lead(&report);
        // The second read, without a k-mer hit, is looked up by its name: it shows e11's end.
        assert_eq!((five, three), (118_488_760, 20_366_619), "{swapped}");
        assert_eq!(evidence["fragments"], 3, "{swapped}");
    }
}

/// No read of the file is spliced, so the assay is given by the option or by the aligner. Records are unpaired, as
/// minimap2 writes both reads of a fragment; the other read is in KMT2A only.
#[test]
fn unpaired_reads_that_did_not_align_show_their_junction() {
    // The end of KMT2A e8 and the first bases of NFKB1 e13.
    let molecule = [
        bases("chr11", 118_482_435, 118_482_495),
        bases("chr4", 87_084_119, 87_084_169),
    ]
    .concat();
    let ahead = String::from_utf8(bases("chr11", 118_482_415, 118_482_495)).unwrap();
    for other in [None, Some("4\t*\t0\t0\t*"), Some("0\tchr11\t118482416\t60\t80M")] {
        let folder = TempDir::new().unwrap();
        let sample = folder.path().join("s.sam");
        let mut text = made::header("s", "SO:unsorted");
        for n in 0..4 {
            let read = String::from_utf8(molecule[n * 7..n * 7 + 80].to_vec()).unwrap();
            let records = [other.map(|place| (place, &ahead)), Some(("4\t*\t0\t0\t*", &read))];
            for (place, bases) in records.into_iter().flatten() {
                text += &format!("u{n}\t{place}\t*\t0\t0\t{bases}\t{}\tRG:Z:g1\n", "F".repeat(80));
            }
        }
        std::fs::write(&sample, text).unwrap();
        let found = |assay: &str| {
            let output = folder.path().join(assay);
            call(&output).args(["--assay", assay]).arg(&sample).assert().success();
            report(&output, "s")
        };
        let rna = found("rna");
        let (five, three, evidence) = lead(&rna);
        assert_eq!((five, three), (118_482_495, 87_084_120), "{other:?}");
        assert_eq!(rna["events"][0]["junctions"][0]["three"]["gene"], "AFF1");
        assert_eq!(evidence["fragments"], 4, "{other:?}");
        // Genomic reads are not spliced.
        assert_eq!(found("dna")["events"].as_array().map(Vec::len), Some(0));
    }
}

/// An aligner that writes no chimeras aligns the longer segment of a read, here in a partner exon outside the catalogue
/// windows, and soft-clips KMT2A's bases. The same reads are found through the index and in one pass.
#[test]
fn soft_clips_in_a_partner_gene_that_match_kmt2a_are_evidence() {
    // The end of KMT2A e10 and the first bases of NFKB1 e13.
    let (end, start) = (118_484_975, 102_594_891);
    let found = |clip: i64, unmapped: &str, indexed: bool| {
        let mut lines = Vec::new();
        for n in 0..4 {
            let (clip, kept) = (clip + n, 60 - n);
            let read = [bases("chr11", end - clip, end), bases("chr4", start, start + kept)].concat();
            let (read, qualities) = (String::from_utf8(read).unwrap(), "F".repeat((clip + kept) as usize));
            let place = format!("chr4\t{}\t255\t{clip}S{kept}M", start + 1);
            lines.push(format!("c{n}\t0\t{place}\t*\t0\t0\t{read}\t{qualities}\tRG:Z:g1"));
        }
        let report = called(&lines, unmapped, indexed);
        let (events, below) = (report["events"].clone(), report["discarded"].clone());
        assert_eq!(below.as_array().map(Vec::len), Some(0));
        (!events.as_array().unwrap().is_empty()).then(|| {
            let (five, three, evidence) = lead(&report);
            (five, three, evidence["fragments"].as_u64().unwrap())
        })
    };
    for indexed in [true, false] {
        assert_eq!(found(16, "--unmapped", indexed), Some((end, start + 1, 4)), "{indexed}");
        // Ten bases of an exon end next to the aligned bases are searched: clips of 6 to 9 bases are too short.
        assert_eq!(found(10, "--unmapped", indexed), Some((end, start + 1, 4)), "{indexed}");
        assert_eq!(found(6, "--unmapped", indexed), None);
        assert_eq!(found(30, "--unmapped=never", indexed), None);
    }
}

/// Molecules without KMT2A, of which an aligner that writes no chimeras aligns one segment or none: they join the gene
/// fused to KMT2A to a third gene. The same reads are found through the index and in one pass.
#[test]
fn reads_between_two_partners_are_found_by_their_bases() {
    // KMT2A e10, all of AFF1 e5, NFKB1 e13.
    let (end, start) = (118_484_975, 102_594_891);
    let aff1 = catalogue().gene(Build::GRCh38, "AFF1").unwrap();
    let middle = aff1.transcript().unwrap().exon(5).unwrap().interval;
    let (middle_start, middle_end) = (middle.start.0, middle.end.0);
    let found = |clip: Option<i64>, unmapped: &str, indexed: bool| {
        let mut lines = Vec::new();
        for n in 0..4 {
            let ends = (40 + n, 40 - n);
            let first = [
                bases("chr11", end - ends.0, end),
                bases("chr4", middle_start, middle_start + ends.1),
            ]
            .concat();
            let after = clip.map_or(ends.1, |clip| clip + n);
            let second = [
                bases("chr4", middle_end - ends.0, middle_end),
                bases("chr4", start, start + after),
            ]
            .concat();
            let aligned = clip.map(|_| format!("0\tchr4\t{}\t255\t{}M{after}S", middle_end - ends.0 + 1, ends.0));
            for (name, place, read) in [("a", None, first), ("b", aligned, second)] {
                let place = place.unwrap_or_else(|| "4\t*\t0\t0\t*".to_owned());
                let (read, qualities) = (String::from_utf8(read.clone()).unwrap(), "F".repeat(read.len()));
                lines.push(format!("{name}{n}\t{place}\t*\t0\t0\t{read}\t{qualities}\tRG:Z:g1"));
            }
        }
        // Aligned ones first, in order.
        lines.sort_by_key(|line| {
            (
                line.contains("\t*\t0\t0\t*\t"),
                line.split('\t').nth(3).unwrap().parse::<i64>().unwrap(),
            )
        });
        let report = called(&lines, unmapped, indexed);
        let mut junctions: Vec<(String, i64, i64, u64)> = Vec::new();
        for event in report["events"].as_array().unwrap() {
            for junction in event["junctions"].as_array().unwrap() {
                junctions.push((
                    format!(
                        "{}::{}",
                        junction["five"]["gene"].as_str().unwrap(),
                        junction["three"]["gene"].as_str().unwrap()
                    ),
                    junction["five"]["position"].as_i64().unwrap(),
                    junction["three"]["position"].as_i64().unwrap(),
                    junction["evidence"]["fragments"].as_u64().unwrap(),
                ));
            }
        }
        junctions
    };
    let own = ("KMT2A::AFF1".to_owned(), end, middle_start + 1, 4);
    let further = ("AFF1::NFKB1".to_owned(), middle_end, start + 1, 4);
    for indexed in [true, false] {
        let both = vec![own.clone(), further.clone()];
        assert_eq!(found(None, "--unmapped", indexed), both, "unaligned, {indexed}");
        assert_eq!(found(Some(16), "--unmapped", indexed), both, "clipped, {indexed}");
        // Clips of 8 to 11 bases are not searched, nor is anything if unmapped reads are not.
        let short = found(Some(8), "--unmapped", indexed);
        assert_eq!(short, std::slice::from_ref(&own), "short, {indexed}");
        assert!(found(None, "--unmapped=never", indexed).is_empty());
    }
}

/// The insertion is longer than the rest of a read: the pairs show the gene, and the clips, which end in the inserted
/// bases, are assigned to them and do not form a separate break without a partner.
#[test]
fn clips_in_inserted_bases_belong_to_the_pairs_of_their_fragments() {
    let inserted = b"GCCCCCTTTGTCTAACGGCGTGCTCAGAAACGATAGGACACACATGATTTTCGACGAG";
    // e8 ends at 118,482,495; AFF1 e5 begins at 87,084,120.
    let (end, start) = (118_482_495, 87_084_119);
    let mut lines = Vec::new();
    for n in 0..4_i64 {
        let (kept, clip) = (40 + n, 35 - n);
        let own = [bases("chr11", end - kept, end), inserted[..clip as usize].to_vec()].concat();
        let partner = bases("chr4", start + n, start + n + 75);
        let (own_at, partner_at, qualities) = (end - kept + 1, start + n + 1, "F".repeat(75));
        lines.push(format!(
            "p{n}\t145\tchr4\t{partner_at}\t255\t75M\tchr11\t{own_at}\t0\t{}\t{qualities}\tRG:Z:g1",
            text(&partner)
        ));
        lines.push(format!(
            "p{n}\t97\tchr11\t{own_at}\t255\t{kept}M{clip}S\tchr4\t{partner_at}\t0\t{}\t{qualities}\tRG:Z:g1",
            text(&own)
        ));
    }
    let folder = TempDir::new().unwrap();
    let sample = folder.path().join("s.sam");
    std::fs::write(&sample, made::header("s", "SO:unsorted") + &lines.join("\n") + "\n").unwrap();
    call(folder.path())
        .args(["--assay", "rna"])
        .arg(&sample)
        .assert()
        .success();
    let report = report(folder.path(), "s");
    let events = report["events"].as_array().unwrap();
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0]["name"], "KMT2A::AFF1");
    assert_eq!(events[0]["junctions"].as_array().map(Vec::len), Some(1));
    let (five, _, evidence) = lead(&report);
    assert_eq!((five, &evidence["fragments"]), (end, &4.into()));
}

/// Unspliced transcripts with breakpoints in two introns: no read has an exonic base. Non-repetitive sequence of
/// KMT2A's
/// intron is searched in the unmapped reads.
#[test]
fn unaligned_reads_that_keep_introns_on_both_sides_are_found() {
    let end = 118_482_545;
    let unknown = "CACGATGGCTTACGCATTCAGGTTCAATCGCCATGATTCTGACCAGTTACGGATCTTGCAAC";
    let found = |kept: i64, unmapped: &str| {
        let mut lines = String::new();
        for n in 0..4 {
            let read = text(&bases("chr11", end - kept + n, end)) + &unknown[..30];
            let qualities = "F".repeat(read.len());
            lines += &format!("i{n}\t4\t*\t0\t0\t*\t*\t0\t0\t{read}\t{qualities}\tRG:Z:g1\n");
        }
        let folder = TempDir::new().unwrap();
        let sample = folder.path().join("s.sam");
        std::fs::write(&sample, made::header("s", "SO:unsorted") + &lines).unwrap();
        call(folder.path())
            .args(["--assay", "rna", unmapped])
            .arg(&sample)
            .assert()
            .success();
        let report = report(folder.path(), "s");
        assert!(report["events"].as_array().unwrap().is_empty());
        // The other side is unplaced, and there is no exon end here: no tier, but listed.
        let junction = &report["discarded"][0]["junction"];
        junction.is_object().then(|| {
            let fragments = junction["evidence"]["fragments"].as_u64().unwrap();
            (junction["five"]["position"].as_i64().unwrap(), fragments)
        })
    };
    assert_eq!(found(43, "--unmapped"), Some((end, 4)));
    // Fewer than 30 bases may come from any repeat.
    assert_eq!(found(29, "--unmapped"), None);
    assert_eq!(found(43, "--unmapped=never"), None);
}
