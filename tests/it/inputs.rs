//! Inputs that are not what they seem: files of other samples, filtered files, unreliable pairs and names. None may
//! become
//! a clean negative or a false call, and a sound file must keep its result.

use std::fs;
use std::path::{Path, PathBuf};

use rust_htslib::bam::{self, Read as _};
use serde_json::Value;
use tempfile::TempDir;

use crate::data::{codes, path as data};
use crate::program::{call, cell, report, rows, warnings};

mod chimeric;

struct Answer {
    report: Value,
    table: (Vec<String>, Vec<Vec<String>>),
}

impl Answer {
    fn of(alignment: &Path, more: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        call(folder.path())
            .args(["--sample", "s", "-q"])
            .arg(alignment)
            .args(more)
            .assert()
            .success();
        Self {
            report: report(folder.path(), "s"),
            table: rows(&folder.path().join("out/s.fusions.tsv")),
        }
    }

    fn state(&self) -> &str {
        self.report["conclusion"]["state"].as_str().unwrap()
    }

    fn reasons(&self) -> Vec<&str> {
        codes(&self.report["conclusion"]["reasons"])
    }

    fn capability(&self) -> &str {
        let capability = &self.report["adequacy"][0]["chimera_capability"];
        capability["code"].as_str().unwrap()
    }

    /// Gene pairs of the rows, with tier and molecules (fragments if molecules can't be distinguished).
    fn rows(&self) -> Vec<(String, String, u32)> {
        (0..self.table.1.len())
            .map(|row| {
                let text = |column| cell(&self.table, row, column).to_owned();
                let pair = format!("{}::{}", text("#gene1"), text("gene2"));
                let count = [text("molecules"), text("fragments")].into_iter().find(|n| n != ".");
                (pair, text("confidence"), count.unwrap().parse().unwrap())
            })
            .collect()
    }
}

fn arg(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Records of one file, or of several with one header, with the header's text; each may be changed or dropped.
fn edited(
    sources: &[PathBuf],
    target: &Path,
    header: impl Fn(&str) -> bool,
    mut edit: impl FnMut(usize, &mut bam::Record) -> bool,
) {
    let first = bam::Reader::from_path(&sources[0]).unwrap();
    let text = String::from_utf8_lossy(first.header().as_bytes()).into_owned();
    let kept: Vec<&str> = text.lines().filter(|line| header(line)).collect();
    let view = bam::HeaderView::from_bytes(kept.join("\n").as_bytes());
    let mut writer = bam::Writer::from_path(target, &bam::Header::from_template(&view), bam::Format::Bam).unwrap();
    for (index, source) in sources.iter().enumerate() {
        for record in bam::Reader::from_path(source).unwrap().records() {
            let mut record = record.unwrap();
            if edit(index, &mut record) {
                writer.write(&record).unwrap();
            }
        }
    }
}

fn has_sa(record: &bam::Record) -> bool {
    record.aux(b"SA").is_ok()
}

fn is_apart(r: &bam::Record) -> bool {
    r.is_paired()
        && !r.is_unmapped()
        && !r.is_mate_unmapped()
        && (r.tid() != r.mtid() || (r.pos() - r.mpos()).abs() > 600_000)
}

// ---- filtered positives

/// Applies a filter to a record; false if it is dropped.
type Filter = fn(&mut bam::Record) -> bool;

fn make_single(r: &mut bam::Record) -> bool {
    let number = if r.is_last_in_template() { "_2" } else { "_1" };
    let name = [r.qname(), number.as_bytes()].concat();
    r.set_qname(&name);
    r.set_flags(r.flags() & !0xeb);
    r.set_mtid(-1);
    r.set_mpos(-1);
    !has_sa(r) && !r.is_supplementary()
}

fn trim_clips(r: &mut bam::Record) -> bool {
    use bam::record::{Cigar, CigarString};
    let ops: Vec<Cigar> = r.cigar().iter().copied().collect();
    let soft = |op: Option<&Cigar>| match op {
        Some(Cigar::SoftClip(n)) => *n as usize,
        _ => 0,
    };
    let (lead, trail) = (soft(ops.first()), soft(ops.last()));
    let kept: Vec<Cigar> = ops
        .into_iter()
        .filter(|op| !matches!(op, Cigar::SoftClip(_) | Cigar::HardClip(_)))
        .collect();
    let (seq, qual, name) = (r.seq().as_bytes(), r.qual().to_vec(), r.qname().to_vec());
    let range = lead..seq.len() - trail;
    r.set(&name, Some(&CigarString(kept)), &seq[range.clone()], &qual[range]);
    let _ = r.remove_aux(b"SA");
    !r.is_supplementary() && !is_apart(r)
}

const FILTERS: [(&str, Filter); 6] = [
    ("rname==rnext && !([SA])", |r| r.tid() == r.mtid() && !has_sa(r)),
    ("flag.proper_pair && !([SA]) && !(flag.supplementary)", |r| {
        r.is_proper_pair() && !has_sa(r) && !r.is_supplementary()
    }),
    ("single-end", make_single),
    ("clips trimmed, discordant pairs dropped", trim_clips),
    ("clipped and discordant reads dropped", |r| {
        let text = r.cigar().to_string();
        !text.contains('S') && !text.contains('H') && !is_apart(r)
    }),
    (
        "SA tags and supplementary records removed, discordant pairs dropped",
        |r| {
            let keep = !r.is_supplementary() && !is_apart(r);
            let _ = r.remove_aux(b"SA");
            keep
        },
    ),
];

/// A tenth of the transcripts of a sample deep enough for a negative are rearranged; without its chimeric reads it
/// looks
/// like the negative into which they were mixed.
#[test]
fn a_filtered_positive_is_no_negative() {
    let folder = TempDir::new().unwrap();
    let bam = folder.path().join("mixed.bam");
    let sources = [
        data("cases/negative/negative.bam"),
        data("cases/aff1_reciprocal/aff1_reciprocal.bam"),
    ];
    let mix = |index: usize, record: &mut bam::Record| {
        if index > 0 {
            let name = [b"p".as_slice(), record.qname()].concat();
            record.set_qname(&name);
        }
        let _ = record.remove_aux(b"RG");
        true
    };
    edited(&sources, &bam, |_| true, mix);
    assert_eq!(Answer::of(&bam, &[]).state(), "rearranged");
    for (what, filter) in FILTERS {
        for with_header in [true, false] {
            edited(
                &sources,
                &bam,
                |line| with_header || !(line.starts_with("@PG\tID:samtools") || line.starts_with("@CO")),
                |index, record| mix(index, record) && filter(record),
            );
            let answer = Answer::of(&bam, &[]);
            assert_ne!(answer.state(), "not_detected", "{what}");
            assert!(
                answer.rows().iter().any(|(pair, ..)| pair == "KMT2A::AFF1")
                    || answer
                        .reasons()
                        .iter()
                        .any(|code| ["no-chimeras", "mates-missing", "clips-removed"].contains(code)),
                "{what}: {:?}",
                answer.reasons()
            );
        }
    }
    // The negative on its own keeps its result.
    let whole = Answer::of(&sources[0], &[]);
    assert_eq!(
        (whole.state(), whole.capability()),
        ("not_detected", "chimeras-written")
    );
}

/// A filter in the header is named in the report, whatever it removed.
#[test]
fn a_filter_by_expression_is_named() {
    let folder = TempDir::new().unwrap();
    let bam = folder.path().join("filtered.bam");
    let source = data("cases/negative/negative.bam");
    let reader = bam::Reader::from_path(&source).unwrap();
    let mut header = String::from_utf8_lossy(reader.header().as_bytes())
        .trim_end()
        .to_owned();
    header.push_str("\n@PG\tID:samtools\tPN:samtools\tCL:samtools view -b -e !([SA]) -o out.bam in.bam\n");
    let view = bam::HeaderView::from_bytes(header.as_bytes());
    let mut writer = bam::Writer::from_path(&bam, &bam::Header::from_template(&view), bam::Format::Bam).unwrap();
    for record in bam::Reader::from_path(&source).unwrap().records() {
        writer.write(&record.unwrap()).unwrap();
    }
    drop(writer);
    let answer = Answer::of(&bam, &[]);
    assert_eq!(answer.state(), "inconclusive");
    assert!(answer.reasons().contains(&"chimeras-removed"), "{:?}", answer.reasons());
}

// ---- pairs and names

#[test]
fn mismatched_pairs_are_not_trusted() {
    let answer = Answer::of(&data("inputs/mates_out_of_step.bam"), &[]);
    assert_eq!((answer.state(), answer.rows()), ("inconclusive", Vec::new()));
    assert!(warnings(&answer.report).contains(&"pairs-not-believed"));
    assert!(
        answer.reasons().contains(&"pairs-not-believed"),
        "{:?}",
        answer.reasons()
    );
}

/// Mismatched from the middle on: a third of the pairs have random mates.
#[test]
fn partly_mismatched_pairs_are_not_trusted() {
    let folder = TempDir::new().unwrap();
    let bam = folder.path().join("part.bam");
    let sources = [
        data("inputs/mates_out_of_step.bam"),
        data("cases/negative/negative.bam"),
    ];
    edited(&sources[..1], &bam, |_| true, |_, _| true);
    let contigs = |path: &PathBuf| bam::Reader::from_path(path).unwrap().header().target_count();
    if contigs(&sources[0]) == contigs(&sources[1]) {
        edited(
            &sources,
            &bam,
            |_| true,
            |_, record| {
                let _ = record.remove_aux(b"RG");
                true
            },
        );
    }
    let answer = Answer::of(&bam, &[]);
    assert_eq!(answer.state(), "inconclusive");
    assert!(
        answer.reasons().contains(&"pairs-not-believed"),
        "{:?}",
        answer.reasons()
    );
    assert!(
        answer.rows().iter().all(|(_, tier, _)| tier == "low"),
        "{:?}",
        answer.rows()
    );
}

#[test]
fn a_name_of_several_molecules_makes_no_junction() {
    let own = Answer::of(&data("inputs/names_own.sam"), &[]);
    assert_eq!(own.state(), "rearranged");
    assert!(own.rows().iter().any(|(pair, _, n)| pair == "KMT2A::MLLT1" && *n == 4));
    let shared = Answer::of(&data("inputs/names_shared.sam"), &[]);
    assert_eq!(shared.state(), "inconclusive");
    assert!(shared.reasons().contains(&"shared-names"), "{:?}", shared.reasons());
    assert!(warnings(&shared.report).contains(&"shared-names"));
    assert!(
        shared.rows().iter().all(|(pair, ..)| pair == "KMT2A::MLLT1"),
        "{:?}",
        shared.rows()
    );
}

/// minimap2 2.24 with `-ax splice` writes the mates of a pair without pair flags. Real reads of EOL-1: the duplication is
/// called, and two mates that both show it are one molecule.
#[test]
fn mates_written_as_single_reads_are_pairs() {
    let folder = TempDir::new().unwrap();
    let bam = data("real/eol1_unflagged/eol1_unflagged.bam");
    let answer = Answer::of(&bam, &[]);
    assert_eq!(answer.state(), "ptd", "{:?}", answer.reasons());
    let codes = warnings(&answer.report);
    assert!(
        codes.contains(&"pairs-not-flagged") && !codes.contains(&"shared-names"),
        "{codes:?}"
    );
    let (pair, tier, molecules) = &answer.rows()[0];
    assert_eq!((pair.as_str(), tier.as_str(), *molecules), ("KMT2A::KMT2A", "high", 35));
    // Names with the read number do not make two molecules of one.
    let renamed = folder.path().join("renamed.bam");
    let numbered = |_: usize, record: &mut bam::Record| {
        let number: &[u8] = if record.is_reverse() { b"/2" } else { b"/1" };
        record.set_qname(&[record.qname(), number].concat());
        !record.is_supplementary()
    };
    edited(std::slice::from_ref(&bam), &renamed, |_| true, numbered);
    let answer = Answer::of(&renamed, &[]);
    assert_eq!(answer.state(), "ptd", "{:?}", answer.reasons());
    assert!((30..=35).contains(&answer.rows()[0].2), "{:?}", answer.rows());
    // A running number at the end of a single read's name is not a read number.
    let single = data("cases/single_end/single_end.bam");
    let mut number = 0;
    let counted = |_: usize, record: &mut bam::Record| {
        number += 1;
        record.set_qname(format!("{}.{}", number / 2, 1 + number % 2).as_bytes());
        !record.is_supplementary()
    };
    edited(std::slice::from_ref(&single), &renamed, |_| true, counted);
    let molecules = |answer: &Answer| answer.rows().iter().map(|row| row.2).max();
    let (own, running) = (Answer::of(&single, &[]), Answer::of(&renamed, &[]));
    assert_eq!((running.state(), molecules(&running)), (own.state(), molecules(&own)));
    assert!(!warnings(&running.report).contains(&"pairs-not-flagged"));
    // Reads of different molecules with one name face each other only by chance.
    let mut names: Vec<Vec<u8>> = Vec::new();
    let shuffled = |_: usize, record: &mut bam::Record| {
        names.push(record.qname().to_vec());
        let given = names[names.len() * 37 % 101 % names.len()].clone();
        record.set_qname(&given);
        true
    };
    edited(&[bam], &renamed, |_| true, shuffled);
    assert_eq!(Answer::of(&renamed, &[]).state(), "inconclusive");
}

/// Read numbers at the end of names, with both kinds of access; other endings are not read numbers.
#[test]
fn numbers_of_the_read_are_taken_off_its_name() {
    let folder = TempDir::new().unwrap();
    let plain = Answer::of(&data("inputs/names_plain.bam"), &[]);
    let expected = (plain.state().to_owned(), plain.rows());
    assert_eq!(expected.0, "rearranged");
    assert!(
        expected.1.iter().any(|(pair, _, n)| pair == "KMT2A::MLLT3" && *n == 3),
        "{expected:?}"
    );
    let bam = folder.path().join("named.bam");
    type Style = (&'static str, fn(bool) -> String);
    let styles: [Style; 4] = [
        ("/", |second| format!("/{}", if second { 2 } else { 1 })),
        (".", |second| format!(".{}", if second { 2 } else { 1 })),
        // The same for both reads of a pair: no number.
        ("/1 of all", |_| "/1".to_owned()),
        (".2 of all", |_| ".2".to_owned()),
    ];
    for (what, ending) in styles {
        edited(
            &[data("inputs/names_plain.bam")],
            &bam,
            |_| true,
            |_, record| {
                let name = [record.qname(), ending(record.is_last_in_template()).as_bytes()].concat();
                record.set_qname(&name);
                true
            },
        );
        let streamed = Answer::of(&bam, &[]);
        assert_eq!((streamed.state().to_owned(), streamed.rows()), expected, "{what}");
        bam::index::build(&bam, None, bam::index::Type::Bai, 1).unwrap();
        let indexed = Answer::of(&bam, &["--evidence"]);
        assert_eq!(
            (indexed.state().to_owned(), indexed.rows()),
            expected,
            "{what}, indexed"
        );
        fs::remove_file(folder.path().join("named.bam.bai")).unwrap();
    }
    assert_eq!(Answer::of(&data("inputs/names_slash.bam"), &[]).rows(), expected.1);
}

// ---- amplicons

#[test]
fn fragments_of_amplicons_are_counted() {
    let answer = Answer::of(&data("inputs/amplicon.bam"), &[]);
    assert_eq!(answer.state(), "rearranged");
    assert_eq!(answer.report["inputs"][0]["molecules_by"], "fragments");
    assert!(warnings(&answer.report).contains(&"fixed-ends"));
    let (pair, tier, molecules) = &answer.rows()[0];
    assert_eq!((pair.as_str(), tier.as_str()), ("KMT2A::AFF1", "medium"));
    // 59 aligned by STAR, and one unmapped pair.
    assert_eq!(*molecules, 60);
    assert!(
        answer.report["events"][0]["doubts"]
            .as_array()
            .unwrap()
            .iter()
            .any(|d| d["code"] == "fixed-ends")
    );
    // Duplicate flags set from the ends are no better.
    let folder = TempDir::new().unwrap();
    let bam = folder.path().join("flagged.bam");
    let mut seen = std::collections::HashSet::new();
    let mut of_name: std::collections::HashMap<Vec<u8>, bool> = std::collections::HashMap::new();
    edited(
        &[data("inputs/amplicon.bam")],
        &bam,
        |_| true,
        |_, record| {
            let key = (record.pos(), record.mpos(), record.cigar().to_string());
            let copy = *of_name
                .entry(record.qname().to_vec())
                .or_insert_with(|| !seen.insert(key));
            if copy {
                record.set_flags(record.flags() | 0x400);
            }
            true
        },
    );
    assert_eq!(Answer::of(&bam, &[]).rows()[0].2, *molecules);
    // As requested.
    for (how, word) in [
        ("ends", "fragment ends"),
        ("fragments", "fragments"),
        ("flags", "duplicate flags"),
    ] {
        let asked = Answer::of(&data("inputs/amplicon.bam"), &["--molecules", how]);
        assert_eq!(asked.report["inputs"][0]["molecules_by"], word);
    }
    let ends = Answer::of(&data("inputs/amplicon.bam"), &["--molecules", "ends"]);
    assert!(ends.rows()[0].2 < 10, "{:?}", ends.rows());
}

#[test]
fn identifiers_in_names_are_hinted_at() {
    let amplicon = data("inputs/amplicon_umi.bam");
    let without = Answer::of(&amplicon, &[]);
    assert!(warnings(&without.report).contains(&"umi-in-name"));
    let with = Answer::of(&amplicon, &["--umi-in-name", "_"]);
    assert_eq!(with.report["inputs"][0]["molecules_by"], "umi");
    assert!(!warnings(&with.report).contains(&"umi-in-name"));
    assert!(!warnings(&Answer::of(&data("inputs/amplicon.bam"), &[]).report).contains(&"umi-in-name"));
}

// ---- genes of another build

#[test]
fn a_gtf_of_another_build_is_ignored_with_a_warning() {
    let folder = TempDir::new().unwrap();
    let gtf = folder.path().join("genes.gtf");
    let exon = |start: i64| {
        format!(
            "chr11\tx\texon\t{start}\t{}\t.\t+\t.\tgene_id \"G\"; transcript_id \"T\"; gene_name \"KMT2A\";\n",
            start + 500
        )
    };
    let bam = data("inputs/names_plain.bam");
    // KMT2A begins at 118,307,205 in GRCh37 and at 118,436,490 in GRCh38.
    fs::write(&gtf, exon(118_307_205)).unwrap();
    let answer = Answer::of(&bam, &["--gtf", arg(&gtf)]);
    assert!(warnings(&answer.report).contains(&"gtf_ignored"));
    assert_eq!(answer.rows(), Answer::of(&bam, &[]).rows());
    fs::write(&gtf, exon(118_436_490)).unwrap();
    assert!(!warnings(&Answer::of(&bam, &["--gtf", arg(&gtf)]).report).contains(&"gtf_ignored"));
}
