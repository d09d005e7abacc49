//! Records: tags of every type, and invalid fields.

use std::fs;

use breakapart_core::genome::{ContigId, Strand};
use breakapart_core::input::InputOptions;
use rust_htslib::bam::record::{Aux, Cigar, CigarString};
use rust_htslib::bam::{Format, Record};
use tempfile::TempDir;

use super::written::*;

const PLAIN: &str = "q\t0\tchr11\t118482000\t60\t10M\t*\t0\t0\tACGTACGTAC\tIIIIIIIIII";

fn round_trip(records: &[Record]) -> Vec<breakapart_core::genome::AlignedRecord> {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("x.bam");
    write(&path, &header(), records, Format::Bam);
    decoded(&mut open(&path).unwrap())
}

fn with_tag(tag: &[u8], value: Aux<'_>) -> Record {
    let mut record = record_of(&header(), PLAIN);
    record.push_aux(tag, value).unwrap();
    record
}

#[test]
fn counts_are_read_from_all_six_integer_types() {
    let records = [
        Aux::I8(7),
        Aux::U8(7),
        Aux::I16(7),
        Aux::U16(7),
        Aux::I32(7),
        Aux::U32(7),
    ]
    .map(|value| with_tag(b"NH", value));
    for record in round_trip(&records) {
        assert_eq!(record.hit_count, Some(7));
        assert!(!record.malformed);
    }
    let mut record = record_of(&header(), PLAIN);
    record.push_aux(b"NH", Aux::U16(65_000)).unwrap();
    record.push_aux(b"HI", Aux::U32(4_000_000_000)).unwrap();
    record.push_aux(b"NM", Aux::I8(3)).unwrap();
    record.push_aux(b"cD", Aux::I32(12)).unwrap();
    record.push_aux(b"MC", Aux::String("5S10M")).unwrap();
    let read = round_trip(&[record]).remove(0);
    assert_eq!(read.hit_count, Some(65_000));
    assert_eq!(read.hit_index, Some(4_000_000_000));
    assert_eq!((read.edits, read.consensus_depth), (Some(3), Some(12)));
    assert_eq!(read.mate_cigar.unwrap().to_string(), "5S10M");
}

#[test]
fn tags_of_the_wrong_type_are_malformed_and_skipped() {
    let records = [
        with_tag(b"NH", Aux::I8(-1)),
        with_tag(b"HI", Aux::String("1")),
        with_tag(b"NM", Aux::Float(1.0)),
        with_tag(b"SA", Aux::U8(3)),
        with_tag(b"MC", Aux::String("10Q")),
        with_tag(b"RG", Aux::I32(1)),
    ];
    for record in round_trip(&records) {
        assert!(record.malformed);
        assert!(record.is_placed());
        assert_eq!((record.hit_count, record.hit_index, record.edits), (None, None, None));
    }
}

#[test]
fn an_sa_tag_keeps_its_good_entries_up_to_a_cap() {
    let one = "chr4,87084120,-,33S67M,255,0;";
    let read = |text: &str| round_trip(&[with_tag(b"SA", Aux::String(text))]).remove(0);
    let good = read(one);
    assert!(!good.malformed);
    assert_eq!(good.supplementary.len(), 1);
    assert_eq!(good.supplementary[0].contig, ContigId(1));
    assert_eq!(good.supplementary[0].position.one_based(), 87_084_120);
    assert_eq!(good.supplementary[0].strand, Strand::Reverse);
    for bad in [
        "chr4,0,-,33S67M,255,0;",
        "chrNone,5,-,33S67M,255,0;",
        "chr4",
        ",,,,,;",
        "<script>",
    ] {
        let record = read(&format!("{one}{bad}"));
        assert!(record.malformed, "{bad}");
        assert_eq!(record.supplementary.len(), 1, "{bad}");
    }
    let many = read(&one.repeat(1_500));
    assert_eq!(many.supplementary.len(), 1_000);
    assert!(many.malformed);
}

/// htslib stops at such a record; the reads after it must not be lost.
#[test]
fn a_cigar_that_does_not_fit_is_stepped_over() {
    let mut short = record_of(&header(), PLAIN);
    short.set(
        b"short",
        Some(&CigarString(vec![Cigar::Match(90)])),
        b"ACGTACGTAC",
        &[30; 10],
    );
    let mut absurd = record_of(&header(), PLAIN);
    absurd.set_pos(2_000_000_000);
    absurd.set_qname(b"absurd");
    let mut nowhere = record_of(&header(), PLAIN);
    nowhere.set_tid(77);
    nowhere.set_mtid(1_000);
    nowhere.set_qname(b"nowhere");
    let mut last = record_of(&header(), PLAIN);
    last.set_qname(b"last");
    let read = round_trip(&[short, absurd, nowhere, last]);
    assert_eq!(read.len(), 4);
    for record in &read[..3] {
        assert!(
            record.malformed && !record.is_placed(),
            "{:?}",
            String::from_utf8_lossy(&record.name)
        );
    }
    assert_eq!(read[0].contig, Some(ContigId(2)));
    assert_eq!((read[2].contig, read[2].mate_contig), (None, None));
    assert!(!read[3].malformed && read[3].is_placed());
    assert_eq!(read[3].sequence, b"ACGTACGTAC");
    assert_eq!(read[3].qualities, [40; 10]);
}

#[test]
fn invalid_sam_lines_lose_only_their_invalid_fields() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("x.sam");
    let long = "n".repeat(10_000);
    let bad = [
        "tags\t0\tchr11\t118482000\t60\t10M\t*\t0\t0\tACGTACGTAC\tIIIIIIIIII\tNH:i:x\tXX",
        "cigar\t0\tchr11\t118482000\t60\t9M\t*\t0\t0\tACGTACGTAC\tIIIIIIIIII",
        "letters\t0\tchr11\t118482000\t60\t10Q\t*\t0\t0\tACGTACGTAC\tIIIIIIIIII",
        "fields\t0\tchr11",
        "flag\tabc\tchr11\t118482000\t60\t10M\t*\t0\t0\tACGTACGTAC\tIIIIIIIIII",
        "position\t0\tchr11\tx\t60\t10M\t*\t0\t0\tACGTACGTAC\tIIIIIIIIII",
        &format!("{long}\t0\tchr11\t118482000\t60\t10M\t*\t0\t0\tACGTACGTAC\tIIIIIIIIII"),
    ];
    let names = ["tags", "cigar", "letters", "fields", "flag", "position", &long[..254]];
    // First as the line after the header, then among good ones.
    for first in [false, true] {
        let mut lines = vec![PLAIN; usize::from(!first)];
        lines.extend(bad);
        lines.push(PLAIN);
        fs::write(&path, header() + &lines.join("\n") + "\n").unwrap();
        let read = decoded(&mut open(&path).unwrap());
        assert_eq!(read.len(), lines.len());
        let malformed: Vec<_> = read.iter().filter(|r| r.malformed).collect();
        assert_eq!(
            malformed
                .iter()
                .map(|r| String::from_utf8_lossy(&r.name))
                .collect::<Vec<_>>(),
            names
        );
        assert!(malformed[0].is_placed(), "a bad tag does not unplace a read");
        assert_eq!(malformed[1].contig, Some(ContigId(2)));
        assert!(!malformed[1].is_placed());
    }
}

#[test]
fn names_are_bytes_and_nothing_else() {
    let names = [
        &b"a\"b'c"[..],
        b"<script>alert(1)</script>",
        b"../../etc/passwd",
        b"\xff\xfe",
        b"r 1",
    ];
    let records: Vec<Record> = names
        .iter()
        .map(|name| {
            let mut record = record_of(&header(), PLAIN);
            record.set_qname(name);
            record
        })
        .collect();
    let read: Vec<Vec<u8>> = round_trip(&records).into_iter().map(|r| r.name).collect();
    assert_eq!(read, names);
}

#[test]
fn a_molecules_identifier_is_read_from_tag_or_name() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("x.bam");
    let mut tagged = with_tag(b"RX", Aux::String("ACGT-TTTT"));
    tagged.set_qname(b"A00:1:2:GGCC");
    let mut other = with_tag(b"XU", Aux::String("CCCC"));
    other.set_qname(b"A00:1:2:345");
    write(&path, &header(), &[tagged, other], Format::Bam);
    let umis = |options: InputOptions| -> Vec<Option<String>> {
        decoded(&mut open_with(&path, &options).unwrap())
            .into_iter()
            .map(|r| r.umi.map(|u| String::from_utf8(u).unwrap()))
            .collect()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(umis(InputOptions::default()), [some("ACGT-TTTT"), None]);
    let tag = InputOptions {
        umi_tag: Some(*b"XU"),
        ..InputOptions::default()
    };
    assert_eq!(umis(tag), [None, some("CCCC")]);
    let name = InputOptions {
        umi_in_name: Some(':'),
        ..InputOptions::default()
    };
    assert_eq!(umis(name), [some("GGCC"), None]);
}

#[test]
fn cheap_questions_agree_with_the_full_record() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("x.bam");
    let mut clipped = record_of(&header(), PLAIN);
    clipped.set(
        b"clipped",
        Some(&CigarString(vec![
            Cigar::HardClip(4),
            Cigar::SoftClip(3),
            Cigar::Match(4),
            Cigar::RefSkip(500),
            Cigar::Match(3),
        ])),
        b"ACGTACGTAC",
        &[30; 10],
    );
    clipped.push_aux(b"SA", Aux::String("chr4,5,+,10M,3,0;")).unwrap();
    write(&path, &header(), &[clipped], Format::Bam);
    let mut file = open(&path).unwrap();
    let context = file.decode_context();
    let mut seen = 0;
    file.stream(&mut |raw| {
        seen += 1;
        let full = raw.decode(&context);
        assert_eq!(raw.reference_end(), full.interval().end.0);
        assert_eq!(full.interval().len(), 507);
        assert!(raw.has_soft_clip(3) && !raw.has_soft_clip(4));
        assert!(raw.has_tag(b"SA") && !raw.has_tag(b"NH"));
        assert_eq!(raw.cigar_op_count(), 5);
        assert_eq!(full.cigar.to_string(), "4H3S4M500N3M");
    })
    .unwrap();
    assert_eq!(seen, 1);
}

/// More operations than BAM's field can store: htslib keeps them in the `CG` tag.
#[test]
fn a_cigar_of_more_than_65535_operations_is_resolved() {
    let mut ops = Vec::new();
    for _ in 0..40_000 {
        ops.extend([Cigar::Match(1), Cigar::Del(1)]);
    }
    ops.push(Cigar::Match(1));
    let mut record = record_of(&header(), PLAIN);
    record.set(b"long", Some(&CigarString(ops)), &vec![b'A'; 40_001], &vec![30; 40_001]);
    let read = round_trip(&[record]).remove(0);
    assert_eq!(read.cigar.0.len(), 80_001);
    assert!(!read.malformed && read.is_placed());
}
